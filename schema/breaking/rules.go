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

// family is rules about one subject.
type family string

// The families.
const (
	inMessages family = "Changes of messages and enums"
	inPatterns family = "Changes of patterns"
	inNodes    family = "Changes of nodes and sockets"
	inNames    family = "Changes of names and packages"
)

func (f family) define(id string, severity schema.Severity, summary string) *schema.Rule {
	r := &schema.Rule{ID: id, Severity: severity, Summary: summary, Family: string(f)}
	registry = append(registry, r)
	return r
}

// Messages and enums.
var (
	messageAdded        = inMessages.define("message-added", schema.Info, "a message is new")
	messageRemoved      = inMessages.define("message-removed", schema.Warning, "a message that programs may use stays")
	messageRenamed      = inMessages.define("message-renamed", schema.Warning, "a message keeps its name")
	unknownChanged      = inMessages.define("unknown-changed", schema.Warning, "a message that keeps unknown fields goes on keeping them")
	fieldAdded          = inMessages.define("field-added", schema.Info, "a field is new")
	fieldRemoved        = inMessages.define("field-removed", schema.Warning, "a field that is taken out is missed by nobody")
	fieldUnreserved     = inMessages.define("field-removed-unreserved", schema.Error, "the number of a field that is taken out is reserved")
	fieldRenamed        = inMessages.define("field-renamed", schema.Error, "a field keeps its name, which is its key in JSON")
	fieldNumberChanged  = inMessages.define("field-number-changed", schema.Error, "a field keeps its number")
	numberReused        = inMessages.define("number-reused", schema.Error, "a number that was reserved is not used again")
	reservedRemoved     = inMessages.define("reserved-removed", schema.Warning, "what is reserved stays reserved")
	fieldTypeChanged    = inMessages.define("field-type-changed", schema.Error, "a field keeps its type")
	fieldTypeOneWay     = inMessages.define("field-type-one-way", schema.Warning, "a type that is read by the other, but not the reverse, is rolled out in that order")
	fieldTypeAlike      = inMessages.define("field-type-alike", schema.Warning, "a field keeps its Go type where the wire is the same")
	fieldOptionChanged  = inMessages.define("field-optional-changed", schema.Warning, "whether a field is optional stays")
	fieldOneofChanged   = inMessages.define("field-oneof-changed", schema.Error, "a field stays in its oneof, or outside of any")
	oneofRenamed        = inMessages.define("oneof-renamed", schema.Warning, "a oneof keeps its name")
	requiredAdded       = inMessages.define("required-added", schema.Warning, "a field that becomes required is sent by all first")
	limitsTightened     = inMessages.define("limits-tightened", schema.Warning, "limits are tightened for those who send first")
	limitsLoosened      = inMessages.define("limits-loosened", schema.Warning, "limits are loosened for servers first")
	framesChanged       = inMessages.define("frames-changed", schema.Error, "a message in frames keeps its frames and their order")
	formChanged         = inMessages.define("form-changed", schema.Error, "a frame keeps its form")
	constChanged        = inMessages.define("const-changed", schema.Error, "a constant frame keeps its value")
	enumAdded           = inMessages.define("enum-added", schema.Info, "an enum is new")
	enumRemoved         = inMessages.define("enum-removed", schema.Warning, "an enum that programs may use stays")
	enumRenamed         = inMessages.define("enum-renamed", schema.Error, "an enum keeps its name, which its values have in JSON")
	enumValueAdded      = inMessages.define("enum-value-added", schema.Info, "an enum value is known to receivers first")
	enumValueRemoved    = inMessages.define("enum-value-removed", schema.Warning, "an enum value that is taken out is sent by nobody")
	enumValueUnreserved = inMessages.define("enum-value-removed-unreserved", schema.Error, "the number of an enum value that is taken out is reserved")
	enumValueRenamed    = inMessages.define("enum-value-renamed", schema.Error, "an enum value keeps its name, which stands in JSON and in topics")
	enumValueNumber     = inMessages.define("enum-value-number-changed", schema.Error, "an enum value keeps its number")
)

// Patterns.
var (
	patternAdded         = inPatterns.define("pattern-added", schema.Info, "a pattern is new")
	patternRemoved       = inPatterns.define("pattern-removed", schema.Error, "a pattern that nodes speak stays")
	patternRenamed       = inPatterns.define("pattern-renamed", schema.Warning, "a pattern keeps its name")
	kindChanged          = inPatterns.define("pattern-kind-changed", schema.Error, "a pattern keeps its kind")
	encodingChanged      = inPatterns.define("encoding-changed", schema.Error, "a pattern keeps its encoding")
	framingChanged       = inPatterns.define("framing-changed", schema.Error, "whether messages carry their names stays")
	tagChanged           = inPatterns.define("tag-changed", schema.Error, "how messages are told apart stays")
	metadataChanged      = inPatterns.define("metadata-changed", schema.Warning, "whether messages carry metadata stays")
	correlationChanged   = inPatterns.define("correlation-changed", schema.Warning, "how replies find their requests stays")
	externalChanged      = inPatterns.define("external-changed", schema.Info, "others begin or end to speak a pattern")
	alternativeAdded     = inPatterns.define("pattern-message-added", schema.Info, "a message that a pattern carries is known to receivers first")
	alternativeRemoved   = inPatterns.define("pattern-message-removed", schema.Error, "a message that a pattern carries stays, or its name is reserved")
	carriedChanged       = inPatterns.define("pattern-message-changed", schema.Error, "a pattern goes on carrying the same message")
	wireNameChanged      = inPatterns.define("wire-name-changed", schema.Error, "what has a name on the wire keeps it")
	topicChanged         = inPatterns.define("topic-changed", schema.Error, "a topic is one that subscribers ask for")
	topicPresence        = inPatterns.define("topic-frame-changed", schema.Error, "whether messages have a topic stays")
	methodAdded          = inPatterns.define("method-added", schema.Info, "a method is known to servers first")
	methodRemoved        = inPatterns.define("method-removed", schema.Error, "a method that clients call stays, or its name is reserved")
	methodRenamed        = inPatterns.define("method-renamed", schema.Warning, "a method keeps its name")
	methodTypeChanged    = inPatterns.define("method-type-changed", schema.Error, "a method keeps its request and its reply")
	methodErrorAdded     = inPatterns.define("method-error-added", schema.Info, "an error of a method is known to clients first")
	methodErrorRemoved   = inPatterns.define("method-error-removed", schema.Warning, "an error of a method is answered by no server any more")
	timeoutChanged       = inPatterns.define("timeout-changed", schema.Warning, "a method has the time that its clients give it")
	idempotentChanged    = inPatterns.define("idempotent-changed", schema.Warning, "calls are repeated to servers that bear it")
	retryChanged         = inPatterns.define("retry-changed", schema.Info, "calls are repeated at other times")
	patternReservedGone  = inPatterns.define("name-unreserved", schema.Warning, "names of the wire that are reserved stay reserved")
	messageErrorsChanged = inPatterns.define("error-mark-removed", schema.Warning, "a message that methods fail with stays an error")
)

// Nodes and sockets.
var (
	nodeAdded        = inNodes.define("node-added", schema.Info, "a node is new")
	nodeRemoved      = inNodes.define("node-removed", schema.Warning, "a node goes after those that meet it")
	nodeRenamed      = inNodes.define("node-renamed", schema.Warning, "a node keeps its name")
	hostChanged      = inNodes.define("host-changed", schema.Error, "a node stays where others connect to")
	replicasChanged  = inNodes.define("replicas-changed", schema.Warning, "whether a node has replicas stays")
	socketAdded      = inNodes.define("socket-added", schema.Info, "a socket is new")
	socketRemoved    = inNodes.define("socket-removed", schema.Warning, "a socket goes after those that meet it")
	socketRenamed    = inNodes.define("socket-renamed", schema.Warning, "a socket keeps its name")
	socketType       = inNodes.define("socket-type-changed", schema.Error, "a socket keeps a type that its peers meet")
	socketPattern    = inNodes.define("socket-pattern-changed", schema.Error, "a socket keeps its pattern")
	endpointAdded    = inNodes.define("endpoint-added", schema.Info, "a socket binds one place more")
	endpointChanged  = inNodes.define("endpoint-changed", schema.Error, "a socket stays where others connect to")
	sidesSwapped     = inNodes.define("bind-connect-swapped", schema.Error, "who binds and who connects stays")
	connectChanged   = inNodes.define("connect-changed", schema.Warning, "a socket connects to the same peers")
	subscribeChanged = inNodes.define("subscription-changed", schema.Warning, "a subscriber goes on asking for what it receives")
	routingIDChanged = inNodes.define("routing-id-changed", schema.Warning, "a peer keeps the routing id that routers know it by")
	sizeLowered      = inNodes.define("max-message-size-lowered", schema.Warning, "what is received may stay as large")
	optionsChanged   = inNodes.define("options-changed", schema.Info, "queues and options of a socket are others")
	conflateChanged  = inNodes.define("conflate-changed", schema.Warning, "whether queues keep the last message only stays")
	channelChanged   = inNodes.define("channel-changed", schema.Warning, "the Go channels of a socket stay")
	deviceAdded      = inNodes.define("device-added", schema.Info, "a device is new")
	deviceRemoved    = inNodes.define("device-removed", schema.Warning, "a device goes after those that meet it")
	deviceChanged    = inNodes.define("device-changed", schema.Error, "a device keeps its kind and its pattern")
	securityChanged  = inNodes.define("security-changed", schema.Error, "a socket keeps its security mechanism")
	securityKeys     = inNodes.define("security-keys-changed", schema.Warning, "keys, passwords and lists are where programs look for them")
)

// Names and packages.
var (
	goNameChanged   = inNames.define("go-name-changed", schema.Warning, "Go names stay")
	packageChanged  = inNames.define("package-changed", schema.Warning, "the Go package and its import path stay")
	topologyRenamed = inNames.define("topology-renamed", schema.Warning, "a topology keeps its name")
	importsChanged  = inNames.define("imports-changed", schema.Info, "other topologies are imported")
)
