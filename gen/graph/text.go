package graph

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/zmqgen/zmqgen/schema"
)

// This file measures text, cuts it where it would be too long, and says in words what travels.

// widths are the advances of the printable ASCII characters in thousandths of the font size, in the proportions that common
// sans-serif fonts share.
var widths = [95]int{
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, // space to /
	556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, // 0 to ?
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, // @ to O
	667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, // P to _
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, // ` to o
	556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584, // p to ~
}

// slack is by how many percent a font may be wider than the table says, as some systems' sans-serif is.
const slack = 18

// textWidth returns how many pixels a text takes at most at a font size.
func textWidth(s string, size int) int {
	sum := 0
	for _, r := range s {
		sum += glyphWidth(r)
	}
	return (sum*size*(100+slack) + 99999) / 100000
}

func glyphWidth(r rune) int {
	switch {
	case ' ' <= r && r <= '~':
		return widths[r-' ']
	case unicode.Is(unicode.Mn, r):
		return 0
	case r < 0x1100:
		return 700
	}
	return 1000
}

// cut returns the start of a text with an ellipsis if it is wider than so many pixels.
func cut(s string, size, width int) string {
	if len(s)*size < width || textWidth(s, size) <= width { // no glyph but a few is wider than the size
		return s
	}
	room := width*100000/(size*(100+slack)) - glyphWidth('…')
	for i, r := range s {
		if room -= glyphWidth(r); room < 0 {
			return s[:i] + "…"
		}
	}
	return s
}

// listed are the first n words of a list, and how many more there are.
func listed(words []string, n int) string {
	if len(words) <= n+1 { // "and 1 more" would be no shorter
		return strings.Join(words, ", ")
	}
	more := len(words) - n
	return strings.Join(words[:n], ", ") + " +" + strconv.Itoa(more)
}

// travels says what travels along the edges of a pattern, with at most n names for each way.
func (p *Pattern) travels(n int) string {
	forward, back := listed(p.Forward, n), listed(p.Back, n)
	switch {
	case back == "":
		return forward
	case p.Calls && forward == "":
		return "reply " + back
	case p.Calls:
		return forward + ", reply " + back
	}
	return forward + " ⇄ " + back
}

// flows says who sends what, where both sides of a pattern send; "" elsewhere.
func (p *Pattern) flows(n int) string {
	if p.Calls || len(p.Back) == 0 {
		return ""
	}
	from, to := "the dealer sends ", "the router sends "
	if p.Kind == schema.Pair {
		from, to = "the side that binds sends ", "the side that connects sends "
	}
	return from + listed(p.Forward, n) + "\n" + to + listed(p.Back, n)
}

// label is what stands at an edge: its pattern, and what travels.
func (p *Pattern) label() string {
	what := p.travels(2)
	if what == "" {
		return p.Name
	}
	return p.Name + ": " + what
}

// place is where a socket is, in short: what it binds, or else what it connects to.
func (s *Socket) place() string {
	for _, all := range [][]string{s.Bind, s.Advertise, s.Connect} {
		if len(all) == 1 {
			return all[0]
		}
		if len(all) > 1 {
			return all[0] + " +" + strconv.Itoa(len(all)-1)
		}
	}
	return ""
}

// badge is the type of a socket as ZeroMQ writes it; "" for that of an external one.
func (s *Socket) badge() string { return strings.ToUpper(string(s.Type)) }

// title is the name of a socket with the mechanism that secures it, if one does: orders, curve.
func (s *Socket) title() string {
	name := cut(s.Name, rowSize, maxName)
	if s.Mechanism != "" {
		name += ", " + string(s.Mechanism)
	}
	return name
}

// note says what kind of node it is, where it is no plain one of the topology.
func (n *Node) note() string {
	var parts []string
	switch {
	case n.External:
		parts = append(parts, "not in the file")
	case n.Imported != "":
		parts = append(parts, "imported from "+n.Imported)
	}
	if n.Device != "" {
		parts = append([]string{string(n.Device)}, parts...)
	}
	if n.Host != "" {
		parts = append(parts, "on "+n.Host)
	}
	return strings.Join(parts, ", ")
}

// times is how often a node runs: ×3, or many; "" for once.
func (n *Node) times() string {
	if n.Replicas == "" || n.Replicas == "many" {
		return n.Replicas
	}
	return "×" + n.Replicas
}

// groups are the edges in runs of the same pattern.
func groups(edges []*Edge) [][]*Edge {
	var all [][]*Edge
	for len(edges) > 0 {
		n := slices.IndexFunc(edges, func(e *Edge) bool { return e.Pattern.Name != edges[0].Pattern.Name })
		if n < 0 {
			n = len(edges)
		}
		all = append(all, edges[:n])
		edges = edges[n:]
	}
	return all
}
