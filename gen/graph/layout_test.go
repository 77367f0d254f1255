package graph

import (
	"slices"
	"strconv"
	"testing"
)

// area is what something takes up on a drawing, its edges not included.
type area struct{ left, top, right, bottom int }

func (a area) overlaps(b area) bool {
	return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

func (b *box) area() area {
	a := area{b.x, b.y, b.x + b.w, b.y + b.h}
	if b.node.Replicas != "" {
		a.right, a.bottom = a.right+depth, a.bottom+depth
	}
	return a
}

func (l *label) area() area {
	a := area{l.at.x, l.at.y - smallSize, l.at.x + l.width, l.at.y + 2}
	if l.left {
		a.left, a.right = l.at.x-l.width, l.at.x
	}
	return a
}

func TestLayoutLeavesRoomForEverything(t *testing.T) {
	for name, src := range shapes() {
		t.Run(name, func(t *testing.T) { checkLayout(t, lay(Of(parse(t, src)))) })
	}
}

func checkLayout(t *testing.T, d *drawing) {
	var taken []area
	free := func(what string, a area) {
		if a.left < 0 || a.top < 0 || a.right > d.width || a.bottom > d.height {
			t.Errorf("%s at %v is outside of %d by %d", what, a, d.width, d.height)
		}
		for _, other := range taken {
			if a.overlaps(other) {
				t.Errorf("%s at %v overlaps what is at %v", what, a, other)
			}
		}
		taken = append(taken, a)
	}
	boxes := map[*Node]*box{}
	for _, b := range d.boxes {
		free("box "+b.node.ID, b.area())
		boxes[b.node] = b
	}
	for _, l := range d.labels {
		free("label "+l.text, l.area())
	}
	labelled := map[*Socket]bool{}
	for _, l := range d.labels {
		labelled[l.edges[0].Binder] = true
	}
	for _, r := range d.routes {
		checkRoute(t, r, boxes, d)
		if !labelled[r.edge.Binder] {
			t.Errorf("edge %s has no label", r.edge.ID())
		}
	}
}

// checkRoute checks that an edge starts and ends at the rows of its sockets, and passes no box while it is level.
func checkRoute(t *testing.T, r *route, boxes map[*Node]*box, d *drawing) {
	t.Helper()
	left, right := r.edge.From, r.edge.To
	if r.toLeft {
		left, right = right, left
	}
	a, b := boxes[left.Node], boxes[right.Node]
	first, last := r.ends()
	if want := (point{a.x + a.w, a.y + a.port[left]}); first != want {
		t.Errorf("edge %s starts at %v, and its socket is at %v", r.edge.ID(), first, want)
	}
	want := point{b.x, b.y + b.port[right]}
	if r.loop > 0 {
		want.x += b.w
	}
	if last != want {
		t.Errorf("edge %s ends at %v, and its socket is at %v", r.edge.ID(), last, want)
	}
	if r.loop > 0 {
		return
	}
	lines := slices.Clone(r.points)
	if r.detour != nil {
		before := lines[len(lines)-1]
		for _, c := range r.detour.corners(before) {
			lines = append(lines, before, c)
			before = c
		}
		lines = append(append(lines, before, r.detour.points[0]), r.detour.points...)
	}
	for i := 0; i+1 < len(lines); i += 2 {
		p, q := lines[i], lines[i+1]
		if p.y != q.y && p.x != q.x {
			t.Errorf("edge %s is not straight from %v to %v", r.edge.ID(), p, q)
		}
		line := area{min(p.x, q.x), min(p.y, q.y), max(p.x, q.x) + 1, max(p.y, q.y) + 1}
		if line.left < 0 || line.top < 0 || line.right > d.width || line.bottom > d.height {
			t.Errorf("edge %s is outside at %v", r.edge.ID(), line)
		}
		for _, other := range d.boxes {
			if other != a && other != b && line.overlaps(other.area()) {
				t.Errorf("edge %s passes behind %s", r.edge.ID(), other.node.ID)
			}
		}
	}
}

func TestMessagesTravelToTheRight(t *testing.T) {
	d := lay(Of(parse(t, chain(5))))
	for _, r := range d.routes {
		if r.toLeft {
			t.Errorf("edge %s goes to the left", r.edge.ID())
		}
	}
}

func TestCallsTurnRoundRatherThanMessages(t *testing.T) {
	d := lay(Of(parse(t, compose([]string{feed("feed"), "ask: {kind: req-rep, request: A, reply: B}"}, [][]string{
		{"ask: {dealer: ask, connect: n1.ask}", "in: {sub: feed, connect: n1.out}"},
		{`ask: {router: ask, bind: "tcp://*:1"}`, `out: {pub: feed, bind: "tcp://*:2"}`},
	}))))
	for _, r := range d.routes {
		if r.toLeft != r.edge.Pattern.Calls {
			t.Errorf("edge %s: to the left is %v", r.edge.ID(), r.toLeft)
		}
	}
}

// Each of the first four sends to the fifth, and hears of what comes of it: a cycle through each, which is cut at the same place.
func TestNodesThatAreAlikeStandInOneColumn(t *testing.T) {
	var nodes [][]string
	for range 4 {
		nodes = append(nodes, []string{"out: {push: orders, connect: n4.in}", "in: {sub: fills, connect: n5.out}", "ticks: {sub: ticks, connect: n6.out}"})
	}
	nodes = append(nodes,
		[]string{`in: {pull: orders, bind: "tcp://*:1"}`, `out: {push: checked, bind: "tcp://*:2"}`},
		[]string{"in: {pull: checked, connect: n4.out}", `out: {pub: fills, bind: "tcp://*:3"}`},
		[]string{`out: {pub: ticks, bind: "tcp://*:4"}`})
	d := lay(Of(parse(t, compose([]string{feed("fills"), feed("ticks"), "orders: {kind: push-pull, message: A}", "checked: {kind: push-pull, message: A}"}, nodes))))
	for _, b := range d.boxes[1:4] {
		if first := d.boxes[0]; b.x != first.x {
			t.Errorf("%s is at %d and %s at %d", first.node.ID, first.x, b.node.ID, b.x)
		}
	}
}

func TestManyEdgesAreLaidOutInBoundedRoom(t *testing.T) {
	var patterns []string
	nodes := make([][]string, 400)
	for i := range 399 {
		patterns = append(patterns, feed("f"+strconv.Itoa(i)))
		nodes[i] = append(nodes[i], `out: {pub: f`+strconv.Itoa(i)+`, bind: "tcp://*:`+strconv.Itoa(5000+i)+`"}`)
		nodes[i+1] = append(nodes[i+1], `in: {sub: f`+strconv.Itoa(i)+`, connect: n`+strconv.Itoa(i)+`.out}`)
		nodes[399] = append(nodes[399], `in`+strconv.Itoa(i)+`: {sub: f`+strconv.Itoa(i)+`, connect: n`+strconv.Itoa(i)+`.out}`)
	}
	d := lay(Of(parse(t, compose(patterns, nodes))))
	passages := map[*item]bool{}
	for _, r := range d.routes {
		for _, it := range r.passes {
			passages[it] = true
		}
	}
	if n := len(passages); n > maxPassages || n < maxPassages/2 {
		t.Errorf("%d passages", n)
	}
}

func TestDrawingsAreNeitherStripsNorTowers(t *testing.T) {
	for name, src := range map[string]string{"star": star(50), "chain": chain(50), "disconnected": disconnected(50), "mesh": mesh(15)} {
		if d := lay(Of(parse(t, src))); d.width > 3*d.height || d.height > 2*d.width {
			t.Errorf("%s: %d by %d", name, d.width, d.height)
		}
	}
}
