package graph

import (
	"bytes"
	"fmt"
	"strings"
)

// This file writes a graph as a Mermaid flowchart, which GitHub and others draw within Markdown.

// Mermaid returns a graph as a flowchart: a subgraph for each node with its sockets in it, which are hexagons in a device.
func Mermaid(g *Graph, o Options) []byte {
	m := &mermaid{changes: o.Changes, ids: map[string]string{}, taken: map[string]int{}}
	m.out.WriteString("flowchart LR\n")
	for _, n := range g.Nodes {
		m.node(n)
	}
	at := 0
	for _, group := range groups(g.Edges) {
		fmt.Fprintf(&m.out, "  %%%% %s\n", mermaidComment(group[0].Pattern))
		for _, e := range group {
			m.edge(e, at)
			at++
		}
	}
	m.styles()
	return m.out.Bytes()
}

// mermaid writes one flowchart.
type mermaid struct {
	out     bytes.Buffer
	changes Changes
	ids     map[string]string
	taken   map[string]int
	links   []string            // the style of each edge that has one
	classes map[string][]string // the ids that have a class
}

// id returns the id of a node or a socket. It starts with n_, since some words mean something to Mermaid.
func (m *mermaid) id(name string) string {
	if m.ids[name] == "" {
		plain := strings.Map(func(r rune) rune {
			if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' {
				return r
			}
			return '_'
		}, strings.ReplaceAll(name, ".", "__"))
		id := unique(m.taken, "n_"+plain)
		for strings.Contains(id, "~") { // which it may be with a number, and no id has
			id = unique(m.taken, strings.ReplaceAll(id, "~", "_"))
		}
		m.ids[name] = id
	}
	return m.ids[name]
}

func (m *mermaid) node(n *Node) {
	title := cut(n.Name, nameSize, maxName)
	var remarks []string // Mermaid has no room for a second line
	for _, r := range []string{n.times(), cut(n.note(), smallSize, maxName)} {
		if r != "" {
			remarks = append(remarks, r)
		}
	}
	if len(remarks) > 0 {
		title += " (" + strings.Join(remarks, ", ") + ")"
	}
	title = mermaidText(title)
	m.class(n.ID, n.class())
	m.class(n.ID, string(m.changes[n.ID]))
	if len(n.Sockets) == 0 {
		fmt.Fprintf(&m.out, "  %s[\"%s\"]\n", m.id(n.ID), title)
		return
	}
	fmt.Fprintf(&m.out, "  subgraph %s[\"%s\"]\n", m.id(n.ID), title)
	for _, s := range n.Sockets {
		text := mermaidText(strings.TrimSpace(s.badge() + " " + s.title()))
		if place := s.place(); place != "" {
			text += "<br/>" + mermaidText(cut(place, smallSize, maxPlace))
		}
		open, end := "[", "]"
		if n.Device != "" {
			open, end = "{{", "}}"
		}
		fmt.Fprintf(&m.out, "    %s%s\"%s\"%s\n", m.id(s.ID), open, text, end)
		m.class(s.ID, string(m.changes[s.ID]))
	}
	m.out.WriteString("  end\n")
}

// class returns how a node is drawn that is no plain one, whatever became of it.
func (n *Node) class() string {
	switch {
	case n.External:
		return "external"
	case n.Device != "":
		return "device"
	}
	return ""
}

func (m *mermaid) class(id, class string) {
	if class == "" {
		return
	}
	if m.classes == nil {
		m.classes = map[string][]string{}
	}
	m.classes[class] = append(m.classes[class], m.id(id))
}

func (m *mermaid) edge(e *Edge, at int) {
	arrow := "-->"
	if e.BothWays() {
		arrow = "<-->"
	}
	fmt.Fprintf(&m.out, "  %s %s|\"%s\"| %s\n", m.id(e.From.ID), arrow, mermaidText(cut(e.Pattern.label(), smallSize, maxLabel)), m.id(e.To.ID))
	if style := mermaidLinks[m.changes[e.ID()]]; style != "" {
		m.links = append(m.links, fmt.Sprintf("  linkStyle %d %s\n", at, style))
	}
}

// mermaidStyles are how each class looks, in the order in which they are written.
var mermaidStyles = []struct{ class, style string }{
	{"external", "stroke-dasharray:5 4"},
	{"device", "stroke-width:3px"},
	{string(Added), "stroke:#1a7f37,stroke-width:3px"},
	{string(Changed), "stroke:#9a6700,stroke-width:3px"},
	{string(Removed), "stroke:#cf222e,stroke-width:3px,stroke-dasharray:5 4"},
}

var mermaidLinks = map[Change]string{
	Added:   "stroke:#1a7f37,stroke-width:3px",
	Changed: "stroke:#9a6700,stroke-width:3px",
	Removed: "stroke:#cf222e,stroke-width:3px,stroke-dasharray:5 4",
}

func (m *mermaid) styles() {
	for _, s := range mermaidStyles {
		if ids := m.classes[s.class]; len(ids) > 0 {
			fmt.Fprintf(&m.out, "  classDef %s %s\n  class %s %s\n", s.class, s.style, strings.Join(ids, ","), s.class)
		}
	}
	for _, l := range m.links {
		m.out.WriteString(l)
	}
}

// mermaidComment names a pattern in a comment.
func mermaidComment(p *Pattern) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == '{' || r == '}' { // braces in a comment would be directives
			return '_'
		}
		return r
	}, p.Name+" ("+string(p.Kind)+")")
}

// mermaidText returns a text as it stands within quotes in a flowchart. Mermaid's own entities start with # and not with &,
// and what stands as an entity is neither HTML nor Markdown to it.
func mermaidText(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < ' ' || 0x7f <= r && r <= 0x9f:
			b.WriteByte(' ')
		case strings.ContainsRune("\"#&<>`*\\{}[]|;", r):
			fmt.Fprintf(&b, "#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
