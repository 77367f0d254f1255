package schema

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const passagesTopology = `version: 1
name: m
enums: {Side: {BUY: 1}}
messages:
  Leg: {fields: {side: Side @1, next: Leg? @2}}
  Order: {fields: {symbol: string @1, choice: {oneof: {leg: Leg @2}}}}
  Fill: {fields: {symbol: string @1}}
patterns:
  orders: {kind: pub-sub, messages: {Order: {topic: "order.{symbol}."}, Fill: {topic: "fill.{symbol}."}}}
  look: {kind: req-rep, methods: {Look: {request: Order, reply: Fill, errors: [Leg]}, Ping: {}}}
  talk: {kind: dealer-router, dealer_sends: Order, router_sends: [Fill, Leg]}
nodes:
  a: {sockets: {out: {pub: orders, bind: "tcp://*:1"}, ask: {dealer: look, connect: b.answer}, talk: {dealer: talk, connect: b.talk}}}
  b: {sockets: {answer: {router: look, bind: "tcp://*:2"}, talk: {router: talk, bind: "tcp://*:3"}}}
  c:
    sockets:
      fills: {sub: orders, connect: a.out, subscribe: [fill.]}
      later: {sub: orders, connect: a.out, subscribe: []}
`

func TestPassagesSayWhoSendsAndWhoReceives(t *testing.T) {
	top, ds := Parse("m.yaml", []byte(passagesTopology))
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	var got []string
	for _, p := range top.Passages() {
		what := string(p.Part)
		if p.Method != nil {
			what += " of " + p.Method.Name.Value
		}
		got = append(got, fmt.Sprintf("%s %s %s: %s to %s", p.Pattern.Name.Value, what, p.Message.Name.Value, names(p.Senders), names(p.Receivers)))
	}
	want := []string{
		"orders message Order: a.out to c.later",
		"orders message Fill: a.out to c.fills c.later",
		"look request of Look Order: a.ask to b.answer",
		"look reply of Look Fill: b.answer to a.ask",
		"look error of Look Leg: b.answer to a.ask",
		"talk message Order: a.talk to b.talk",
		"talk message Fill: b.talk to a.talk",
		"talk message Leg: b.talk to a.talk",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func names(sockets []*Socket) string {
	var all []string
	for _, s := range sockets {
		all = append(all, s.FullName())
	}
	return strings.Join(all, " ")
}

func TestContentsAreAllThatAMessageHolds(t *testing.T) {
	top, _ := Parse("m.yaml", []byte(passagesTopology))
	c := top.Messages[1].Contents()
	if len(c.Messages) != 2 || !c.Messages[top.Messages[0]] || !c.Messages[top.Messages[1]] || !c.Enums[top.Enums[0]] {
		t.Errorf("got %v", c)
	}
}
