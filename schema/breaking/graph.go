package breaking

import "slices"

// This file orders nodes by what has to be before what. Between those that come first and those that come then stands a
// vertex of the way that asks for it, so that there are no more edges than ends of ways.

// graph has nodes and ways as its vertices.
type graph struct {
	index map[string]int // of nodes
	names []string       // "" for a way
	next  [][]int
	asked [][]int // which changes ask for the edges of a way
	joint []bool  // of a way: its ends are replaced at one time
	ways  map[string]int
}

func newGraph() *graph { return &graph{index: map[string]int{}, ways: map[string]int{}} }

func (g *graph) vertex(name string) int {
	g.names, g.next, g.asked, g.joint = append(g.names, name), append(g.next, nil), append(g.asked, nil), append(g.joint, false)
	return len(g.names) - 1
}

func (g *graph) node(name string) int {
	i, known := g.index[name]
	if !known {
		i = g.vertex(name)
		g.index[name] = i
	}
	return i
}

// addWays adds what a change asks for.
func (g *graph) addWays(o Order, ways []*way, change int) {
	for _, w := range ways {
		first, then := w.receivers, w.senders
		switch o {
		case ReceiversFirst:
		case SendersFirst:
			first, then = then, first
		case Together:
		default:
			continue
		}
		key := string(o) + " " + w.key
		i, known := g.ways[key]
		if !known {
			i = g.vertex("")
			g.ways[key] = i
			g.joint[i] = o == Together
			for _, name := range first {
				n := g.node(name)
				g.next[n] = append(g.next[n], i)
				if o == Together {
					g.next[i] = append(g.next[i], n)
				}
			}
			for _, name := range then {
				n := g.node(name)
				g.next[i] = append(g.next[i], n)
				if o == Together {
					g.next[n] = append(g.next[n], i)
				}
			}
		}
		g.asked[i] = append(g.asked[i], change)
	}
}

// grouped is the vertices of a graph in an order.
type grouped struct {
	steps     []Step
	conflicts []Conflict
}

// groups puts each node into the first step that it can be in. Nodes that have to be before each other are a group of one step,
// and a conflict.
func (g *graph) groups() grouped {
	component := g.components() // in reverse: what comes then has the smaller number
	count := 0
	for _, c := range component {
		count = max(count, c+1)
	}
	nodes, ways := make([][]string, count), make([][]int, count)
	before := make([][]int, count) // by component: what comes directly after it
	for v, c := range component {
		if g.names[v] != "" {
			nodes[c] = append(nodes[c], g.names[v])
		} else {
			ways[c] = append(ways[c], v)
		}
		for _, to := range g.next[v] {
			if component[to] != c {
				before[c] = append(before[c], component[to])
			}
		}
	}
	var out grouped
	level := make([]int, count)
	for c := count - 1; c >= 0; c-- {
		after := level[c]
		if len(nodes[c]) > 0 {
			out.place(nodes[c], level[c])
			after++
		}
		for _, next := range before[c] {
			level[next] = max(level[next], after)
		}
		if len(nodes[c]) > 1 || len(nodes[c]) == 1 && g.jointIn(ways[c]) {
			out.conflicts = append(out.conflicts, g.conflict(nodes[c], ways[c]))
		}
	}
	for i := range out.steps {
		slices.Sort(out.steps[i].Nodes)
	}
	slices.Reverse(out.conflicts)
	slices.SortStableFunc(out.conflicts, func(a, b Conflict) int { return slices.Compare(a.Changes, b.Changes) })
	return out
}

// jointIn reports whether one of the ways asks for its ends to be replaced at one time.
func (g *graph) jointIn(ways []int) bool {
	return slices.ContainsFunc(ways, func(w int) bool { return g.joint[w] })
}

// place puts the nodes of a component into a step.
func (out *grouped) place(nodes []string, level int) {
	for len(out.steps) <= level {
		out.steps = append(out.steps, Step{})
	}
	step := &out.steps[level]
	if len(nodes) == 1 {
		step.Nodes = append(step.Nodes, nodes[0])
		return
	}
	group := slices.Clone(nodes)
	slices.Sort(group)
	step.Groups = append(step.Groups, group)
}

// conflict is the conflict of nodes that have to be before each other.
func (g *graph) conflict(nodes []string, ways []int) Conflict {
	c := Conflict{Nodes: sortedOnce(slices.Clone(nodes))}
	for _, w := range ways {
		c.Changes = append(c.Changes, g.asked[w]...)
	}
	slices.Sort(c.Changes)
	c.Changes = slices.Compact(c.Changes)
	return c
}

// components returns for each vertex the number of its strongly connected component, by Tarjan's algorithm without
// recursion: one that is reached from another has the smaller number.
func (g *graph) components() []int {
	n := len(g.names)
	component, found, low := make([]int, n), make([]int, n), make([]int, n)
	for v := range component {
		component[v] = -1
	}
	clock, count := 0, 0
	var open []int
	type step struct{ v, edge int }
	for root := range n {
		if found[root] > 0 {
			continue
		}
		for way := []step{{root, 0}}; len(way) > 0; {
			top := &way[len(way)-1]
			v := top.v
			if top.edge == 0 && found[v] == 0 {
				clock++
				found[v], low[v] = clock, clock
				open = append(open, v)
			}
			if top.edge < len(g.next[v]) {
				to := g.next[v][top.edge]
				top.edge++
				if found[to] == 0 {
					way = append(way, step{to, 0})
				} else if component[to] < 0 {
					low[v] = min(low[v], found[to])
				}
				continue
			}
			if low[v] == found[v] {
				for {
					last := open[len(open)-1]
					open = open[:len(open)-1]
					component[last] = count
					if last == v {
						break
					}
				}
				count++
			}
			way = way[:len(way)-1]
			if len(way) > 0 {
				low[way[len(way)-1].v] = min(low[way[len(way)-1].v], low[v])
			}
		}
	}
	return component
}
