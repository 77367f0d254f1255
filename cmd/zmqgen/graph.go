package main

// This file turns a topology into a picture of it, on standard output or on disk.

import (
	"bytes"
	"flag"
	"fmt"
	"strings"

	"github.com/zmqgen/zmqgen/gen/graph"
)

var graphCommand = command{
	name:    "graph",
	args:    "[FILE|DIR|-]",
	summary: "draw the topology as Mermaid, DOT or SVG",
	about: `Prints a picture of a topology, or writes it to -o FILE: its nodes with their sockets, what travels
between them and which way, and as dashed boxes the peers that are in no file.

mermaid is for Markdown, as GitHub draws it; dot is for Graphviz; svg is drawn already, and is light
or dark as the reader's system is. Without --format the end of FILE says which: .mmd, .dot, .gv or
.svg; mermaid is the usual one.

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
	flags: func(set *flag.FlagSet, o *options) {
		topologyFlag(set, o)
		set.StringVar(&o.format, "format", "", "`FORMAT` is mermaid, dot or svg")
		set.StringVar(&o.against, "against", "", "show what changed since `REF|FILE`: a branch, tag or commit of git, or a file or directory")
		set.StringVar(&o.out, "o", "", "write to `FILE`, or to standard output for -, as without -o")
		set.BoolVar(&o.verbose, "v", false, "name the file if it is written, on standard error")
	},
	run: runGraph,
}

// graphFormat is one form of a picture.
type graphFormat struct {
	name string
	ends []string // of file names
	draw func(*graph.Graph, graph.Options) []byte
	// Before and after stand around each of the two lines that say who wrote the file.
	before, after string
}

// graphFormats is the table of forms, the usual one first.
var graphFormats = []graphFormat{
	{"mermaid", []string{".mmd", ".mermaid"}, graph.Mermaid, "%% ", ""},
	{"dot", []string{".dot", ".gv"}, graph.DOT, "// ", ""},
	{"svg", []string{".svg"}, graph.SVG, "<!-- ", " -->"},
}

func runGraph(c *console, opts options) error {
	format, err := graphFormatOf(opts)
	if err != nil {
		return err
	}
	arg, err := opts.topologyToCompare()
	if err != nil {
		return err
	}
	src, err := readTopology(c, arg)
	if err != nil {
		return err
	}
	t, ds := new(imports).parse(src, src.dir)
	c.report(c.stderr, ds, opts)
	if ds.HasErrors() {
		return errFindings
	}
	g, changes := graph.Of(t), graph.Changes(nil)
	if opts.against != "" {
		old, err := readOld(c, opts, src, t)
		if err != nil {
			return err
		}
		g, changes = graph.Diff(graph.Of(old.topology), g)
	}
	content := format.head(src.base)
	content = append(content, format.draw(g, graph.Options{Changes: changes})...)
	if opts.out == "" || opts.out == "-" {
		fmt.Fprintf(c.stdout, "%s", content)
		return nil
	}
	return writeOut(c, opts, "graph", src, format.marks(), content)
}

// graphFormatOf returns the form that the options ask for, by its name or by the end of the file's.
func graphFormatOf(opts options) (graphFormat, error) {
	var names []string
	for _, f := range graphFormats {
		names = append(names, f.name)
		if f.name == opts.format {
			return f, nil
		}
		for _, end := range f.ends {
			if opts.format == "" && strings.HasSuffix(opts.out, end) {
				return f, nil
			}
		}
	}
	if opts.format == "" {
		return graphFormats[0], nil
	}
	all := strings.Join(names, ", ")
	if best := closest(opts.format, names); best != "" {
		return graphFormat{}, usagef("graph: unknown format %q; did you mean %q?", opts.format, best)
	}
	return graphFormat{}, usagef("graph: unknown format %q; there are %s", opts.format, all)
}

// head returns the two lines that say who wrote the file, and from what.
func (f graphFormat) head(source string) []byte {
	if f.after != "" { // an XML comment has no two hyphens
		source = strings.ReplaceAll(source, "-", `\-`)
	}
	mark := strings.TrimPrefix(header, "// ")
	return []byte(f.before + mark + f.after + "\n" + f.before + strings.TrimPrefix(sourcePrefix, "// ") + source + f.after + "\n")
}

// marks are what proves that a picture of the form is zmqgen's.
func (f graphFormat) marks() marks {
	first, _, _ := bytes.Cut(f.head(""), []byte("\n"))
	return marks{shown: string(first), sourceOf: func(content []byte) string {
		lines := bytes.SplitN(bytes.ReplaceAll(content[:min(len(content), 4096)], []byte("\r\n"), []byte("\n")), []byte("\n"), 3)
		if len(lines) < 2 || !bytes.Equal(lines[0], first) {
			return ""
		}
		source, found := strings.CutPrefix(string(lines[1]), f.before+strings.TrimPrefix(sourcePrefix, "// "))
		if !found || !strings.HasSuffix(source, f.after) {
			return ""
		}
		source = strings.TrimSuffix(source, f.after)
		if f.after != "" {
			source = strings.ReplaceAll(source, `\-`, "-")
		}
		return source
	}}
}
