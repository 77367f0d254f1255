package lint

import "github.com/zmqgen/zmqgen/schema"

// This file finds what is declared and has no part in anything. Files without sockets declare for those who import them.

var (
	patternUnused = &schema.Rule{ID: "pattern-unused", Severity: schema.Warning, Summary: "a pattern is spoken"}
	messageUnused = &schema.Rule{ID: "message-unused", Severity: schema.Warning, Summary: "a message travels, or is part of one that does"}
	enumUnused    = &schema.Rule{ID: "enum-unused", Severity: schema.Warning, Summary: "an enum is the type of a field"}
)

// hasSockets reports whether the topology has any of its own.
func (p *pass) hasSockets() bool {
	for range speaking(p.topology) {
		return true
	}
	return false
}

// checkPatternUse reports patterns that no socket speaks.
func (p *pass) checkPatternUse() {
	if !p.hasSockets() {
		return
	}
	for _, pattern := range p.topology.Patterns {
		if p.sides[pattern] == nil && !pattern.External && !pattern.Deprecated.IsSet() {
			p.report(patternUnused, pattern.Name.Span, "no socket speaks pattern %q", pattern.Name.Value).
				Helpf("give a node a socket that does; or, where others speak it, say external: true")
		}
	}
}

// checkTypeUse reports messages that no pattern carries, and enums that no message holds. What is deprecated is on its way out, and
// an error is for others.
func (p *pass) checkTypeUse() {
	t := p.topology
	if !p.hasSockets() {
		return
	}
	used := map[*schema.Message]bool{}
	enums := map[*schema.Enum]bool{}
	var left []*schema.Message
	use := func(m *schema.Message) {
		if m != nil && !used[m] {
			used[m] = true
			left = append(left, m)
		}
	}
	for _, pattern := range p.patterns() {
		for _, m := range carried(pattern) {
			use(m)
		}
	}
	for _, m := range t.Messages {
		if m.IsError || m.Deprecated.IsSet() {
			use(m)
		}
	}
	follow := func() {
		for len(left) > 0 {
			m := left[len(left)-1]
			left = left[:len(left)-1]
			m.EachField(func(f *schema.Field) {
				item := itemOf(f.Type)
				enums[item.Enum] = true
				use(item.Message)
			})
		}
	}
	follow()
	for _, m := range t.Messages {
		if !used[m] {
			p.report(messageUnused, m.Name.Span, "no pattern carries message %q, nor a message that holds it", m.Name.Value).
				Helpf("name it in a pattern, or leave it out")
			use(m) // what it holds is used by it
			follow()
		}
	}
	for _, e := range t.Enums {
		if !enums[e] && !e.Deprecated.IsSet() {
			p.report(enumUnused, e.Name.Span, "no message has a field of enum %q", e.Name.Value).Helpf("leave it out")
		}
	}
}

// itemOf returns the type of a list's or a map's items, or of the only value of any other type.
func itemOf(t schema.Type) schema.Type {
	if t.Elem != nil {
		return *t.Elem
	}
	return t
}
