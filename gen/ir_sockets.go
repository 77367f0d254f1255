package gen

// This file is the part of the intermediate representation that is about sockets: the calls of req-rep patterns, and
// nodes.

// service becomes the client and the server of a req-rep pattern.
type service struct {
	pattern   string
	client    string // Go name
	clientDoc []string
	server    string // Go name
	serverDoc []string
	// handler is the Go name of the interface that the server's method Serve takes.
	handler    string
	handlerDoc []string
	serveDoc   []string
	methods    []method
}

// method becomes a method of the client, a channel of the server and a table for the runtime.
type method struct {
	name      string // as the topology writes it
	wireName  string
	goName    string
	channel   string // Go name of the server's field
	table     string
	clientDoc []string
	serverDoc []string

	handlerDoc []string
	request    methodMessage
	reply      methodMessage
	errors     []declaredError
	timeout    duration
	json       bool // of the bodies that are one frame; protobuf if not
	bare       bool // nothing is on the wire but bodies
	metadata   bool // and metadata
	idempotent bool
	attempts   int      // 0 for the runtime's default
	retryEvery duration // none for the runtime's default
}

// methodMessage is the request, the reply or an error of a method. The zero one is none.
type methodMessage struct {
	typ      goType // no name for none
	limited  bool   // it has limits
	appendFn string // the methods that write and read its frames; "" if it is one frame
	parseFn  string
	foreign  bool // these are functions, since the message is of another package
}

type declaredError struct {
	wireName string
	methodMessage
}

// duration is a length of time as source: count times a constant of package time.
type duration struct {
	count int64
	unit  string // "" for no unit: then count is 0 or -1
}

// socketUse is what a program does with a socket.
type socketUse int

const (
	sends socketUse = iota
	receives
	calls
	serves
	sendsAndReceives
	publishes  // and hears of subscriptions
	subscribes // by a channel of subscriptions
)

// carried is what a channel of a socket carries.
type carried struct {
	codec   goType
	element goType
	// wrap is the runtime's function that makes of codec that of the elements; "" for none. frames is its second argument, if
	// it has one: how many there are of a message without metadata.
	wrap   rt
	frames int
}

// socket becomes a constructor, a handle and an entry of the topology's table.
type socket struct {
	fullName  string // node.socket
	openFn    string
	openDoc   []string
	handleFn  string
	handleDoc []string
	use       socketUse
	sent      carried // of channels that messages are sent to
	received  carried // of channels that bring messages
	service   goType  // calls and serves: the client or the server
	// uncorrelated is set of a client whose servers send no call id back.
	uncorrelated bool
	socketType   string // name of the runtime's constant
	host         string
	replicated   bool
	bind         []string
	connect      []string
	advertise    []string
	subscribe    []string
	subscribes   bool // whether the table says what it subscribes to
	buffer       *int
	batch        int    // the most messages in a slice; 0 if the channel carries none
	leadIn       int    // frames before the body of what it receives
	leadOut      int    // and of what it sends
	overflow     string // name of the runtime's constant; "" for its default
	routingID    string
	security     string // by which name the table has it; "" for none
	options      []option
}

// option becomes a field of an entry of the topology's table. Exactly one of number, bytes and time is set, or none: then it is true.
type option struct {
	name   string // of the runtime's field
	number *int
	bytes  *int64
	time   *duration
}

// node becomes a struct with the open sockets of a node, what opens them all and what closes them.
type node struct {
	name    string // as the topology writes it
	goName  string // of the struct
	doc     []string
	openFn  string
	openDoc []string
	fields  []nodeField
}

// nodeField becomes a field of the struct of a node.
type nodeField struct {
	name   string // of the socket, as the topology writes it
	socket socket
	goName string
	doc    []string
}
