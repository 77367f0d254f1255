package lint

import (
	"slices"

	"github.com/zmqgen/zmqgen/schema"
)

// This file is the table of lint's rules, and what runs them.

// check is one pass over a topology, with the rules that it may find broken.
type check struct {
	run   func(*pass) // nil: the findings come from Settle
	rules []*schema.Rule
}

// table is every check. The order is that of docs/rules.md.
var table = []check{
	{nil, []*schema.Rule{unknownRule, fixedRule}},
	{nil, []*schema.Rule{badIgnore, ignoreReason, ignoreUnused}},
	{nil, []*schema.Rule{baselineUnused}},
}

// Rules returns all rules there are: those of package schema, which a topology keeps to be one at all, and then lint's own.
func Rules() []schema.Rule {
	all := schema.Rules()
	for _, c := range table {
		for _, r := range c.rules {
			all = append(all, *r)
		}
	}
	return all
}

// Check returns what lint's own rules find in a valid topology, ordered by place. Every finding is in the file of t, none in
// one that it imports, and has the severity of its rule: what a file says of severities is left to Settle. A rule that is
// schema.Off by default is looked for only where t.Lint names it, so that Settle raises its findings from Off to what is said
// there and drops those that are still Off. Check may be called from many goroutines at once.
func Check(t *schema.Topology) schema.Diagnostics {
	p := &pass{topology: t, wanted: map[*schema.Rule]bool{}}
	for _, c := range table {
		some := false
		for _, r := range c.rules {
			wanted := r.Severity != schema.Off || slices.ContainsFunc(t.Lint, func(s schema.RuleSetting) bool { return s.Rule.Value == r.ID })
			p.wanted[r] = wanted
			some = some || wanted
		}
		if some && c.run != nil {
			c.run(p)
		}
	}
	ds := make(schema.Diagnostics, 0, len(p.findings))
	for _, d := range p.findings {
		ds = append(ds, *d)
	}
	ds.Sort()
	return ds
}
