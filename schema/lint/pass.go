// Package lint finds in a valid topology what ZeroMQ, protobuf or the people who read it will stumble over: what is no error,
// since code can be generated of it, but is hardly what was meant. Nothing here knows of the generated code.
package lint

import "github.com/zmqgen/zmqgen/schema"

// This file is the state of checking one topology.

type pass struct {
	topology *schema.Topology
	wanted   map[*schema.Rule]bool // whether anybody is to see the findings of a rule
	findings []*schema.Diagnostic
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
