// Package schema reads a topology, the YAML in which a team writes down its ZeroMQ messages,
// patterns and nodes, and checks it as a compiler would. It knows YAML and ZeroMQ's rules and
// nothing of the Go code that comes of them.
package schema

import (
	"iter"
	"time"
)

// This file is the model: what a valid topology.yaml means. Parse makes it, package gen reads it.

// Text is a scalar of the file with the place it stands at. The zero Text was not in the file.
type Text struct {
	Value string
	Span
}

// IsSet reports whether the text stands in the file.
func (t Text) IsSet() bool { return t.Line > 0 }

// Topology is one valid file: every name in it is resolved to what it names, be it in this file or in one that
// it imports. All lists are in the order of the file.
type Topology struct {
	File    string // the name given to Parse
	Name    Text
	Doc     string
	Package Text // the Go package; the topology's name if the file has no go.package
	Tests   bool // whether tests of the messages are generated as well
	// ImportPath is the import path of the Go package; not set if the file is silent.
	ImportPath Text
	Imports    []*Import
	Enums      []*Enum
	Messages   []*Message
	Patterns   []*Pattern
	Nodes      []*Node
	Devices    []*Device
	Securities []*Security
	// Lint is how severe the file wants the findings of rules to be, in the order of the file.
	Lint []RuleSetting
	// Comments are those of the file, in its order.
	Comments []Comment

	lines []string // the source, for carets
	root  *node    // the file as a tree, for paths
}

// RuleSetting is how severe the findings of a rule are in a file.
type RuleSetting struct {
	Rule     Text     // as the file names it, which need not be a rule
	Severity Severity // Off: it has none
}

// Import is another topology, to which the file refers by a name of its own.
type Import struct {
	Alias    Text
	Path     Text // as the file writes it
	Topology *Topology
}

// Enum is an open enumeration over int32.
type Enum struct {
	Topology   *Topology // that declares it
	Name       Text
	GoName     Text
	Doc        string
	Deprecated Text       // what to use instead; not set if the enum is not deprecated
	Reserved   []Reserved // in the order of the file
	// Values holds the value of number zero first, an UNSPECIFIED of our own making if the file
	// names none, then the others in the order of the file.
	Values []EnumValue
}

// EnumValue is one named number of an enum.
type EnumValue struct {
	Name       Text
	GoName     Text // of the Go constant; not set if the file is silent
	Doc        string
	Deprecated Text // what to use instead; not set if the value is not deprecated
	Number     int32
}

// Message is a record of numbered fields.
type Message struct {
	Topology   *Topology // that declares it
	Name       Text
	GoName     Text
	WireName   Text // of its name frame; the message's own if the file is silent
	Doc        string
	Deprecated Text // what to use instead; not set if the message is not deprecated
	Fields     []*Field
	Reserved   []Reserved // in the order of the file
	// IsError is set if the file says that the message is an error, whatever methods may fail with it.
	IsError bool
	// KeepUnknown is set if fields that the receiver does not know are kept and sent again.
	KeepUnknown bool
}

// Reserved is a range of numbers, or a name, that is not used again.
type Reserved struct {
	Name     string // "" for numbers
	From, To int32  // both included
}

// Field is one numbered field of a message, or a oneof, which is a choice of such fields.
type Field struct {
	Name       Text
	GoName     Text
	Doc        string
	Deprecated Text     // what to use instead; not set if the field is not deprecated
	ID         int32    // 0 for a oneof
	Type       Type     // the zero Type for a oneof
	OneOf      []*Field // the fields of which at most one is there, in the order of the file; nil for any other field
	Limits     Limits
	Example    Value // not set if the file is silent
	Const      Value // encoding frames: written always, and checked on reading; not set if the file is silent
	As         As    // encoding frames: how the field becomes a frame
	Places     Places
}

// Type is the type of a field. Exactly one of Scalar, Enum, Message and Elem is set.
type Type struct {
	Scalar   Scalar   // "" if the type is none
	Enum     *Enum    //
	Message  *Message //
	Elem     *Type    // list<Elem> or map<Key, Elem>; Elem is neither of them nor optional
	Key      Scalar   // of a map: an integer, bool or string; "" for any other type
	Optional bool     // T?: whether a value is there matters; never set on a list or a map
}

// IsMap reports whether the type is map<Key, Elem>.
func (t Type) IsMap() bool { return t.Key != "" }

// IsList reports whether the type is list<Elem>.
func (t Type) IsList() bool { return t.Elem != nil && t.Key == "" }

// Limits are what Validate holds a field's value to. What is nil or not set is no limit.
type Limits struct {
	Required           bool  // a value that is absent, zero or empty is an error
	Min, Max           Value // of a number, timestamp, duration or decimal, or of every item of a list of those
	MinLen, MaxLen     *int  // bytes of a string or of bytes, or of every item of a list of those
	MinItems, MaxItems *int  // of a list or a map
	Pattern            Text  // RE2, which all of a string has to match, or every item of a list of strings
}

// Value is a value of a field as the file writes it, checked against the field's type.
type Value struct {
	Text
	Parsed any // bool, int64, uint64, float64, string, []byte, time.Time, time.Duration, [16]byte, or an *EnumValue; []any of those for a list
}

// As says how a field becomes a frame where the encoding is frames.
type As string

// The forms of a frame.
const (
	AsUsual  As = ""       // as docs/wire.md says for the type
	AsLittle As = "little" // integers and floats, little endian
	AsText   As = "text"   // numbers and bools, as decimal text
	AsJSON   As = "json"   // messages, lists, maps, T? and oneof
	AsProto  As = "proto"  // the same, as protobuf
)

// Encoding is how bodies become frames.
type Encoding string

// The encodings.
const (
	EncodingProto  Encoding = "proto" // the default
	EncodingJSON   Encoding = "json"
	EncodingFrames Encoding = "frames"
)

// Scalar names a scalar type as the file writes it.
type Scalar string

// The scalar types. Bool to Bytes are protobuf's, under protobuf's rules.
const (
	Bool      Scalar = "bool"
	Int32     Scalar = "int32"
	Int64     Scalar = "int64"
	Uint32    Scalar = "uint32"
	Uint64    Scalar = "uint64"
	Sint32    Scalar = "sint32"
	Sint64    Scalar = "sint64"
	Fixed32   Scalar = "fixed32"
	Fixed64   Scalar = "fixed64"
	Sfixed32  Scalar = "sfixed32"
	Sfixed64  Scalar = "sfixed64"
	Float32   Scalar = "float32"
	Float64   Scalar = "float64"
	String    Scalar = "string"
	Bytes     Scalar = "bytes"
	Timestamp Scalar = "timestamp" // UTC; the zero time is absent
	Duration  Scalar = "duration"
	UUID      Scalar = "uuid"    // 16 bytes
	Decimal   Scalar = "decimal" // checked text
	JSON      Scalar = "json"    // a JSON document as text
)

// PatternKind is the kind of contract that a pattern is.
type PatternKind string

// The kinds of pattern that zmqgen generates code for.
const (
	PubSub       PatternKind = "pub-sub"
	PushPull     PatternKind = "push-pull"
	ReqRep       PatternKind = "req-rep"
	DealerRouter PatternKind = "dealer-router"
	Pair         PatternKind = "pair"
)

// Pattern is a contract between two kinds of socket: what travels, and how it is framed.
type Pattern struct {
	Topology   *Topology // that declares it
	Name       Text
	GoName     Text
	Doc        string
	Deprecated Text   // what to use instead; unset: it is not deprecated
	External   bool   // sockets that are not in the file speak it too
	Reserved   []Text // names that no message or method has on the wire again
	Kind       PatternKind
	// Encoding is the pattern's own or the topology's.
	Encoding Encoding
	// Metadata is set if a frame of metadata follows each body; never with encoding frames.
	Metadata  bool
	Tag       Tag      // how the messages of a union are told apart
	TopicOnly []*Field // encoding frames: fields that travel in the topic alone
	// Flow is what pub-sub and push-pull patterns carry.
	Flow
	// BothWays is of dealer-router and pair patterns: what the dealer and what the router sends, or what the side that
	// binds and what the side that connects sends.
	BothWays []*Flow
	Methods  []*Method // req-rep: at least one
	// Bare is set if a req-rep pattern was declared by its request and its reply, so that its only method, which is
	// called Call in Go, has no name on the wire, and its replies no status.
	Bare        bool
	Correlation Correlation // req-rep
}

// Flow is what one side of a pattern sends: a message, or one of several.
type Flow struct {
	Sender string // "dealer", "router", "bind" or "connect"; "" where but one side sends
	// Union is set if the messages were declared as a list of alternatives, so that each carries
	// its name on the wire, even if there is but one.
	Union    bool
	Messages []*PatternMessage // at least one
}

// Correlation says how the replies of a req-rep pattern find their requests.
type Correlation string

// The correlations.
const (
	CallID       Correlation = "call_id" // by an id that the client sends and the server sends back; the default
	Uncorrelated Correlation = "none"    // by their order: a client has one call in flight
)

// Tag says how the messages of a union are told apart.
type Tag string

// The tags.
const (
	TagName  Tag = "name"  // by a frame with the message's name; the default
	TagConst Tag = "const" // by const fields: same index and type, different values
	TagTopic Tag = "topic" // by their topics
)

// HasTopic reports whether the messages start with a topic frame: all do, or none does.
func (f *Flow) HasTopic() bool { return len(f.Messages) > 0 && f.Messages[0].Topic != nil }

// PatternMessage is a message as one pattern carries it.
type PatternMessage struct {
	Message *Message
	Span           // where the pattern names the message
	Topic   *Topic // nil if the pattern has none
}

// Topic is the template of a topic frame, such as quote.{symbol}.
type Topic struct {
	Text
	GoName   Text // of the function that makes topics
	Segments []TopicSegment
}

// TopicSegment is a literal or a placeholder.
type TopicSegment struct {
	Literal string // "" for a placeholder
	Field   *Field // nil for a literal; a field of type string, integer, enum, bool or uuid
}

// Method is one call of a req-rep pattern.
type Method struct {
	Name     Text
	GoName   Text
	WireName Text // of its method frame; the method's own if the file is silent
	Doc      string

	Deprecated Text     // what to use instead; unset: it is not deprecated
	Request    *Message // nil: no body
	Reply      *Message // nil: no body
	Errors     []*Message
	Timeout    time.Duration // 0: the runtime's default
	Idempotent bool          // a call may be made twice, and so is made again if it gets no answer
	Attempts   int           // idempotent: how often a call is sent at most, the first time included; 0: the runtime's default
	RetryEvery time.Duration // idempotent: how long to wait before the second time; 0: the runtime's default
	Places     Places
}

// Node is a process, or one of its replicas.
type Node struct {
	Topology *Topology // that declares it
	Name     Text
	GoName   Text
	Doc      string
	Host     Text // what others connect to where a bind says *; unset: 127.0.0.1
	// Replicated is set if more than one such process may run.
	Replicated bool
	Replicas   Text // how many, as the file says it: a number or many; not set if the file is silent
	Sockets    []*Socket
	Device     *Device // whose sides the sockets are; nil for a node of the file. Topology.Nodes has no others
}

// SocketType is a ZeroMQ socket type, in lower case.
type SocketType string

// The socket types that zmqgen generates code for.
const (
	Pub        SocketType = "pub"
	XPub       SocketType = "xpub"
	Sub        SocketType = "sub"
	XSub       SocketType = "xsub"
	Push       SocketType = "push"
	Pull       SocketType = "pull"
	Req        SocketType = "req"
	Dealer     SocketType = "dealer"
	Rep        SocketType = "rep"
	Router     SocketType = "router"
	PairSocket SocketType = "pair"
)

// Socket is one socket of a node.
type Socket struct {
	Node      *Node
	Name      Text
	GoName    Text
	Doc       string
	Type      SocketType
	Pattern   *Pattern // nil for the capture of a device, whose messages have no type
	Bind      []Endpoint
	Connect   []Endpoint
	Advertise []Endpoint // literals: what others connect to, instead of Bind
	Subscribe []Text     // sub and xsub: the prefixes; a single empty one if the file is silent; none for []
	Buffer    int        // capacity of the Go channel, in messages; -1 if the file is silent
	Batch     int        // the Go channel is one of slices of so many messages at most; 0 if it is not
	Overflow  Overflow
	External  bool      // peers of the socket are not in the file
	RoutingID Text      // dealer and req: what a ROUTER knows the socket by; not set if the file is silent
	Security  *Security // nil: none, which is NULL
	Options   Options
	Places    Places // also of what the defaults say
}

// FullName is node.socket, the name by which others of its topology refer to the socket.
func (s *Socket) FullName() string { return s.Node.Name.Value + "." + s.Name.Value }

// AllSockets returns the sockets of all nodes, then the sides of all devices, in the order of the file.
func (t *Topology) AllSockets() iter.Seq[*Socket] {
	return func(yield func(*Socket) bool) {
		for _, n := range t.Nodes {
			for _, s := range n.Sockets {
				if !yield(s) {
					return
				}
			}
		}
		for _, d := range t.Devices {
			for _, s := range d.Node.Sockets {
				if !yield(s) {
					return
				}
			}
		}
	}
}

// Endpoint is a literal ZeroMQ endpoint, or a reference to a socket that binds.
type Endpoint struct {
	Text
	Ref *Socket // nil for a literal; of this topology or of one that it imports
}

// Overflow says what happens to a received message for which the Go channel has no room.
type Overflow string

// The overflow policies.
const (
	Block      Overflow = "block" // receive no more until there is room; the default
	DropNewest Overflow = "drop_newest"
	DropOldest Overflow = "drop_oldest"
	Latest     Overflow = "latest" // keep the newest message of each topic
)

// Options are ZeroMQ's socket options. A nil pointer is an option that the file is silent on.
type Options struct {
	SendHWM        *int // messages per peer; 0 is no limit
	RecvHWM        *int // messages per peer; 0 is no limit
	Linger         *time.Duration
	MaxMessageSize *int64 // bytes of a whole multipart message
	Conflate       bool   // queues keep the last message only
	Handover       bool   // router: a peer takes over the routing id of another

	MaxFrames        *int           // of a multipart message, routing ids and delimiter aside
	Heartbeat        *time.Duration // how often peers are probed
	HeartbeatTimeout *time.Duration // until a peer that does not answer is taken for dead
	HeartbeatTTL     *time.Duration // until the peer takes us for dead
	Immediate        bool           // messages wait only for peers that are connected
	Reconnect        *time.Duration // until the first attempt to connect again
	ReconnectMax     *time.Duration // the longest wait, up to which it doubles
	ConnectTimeout   *time.Duration // of a TCP connection
	HandshakeTimeout *time.Duration // of ZMTP's handshake
	Backlog          *int           // connections that wait to be accepted
	IPv6             bool           // also where no endpoint has an IPv6 address
	TCPKeepalive     *time.Duration // how long a connection is idle before TCP probes it; 0: as long as the system says
	TOS              *int           // the type of service of IP packets
	Places           Places
}
