// Package schema reads a topology, the YAML in which a team writes down its ZeroMQ messages,
// patterns and nodes, and checks it as a compiler would. It knows YAML and ZeroMQ's rules and
// nothing of the Go code that comes of them.
package schema

import "time"

// This file is the model: what a valid topology.yaml means. Parse makes it, package gen reads it.

// Text is a scalar of the file with the place it stands at. The zero Text was not in the file.
type Text struct {
	Value string
	Span
}

// IsSet reports whether the text stands in the file.
func (t Text) IsSet() bool { return t.Line > 0 }

// Topology is one valid file: every name in it is resolved to what it names. All lists are in the
// order of the file.
type Topology struct {
	File     string // the name given to Parse
	Name     Text
	Doc      string
	Package  Text // the Go package; the topology's name if the file has no go.package
	Enums    []*Enum
	Messages []*Message
	Patterns []*Pattern
	Nodes    []*Node

	lines []string // the source, for carets
}

// Enum is an open enumeration over int32.
type Enum struct {
	Name   Text
	GoName Text
	Doc    string
	// Values holds the value of number zero first, an UNSPECIFIED of our own making if the file
	// names none, then the others in the order of the file.
	Values []EnumValue
}

// EnumValue is one named number of an enum.
type EnumValue struct {
	Name   Text
	Doc    string
	Number int32
}

// Message is a record of numbered fields.
type Message struct {
	Name   Text
	GoName Text
	Doc    string
	Fields []*Field
}

// Field is one numbered field of a message.
type Field struct {
	Name   Text
	GoName Text
	Doc    string
	ID     int32
	Type   Type
}

// Type is the type of a field. Exactly one of Scalar, Enum, Message and Elem is set.
type Type struct {
	Scalar   Scalar   // "" if the type is none
	Enum     *Enum    //
	Message  *Message //
	Elem     *Type    // list<Elem>; Elem is neither a list nor optional
	Optional bool     // T?: whether a value is there matters; never set on a list
}

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
	PubSub   PatternKind = "pub-sub"
	PushPull PatternKind = "push-pull"
	ReqRep   PatternKind = "req-rep"
)

// Pattern is a contract between two kinds of socket: what travels, and how it is framed.
type Pattern struct {
	Name   Text
	GoName Text
	Doc    string
	Kind   PatternKind
	// Union is set if the messages were declared as a list of alternatives, so that each carries
	// its name on the wire, even if there is but one.
	Union    bool
	Messages []*PatternMessage // pub-sub and push-pull: at least one
	Methods  []*Method         // req-rep: at least one
}

// HasTopic reports whether the pattern's messages start with a topic frame: all do, or none does.
func (p *Pattern) HasTopic() bool { return len(p.Messages) > 0 && p.Messages[0].Topic != nil }

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
	Name    Text
	GoName  Text
	Doc     string
	Request *Message // nil: no body
	Reply   *Message // nil: no body
	Errors  []*Message
	Timeout time.Duration // 0: the runtime's default
}

// Node is a process, or one of its replicas.
type Node struct {
	Name   Text
	GoName Text
	Doc    string
	Host   Text // what others connect to where a bind says *; unset: 127.0.0.1
	// Replicated is set if more than one such process may run.
	Replicated bool
	Sockets    []*Socket
}

// SocketType is a ZeroMQ socket type, in lower case.
type SocketType string

// The socket types that zmqgen generates code for.
const (
	Pub    SocketType = "pub"
	Sub    SocketType = "sub"
	Push   SocketType = "push"
	Pull   SocketType = "pull"
	Dealer SocketType = "dealer"
	Router SocketType = "router"
)

// Socket is one socket of a node.
type Socket struct {
	Node      *Node
	Name      Text
	GoName    Text
	Doc       string
	Type      SocketType
	Pattern   *Pattern
	Bind      []Endpoint
	Connect   []Endpoint
	Advertise []Endpoint // literals: what others connect to, instead of Bind
	Subscribe []Text     // sub: the prefixes; a single empty one if the file is silent; none for []
	Buffer    int        // capacity of the Go channel, in messages; -1 if the file is silent
	Batch     int        // the Go channel is one of slices of so many messages at most; 0 if it is not
	Overflow  Overflow
	Options   Options
}

// FullName is node.socket, the name by which others refer to the socket.
func (s *Socket) FullName() string { return s.Node.Name.Value + "." + s.Name.Value }

// Endpoint is a literal ZeroMQ endpoint, or a reference to a socket that binds.
type Endpoint struct {
	Text
	Ref *Socket // nil for a literal
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
}
