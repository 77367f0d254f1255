package main

// This file turns a plan into a listing or a diff, for those who want to know and not to write.

import (
	"flag"
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

var checkCommand = command{
	name:    "check",
	args:    "[FILE|DIR|-]",
	summary: "list the generated files that are not up to date",
	about: `Lists the files that generate would write or remove, as missing, outdated or stale, and writes
nothing. Prints nothing if all are up to date. For continuous integration.`,
	examples: `zmqgen check
zmqgen check -o internal/market topology.yaml`,
	findings: "files are not up to date, or the topology has errors",
	maxArgs:  1,
	flags:    driftFlags,
	run:      runCheck,
}

var diffCommand = command{
	name:    "diff",
	args:    "[FILE|DIR|-]",
	summary: "show what generate would change",
	about: `Prints what generate would change as a unified diff, and writes nothing. Prints nothing if all
files are up to date.`,
	examples: `zmqgen diff
zmqgen diff market | git apply`,
	findings: "there are differences, or the topology has errors",
	maxArgs:  1,
	flags:    driftFlags,
	run:      runDiff,
}

func driftFlags(set *flag.FlagSet, o *options) {
	topologyFlag(set, o)
	reportFlags(set, o)
	set.StringVar(&o.out, "o", "", "compare with the files in `DIR`, as generate -o writes them")
}

func runCheck(c *console, opts options) error {
	p, err := driftPlan(c, opts)
	if err != nil || len(p.changes) == 0 {
		return err
	}
	for _, ch := range p.changes {
		note := ""
		if ch.onlyLineEnds() {
			note = " (CRLF line ends)"
		}
		fmt.Fprintf(c.stdout, "%s: %s%s\n", ch.name, ch.state, note)
	}
	c.advise("run: " + generateLine(opts))
	return errFindings
}

func runDiff(c *console, opts options) error {
	p, err := driftPlan(c, opts)
	if err != nil || len(p.changes) == 0 {
		return err
	}
	for _, ch := range p.changes {
		name := strings.TrimPrefix(ch.name, "/")
		before, after := "a/"+name, "b/"+name
		switch ch.state {
		case missing:
			before = "/dev/null"
		case stale:
			after = "/dev/null"
		}
		c.stdout.Write(diff.Diff(before, ch.old, after, ch.content)) //nolint:errcheck // consoles keep their first error
	}
	return errFindings
}

// driftPlan is planFor without a directory called "-".
func driftPlan(c *console, opts options) (plan, error) {
	if opts.out == "-" {
		return plan{}, usagef("-o - is for generate; there is nothing to compare with on standard output")
	}
	return planFor(c, opts)
}

// generateLine returns the command line that brings up to date what opts name.
func generateLine(opts options) string {
	line := "zmqgen generate"
	if opts.out != "" {
		line += " -o " + shellWord(opts.out)
	}
	if arg, _ := opts.topology(); arg != "" { // named twice it has been an error before
		line += " " + shellWord(arg)
	}
	return line
}
