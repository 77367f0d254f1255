package main

// This file documents a topology.

import (
	"flag"

	"github.com/zmqgen/zmqgen/gen/docs"
	"github.com/zmqgen/zmqgen/schema"
)

var docsCommand = command{
	name:    "docs",
	args:    "[FILE|DIR|-]",
	summary: "document the topology as Markdown or HTML",
	about: `Prints the documentation of a topology, or writes it to -o FILE: the topology drawn, every node with
its sockets, every pattern with the frames of what travels in it, every message with its fields, its
limits, an example, and who sends and receives it.

markdown is for GitHub and the like; html is one page that needs nothing else, with search, light and
dark. Without --format the end of FILE says which: .md, .markdown, .html or .htm; markdown is the
usual one.

With --against it says what changed since another version of the topology, which is a file, or what the
topology was at a branch, tag or commit of git: what was added, changed and removed is marked, in the
drawing too, and it says for whom a change breaks what, and in which order to roll it out.

FILE is the topology, DIR a directory with a topology.yaml, - standard input; without any it is
./topology.yaml. The file of -o is written only if it changes, at one stroke, and never in place of
one that zmqgen did not make from this topology.`,
	examples: `zmqgen docs -o docs/market.html
zmqgen docs --format markdown market/topology.yaml
zmqgen docs --against origin/main -o changes.html`,
	findings: "the topology has errors; nothing is printed or written",
	maxArgs:  1,
	flags:    func(set *flag.FlagSet, o *options) { formFlags(set, o, docsForms) },
	run:      runDocs,
}

// docsForms is the table of forms, the usual one first. In Markdown comments are those of HTML.
var docsForms = []form{
	{"markdown", []string{".md", ".markdown"}, signedInXML, documented(docs.Markdown)},
	{"html", []string{".html", ".htm"}, signedInXML, documented(docs.HTML)},
}

// documented returns what documents a topology by one of the functions of package docs.
func documented(write func(*schema.Topology, docs.Options) []byte) func(t, old *schema.Topology, oldName string) []byte {
	return func(t, old *schema.Topology, oldName string) []byte {
		return write(t, docs.Options{Against: old, Name: oldName})
	}
}

func runDocs(c *console, opts options) error { return runForms(c, opts, "docs", docsForms) }
