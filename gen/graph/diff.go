package graph

import "slices"

// This file compares two graphs, and makes one of both that shows what was removed as well.

// Change is what became of a node, a socket or an edge.
type Change string

// The changes.
const (
	Added   Change = "added"
	Removed Change = "removed"
	Changed Change = "changed"
)

// Changes says what changed, by the ID of a node, a socket or an edge. What is not in it is as it was.
type Changes map[string]Change

// Diff returns the new graph with what only the old one has added to it, and what changed between the two: a node that is
// elsewhere, runs another number of times or is a device of another kind; a socket of another type, pattern, place or security;
// an edge on which something else travels. The graphs that it is given stay as they are.
func Diff(old, new *Graph) (*Graph, Changes) {
	d := &difference{merged: &Graph{Name: new.Name, Doc: new.Doc}, changes: Changes{}, sockets: map[string]*Socket{}}
	before := map[string]*Node{}
	for _, n := range old.Nodes {
		before[n.ID] = n
	}
	for _, n := range new.Nodes {
		d.node(before[n.ID], n)
		delete(before, n.ID)
	}
	for _, n := range old.Nodes {
		if before[n.ID] != nil {
			d.node(n, nil)
		}
	}
	d.edges(old, new)
	return d.merged, d.changes
}

// difference is what Diff makes.
type difference struct {
	merged  *Graph
	changes Changes
	sockets map[string]*Socket // of the merged graph
}

// node takes a node into the merged graph of which one of the two may be nil.
func (d *difference) node(old, new *Node) {
	merged := new
	switch {
	case new == nil:
		merged = old
		d.changes[old.ID] = Removed
	case old == nil:
		d.changes[new.ID] = Added
	case old.Host != new.Host || old.Replicas != new.Replicas || old.Device != new.Device:
		d.changes[new.ID] = Changed
	}
	whole := *merged
	whole.Sockets = nil
	d.merged.Nodes = append(d.merged.Nodes, &whole)
	before := map[string]*Socket{}
	if old != nil {
		for _, s := range old.Sockets {
			before[s.ID] = s
		}
	}
	if new != nil {
		for _, s := range new.Sockets {
			d.socket(&whole, before[s.ID], s)
			delete(before, s.ID)
		}
	}
	if old != nil {
		for _, s := range old.Sockets {
			if before[s.ID] != nil {
				d.socket(&whole, s, nil)
			}
		}
	}
}

// socket takes a socket into a node of the merged graph.
func (d *difference) socket(to *Node, old, new *Socket) {
	merged := new
	switch {
	case new == nil:
		merged = old
		d.changes[old.ID] = Removed
	case old == nil:
		d.changes[new.ID] = Added
	case !sameSocket(old, new):
		d.changes[new.ID] = Changed
	}
	whole := *merged
	whole.Node = to
	to.Sockets = append(to.Sockets, &whole)
	d.sockets[whole.ID] = &whole
}

func sameSocket(a, b *Socket) bool {
	return a.Type == b.Type && samePattern(a.Pattern, b.Pattern) && slices.Equal(a.Bind, b.Bind) && slices.Equal(a.Connect, b.Connect) &&
		slices.Equal(a.Advertise, b.Advertise) && slices.Equal(a.Subscribe, b.Subscribe) && a.Security == b.Security && a.Mechanism == b.Mechanism
}

func samePattern(a, b *Pattern) bool { return a.Name == b.Name && a.Kind == b.Kind }

// edges takes the edges of both graphs into the merged one, and their patterns. An edge whose socket speaks another pattern
// now is the new one.
func (d *difference) edges(old, new *Graph) {
	patterns := map[string]*Pattern{}
	take := func(p *Pattern) {
		if patterns[p.Name] == nil {
			patterns[p.Name] = p
			d.merged.Patterns = append(d.merged.Patterns, p)
		}
	}
	for _, g := range []*Graph{new, old} {
		for _, p := range g.Patterns {
			take(p)
		}
	}
	before := map[string]*Edge{}
	for _, e := range old.Edges {
		before[e.ID()] = e
	}
	for _, e := range new.Edges {
		was := before[e.ID()]
		delete(before, e.ID())
		switch {
		case was == nil:
			d.changes[e.ID()] = Added
		case !sameTraffic(was.Pattern, e.Pattern):
			d.changes[e.ID()] = Changed
		}
		d.edge(e)
	}
	for _, e := range old.Edges {
		if before[e.ID()] != nil {
			d.changes[e.ID()] = Removed
			d.edge(e)
		}
	}
	d.groupByPattern()
}

// sameTraffic reports whether the same travels, by its names.
func sameTraffic(a, b *Pattern) bool {
	return samePattern(a, b) && slices.Equal(a.Forward, b.Forward) && slices.Equal(a.Back, b.Back)
}

func (d *difference) edge(e *Edge) {
	whole := Edge{From: d.sockets[e.From.ID], To: d.sockets[e.To.ID], Pattern: e.Pattern, Binder: d.sockets[e.Binder.ID]}
	d.merged.Edges = append(d.merged.Edges, &whole)
}

func (d *difference) groupByPattern() {
	place := map[string]int{}
	for i, p := range d.merged.Patterns {
		place[p.Name] = i
	}
	slices.SortStableFunc(d.merged.Edges, func(x, y *Edge) int { return place[x.Pattern.Name] - place[y.Pattern.Name] })
}
