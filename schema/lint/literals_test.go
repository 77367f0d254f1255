package lint

import "testing"

// closed is a topology of two patterns whose sockets are all in the file.
func closed(nodes string) string {
	return "messages: {A: {fields: {s: string @1}}}\npatterns: {t: {kind: pub-sub, message: A}, w: {kind: push-pull, message: A, external: true}}\nnodes:\n" + nodes
}

var literalCases = []hit{
	{"a literal that is a socket's", one(`  a: {sockets: {t: {pub: t, bind: ['tcp://*:1', 'ipc:///x']}}}
  b: {sockets: {t: {sub: t, connect: [«tcp://localhost:1»]}, u: {sub: t, connect: «ipc:///x»}, v: {sub: t, connect: [tcp://other:1]}}}
  c: {host: a.lan, sockets: {t: {pub: t, bind: 'tcp://*:7'}}}
  d: {sockets: {t: {sub: t, connect: «'tcp://a.lan:7'»}}}
`), []string{"literal-endpoint"}},
	{"a literal that is a socket's on another host", one(`  a: {host: a.lan, sockets: {t: {pub: t, bind: ['tcp://127.0.0.1:1']}}}
  b: {host: b.lan, sockets: {t: {sub: t, connect: [tcp://localhost:1]}}}
`), nil},
	{"a literal of another pattern", one(`  a: {sockets: {t: {pub: t, bind: 'tcp://*:1'}}}
  b: {sockets: {w: {pull: w, connect: «tcp://localhost:1»}}}
`), []string{"pair-types-literal"}},
	{"a literal of the same side", one(`  a: {sockets: {t: {sub: t, bind: 'tcp://*:1'}}}
  b: {sockets: {t: {sub: t, connect: «tcp://127.0.0.1:1»}}}
`), []string{"pair-types-literal"}},

	{"a port that nobody binds", closed(`  a: {sockets: {t: {pub: t, bind: «'tcp://*:1'»}}}
  b: {sockets: {t: {sub: t, connect: «tcp://localhost:2»}}}
`), []string{"bind-unconnected", "connect-unbound"}},
	{"two sides that bind", closed("  a: {sockets: {t: {pub: t, bind: «'tcp://*:1'»}, u: {sub: t, bind: 'tcp://*:2'}}}\n"), []string{"bind-unconnected"}},
	{"two sides that connect", closed("  a: {sockets: {t: {pub: t, connect: «'tcp://x:1'»}, u: {sub: t, connect: 'tcp://x:1'}}}\n"), []string{"connect-unbound"}},
	{"a pull that nobody pushes to", "messages: {A: {fields: {s: string @1}}}\npatterns: {w: {kind: push-pull, message: A}}\nnodes:\n  a: {sockets: {i: {pull: w, bind: 'tcp://*:1'}, j: {pull: w, bind: [«'tcp://*:2'», 'inproc://j']}, o: {push: w, connect: a.i}}}\n", []string{"bind-unconnected"}},
	{"a host that may be any", closed(`  a: {sockets: {t: {pub: t, bind: 'tcp://*:1'}}}
  b: {sockets: {t: {sub: t, connect: 'tcp://10.0.0.1:1'}}}
`), nil},
	{"a port that may be any", closed(`  a: {sockets: {t: {pub: t, bind: 'tcp://*:*'}}}
  b: {sockets: {t: {sub: t, connect: 'tcp://10.0.0.1:1'}}}
`), nil},
	{"sockets that others connect to", closed(`  a: {sockets: {t: {pub: t, external: true, bind: 'tcp://*:1'}, u: {pub: t, bind: 'tcp://*:2'}}}
  b: {sockets: {t: {sub: t, connect: a.u}, w: {pull: w, bind: 'tcp://*:3'}, v: {push: w, bind: 'tcp://*:4'}}}
`), nil},
}

func TestLiterals(t *testing.T) { checkHits(t, literalCases) }
