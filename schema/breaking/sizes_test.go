package breaking_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/schema/breaking"
)

// A server that takes less than before concerns those who send to it, and not what it answers.
func TestSizesAreOfWhatIsReceived(t *testing.T) {
	const old = `version: 1
name: market
messages:
  Order: {fields: {lots: int32 @1}}
patterns:
  orders: {kind: req-rep, methods: {Place: {request: Order, reply: Order}}}
nodes:
  desk: {sockets: {orders: {dealer: orders, connect: gateway.orders}}}
  gateway: {sockets: {orders: {router: orders, bind: "tcp://*:5556"}}}
`
	new := strings.Replace(old, `5556"`, `5556", options: {max_message_size: 4096}`, 1)
	for _, c := range []struct{ from, to, want string }{{old, new, "1. desk 2. gateway"}, {new, old, "1. gateway 2. desk"}} {
		changes := breaking.Compare(parse(t, "old.yaml", c.from), parse(t, "new.yaml", c.to))
		plan := breaking.PlanOf(changes)
		if got := strings.Join(plan.Lines(changes), " "); len(changes) != 1 || got != c.want {
			t.Fatalf("%d changes, %s; want %s", len(changes), got, c.want)
		}
		if ch := changes[0]; !slices.Equal(ch.Senders, []string{"desk.orders"}) || !slices.Equal(ch.Receivers, []string{"gateway.orders"}) {
			t.Errorf("sent by %v, received by %v", ch.Senders, ch.Receivers)
		}
	}
}
