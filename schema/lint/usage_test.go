package lint

import "testing"

var usageCases = []hit{
	{"what has no part in anything", `enums: {E: {X: 1}, «F»: {X: 1}, G: {values: {X: 1}, deprecated: use E}}
messages: {A: {fields: {e: E @1}}, «B»: {fields: {c: C @1}}, C: {}, D: {deprecated: use A}, X: {error: true}}
patterns:
  t: {kind: pub-sub, message: A}
  «u»: {kind: pub-sub, message: A}
  v: {kind: pub-sub, external: true, message: A}
  w: {kind: pub-sub, deprecated: use t, message: A}
nodes: {n: {sockets: {a: {pub: t, bind: inproc://a}, b: {sub: t, connect: n.a}}}}
`, []string{"enum-unused", "message-unused", "pattern-unused"}},
	{"types for others", "enums: {E: {X: 1}}\nmessages: {A: {}}\n", nil},
	{"patterns for others", "enums: {E: {X: 1}}\nmessages: {A: {fields: {e: {oneof: {x: E @1}}}}, B: {fields: {b: 'map<string, A> @1'}}}\npatterns: {p: {kind: push-pull, message: B}}\n", nil},
	{"messages of calls", "messages: {A: {}, B: {}, C: {}}\npatterns: {p: {kind: req-rep, methods: {M: {request: A, reply: B, errors: C}}}}\nnodes: {n: {sockets: {}}}\n", nil},
}

func TestUsage(t *testing.T) { checkHits(t, usageCases) }
