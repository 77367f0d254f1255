package schema

import (
	"strings"
	"testing"
)

// two returns a case with a node a, its keys and sockets given, and a node b.
func two(a, b string) string {
	return patterns + "nodes:\n  a: {" + a + "}\n  b: {" + b + "}\n"
}

var endpointCases = []badCase{
	{"an endpoint without a transport", socket("pub: t, bind: «'*:5556'»"), []string{"bad-endpoint"}},
	{"a transport with a slip", socket("pub: t, bind: '«tpc»://*:5556'"), []string{"bad-endpoint"}},
	{"a transport that is to come", socket("pub: t, bind: '«pgm»://*:5556'"), []string{"not-supported"}},
	{"a control character in an endpoint", socket("pub: t, bind: «\"ipc:///x\\e\"»"), []string{"bad-endpoint"}},
	{"an endpoint with a space", socket("pub: t, bind: 'tcp://«* »:1'"), []string{"bad-endpoint"}},
	{"no port", socket("pub: t, bind: «'tcp://*'»"), []string{"bad-endpoint"}},
	{"no port after an IPv6 address", socket("pub: t, bind: «'tcp://[::1]'»"), []string{"bad-endpoint"}},
	{"a port beyond all", socket("pub: t, bind: 'tcp://*:«65536»'"), []string{"bad-endpoint"}},
	{"a port with a sign", socket("pub: t, bind: 'tcp://*:«+80»'"), []string{"bad-endpoint"}},
	{"a bind to localhost", socket("pub: t, bind: 'tcp://«localhost»:1'"), []string{"bind-hostname"}},
	{"a bind to localhost in capitals", socket("pub: t, bind: 'tcp://«LocalHost»:1'"), []string{"bind-hostname"}},
	{"a bind to an interface with a word after its point", socket("pub: t, bind: 'tcp://«eth0.1.a»:1'"), []string{"bind-hostname"}},
	{"a bind to a host", socket("pub: t, bind: 'tcp://«feed.internal»:1'"), []string{"bind-hostname"}},
	{"a bind to a bad address", socket("pub: t, bind: 'tcp://«1.2.3»:1'"), []string{"bad-endpoint"}},
	{"a bind to a reference", socket("pub: t, bind: «n.t»"), []string{"bad-endpoint"}},
	{"a bind to no host", socket("pub: t, bind: 'tcp://«»:1'"), []string{"bad-endpoint"}},
	{"a connect to everywhere", socket("sub: t, connect: 'tcp://«*»:1'"), []string{"connect-wildcard"}},
	{"a connect to any port", socket("sub: t, connect: 'tcp://a:«*»'"), []string{"connect-wildcard"}},
	{"a connect to port zero", socket("sub: t, connect: 'tcp://a:«0»'"), []string{"connect-wildcard"}},
	{"a connect to any path", socket("sub: t, connect: «'ipc://*'»"), []string{"connect-wildcard"}},
	{"a connect to a bad host", socket("sub: t, connect: 'tcp://«a_-»:1'"), []string{"bad-endpoint"}},
	{"a connect to a bad IPv6 address", socket("sub: t, connect: 'tcp://«[::g]»:1'"), []string{"bad-endpoint"}},
	{"an advertised wildcard", socket("pub: t, bind: 'tcp://*:1', advertise: 'tcp://«*»:1'"), []string{"connect-wildcard"}},
	{"an advertised reference", socket("pub: t, bind: 'tcp://*:1', advertise: «n.s»"), []string{"bad-endpoint"}},
	{"an ipc without a path", socket("pub: t, bind: «'ipc://'»"), []string{"bad-endpoint"}},
	{"an ipc with a long path", socket("pub: t, bind: «'ipc:///" + strings.Repeat("x", maxIPCPath) + "'»"), []string{"ipc-length"}},
	{"an inproc without a name", socket("pub: t, bind: «'inproc://'»"), []string{"bad-endpoint"}},
	{"an inproc with a long name", socket("pub: t, bind: «'inproc://" + strings.Repeat("x", maxInprocName+1) + "'»"), []string{"inproc-name"}},
	{"the inproc of ZAP", socket("pub: t, bind: «'inproc://zeromq.zap.01'»"), []string{"inproc-name"}},
	{"an endpoint twice in a list", socket("sub: t, connect: ['tcp://a:1', «'tcp://a:1'»]"), []string{"duplicate-endpoint"}},

	{"a connect to no endpoint", socket("sub: t, connect: «feed»"), []string{"bad-endpoint"}},
	{"a node with a slip", two("sockets: {s: {pub: t, bind: 'tcp://*:1'}}", "sockets: {s: {sub: t, connect: «aa.s»}}"), []string{"unknown-socket"}},
	{"a socket with a slip", two("sockets: {s: {pub: t, bind: 'tcp://*:1'}}", "sockets: {s: {sub: t, connect: «a.ss»}}"), []string{"unknown-socket"}},
	{"a socket of another pattern", two("sockets: {s: {pub: u, bind: 'tcp://*:1'}}", "sockets: {s: {sub: t, connect: «a.s»}}"), []string{"pair-types"}},
	{"a socket of the same side", two("sockets: {s: {sub: t, bind: 'tcp://*:1'}}", "sockets: {s: {sub: t, connect: «a.s»}}"), []string{"pair-types"}},
	{"a socket that connects to itself", socket("sub: t, connect: «n.s»"), []string{"pair-types"}},
	{"an inproc name of the same side", two("sockets: {s: {sub: t, bind: 'inproc://x'}}", "sockets: {s: {sub: t, connect: «'inproc://x'»}}"), []string{"pair-types-inproc"}},
	{"an inproc name of another pattern", two("sockets: {s: {sub: t, connect: ['tcp://a:1', «'inproc://x'»]}}", "sockets: {s: {pub: u, bind: ['tcp://*:1', 'inproc://x']}}"), []string{"pair-types-inproc"}},
	{"an inproc name within a node", two("sockets: {s: {pub: u, bind: 'inproc://x'}, t: {sub: t, connect: «'inproc://x'»}}", ""), []string{"pair-types-inproc"}},
	{"a socket that connects to its own inproc name", socket("pub: t, bind: 'inproc://x', connect: «'inproc://x'»"), []string{"pair-types-inproc"}},
	{"no second finding for a broken socket at an inproc name", two("sockets: {s: {pub: «tt», bind: 'inproc://x'}}", "sockets: {s: {sub: t, connect: 'inproc://x'}}"), []string{"unknown-pattern"}},
	{"a socket that does not bind", two("sockets: {s: {pub: t, connect: b.s}}", "sockets: {s: {sub: t, bind: 'tcp://*:1', connect: «a.s»}}"), []string{"no-binder"}},
	{"a replicated binder", two("replicas: many, sockets: {s: {pub: t, bind: 'tcp://*:*'}}", "sockets: {s: {sub: t, connect: «a.s»}}"), []string{"replica-unknown"}},
	{"a fixed port of replicas", "messages: {A: {}}\npatterns: {p: {kind: push-pull, message: A}}\n" +
		"nodes: {n: {replicas: 2, sockets: {s: {pull: p, bind: [«'tcp://*:1'», 'tcp://*:*', 'inproc://x', «'ipc:///x'»]}}}}\n", []string{"replica-bind", "replica-bind"}},
	{"no second finding for a bad endpoint", two("sockets: {s: {pub: t, bind: 'tcp://«localhost»:1'}}", "sockets: {s: {sub: t, connect: a.s}}"), []string{"bind-hostname"}},
	{"no second finding for a bad node", two("sockets: «[s]»", "sockets: {s: {sub: t, connect: a.s}}"), []string{"wrong-kind"}},

	{"two sockets that connect to each other", two("sockets: {s: {pub: t, connect: «b.s»}}", "sockets: {s: {sub: t, connect: a.s}}"), []string{"no-binder"}},
	{"a socket connected to that neither binds nor connects", two("sockets: {«s»: {pub: t}}", "sockets: {s: {sub: t, connect: a.s}}"), []string{"orphan-socket"}},
	{"a port twice in a node", two("sockets: {s: {pub: t, bind: 'tcp://*:1'}, t: {pub: t, bind: «'tcp://127.0.0.1:1'»}}", ""), []string{"double-bind"}},
	{"a port of every address after one", two("sockets: {s: {pub: t, bind: 'tcp://127.0.0.1:1'}, t: {pub: t, bind: «'tcp://[::]:1'»}}", ""), []string{"double-bind"}},
	{"a port twice on a host", two("host: h, sockets: {s: {pub: t, bind: 'tcp://*:1'}}", "host: h, sockets: {s: {pub: t, bind: «'tcp://*:1'»}}"), []string{"double-bind"}},
	{"an ipc twice on a host", two("sockets: {s: {pub: t, bind: 'ipc:///x'}}", "host: localhost, sockets: {s: {pub: t, bind: «'ipc:///x'»}}"), []string{"double-bind"}},
	{"an inproc twice in a node", two("sockets: {s: {pub: t, bind: 'inproc://x'}, t: {pub: t, bind: «'inproc://x'»}}", ""), []string{"double-bind"}},
}

func TestEndpoints(t *testing.T) { checkBadCases(t, endpointCases) }

func TestWarningsLeaveTheTopology(t *testing.T) {
	c := badCase{text: two("replicas: many, sockets: {s: {pub: t, bind: 'tcp://*:*'}}", "sockets: {s: {sub: t, connect: a.s}}")}
	text, _ := c.source()
	top, ds := Parse("t.yaml", []byte(text))
	if top == nil || len(ds) != 1 || ds[0].Severity != Warning || top.Nodes[1].Sockets[0].Connect[0].Ref == nil {
		t.Errorf("%v %v", top, ds)
	}
}

func TestEndpointsThatAreFine(t *testing.T) {
	mustParse(t, patterns+`nodes:
  a:
    sockets:
      a: {pub: t, bind: ['tcp://*:*', 'tcp://*:0', 'tcp://*:*', 'tcp://eth0:5000', 'tcp://br-lan:5000', 'tcp://docker_gwbridge:5000', 'tcp://Ethernet:5000', 'tcp://eth0.100:5000', 'tcp://[::1]:5001', 'tcp://10.0.0.1:5002', 'tcp://10.0.0.2:5002']}
      b: {pub: t, bind: ['ipc://*', 'ipc:///tmp/x', 'ipc://@abstract', 'inproc://x y'], connect: ['tcp://feed.internal.:5000']}
      c: {sub: t, connect: [a.a, 'tcp://[fe80::1%eth0]:5000', 'tcp://a-b.c_d:5000', 'ipc:///tmp/x', 'inproc://x', 'inproc://x y']}
  b:
    host: other
    replicas: many
    sockets:
      a: {pub: t, bind: 'tcp://*:*', advertise: ['tcp://b1:5002', 'tcp://b2:5002']}
      c: {sub: t, connect: b.a}
      d: {pub: t, connect: 'inproc://x y'}
`)
}
