package schema

import "strings"

// This file finds messages that would contain themselves, and so have no end.

// checkRecursion walks the fields that hold a message by value. Lists, maps, optional fields and
// oneofs may be empty, so through them a message may hold its own kind.
func (p *parser) checkRecursion() {
	const inProgress, done = 1, 2
	state := map[*Message]int{}
	var path []*Field
	var visit func(m *Message)
	visit = func(m *Message) {
		state[m] = inProgress
		for _, f := range m.Fields {
			inner := f.Type.Message
			if inner == nil || inner.Topology != p.topology || f.Type.Optional || state[inner] == done {
				continue
			}
			path = append(path, f)
			if state[inner] == inProgress {
				p.reportCycle(inner, path)
			} else {
				visit(inner)
			}
			path = path[:len(path)-1]
		}
		state[m] = done
	}
	for _, m := range p.topology.Messages {
		if state[m] == 0 {
			visit(m)
		}
	}
}

// reportCycle reports the end of path, which leads from m back to m.
func (p *parser) reportCycle(m *Message, path []*Field) {
	start := len(path) - 1
	for start > 0 && path[start-1].Type.Message != m {
		start--
	}
	const most = 8
	steps := []string{m.Name.Value}
	for _, f := range path[start:] {
		if len(steps) > most {
			steps = append(steps, "…")
			break
		}
		steps = append(steps, f.Name.Value+" "+f.Type.Message.Name.Value)
	}
	last := path[len(path)-1]
	p.report(recursiveMessage, last.Name.Span, "message %q contains itself without end: %s", clip(m.Name.Value), clip(strings.Join(steps, " > "))).
		help("make a field of the circle optional (T?), a list, a map or a oneof")
}
