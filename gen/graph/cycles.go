package graph

import (
	"fmt"
	"slices"
	"strings"
)

// This file turns edges round until there are no cycles, so that nodes can be put in columns.

// acyclic returns the arcs between the boxes of a part without cycles. Where it costs no more, all arcs between nodes that are
// alike are turned alike: of many that do the same none is drawn elsewhere than the others, only since it came first.
func (p *part) acyclic(arcs [][]arc) [][]arc {
	plain, least := withoutCycles(arcs)
	if least == 0 {
		return plain
	}
	kinds, n := p.kinds()
	between := make([][]arc, n)
	for v, all := range arcs {
		for _, a := range all {
			if kinds[v] != kinds[a.to] {
				between[kinds[v]] = append(between[kinds[v]], arc{kinds[a.to], a.weight})
			}
		}
	}
	between, _ = withoutCycles(between)
	place := make([]int, n)
	for i, kind := range inSequence(between, make([][]arc, n)) {
		place[kind] = i
	}
	alike, turned := make([][]arc, len(arcs)), 0
	for v, all := range arcs {
		for _, a := range all {
			if place[kinds[v]] > place[kinds[a.to]] {
				alike[a.to] = append(alike[a.to], arc{v, a.weight})
				turned++
			} else {
				alike[v] = append(alike[v], a)
			}
		}
	}
	alike, more := withoutCycles(alike) // those of one kind may send to each other
	if turned+more > least {
		return plain
	}
	return alike
}

// kinds numbers the boxes: nodes have the same number whose sockets speak the same patterns in the same way. It returns how
// many numbers there are as well.
func (p *part) kinds() (of []int, n int) {
	numbers := map[string]int{}
	for _, b := range p.boxes {
		var key strings.Builder
		for _, s := range b.node.Sockets {
			fmt.Fprintf(&key, "%s %s\n", s.Type, s.Pattern.Name)
		}
		number, known := numbers[key.String()]
		if !known {
			number = len(numbers)
			numbers[key.String()] = number
		}
		of = append(of, number)
	}
	return of, len(numbers)
}

// withoutCycles returns arcs with those turned round that close a cycle, and how many these are.
func withoutCycles(arcs [][]arc) (out [][]arc, turned int) {
	inDegree := make([]int, len(arcs))
	for _, all := range arcs {
		for _, a := range all {
			inDegree[a.to]++
		}
	}
	starts := make([]int, len(arcs))
	for v := range starts {
		starts[v] = v
	}
	slices.SortStableFunc(starts, func(v, w int) int { // sources first, then those that send more than they receive
		return (inDegree[v] - len(arcs[v])) - (inDegree[w] - len(arcs[w]))
	})
	out = make([][]arc, len(arcs))
	const unseen, open, done = 0, 1, 2
	state, next := make([]int, len(arcs)), make([]int, len(arcs))
	for _, start := range starts {
		if state[start] != unseen {
			continue
		}
		state[start] = open
		for path := []int{start}; len(path) > 0; {
			v := path[len(path)-1]
			if next[v] == len(arcs[v]) {
				state[v] = done
				path = path[:len(path)-1]
				continue
			}
			a := arcs[v][next[v]]
			next[v]++
			if state[a.to] == open {
				out[a.to] = append(out[a.to], arc{v, a.weight})
				turned++
				continue
			}
			out[v] = append(out[v], a)
			if state[a.to] == unseen {
				state[a.to] = open
				path = append(path, a.to)
			}
		}
	}
	return out, turned
}
