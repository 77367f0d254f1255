package lint

import "testing"

// conflating has two sockets of patterns whose messages are one frame.
func conflating(one, other string) string {
	return `messages: {A: {fields: {s: string @1}}}
patterns: {s: {kind: pub-sub, external: true, message: A}, w: {kind: push-pull, external: true, message: A}}
nodes: {a: {sockets: {one: ` + one + `, other: ` + other + `}}}
`
}

var optionCases = []hit{
	{"marks of 0", one(`  a: {sockets: {w: {push: w, bind: 'tcp://*:1', options: {send_hwm: «0»}}, t: {sub: t, connect: 'tcp://a:1', options: {recv_hwm: «0»}}}}
  b: {sockets: {d: {dealer: d, connect: 'tcp://a:1', options: {recv_hwm: «0», send_hwm: «0»}}, w: {push: w, connect: 'tcp://a:1', options: {send_hwm: 1}}}}
`), []string{"hwm-unlimited"}},

	{"more than there is memory", one("  a: {sockets: {w: {pull: w, bind: 'tcp://*:1', options: {recv_hwm: «10000», max_message_size: 64MiB}}}}\n"), []string{"hwm-bytes"}},
	{"what is there without options", one(`  a: {sockets: {w: {pull: w, bind: 'tcp://*:1', options: {recv_hwm: 1000, max_message_size: 16MiB}}}}
  b: {sockets: {w: {pull: w, bind: 'tcp://*:2', options: {recv_hwm: 1000000}}, v: {pull: w, bind: 'tcp://*:3', options: {recv_hwm: 2147483647, max_message_size: 7}}}}
`), nil},

	{"no time to send", one(`  a: {sockets: {w: {push: w, bind: 'tcp://*:1', options: {linger: «0s»}}, d: {router: d, bind: 'tcp://*:2', options: {linger: «99ms»}}}}
`), []string{"linger-zero-loss"}},
	{"time that does not matter", one(`  a: {sockets: {w: {pull: w, bind: 'tcp://*:1', options: {linger: 0s}}, t: {pub: t, bind: 'tcp://*:2', options: {linger: 0s}}}}
  b: {sockets: {r: {req: r, connect: 'tcp://a:1', options: {linger: 0s}}, v: {push: w, connect: 'tcp://a:1', options: {linger: 100ms}}}}
`), nil},

	{"a publisher that conflates", conflating("{pub: s, bind: 'tcp://*:1', options: {«conflate»: true}}", "{pub: s, bind: 'tcp://*:2', options: {conflate: false}}"), []string{"conflate-publisher"}},
	{"others that conflate", conflating("{sub: s, connect: 'tcp://a:1', options: {conflate: true}}", "{push: w, connect: 'tcp://a:2', options: {conflate: true}}"), nil},

	{"late answers that somebody waits for", `messages: {A: {fields: {s: string @1}}}
patterns: {r: {kind: req-rep, request: A, reply: A, correlation: none}, c: {kind: req-rep, request: A, reply: A}}
nodes:
  a: {sockets: {one: {req: r, bind: [«'tcp://*:1'», «'ipc:///x'»]}, two: {dealer: r, bind: «'tcp://*:2'»}, three: {req: r, connect: b.three}, four: {req: c, bind: 'tcp://*:4'}}}
  b: {sockets: {one: {rep: r, connect: [a.one, a.two]}, three: {router: r, bind: 'tcp://*:3'}, four: {rep: c, connect: a.four}}}
`, []string{"uncorrelated-late"}},

	{"a place that strangers can take", one("  a: {sockets: {d: {router: d, bind: [ipc:///x, 'tcp://*:1'], options: {«handover»: true}}}}\n"), []string{"handover-untrusted"}},
	{"a place among friends", one("  a: {sockets: {d: {router: d, bind: [ipc:///x, 'tcp://127.0.0.1:1'], options: {handover: true}}, e: {router: d, bind: 'tcp://*:2', options: {handover: false}}}}\n"), nil},

	{"messages that are too large for their socket", `messages:
  A: {fields: {head: {type: bytes, id: 1, min_len: 60}, parts: {type: list<B>, id: 2, min_items: 10}, more: B? @3}}
  B: {fields: {text: {type: string, id: 1, min_len: 4}, a: A? @2}}
patterns: {w: {kind: push-pull, external: true, messages: {B: {}, A: {}}}}
nodes: {n: {sockets: {a: {pull: w, bind: 'tcp://*:1', options: {max_message_size: «99»}}, b: {push: w, connect: n.a, options: {max_message_size: 100}}}}}
`, []string{"maxmsgsize-small"}},
	{"messages that would fill the world", `messages:
  A: {fields: {parts: {type: list<B>, id: 2, min_items: 65536}}}
  B: {fields: {parts: {type: list<C>, id: 2, min_items: 65536}}}
  C: {fields: {parts: {type: list<D>, id: 2, min_items: 65536}}}
  D: {fields: {parts: {type: list<bytes>, id: 2, min_items: 65536, min_len: 2147483647}}}
patterns: {w: {kind: req-rep, external: true, methods: {M: {reply: A}}}}
nodes: {n: {sockets: {a: {rep: w, bind: 'tcp://*:1', options: {max_message_size: «1GiB»}}}}}
`, []string{"maxmsgsize-small"}},
}

func TestOptions(t *testing.T) { checkHits(t, optionCases) }
