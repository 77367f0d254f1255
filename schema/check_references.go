package schema

import (
	"slices"
	"strings"
)

// This file finds the sockets that connect: node.socket refers to, and checks that they can meet.

func (p *parser) checkReferences() {
	for s := range p.topology.AllSockets() {
		for i := range s.Connect {
			if isReference(s.Connect[i].Value) {
				p.resolve(s, &s.Connect[i])
			}
		}
	}
	p.checkRoutingIDs()
}

// resolve finds the socket that e names.
func (p *parser) resolve(s *Socket, e *Endpoint) {
	from, name := p, e.Value
	if strings.Count(name, ".") == 2 {
		i, rest := p.importOf(name)
		if i == nil {
			p.reportUnknownImport(name, e.Span, "socket")
			return
		}
		if from, name = i.from, rest; from == nil {
			return // reported
		}
	} else if i, rest := p.importOf(name); i != nil {
		d := p.report(unknownSocket, e.Span, "%q is no socket: %q is an import", clip(name), i.alias.Value)
		d.help("write %s.NODE.SOCKET", i.alias.Value)
		if i.from != nil && i.from.nodes[rest] != nil && len(i.from.nodes[rest].Sockets) > 0 {
			d.help("such as %s.%s", i.alias.Value, i.from.nodes[rest].Sockets[0].FullName())
		}
		return
	}
	nodeName, socketName, _ := strings.Cut(name, ".")
	node := from.nodes[nodeName]
	var target *Socket
	if node != nil {
		target = from.sockets[node.Name.Value+"."+socketName]
	}
	switch {
	case target != nil:
		e.Ref = target
		p.checkMeeting(s, e)
	case node == nil && (p.broken[section{from, "nodes"}] || p.broken[section{from, "devices"}]), node != nil && p.broken[node]:
		// It may be declared in what could not be read.
	case node == nil:
		d := p.report(unknownSocket, e.Span, "unknown node %q in %q", clip(nodeName), clip(e.Value))
		if s := p.importedNode(name); from == p && s != "" {
			d.help("did you mean %q?", s)
			return
		}
		p.suggestOf(d, nodeName, "node", nodeMembers(p, from))
	default:
		what := "node"
		if node.Device != nil {
			what = "device"
		}
		d := p.report(unknownSocket, e.Span, "%s %q has no socket %q", what, nodeName, clip(socketName))
		p.suggestOf(d, socketName, "socket", namesOf(p, node.Sockets, func(s *Socket) string { return s.Name.Value }))
	}
}

// nodeMembers are the names that a reference into a file may begin with.
func nodeMembers(p, from *parser) []string {
	return append(namesOf(p, from.topology.Nodes, func(n *Node) string { return n.Name.Value }),
		namesOf(p, from.topology.Devices, func(d *Device) string { return d.Name.Value })...)
}

// maxMutual bounds at how many places a socket is looked for among those that another one connects to.
const maxMutual = 16

// checkMeeting checks that s can talk to the socket that e names. Sockets that are not understood
// have been reported.
func (p *parser) checkMeeting(s *Socket, e *Endpoint) {
	t := e.Ref
	if s.isCapture() || t.isCapture() {
		p.reportCapture(s, *e, t)
		return
	}
	if p.broken[s] || p.broken[t] || p.broken[s.Pattern] || p.broken[t.Pattern] {
		return
	}
	switch others := counterparts(s.Pattern.Kind, s.Type); {
	case t == s:
		p.report(pairTypes, e.Span, "socket %q connects to itself", e.Value)
	case t.Pattern != s.Pattern:
		p.report(pairTypes, e.Span, "%q speaks pattern %q, not %q", e.Value,
			p.shown(t.Pattern.Topology, t.Pattern.Name.Value), p.shown(s.Pattern.Topology, s.Pattern.Name.Value)).
			relatedIn(p, t.Node.Topology, t.Name.Span, "declared")
	case !slices.Contains(others, t.Type):
		d := p.report(pairTypes, e.Span, "%s socket cannot talk to %q, %s socket", s.Type.one(), e.Value, t.Type.one())
		d.help("it talks to a %s socket", joined(others, " or ")).relatedIn(p, t.Node.Topology, t.Name.Span, "declared")
		if o := t.otherSide(); o != nil && slices.Contains(others, o.Type) {
			d.help("did you mean %q, %s socket?", strings.TrimSuffix(e.Value, t.Name.Value)+o.Name.Value, o.Type.one())
		}
	case len(t.Bind)+len(t.Connect)+len(t.Advertise) == 0:
		// It has been reported as an orphan.
	case len(t.Bind)+len(s.Bind)+len(s.Advertise) == 0 && slices.ContainsFunc(t.Connect[:min(len(t.Connect), maxMutual)], func(e Endpoint) bool { return e.Ref == s }):
		// Each connects to the other, and of that one it has been reported.
	case len(t.Bind) == 0 && (len(t.Advertise) == 0 || s.Pattern.Kind == Pair):
		p.report(noBinder, e.Span, "socket %q does not bind", e.Value).
			help("one of two sockets that meet binds, the other connects").relatedIn(p, t.Node.Topology, t.Name.Span, "declared")
	case t.Node.Replicated && len(t.Advertise) == 0:
		p.report(replicaUnknown, e.Span, "node %q is replicated: the endpoints of %q must be given at run time", t.Node.Name.Value, e.Value).
			help("or list them in advertise of the socket").relatedIn(p, t.Node.Topology, t.Node.Name.Span, "replicated")
	}
}

// importedNode returns the name of an imported socket that is called name where it is declared; "" if there is
// none.
func (p *parser) importedNode(name string) string {
	for _, i := range p.topology.Imports {
		if in := p.imports[i.Alias.Value]; in.from.sockets[name] != nil {
			in.used = true
			return i.Alias.Value + "." + name
		}
	}
	return ""
}

// otherSide returns the socket to which a device passes what comes to s; nil if s is none of a device's sides.
func (s *Socket) otherSide() *Socket {
	switch d := s.Node.Device; {
	case d == nil:
	case s == d.Frontend:
		return d.Backend
	case s == d.Backend:
		return d.Frontend
	}
	return nil
}

// reportCapture reports s, which connects to t by e, one of which is the capture of a device.
func (p *parser) reportCapture(s *Socket, e Endpoint, t *Socket) {
	if s.isCapture() {
		p.report(captureUntyped, e.Span, "a capture has no pattern, and %q has one", t.FullName()).
			help("bind it, or connect it to a literal endpoint, where something that is not in the file reads it")
		return
	}
	d := p.report(captureUntyped, e.Span, "%q is the capture of a device, whose messages have no type", clip(e.Value))
	d.help("read it with a plain SUB; each message is frontend or backend, then the frames as they passed").relatedIn(p, t.Node.Topology, t.Name.Span, "declared")
	if o := t.Node.Device.Backend; o != nil && s.Pattern != nil && slices.Contains(counterparts(s.Pattern.Kind, s.Type), o.Type) {
		d.help("did you mean %q?", strings.TrimSuffix(e.Value, t.Name.Value)+o.Name.Value)
	}
}
