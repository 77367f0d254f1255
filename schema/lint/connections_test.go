package lint

import (
	"strings"
	"testing"
)

var connectionCases = []hit{
	{"options of no transport that is there", one(`  a: {sockets: {w: {push: w, bind: 'inproc://w', options: {«heartbeat»: 1s, «tos»: 3, linger: 2s}}, v: {pull: w, connect: a.w, options: {«reconnect»: 1s}}}}
  b: {sockets: {x: {push: w, bind: 'ipc:///w', options: {heartbeat: 1s, «tcp_keepalive»: true}}}}
`), []string{"option-transport"}},
	{"options of defaults are for others", "defaults: {options: {heartbeat: 1s, tos: 3, immediate: true, reconnect: 1s, backlog: 7}}\n" +
		one("  a: {sockets: {w: {push: w, bind: 'inproc://w'}, v: {pull: w, connect: a.w}}}\n  b: {sockets: {x: {push: w, bind: 'tcp://*:1'}}}\n"), nil},
	{"options of the other side", one(`  a: {sockets: {w: {push: w, bind: 'tcp://*:1', options: {«reconnect»: 1s, «immediate»: true, backlog: 7}}}}
  b: {sockets: {w: {push: w, connect: 'tcp://a:1', options: {reconnect: 1s, immediate: true, «backlog»: 7}}}}
`), []string{"option-unused", "immediate-bind", "option-unused"}},
	{"turns of who may be down", "lint: {rules: {immediate-roundrobin: warning}}\n" + one(`  a: {sockets: {w: {push: w, connect: ['tcp://a:1', «'tcp://b:1'»]}, v: {push: w, connect: ['tcp://a:1', 'tcp://b:1'], options: {immediate: true}}}}
  b: {sockets: {t: {sub: t, connect: ['tcp://a:2', 'tcp://b:2']}, w: {push: w, connect: 'tcp://b:1'}, d: {dealer: d, connect: ['tcp://a:3', 'tcp://b:3']}}}
`), []string{"immediate-roundrobin"}},
	{"hosts that go without a word", "lint: {rules: {heartbeat-missing: warning}}\n" + one(`  a: {host: a.example, sockets: {w: {push: w, bind: 'tcp://*:1'}, local: {pull: w, bind: 'tcp://127.0.0.1:2'}}}
  b: {sockets: {w: {pull: w, connect: «a.w»}, v: {pull: w, connect: a.w, options: {heartbeat: 1s}}, u: {push: w, connect: a.local}}}
`), []string{"heartbeat-missing"}},
	{"more who come than may wait", one(`  a: {sockets: {w: {push: w, bind: «'tcp://*:1'»}, v: {push: w, bind: 'tcp://*:2', options: {backlog: 400}}}}
  b: {replicas: 101, sockets: {w: {pull: w, connect: [a.w, a.v]}}}
`), []string{"backlog"}},
}

func TestConnections(t *testing.T) { checkHits(t, connectionCases) }

const keys = `security:
  k: {mechanism: curve, server: {public_key: {env: A}, secret_key: {env: B}, allow: any}, client: {public_key: {env: C}, secret_key: {env: D}}}
  p: {mechanism: plain, server: {allow: {env: E}}, client: {username: {env: F}, password: {env: G}}}
`

var securityCases = []hit{
	{"a door beside the one that is locked", keys + one(`  a: {sockets: {w: {push: w, bind: 'tcp://*:1', security: k}, v: {push: w, bind: «'tcp://0.0.0.0:2'»}, u: {push: w, bind: 'tcp://127.0.0.1:3', security: p}}}
devices:
  d: {kind: streamer, pattern: w, frontend: {bind: «'tcp://*:4'»}, backend: {bind: 'tcp://*:5', security: k}, capture: {bind: «'tcp://*:6'»}}
`), []string{"curve-missing"}},
	{"passwords for all to read", keys + one(`  a: {host: a.example, sockets: {w: {push: w, bind: «'tcp://*:1'», security: p}, v: {push: w, bind: 'tcp://127.0.0.1:2', security: p}, u: {push: w, bind: 'ipc:///w', security: k}}}
  b: {sockets: {w: {pull: w, connect: «a.w», security: p}, v: {pull: w, connect: a.v, security: p}}}
`), []string{"plain-cleartext"}},
	{"nobody to ask", keys + one(`  a: {sockets: {w: {push: w, bind: 'inproc://w', «security»: k}, v: {pull: w, connect: a.w, «security»: k}, u: {push: w, bind: 'tcp://127.0.0.1:2', security: p}}}
`), []string{"security-inproc"}},
	{"a security from defaults", "defaults: {security: k}\n" + keys + one(`  a: {sockets: {w: {push: w, bind: 'inproc://w'}, v: {pull: w, connect: a.w}, u: {push: w, bind: 'tcp://127.0.0.1:2', security: p}, t: {pub: t, bind: 'tcp://*:3'}}}
`), nil},
	{"a security that nobody has", `security: {«k»: {mechanism: "null", server: {allow: {file: x}}}, l: {mechanism: "null", server: {allow: {file: y}}}}
` + one("  a: {sockets: {w: {push: w, bind: 'tcp://*:1', security: l}}}\n"), []string{"security-unused"}},
}

func TestSecurities(t *testing.T) { checkHits(t, securityCases) }

var deviceCases = []hit{
	{"round and round", one(`  a: {sockets: {t: {pub: t, connect: x.frontend}}}
devices:
  x: {kind: forwarder, pattern: t, frontend: {bind: 'tcp://*:1', connect: «z.backend»}, backend: {bind: 'tcp://*:2'}}
  y: {kind: forwarder, pattern: t, frontend: {connect: x.backend}, backend: {connect: z.frontend}}
  z: {kind: forwarder, pattern: t, frontend: {bind: 'tcp://*:3'}, backend: {bind: 'tcp://*:4'}}
`), []string{"proxy-cycle"}},
	{"a tail that is bitten", one(`  a: {sockets: {w: {push: w, connect: x.frontend}}}
devices:
  x: {kind: streamer, pattern: w, frontend: {bind: 'tcp://127.0.0.1:1'}, backend: {bind: 'tcp://*:2', connect: [«x.frontend»]}}
`), []string{"proxy-cycle"}},
	{"in a row, and side by side", one(`  a: {sockets: {t: {pub: t, connect: [x.frontend, y.frontend]}}}
devices:
  x: {kind: forwarder, pattern: t, frontend: {bind: 'tcp://*:1'}, backend: {connect: z.frontend}}
  y: {kind: forwarder, pattern: t, frontend: {bind: 'tcp://*:2'}, backend: {connect: z.frontend}}
  z: {kind: forwarder, pattern: t, frontend: {bind: 'tcp://*:3'}, backend: {bind: 'tcp://*:4'}}
`), nil},
	{"a side that nobody comes to", strings.ReplaceAll(one(`  a: {sockets: {w: {push: w, bind: «'tcp://*:1'»}, v: {pull: w, connect: x.backend}}}
devices:
  x: {kind: streamer, pattern: w, frontend: {bind: «'tcp://*:2'»}, backend: {bind: 'tcp://*:3'}}
`), "push-pull, external: true", "push-pull"), []string{"bind-unconnected"}},
	{"a device is no peer", strings.ReplaceAll(one(`  a: {sockets: {«w»: {push: w, connect: x.frontend}}}
devices:
  x: {kind: streamer, pattern: w, frontend: {bind: 'tcp://*:2'}, backend: {bind: 'tcp://*:3'}}
`), "push-pull, external: true", "push-pull"), []string{"push-without-pull"}},
}

func TestDevices(t *testing.T) { checkHits(t, deviceCases) }
