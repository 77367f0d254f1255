package breaking

import "github.com/zmqgen/zmqgen/schema"

// This file is the registry of rules that changes have. A rule has the severity of its worst changes: where a change can do less
// harm, as where nobody sends the message, its own severity is lower.

var registry []*schema.Rule

// Rules returns the rules that changes have: of messages first, then of patterns, of nodes, and of packages.
func Rules() []schema.Rule {
	all := make([]schema.Rule, len(registry))
	for i, r := range registry {
		all[i] = *r
	}
	return all
}

func define(id string, severity schema.Severity, summary string) *schema.Rule {
	r := &schema.Rule{ID: id, Severity: severity, Summary: summary}
	registry = append(registry, r)
	return r
}

// Messages and enums.
var (
	messageAdded        = define("message-added", schema.Info, "a message is new")
	messageRemoved      = define("message-removed", schema.Warning, "a message that programs may use stays")
	messageRenamed      = define("message-renamed", schema.Warning, "a message keeps its name")
	unknownChanged      = define("unknown-changed", schema.Warning, "a message that keeps unknown fields goes on keeping them")
	fieldAdded          = define("field-added", schema.Info, "a field is new")
	fieldRemoved        = define("field-removed", schema.Warning, "a field that is taken out is missed by nobody")
	fieldUnreserved     = define("field-removed-unreserved", schema.Error, "the number of a field that is taken out is reserved")
	fieldRenamed        = define("field-renamed", schema.Error, "a field keeps its name, which is its key in JSON")
	fieldNumberChanged  = define("field-number-changed", schema.Error, "a field keeps its number")
	numberReused        = define("number-reused", schema.Error, "a number that was reserved is not used again")
	reservedRemoved     = define("reserved-removed", schema.Warning, "what is reserved stays reserved")
	fieldTypeChanged    = define("field-type-changed", schema.Error, "a field keeps its type")
	fieldTypeOneWay     = define("field-type-one-way", schema.Warning, "a type that one side can read is rolled out in that order")
	fieldTypeAlike      = define("field-type-alike", schema.Warning, "a field keeps its Go type where the wire is the same")
	fieldOptionChanged  = define("field-optional-changed", schema.Warning, "whether a field is optional stays")
	fieldOneofChanged   = define("field-oneof-changed", schema.Error, "a field stays in its oneof, or outside of any")
	oneofRenamed        = define("oneof-renamed", schema.Warning, "a oneof keeps its name")
	requiredAdded       = define("required-added", schema.Warning, "a field that becomes required is sent by all first")
	limitsTightened     = define("limits-tightened", schema.Warning, "limits are tightened for those who send first")
	limitsLoosened      = define("limits-loosened", schema.Warning, "limits are loosened for servers first")
	framesChanged       = define("frames-changed", schema.Error, "a message in frames keeps its frames and their order")
	formChanged         = define("form-changed", schema.Error, "a frame keeps its form")
	constChanged        = define("const-changed", schema.Error, "a constant frame keeps its value")
	enumAdded           = define("enum-added", schema.Info, "an enum is new")
	enumRemoved         = define("enum-removed", schema.Warning, "an enum that programs may use stays")
	enumRenamed         = define("enum-renamed", schema.Error, "an enum keeps its name, which its values have in JSON")
	enumValueAdded      = define("enum-value-added", schema.Info, "an enum value is known to receivers first")
	enumValueRemoved    = define("enum-value-removed", schema.Warning, "an enum value that is taken out is sent by nobody")
	enumValueUnreserved = define("enum-value-removed-unreserved", schema.Error, "the number of an enum value that is taken out is reserved")
	enumValueRenamed    = define("enum-value-renamed", schema.Error, "an enum value keeps its name, which stands in JSON and in topics")
	enumValueNumber     = define("enum-value-number-changed", schema.Error, "an enum value keeps its number")
)

// Patterns.
var (
	patternAdded         = define("pattern-added", schema.Info, "a pattern is new")
	patternRemoved       = define("pattern-removed", schema.Error, "a pattern that nodes speak stays")
	patternRenamed       = define("pattern-renamed", schema.Warning, "a pattern keeps its name")
	kindChanged          = define("pattern-kind-changed", schema.Error, "a pattern keeps its kind")
	encodingChanged      = define("encoding-changed", schema.Error, "a pattern keeps its encoding")
	framingChanged       = define("framing-changed", schema.Error, "whether messages carry their names stays")
	tagChanged           = define("tag-changed", schema.Error, "how messages are told apart stays")
	metadataChanged      = define("metadata-changed", schema.Warning, "whether messages carry metadata stays")
	correlationChanged   = define("correlation-changed", schema.Warning, "how replies find their requests stays")
	externalChanged      = define("external-changed", schema.Info, "others begin or end to speak a pattern")
	alternativeAdded     = define("pattern-message-added", schema.Info, "a message that a pattern carries is known to receivers first")
	alternativeRemoved   = define("pattern-message-removed", schema.Error, "a message that a pattern carries stays, or its name is reserved")
	carriedChanged       = define("pattern-message-changed", schema.Error, "a pattern goes on carrying the same message")
	wireNameChanged      = define("wire-name-changed", schema.Error, "what has a name on the wire keeps it")
	topicChanged         = define("topic-changed", schema.Error, "a topic is one that subscribers ask for")
	topicPresence        = define("topic-frame-changed", schema.Error, "whether messages have a topic stays")
	methodAdded          = define("method-added", schema.Info, "a method is known to servers first")
	methodRemoved        = define("method-removed", schema.Error, "a method that clients call stays, or its name is reserved")
	methodRenamed        = define("method-renamed", schema.Warning, "a method keeps its name")
	methodTypeChanged    = define("method-type-changed", schema.Error, "a method keeps its request and its reply")
	methodErrorAdded     = define("method-error-added", schema.Info, "an error of a method is known to clients first")
	methodErrorRemoved   = define("method-error-removed", schema.Warning, "an error of a method is answered by no server any more")
	timeoutChanged       = define("timeout-changed", schema.Warning, "a method has the time that its clients give it")
	idempotentChanged    = define("idempotent-changed", schema.Warning, "calls are repeated to servers that bear it")
	retryChanged         = define("retry-changed", schema.Info, "calls are repeated at other times")
	patternReservedGone  = define("name-unreserved", schema.Warning, "names of the wire that are reserved stay reserved")
	messageErrorsChanged = define("error-mark-removed", schema.Warning, "a message that methods fail with stays an error")
)

// Nodes and sockets.
var (
	nodeAdded        = define("node-added", schema.Info, "a node is new")
	nodeRemoved      = define("node-removed", schema.Warning, "a node goes after those that meet it")
	nodeRenamed      = define("node-renamed", schema.Warning, "a node keeps its name")
	hostChanged      = define("host-changed", schema.Error, "a node stays where others connect to")
	replicasChanged  = define("replicas-changed", schema.Warning, "whether a node has replicas stays")
	socketAdded      = define("socket-added", schema.Info, "a socket is new")
	socketRemoved    = define("socket-removed", schema.Warning, "a socket goes after those that meet it")
	socketRenamed    = define("socket-renamed", schema.Warning, "a socket keeps its name")
	socketType       = define("socket-type-changed", schema.Error, "a socket keeps a type that its peers meet")
	socketPattern    = define("socket-pattern-changed", schema.Error, "a socket keeps its pattern")
	endpointAdded    = define("endpoint-added", schema.Info, "a socket binds one place more")
	endpointChanged  = define("endpoint-changed", schema.Error, "a socket stays where others connect to")
	sidesSwapped     = define("bind-connect-swapped", schema.Error, "who binds and who connects stays")
	connectChanged   = define("connect-changed", schema.Warning, "a socket connects to the same peers")
	subscribeChanged = define("subscription-changed", schema.Warning, "a subscriber goes on asking for what it receives")
	routingIDChanged = define("routing-id-changed", schema.Warning, "a peer keeps the routing id that routers know it by")
	sizeLowered      = define("max-message-size-lowered", schema.Warning, "what is received may stay as large")
	optionsChanged   = define("options-changed", schema.Info, "queues and options of a socket are others")
	conflateChanged  = define("conflate-changed", schema.Warning, "whether queues keep the last message only stays")
	channelChanged   = define("channel-changed", schema.Warning, "the Go channels of a socket stay")
)

// Names and packages.
var (
	goNameChanged   = define("go-name-changed", schema.Warning, "Go names stay")
	packageChanged  = define("package-changed", schema.Warning, "the Go package and its import path stay")
	topologyRenamed = define("topology-renamed", schema.Warning, "a topology keeps its name")
	importsChanged  = define("imports-changed", schema.Info, "other topologies are imported")
)
