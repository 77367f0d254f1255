package schema

// This file is the registry of rules: whatever Parse reports is one of these. The ids are stable,
// people search for them and silence them by name.

// Rule is a kind of finding.
type Rule struct {
	ID       string
	Severity Severity
	Summary  string // one line
	Family   string // of rules about one subject, as a heading
}

// Rules returns all rules, in the order in which a topology is checked.
func Rules() []Rule {
	all := make([]Rule, len(registry))
	for i, r := range registry {
		all[i] = *r
	}
	return all
}

var (
	registry []*Rule
	heading  string // of the rules that are defined next
)

// family begins the rules about one subject. As variables are initialised in the order in which they
// stand here, those that are defined below it are of it.
func family(name string) string {
	heading = name
	return name
}

func define(id string, severity Severity, summary string) *Rule {
	r := &Rule{ID: id, Severity: severity, Summary: summary, Family: heading}
	registry = append(registry, r)
	return r
}

var _ = family("The file as text and as YAML")

var (
	fileTooLarge      = define("file-too-large", Error, "a topology has at most 1 MiB")
	badEncoding       = define("bad-encoding", Error, "a topology is UTF-8 without a byte order mark or control characters")
	yamlSyntax        = define("yaml-syntax", Error, "the file is not YAML")
	tabIndent         = define("tab-indent", Error, "YAML is indented with spaces")
	multipleDocuments = define("multiple-documents", Error, "a file holds one YAML document")
	noAlias           = define("no-alias", Error, "YAML anchors and aliases are not used")
	noMergeKey        = define("no-merge-key", Error, "YAML merge keys are not used")
	noTag             = define("no-tag", Error, "YAML tags are not used")
	tooDeep           = define("too-deep", Error, "a topology is nested at most 64 levels deep")
	duplicateKey      = define("duplicate-key", Error, "a key stands once in a mapping")
	unquotedComma     = define("unquoted-comma", Error, "inside {} a type or text with a comma is quoted")
)

var _ = family("Keys and plain values")

var (
	unknownKey   = define("unknown-key", Error, "every key is one that zmqgen knows")
	missingKey   = define("missing-key", Error, "required keys are there")
	misplacedKey = define("misplaced-key", Error, "a key stands where it has a meaning")
	wrongKind    = define("wrong-kind", Error, "a value is text, a list or a mapping as its key demands")
	notSupported = define("not-supported", Error, "a transport is one that zmqgen supports")
	badVersion   = define("bad-version", Error, "the version is one that this zmqgen reads")
	badNumber    = define("bad-number", Error, "a number is a decimal integer in its range")
	badDuration  = define("bad-duration", Error, "a duration is a number with a unit, in its range")
	badSize      = define("bad-size", Error, "a size is a number of bytes, or one with a unit")
	badInstead   = define("bad-deprecated", Error, "what is deprecated says what to use instead")
	badChoice    = define("bad-choice", Error, "a value is one of those its key accepts")
)

var _ = family("Names")

var (
	badName       = define("bad-name", Error, "names are short and in the case of their kind")
	reservedName  = define("reserved-name", Error, "the names of types are not used for messages and enums")
	duplicateName = define("duplicate-name", Error, "messages and enums share one set of names, nodes and imports another, the fields of a message a third")
	badGoName     = define("bad-go-name", Error, "a go_name is an exported Go identifier")
	badPackage    = define("bad-package", Error, "the Go package is a lower-case identifier that can be imported")
	nameCollision = define("name-collision", Error, "what is generated has distinct Go names")
)

var _ = family("Imports")

var (
	badImport       = define("bad-import", Error, "an import is the relative path of a topology that can be read")
	duplicateImport = define("duplicate-import", Error, "a file is imported once, by one name")
	importCycle     = define("import-cycle", Error, "files do not import themselves, nor one another in a circle")
	tooManyImports  = define("too-many-imports", Error, "a topology consists of at most 64 files, at most 16 imports deep")
	topologyNames   = define("topology-names", Error, "topologies that meet have distinct names")
	goImportPath    = define("go-import-path", Error, "the Go package of what is imported has an import path of its own")
	unknownImport   = define("unknown-import", Error, "the import that a name starts with exists")
	unusedImport    = define("unused-import", Warning, "something of an import is used")
)

var _ = family("Messages and enums")

var (
	unknownType      = define("unknown-type", Error, "a field's type exists")
	badType          = define("bad-type", Error, "a field's type is well formed")
	missingID        = define("missing-id", Error, "every field has a number")
	badID            = define("bad-id", Error, "a field's number is one that protobuf accepts")
	duplicateID      = define("duplicate-id", Error, "numbers are used once")
	reservedReused   = define("reserved-reused", Error, "what is reserved is not used again")
	enumZero         = define("enum-zero", Error, "UNSPECIFIED is the name of zero")
	noValues         = define("no-values", Error, "an enum has a value")
	protoName        = define("proto-name", Error, "names that differ stay different in protobuf and JSON")
	badValue         = define("bad-value", Error, "a value is one of its field's type")
	badLimits        = define("bad-limits", Error, "a limit from below is not above the one from above")
	badPattern       = define("bad-pattern", Error, "a pattern is a regular expression of a moderate size")
	badExample       = define("bad-example", Error, "an example is within the limits of its field")
	noAlternatives   = define("no-alternatives", Error, "a oneof has an alternative")
	recursiveMessage = define("recursive-message", Error, "a message contains itself only through ?, list, map or oneof")
)

var _ = family("Patterns")

var (
	notAnError       = define("not-an-error", Error, "an imported message that methods fail with is an error where it is declared")
	unknownMessage   = define("unknown-message", Error, "a message that a pattern names exists")
	duplicateMessage = define("duplicate-message", Error, "a message is named once")
	noMessages       = define("no-messages", Error, "a pattern says what travels")
	badWireName      = define("bad-wire-name", Error, "a name on the wire is short text that is not reserved")
	sameWireName     = define("duplicate-wire-name", Error, "what stands in one place of the wire has distinct names there")
	retryUnsafe      = define("retry-unsafe", Error, "only a call that is idempotent is made again")
	lateRetry        = define("late-retry", Warning, "a call is made again before its time is over")
	badTopic         = define("bad-topic", Error, "a topic is literal text with {field} placeholders")
	topicField       = define("topic-field", Error, "a topic's placeholder is a plain field of the message")
	topicMixed       = define("topic-mixed", Error, "all messages of a pattern have a topic, or none has")
	topicDelimiter   = define("topic-delimiter", Warning, "a topic shows where the value of a placeholder ends")
)

var _ = family("Messages as frames")

var (
	badForm        = define("bad-form", Error, "a field has a form of frame that its type has")
	nestedFrame    = define("nested-frame", Error, "in frames, a field that is nested says how it becomes one")
	restLast       = define("rest-last", Error, "in frames, the list that takes all frames left is the last field")
	frameCount     = define("frame-count", Error, "in frames, a message has at least one frame and at most 1024")
	badTopicOnly   = define("bad-topic-only", Error, "a field that travels in the topic alone is in it, and can be read from it")
	badTag         = define("bad-tag", Error, "a tag is one that the messages of its pattern can have")
	ambiguousUnion = define("ambiguous-union", Error, "messages without names are told apart by what they hold")
	unusedForm     = define("unused-form", Warning, "as and const stand in messages that travel as frames")
)

var _ = family("Nodes and sockets")

var (
	unknownPattern        = define("unknown-pattern", Error, "a socket's pattern exists")
	socketType            = define("socket-type", Error, "a socket has one type")
	patternSocketMismatch = define("pattern-socket-mismatch", Error, "a socket's type belongs to its pattern")
	optionType            = define("option-type", Error, "an option is one that the socket's type has")
	subscribeOnNonSub     = define("subscribe-on-nonsub", Error, "only sub and xsub subscribe")
	subscribeNoTopic      = define("subscribe-without-topic", Error, "only messages with topics are subscribed to by topic")
	topicUnpublished      = define("topic-unpublished", Warning, "a subscription is the start of a topic of its pattern")
	routingIDForm         = define("routing-id-form", Error, "a routing id is 1 to 255 bytes, of which the first is not zero")
	routingIDDup          = define("routing-id-dup", Error, "a routing id is of one peer of a router alone")
	routingIDIgnored      = define("routing-id-ignored", Error, "a routing id is of a socket that a router knows")
	conflateMultipart     = define("conflate-multipart", Error, "what is conflated is one frame")
	conflateType          = define("conflate-type", Error, "only pub, sub, push, pull and dealer conflate")
	conflateHWM           = define("conflate-hwm", Error, "a queue that conflates has no high-water mark")
	lingerInfinite        = define("linger-infinite", Error, "linger is bounded")
	pairSide              = define("pair-side", Error, "a socket of a pair pattern binds or connects")
	pairMany              = define("pair-many", Warning, "a PAIR has one peer")
	uncorrelatedBind      = define("uncorrelated-bind", Error, "a client without correlation binds where it is found again when it opens anew")
	heartbeatAlone        = define("heartbeat-alone", Error, "how long a probe waits is of a socket that probes")
	heartbeatTTLRange     = define("heartbeat-ttl-range", Error, "the time that peers are told to wait is one that they can be told")
	reconnectMax          = define("reconnect-max", Error, "the longest wait before connecting again is not shorter than the first")
	immediateReceives     = define("immediate-receives", Error, "immediate is of a socket that does not receive")
	badHost               = define("bad-host", Error, "a host is a name or an address")
)

var _ = family("Endpoints, and how sockets meet")

var (
	orphanSocket      = define("orphan-socket", Error, "a socket binds or connects")
	badEndpoint       = define("bad-endpoint", Error, "an endpoint is well formed")
	ipcLength         = define("ipc-length", Error, "the path of an ipc endpoint fits into a socket address")
	inprocName        = define("inproc-name", Error, "an inproc name is short and none of ZeroMQ's own")
	connectWildcard   = define("connect-wildcard", Error, "what is connected to is one place")
	bindHostname      = define("bind-hostname", Error, "a tcp bind names an interface or an address")
	duplicateEndpoint = define("duplicate-endpoint", Error, "an endpoint stands once in a list")
	unknownSocket     = define("unknown-socket", Error, "a socket that is connected to exists")
	pairTypes         = define("pair-types", Error, "sockets that meet are two sides of one pattern")
	pairTypesInproc   = define("pair-types-inproc", Error, "sockets that meet at an inproc name are two sides of one pattern")
	noBinder          = define("no-binder", Error, "a socket that is connected to binds")
	doubleBind        = define("double-bind", Error, "an endpoint is bound once per host")
	replicaBind       = define("replica-bind", Warning, "replicas do not share a fixed endpoint")
	replicaUnknown    = define("replica-unknown", Warning, "the endpoints of replicas are given at run time")
)

var _ = family("Devices")

var (
	proxyPair      = define("proxy-pair", Error, "a device passes on patterns of its kind")
	captureUntyped = define("capture-untyped", Error, "no socket of the file reads what a device captures")
)

var _ = family("Security")

var (
	unknownSecurity   = define("unknown-security", Error, "a security that a socket has exists")
	badDomain         = define("bad-domain", Error, "a domain is short text")
	secretInline      = define("secret-inline", Error, "keys and passwords do not stand in the file")
	keySource         = define("key-source", Error, "a key is in an environment variable or in a file")
	securityRole      = define("security-role", Error, "a socket with a security binds or connects")
	curveKeys         = define("curve-keys", Error, "each side of a security has the keys that its sockets need")
	mechanismMismatch = define("mechanism-mismatch", Error, "sockets that meet have the same security mechanism")
)

var _ = family("Findings themselves")

// moreFindings stands for what was left out after maxFindings.
var moreFindings = define("more-findings", Warning, "there are more findings than are shown")

// ruleByID returns the rule of an id, or nil.
func ruleByID(id string) *Rule {
	for _, r := range registry {
		if r.ID == id {
			return r
		}
	}
	return nil
}
