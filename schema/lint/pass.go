// Package lint finds in a valid topology what ZeroMQ, protobuf or the people who read it will stumble over: what is no error,
// since code can be generated of it, but is hardly what was meant. Nothing here knows of the generated code.
package lint

import (
	"iter"
	"slices"

	"github.com/zmqgen/zmqgen/schema"
)

// This file is the state of checking one topology: what it finds, and what several checks ask of the topology.

// maxFixes bounds how many fixes of a file are worked out at once: each may look at a whole line. Once these are made there are more.
const maxFixes = 50

type pass struct {
	topology *schema.Topology
	wanted   map[*schema.Rule]bool // whether anybody is to see the findings of a rule
	findings []*schema.Diagnostic
	fixes    int // how many were looked for

	sides    map[*schema.Pattern]*sides
	meetings meetings
}

func newPass(t *schema.Topology) *pass {
	p := &pass{
		topology: t, wanted: map[*schema.Rule]bool{},
		sides: map[*schema.Pattern]*sides{}, meetings: meet(t),
	}
	for _, in := range t.All() {
		for s := range speaking(in) {
			if p.sides[s.Pattern] == nil {
				p.sides[s.Pattern] = &sides{}
			}
			p.sides[s.Pattern][sideOf(s)].add(s, p.meetings.lost[s])
		}
	}
	return p
}

// report adds a finding in the file of the topology, unless nobody is to see it. Help, related places and a fix may be added
// to what it returns.
func (p *pass) report(rule *schema.Rule, at schema.Span, format string, args ...any) *schema.Diagnostic {
	d := p.topology.Find(rule, at, format, args...)
	if p.wanted[rule] {
		p.findings = append(p.findings, d)
	}
	return d
}

// eachSocket calls f for each socket of the topology itself that speaks a pattern, the sides of devices among them.
func (p *pass) eachSocket(f func(*schema.Socket)) {
	for s := range speaking(p.topology) {
		f(s)
	}
}

// speaking returns the sockets of a topology, and the sides of its devices, that speak a pattern: all but those that publish what passes
// a device.
func speaking(t *schema.Topology) iter.Seq[*schema.Socket] {
	return func(yield func(*schema.Socket) bool) {
		for s := range t.AllSockets() {
			if s.Pattern != nil && !yield(s) {
				return
			}
		}
	}
}

// isDevices reports whether the socket is a side of a device, which sends and receives nothing of its own.
func isDevices(s *schema.Socket) bool { return s.Node.Device != nil }

// patterns returns the patterns of the topology, and those of others that its sockets speak.
func (p *pass) patterns() []*schema.Pattern {
	all := slices.Clone(p.topology.Patterns)
	seen := map[*schema.Pattern]bool{}
	p.eachSocket(func(s *schema.Socket) {
		if s.Pattern.Topology != p.topology && !seen[s.Pattern] {
			seen[s.Pattern] = true
			all = append(all, s.Pattern)
		}
	})
	return all
}

// carried returns the messages of a pattern, as often as it names them.
func carried(p *schema.Pattern) []*schema.Message {
	var all []*schema.Message
	for _, f := range p.Flows() {
		for _, m := range f.Messages {
			all = append(all, m.Message)
		}
	}
	for _, m := range p.Methods {
		for _, message := range append([]*schema.Message{m.Request, m.Reply}, m.Errors...) {
			if message != nil {
				all = append(all, message)
			}
		}
	}
	return all
}

// inFile says how a topology names a pattern, a message or an enum of another one, or its own.
func (p *pass) inFile(of *schema.Topology, name string) string {
	for _, i := range p.topology.Imports {
		if i.Topology == of {
			return i.Alias.Value + "." + name
		}
	}
	if of != p.topology {
		return of.Name.Value + "." + name
	}
	return name
}
