package lint

import (
	"fmt"
	"slices"
	"sync"

	"github.com/zmqgen/zmqgen/schema"
)

// This file applies what a topology and its baseline say of findings: how severe those of a rule are, and which of them are accepted.

// Settle returns what is left of the findings that all rules but those of breaking changes have of a topology: those that its files
// ignore or have turned off and those of the baseline, which may be nil, are gone, and the severities are the files' own. It adds
// what is wrong with those settings, comments and entries themselves. A finding in a file that is imported is subject to what that
// file says, of which nothing is checked here. Findings of a file without a model, t is nil then, are left alone.
//
// Errors that keep code from being generated are always left.
func Settle(t *schema.Topology, ds schema.Diagnostics, b *Baseline) schema.Diagnostics {
	return settle(t, ds, b, true)
}

// Apply is Settle for findings of which not all rules were asked, so that what is not needed here may be needed elsewhere: it
// adds nothing.
func Apply(t *schema.Topology, ds schema.Diagnostics, b *Baseline) schema.Diagnostics {
	return settle(t, ds, b, false)
}

func settle(t *schema.Topology, ds schema.Diagnostics, b *Baseline, complete bool) schema.Diagnostics {
	if t == nil {
		return ds
	}
	files := map[string]*choices{}
	for _, in := range t.All() {
		files[in.File] = choicesOf(in)
	}
	own := files[t.File]
	ds = slices.Clone(ds)
	if complete {
		ds = append(ds, own.checkSettings()...)
	}
	ds = slices.DeleteFunc(ds, func(d schema.Diagnostic) bool {
		c := files[d.File]
		return c != nil && !isFixed(d.Rule) && c.ignored(&d)
	})
	if complete {
		ds = append(ds, own.checkIgnores()...)
	}
	ds = severe(files, ds)
	ds = b.accept(t, ds)
	if complete {
		ds = append(ds, severe(files, b.unused(t))...)
	}
	ds.Sort()
	return ds
}

// severe gives the findings the severities that their files choose, and drops those that are off.
func severe(files map[string]*choices, ds schema.Diagnostics) schema.Diagnostics {
	var left schema.Diagnostics
	for _, d := range ds {
		if c := files[d.File]; c != nil && !isFixed(d.Rule) {
			if chosen, is := c.severities[d.Rule]; is {
				d.Severity = chosen
			}
		}
		if d.Severity != schema.Off {
			left = append(left, d)
		}
	}
	return left
}

// choices are what a file says of findings in it.
type choices struct {
	topology   *schema.Topology
	severities map[string]schema.Severity
	ignores    []*ignore
	byPlace    map[ignoreKey]*ignoredRule
	malformed  schema.Diagnostics
	guesses    int // how many did-you-means may still be looked for
}

// maxGuesses bounds the did-you-means of a file: each compares a name with that of every rule.
const maxGuesses = 50

func choicesOf(t *schema.Topology) *choices {
	c := &choices{topology: t, severities: map[string]schema.Severity{}, guesses: maxGuesses}
	for _, s := range t.Lint {
		c.severities[s.Rule.Value] = s.Severity
	}
	c.readIgnores()
	return c
}

var (
	unknownRule = &schema.Rule{ID: "unknown-rule", Severity: schema.Warning, Summary: "a rule that is set or ignored exists"}
	fixedRule   = &schema.Rule{ID: "fixed-rule", Severity: schema.Warning, Summary: "errors that keep code from being generated are neither set nor ignored"}
)

// checkSettings reports settings that have no effect.
func (c *choices) checkSettings() schema.Diagnostics {
	var ds schema.Diagnostics
	for _, s := range c.topology.Lint {
		switch {
		case !isRule(s.Rule.Value):
			ds = append(ds, c.unknown(s.Rule.Span, s.Rule.Value))
		case isFixed(s.Rule.Value) && s.Severity != schema.Error:
			d := *c.topology.Find(fixedRule, s.Rule.Span, "rule %q cannot be set: code cannot be generated while it has findings", s.Rule.Value)
			d.Help = "leave it out"
			ds = append(ds, d)
		}
	}
	return ds
}

// unknown is the finding about a name that is no rule's.
func (c *choices) unknown(span schema.Span, name string) schema.Diagnostic {
	d := *c.topology.Find(unknownRule, span, "there is no rule %q", clip(name))
	d.Help = "zmqgen explain lists the rules"
	if c.guesses--; c.guesses >= 0 {
		if meant := schema.Closest(name, ruleIDs()); meant != "" {
			d.Help = fmt.Sprintf("did you mean %q?", meant)
		}
	}
	return d
}

// clip shortens a name that somebody made up.
func clip(s string) string {
	const most = 64
	for i := range s {
		if i > most {
			return s[:i] + "…"
		}
	}
	return s
}

// registered is what there is to know of all rules.
type registered struct {
	ids   []string
	is    map[string]bool
	fixed map[string]bool // errors of what reads topologies, which nobody can live with
	asked map[string]bool // those that Settle is told the findings of
}

var rules = sync.OnceValue(func() registered {
	k := registered{is: map[string]bool{}, fixed: map[string]bool{}, asked: map[string]bool{}}
	for _, r := range Rules() {
		k.ids = append(k.ids, r.ID)
		k.is[r.ID] = true
	}
	for _, r := range schema.Rules() {
		k.fixed[r.ID] = r.Severity == schema.Error
		k.asked[r.ID] = true
	}
	for _, c := range table {
		for _, r := range c.rules {
			k.asked[r.ID] = true
		}
	}
	return k
})

func ruleIDs() []string      { return rules().ids }
func isRule(id string) bool  { return rules().is[id] }
func isFixed(id string) bool { return rules().fixed[id] }
func isAsked(id string) bool { return rules().asked[id] }
