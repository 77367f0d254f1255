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

// TestEditsOfTheExample edits the example: what is said of it, in which severity, and the order of rollout.
func TestEditsOfTheExample(t *testing.T) {
	for _, test := range []struct{ from, to, want, plan string }{
		{"SELL: 2}", "SELL: 2, SHORT: 3}", "info enum-value-added", "1. gateway, 2. desk, 3. feed"},
		{"quantity: uint32 @4\n      limit", "quantity: uint64 @4\n      limit", "warning field-type-one-way", "1. gateway, 2. desk"},
		{"      quantity: uint32 @4\n      side", "      side", "error field-removed-unreserved", "1. desk, 2. feed"},
		{"side: Side @3", "way: Side @3", "warning field-renamed", "at any time: desk, gateway"},
		{"quote.{symbol}.", "q.{symbol}.", "error topic-changed",
			"no order is safe: topic-changed (the topic of \"Quote\" in pattern \"quotes\" was \"quote.{symbol}.\" and is \"q.{symbol}.\"): desk, feed"},
		{"tape.{venue}.{symbol}.\"}\n      Halt", "t.{venue}.{symbol}.\"}\n      Halt", "warning topic-changed", "at any time: desk, feed"},
		{"tcp://*:5556", "tcp://*:6556", "error endpoint-changed", "no order is safe: endpoint-changed (socket \"feed.quotes\" is no more at tcp://*:5556, but at tcp://*:6556): desk, feed, as near to safe as it gets:, 1. desk, feed at one time"},
		{"errors: [NotFound]", "", "warning method-error-removed", "1. feed, 2. desk"},
		{"errors: [NotFound]", "errors: [NotFound, Halt]", "info method-error-added", "1. desk, 2. feed"},
		{"      Lookup:", "      Ping: {}\n      Lookup:", "info method-added", "1. feed, 2. desk"},
		{"      Halt: {topic", "      Leg: {topic: leg.}\n      Halt: {topic", "info pattern-message-added", "1. desk, 2. feed"},
		{"symbol: string @1\n\n  Instrument", "symbol: {type: string, id: 1, max_len: 12}\n\n  Instrument", "warning limits-tightened", "1. desk, 2. feed"},
		{"symbol: string @1\n      ratio", "symbol: {type: string, id: 1, max_len: 12}\n      ratio", "warning limits-tightened", "at any time: desk, gateway"},
		{"reserved: [10, old_price]", "reserved: [10]", "warning reserved-removed", "at any time: desk, gateway"},
		{"replicas: many", "replicas: 1", "warning replicas-changed", "at any time: desk, feed, gateway"},
		{"  gateway:", "  gate:", "warning node-renamed", "at any time: desk, gate, gateway"},
	} {
		text := strings.Replace(example(t), test.from, test.to, 1)
		if text == example(t) {
			t.Errorf("no %q in the example", test.from)
		}
		if test.to == "  gate:" {
			text = strings.ReplaceAll(text, "gateway.orders", "gate.orders")
		}
		changes := breaking.Compare(parse(t, "old.yaml", example(t)), parse(t, "new.yaml", text))
		var found []string
		for _, c := range changes {
			found = append(found, string(c.Severity)+" "+c.Rule)
		}
		if got := strings.Join(found, ", "); got != test.want {
			t.Errorf("%s > %s: %s, want %s", test.from, test.to, got, test.want)
		}
		if got := strings.Join(breaking.PlanOf(changes).Lines(changes), ", "); got != test.plan {
			t.Errorf("%s > %s: %s, want %s", test.from, test.to, got, test.plan)
		}
	}
}

// A pattern of one call has no method of the user's, so that nothing is said of one.
func TestABareCallIsCalledByItsPattern(t *testing.T) {
	with := func(reply, timeout string) string {
		return `version: 1
name: market
messages:
  Order: {fields: {symbol: string @1}}
  Answer: {fields: {ok: bool @1}}
  Verdict: {fields: {ok: bool @1}}
patterns:
  orders: {kind: req-rep, request: Order, reply: ` + reply + `, timeout: ` + timeout + `}
nodes:
  desk: {sockets: {orders: {dealer: orders, connect: gate.orders}}}
  gate: {sockets: {orders: {router: orders, bind: "tcp://*:5559"}}}
`
	}
	var said []string
	for _, c := range breaking.Compare(parse(t, "old.yaml", with("Answer", "2s")), parse(t, "new.yaml", with("Verdict", "3s"))) {
		if strings.Contains(c.Message, "orders") {
			said = append(said, c.Message)
		}
	}
	text := strings.Join(said, "\n")
	if len(said) != 2 || strings.Contains(text, `"Call"`) || strings.Count(text, `the call of pattern "orders"`) != 2 {
		t.Errorf("got\n%s", text)
	}
}
