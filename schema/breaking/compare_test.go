package breaking_test

import (
	"os"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/internal/large"
	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/breaking"
)

// parse returns the topology of a text, which is valid.
func parse(t testing.TB, name, text string) *schema.Topology {
	t.Helper()
	top, ds := schema.Parse(name, []byte(text))
	if top == nil {
		t.Fatalf("%s: %+v\n%s", name, ds, text)
	}
	return top
}

func example(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("../../examples/topology.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestNothingIsChangedInTheSame(t *testing.T) {
	for name, text := range map[string]string{"example": example(t), "large": string(large.Topology(200, 1000))} {
		if changes := breaking.Compare(parse(t, name, text), parse(t, name, text)); len(changes) > 0 {
			t.Errorf("%s: %d changes, the first %+v", name, len(changes), changes[0])
		}
	}
}

// edit is the example with one text in place of another.
func edit(t *testing.T, from, to string) *schema.Topology {
	t.Helper()
	text := example(t)
	if !strings.Contains(text, from) {
		t.Fatalf("no %q in the example", from)
	}
	return parse(t, "new.yaml", strings.Replace(text, from, to, 1))
}

func TestEditsOfTheExample(t *testing.T) {
	for _, test := range []struct{ from, to string }{
		{"SELL: 2}", "SELL: 2, SHORT: 3}"},
		{"quantity: uint32 @4\n      limit", "quantity: uint64 @4\n      limit"},
		{"quote.{symbol}.", "q.{symbol}."},
		{"tcp://*:5556", "tcp://*:6556"},
		{"errors: [NotFound]", ""},
		{"  gateway:", "  gate:"},
	} {
		text := strings.Replace(example(t), test.from, test.to, 1)
		if test.to == "  gate:" {
			text = strings.ReplaceAll(text, "gateway.orders", "gate.orders")
		}
		new := parse(t, "new.yaml", text)
		changes := breaking.Compare(parse(t, "old.yaml", example(t)), new)
		var b strings.Builder
		schema.WriteText(&b, breaking.Diagnostics(changes, ""))
		t.Logf("%s > %s\n%s%s", test.from, test.to, b.String(), strings.Join(breaking.PlanOf(changes).Lines(changes), "\n"))
	}
}
