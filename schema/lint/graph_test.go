package lint

import "testing"

// one is a topology with a pattern of each kind, and the nodes given.
func one(nodes string) string {
	return `messages: {A: {fields: {s: string @1}}}
patterns:
  t: {kind: pub-sub, external: true, message: A, topic: '{s}.'}
  w: {kind: push-pull, external: true, message: A}
  r: {kind: req-rep, external: true, request: A, reply: A}
  d: {kind: dealer-router, external: true, dealer_sends: A, router_sends: A}
  p: {kind: pair, external: true, bind_sends: A, connect_sends: A}
nodes:
` + nodes
}

var graphCases = []hit{
	{"replicas that bind for one", one(`  w: {replicas: many, sockets: {in: {pull: w, bind: «'tcp://*:*'»}}}
  v: {sockets: {out: {push: w, connect: «w.in»}}}
`), []string{"dynamic-binds", "replica-unknown"}},
	{"replicas that say where they are", one(`  w: {replicas: many, sockets: {in: {pull: w, bind: 'tcp://*:*', advertise: ['tcp://a:1', 'tcp://b:1']}}}
  v: {sockets: {out: {push: w, connect: w.in}}}
`), nil},
	{"replicas that nobody names", one("  w: {replicas: many, sockets: {in: {pull: w, bind: 'tcp://*:*'}}}\n"), nil},

	{"a PAIR over tcp and ipc", one(`  a: {sockets: {p: {pair: p, bind: [«'tcp://*:1'», inproc://p, «'ipc:///run/p'»]}}}
  b: {sockets: {p: {pair: p, connect: «'tcp://c:2'»}}}
`), []string{"pair-tcp"}},
	{"a PAIR within a process", one("  a: {sockets: {p: {pair: p, bind: inproc://p}, q: {pair: p, connect: a.p}}}\n"), nil},

	{"a dealer of two dealers", one(`  a: {sockets: {«p»: {dealer: p, bind: 'tcp://*:1'}}}
  b: {sockets: {p: {dealer: p, connect: a.p}, q: {dealer: p, connect: a.p}}}
`), []string{"dealer-dealer-many"}},
	{"a dealer of replicas", one(`  a: {sockets: {«p»: {dealer: p, bind: 'tcp://*:1'}}}
  b: {replicas: 2, sockets: {p: {dealer: p, connect: a.p}}}
`), []string{"dealer-dealer-many"}},
	{"a dealer of one dealer", one(`  a: {sockets: {p: {dealer: p, bind: 'tcp://*:1'}, d: {router: d, bind: 'tcp://*:2'}}}
  b: {sockets: {p: {dealer: p, connect: a.p}, d: {dealer: d, connect: a.d}, e: {dealer: d, connect: a.d}}}
`), nil},

	{"one place under two names", one(`  a: {sockets: {t: {pub: t, bind: 'tcp://*:1'}}}
  b: {sockets: {t: {sub: t, connect: [a.t, «'tcp://localhost:1'», 'tcp://localhost:2']}}}
`), []string{"dup-connect"}},
	{"replicas under many names", one(`  a: {replicas: many, sockets: {t: {pub: t, bind: 'tcp://*:*', advertise: [tcp://x:1, tcp://y:1]}}}
  b: {sockets: {t: {sub: t, connect: [tcp://z:1, a.t]}}}
`), nil},
}

func TestGraph(t *testing.T) { checkHits(t, graphCases) }
