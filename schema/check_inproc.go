package schema

import (
	"slices"
	"strings"
)

// This file finds sockets that would meet at a literal inproc name and cannot talk. ZeroMQ compares
// the types of two peers when they shake hands over tcp and ipc; over inproc they never do, so
// nothing but this check would tell.

// checkInproc compares each socket that connects to an inproc name with the one that binds it.
func (p *parser) checkInproc() {
	bound := map[place]*Socket{}
	eachInproc(p.topology, (*Socket).binds, func(s *Socket, e Endpoint, at place) {
		if bound[at] == nil { // a second one is reported as such
			bound[at] = s
		}
	})
	eachInproc(p.topology, (*Socket).connects, func(s *Socket, e Endpoint, at place) {
		if t := bound[at]; t != nil && !p.broken[s] && !p.broken[t] && !p.broken[s.Pattern] && !p.broken[t.Pattern] {
			p.checkInprocMeeting(s, e, t)
		}
	})
}

func (s *Socket) binds() []Endpoint    { return s.Bind }
func (s *Socket) connects() []Endpoint { return s.Connect }

// eachInproc calls f for each literal inproc endpoint. Sockets of nodes on different hosts do not meet
// there.
func eachInproc(t *Topology, of func(*Socket) []Endpoint, f func(*Socket, Endpoint, place)) {
	for s := range t.AllSockets() {
		for _, e := range of(s) {
			if name, ok := strings.CutPrefix(e.Value, "inproc://"); ok {
				f(s, e, place{host: hostOf(s.Node), transport: "inproc", address: name})
			}
		}
	}
}

// checkInprocMeeting checks that s, which connects to the name e, can talk to t, which binds it.
func (p *parser) checkInprocMeeting(s *Socket, e Endpoint, t *Socket) {
	var d *Diagnostic
	switch {
	case t == s:
		d = p.report(pairTypesInproc, e.Span, "socket %q connects to %q, which it binds itself", s.Name.Value, clip(e.Value))
	case s.isCapture() || t.isCapture():
		p.reportCapture(s, e, t)
		return
	case t.Pattern != s.Pattern:
		d = p.report(pairTypesInproc, e.Span, "%q is bound by socket %q of pattern %q, not %q", clip(e.Value), t.FullName(), t.Pattern.Name.Value, s.Pattern.Name.Value)
	case !slices.Contains(counterparts(s.Pattern.Kind, s.Type), t.Type):
		d = p.report(pairTypesInproc, e.Span, "%s socket cannot talk to %q, which the %s socket %q binds", s.Type.one(), clip(e.Value), t.Type, t.FullName())
	default:
		return
	}
	d.help("ZeroMQ does not compare types over inproc, so nothing else would tell: use another name").related(t.Name.Span, "declared")
}
