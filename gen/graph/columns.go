package graph

import (
	"cmp"
	"container/heap"
	"slices"
)

// This file puts the nodes of a part in columns, and gives edges that pass columns a place in each.

// maxPassages is how many places edges have in columns that they pass, in one part. Edges that are left without, which only
// very large topologies have, go behind what is in their way.
const maxPassages = 20000

// item is what a column holds: a box, or a place where an edge passes.
type item struct {
	box         *box // nil for an edge that passes
	column      int
	order       int // in its column
	y, h        int
	left, right []link
}

// link is an edge from an item to one of a column beside it.
type link struct {
	to          *item
	here, there int // where it is on each of the two, below their upper edges
	weight      int // how much it matters that it is straight
}

// arc is all edges between two nodes in one direction, while columns are assigned.
type arc struct {
	to     int
	weight int
}

// assignColumns puts each box in a column: to the right of all that it receives from, as far as there are no cycles, and as
// near to those that it is joined with as that leaves. Edges on which both sides send have no direction to keep if others
// would have to turn for it.
func (p *part) assignColumns(of map[*Node]*box) {
	number := map[*box]int{}
	for i, b := range p.boxes {
		number[b] = i
	}
	hard, soft := make([][]arc, len(p.boxes)), make([][]arc, len(p.boxes))
	for _, r := range p.routes {
		from, to := number[of[r.edge.From.Node]], number[of[r.edge.To.Node]]
		switch {
		case from == to:
		case r.edge.BothWays():
			soft[from] = append(soft[from], arc{to, 1})
		default:
			hard[from] = append(hard[from], arc{to, 1})
		}
	}
	hard = p.acyclic(hard)
	sequence := inSequence(hard, soft)
	place := make([]int, len(sequence))
	for i, v := range sequence {
		place[v] = i
	}
	out := make([][]arc, len(p.boxes)) // all arcs, each to the right in the sequence
	in := make([][]arc, len(p.boxes))
	for v := range out {
		for _, a := range slices.Concat(hard[v], soft[v]) {
			u, w := v, a.to
			if place[u] > place[w] {
				u, w = w, u
			}
			out[u] = append(out[u], arc{w, a.weight})
			in[w] = append(in[w], arc{u, a.weight})
		}
	}
	columns := longestPaths(sequence, out, in)
	p.spread(columns, out, 1)
	p.spread(columns, in, -1)
	first := slices.Min(columns)
	for i := range columns {
		columns[i] -= first
	}
	for i, b := range p.boxes {
		b.item.column = columns[i]
	}
}

// inSequence returns all nodes in an order that all hard arcs follow, and soft ones where they can without making the whole
// wider: between nodes that are as far from where messages come from.
func inSequence(hard, soft [][]arc) []int {
	levels := levelsOf(hard, soft)
	q := &queue{levels: levels, soft: make([]int, len(hard))}
	for _, all := range soft {
		for _, a := range all {
			q.soft[a.to]++
		}
	}
	for v := range hard {
		heap.Push(q, entry{v, q.soft[v]})
	}
	done := make([]bool, len(hard))
	var sequence []int
	for q.Len() > 0 {
		v := heap.Pop(q).(entry).node
		if done[v] {
			continue
		}
		done[v] = true
		sequence = append(sequence, v)
		for _, a := range soft[v] {
			if q.soft[a.to]--; !done[a.to] {
				heap.Push(q, entry{a.to, q.soft[a.to]}) // once more, with the smaller number first
			}
		}
	}
	return sequence
}

// levelsOf returns how many hard arcs lead to each node, one after the other. A node without any hard arc has the level of the
// last of those from which soft arcs lead to it.
func levelsOf(hard, soft [][]arc) []int {
	levels, waits, alone := make([]int, len(hard)), make([]int, len(hard)), make([]bool, len(hard))
	for _, all := range hard {
		for _, a := range all {
			waits[a.to]++
		}
	}
	var ready []int
	for v := range hard {
		if waits[v] == 0 {
			ready = append(ready, v)
			alone[v] = len(hard[v]) == 0
		}
	}
	for len(ready) > 0 {
		v := ready[0]
		ready = ready[1:]
		for _, a := range hard[v] {
			levels[a.to] = max(levels[a.to], levels[v]+1)
			if waits[a.to]--; waits[a.to] == 0 {
				ready = append(ready, a.to)
			}
		}
	}
	for v, all := range soft {
		for _, a := range all {
			if alone[a.to] && !alone[v] {
				levels[a.to] = max(levels[a.to], levels[v])
			}
		}
	}
	return levels
}

// queue is the nodes that may come next in the sequence: of the lowest level those that the fewest soft arcs speak against.
type queue struct {
	levels  []int
	soft    []int
	entries []entry
}

type entry struct{ node, soft int }

func (q *queue) Len() int { return len(q.entries) }
func (q *queue) Less(i, j int) bool {
	a, b := q.entries[i], q.entries[j]
	return cmp.Or(q.levels[a.node]-q.levels[b.node], a.soft-b.soft, a.node-b.node) < 0
}
func (q *queue) Swap(i, j int) { q.entries[i], q.entries[j] = q.entries[j], q.entries[i] }
func (q *queue) Push(e any)    { q.entries = append(q.entries, e.(entry)) }
func (q *queue) Pop() any {
	last := q.entries[len(q.entries)-1]
	q.entries = q.entries[:len(q.entries)-1]
	return last
}

// longestPaths returns the column of each node: that after the last of those to the left of it. Then nodes that are joined
// with more on their right than on their left move to the right.
func longestPaths(sequence []int, out, in [][]arc) []int {
	columns := make([]int, len(out))
	for _, v := range sequence {
		for _, a := range out[v] {
			columns[a.to] = max(columns[a.to], columns[v]+1)
		}
	}
	for _, v := range slices.Backward(sequence) {
		if len(out[v]) <= len(in[v]) {
			continue
		}
		nearest := columns[out[v][0].to]
		for _, a := range out[v] {
			nearest = min(nearest, columns[a.to])
		}
		columns[v] = nearest - 1
	}
	return columns
}

// addPassages gives each edge a place in each column that it passes, and links what is beside each other. Edges of one
// socket that others connect to pass in the same place, as a trunk that they branch off from.
func (p *part) addPassages(of map[*Node]*box) {
	trunks := map[trunkKey]*item{}
	linked := map[linkKey]bool{}
	left := maxPassages
	for _, r := range byLength(p.routes, of) {
		a, b := of[r.edge.From.Node], of[r.edge.To.Node]
		from, to := a.port[r.edge.From], b.port[r.edge.To]
		if a == b {
			a.loops++
			r.loop = a.loops
			continue
		}
		if r.toLeft = a.item.column > b.item.column; r.toLeft {
			a, b, from, to = b, a, to, from
		}
		passed := p.passedColumns(a.item.column, b.item.column)
		if len(passed) > left {
			passed = nil
		}
		at, here := a.item, from
		for _, c := range passed {
			next := trunks[trunkKey{r.edge.Binder, c}]
			if next == nil {
				next = &item{column: c}
				trunks[trunkKey{r.edge.Binder, c}] = next
				p.columns[c] = append(p.columns[c], next)
				left--
			}
			p.join(linked, linkKey{at, next, here, 0})
			r.passes = append(r.passes, next)
			at, here = next, 0
		}
		p.join(linked, linkKey{at, b.item, here, to})
	}
}

// trunkKey is what has a place of its own in a column that it passes.
type trunkKey struct {
	hub    *Socket
	column int
}

// linkKey is a link from an item on the left to one on the right.
type linkKey struct {
	a, b        *item
	here, there int
}

// byLength returns the edges, those that pass the fewest columns first.
func byLength(routes []*route, of map[*Node]*box) []*route {
	sorted := slices.Clone(routes)
	length := func(r *route) int {
		n := of[r.edge.From.Node].item.column - of[r.edge.To.Node].item.column
		return max(n, -n)
	}
	slices.SortStableFunc(sorted, func(a, b *route) int { return length(a) - length(b) })
	return sorted
}

// join links two items if their columns are beside each other, and the link is not there yet.
func (p *part) join(linked map[linkKey]bool, k linkKey) {
	a, b := k.a, k.b
	if b.column != a.column+1 || p.band(a) != p.band(b) || linked[k] {
		return
	}
	linked[k] = true
	weight := 1 // straightness matters most where an edge is long
	switch {
	case a.box == nil && b.box == nil:
		weight = 8
	case a.box == nil || b.box == nil:
		weight = 2
	}
	a.right = append(a.right, link{b, k.here, k.there, weight})
	b.left = append(b.left, link{a, k.there, k.here, weight})
}
