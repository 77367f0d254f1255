package main

// This file turns a topology into findings.

import (
	"flag"

	"github.com/zmqgen/zmqgen/gen"
	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/lint"
)

var lintCommand = command{
	name:    "lint",
	args:    "[FILE|DIR|-]",
	summary: "print what is wrong with the topology",
	about: `Prints every error and warning in the topology, each with the line it is about. Reads no generated
files.

The topology chooses what it hears of: lint: {rules: {RULE: off}} for the whole file, the comment
# zmqgen:ignore RULE -- REASON for one line. Where --write-baseline has written a baseline beside the
topology, what is in it is not printed again. docs/lint.md says more.

With --fix, what can be cured for certain is, in the topology and not in what it imports, and the rest
is printed. Of standard input, the cured text goes to standard output and the rest to standard error.`,
	examples: `zmqgen lint
zmqgen lint --fix -v market
zmqgen lint --format github    # in a workflow of GitHub's
zmqgen lint - <topology.yaml`,
	findings: "there are errors or warnings; infos alone are none",
	maxArgs:  1,
	flags: func(set *flag.FlagSet, o *options) {
		topologyFlag(set, o)
		reportFlags(set, o)
		set.BoolVar(&o.fix, "fix", false, "change the topology where that cures a finding for certain")
		set.BoolVar(&o.writeBaseline, "write-baseline", false, "accept the findings of today: write them to NAME.baseline.json beside NAME.yaml")
		set.BoolVar(&o.verbose, "v", false, "name what is changed or written, on standard error")
	},
	run: runLint,
}

func runLint(c *console, opts options) error {
	arg, err := opts.topology()
	if err != nil {
		return err
	}
	if opts.fix && opts.writeBaseline {
		return usagef("lint: --fix and --write-baseline are two steps; fix first")
	}
	src, err := readTopology(c, arg)
	if err != nil {
		return err
	}
	if opts.writeBaseline {
		return writeBaseline(c, opts, src)
	}
	base, err := readBaseline(src)
	if err != nil {
		return err
	}
	out := c.stdout
	if opts.fix {
		if src, err = fixTopology(c, opts, src, base); err != nil {
			return err
		}
		if src.dir == "" {
			out = c.stderr
		}
	}
	_, ds := lintFindings(src, base)
	c.document(out, ds, opts)
	if failing(ds) {
		return errFindings
	}
	return nil
}

// lintFindings returns what is wrong with a topology but for what its files and its baseline, which may be nil, accept. The
// topology is nil if it has errors that leave no model.
func lintFindings(src source, base *lint.Baseline) (*schema.Topology, schema.Diagnostics) {
	var im imports
	t, ds := im.parse(src, src.dir)
	if t == nil {
		return nil, ds
	}
	ds = append(ds, gen.Check(t, im.goPackage)...)
	ds = append(ds, lint.Check(t)...)
	return t, lint.Settle(t, ds, base)
}
