package main

// This file turns a topology into documentation of it, on standard output or on disk.

import (
	"flag"
	"fmt"
	"strings"

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
	flags: func(set *flag.FlagSet, o *options) {
		topologyFlag(set, o)
		set.StringVar(&o.format, "format", "", "`FORMAT` is markdown or html")
		set.StringVar(&o.against, "against", "", "show what changed since `REF|FILE`: a branch, tag or commit of git, or a file or directory")
		set.StringVar(&o.out, "o", "", "write to `FILE`, or to standard output for -, as without -o")
		set.BoolVar(&o.verbose, "v", false, "name the file if it is written, on standard error")
	},
	run: runDocs,
}

// docsFormat is one form of documentation.
type docsFormat struct {
	name  string
	ends  []string // of file names
	write func(*schema.Topology, docs.Options) []byte
}

// docsFormats is the table of forms, the usual one first.
var docsFormats = []docsFormat{
	{"markdown", []string{".md", ".markdown"}, docs.Markdown},
	{"html", []string{".html", ".htm"}, docs.HTML},
}

// docsSigned are the lines that say who wrote the documentation, which both forms have in comments of HTML.
var docsSigned = graphFormat{before: "<!-- ", after: " -->"}

func runDocs(c *console, opts options) error {
	format, err := docsFormatOf(opts)
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
	var against docs.Options
	if opts.against != "" {
		old, err := readOld(c, opts, src, t)
		if err != nil {
			return err
		}
		against = docs.Options{Against: old.topology, Name: opts.against}
	}
	content := append(docsSigned.head(src.base), format.write(t, against)...)
	if opts.out == "" || opts.out == "-" {
		fmt.Fprintf(c.stdout, "%s", content)
		return nil
	}
	return writeOut(c, opts, "docs", src, docsSigned.marks(), content)
}

// docsFormatOf returns the form that the options ask for, by its name or by the end of the file's.
func docsFormatOf(opts options) (docsFormat, error) {
	var names []string
	for _, f := range docsFormats {
		names = append(names, f.name)
		if f.name == opts.format {
			return f, nil
		}
		for _, end := range f.ends {
			if opts.format == "" && strings.HasSuffix(strings.ToLower(opts.out), end) {
				return f, nil
			}
		}
	}
	if opts.format == "" {
		return docsFormats[0], nil
	}
	if best := closest(opts.format, names); best != "" {
		return docsFormat{}, usagef("docs: unknown format %q; did you mean %q?", opts.format, best)
	}
	return docsFormat{}, usagef("docs: unknown format %q; there are %s", opts.format, strings.Join(names, ", "))
}
