package gen

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns nodes into the intermediate representation: a constructor, a handle and a line of
// the topology's table for each of their sockets.

// topologyVar is the variable that holds the topology's table, topologyFunc what returns it to importers.
const (
	topologyVar  = "topology"
	topologyFunc = "TopologyTable"
)

// The runtime's constants for socket types and overflow policies. The zero policy is left out of the
// table.
var (
	socketTypes = map[schema.SocketType]string{
		schema.Pub: "Pub", schema.Sub: "Sub", schema.Push: "Push", schema.Pull: "Pull",
		schema.Req: "Req", schema.Rep: "Rep", schema.Dealer: "Dealer", schema.Router: "Router",
		schema.XPub: "XPub", schema.XSub: "XSub", schema.PairSocket: "Pair",
	}
	overflows = map[schema.Overflow]string{
		schema.DropNewest: "DropNewest", schema.DropOldest: "DropOldest", schema.Latest: "Latest",
	}
)

func (l *lowering) anySocket() bool {
	return len(l.t.Devices) > 0 || slices.ContainsFunc(l.t.Nodes, func(n *schema.Node) bool { return len(n.Sockets) > 0 })
}

func (l *lowering) socket(s *schema.Socket) {
	name := l.goName(s.Node.GoName, exported(s.Node.Name.Value)) + l.goName(s.GoName, exported(s.Name.Value))
	out := l.tableEntry(s)
	out.openFn, out.handleFn = "New"+name, name+"Socket"
	l.socketUse(&out, s)

	by := origin{namePlace(s.GoName, s.Name), "the constructor of socket " + out.fullName, goNameHelp}
	l.names.declare(out.openFn, by)
	by.what = "the handle of socket " + out.fullName
	l.names.declare(out.handleFn, by)
	l.p.sockets = append(l.p.sockets, out)
}

// tableEntry is what the topology's table says of a socket, which may be a side of a device.
func (l *lowering) tableEntry(s *schema.Socket) socket {
	out := socket{
		fullName:   s.FullName(),
		socketType: socketTypes[s.Type],
		host:       s.Node.Host.Value,
		replicated: s.Node.Replicated,
		bind:       endpoints(s.Bind),
		connect:    connects(s),
		advertise:  endpoints(s.Advertise),
		// A device subscribes to what the subscribers behind it do.
		subscribes: s.Node.Device == nil && (s.Type == schema.Sub || s.Type == schema.XSub),
		batch:      s.Batch,
		overflow:   overflows[s.Overflow],
		routingID:  s.RoutingID.Value,
		options:    optionsOf(s.Options),
	}
	if s.Buffer >= 0 && s.Node.Device == nil {
		n := s.Buffer
		out.buffer = &n
	}
	if s.Security != nil {
		out.security = l.security(s.Security)
	}
	for _, e := range s.Connect {
		if e.Ref != nil && e.Ref.Node.Topology != l.t {
			table := l.qualified(e.Ref.Node.Topology, topologyFunc)
			if !slices.Contains(l.p.tables, table) {
				l.p.tables = append(l.p.tables, table)
			}
		}
	}
	for _, prefix := range s.Subscribe {
		out.subscribe = append(out.subscribe, prefix.Value)
	}
	return out
}

// socketUse decides what the constructor returns, and its comment.
func (l *lowering) socketUse(out *socket, s *schema.Socket) {
	pattern := l.patternName(s.Pattern)
	text := fmt.Sprintf("%s opens socket %s of node %s, %s.", out.openFn, s.Name.Value, s.Node.Name.Value, whatItIs(s))
	sent, received := s.Flows()
	out.leadIn, out.leadOut = leadOf(s.Pattern, received), leadOf(s.Pattern, sent)
	if sent != nil {
		out.sent = l.carried(s, sent)
		out.sent.element.slice = s.Batch > 0
	}
	if received != nil {
		out.received = l.carried(s, received)
		out.received.element.slice = s.Batch > 0
	}
	switch {
	case s.Type == schema.XPub:
		out.use, out.received = publishes, subscriptions
		text += publishesDoc
	case s.Type == schema.XSub:
		out.use, out.sent = subscribes, subscriptions
		text += subscribesDoc
	case sent != nil && received != nil:
		out.use = sendsAndReceives
		text += sendsAndReceivesDoc(s.Type)
	case sent != nil:
		out.use = sends
		text += sendsDoc(s.Batch)
	case received != nil:
		out.use = receives
		text += receivesDoc(s.Batch)
	case s.Type == schema.Req || s.Type == schema.Dealer:
		out.use = calls
		out.service = l.qualified(s.Pattern.Topology, pattern+"Client")
		out.uncorrelated = s.Pattern.Correlation == schema.Uncorrelated
	case s.Type == schema.Rep || s.Type == schema.Router:
		out.use = serves
		out.service = l.qualified(s.Pattern.Topology, pattern+"Server")
	}
	if s.Pattern.Metadata && out.service == (goType{}) {
		text += metadataDoc
	}
	out.openDoc = docLines(text)
	if doc := cmp.Or(s.Doc, s.Pattern.Doc); doc != "" {
		out.openDoc = with(out.openDoc, "%s", doc)
	}
	if s.Security != nil {
		out.openDoc = with(out.openDoc, "%s", securityDoc("it", s))
	}
	out.openDoc = deprecated(out.openDoc, s.Pattern.Deprecated.Value)
	out.handleDoc = docLines(fmt.Sprintf("%s returns the handle of socket %s, or nil if it is not open on pump.", out.handleFn, out.fullName))
}

// leadOf is how many frames come before the bodies of what a side of a pattern sends, or of its calls. f is nil of what is no
// message of the pattern.
func leadOf(p *schema.Pattern, f *schema.Flow) (n int) {
	switch {
	case p.Kind == schema.ReqRep && !p.Bare:
		return 1
	case f == nil:
		return 0
	}
	if f.HasTopic() {
		n++
	}
	if f.Union && p.Tag == schema.TagName {
		n++
	}
	return n
}

// sendsDoc and receivesDoc say how a channel is used: one of single messages if batch is 0, else one of
// slices.
func sendsDoc(batch int) string {
	if batch == 0 {
		return " It sends what is sent to the channel; closing the channel sends what is left and closes the socket."
	}
	return fmt.Sprintf(" The channel carries %s, which are sent one by one, in order; a longer slice is not refused. "+
		"A slice that was sent to the channel belongs to the socket from then on. "+
		"Closing the channel sends what is left and closes the socket.", slicesOf(batch))
}

func receivesDoc(batch int) string {
	if batch == 0 {
		return " The channel is closed when the socket ends."
	}
	return fmt.Sprintf(" The channel carries %s, as many as have come; a slice is the receiver's own and never empty. "+
		"The channel is closed when the socket ends.", slicesOf(batch))
}

// What constructors of two channels say of them.
const (
	publishesDoc = " What is sent to the first channel is published; closing it sends what is left, and the socket goes on. " +
		"The second brings the subscriptions of peers and their ends, which nobody has to read, and is closed when the socket ends."
	subscribesDoc = " What is sent to the first channel subscribes, or ends a subscription; closing it ends none. " +
		"The second brings what is received, and is closed when the socket ends."
	metadataDoc = " Messages have their metadata beside them."
)

func sendsAndReceivesDoc(t schema.SocketType) string {
	text := " What is sent to the first channel is sent; closing it sends what is left, and the socket goes on receiving. " +
		"The second brings what is received, and is closed when the socket ends."
	if t == schema.Router {
		text += " Peer is the routing id of the dealer that a message is from, or for."
	}
	return text
}

func slicesOf(batch int) string {
	if batch == 1 {
		return "slices of one message"
	}
	return fmt.Sprintf("slices of up to %d messages", batch)
}

// whatItIs describes a socket: a PUB of pattern quotes, bound to tcp://*:5556.
func whatItIs(s *schema.Socket) string {
	if does := whereItIs(s); does != "" {
		return whatItSpeaks(s) + ", " + does
	}
	return whatItSpeaks(s)
}

// whereItIs is what a socket binds and connects to: bound to tcp://*:5556.
func whereItIs(s *schema.Socket) string {
	var does []string
	if len(s.Bind) > 0 {
		does = append(does, "bound to "+all(endpoints(s.Bind)))
	}
	if len(s.Connect) > 0 {
		does = append(does, "connected to "+all(connects(s)))
	}
	return strings.Join(does, " and ")
}

// whatItSpeaks is the type and the pattern of a socket: a PUB of pattern quotes.
func whatItSpeaks(s *schema.Socket) string {
	text := typeName(s.Type)
	pattern := fullName(s.Node.Topology, s.Pattern.Topology, s.Pattern.Name.Value)
	switch {
	case s.Pattern.Kind != schema.ReqRep:
		text += " of pattern " + pattern
	case s.Type == schema.Dealer && s.Pattern.Correlation != schema.Uncorrelated:
		text += " that calls pattern " + pattern
	case s.Type == schema.Req || s.Type == schema.Dealer:
		text += " that calls pattern " + pattern + ", one call at a time"
	case s.Type == schema.Router:
		text += " that serves pattern " + pattern
	case s.Type == schema.Rep:
		text += " that serves pattern " + pattern + ", one call at a time"
	}
	return text
}

// typeName is a socket type with its article: a PUB.
func typeName(t schema.SocketType) string {
	if t == schema.XPub || t == schema.XSub { // an X is read as a vowel
		return "an " + strings.ToUpper(string(t))
	}
	return article(strings.ToUpper(string(t)))
}

// endpoints are literal endpoints.
func endpoints(list []schema.Endpoint) []string {
	var out []string
	for _, e := range list {
		out = append(out, e.Value)
	}
	return out
}

// connects is what a socket connects to as the runtime takes it: literals, node.socket and topology.node.socket.
func connects(s *schema.Socket) []string {
	out := endpoints(s.Connect)
	for i, e := range s.Connect {
		if e.Ref != nil {
			out[i] = fullName(s.Node.Topology, e.Ref.Node.Topology, e.Ref.FullName())
		}
	}
	return out
}

// fullName is the name that something of a topology has in another one: common.quotes. It goes by the topology's own
// name, so that it is the same wherever it stands.
func fullName(in, of *schema.Topology, name string) string {
	if of == in {
		return name
	}
	return of.Name.Value + "." + name
}
