package graph

import "strings"

// This file says in full what a drawing has no room for, as the titles of its parts.

// maxNames is how many names of what travels a title has.
const maxNames = 12

// maxEndpoints is how many endpoints of one kind a title has.
const maxEndpoints = 12

func (n *Node) tooltip(c Change) string {
	head := n.Name
	if times := n.times(); times != "" {
		head += " (" + times + ")"
	}
	return lines(head+mark(c), n.note(), n.Doc)
}

func (s *Socket) tooltip(c Change) string {
	head := s.Node.Name + "." + s.Name
	switch {
	case s.Type != "" && s.Pattern.Kind == Capture:
		head += ", " + s.badge() + " of all that passes, behind a frame that says from which side"
	case s.Type != "":
		head += ", " + s.badge() + " of pattern " + s.Pattern.Name
	}
	secured := ""
	if s.Security != "" {
		secured = "secured by " + s.Security + ", " + strings.ToUpper(string(s.Mechanism))
	}
	return lines(head+mark(c), sentence("binds", s.Bind), sentence("connects to", s.Connect), sentence("advertises", s.Advertise),
		sentence("subscribes to", s.Subscribe), secured, s.Doc)
}

func (e *Edge) tooltip(c Change) string {
	between := " → "
	if e.BothWays() {
		between = " ⇄ "
	}
	p := e.Pattern
	what := p.flows(maxNames)
	if what == "" {
		what = p.travels(maxNames)
	}
	text := lines(p.Name+" ("+string(p.Kind)+")"+mark(c), what, e.From.Node.Name+"."+e.From.Name+between+e.To.Node.Name+"."+e.To.Name)
	return lines(text, sentence("subscribed to", e.To.Subscribe))
}

// mark names a change behind what changed.
func mark(c Change) string {
	if c == "" {
		return ""
	}
	return ": " + string(c)
}

// sentence is a verb and its objects; "" for none.
func sentence(verb string, objects []string) string {
	if len(objects) == 0 {
		return ""
	}
	return verb + " " + listed(objects, maxEndpoints)
}

// lines are those of the texts that are not empty, a line each.
func lines(texts ...string) string {
	var all []string
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			all = append(all, t)
		}
	}
	return strings.Join(all, "\n")
}
