package breaking

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file makes orders of rollout: of one change, and of all together.

// rolloutOf says in which order the nodes of ways are replaced.
func rolloutOf(o Order, ways []*way) Rollout {
	var senders, receivers []string
	for _, w := range ways {
		senders = append(senders, w.senders...)
		receivers = append(receivers, w.receivers...)
	}
	senders, receivers = sortedOnce(senders), sortedOnce(receivers)
	r := Rollout{Order: o}
	switch o {
	case ReceiversFirst:
		r.First, r.Then = receivers, without(senders, receivers)
	case SendersFirst:
		r.First, r.Then = senders, without(receivers, senders)
	default:
		r.First = sortedOnce(slices.Concat(senders, receivers))
		return r
	}
	g := newGraph()
	g.addWays(o, ways, 0)
	r.Cycle = len(g.groups().conflicts) > 0
	return r
}

func sortedOnce(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// without returns the sorted names that are not in the other list, which is sorted too.
func without(names, other []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		_, found := slices.BinarySearch(other, name)
		return found
	})
}

// Plan is an order in which all nodes that changes concern are replaced.
type Plan struct {
	Steps []Step
	// Conflicts are what no order is safe for.
	Conflicts []Conflict
	Anytime   []string // nodes that nothing is asked of
}

// Step is nodes that may be replaced in any order among themselves, after those of the steps before.
type Step struct {
	Nodes []string
	// Groups are nodes of the step that have to be replaced at the same time, since old and new ones do not understand each other.
	Groups [][]string
}

// Conflict is changes that ask for nodes to be before each other, or at one time, or for which there is no order at all.
type Conflict struct {
	Nodes   []string
	Changes []int // by their index
}

// Safe reports whether there is an order in which nobody meets what harms it.
func (p Plan) Safe() bool { return len(p.Conflicts) == 0 }

// PlanOf returns the order in which the nodes that the changes concern are replaced. Where not all that is asked for can be had,
// what neither breaks nor harms anybody asks for nothing.
func PlanOf(changes []Change) Plan {
	plan := planOf(changes, func(*Change) bool { return true })
	if !plan.Safe() {
		plan = planOf(changes, func(c *Change) bool {
			return c.Severity == schema.Error || c.OldReadsNew.Outcome.Harms() || c.NewReadsOld.Outcome.Harms()
		})
	}
	return plan
}

// planOf is PlanOf of the changes that may ask for an order.
func planOf(changes []Change, asks func(*Change) bool) Plan {
	g := newGraph()
	concerned, never := map[string]bool{}, map[string]bool{}
	var conflicts []Conflict
	for i := range changes {
		c := &changes[i]
		nodes := slices.Concat(c.Rollout.First, c.Rollout.Then)
		for _, node := range nodes {
			concerned[node] = true
		}
		switch {
		case !asks(c):
		case c.Rollout.Order == NoOrder || c.Rollout.Order == Together && len(c.ways) == 0:
			conflicts = append(conflicts, Conflict{nodes, []int{i}})
			for _, node := range nodes {
				never[node] = true
			}
		default:
			g.addWays(c.Rollout.Order, c.ways, i)
		}
	}
	groups := g.groups()
	plan := Plan{Steps: groups.steps, Conflicts: append(groups.conflicts, conflicts...)}
	for _, node := range sortedKeys(concerned) {
		if _, ordered := g.index[node]; !ordered && !never[node] {
			plan.Anytime = append(plan.Anytime, node)
		}
	}
	return plan
}

func sortedKeys(set map[string]bool) []string {
	keys := make([]string, 0, len(set))
	for key := range set {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// Lines returns the plan in words, a line a step. changes are those it was made of.
func (p Plan) Lines(changes []Change) []string {
	var lines []string
	for i, c := range p.Conflicts {
		if i == maxConflicts {
			lines = append(lines, fmt.Sprintf("and %d more", len(p.Conflicts)-i))
			break
		}
		lines = append(lines, "no order is safe: "+c.text(changes))
	}
	if len(p.Conflicts) > 0 && len(p.Steps) > 0 {
		lines = append(lines, "as near to safe as it gets:")
	}
	for i, step := range p.Steps {
		var parts []string
		for _, group := range step.Groups {
			parts = append(parts, listed(group)+" at one time")
		}
		if len(step.Nodes) > 0 {
			parts = append(parts, listed(step.Nodes))
		}
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, strings.Join(parts, "; ")))
	}
	if len(p.Anytime) > 0 {
		lines = append(lines, "at any time: "+listed(p.Anytime))
	}
	return lines
}

// maxConflicts is how many conflicts are told, and maxListed how many names.
const (
	maxConflicts = 5
	maxListed    = 12
)

// text is the conflict in words.
func (c Conflict) text(changes []Change) string {
	var what []string
	for _, i := range c.Changes {
		if len(what) == maxConflicts {
			what = append(what, fmt.Sprintf("%d more", len(c.Changes)-maxConflicts))
			break
		}
		what = append(what, changes[i].Rule+" ("+changes[i].Message+")")
	}
	said := strings.Join(what, "; ")
	if len(c.Nodes) > 0 {
		said += ": " + listed(c.Nodes)
	}
	return said
}

// listed joins names, the first of many.
func listed(names []string) string {
	if len(names) > maxListed {
		return strings.Join(names[:maxListed], ", ") + fmt.Sprintf(" and %d more", len(names)-maxListed)
	}
	return strings.Join(names, ", ")
}
