package docs

import (
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/gen"
	"github.com/zmqgen/zmqgen/schema"
)

// This file says what there is to say of nodes and their sockets.

func (b *builder) node(n *schema.Node) *section {
	name := b.nodeName(n)
	s := &section{ID: "node-" + name, Kind: "node", Name: name, Full: name, Doc: paragraphs(n.Doc)}
	if n.Replicated {
		s.Badges = append(s.Badges, "replicas: "+n.Replicas.Value)
	}
	if n.Topology != b.t {
		s.Badges = append(s.Badges, "imported")
	}
	if n.Host.IsSet() {
		s.add("Host", code(n.Host.Value))
	}
	for _, socket := range n.Sockets {
		s.Sections = append(s.Sections, b.socket(socket))
	}
	return s
}

func (b *builder) socket(s *schema.Socket) *section {
	name := b.socketName(s)
	out := &section{
		ID: "socket-" + name, Kind: "socket", Name: s.Name.Value, Full: name, Doc: paragraphs(s.Doc),
		Badges: []string{strings.ToUpper(string(s.Type))},
	}
	if s.External {
		out.Badges = append(out.Badges, "external")
	}
	switch {
	case s.Pattern == nil:
		out.add("Publishes", words("all that passes, behind a frame that says from which side it came"))
	case s.Node.Device == nil:
		out.add("Pattern", b.toPattern(s.Pattern).say(", "+string(s.Pattern.Kind)))
		b.traffic(out, s)
	}
	b.places(out, s)
	told := len(s.Bind) == 0 && !slices.ContainsFunc(s.Connect, func(e schema.Endpoint) bool { return e.Ref == nil })
	if peers := b.meets[name]; len(peers) > 0 && !told {
		out.derive("Meets", list(len(peers), func(i int) text {
			p := peers[i]
			return link(p.Node.Name+"."+p.Name, "socket-"+p.Node.Name+"."+p.Name)
		}))
	}
	if s.Node.Device == nil && (s.Type == schema.Sub || s.Type == schema.XSub) {
		out.add("Subscribes to", subscriptions(s))
	}
	if s.Security != nil {
		out.add("Security", b.securityOf(s))
	}
	if s.RoutingID.IsSet() {
		out.add("Routing id", code(s.RoutingID.Value))
	}
	out.add("Channel", channel(s)...)
	out.add("Options", options(s)...)
	b.environment(out, s)
	return out
}

// traffic says what the socket sends and receives.
func (b *builder) traffic(out *section, s *schema.Socket) {
	if s.Pattern.Kind == schema.ReqRep {
		label := "Serves"
		if s.Type == schema.Req || s.Type == schema.Dealer {
			label = "Calls"
		}
		methods := s.Pattern.Methods
		if s.Pattern.Bare {
			m := methods[0]
			out.derive(label, b.toMessage(m.Request).say(" → ").and(b.toMessage(m.Reply)))
			return
		}
		out.derive(label, list(len(methods), func(i int) text { return b.toMethod(s.Pattern, methods[i]) }))
		return
	}
	flow := func(label string, f *schema.Flow) {
		if f != nil {
			out.derive(label, list(len(f.Messages), func(i int) text { return b.toMessage(f.Messages[i].Message) }))
		}
	}
	sends, receives := s.Flows()
	flow("Sends", sends)
	flow("Receives", receives)
}

// places says where the socket binds and connects, and where others find it.
func (b *builder) places(out *section, s *schema.Socket) {
	var binds, connects, reached []text
	for _, e := range s.Bind {
		binds = append(binds, code(e.Value))
	}
	out.add("Binds", binds...)
	for _, e := range s.Connect {
		if e.Ref == nil {
			connects = append(connects, code(e.Value))
			continue
		}
		line := b.toSocket(e.Ref)
		if at := gen.ReachedAt(e.Ref); len(at) > 0 {
			line = line.say(" at ").and(list(len(at), func(i int) text { return code(at[i]) }))
		}
		connects = append(connects, line)
	}
	out.add("Connects to", connects...)
	if len(s.Bind) == 0 {
		return
	}
	for _, at := range gen.ReachedAt(s) {
		reached = append(reached, code(at))
	}
	if len(s.Advertise) > 0 {
		out.add("Advertises", reached...)
	} else {
		out.derive("Reached at", reached...)
	}
}

// environment says which variables replace the endpoints of the socket.
func (b *builder) environment(out *section, s *schema.Socket) {
	name := strings.ToUpper(s.Node.Topology.Name.Value + "_" + strings.ReplaceAll(s.FullName(), ".", "_"))
	var lines []text
	if len(s.Bind) > 0 {
		lines = append(lines, code(name).say(" where others find it"), code(name+"_BIND").say(" what it binds"))
	}
	if len(s.Connect) > 0 {
		lines = append(lines, code(name+"_CONNECT").say(" what it connects to"))
	}
	out.derive("Environment", lines...)
}

func subscriptions(s *schema.Socket) text {
	switch n := len(s.Subscribe); {
	case n == 0:
		return words("nothing, until it says so")
	case n == 1 && s.Subscribe[0].Value == "":
		return words("everything")
	}
	return list(len(s.Subscribe), func(i int) text {
		if s.Subscribe[i].Value == "" {
			return words("everything")
		}
		return code(s.Subscribe[i].Value)
	})
}

// channel says how the Go channel is, where it is not as usual.
func channel(s *schema.Socket) []text {
	var parts []string
	if s.Overflow == schema.Latest {
		if s.Buffer < 0 {
			return []text{words("keeps the newest message of each topic")}
		}
		return []text{words("keeps the newest message of each of " + counted(s.Buffer, "topic"))}
	}
	if s.Buffer >= 0 {
		parts = append(parts, "holds "+counted(s.Buffer, "message"))
	}
	if s.Batch > 0 {
		parts = append(parts, "carries slices of up to "+counted(s.Batch, "message"))
	}
	switch s.Overflow {
	case schema.DropNewest:
		parts = append(parts, "drops the newest message when full")
	case schema.DropOldest:
		parts = append(parts, "drops the oldest message when full")
	}
	if len(parts) == 0 {
		return nil
	}
	return []text{words(strings.Join(parts, ", "))}
}
