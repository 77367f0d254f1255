package breaking_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/schema/breaking"
)

// chain is nodes that pass an order on, each to the next, within a message of its own where wrapped; a ring if the last passes it to
// the first.
func chain(typ string, wrapped, ring bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "version: 1\nname: market\nmessages:\n  Order: {fields: {lots: %s @1}}\n", typ)
	message := func(i int) string { return "Order" }
	if wrapped {
		message = func(i int) string { return fmt.Sprintf("Wrap%d", i) }
		for i := range 4 {
			fmt.Fprintf(&b, "  Wrap%d: {fields: {order: Order @1, all: list<Order> @2}}\n", i)
		}
	}
	b.WriteString("patterns:\n")
	for i := range 4 {
		fmt.Fprintf(&b, "  p%d: {kind: push-pull, message: %s}\n", i, message(i))
	}
	b.WriteString("nodes:\n")
	for i := range 4 {
		fmt.Fprintf(&b, "  n%d:\n    sockets:\n", i)
		if i < 3 || ring {
			fmt.Fprintf(&b, "      out: {push: p%d, connect: n%d.in}\n", i, (i+1)%4)
		}
		if i > 0 || ring {
			fmt.Fprintf(&b, "      in: {pull: p%d, bind: \"tcp://*:700%d\"}\n", (i+3)%4, i)
		}
	}
	return b.String()
}

// The order of a chain is from its end to its start, whatever the message is part of, and a ring has none.
func TestOrderOfAChain(t *testing.T) {
	for _, wrapped := range []bool{false, true} {
		changes := breaking.Compare(parse(t, "old.yaml", chain("int32", wrapped, false)), parse(t, "new.yaml", chain("int64", wrapped, false)))
		plan := breaking.PlanOf(changes)
		if got := strings.Join(plan.Lines(changes), ", "); got != "1. n3, 2. n2, 3. n1, 4. n0" || !plan.Safe() {
			t.Errorf("widened: %s", got)
		}
		changes = breaking.Compare(parse(t, "old.yaml", chain("int64", wrapped, false)), parse(t, "new.yaml", chain("int32", wrapped, false)))
		if got := strings.Join(breaking.PlanOf(changes).Lines(changes), ", "); got != "1. n0, 2. n1, 3. n2, 4. n3" {
			t.Errorf("narrowed: %s", got)
		}
		changes = breaking.Compare(parse(t, "old.yaml", chain("int32", wrapped, true)), parse(t, "new.yaml", chain("int64", wrapped, true)))
		plan = breaking.PlanOf(changes)
		if plan.Safe() || len(plan.Conflicts) != 1 || len(plan.Conflicts[0].Nodes) != 4 || !changes[0].Rollout.Cycle {
			t.Errorf("ring: %+v", plan)
		}
	}
}

// Two changes with an order each may have none together.
func TestChangesThatConflict(t *testing.T) {
	old := chain("int32", false, false)
	new := strings.Replace(old, "lots: int32 @1", "lots: int64 @1, fee: int32 @2", 1)
	base := strings.Replace(old, "lots: int32 @1", "lots: int32 @1, fee: int64 @2", 1)
	changes := breaking.Compare(parse(t, "old.yaml", base), parse(t, "new.yaml", new))
	plan := breaking.PlanOf(changes)
	if len(changes) != 2 || len(plan.Conflicts) != 1 || len(plan.Conflicts[0].Changes) != 2 {
		t.Errorf("%d changes, %+v", len(changes), plan)
	}
	lines := plan.Lines(changes)
	if !strings.HasPrefix(lines[0], "no order is safe: field-type-one-way (field \"lots\"") || !strings.Contains(lines[0], "field \"fee\"") {
		t.Errorf("%q", lines)
	}
}

// What harms nobody asks for nothing where not all can be had.
func TestAdditionsDoNotConflict(t *testing.T) {
	ring := chain("Side", false, true)
	old := strings.Replace(ring, "messages:", "enums:\n  Side: {BUY: 1}\nmessages:", 1)
	new := strings.Replace(ring, "messages:", "enums:\n  Side: {BUY: 1, SELL: 2}\nmessages:", 1)
	changes := breaking.Compare(parse(t, "old.yaml", old), parse(t, "new.yaml", new))
	if plan := breaking.PlanOf(changes); len(changes) != 1 || !plan.Safe() || len(plan.Steps) > 0 {
		t.Errorf("%+v, %+v", changes, plan)
	}
}

// A socket moves in three steps, none of which breaks for those who name it.
func TestASocketMovesInSteps(t *testing.T) {
	bind := func(places string) string {
		return strings.Replace(chain("int32", false, false), `bind: "tcp://*:7001"`, "bind: "+places, 1)
	}
	steps := []string{`["tcp://*:7001"]`, `["tcp://*:7001", "tcp://*:8001"]`, `["tcp://*:8001", "tcp://*:7001"]`, `["tcp://*:8001"]`}
	want := []string{"info endpoint-added", "info endpoint-added", "warning endpoint-changed"}
	for i := range want {
		changes := breaking.Compare(parse(t, "old.yaml", bind(steps[i])), parse(t, "new.yaml", bind(steps[i+1])))
		if len(changes) != 1 || string(changes[0].Severity)+" "+changes[0].Rule != want[i] || !breaking.PlanOf(changes).Safe() {
			t.Errorf("%s > %s: %+v", steps[i], steps[i+1], changes)
		}
	}
	if changes := breaking.Compare(parse(t, "old.yaml", bind(steps[0])), parse(t, "new.yaml", bind(steps[3]))); changes[0].Severity != "error" {
		t.Errorf("at once: %+v", changes)
	}
	// What comes first is where those who name it go: it has to be bound by then.
	changes := breaking.Compare(parse(t, "old.yaml", bind(steps[0])), parse(t, "new.yaml", bind(steps[2])))
	if got := strings.Join(breaking.PlanOf(changes).Lines(changes), ", "); got != "1. n1, 2. n0" {
		t.Errorf("in one step: %s", got)
	}
}

// What breaks both ways is in no plan that is called safe, though nobody refuses what it reads.
func TestWhatBreaksIsNotDoneAtAnyTime(t *testing.T) {
	old := chain("int32", false, false)
	for _, c := range []struct{ name, old, new string }{
		{"another number", old, strings.Replace(old, "@1", "@2", 1)},
		{"another name in JSON", strings.ReplaceAll(old, "kind: push-pull", "kind: push-pull, encoding: json"),
			strings.Replace(strings.ReplaceAll(old, "kind: push-pull", "kind: push-pull, encoding: json"), "lots:", "amount:", 1)},
	} {
		changes := breaking.Compare(parse(t, "old.yaml", c.old), parse(t, "new.yaml", c.new))
		plan := breaking.PlanOf(changes)
		if plan.Safe() || len(plan.Anytime) > 0 {
			t.Errorf("%s: %q", c.name, plan.Lines(changes))
		}
	}
}
