package lint

import "testing"

// loud sets rules that are off by default.
func loud(rule, text string) string { return "lint: {rules: {" + rule + ": warning}}\n" + text }

const documented = `enums: {E: {doc: An e., values: {X: 1}}}
messages: {A: {doc: An a., fields: {e: E @1}}}
patterns: {p: {doc: A p., kind: req-rep, external: true, methods: {M: {doc: An m., request: A}}}, q: {doc: A q., kind: req-rep, external: true, request: A, reply: A}}
nodes: {n: {doc: An n., sockets: {s: {rep: p, bind: 'tcp://*:1'}, t: {rep: q, bind: 'tcp://*:2'}}}}
`

var qualityCases = []hit{
	{"nothing says what it is for", loud("doc-missing", `enums: {«E»: {X: 1}}
messages: {«A»: {fields: {e: E @1}}}
patterns: {«p»: {kind: req-rep, external: true, methods: {«M»: {request: A}}}, «q»: {kind: req-rep, external: true, request: A, reply: A}}
nodes: {«n»: {sockets: {s: {rep: p, bind: 'tcp://*:1'}, t: {rep: q, bind: 'tcp://*:2'}}}}
`), []string{"doc-missing"}},
	{"all says what it is for", loud("doc-missing", documented), nil},

	{"lists without end", loud("unbounded-repeated", "messages: {A: {fields: {«a»: list<string> @1, b: {type: list<string>, id: 2, max_items: 5}, «c»: 'map<string, A> @3', d: {oneof: {e: string @4}}}}}\n"),
		[]string{"unbounded-repeated"}},
	{"patterns without end", `messages:
  A:
    fields:
      a: {type: string, id: 1, pattern: «'[A-Z]+'»}
      b: {type: string, id: 2, pattern: '[A-Z]+', max_len: 5}
      c: {type: string, id: 3, pattern: '[A-Z]{3}(x|y)?'}
      d: {type: list<string>, id: 4, pattern: «"a(b{2,})"»}
      e: {oneof: {f: {type: string, id: 5, pattern: «'.*'»}}}
`, []string{"pattern-without-max-len"}},

	{"numbers that are left out", loud("field-gap", `messages:
  «A»: {fields: {a: int32 @1, b: int32 @3}}
  «B»: {fields: {a: int32 @4, b: {oneof: {c: int32 @6}}}, reserved: [5, 9]}
  C: {fields: {a: int32 @2, b: int32 @4}, reserved: [1, 3, 7, x]}
  D: {}
  E: {fields: {a: int32 @2, b: int32 @1}, reserved: [10]}
`), []string{"field-gap"}},

	{"names twice", "enums: {Side: {«SIDE_BUY»: 1, SIDE_SELL: 2}, OrderKind: {ORDER_KIND_UNSPECIFIED: 0, «ORDERKIND_A»: 1, ORDER_KIND_B: 2}}\n", []string{"enum-value-prefix"}},
	{"names once", "enums: {Side: {SIDE_BUY: 1, SELL: 2}, Level: {LEVEL_1: 1}, Sid: {SIDE: 1}, Way: {WAY: 1, WAYS: 2}, Go: {GO_ON: {id: 1, go_name: GoOn}}}\n", nil},

	{"messages of several methods", loud("reply-type-shared", `messages: {A: {}, B: {}, C: {}}
patterns:
  p: {kind: req-rep, methods: {L: {request: A, reply: B}, M: {request: C, reply: «B»}}}
  q: {kind: req-rep, request: «A», reply: «A»}
`), []string{"reply-type-shared"}},

	{"what is not to be used any more", loud("deprecated-used", `enums: {E: {values: {X: 1}, deprecated: use F}}
messages:
  A: {fields: {e: «E» @1, f: {type: «list<B>», id: 2}, g: {type: B, id: 3, deprecated: use h}}}
  B: {deprecated: use A, fields: {e: E @1}}
patterns:
  p: {kind: pub-sub, external: true, messages: {A: {}, «B»: {}}}
  q: {kind: pub-sub, external: true, message: B, deprecated: use p}
  r: {kind: req-rep, external: true, methods: {M: {request: «B», reply: «B», errors: «[A, B]»}, N: {request: B, deprecated: use M}}}
nodes: {n: {sockets: {s: {pub: «q», bind: 'tcp://*:1'}, t: {rep: r, bind: 'tcp://*:2'}, u: {sub: p, connect: 'tcp://a:1'}}}}
`), []string{"deprecated-used"}},
}

func TestQuality(t *testing.T) { checkHits(t, qualityCases) }
