package schema

import "testing"

// patterns are what the sockets of the cases speak: t has topics, u has none.
const patterns = "messages: {A: {fields: {s: string @1}}}\npatterns:\n" +
	"  t: {kind: pub-sub, message: A, topic: '{s}.'}\n  u: {kind: pub-sub, message: A}\n" +
	"  w: {kind: push-pull, message: A}\n  r: {kind: req-rep, methods: {M: {}}}\n"

// socket returns a case with one socket.
func socket(keys string) string {
	return patterns + "nodes: {n: {sockets: {s: {" + keys + "}}}}\n"
}

// topics returns a case with one subscriber to topics.
func topics(subscribe string) string {
	return "messages: {A: {fields: {s: string @1}}, B: {}}\npatterns: {p: {kind: pub-sub, messages: {A: {topic: 'quote.{s}.'}, B: {topic: status}}}}\n" +
		"nodes: {n: {sockets: {s: {sub: p, connect: 'tcp://a:1', subscribe: " + subscribe + "}}}}\n"
}

var nodeCases = []badCase{
	{"no type", patterns + "nodes: {n: {sockets: {«s»: {bind: 'tcp://*:1'}}}}\n", []string{"socket-type"}},
	{"two types", socket("pub: t, «sub»: t, bind: 'tcp://*:1'"), []string{"socket-type"}},
	{"a pattern with a slip", socket("pub: «x», bind: 'tcp://*:1'"), []string{"unknown-pattern"}},
	{"a pattern of a topology that is not imported", socket("sub: «common.t», connect: 'tcp://a:1'"), []string{"unknown-import"}},
	{"a type of another kind", socket("«push»: t, bind: 'tcp://*:1'"), []string{"pattern-socket-mismatch"}},
	{"neither bind nor connect", patterns + "nodes: {n: {sockets: {«s»: {pub: t}}}}\n", []string{"orphan-socket"}},
	{"a bind of nothing", socket("pub: t, bind: «[]»"), []string{"orphan-socket"}},
	{"a socket that is text", patterns + "nodes: {n: {sockets: {s: «pub»}}}\n", []string{"wrong-kind"}},

	{"a subscription of a pub", socket("pub: t, bind: 'tcp://*:1', «subscribe»: [a]"), []string{"subscribe-on-nonsub"}},
	{"a subscription where there is no topic", socket("sub: u, connect: 'tcp://a:1', subscribe: ['', «a»]"), []string{"subscribe-without-topic"}},
	{"a subscription that is a mapping", socket("sub: t, connect: 'tcp://a:1', subscribe: «{a: b}»"), []string{"wrong-kind"}},
	{"a subscription to what no topic starts with", topics("[«qoute.», quote., quote.E, q, «quoteE», stat, «status.»]"), []string{"topic-unpublished", "topic-unpublished", "topic-unpublished"}},
	{"one subscription to what no topic starts with", topics("«trade»"), []string{"topic-unpublished"}},
	{"a subscription to a template", topics("['', «'quote.{s}.'»]"), []string{"topic-unpublished"}},
	{"a buffer below zero", socket("sub: t, connect: 'tcp://a:1', buffer: «-1»"), []string{"bad-number"}},
	{"a buffer beyond all", socket("sub: t, connect: 'tcp://a:1', buffer: «1048577»"), []string{"bad-number"}},
	{"an overflow with a slip", socket("sub: t, connect: 'tcp://a:1', overflow: «drop_new»"), []string{"bad-choice"}},
	{"an overflow of a push", socket("push: w, connect: 'tcp://a:1', «overflow»: block"), []string{"option-type"}},
	{"the latest of a pull", socket("pull: w, connect: 'tcp://a:1', overflow: «latest»"), []string{"option-type"}},
	{"the latest without topics", socket("sub: u, connect: 'tcp://a:1', overflow: «latest»"), []string{"option-type"}},
	{"the overflow latest in batches", socket("sub: t, connect: 'tcp://a:1', «batch»: 2, overflow: latest"), []string{"misplaced-key"}},
	{"a batch of a dealer", socket("dealer: r, connect: 'tcp://a:1', «batch»: 2"), []string{"option-type"}},
	{"a batch of a router", socket("router: r, bind: 'tcp://*:1', «batch»: 0"), []string{"option-type"}},
	{"nothing to keep the oldest in", socket("sub: t, connect: 'tcp://a:1', buffer: «0», overflow: drop_oldest"), []string{"bad-number"}},
	{"nothing to keep the latest in", socket("sub: t, connect: 'tcp://a:1', buffer: «0», overflow: latest"), []string{"bad-number"}},
	{"a batch of nothing", socket("sub: t, connect: 'tcp://a:1', batch: «0»"), []string{"bad-number"}},
	{"a batch beyond all", socket("push: w, connect: 'tcp://a:1', batch: «1025»"), []string{"bad-number"}},
	{"a batch in words", socket("pull: w, bind: 'tcp://*:1', batch: «many»"), []string{"bad-number"}},
	{"a batch that is a list", socket("pub: t, bind: 'tcp://*:1', batch: «[1]»"), []string{"wrong-kind"}},
	{"a batch of no type", patterns + "nodes: {n: {sockets: {«s»: {bind: 'tcp://*:1', batch: 2}}}}\n", []string{"socket-type"}},
	{"a batch beside an overflow with a slip", socket("sub: t, connect: 'tcp://a:1', batch: 2, overflow: «lates»"), []string{"bad-choice"}},
	{"a batch of the latest of a pull", socket("pull: w, bind: 'tcp://*:1', batch: 2, overflow: «latest»"), []string{"option-type"}},
	{"a send mark of a sub", socket("sub: t, connect: 'tcp://a:1', options: {«send_hwm»: 1}"), []string{"option-type"}},
	{"a receive mark of a push", socket("push: w, connect: 'tcp://a:1', options: {«recv_hwm»: 1}"), []string{"option-type"}},
	{"a mark below zero", socket("push: w, connect: 'tcp://a:1', options: {send_hwm: «-1»}"), []string{"bad-number"}},
	{"a linger for ever", socket("push: w, connect: 'tcp://a:1', options: {linger: «-1»}"), []string{"linger-infinite"}},
	{"a linger without a unit", socket("push: w, connect: 'tcp://a:1', options: {linger: «100»}"), []string{"bad-duration"}},
	{"a size in words", socket("pull: w, bind: 'tcp://*:1', options: {max_message_size: «big»}"), []string{"bad-size"}},
	{"a size of nothing", socket("pull: w, bind: 'tcp://*:1', options: {max_message_size: «0»}"), []string{"bad-size"}},
	{"a size of 2 GiB", socket("pull: w, bind: 'tcp://*:1', options: {max_message_size: «2GiB»}"), []string{"bad-size"}},
	{"a size beyond all", socket("pull: w, bind: 'tcp://*:1', options: {max_message_size: «9223372036854775807GiB»}"), []string{"bad-size"}},

	{"no replicas", "nodes: {n: {replicas: «0»}}\n", []string{"bad-number"}},
	{"some replicas", "nodes: {n: {replicas: «some»}}\n", []string{"bad-choice"}},
	{"a host that is everywhere", "nodes: {n: {host: «'*'»}}\n", []string{"bad-host"}},
	{"a host with a port", "nodes: {n: {host: «a:1»}}\n", []string{"bad-host"}},
	{"a host with any port", "nodes: {n: {host: «'[::1]:*'»}}\n", []string{"bad-host"}},
	{"a host with a scheme", "nodes: {n: {host: «'tcp://a:1'»}}\n", []string{"bad-host"}},
	{"a socket beside the sockets", patterns + "nodes: {n: {«s»: {pub: t, bind: 'tcp://*:1'}, sockets: {}}, m: {sockets: {c: {sub: t, connect: n.s}}}}\n", []string{"unknown-key"}},
	{"an IPv6 host without brackets", "nodes: {n: {host: «'::1'»}}\n", []string{"bad-host"}},
	{"an IPv4 host that is none", "nodes: {n: {host: «10.0.0.300»}}\n", []string{"bad-host"}},
}

func TestNodes(t *testing.T) { checkBadCases(t, nodeCases) }

func TestSubscriptionsThatAreFine(t *testing.T) {
	for _, subscribe := range []string{"q", "[quote., quote.EUR.x, '', status]", "''", "'quote.{x}'", "[]"} {
		mustParse(t, topics(subscribe))
	}
	if top := mustParse(t, topics("quote.E")); len(top.Nodes[0].Sockets[0].Subscribe) != 1 {
		t.Errorf("%+v", top.Nodes[0].Sockets[0])
	}
}

func TestSocketOptions(t *testing.T) {
	top := mustParse(t, patterns+`nodes:
  n:
    host: "[::1]"
    replicas: 1
    sockets:
      a: {sub: t, connect: 'tcp://a:1', subscribe: [], buffer: 0, overflow: drop_newest, options: {recv_hwm: 0, max_message_size: 16MiB}}
      b: {dealer: r, connect: 'tcp://a:2', options: {send_hwm: 5, recv_hwm: 6, linger: 0s, max_message_size: 2147483647}, go_name: Bee, doc: B.}
`)
	n := top.Nodes[0]
	a, b := n.Sockets[0], n.Sockets[1]
	if n.Replicated || n.Host.Value != "[::1]" {
		t.Errorf("%+v", n)
	}
	if a.Subscribe != nil || a.Buffer != 0 || a.Overflow != DropNewest || *a.Options.RecvHWM != 0 || *a.Options.MaxMessageSize != 16<<20 {
		t.Errorf("%+v", a)
	}
	if b.Subscribe != nil || *b.Options.SendHWM != 5 || *b.Options.RecvHWM != 6 || *b.Options.Linger != 0 || *b.Options.MaxMessageSize != 1<<31-1 || b.GoName.Value != "Bee" || b.Overflow != "" {
		t.Errorf("%+v", b)
	}
}

func TestBatches(t *testing.T) {
	for keys, want := range map[string]int{
		"pub: t, bind: 'tcp://*:1', batch: 1":                                         1,
		"sub: t, connect: 'tcp://a:1', batch: 1024, overflow: drop_newest, buffer: 0": 1024,
		"push: w, connect: 'tcp://a:1', batch: 64":                                    64,
		"pull: w, bind: 'tcp://*:1', batch: 7, buffer: 1":                             7,
		"pull: w, bind: 'tcp://*:1'":                                                  0,
	} {
		if s := mustParse(t, socket(keys)).Nodes[0].Sockets[0]; s.Batch != want {
			t.Errorf("%s: batch %d, want %d", keys, s.Batch, want)
		}
	}
}
