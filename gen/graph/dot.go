package graph

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// This file writes a graph in Graphviz's language.

// DOT returns a graph in the language of Graphviz's dot: a cluster for each node, and a record for each socket.
func DOT(g *Graph, o Options) []byte {
	d := &dot{changes: o.Changes}
	d.printf("digraph %s {\n", quoted(g.Name))
	d.printf("  graph [rankdir=LR, fontname=\"Helvetica\", fontsize=14, ranksep=1, nodesep=0.2, style=rounded, color=\"#b3bcc6\"]\n")
	d.printf("  node [shape=record, fontname=\"Helvetica\", fontsize=11, height=0.3]\n")
	d.printf("  edge [fontname=\"Helvetica\", fontsize=10]\n")
	for i, n := range g.Nodes {
		d.node(i, n)
	}
	for _, group := range groups(g.Edges) {
		d.printf("  // %s\n", strings.Map(printableOr('_'), group[0].Pattern.Name+" ("+string(group[0].Pattern.Kind)+")"))
		for _, e := range group {
			d.edge(e)
		}
	}
	d.printf("}\n")
	return d.out.Bytes()
}

// dot writes one graph.
type dot struct {
	out     bytes.Buffer
	changes Changes
}

func (d *dot) printf(format string, args ...any) { fmt.Fprintf(&d.out, format, args...) }

// dotColours are those of what changed.
var dotColours = map[Change]string{Added: "#1a7f37", Changed: "#9a6700", Removed: "#cf222e"}

// dotStyle returns the attributes of a node, a socket or an edge: what became of it is seen beside what it is, which its own styles say.
func dotStyle(change Change, own ...string) string {
	if change == Removed && !slices.Contains(own, "dashed") {
		own = append(own, "dashed")
	}
	var attributes string
	if colour := dotColours[change]; colour != "" {
		attributes = fmt.Sprintf(", color=\"%s\", fontcolor=\"%s\", penwidth=2", colour, colour)
	}
	switch len(own) {
	case 0:
	case 1:
		attributes += ", style=" + own[0]
	default:
		attributes += ", style=\"" + strings.Join(own, ",") + "\""
	}
	return attributes
}

func (d *dot) node(number int, n *Node) {
	title := cut(n.Name, nameSize, maxName)
	if times := n.times(); times != "" {
		title += " (" + times + ")"
	}
	style := dotStyle(d.changes[n.ID])
	switch {
	case n.External:
		style = dotStyle(d.changes[n.ID], "dashed")
	case n.Device != "":
		style = dotStyle(d.changes[n.ID], "rounded", "bold", "filled") + ", fillcolor=\"#eef1f4\""
	}
	label := quoted(title)
	if note := n.note(); note != "" {
		label = quoted(title, cut(note, smallSize, maxName))
	}
	d.printf("  subgraph cluster_%d {\n    graph [label=%s%s]\n", number, label, style)
	if len(n.Sockets) == 0 { // a cluster without anything in it is not drawn
		d.printf("    %s [shape=point, style=invis]\n", quoted(n.ID))
	}
	for _, s := range n.Sockets {
		var fields []string
		for _, text := range []string{s.badge(), s.title(), cut(s.place(), smallSize, maxPlace)} {
			if text != "" {
				fields = append(fields, recordField(text))
			}
		}
		d.printf("    %s [label=\"{%s}\"%s]\n", quoted(s.ID), strings.Join(fields, "|"), dotStyle(d.changes[s.ID]))
	}
	d.printf("  }\n")
}

func (d *dot) edge(e *Edge) {
	attributes := "label=" + quoted(e.Pattern.Name)
	if travels := e.Pattern.travels(2); travels != "" {
		attributes = "label=" + quoted(e.Pattern.Name, cut(travels, smallSize, maxLabel))
	}
	if e.BothWays() {
		attributes += ", dir=both"
	}
	d.printf("  %s -> %s [%s%s]\n", quoted(e.From.ID), quoted(e.To.ID), attributes, dotStyle(d.changes[e.ID()]))
}

// dotText returns a text as it stands within quotes: a backslash starts an escape and & an entity.
func dotText(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", "&amp;").Replace(strings.Map(printableOr(' '), s))
}

// quoted returns lines as one string of the language.
func quoted(lines ...string) string {
	var all []string
	for _, l := range lines {
		all = append(all, dotText(l))
	}
	return `"` + strings.Join(all, `\n`) + `"`
}

// recordField returns a text as a field of a record, in which more characters mean something.
func recordField(s string) string {
	return strings.NewReplacer("{", `\{`, "}", `\}`, "|", `\|`, "<", `\<`, ">", `\>`, " ", `\ `).Replace(dotText(s))
}

// printableOr replaces control characters.
func printableOr(other rune) func(rune) rune {
	return func(r rune) rune {
		if r < ' ' || 0x7f <= r && r <= 0x9f {
			return other
		}
		return r
	}
}
