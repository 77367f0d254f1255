package gen

// This file is the intermediate representation: what the emitted Go will say, fully decided. It is
// plain data with final Go names and wire tags, and nothing in it points back into package schema.

// program is everything that one topology becomes.
type program struct {
	pkg      string // the Go package
	topology string // the topology's name, under which the runtime knows its sockets
	source   string // base name of the topology's file
	imports  []goImport
	tables   []goType // what returns the tables of the topologies whose sockets this one's connect to
	enums    []enum
	messages []message
	layouts  []layout
	topics   []topic
	readers  []*topicReader
	// enumReaders are the enums that stand in topics that are read.
	enumReaders []enum
	codecs      []codec
	services    []service
	sockets     []socket
	sides       []socket // those of devices, which are in the table alone
	nodes       []node
	devices     []device
	securities  []security
	tests       []messageTest
	framesTests []framesTest
}

// goType is a type that generated code names.
type goType struct {
	path  string // import path; "" for predeclared types and those of the package itself
	name  string
	in    rt   // the runtime's generic type that holds it, in[name]; "" for none
	slice bool // []name
}

// enum becomes a named int32, its constants and String.
type enum struct {
	goName string
	path   string // import path, of one that another topology declares
	reader string // the function that reads its text
	doc    []string
	values []enumValue
}

type enumValue struct {
	name   string // as the topology writes it
	proto  string // in .proto and JSON
	goName string
	doc    []string
	number int32
}

// message becomes a struct and its methods.
type message struct {
	name      string // as the topology writes it
	goName    string
	doc       []string
	fields    []field // in the order of the file
	fieldsVar string  // the table of field names
	keeps     bool    // fields that are not known are kept
	errorDoc  []string
	isError   bool // some method declares it as an error
	limited   bool // Validate has something to check
}

// shape says how many values a field holds.
type shape int

const (
	plain    shape = iota // one; zero is not written
	optional              // none or one
	list                  // any number
	mapping               // any number, by key
	choice                // at most one of several, each with a number of its own
)

// field becomes a struct field and its share of AppendProto and ReadProto.
type field struct {
	name     string // as the topology writes it
	goName   string
	doc      []string
	jsonName string
	number   int32
	shape    shape
	value    value
	pointer  bool   // an optional field whose type does not have a nil of its own
	packed   bool   // a list whose values stand behind one tag
	tag      uint32 // as it is written
	itemTag  uint32 // of a packed list: the tag of a value that stands alone

	key     value  // of a mapping
	entryFn string // of a mapping: the function that reads an entry

	union        string // of a choice: Go name of its interface
	cloneFn      string // and the functions that copy and compare what it holds
	equalFn      string
	unionDoc     []string
	alternatives []field // of a choice: in the order of the file; plain fields
	wrapper      string  // of an alternative: Go name of the struct that holds it
	wrapperPath  string  // of an alternative: import path of that; "" for the package itself

	limits limits
}

// value is how one value of a field, or one item of a list, is held, written and read.
type value struct {
	typ     goType
	wire    uint32 // protobuf wire type
	size    int    // bytes of a fixed-size value; 0 for others
	zero    zeroTest
	write   string // the runtime's function that appends it; "" for messages
	convert string // the Go type that write wants, where that is not typ

	tagged   string // the runtime function that appends it behind a tag of one byte, if there is one
	taggedAs string // the Go type that tagged wants, where that is not typ
	fails    bool   // write returns an error as well
	read     string // the ProtoReader's method that reads it; "" for messages and enums
	isEnum   bool
	shares   bool // a copy shares memory with the original
	json     jsonValue
}

// isMessage reports whether the value is a nested message.
func (v value) isMessage() bool { return v.write == "" }

// zeroTest is how generated code sees that a plain field has to be written.
type zeroTest int

const (
	notZero  zeroTest = iota // m.X != 0
	isTrue                   // m.X
	bits32                   // math.Float32bits(m.X) != 0: -0 is written, as protobuf does
	bits64                   // math.Float64bits(m.X) != 0
	notEmpty                 // m.X != ""
	hasLen                   // len(m.X) > 0
	timeSet                  // !m.X.IsZero()
	uuidSet                  // m.X != (zmqrt.UUID{})
)

// topic becomes two functions that make the topics of a message.
type topic struct {
	goName   string
	appendFn string
	template string
	message  string // as comments show it
	params   []param
	parts    []topicPart
}

// param is one parameter of a topic's functions.
type param struct {
	name  string
	field string // Go name of the field whose value goes in
	typ   goType
}

// topicPart is a literal, or a parameter and how it is written.
type topicPart struct {
	literal string
	param   string // "" for a literal
	write   topicWrite
	convert string // the type that strconv wants, where that is not the parameter's
}

type topicWrite int

const (
	asText topicWrite = iota
	asInt
	asUint
	asBool
	asEnum
	asUUID
)

// layout is a message in the encoding frames: each field is a frame, in this order. It becomes appendFrames
// and parseFrames.
type layout struct {
	message  goType
	appendFn string // the methods of the message; functions for one of another package
	parseFn  string
	prefix   string // of further functions; "" where methods are enough
	fields   []frameField
}

// frameField becomes a frame, or several.
type frameField struct {
	name     string // as the topology writes it
	goName   string
	kind     frameKind
	form     frameForm
	part     field   // of a partFrame
	json     bool    // of a messageFrame or a partFrame; protobuf if not
	constant *string // the frame of a field that is always the same
}

type frameKind int

const (
	valueFrame   frameKind = iota // one value, as form says
	messageFrame                  // a message in protobuf wire format, or in JSON
	partFrame                     // a field as it stands in the message in protobuf wire format, or its value in JSON
	restFrames                    // a frame for each item of the list
)

// frameForm is how one value is written as a frame and read from it.
type frameForm struct {
	write  string // the runtime's function that appends it; "" for bytes
	fails  bool   // write returns an error as well
	sliced bool   // the value is an array of bytes
	read   string // the runtime's function that reads it
}

// topicReader becomes a function that sets the fields of a message from its topic.
type topicReader struct {
	fn       string
	message  goType
	template string
	pieces   []topicPiece
}

// topicPiece is a literal, or the value of a field and what reads it.
type topicPiece struct {
	literal string
	name    string // of the field, as the topology writes it
	goName  string // of the field; "" for a literal
	text    bool   // the field is a string, and may contain what ends it
	end     string // the byte that ends the value; "" if it is the last
	read    goType // the function that reads it
}

// tagging says how the messages of a union are told apart.
type tagging int

const (
	byName tagging = iota
	byConst
	byTopic
)

// codec becomes a stateless type that turns the messages of a pattern into frames and back.
type codec struct {
	pattern  string // as the topology writes it
	carries  string // what it is the codec of, in words: pattern quotes
	goName   string
	layout   string // "[topic] [name] [body]"
	union    string // Go name of the interface of its messages; "" for a single message
	unionDoc []string
	element  goType // what travels in the channels
	lead     int    // frames before the name, or before the body where there is none
	frames   bool   // whether the body is the frames of a layout
	tag      tagging
	tagAt    int    // the frame of the body that tells messages apart by const
	framesFn string // the function that returns the frames of a message; "" for none
	messages []codecMessage
	json     bool // of the bodies; protobuf if not
	limited  bool // some of them have limits
}

// codecMessage is one message that a codec carries.
type codecMessage struct {
	wireName string // or the frame that tells it apart by const
	typ      goType
	topic    string       // the function that appends the topic; "" for none
	args     []string     // the fields that go into the topic
	reader   *topicReader // what reads the topic; nil if nothing does
	appendFn string       // the methods that write and read its frames
	parseFn  string
	limited  bool
}
