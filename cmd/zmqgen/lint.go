package main

// This file turns a topology into findings.

import (
	"flag"

	"github.com/zmqgen/zmqgen/gen"
)

var lintCommand = command{
	name:    "lint",
	args:    "[FILE|DIR|-]",
	summary: "print what is wrong with the topology",
	about: `Prints every error and warning in the topology, each with the line it is about. Reads no generated
files and writes none.`,
	examples: `zmqgen lint
zmqgen lint - <topology.yaml`,
	findings: "there are errors or warnings",
	maxArgs:  1,
	flags:    func(set *flag.FlagSet, o *options) { topologyFlag(set, o) },
	run:      runLint,
}

func runLint(c *console, opts options) error {
	arg, err := opts.topology()
	if err != nil {
		return err
	}
	src, err := readTopology(c, arg)
	if err != nil {
		return err
	}
	var im imports
	t, ds := im.parse(src, src.dir)
	if !ds.HasErrors() {
		ds = append(ds, gen.Check(t, im.goPackage)...)
		ds.Sort()
	}
	report(c.stdout, ds)
	if len(ds) > 0 {
		return errFindings
	}
	return nil
}
