package schema

import "strings"

// This file finds the sockets that connect: node.socket refers to, and checks that they can meet.

func (p *parser) checkReferences() {
	for _, node := range p.topology.Nodes {
		for _, s := range node.Sockets {
			for i := range s.Connect {
				if isReference(s.Connect[i].Value) {
					p.resolve(s, &s.Connect[i])
				}
			}
		}
	}
}

// resolve finds the socket that e names.
func (p *parser) resolve(s *Socket, e *Endpoint) {
	nodeName, socketName, _ := strings.Cut(e.Value, ".")
	node := p.nodes[nodeName]
	var target *Socket
	if node != nil {
		target = p.sockets[node.Name.Value+"."+socketName]
	}
	switch {
	case target != nil:
		e.Ref = target
		p.checkMeeting(s, e)
	case node == nil && p.broken["nodes"], node != nil && p.broken[node]:
		// It may be declared in what could not be read.
	case node == nil:
		d := p.report(unknownSocket, e.Span, "unknown node %q in %q", clip(nodeName), clip(e.Value))
		p.suggestOf(d, nodeName, "node", namesOf(p, p.topology.Nodes, func(n *Node) string { return n.Name.Value }))
	default:
		d := p.report(unknownSocket, e.Span, "node %q has no socket %q", nodeName, clip(socketName))
		p.suggestOf(d, socketName, "socket", namesOf(p, node.Sockets, func(s *Socket) string { return s.Name.Value }))
	}
}

// counterpart returns the type of socket that s talks to.
func counterpart(s *Socket) SocketType {
	sides := socketSides[s.Pattern.Kind]
	if s.Type == sides[0] {
		return sides[1]
	}
	return sides[0]
}

// checkMeeting checks that s can talk to the socket that e names. Sockets that are not understood
// have been reported.
func (p *parser) checkMeeting(s *Socket, e *Endpoint) {
	t := e.Ref
	if p.broken[s] || p.broken[t] || p.broken[s.Pattern] || p.broken[t.Pattern] {
		return
	}
	switch other := counterpart(s); {
	case t == s:
		p.report(pairTypes, e.Span, "socket %q connects to itself", e.Value)
	case t.Pattern != s.Pattern:
		p.report(pairTypes, e.Span, "%q speaks pattern %q, not %q", e.Value, t.Pattern.Name.Value, s.Pattern.Name.Value).
			related(t.Name.Span, "declared")
	case t.Type != other:
		p.report(pairTypes, e.Span, "a %s socket cannot talk to %q, a %s socket", s.Type, e.Value, t.Type).
			help("it talks to a %s socket", other).related(t.Name.Span, "declared")
	case len(t.Bind) == 0 && len(t.Advertise) == 0:
		p.report(noBinder, e.Span, "socket %q does not bind", e.Value).
			help("one of two sockets that meet binds, the other connects").related(t.Name.Span, "declared")
	case t.Node.Replicated && len(t.Advertise) == 0:
		p.report(replicaUnknown, e.Span, "node %q is replicated: the endpoints of %q must be given at run time", t.Node.Name.Value, e.Value).
			help("or list them in advertise of the socket").related(t.Node.Name.Span, "replicated")
	}
}
