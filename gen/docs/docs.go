// Package docs documents a topology for people: who runs what, what travels between them in which frames, and what is in it;
// as Markdown, or as one page of HTML that needs nothing else. It does no I/O.
package docs

import (
	"github.com/zmqgen/zmqgen/gen/graph"
	"github.com/zmqgen/zmqgen/schema"
)

// This file is what the package does for others.

// Options say what a document is to show beside the topology.
type Options struct {
	// Against is another version of the topology, from which it shows what changed; nil for none.
	Against *schema.Topology
	// Name is what that version is called.
	Name string
}

// newPage makes the page of a topology, and the drawing that belongs to it.
func newPage(t *schema.Topology, o Options) (*page, *graph.Graph, graph.Changes) {
	p := build(t)
	g, marks := p.graph, graph.Changes(nil)
	if o.Against != nil {
		old := build(o.Against)
		p.Against = line(o.Name)
		compare(old, p)
		p.Changes.Rollout = rollouts(o.Against, t)
		g, marks = graph.Diff(old.graph, g)
	}
	p.settle()
	return p, g, marks
}
