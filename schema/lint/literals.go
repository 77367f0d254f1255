package lint

import (
	"slices"

	"github.com/zmqgen/zmqgen/schema"
)

// This file finds literal endpoints that name a socket of the file, and sockets that wait where nobody comes.

var (
	pairTypesLiteral = &schema.Rule{ID: "pair-types-literal", Severity: schema.Warning, Summary: "sockets that meet at a literal endpoint are two sides of one pattern"}
	literalEndpoint  = &schema.Rule{ID: "literal-endpoint", Severity: schema.Info, Summary: "what connects to a socket of the file names it"}
	connectUnbound   = &schema.Rule{ID: "connect-unbound", Severity: schema.Warning, Summary: "what is connected to is bound"}
	bindUnconnected  = &schema.Rule{ID: "bind-unconnected", Severity: schema.Warning, Summary: "what binds is connected to"}
)

// checkLiterals reports tcp and ipc endpoints to connect to that are another socket's. Package schema reports those of inproc.
func (p *pass) checkLiterals() {
	p.eachSocket(func(s *schema.Socket) {
		for _, e := range s.Connect {
			if t := p.meetings.whose[e.Span]; t != nil && e.Ref == nil && transport(e.Value) != "inproc" {
				p.checkLiteral(s, e, t)
			}
		}
	})
}

func (p *pass) checkLiteral(s *schema.Socket, e schema.Endpoint, t *schema.Socket) {
	name := p.inFile(t.Node.Topology, t.FullName())
	switch {
	case t.Pattern != s.Pattern:
		p.report(pairTypesLiteral, e.Span, "socket %q of pattern %q connects to where %q of pattern %q is bound", s.FullName(),
			p.inFile(s.Pattern.Topology, s.Pattern.Name.Value), name, p.inFile(t.Pattern.Topology, t.Pattern.Name.Value)).
			Helpf("connect to a socket of the same pattern, by its name: connect: NODE.SOCKET").
			RelateTo(t.Node.Topology, t.Name.Span, "bound here")
	case sideOf(t) == sideOf(s):
		p.report(pairTypesLiteral, e.Span, "socket %q, a %s, connects to where %q, a %s, is bound", s.FullName(), s.Type, name, t.Type).
			Helpf("connect to a socket of the other side, by its name: connect: NODE.SOCKET").
			RelateTo(t.Node.Topology, t.Name.Span, "bound here")
	case !slices.ContainsFunc(s.Connect, func(c schema.Endpoint) bool { return c.Ref == t }): // else it is there twice
		d := p.report(literalEndpoint, e.Span, "this is where %q is bound", name).
			Helpf("named %s it moves with that socket, and is checked", name).
			RelateTo(t.Node.Topology, t.Name.Span, "bound here")
		if p.isFound(e, t) {
			d.FixBy("name the socket", schema.Replace(e.Span, name))
		}
	}
}

// isFound reports whether who names t connects to where e is.
func (p *pass) isFound(e schema.Endpoint, t *schema.Socket) bool {
	known := t.Node.Topology == p.topology || slices.ContainsFunc(p.topology.Imports, func(i *schema.Import) bool { return i.Topology == t.Node.Topology })
	if !known || t.Node.Replicated {
		return false
	}
	first := append(slices.Clone(t.Advertise), t.Bind...)[0]
	_, key := split(e.Value)
	_, there := split(first.Value)
	return key == there
}

// checkUnmet reports sockets both of whose sides are there but that do not find each other. Of patterns with one side alone other
// rules tell.
func (p *pass) checkUnmet() {
	told := map[*schema.Pattern]bool{} // that nobody meets at all
	p.eachSocket(func(s *schema.Socket) {
		own, others := p.own(s), p.others(s)
		if isOpen(s) || len(others.sockets) == 0 || told[s.Pattern] {
			return
		}
		if told[s.Pattern] = !others.open && p.checkNobodyMeets(s, own, others); told[s.Pattern] {
			return
		}
		for _, e := range s.Connect {
			if e.Ref == nil && transport(e.Value) != "inproc" && !p.meetings.met[e.Span] && !others.wildcard {
				p.report(connectUnbound, e.Span, "no socket binds what %q connects to", s.FullName()).
					Helpf("%s; or say external: true where it is no part of this topology", p.nameOf(others.binder))
			}
		}
		if len(s.Bind) > 0 && len(s.Connect) == 0 && !others.open && !others.lost && !p.isSought(s) {
			p.report(bindUnconnected, s.Bind[0].Span, "no socket connects to %q", s.FullName()).
				Helpf("%s, at a socket of the other side; or say external: true where it is no part of this topology", p.nameOf(s)).
				RelateTo(others.sockets[0].Node.Topology, others.sockets[0].Name.Span, "of the other side")
		}
	})
}

// checkNobodyMeets reports a pattern whose sockets all bind, or all connect; s is the first of them. It returns whether there is
// nothing more to say of it.
func (p *pass) checkNobodyMeets(s *schema.Socket, own, others *group) bool {
	pattern := p.inFile(s.Pattern.Topology, s.Pattern.Name.Value)
	other := others.sockets[0]
	switch {
	case own.seeker == nil && others.seeker == nil:
		p.report(bindUnconnected, s.Bind[0].Span, "all sockets of pattern %q bind, and none connects", pattern).
			Helpf("%s, in the place of a bind: one of two sockets that meet connects", p.nameOf(s)).
			RelateTo(other.Node.Topology, other.Name.Span, "of the other side")
	case own.binder == nil && others.binder == nil && !connectsInproc(s):
		p.report(connectUnbound, s.Connect[0].Span, "all sockets of pattern %q connect, and none binds", pattern).
			Helpf("one of two sockets that meet binds; or say external: true where what they meet is no part of this topology").
			RelateTo(other.Node.Topology, other.Name.Span, "of the other side")
	default:
		return false
	}
	return true
}

// nameOf says how to connect to a socket.
func (p *pass) nameOf(s *schema.Socket) string {
	if s == nil {
		return "connect to a socket that binds, by NODE.SOCKET"
	}
	return "such as connect: " + p.inFile(s.Node.Topology, s.FullName())
}

// connectsInproc reports whether a socket connects within its process alone, of which other rules tell.
func connectsInproc(s *schema.Socket) bool {
	return !slices.ContainsFunc(s.Connect, func(e schema.Endpoint) bool { return transport(e.Value) != "inproc" })
}

// isSought reports whether a socket may connect to s. What has a port of ZeroMQ's choice may be what any literal endpoint means.
func (p *pass) isSought(s *schema.Socket) bool {
	return len(p.meetings.named[s])+len(p.meetings.might[s]) > 0 || bindsAnywhere(s) && p.others(s).literal
}
