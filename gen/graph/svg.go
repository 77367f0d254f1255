package graph

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// This file writes a drawing as SVG: one element, that stands by itself or within a page, without scripts and without
// anything from elsewhere.

// SVG returns the drawing of a graph as an svg element. Its nodes have the ids node-ID and its sockets socket-ID. It is light
// or dark as the reader's system is, unless it, or what it stands in, has the class light or dark.
func SVG(g *Graph, o Options) []byte {
	d := lay(g)
	w := &svgWriter{graph: g, options: o, ids: map[string]int{}}
	legend := w.legend()
	height := d.height
	if len(legend) > 0 {
		height += legendHeight
	}
	width := max(d.width, legendWidth(legend)+2*margin)
	class := "zmqgen-graph"
	if o.Changes != nil {
		class += " compared"
	}
	role := "img"
	if o.Link != nil {
		role = "group" // what is within an image is hidden from those who do not see it, and so would the links be
	}
	w.printf(`<svg xmlns="http://www.w3.org/2000/svg" class="%s" role="%s" aria-labelledby="%s" aria-describedby="%s" width="%d" height="%d" viewBox="0 0 %d %d">`+"\n",
		class, role, w.id("graph-title"), w.id("graph-desc"), width, height, width, height)
	w.printf("<title id=\"%s\">%s</title>\n", w.id("graph-title"), escape("Topology "+g.Name))
	w.printf("<desc id=\"%s\">%s</desc>\n", w.id("graph-desc"), escape(w.description()))
	w.printf("<style>\n%s</style>\n", style)
	w.printf("<rect class=\"canvas\" width=\"%d\" height=\"%d\"/>\n", width, height)
	for _, b := range d.boxes {
		w.box(b)
	}
	for _, r := range d.routes {
		w.route(r)
	}
	for _, l := range d.labels {
		w.label(l)
	}
	w.writeLegend(legend, d.height)
	w.printf("</svg>\n")
	return w.out.Bytes()
}

// svgWriter writes one drawing.
type svgWriter struct {
	out     bytes.Buffer
	graph   *Graph
	options Options
	ids     map[string]int
}

func (w *svgWriter) printf(format string, args ...any) { fmt.Fprintf(&w.out, format, args...) }

// escape returns a text as it stands in XML, between tags and in attributes.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&#34;")
		case r == '\'':
			b.WriteString("&#39;")
		case r == '\t' || r == '\n':
			b.WriteRune(r)
		case unicode.Is(unicode.Bidi_Control, r): // readers would see another order than there is
		case r < ' ' || 0x7f <= r && r <= 0x9f || r == 0xfffe || r == 0xffff:
			b.WriteRune(utf8.RuneError) // XML has no way to write it
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// id returns an id with the prefix of the options.
func (w *svgWriter) id(id string) string { return escape(w.options.IDPrefix + id) }

// newID is id of something that the file names, with what cannot stand in an id replaced.
func (w *svgWriter) newID(kind, name string) string {
	plain := strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("_.-", r) {
			return r
		}
		return '-'
	}, name)
	return w.id(unique(w.ids, kind+"-"+plain))
}

// description says what a reader who sees no pictures wants to know first.
func (w *svgWriter) description() string {
	var parts []string
	for _, group := range groups(w.graph.Edges) {
		var ends []string
		for _, e := range group[:min(len(group), 8)] {
			ends = append(ends, e.From.ID+" to "+e.To.ID)
		}
		text := group[0].Pattern.label() + ", from " + strings.Join(ends, ", ")
		if more := len(group) - len(ends); more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		parts = append(parts, text)
	}
	if w.graph.Doc != "" {
		parts = append([]string{strings.TrimSpace(w.graph.Doc)}, parts...)
	}
	return strings.Join(parts, "\n")
}

// class returns the class of something that may have changed.
func (w *svgWriter) class(class, id string) string {
	if change := w.options.Changes[id]; change != "" {
		class += " " + string(change)
	}
	return class
}

// link returns the tags around what leads somewhere; "" for what does not.
func (w *svgWriter) link(id string) (open, end string) {
	if w.options.Link != nil {
		if to := w.options.Link(id); to != "" {
			return `<a href="` + escape(to) + `">`, "</a>"
		}
	}
	return "", ""
}

// box writes a node.
func (w *svgWriter) box(b *box) {
	n := b.node
	class := w.class("node", n.ID)
	if n.External {
		class += " external"
	} else if n.Imported != "" {
		class += " imported"
	}
	if n.Device != "" {
		class += " device"
	}
	open, end := w.link(n.ID)
	w.printf("<g id=\"%s\" class=\"%s\">%s<title>%s</title>\n", w.newID("node", n.ID), class, open, escape(n.tooltip(w.options.Changes[n.ID])))
	if n.Replicas != "" {
		w.printf("<rect class=\"card\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n", b.x+depth, b.y+depth, b.w, b.h)
	}
	if n.Device != "" {
		w.printf("<path class=\"box\" d=\"%s\"/>\n", b.hexagon())
	} else {
		w.printf("<rect class=\"box\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n", b.x, b.y, b.w, b.h)
	}
	w.printf("<text class=\"name\" x=\"%d\" y=\"%d\">%s</text>\n", b.x+padding, b.y+21, escape(cut(n.Name, nameSize, maxName)))
	if times := n.times(); times != "" {
		w.printf("<text class=\"times\" x=\"%d\" y=\"%d\">%s</text>\n", b.x+b.w-padding, b.y+20, escape(cut(times, smallSize, maxName)))
	}
	if note := n.note(); note != "" {
		w.printf("<text class=\"note\" x=\"%d\" y=\"%d\">%s</text>\n", b.x+padding, b.y+37, escape(cut(note, smallSize, maxName)))
	}
	w.printf("%s", end)
	for _, s := range n.Sockets {
		w.socket(b, s)
	}
	w.printf("</g>\n")
}

// hexagon is the outline of a device: a box with its corners cut off, so that it is as wide as others where edges arrive.
func (b *box) hexagon() string {
	return fmt.Sprintf("M%d %dh%dl%d %dv%dl%d %dh%dl%d %dv%dz",
		b.x+nose, b.y, b.w-2*nose, nose, nose, b.h-2*nose, -nose, nose, -(b.w - 2*nose), -nose, -nose, -(b.h - 2*nose))
}

// socket writes the row of a socket.
func (w *svgWriter) socket(b *box, s *Socket) {
	y := b.y + b.port[s]
	open, end := w.link(s.ID)
	w.printf("<g id=\"%s\" class=\"%s\">%s<title>%s</title>\n", w.newID("socket", s.ID), w.class("socket "+string(s.Pattern.Kind), s.ID), open, escape(s.tooltip(w.options.Changes[s.ID])))
	w.printf("<rect class=\"row\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\"/>\n", b.x+padding/2, y-rowHeight/2+1, b.w-padding, rowHeight-2)
	x := b.x + padding
	if badge := s.badge(); badge != "" {
		w.printf("<rect class=\"badge\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"18\" rx=\"4\"/>\n", x, y-9, b.badgeWidth)
		w.printf("<text class=\"type\" x=\"%d\" y=\"%d\">%s</text>\n", x+b.badgeWidth/2, y+4, badge)
	}
	if b.badgeWidth > 0 {
		x += b.badgeWidth + padding/2
	}
	w.printf("<text class=\"called\" x=\"%d\" y=\"%d\">%s</text>\n", x, y+4, escape(s.title()))
	if place := s.place(); place != "" {
		w.printf("<text class=\"place\" x=\"%d\" y=\"%d\">%s</text>\n", b.x+b.w-padding, y+4, escape(cut(place, smallSize, maxPlace)))
	}
	w.printf("%s</g>\n", end)
}

// route writes an edge with its arrow heads, and a dot at each end: full where it binds, hollow where it connects.
func (w *svgWriter) route(r *route) {
	e := r.edge
	w.printf("<g class=\"%s\"><title>%s</title>", w.class("edge "+string(e.Pattern.Kind), e.ID()), escape(e.tooltip(w.options.Changes[e.ID()])))
	first, last := r.ends()
	headFirst, headLast := r.toLeft || e.BothWays(), !r.toLeft || e.BothWays()
	inward := -1 // the way that an arrow head at the last point points
	if r.loop > 0 {
		inward = 1
	}
	w.printf("<path class=\"line\" d=\"%s\"/>", r.path())
	if headFirst {
		w.printf("<path class=\"head\" d=\"M%d %dl8 -4v8z\"/>", first.x+dotRadius, first.y)
	}
	if headLast {
		w.printf("<path class=\"head\" d=\"M%d %dl%d -4v8z\"/>", last.x+inward*dotRadius, last.y, inward*8)
	}
	left, right := e.From, e.To
	if r.toLeft {
		left, right = right, left
	}
	w.dot(first, left == e.Binder)
	w.dot(last, right == e.Binder)
	w.printf("</g>\n")
}

const dotRadius = 4

func (w *svgWriter) dot(at point, binds bool) {
	class := "dot connects"
	if binds {
		class = "dot"
	}
	w.printf("<circle class=\"%s\" cx=\"%d\" cy=\"%d\" r=\"%d\"/>", class, at.x, at.y, dotRadius-1)
}

// path returns the path of an edge in SVG's terms.
func (r *route) path() string {
	var b strings.Builder
	fmt.Fprintf(&b, "M%d %d", r.points[0].x, r.points[0].y)
	if r.loop > 0 {
		end := r.points[1]
		fmt.Fprintf(&b, "h%dC%d %d %d %d %d %dH%d", stubWidth/2, r.points[0].x+loopAt(r.loop)*4/3, r.points[0].y,
			end.x+loopAt(r.loop)*4/3, end.y, end.x+stubWidth/2, end.y, end.x)
		return b.String()
	}
	curve(&b, r.points)
	if r.detour != nil {
		r.detour.path(&b, r.points[len(r.points)-1])
		curve(&b, r.detour.points)
	}
	return b.String()
}

// curve writes the path from the first of the points on to the last.
func curve(b *strings.Builder, points []point) {
	for i, p := range points[1:] {
		before := points[i]
		switch middle := (p.x + before.x) / 2; {
		case p.y == before.y:
			fmt.Fprintf(b, "H%d", p.x)
		default:
			fmt.Fprintf(b, "C%d %d %d %d %d %d", middle, before.y, middle, p.y, p.x, p.y)
		}
	}
}

// label writes the label of a socket that others connect to. It has changed as its edges have, if they all have alike.
func (w *svgWriter) label(l *label) {
	class := "label " + string(l.edges[0].Pattern.Kind)
	if l.left {
		class += " left"
	}
	change := w.options.Changes[l.edges[0].ID()]
	for _, e := range l.edges {
		if w.options.Changes[e.ID()] != change {
			change = ""
		}
	}
	if change != "" {
		class += " " + string(change)
	}
	w.printf("<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>\n", class, l.at.x, l.at.y, escape(l.text))
}

// legendHeight is the room below the drawing for the legend.
const legendHeight = 24

// legendEntry is a mark and what it means.
type legendEntry struct{ mark, text string }

// legend returns the entries for what the drawing has: how edges look by the kinds of patterns, or by what changed.
func (w *svgWriter) legend() []legendEntry {
	if len(w.graph.Edges) == 0 && len(w.options.Changes) == 0 {
		return nil
	}
	var all []legendEntry
	if w.options.Changes != nil {
		for _, c := range []Change{Added, Changed, Removed} {
			all = append(all, legendEntry{"edge " + string(c), string(c)})
		}
	} else {
		for _, p := range w.graph.Patterns {
			entry := legendEntry{"edge " + string(p.Kind), string(p.Kind)}
			if !slices.Contains(all, entry) {
				all = append(all, entry)
			}
		}
	}
	return append(all, legendEntry{"dot", "binds"}, legendEntry{"dot connects", "connects"})
}

// width is how much of the legend an entry takes.
func (e legendEntry) width() int { return 24 + 6 + textWidth(e.text, smallSize) + 18 }

func legendWidth(all []legendEntry) int {
	sum := 0
	for _, e := range all {
		sum += e.width()
	}
	return sum
}

func (w *svgWriter) writeLegend(all []legendEntry, top int) {
	x, y := margin, top
	for _, e := range all {
		if strings.HasPrefix(e.mark, "dot") {
			w.printf("<circle class=\"%s\" cx=\"%d\" cy=\"%d\" r=\"%d\"/>", e.mark, x+17, y, dotRadius-1)
		} else {
			w.printf("<g class=\"%s\"><path class=\"line\" d=\"M%d %dh24\"/></g>", e.mark, x, y)
		}
		w.printf("<text class=\"key\" x=\"%d\" y=\"%d\">%s</text>\n", x+30, y+4, e.text)
		x += e.width()
	}
}
