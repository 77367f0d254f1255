package docs

import (
	"cmp"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/breaking"
)

// This file shows for whom changes break what, and in which order programs are replaced, as package breaking finds it.

// rollout is one change as it is shown.
type rollout struct {
	Severity string
	Rule     string
	Message  string
	OldReads string
	NewReads string
	First    string // nodes
	Then     string
	Order    string // in words, where there is no first and then
}

// InOrder is the order in words.
func (r rollout) InOrder() string {
	if r.Order != "" {
		return r.Order
	}
	return r.First + ", then " + r.Then
}

// rollouts are the changes from one version to another.
func rollouts(old, new *schema.Topology) []rollout {
	var out []rollout
	for _, c := range breaking.Compare(old, new) {
		r := rollout{
			Severity: string(c.Severity), Rule: c.Rule, Message: line(c.Message),
			OldReads: cmp.Or(line(c.OldReadsNew.Text), "–"), NewReads: cmp.Or(line(c.NewReadsOld.Text), "–"),
			First: nodes(c.Rollout.First), Then: nodes(c.Rollout.Then),
		}
		switch c.Rollout.Order {
		case breaking.Together:
			r.Order = "all at one time: " + r.First
		case breaking.NoOrder:
			r.Order = "no order is safe: it needs a new name or number"
		case breaking.Any, "":
			r.Order = "any order"
		}
		if c.Rollout.Cycle {
			r.Order = "no order suits all, who send to one another: " + r.First
		}
		if r.Order == "" && (len(c.Rollout.First) == 0 || len(c.Rollout.Then) == 0) {
			r.Order = map[breaking.Order]string{breaking.ReceiversFirst: "receivers first", breaking.SendersFirst: "senders first"}[c.Rollout.Order]
		}
		out = append(out, r)
	}
	return out
}

// nodes lists names of nodes.
func nodes(names []string) string {
	if len(names) == 0 {
		return "–"
	}
	shown := strings.Join(names[:min(len(names), listed)], ", ")
	if more := len(names) - listed; more > 0 {
		shown += " and " + itoa(more) + " more"
	}
	return shown
}
