package lint

import "testing"

var endpointCases = []hit{
	{"inproc across nodes", one(`  a: {sockets: {t: {pub: t, bind: 'inproc://x'}, v: {pub: t, bind: ['inproc://y', 'tcp://*:1']}}}
  b: {sockets: {t: {sub: t, connect: [«a.t», a.v]}, u: {sub: t, connect: [«'inproc://x'», «'inproc://y'»]}}}
`), []string{"inproc-cross"}},
	{"inproc within a node", one(`  a: {sockets: {t: {pub: t, bind: 'inproc://x'}, u: {sub: t, connect: 'inproc://x'}, v: {sub: t, connect: a.t}}}
  b: {sockets: {t: {pub: t, bind: 'inproc://z'}, u: {sub: t, connect: 'inproc://z'}}}
`), nil},
	{"inproc that is bound nowhere", "messages: {A: {fields: {s: string @1}}}\npatterns: {t: {kind: pub-sub, message: A}}\n" +
		"nodes: {a: {sockets: {t: {pub: t, bind: 'inproc://x'}, u: {sub: t, connect: ['inproc://x', «'inproc://y'»]}, v: {sub: t, external: true, connect: 'inproc://y'}}}}\n",
		[]string{"inproc-unbound"}},

	{"a host that is not told", one(`  a: {sockets: {t: {pub: t, bind: 'tcp://*:1'}, v: {pub: t, bind: 'ipc:///x'}}}
  b: {host: b.lan, sockets: {t: {sub: t, connect: [«a.t», «a.v»]}}}
`), []string{"unreachable-bind"}},
	{"a bind that others do not reach", one(`  a: {host: a.lan, sockets: {t: {pub: t, bind: 'tcp://127.0.0.1:1'}, v: {pub: t, bind: 'tcp://127.0.0.1:2', advertise: 'tcp://a.lan:2'}}}
  b: {host: b.lan, sockets: {t: {sub: t, connect: [«a.t», a.v]}}}
  c: {host: a.lan, sockets: {t: {sub: t, connect: [a.t, a.v]}}}
  d: {sockets: {t: {sub: t, connect: [a.t, a.v]}}}
`), []string{"unreachable-bind"}},
	{"hosts that are told", one(`  a: {host: a.lan, sockets: {t: {pub: t, bind: 'tcp://*:1'}, v: {pub: t, bind: 'tcp://10.0.0.1:2'}}}
  b: {host: b.lan, sockets: {t: {sub: t, connect: [a.t, a.v]}}}
`), nil},

	{"a port of ZeroMQ's choice", one(`  a: {sockets: {t: {pub: t, bind: «'tcp://127.0.0.1:*'»}, u: {sub: t, connect: a.t}, v: {pub: t, bind: «'ipc://*'»}, w: {pub: t, bind: 'tcp://127.0.0.1:*'}, x: {sub: t, connect: a.w}}}
  b: {sockets: {t: {sub: t, connect: [a.t, a.v]}}}
`), []string{"ephemeral-undiscoverable"}},

	{"a path from where a process was started", one("  a: {sockets: {t: {pub: t, bind: [«ipc://x.ipc», «ipc://run/x», ipc:///run/x, 'ipc://*']}, u: {sub: t, connect: «ipc://y»}}}\n"), []string{"ipc-relative"}},
	{"an abstract name", one("  a: {sockets: {t: {pub: t, bind: [«'ipc://@x'»]}}}\n"), []string{"ipc-abstract"}},
	{"ipc at all", "lint: {rules: {ipc-windows: warning}}\n" + one("  a: {sockets: {t: {pub: t, bind: [«'ipc:///x'», 'tcp://*:1']}}}\n"), []string{"ipc-windows"}},
	{"all interfaces", "lint: {rules: {bind-any-null: warning}}\n" +
		one("  a: {sockets: {t: {pub: t, bind: [«'tcp://*:1'», «'tcp://0.0.0.0:2'», «'tcp://[::]:3'», 'tcp://10.0.0.1:4', 'tcp://127.0.0.1:*', ipc:///x]}}}\n"), []string{"bind-any-null"}},
	{"what nobody asks for", one("  a: {sockets: {t: {pub: t, bind: ['ipc:///x', 'tcp://*:1']}}}\n"), nil},
}

func TestEndpoints(t *testing.T) { checkHits(t, endpointCases) }
