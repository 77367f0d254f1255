package lint

import "github.com/zmqgen/zmqgen/schema"

// This file finds methods that share their messages, so that none of them can change alone.

var replyTypeShared = &schema.Rule{ID: "reply-type-shared", Severity: schema.Off, Summary: "each request and each reply is of one method"}

func (p *pass) checkCallTypes() {
	type use struct {
		of   string
		at   schema.Span
		name string
	}
	first := map[*schema.Message]use{}
	for _, pattern := range p.topology.Patterns {
		for _, m := range pattern.Methods {
			add := func(key string, message *schema.Message) {
				if message == nil {
					return
				}
				at := m.Places.Value(key, m.Name.Span)
				other, taken := first[message]
				if !taken {
					first[message] = use{key, at, m.Name.Value}
					return
				}
				p.report(replyTypeShared, at, "message %q is the %s of %q, and the %s of %q", p.inFile(message.Topology, message.Name.Value), key, m.Name.Value, other.of, other.name).
					Helpf("a message of its own lets each change without the other").RelateTo(p.topology, other.at, "the other one")
			}
			add("request", m.Request)
			add("reply", m.Reply)
		}
	}
}
