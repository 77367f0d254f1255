package graph

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/schema"
)

// This file makes topologies of all shapes.

// shapes are topologies by their names.
func shapes() map[string]string {
	all := map[string]string{"empty": compose(nil, nil), "every kind": everyKind}
	for _, n := range []int{5, 15, 50} {
		all[fmt.Sprint("star of ", n)] = star(n)
		all[fmt.Sprint("chain of ", n)] = chain(n)
		all[fmt.Sprint("disconnected ", n)] = disconnected(n)
		all[fmt.Sprint("mesh of ", n/2)] = mesh(n / 2)
		for seed := range uint64(4) {
			all[fmt.Sprintf("random %d of %d", seed, n)] = random(n, seed)
		}
	}
	return all
}

const everyKind = `version: 1
name: kinds
messages:
  A: {fields: {symbol: string @1}}
  B: {fields: {symbol: string @1}}
patterns:
  news: {kind: pub-sub, messages: {A: {topic: "a.{symbol}."}, B: {topic: "b.{symbol}."}}}
  work: {kind: push-pull, message: A}
  ask: {kind: req-rep, methods: {Get: {request: A, reply: B}, Put: {request: A}, Ping: {}, Stop: {}}}
  one: {kind: req-rep, request: A, reply: B}
  talk: {kind: dealer-router, dealer_sends: A, router_sends: [A, B]}
  wire: {kind: pair, bind_sends: A, connect_sends: B}
  alarm: {kind: pub-sub, external: true, message: B, topic: "alarm.{symbol}."}
nodes:
  broker:
    doc: Stands between the others.
    host: broker.example
    sockets:
      front: {xsub: news, bind: "tcp://*:5000"}
      back: {xpub: news, bind: "tcp://*:5001"}
      inside_out: {push: work, bind: "inproc://work"}
      inside_in: {pull: work, connect: "inproc://work"}
      alarms: {pub: alarm, bind: "tcp://*:5009"}
  source:
    replicas: 3
    sockets:
      news: {pub: news, connect: "tcp://broker.example:5000"}
      ask: {req: ask, connect: broker_server.ask}
      venue: {dealer: talk, connect: "tcp://venue.example:7000"}
  broker_server:
    sockets:
      ask: {router: ask, bind: "tcp://*:5002"}
      one: {rep: one, bind: "ipc:///run/one"}
      wire: {pair: wire, bind: "tcp://*:5003"}
  reader:
    replicas: many
    sockets:
      news: {sub: news, connect: broker.back, subscribe: [a.]}
  client:
    sockets:
      one: {dealer: one, connect: "ipc:///run/one"}
      wire: {pair: wire, connect: broker_server.wire}
`

// compose returns a topology with patterns and, for each node, sockets.
func compose(patterns []string, nodes [][]string) string {
	var b strings.Builder
	b.WriteString("version: 1\nname: shape\nmessages:\n  A: {fields: {symbol: string @1}}\n  B: {fields: {symbol: string @1}}\n")
	if len(patterns) > 0 {
		b.WriteString("patterns:\n")
	}
	for _, p := range patterns {
		fmt.Fprintf(&b, "  %s\n", p)
	}
	if len(nodes) > 0 {
		b.WriteString("nodes:\n")
	}
	for i, sockets := range nodes {
		fmt.Fprintf(&b, "  n%d:\n    sockets:\n", i)
		for _, s := range sockets {
			fmt.Fprintf(&b, "      %s\n", s)
		}
	}
	return b.String()
}

func feed(name string) string {
	return name + `: {kind: pub-sub, message: A, topic: "` + name + `.{symbol}."}`
}

func star(n int) string {
	nodes := [][]string{{`out: {pub: feed, bind: "tcp://*:5000"}`}}
	for range n - 1 {
		nodes = append(nodes, []string{"in: {sub: feed, connect: n0.out}"})
	}
	return compose([]string{feed("feed")}, nodes)
}

func chain(n int) string {
	var patterns []string
	nodes := make([][]string, n)
	for i := range n - 1 {
		patterns = append(patterns, fmt.Sprintf("step%d: {kind: push-pull, message: A}", i))
		nodes[i] = append(nodes[i], fmt.Sprintf("to: {push: step%d, connect: n%d.from}", i, i+1))
		nodes[i+1] = append(nodes[i+1], fmt.Sprintf(`from: {pull: step%d, bind: "tcp://*:%d"}`, i, 5000+i))
	}
	return compose(patterns, nodes)
}

func mesh(n int) string {
	nodes := make([][]string, n)
	for i := range n {
		var others []string
		for j := range n {
			if j != i {
				others = append(others, fmt.Sprintf("n%d.out", j))
			}
		}
		nodes[i] = []string{fmt.Sprintf(`out: {pub: feed, bind: "tcp://*:%d"}`, 5000+i), "in: {sub: feed, connect: [" + strings.Join(others, ", ") + "]}"}
	}
	return compose([]string{feed("feed")}, nodes)
}

func disconnected(n int) string {
	var patterns []string
	nodes := make([][]string, n)
	for i := range n {
		if name := fmt.Sprint("feed", i/3); i%3 == 0 {
			patterns = append(patterns, feed(name))
			nodes[i] = []string{fmt.Sprintf(`out: {pub: %s, bind: "tcp://*:%d"}`, name, 5000+i)}
		} else {
			nodes[i] = []string{fmt.Sprintf("in: {sub: %s, connect: n%d.out}", name, i-i%3)}
		}
	}
	return compose(patterns, nodes)
}

// random returns a topology in which nodes are joined at random, in both directions and to themselves.
func random(n int, seed uint64) string {
	r := rand.New(rand.NewPCG(seed, uint64(n)))
	var patterns []string
	nodes := make([][]string, n)
	for i := range n * 3 / 2 {
		a, b := r.IntN(n), r.IntN(n)
		kind := []struct{ pattern, binds, connects string }{
			{`pub-sub, message: A, topic: "x.{symbol}."`, "pub", "sub"}, {"push-pull, message: A", "pull", "push"},
			{"req-rep, request: A, reply: B", "router", "dealer"}, {"pair, bind_sends: A, connect_sends: B", "pair", "pair"},
		}[r.IntN(4)]
		patterns = append(patterns, fmt.Sprintf("p%d: {kind: %s}", i, kind.pattern))
		nodes[a] = append(nodes[a], fmt.Sprintf(`b%d: {%s: p%d, bind: "tcp://*:%d"}`, i, kind.binds, i, 5000+i))
		nodes[b] = append(nodes[b], fmt.Sprintf("c%d: {%s: p%d, connect: n%d.b%d}", i, kind.connects, i, a, i))
	}
	for i := range nodes {
		if len(nodes[i]) == 0 {
			nodes[i] = []string{fmt.Sprintf(`alone: {pub: %s, bind: "tcp://*:%d"}`, "feed", 4000+i)}
		}
	}
	return compose(append(patterns, feed("feed")), nodes)
}

func parse(t testing.TB, src string) *schema.Topology {
	t.Helper()
	top, ds := schema.Parse("topology.yaml", []byte(src))
	if ds.HasErrors() {
		t.Fatalf("%v\n%s", ds, src)
	}
	return top
}
