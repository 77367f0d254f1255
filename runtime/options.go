//go:build cgo

package runtime

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"strings"
	"time"

	"github.com/pebbe/zmq4"
)

// This file holds what a socket is opened with: what the topology says of it, and what options say.

// Topology is what generated code tells of the sockets of one topology. It is not changed.
type Topology struct {
	Name    string
	Imports []*Topology           // those of the sockets that its own connect to by name
	Sockets map[string]SocketSpec // by node.socket, the sides of devices among them: hub.frontend

	Devices  map[string]DeviceSpec
	Security map[string]SecuritySpec
}

// SocketSpec is what a topology says of one socket. A nil pointer stands for the default.
type SocketSpec struct {
	Type           SocketType
	Host           string // of the node, for others that connect where Bind says *
	Replicated     bool   // the node may run many times
	Bind           []string
	Connect        []string // literal endpoints, and node.socket, or topology.node.socket, for that one's
	Advertise      []string
	Subscribe      []string
	Buffer         *int
	Batch          int // the channel is one of slices of so many messages at most; 0 if it is not
	Overflow       Overflow
	SendHWM        *int
	RecvHWM        *int
	Linger         *time.Duration
	MaxMessageSize *int64
	RoutingID      string // of a REQ or DEALER: the name by which a ROUTER knows it; the option RoutingID comes before it
	Conflate       bool   // only the newest message is kept where messages wait
	Uncorrelated   bool   // of a client: requests carry no call id, so that there is one at a time
	Handover       bool   // of a ROUTER: a new peer takes over the routing id of one that it has; otherwise it would not be heard

	// LeadIn and LeadOut are how many frames come before the body, behind an envelope, of what is received and sent: topics, names,
	// methods and statuses. The log of messages shows these and no others.
	LeadIn, LeadOut int

	Security         string // the name of a security of the topology; "" for none
	MaxFrames        *int
	Heartbeat        *time.Duration // how often peers are probed
	HeartbeatTimeout *time.Duration
	HeartbeatTTL     *time.Duration
	Immediate        bool // messages wait only for peers that are connected
	Reconnect        *time.Duration
	ReconnectMax     *time.Duration
	ConnectTimeout   *time.Duration
	HandshakeTimeout *time.Duration
	Backlog          *int
	IPv6             bool
	TCPKeepalive     *time.Duration // how long a connection is idle before TCP probes it; 0: as long as the system says
	TOS              *int
}

// DeviceKind is a kind of device.
type DeviceKind int

// The kinds of device.
const (
	Queue     DeviceKind = iota + 1 // a ROUTER in front, a DEALER behind
	Forwarder                       // an XSUB in front, an XPUB behind
	Streamer                        // a PULL in front, a PUSH behind
)

// String returns the name that a topology has for the kind.
func (k DeviceKind) String() string {
	switch k {
	case Queue:
		return "queue"
	case Forwarder:
		return "forwarder"
	case Streamer:
		return "streamer"
	}
	return fmt.Sprintf("DeviceKind(%d)", int(k))
}

// DeviceSpec is what a topology says of one device. Its sides are sockets of the topology: NAME.frontend, NAME.backend and, if
// there is one, NAME.capture.
type DeviceSpec struct {
	Kind    DeviceKind
	Capture bool
}

// Mechanism is a security mechanism of ZeroMQ's.
type Mechanism int

// The mechanisms.
const (
	Null  Mechanism = iota + 1
	Plain           // RFC 24
	Curve           // RFC 25 and 26
)

// SecuritySpec is what a topology says of one security. Sockets that bind are servers, others clients.
type SecuritySpec struct {
	Mechanism Mechanism
	Domain    string // what a handler is told
	Server    Credentials
	Client    Credentials
}

// Credentials are where one side of a security finds what it needs. The zero KeySource is nowhere.
type Credentials struct {
	PublicKey, SecretKey KeySource // curve: 40 characters of Z85 each
	Username, Password   KeySource // plain, client
	Allow                KeySource // server: who is let in
	AllowAny             bool      // server, curve: all who know the server's public key
}

// KeySource is an environment variable or a file, which is read when a socket opens.
type KeySource struct{ Env, File string }

// Limit, Lingering and Size make the optional values of a SocketSpec.
func Limit(n int) *int { return &n }

// Lingering makes an optional duration.
func Lingering(d time.Duration) *time.Duration { return &d }

// Size makes an optional number of bytes.
func Size(n int64) *int64 { return &n }

// SocketType is a type of ZeroMQ socket.
type SocketType int

// The socket types that the runtime opens.
const (
	Pub SocketType = iota + 1
	Sub
	Push
	Pull
	Dealer
	Router
	Pair
	XPub
	XSub
	Req
	Rep
)

var socketTypes = map[SocketType]zmq4.Type{
	Pub: zmq4.PUB, Sub: zmq4.SUB, Push: zmq4.PUSH, Pull: zmq4.PULL, Dealer: zmq4.DEALER, Router: zmq4.ROUTER,
	Pair: zmq4.PAIR, XPub: zmq4.XPUB, XSub: zmq4.XSUB, Req: zmq4.REQ, Rep: zmq4.REP,
}

// String returns the name that ZeroMQ's documents use.
func (t SocketType) String() string {
	if z, ok := socketTypes[t]; ok {
		return z.String()
	}
	return fmt.Sprintf("SocketType(%d)", int(t))
}

// sends and receives say which directions a type has.
func (t SocketType) sends() bool    { return t != Sub && t != Pull }
func (t SocketType) receives() bool { return t != Pub && t != Push }

// duplex says which types talk to a peer in both directions, each when it likes.
func (t SocketType) duplex() bool { return t == Pair || t == Dealer || t == Router }

func (t SocketType) known() bool {
	_, ok := socketTypes[t]
	return ok
}

// Overflow says what happens to a received message for which the channel has no room.
type Overflow int

// The overflow policies. Whatever they drop is counted as DroppedOverflow.
const (
	// Block receives no more from ZeroMQ until there is room, so that ZeroMQ's queues push back.
	Block Overflow = iota
	// DropNewest drops the message that has just come.
	DropNewest
	// DropOldest drops the oldest message in the channel.
	DropOldest
	// Latest keeps the newest message of each topic, for as many topics as the buffer says. The
	// channel itself is unbuffered, so that what is read is never older than it must be.
	Latest
)

const (
	defaultBuffer         = 256
	maxBuffer             = 1 << 20
	maxSlice              = 1024 // of messages, in a channel of slices
	defaultLinger         = time.Second
	defaultMaxMessageSize = 16 << 20
)

// SocketOption changes what a constructor opens.
type SocketOption func(*socketConfig)

// socketConfig is a SocketSpec with the options applied and the defaults filled in.
type socketConfig struct {
	SocketSpec
	socketLimits
	topology   *Topology
	name       string // node.socket
	instance   string
	welcome    []byte
	bound      bool // Bind was given as an option
	connected  bool // Connect was given as an option
	named      bool // RoutingID was given as an option
	trackPeers bool
	client     bool     // it makes calls
	calls      bool     // it makes or serves calls, which travel in envelopes
	device     *Device  // whose side it is; nil if it is none
	opened     **Socket // set to the socket, if not nil, when it is open
}

// socketLimits is what an open socket needs of its configuration.
type socketLimits struct {
	typ            SocketType
	overflow       Overflow
	buffer         int
	batch          int
	linger         time.Duration
	maxMessageSize int64
	maxFrames      int // of a message, with its envelope
	validate       Validation
	conflate       bool
	ipcMode        *fs.FileMode // of the files of ipc paths; nil as the umask says
}

// Instance names a further opening of a socket that is open on the same pump. Its full name is
// node.socket#name. If the topology gives the socket a routing id, it needs the option RoutingID too.
func Instance(name string) SocketOption { return func(c *socketConfig) { c.instance = name } }

// Bind replaces the endpoints that the socket binds. None at all: it binds nothing.
func Bind(endpoints ...string) SocketOption {
	return func(c *socketConfig) { c.SocketSpec.Bind, c.bound = endpoints, true }
}

// Connect replaces the endpoints that the socket connects to. Each is a literal endpoint, or a
// node.socket of the topology. None at all: it connects to nothing.
func Connect(endpoints ...string) SocketOption {
	return func(c *socketConfig) { c.SocketSpec.Connect, c.connected = endpoints, true }
}

// RoutingID replaces the routing id by which a ROUTER knows a DEALER or a REQ, 1 to 255 bytes of which
// the first is not zero. Two peers of one ROUTER must differ in it: the ROUTER never hears the second, unless
// the topology says handover. An empty one undoes what the topology says.
func RoutingID(id string) SocketOption {
	return func(c *socketConfig) { c.SocketSpec.RoutingID, c.named = id, true }
}

// Welcome sets a message of one frame that an XPUB sends to each subscriber that connects, before anything
// else. A SUB sees it only if it begins with a prefix that the SUB had subscribed to by then, an XSUB always.
func Welcome(frame []byte) SocketOption { return func(c *socketConfig) { c.welcome = frame } }

// Subscribe replaces the topic prefixes that a SUB or an XSUB subscribes to when it opens. None at all:
// nothing yet.
func Subscribe(prefixes ...string) SocketOption {
	return func(c *socketConfig) { c.SocketSpec.Subscribe = prefixes }
}

// Buffer replaces the capacity of the socket's channels, in messages. A channel of slices has room for as
// many slices as it takes to hold them.
func Buffer(messages int) SocketOption {
	return func(c *socketConfig) { c.SocketSpec.Buffer = &messages }
}

// configure applies opts to what the topology says of the named socket.
func configure(t *Topology, name string, opts []SocketOption) (*socketConfig, error) {
	spec, ok := t.Sockets[name]
	if !ok {
		return nil, fmt.Errorf("topology %s has no socket %q", t.Name, name)
	}
	c := &socketConfig{SocketSpec: spec, topology: t, name: name}
	c.validate = ValidateSent
	for _, opt := range opts {
		opt(c)
	}
	c.socketLimits = socketLimits{
		typ: c.Type, overflow: c.Overflow, buffer: defaultBuffer, batch: c.Batch, linger: defaultLinger,
		maxMessageSize: defaultMaxMessageSize, maxFrames: c.frameLimit(), validate: c.validate, conflate: c.Conflate, ipcMode: c.ipcMode,
	}
	if c.SocketSpec.Buffer != nil {
		c.buffer = *c.SocketSpec.Buffer
	}
	if c.Type == XPub { // what it receives would queue up in ZeroMQ without a bound
		c.overflow, c.buffer = DropOldest, max(c.buffer, 1)
	}
	if c.Conflate && c.Type.receives() && c.Overflow == Block {
		c.overflow, c.buffer = Latest, max(c.buffer, 1)
	}
	if c.Linger != nil {
		c.linger = *c.Linger
	}
	if c.MaxMessageSize != nil {
		c.maxMessageSize = *c.MaxMessageSize
	}
	return c, c.check()
}

func (c *socketConfig) check() error {
	switch {
	case !c.Type.known():
		return fmt.Errorf("unknown socket type %v", c.Type)
	case c.buffer > maxBuffer:
		return fmt.Errorf("buffer of %d messages, want at most %d", c.buffer, maxBuffer)
	case c.buffer < 0:
		return fmt.Errorf("buffer of %d messages, want 0 or more", c.buffer)
	case c.overflow == DropOldest && c.buffer == 0:
		return errors.New("a channel that drops its oldest message needs a buffer of 1 or more")
	case c.overflow == Latest && c.buffer == 0:
		return errors.New("a channel of the latest messages needs a buffer of 1 or more")
	case c.Batch < 0 || c.Batch > maxSlice:
		return fmt.Errorf("batch of %d messages, want 1 to %d", c.Batch, maxSlice)
	case c.overflow == Latest && c.Batch > 0:
		return errors.New("a channel of the latest messages has no batches")
	case c.linger < 0:
		return fmt.Errorf("linger of %v, want 0 or more: for ever is not accepted", c.linger)
	case c.maxMessageSize < 0 || c.maxMessageSize > math.MaxInt32:
		return fmt.Errorf("max_message_size of %d bytes, want 0 to %d", c.maxMessageSize, math.MaxInt32)
	case c.Type != Sub && c.Type != XSub && len(c.SocketSpec.Subscribe) > 0:
		return fmt.Errorf("a %v has no subscriptions", c.Type)
	case c.Type != XPub && len(c.welcome) > 0:
		return fmt.Errorf("a %v welcomes nobody, an XPUB does", c.Type)
	case c.Type != Router && c.Handover:
		return fmt.Errorf("a %v has no routing ids to hand over, a ROUTER has", c.Type)
	}
	return errors.Join(c.checkRoutingID(), c.checkConflate(), c.checkOptions(), checkIPCMode(c.ipcMode))
}

func (c *socketConfig) checkRoutingID() error {
	id := c.SocketSpec.RoutingID
	switch {
	case id == "":
		return nil
	case c.instance != "" && !c.named:
		return fmt.Errorf("a further opening would have routing id %q again: give it another with the option RoutingID", id)
	case c.Type != Dealer && c.Type != Req:
		return fmt.Errorf("a %v has no routing id of its own, a DEALER or a REQ has", c.Type)
	case len(id) > maxRoutingID || id[0] == 0:
		return fmt.Errorf("invalid routing id %q, want 1 to %d bytes of which the first is not zero", id, maxRoutingID)
	}
	return nil
}

// batches returns how many slices a channel of slices has room for.
func (c *socketLimits) batches() int { return (c.buffer + c.batch - 1) / c.batch }

func (c *socketConfig) fullName() string {
	if c.instance == "" {
		return c.name
	}
	return c.name + "#" + c.instance
}

// PumpOption changes what NewPump makes.
type PumpOption func(*Pump)

// WithErrorHandler has f called with every error that no caller is there to take, each an *Error. It
// is called by the goroutine that met the error, so it must not block and must not close the pump or
// a socket; several may call it at once.
func WithErrorHandler(f func(error)) PumpOption { return func(p *Pump) { p.onError = f } }

// WithLogger has the same errors logged to l, at level warning.
func WithLogger(l *slog.Logger) PumpOption { return func(p *Pump) { p.logger = l } }

// WithIOThreads sets the number of threads in which ZeroMQ serves its connections; 1 is the default
// and good for about a gigabyte per second.
func WithIOThreads(n int) PumpOption { return func(p *Pump) { p.ioThreads = n } }

// WithEndpoint says where the named socket, node.socket, is to be found: others connect to these literal
// endpoints instead of those that the topology gives. None at all: nothing is replaced. A socket of a topology that is imported
// has the name topology.node.socket. NewPump returns an error if an endpoint is none.
func WithEndpoint(socket string, endpoints ...string) PumpOption {
	return func(p *Pump) { p.overrides[socket] = endpoints }
}

// WithEnv takes endpoints from the environment, where it has them, with names that start with prefix:
// for socket quotes of node feed and prefix MARKET, MARKET_FEED_QUOTES is what others connect to,
// MARKET_FEED_QUOTES_BIND what it binds and MARKET_FEED_QUOTES_CONNECT what it connects to. Several
// are separated by commas; a variable that is empty is as one that is not set. Sockets of a topology that is imported go by
// that one's name in capitals, whatever the prefix is. A prefix may end in its underscore. The environment is read when a socket opens, and what is no endpoint is
// an error then.
//
// Topologies that open on one pump share the prefix. A variable with it that is nearly one of a topology's sockets is reported when the
// first socket of that topology opens, unless it is exactly one of another topology that opened before; one that holds an endpoint and that no topology
// explains is reported when the pump closes. Each is reported once. WithEndpoint comes before the environment, and the options of a
// constructor before both.
func WithEnv(prefix string) PumpOption {
	return func(p *Pump) { p.envPrefix = strings.TrimSuffix(prefix, "_") }
}
