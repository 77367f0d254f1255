package main

// This file turns two versions of a topology into findings, or into Markdown.

import (
	"flag"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/breaking"
)

const againstHelp = `
REF is a branch, tag or commit of git, as in --against origin/main: the topology and what it imports
are read as they were there. FILE is another topology, or a directory with one. What exists as a file
is one; git:REF and file:FILE leave no doubt. A topology that was not there at REF is all new.`

var breakingCommand = command{
	name:    "breaking",
	args:    "[FILE|DIR|-]",
	summary: "say for whom a change of the topology breaks, and how to roll it out",
	about: `Compares the topology with an older version of it and prints what is changed: an error for what
breaks, a warning for what needs care or an order of rollout, an info for an addition that needs one.
Each says who sends and who receives what is changed, what programs of one version make of messages
of the other, and who is to be replaced first; at the end stands an order for all of it.
Additions never fail; those that need no order are shown with --all.
` + againstHelp,
	examples: `zmqgen breaking --against origin/main
zmqgen breaking --against v1.4.0 --level wire,json market/topology.yaml
zmqgen breaking --against origin/main --format github    # in a workflow of GitHub's
zmqgen breaking --against old.yaml new.yaml`,
	findings: "something breaks or needs care (with --fail-on error: breaks), or the topology has errors",
	maxArgs:  1,
	flags: func(set *flag.FlagSet, o *options) {
		againstFlags(set, o)
		reportFlags(set, o)
		set.Func("fail-on", "end with exit code 1 from `SEVERITY` on: error, or warning, the default", func(s string) error {
			if s != string(schema.Error) && s != string(schema.Warning) {
				return fmt.Errorf("%q is neither error nor warning", s)
			}
			o.failOn = schema.Severity(s)
			return nil
		})
		set.BoolVar(&o.all, "all", false, "show every change, also additions that nobody has to wait for")
		set.BoolVar(&o.verbose, "v", false, "say what is compared, on standard error")
	},
	run: runBreaking,
}

var changelogCommand = command{
	name:    "changelog",
	args:    "[FILE|DIR|-]",
	summary: "write what is changed in the topology as Markdown",
	about: `Compares the topology with an older version of it, as breaking does, and prints what is changed as
Markdown for a pull request or release notes: whether it breaks, the order of rollout, and the changes,
what breaks first.
` + againstHelp,
	examples: `zmqgen changelog --against origin/main
zmqgen changelog --against v1.4.0 >>"$GITHUB_STEP_SUMMARY"`,
	findings: "the topology has errors",
	maxArgs:  1,
	flags: func(set *flag.FlagSet, o *options) {
		againstFlags(set, o)
		set.BoolVar(&o.verbose, "v", false, "say what is compared, on standard error")
	},
	run: runChangelog,
}

func runBreaking(c *console, opts options) error {
	cmp, err := compare(c, opts, c.stdout)
	if err != nil {
		return err
	}
	switch opts.format {
	case formatJSON, formatSARIF: // programs choose for themselves
		c.document(c.stdout, cmp.findings, opts)
	case formatGitHub:
		some, _ := cmp.worthShowing(opts)
		c.document(c.stdout, some, opts)
	default:
		cmp.print(c, opts)
	}
	for _, d := range cmp.findings {
		if d.Severity == schema.Error || d.Severity == schema.Warning && opts.failOn != schema.Error {
			return errFindings
		}
	}
	return nil
}

// worthShowing returns what fails and what needs an order, or everything with --all.
func (cmp *comparison) worthShowing(opts options) (ds schema.Diagnostics, changes []breaking.Change) {
	for i, d := range cmp.findings {
		if opts.all || d.Severity != schema.Info || cmp.changes[i].Rollout.Order != breaking.Any {
			ds, changes = append(ds, d), append(changes, cmp.changes[i])
		}
	}
	return ds, changes
}

// print prints the findings for people, with the order of rollout below them.
func (cmp *comparison) print(c *console, opts options) {
	ds, changes := cmp.worthShowing(opts)
	if len(ds) == 0 {
		return
	}
	c.report(c.stdout, ds, opts)
	if lines := breaking.PlanOf(changes).Lines(changes); len(lines) > 0 {
		fmt.Fprintln(c.stdout, "\nrollout:")
		for _, line := range lines {
			fmt.Fprintf(c.stdout, "  %s\n", unsteered(line))
		}
	}
	if more := len(cmp.findings) - len(ds); more > 0 {
		fmt.Fprintf(c.stdout, "\n%s harmless and not shown; --all shows all\n", counted(more, "change is", "changes are"))
	}
}

// unsteered is text without what could steer a terminal.
func unsteered(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return utf8.RuneError
	}, s)
}

// counted is a number with the word for so many.
func counted(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, several)
}

func runChangelog(c *console, opts options) error {
	cmp, err := compare(c, opts, c.stderr)
	if err != nil {
		return err
	}
	fmt.Fprint(c.stdout, breaking.Markdown(cmp.changes, cmp.ref))
	return nil
}
