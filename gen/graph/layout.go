package graph

// This file turns a graph into places: a box for each node, a path for each edge, a label for each socket that others
// connect to.
//
// It is a layered layout. Each part of the graph that hangs together is laid out by itself: its nodes in columns, so that
// most messages travel to the right (columns.go, spread.go), these in bands if there are many (bands.go), each column in an order in which few edges cross (order.go), at heights that
// keep edges straight (heights.go), and with room for what stands at the edges (widths.go). Then the parts are put together
// (pack.go). All numbers are integers, so that the outcome is the same on every machine.

// The sizes, in pixels.
const (
	nameSize  = 14 // fonts
	rowSize   = 12
	smallSize = 11

	headHeight = 32 // of a box, above its rows
	noteHeight = 16 // more of it if there is a note
	rowHeight  = 28
	footHeight = 6
	padding    = 12
	minWidth   = 132
	maxName    = 220 // above which a text is cut
	maxPlace   = 210
	maxLabel   = 230

	boxGap    = 26 // between boxes of a column
	edgeGap   = 12 // between edges that pass a column
	loopWidth = 18 // beside a box, for edges within it
	stubWidth = 16 // beside a box, in which edges are straight whether there are labels or not
	minTrack  = 44 // between columns, in which edges curve
	maxTrack  = 220
	partGap   = 40 // between parts
	margin    = 24
	depth     = 5 // of the cards behind a node that runs several times
	nose      = 9 // what is cut off the corners of a device
)

// point is a place on the drawing.
type point struct{ x, y int }

// box is a node with its place.
type box struct {
	node       *Node
	x, y, w, h int
	badgeWidth int
	nameWidth  int // of the widest name of a socket
	port       map[*Socket]int
	item       *item
	loops      int // edges within the node
}

// route is an edge with its path.
type route struct {
	edge   *Edge
	passes []*item // in the columns between its ends
	// points are where the path is, from the left to the right: level from the first to the second, from the third to the
	// fourth and so on, with curves between these. That of a loop has two, both at the right side of the box.
	points []point
	detour *detour // how it goes on to another band; nil if it does not
	loop   int     // the number of the loop, from 1, of an edge within a node; 0 for another
	toLeft bool    // the edge's From is at the right end
}

// ends are where the route starts and ends.
func (r *route) ends() (first, last point) {
	first, last = r.points[0], r.points[len(r.points)-1]
	if r.detour != nil {
		last = r.detour.points[len(r.detour.points)-1]
	}
	return first, last
}

// label is a text at the side of a box.
type label struct {
	text  string
	edges []*Edge // that it speaks of, all of one pattern and one binder
	at    point   // where the text starts, or ends if it is a left one
	width int
	left  bool
}

// drawing is the whole.
type drawing struct {
	boxes         []*box
	routes        []*route
	labels        []*label
	width, height int
}

// lay lays out a graph.
func lay(g *Graph) *drawing {
	d := &drawing{}
	boxes := map[*Node]*box{}
	for _, n := range g.Nodes {
		b := newBox(n)
		boxes[n] = b
		d.boxes = append(d.boxes, b)
	}
	for _, e := range g.Edges {
		d.routes = append(d.routes, &route{edge: e})
	}
	parts := split(d, boxes)
	for _, p := range parts {
		p.layOut()
	}
	d.pack(parts)
	return d
}

// newBox measures a node.
func newBox(n *Node) *box {
	b := &box{node: n, h: headHeight + len(n.Sockets)*rowHeight + footHeight, port: map[*Socket]int{}}
	w := textWidth(cut(n.Name, nameSize, maxName), nameSize)*11/10 + textWidth(n.times(), smallSize) + 2*padding // bold is wider
	if n.times() != "" {
		w += 2 * padding
	}
	first := headHeight
	if note := n.note(); note != "" {
		b.h += noteHeight
		first += noteHeight
		w = max(w, textWidth(cut(note, smallSize, maxName), smallSize)+2*padding)
	}
	placeWidth := 0
	for i, s := range n.Sockets {
		b.port[s] = first + i*rowHeight + rowHeight/2
		if badge := s.badge(); badge != "" {
			b.badgeWidth = max(b.badgeWidth, textWidth(badge, smallSize)+padding)
		}
		b.nameWidth = max(b.nameWidth, textWidth(s.title(), rowSize))
		placeWidth = max(placeWidth, textWidth(cut(s.place(), smallSize, maxPlace), smallSize))
	}
	row := 2*padding + b.badgeWidth + b.nameWidth
	if b.badgeWidth > 0 {
		row += padding / 2
	}
	if placeWidth > 0 {
		row += padding + placeWidth
	}
	b.w = max(w, row, minWidth)
	return b
}

// part is the nodes of a graph that hang together.
type part struct {
	boxes   []*box
	routes  []*route
	columns [][]*item
	labels  []*label
	w, h    int

	perBand    int   // columns in a band
	bottoms    []int // where the bands end
	between    []int // how many tracks are below each band
	leftTracks int
	tracks     map[trackKey]*track
}

// split returns the parts of a graph, in the order of their first nodes.
func split(d *drawing, boxes map[*Node]*box) []*part {
	root := map[*box]*box{}
	find := func(b *box) *box {
		for root[b] != b {
			root[b] = root[root[b]]
			b = root[b]
		}
		return b
	}
	for _, b := range d.boxes {
		root[b] = b
	}
	for _, r := range d.routes {
		root[find(boxes[r.edge.To.Node])] = find(boxes[r.edge.From.Node])
	}
	var parts []*part
	of := map[*box]*part{}
	for _, b := range d.boxes {
		p := of[find(b)]
		if p == nil {
			p = &part{}
			of[find(b)] = p
			parts = append(parts, p)
		}
		p.boxes = append(p.boxes, b)
	}
	for _, r := range d.routes {
		p := of[find(boxes[r.edge.From.Node])]
		p.routes = append(p.routes, r)
	}
	for _, p := range parts {
		for _, b := range p.boxes {
			b.item = &item{box: b, h: b.h}
		}
	}
	return parts
}

// layOut places all of a part, from its own upper left corner.
func (p *part) layOut() {
	of := map[*Node]*box{}
	for _, b := range p.boxes {
		of[b.node] = b
	}
	p.assignColumns(of)
	p.fold()
	p.addPassages(of)
	p.order()
	p.placeHeights()
	p.planDetours(of)
	p.spreadBands()
	p.placeColumns(of)
}

// move moves a part away from the corner that it was laid out from.
func (p *part) move(by point) {
	for _, b := range p.boxes {
		b.x, b.y = b.x+by.x, b.y+by.y
	}
	for _, r := range p.routes {
		for i := range r.points {
			r.points[i].x += by.x
			r.points[i].y += by.y
		}
		if r.detour != nil {
			r.detour.move(by)
		}
	}
	for _, l := range p.labels {
		l.at.x, l.at.y = l.at.x+by.x, l.at.y+by.y
	}
}
