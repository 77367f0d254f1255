package schema

import "math"

// This file is the table of keys: every key of every YAML object, with what it holds. The parser
// accepts what stands here and nothing else.

// shape is what a key's value looks like in YAML.
type shape uint8

const (
	text       shape = iota // a scalar
	list                    // a sequence
	textOrList              // a scalar, or a sequence of scalars
	mapping                 // a mapping; nothing at all is an empty one
	textOrMapping
)

func (s shape) String() string {
	return [...]string{"text", "a list", "text or a list", "a mapping", "text or a mapping"}[s]
}

// keyDef is one key of an object.
type keyDef struct {
	name     string
	shape    shape
	required bool
	doc      string
	of       valueDef
}

// objectDef is a kind of mapping whose keys are fixed.
type objectDef struct {
	name string // with its article
	doc  string
	keys []keyDef
}

var topologyKeys = objectDef{"a topology", "One file: messages, the patterns they travel in, and the nodes that speak them.", []keyDef{
	{"version", text, true, "The version of the language: 1.", oneOf("1")},
	{"name", text, true, "The name of the topology, in lower_snake.", name(&lowerSnake)},
	{"doc", text, false, "What the topology is for.", anything},
	{"go", mapping, false, "How the generated Go is packaged.", object(&goKeys)},
	{"enums", mapping, false, "Enumerations by name.", named(&upperCamel, mapping, enumValue)},
	{"messages", mapping, false, "Messages by name.", named(&upperCamel, mapping, object(&messageKeys))},
	{"patterns", mapping, false, "Patterns by name: contracts between two kinds of socket.", named(&lowerSnake, mapping, object(&patternKeys))},
	{"nodes", mapping, false, "Nodes by name: processes, with their sockets.", named(&lowerSnake, mapping, object(&nodeKeys))},
	{"encoding", text, false, "How bodies are encoded, unless a pattern says otherwise: proto, the default, json or frames.", oneOf(encodings...).usually("proto")},
	{"import", mapping, false, "Other topologies, by the name they have here: {common: ../common/topology.yaml}.", named(&lowerSnake, text, anything)},
	{"defaults", mapping, false, "What sockets have unless their node or they say otherwise.", object(&defaultsKeys)},
	{"lint", mapping, false, "How severe findings are, by rule: {rules: {doc-missing: warning, bind-any-null: off}}.", object(&lintKeys)},
	{"devices", mapping, false, "Devices by name: queues, forwarders and streamers, which pass messages on.", named(&lowerSnake, mapping, object(&deviceKeys))},
	{"security", mapping, false, "Securities by name: how peers prove who they are.", named(&lowerSnake, mapping, object(&securityKeys))},
}}

var lintKeys = objectDef{"lint", "What lint makes of its rules.", []keyDef{
	{"rules", mapping, true, "Severities by rule: error, warning, info or off.", named(nil, text, oneOf(severities...))},
}}

var goKeys = objectDef{"go", "How the generated Go is packaged.", []keyDef{
	{"package", text, false, "The Go package; the topology's name if left out.", like(packagePattern)},
	{"tests", text, false, "Whether tests of the messages are generated as well: true or false, the default.", yesOrNo.usually("false")},
	{"import_path", text, false, "The import path of the package; that of its directory, by go.mod, if left out.", anything},
}}

var enumKeys = objectDef{"an enum", "An open enumeration over int32: {BUY: 1, SELL: 2}, or with a doc and values.", []keyDef{
	{"doc", text, false, "What the enum tells.", anything},
	{"values", mapping, true, "Numbers by name: {BUY: 1}.", valuesOfEnum},
	{"reserved", list, false, "Numbers and names that are not used again.", anything},
	{"go_name", text, false, "The name of the Go type.", like(goNamePattern)},
	{"deprecated", text, false, "What to use instead.", anything},
}}

var enumValueKeys = objectDef{"an enum value", "A number, with a doc.", []keyDef{
	{"id", text, true, "The number.", from(math.MinInt32, math.MaxInt32)},
	{"doc", text, false, "What the value means.", anything},
	{"go_name", text, false, "The name of the Go constant.", like(goNamePattern)},
	{"deprecated", text, false, "What to use instead.", anything},
}}

var messageKeys = objectDef{"a message", "A record of numbered fields.", []keyDef{
	{"doc", text, false, "What the message says.", anything},
	{"go_name", text, false, "The name of the Go struct.", like(goNamePattern)},
	{"fields", mapping, false, "Fields by name: TYPE @ID, or a mapping.", named(&lowerSnake, textOrMapping, fieldValue)},
	{"reserved", list, false, "Numbers and names of fields that are not used again.", anything},
	{"deprecated", text, false, "What to use instead.", anything},
	{"error", text, false, "Whether methods of topologies that import this one may fail with the message: true or false.", yesOrNo.usually("false")},
	{"unknown", text, false, "What becomes of fields that the receiver does not know: keep, to send them again, or drop.", oneOf("drop", "keep").usually("drop")},
	{"wire_name", text, false, "The name on the wire; the message's own if left out.", anything},
}}

var fieldKeys = objectDef{"a field", "One numbered field: TYPE @ID, or a mapping.", []keyDef{
	{"type", text, true, "A scalar, an enum, a message, list<T>, map<K, V>, or T? where it matters whether a value is there.", like(typePattern)},
	{"id", text, true, "The number of the field on the wire, never changed.", from(1, maxFieldID)},
	{"doc", text, false, "What the field holds.", anything},
	{"go_name", text, false, "The name of the Go struct's field.", like(goNamePattern)},
	{"oneof", mapping, false, "Instead of a type and a number: fields of which at most one is there.", elsewhere},
	{"min", text, false, "The least value of a number, timestamp, duration or decimal, or of each in a list.", anything},
	{"max", text, false, "The greatest value of a number, timestamp, duration or decimal, or of each in a list.", anything},
	{"min_len", text, false, "The least length of a string or bytes, or of each in a list, in bytes.", from(0, math.MaxInt32)},
	{"max_len", text, false, "The greatest length of a string or bytes, or of each in a list, in bytes.", from(1, math.MaxInt32)},
	{"min_items", text, false, "The least number of items of a list or a map.", from(0, maxItems)},
	{"max_items", text, false, "The greatest number of items of a list or a map, at most 65536.", from(1, maxItems)},
	{"pattern", text, false, "A regular expression, RE2, that all of a string matches, or each in a list.", anything},
	{"required", text, false, "Whether a value that is absent, zero or empty is an error: true or false.", yesOrNo.usually("false")},
	{"example", textOrList, false, "A value for documentation and tests; a list of values for a list.", anything},
	{"const", text, false, "In frames, the value that is always written, and checked on reading; \"\" is an empty one.", anything},
	{"as", text, false, "In frames, the form of the field's frame: little, text, proto or json.", oneOf(forms...)},
	{"deprecated", text, false, "What to use instead.", anything},
}}

var oneofKeys = objectDef{"a oneof", "A choice of fields, of which at most one is there.", []keyDef{
	{"oneof", mapping, true, "Fields by name, each TYPE @ID or a mapping: {cash: Cash @8, swap: Swap @9}.", named(&lowerSnake, textOrMapping, alternativeValue)},
	{"required", text, false, "Whether it is an error if no alternative is there: true or false.", yesOrNo.usually("false")},
	{"as", text, false, "In frames, the form of the frame of what is there: proto or json.", oneOf(texts(nestedForms)...)},
	{"doc", text, false, "What the choice is about.", anything},
	{"go_name", text, false, "The name of the Go struct's field.", like(goNamePattern)},
	{"deprecated", text, false, "What to use instead.", anything},
}}

var patternKeys = objectDef{"a pattern", "A contract between two kinds of socket.", []keyDef{
	{"kind", text, true, "pub-sub, push-pull, req-rep, dealer-router or pair.", oneOf(texts(kinds)...)},
	{"doc", text, false, "What the pattern is for.", anything},
	{"go_name", text, false, "The name of the Go types.", like(goNamePattern)},
	{"message", text, false, "The one message that travels, without its name.", like(memberPattern)},
	{"messages", mapping, false, "The messages that travel, each with its name on the wire.", named(&memberName, mapping, object(&patternMessageKeys))},
	{"topic", textOrMapping, false, "The topic of message, with {field} placeholders.", object(&topicKeys)},
	{"tag", text, false, "How messages are told apart: by name, the default, const or topic.", oneOf(string(TagName), string(TagConst), string(TagTopic)).usually("name")},
	{"methods", mapping, false, "The calls of a req-rep pattern by name.", named(&upperCamel, mapping, object(&methodKeys))},
	{"request", text, false, "The message that a client sends, in a req-rep pattern without methods.", like(memberPattern)},
	{"reply", text, false, "The message that is answered, in a req-rep pattern without methods.", like(memberPattern)},
	{"timeout", text, false, "How long a call waits for its reply, without methods.", like(durationPattern)},
	{"idempotent", text, false, "Whether it does no harm to make a call twice, without methods: true or false.", yesOrNo.usually("false")},
	{"retry", mapping, false, "How a call is made again, without methods: {attempts: 3, every: 1s}.", object(&retryKeys)},
	{"encoding", text, false, "How bodies are encoded, unless a pattern says otherwise: proto, the default, json or frames.", oneOf(encodings...)},
	{"metadata", text, false, "Whether messages carry headers and more in a frame behind the body: true or false, the default.", yesOrNo.usually("false")},
	{"topic_only", list, false, "In frames, names of fields that travel in the topic alone.", like(lowerSnake.pattern)},
	{"correlation", text, false, "How replies find their requests: by call_id, the default, or none, for servers that send no more back than a delimiter.", oneOf(string(CallID), string(Uncorrelated)).usually("call_id")},
	{"external", text, false, "Whether sockets that are not in the file speak the pattern too: true or false, the default.", yesOrNo.usually("false")},
	{"reserved", list, false, "Names that no message or method has on the wire again.", anything},
	{"dealer_sends", textOrList, false, "The message that the dealer sends, without its name; or a list, each with its name on the wire.", like(memberPattern)},
	{"router_sends", textOrList, false, "What the router sends, likewise.", like(memberPattern)},
	{"bind_sends", textOrList, false, "What the side that binds sends, likewise.", like(memberPattern)},
	{"connect_sends", textOrList, false, "What the side that connects sends, likewise.", like(memberPattern)},
	{"deprecated", text, false, "What to use instead.", anything},
}}

var patternMessageKeys = objectDef{"a message of a pattern", "A message as the pattern carries it.", []keyDef{
	{"topic", textOrMapping, false, "The topic of the message, with {field} placeholders.", object(&topicKeys)},
}}

var topicKeys = objectDef{"a topic", "The template of a topic, or a mapping.", []keyDef{
	{"template", text, true, "The topic, with {field} placeholders.", anything},
	{"go_name", text, false, "The name of the Go function that makes topics.", like(goNamePattern)},
}}

var methodKeys = objectDef{"a method", "One call.", []keyDef{
	{"doc", text, false, "What the method does.", anything},
	{"go_name", text, false, "The name of the Go method.", like(goNamePattern)},
	{"request", text, false, "The message that is sent; none if left out.", like(memberPattern)},
	{"reply", text, false, "The message that is answered; none if left out.", like(memberPattern)},
	{"errors", textOrList, false, "Messages that are answered instead, as errors.", like(memberPattern)},
	{"timeout", text, false, "How long a call waits for its reply.", like(durationPattern).usually("30s")},
	{"idempotent", text, false, "Whether it does no harm to make a call twice: true or false.", yesOrNo.usually("false")},
	{"retry", mapping, false, "How a call of an idempotent method is made again: {attempts: 3, every: 1s}.", object(&retryKeys)},
	{"wire_name", text, false, "The name on the wire; the method's own if left out.", anything},
	{"deprecated", text, false, "What to use instead.", anything},
}}

var retryKeys = objectDef{"retry", "How a call is made again that got no answer.", []keyDef{
	{"attempts", text, false, "How often a call is sent at most, the first time included: 1 to 100; 3 if left out.", from(1, maxAttempts).usually("3")},
	{"every", text, false, "How long to wait before the second time, twice as long before the third, and so on; 1s if left out.", like(durationPattern).usually("1s")},
}}

var nodeKeys = objectDef{"a node", "A process, or one of its replicas.", []keyDef{
	{"doc", text, false, "What the node does.", anything},
	{"go_name", text, false, "The first part of its Go names.", like(goNamePattern)},
	{"host", text, false, "What others connect to where a bind says *; 127.0.0.1 if left out.", anything.usually("127.0.0.1")},
	{"replicas", text, false, "How many such processes run: a number, or many.", from(1, math.MaxInt32).or("many")},
	{"sockets", mapping, false, "Sockets by name.", named(&lowerSnake, mapping, object(&socketKeys))},
	{"defaults", mapping, false, "What the node's sockets have unless they say otherwise.", object(&defaultsKeys)},
}}

var socketKeys = objectDef{"a socket", "A ZeroMQ socket: the key of its pattern is its type.", []keyDef{
	{"pub", text, false, "A PUB socket of this pub-sub pattern.", like(referenceToPattern)},
	{"sub", text, false, "A SUB socket of this pub-sub pattern.", like(referenceToPattern)},
	{"push", text, false, "A PUSH socket of this push-pull pattern.", like(referenceToPattern)},
	{"pull", text, false, "A PULL socket of this push-pull pattern.", like(referenceToPattern)},
	{"req", text, false, "A REQ socket of this req-rep pattern: a client with one call at a time.", like(referenceToPattern)},
	{"rep", text, false, "A REP socket of this req-rep pattern: a server with one call at a time.", like(referenceToPattern)},
	{"dealer", text, false, "A DEALER socket of this pattern: the client of a req-rep one, or a side of a dealer-router or pair one.", like(referenceToPattern)},
	{"router", text, false, "A ROUTER socket of this pattern: the server of a req-rep one, or a side of a dealer-router one.", like(referenceToPattern)},
	{"xpub", text, false, "An XPUB socket of this pub-sub pattern, which sees subscriptions.", like(referenceToPattern)},
	{"xsub", text, false, "An XSUB socket of this pub-sub pattern, which sends subscriptions.", like(referenceToPattern)},
	{"pair", text, false, "A PAIR socket of this pair pattern.", like(referenceToPattern)},
	{"bind", textOrList, false, "Endpoints that the socket binds.", like(literalPattern).atLeast(1)},
	{"connect", textOrList, false, "Endpoints that the socket connects to, or node.socket.", like(endpointPattern).atLeast(1)},
	{"advertise", textOrList, false, "Endpoints that others connect to, instead of bind.", like(literalPattern).atLeast(1)},
	{"subscribe", textOrList, false, "Prefixes of topics that a sub or xsub receives; everything if left out, nothing yet if [].", anything},
	{"buffer", text, false, "The capacity of the Go channel, in messages.", from(0, maxBuffer).usually("256")},
	{"batch", text, false, "The most messages in a slice, of a Go channel that carries slices; single messages if left out.", from(1, maxBatch)},
	{"routing_id", text, false, "What a ROUTER knows the dealer or req by, 1 to 255 bytes; chosen by the ROUTER if left out.", anything},
	{"overflow", text, false, "What happens to received messages while the channel is full.", oneOf(policies...).usually("block")},
	{"options", mapping, false, "ZeroMQ's socket options.", object(&optionKeys)},
	{"doc", text, false, "What the socket is for.", anything},
	{"go_name", text, false, "The last part of its Go names.", like(goNamePattern)},
	{"security", text, false, "A security, of which the socket is a server if it binds, and a client if it connects; or none, if the defaults have one.", like(referenceToSecurity)},
	{"external", text, false, "Whether peers of the socket are not in the file: true or false, the default.", yesOrNo.usually("false")},
}}

var optionKeys = objectDef{"options", "ZeroMQ's socket options.", []keyDef{
	{"send_hwm", text, false, "The high-water mark for sending, in messages per peer; 0 is no limit.", from(0, math.MaxInt32).usually("1000")},
	{"recv_hwm", text, false, "The high-water mark for receiving, in messages per peer; 0 is no limit.", from(0, math.MaxInt32).usually("1000")},
	{"linger", text, false, "How long a closed socket goes on sending.", like(durationPattern).usually("1s")},
	{"max_message_size", text, false, "The largest message to receive, in bytes or with a unit such as 1MiB. A pub or xpub receives subscriptions, to prefixes of 4KiB at most whatever this says; only the backend of a forwarder that has it takes larger ones.", like(sizePattern).usually("16MiB")},
	{"conflate", text, false, "Whether queues keep the last message only: true or false, the default.", yesOrNo.usually("false")},
	{"handover", text, false, "Whether a peer of a router takes over the routing id of another: true or false, the default.", yesOrNo.usually("false")},
	{"max_frames", text, false, "The most frames of a message to receive, routing ids and delimiter aside.", from(1, maxFramesLimit)},
	{"heartbeat", text, false, "How often peers are probed, by TCP where a user may stop reading; 0, the default, is never.", like(durationPattern).usually("0")},
	{"heartbeat_timeout", text, false, "How long a peer may take to answer a probe. If left out it is as long as heartbeat says, and a minute at least where a peer may have stopped reading.", like(durationPattern)},
	{"heartbeat_ttl", text, false, "How long a peer waits for the next probe before it takes the connection for dead: 100ms to 65.5s; 0, the default, is for ever.", like(durationPattern).usually("0")},
	{"immediate", text, false, "Of a push, pub or xpub that connects: whether messages wait only for peers that are connected: true or false, the default.", yesOrNo.usually("false")},
	{"reconnect", text, false, "How long to wait before connecting again.", like(durationPattern).usually("100ms")},
	{"reconnect_max", text, false, "The longest such wait, up to which each is twice as long as the one before; all are the same if left out.", like(durationPattern)},
	{"connect_timeout", text, false, "How long a TCP connection may take to come about; as long as the system says if left out.", like(durationPattern)},
	{"handshake_timeout", text, false, "How long the handshake of a connection may take.", like(durationPattern).usually("30s")},
	{"backlog", text, false, "How many connections may wait to be accepted.", from(1, math.MaxUint16).usually("100")},
	{"ipv6", text, false, "Whether names and * stand for IPv6 addresses too: true or false, the default.", yesOrNo.usually("false")},
	{"tcp_keepalive", text, false, "Whether TCP probes idle connections: true, false, or after how many whole seconds, such as 60s.", like(keepalivePattern)},
	{"tos", text, false, "The type of service of IP packets.", from(0, math.MaxUint8).usually("0")},
}}
