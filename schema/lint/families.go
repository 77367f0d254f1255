package lint

import (
	"slices"

	"github.com/zmqgen/zmqgen/schema"
)

// This file puts lint's own rules into the families of package schema: people look for a rule by what it is about, and not
// by which part of zmqgen knows it.

// Family is the rules about one subject.
type Family struct {
	Name  string // a heading
	Rules []schema.Rule
}

// Families returns all rules by what they are about. The families have the order of their first rules in Rules, and so have
// the rules of each.
func Families() []Family {
	var all []Family
	for _, r := range Rules() {
		i := slices.IndexFunc(all, func(f Family) bool { return f.Name == r.Family })
		if i < 0 {
			i = len(all)
			all = append(all, Family{Name: r.Family})
		}
		all[i].Rules = append(all[i].Rules, r)
	}
	return all
}

// families are those of the rules that the table of checks holds.
var families = familiesOf(map[string][]string{
	"Messages and enums": {
		"message-unused", "enum-unused", "enum-value-prefix", "pattern-without-max-len", "unbounded-repeated", "field-gap",
		"deprecated-used", "doc-missing",
	},
	"Patterns": {"pattern-unused", "reply-type-shared", "topic-prefix", "topic-unsubscribed"},
	"Nodes and sockets": {
		"subscribe-redundant", "hwm-unlimited", "hwm-bytes", "maxmsgsize-small", "linger-zero-loss", "conflate-publisher", "uncorrelated-late", "handover-untrusted",
		"option-transport", "option-unused", "immediate-bind", "immediate-roundrobin", "heartbeat-missing", "backlog",
	},
	"Endpoints, and how sockets meet": {
		"pub-without-sub", "sub-without-pub", "push-without-pull", "pull-without-push", "client-without-server",
		"server-without-client", "dealer-without-router", "router-without-dealer", "pair-without-peer",
		"pair-types-literal", "literal-endpoint", "connect-unbound", "bind-unconnected", "inproc-cross", "inproc-unbound",
		"unreachable-bind", "ephemeral-undiscoverable", "dynamic-binds", "pair-tcp", "dealer-dealer-many", "dup-connect",
		"ipc-relative", "ipc-abstract", "ipc-windows", "bind-any-null",
	},
	"Devices":             {"proxy-cycle"},
	"Security":            {"curve-missing", "plain-cleartext", "security-inproc", "security-unused"},
	"Findings themselves": {"unknown-rule", "fixed-rule", "bad-ignore", "ignore-reason", "ignore-unused", "baseline-unused"},
})

// familiesOf returns the family of each rule.
func familiesOf(rules map[string][]string) map[string]string {
	of := map[string]string{}
	for family, ids := range rules {
		for _, id := range ids {
			of[id] = family
		}
	}
	return of
}
