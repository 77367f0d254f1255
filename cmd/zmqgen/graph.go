package main

// This file draws a topology.

import (
	"flag"

	"github.com/zmqgen/zmqgen/gen/graph"
	"github.com/zmqgen/zmqgen/schema"
)

var graphCommand = command{
	name:    "graph",
	args:    "[FILE|DIR|-]",
	summary: "draw the topology as Mermaid, DOT or SVG",
	about: `Prints a picture of a topology, or writes it to -o FILE: its nodes with their sockets, what travels
between them and which way, and as dashed boxes the peers that are in no file.

mermaid is for Markdown, as GitHub draws it; dot is for Graphviz; svg is drawn already, and is light
or dark as the reader's system is. Without --format the end of FILE says which: .mmd, .mermaid,
.dot, .gv or .svg; mermaid is the usual one.

With --against the picture has what another version of the topology has as well, a file or what the
topology was at a commit of git, and shows what was added, what changed and what was removed.

FILE is the topology, DIR a directory with a topology.yaml, - standard input; without any it is
./topology.yaml. The file of -o is written only if it changes, at one stroke, and never in place of
one that zmqgen did not make from this topology.`,
	examples: `zmqgen graph
zmqgen graph -o docs/market.svg market/topology.yaml
zmqgen graph --format dot | dot -Tpng >topology.png
zmqgen graph --against origin/main --format svg >changes.svg`,
	findings: "the topology has errors; nothing is printed or written",
	maxArgs:  1,
	flags:    func(set *flag.FlagSet, o *options) { formFlags(set, o, graphForms) },
	run:      runGraph,
}

// graphForms is the table of forms, the usual one first.
var graphForms = []form{
	{"mermaid", []string{".mmd", ".mermaid"}, signature{before: "%% "}, drawn(graph.Mermaid)},
	{"dot", []string{".dot", ".gv"}, signature{before: "// "}, drawn(graph.DOT)},
	{"svg", []string{".svg"}, signedInXML, drawn(graph.SVG)},
}

// drawn returns what draws a topology by one of graph's functions.
func drawn(draw func(*graph.Graph, graph.Options) []byte) func(t, old *schema.Topology, oldName string) []byte {
	return func(t, old *schema.Topology, _ string) []byte {
		g, changes := graph.Of(t), graph.Changes(nil)
		if old != nil {
			g, changes = graph.Diff(graph.Of(old), g)
		}
		return draw(g, graph.Options{Changes: changes})
	}
}

func runGraph(c *console, opts options) error { return runForms(c, opts, "graph", graphForms) }
