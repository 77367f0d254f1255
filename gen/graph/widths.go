package graph

// This file places the columns beside each other, with room for labels at the sides of boxes and for curves between them,
// and draws the path of each edge.

// column is a column with its place.
type column struct {
	x, w            int
	left, right     int // room beside the boxes in which edges are level, for labels and loops
	above           int // edges that go from this column to those on its right
	highest, lowest int // where those start and end
}

// placeColumns places boxes, labels and routes.
func (p *part) placeColumns(of map[*Node]*box) {
	columns := p.measure()
	p.addLabels(of, columns)
	x := 0
	for i := range columns {
		c := &columns[i]
		if i%p.perBand == 0 {
			x = p.leftTracks * trackGap
		}
		if i%p.perBand > 0 || p.leftTracks > 0 {
			x += c.left
		}
		c.x = x
		x += c.w + c.right
		p.w = max(p.w, x)
		if i+1 < len(columns) {
			x += min(maxTrack, minTrack+2*c.above+(c.lowest-c.highest)/10)
		}
	}
	for _, b := range p.boxes {
		c := columns[b.item.column]
		b.x, b.y, b.w = c.x, b.item.y, c.w
	}
	for _, r := range p.routes {
		r.place(of, columns)
	}
	p.placeDetours()
	for _, l := range p.labels {
		l.place(of)
	}
}

// measure returns the columns with the widths of their boxes and loops, and what goes on to the right of them.
func (p *part) measure() []column {
	columns := make([]column, len(p.columns))
	for i, items := range p.columns {
		c := &columns[i]
		c.left, c.right = stubWidth, stubWidth
		for _, it := range items {
			if it.box != nil {
				c.w = max(c.w, it.box.w)
				c.right = max(c.right, loopsWidth(it.box))
			}
			for _, l := range it.right {
				y, z := it.y+l.here, l.to.y+l.there
				if c.above == 0 {
					c.highest, c.lowest = y, y
				}
				c.above++
				c.highest, c.lowest = min(c.highest, y, z), max(c.lowest, y, z)
			}
		}
	}
	return columns
}

// loopsWidth is the room that the loops of a box take.
func loopsWidth(b *box) int {
	if b.loops == 0 {
		return 0
	}
	return loopAt(min(b.loops, maxLoops)) + stubWidth
}

// maxLoops is how many loops of a box are beside each other; more of them share the places.
const maxLoops = 8

// loopAt is how far from its box a loop goes.
func loopAt(loop int) int { return loopWidth + 8*((loop-1)%maxLoops) }

// side is where a label stands.
type side struct {
	socket *Socket
	left   bool
}

// addLabels makes a label for each side of a socket at which others connect to it, and the room for it.
func (p *part) addLabels(of map[*Node]*box, columns []column) {
	labelled := map[side]*label{}
	for _, r := range p.routes {
		hub := r.edge.Binder
		left := r.loop == 0 && (hub == r.edge.To) != r.toLeft
		if known := labelled[side{hub, left}]; known != nil {
			known.edges = append(known.edges, r.edge)
			continue
		}
		text := cut(r.edge.Pattern.label(), smallSize, maxLabel)
		l := &label{text: text, edges: []*Edge{r.edge}, width: textWidth(text, smallSize), left: left}
		labelled[side{hub, left}] = l
		p.labels = append(p.labels, l)
		b := of[hub.Node]
		c := &columns[b.item.column]
		if left {
			c.left = max(c.left, stubWidth+l.width+padding)
		} else {
			c.right = max(c.right, loopsWidth(b)+stubWidth+l.width+padding)
		}
	}
}

// place puts a label above the line that leaves its socket.
func (l *label) place(of map[*Node]*box) {
	hub := l.edges[0].Binder
	b := of[hub.Node]
	l.at = point{b.x - stubWidth, b.y + b.port[hub] - 5}
	if !l.left {
		l.at.x = b.x + b.w + stubWidth + loopsWidth(b)
	}
}

// place draws the path of an edge.
func (r *route) place(of map[*Node]*box, columns []column) {
	from, to := r.edge.From, r.edge.To
	if r.toLeft {
		from, to = to, from
	}
	a, b := of[from.Node], of[to.Node]
	start, end := point{a.x + a.w, a.y + a.port[from]}, point{b.x, b.y + b.port[to]}
	if r.loop > 0 {
		r.points = []point{start, {a.x + a.w, end.y}}
		return
	}
	first, last := columns[a.item.column], columns[b.item.column]
	r.points = append(r.points, start, point{first.x + first.w + first.right, start.y})
	points := &r.points
	enter := func(at point, column int) {
		if r.detour != nil && len(r.detour.points) == 0 && column >= r.detour.column {
			points = &r.detour.points
		}
		*points = append(*points, at)
	}
	for _, it := range r.passes {
		c := columns[it.column]
		enter(point{c.x - c.left, it.y}, it.column)
		enter(point{c.x + c.w + c.right, it.y}, it.column)
	}
	enter(point{last.x - last.left, end.y}, b.item.column)
	enter(end, b.item.column)
}
