// Package lint checks what a valid topology does with ZeroMQ, and lets a file choose what it hears of it.
package lint

import "github.com/zmqgen/zmqgen/schema"

// This file is the registry of lint's own rules.

var registry []*schema.Rule

func define(id string, severity schema.Severity, summary string) *schema.Rule {
	r := &schema.Rule{ID: id, Severity: severity, Summary: summary}
	registry = append(registry, r)
	return r
}

// Rules returns all rules that a finding may have.
func Rules() []schema.Rule {
	all := schema.Rules()
	for _, r := range registry {
		all = append(all, *r)
	}
	return all
}

// Check returns the findings of lint's own rules.
func Check(t *schema.Topology) schema.Diagnostics { return nil }
