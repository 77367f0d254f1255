package schema

import (
	"slices"
	"strings"
	"testing"
)

// flows are what the sockets of the cases speak: d and l have lists, e and m single messages.
const flows = "messages: {A: {fields: {s: string @1}}, B: {}}\npatterns:\n" +
	"  d: {kind: dealer-router, dealer_sends: [A, B], router_sends: A}\n  e: {kind: dealer-router, dealer_sends: A, router_sends: B}\n" +
	"  l: {kind: pair, bind_sends: [A], connect_sends: [A, B]}\n  m: {kind: pair, bind_sends: A, connect_sends: B}\n" +
	"  t: {kind: pub-sub, message: A, topic: '{s}.'}\n  u: {kind: pub-sub, message: A}\n  n: {kind: push-pull, messages: {A: {}}}\n  r: {kind: req-rep, methods: {M: {}}}\n"

// flowSockets returns a case with sockets of one node.
func flowSockets(sockets string) string {
	return flows + "nodes: {n: {sockets: {" + sockets + "}}}\n"
}

// way returns a case with one two-way pattern.
func way(keys string) string { return messages + "patterns: {«p»: {" + keys + "}}\n" }

var flowCases = []badCase{
	{"a dealer that sends nothing", way("kind: dealer-router, router_sends: A"), []string{"no-messages"}},
	{"sides that say nothing", "messages: {A: }\npatterns: {««p»»: {kind: dealer-router}, ««q»»: {kind: pair}}\n", []string{"no-messages", "no-messages", "no-messages", "no-messages"}},
	{"a pair of which one side sends nothing", way("kind: pair, bind_sends: A"), []string{"no-messages"}},
	{"a list of no messages", messages + "patterns: {p: {kind: pair, bind_sends: «[]», connect_sends: A}}\n", []string{"no-messages"}},
	{"the keys of another kind", messages + "patterns: {p: {kind: pair, bind_sends: A, connect_sends: A, «dealer_sends»: A, «topic»: x}, q: {kind: dealer-router, dealer_sends: A, router_sends: A, «message»: A}, r: {kind: pub-sub, message: A, «router_sends»: A}}\n",
		[]string{"misplaced-key", "misplaced-key", "misplaced-key", "misplaced-key"}},
	{"messages with slips", messages + "patterns: {p: {kind: dealer-router, dealer_sends: [A, «AA»], router_sends: «E»}}\n", []string{"unknown-message", "unknown-message"}},
	{"a mapping for a list", messages + "patterns: {p: {kind: dealer-router, dealer_sends: «{A: {}}», router_sends: [A, «[B]»]}}\n", []string{"wrong-kind", "wrong-kind"}},
	{"a message named twice", messages + "patterns: {p: {kind: dealer-router, dealer_sends: [A, B, «A»], router_sends: A}}\n", []string{"duplicate-message"}},
	{"two of one name on the wire, one way", "messages: {A: {}, B: {wire_name: A}}\npatterns: {p: {kind: pair, bind_sends: [A, «B»], connect_sends: [B]}}\n", []string{"duplicate-wire-name"}},
	{"names that are reserved, both ways", messages + "patterns: {p: {kind: pair, bind_sends: [«A»], connect_sends: [«B»], reserved: [A, B, C]}}\n", []string{"reserved-reused", "reserved-reused"}},
	{"reserved names where none travel", messages + "patterns: {p: {kind: pair, bind_sends: A, connect_sends: B, «reserved»: [C]}}\n", []string{"misplaced-key"}},
	{"a tag of single messages", messages + "patterns: {p: {kind: pair, bind_sends: A, connect_sends: B, «tag»: name}}\n", []string{"misplaced-key"}},
	{"a tag by topics", messages + "patterns: {p: {kind: pair, bind_sends: [A], connect_sends: B, tag: «topic»}}\n", []string{"bad-tag"}},
	{"a tag that is none", messages + "patterns: {p: {kind: pair, bind_sends: [A], connect_sends: B, tag: «nam»}}\n", []string{"bad-choice"}},
	{"constants without frames", messages + "patterns: {p: {kind: pair, bind_sends: [A], connect_sends: B, tag: «const»}}\n", []string{"bad-tag"}},
	{"constants that are the same one way", both + "patterns: {p: {kind: dealer-router, encoding: frames, dealer_sends: [A, B], router_sends: [A, C], tag: «const»}}\n", []string{"ambiguous-union"}},
	{"frames of nothing", "messages: {A: , B: {fields: {b: bool @1}}}\npatterns: {p: {kind: pair, encoding: frames, bind_sends: «A», connect_sends: B}, q: {kind: pair, encoding: frames, bind_sends: B, connect_sends: [A]}}\n", []string{"frame-count"}},
	{"a frame too many behind a routing id", "patterns: {p: {kind: dealer-router, encoding: frames, dealer_sends: «A», router_sends: B}, q: {kind: pair, encoding: frames, bind_sends: A, connect_sends: B}}\nmessages:\n  B: {fields: {b: bool @1}}\n  A:\n    fields:\n" + manyFields(1024), []string{"frame-count"}},
	{"what is nested, the other way", "messages: {A: {fields: {a: bool @1}}, B: {fields: {«b»: A @1}}}\npatterns: {p: {kind: dealer-router, encoding: frames, dealer_sends: A, router_sends: [B]}}\n", []string{"nested-frame"}},

	{"metadata that is neither on nor off", messages + "patterns: {p: {kind: push-pull, message: A, metadata: «yes»}}\n", []string{"bad-choice"}},
	{"metadata behind frames", "messages: {A: {fields: {a: bool @1}}}\nencoding: frames\npatterns: {p: {kind: push-pull, message: A, «metadata»: true}}\n", []string{"misplaced-key"}},
}

var socketKeyCases = []badCase{
	{"a type of another kind of two-way pattern", flowSockets("s: {«pair»: d, bind: 'tcp://*:1'}, t: {«router»: l, bind: 'tcp://*:2'}, v: {«xpub»: d, bind: 'tcp://*:3'}"), slices.Repeat([]string{"pattern-socket-mismatch"}, 3)},
	{"routers that meet", flowSockets("s: {router: d, bind: 'tcp://*:1'}, t: {router: d, connect: «n.s»}"), []string{"pair-types"}},
	{"dealers of a dealer-router that meet", flowSockets("s: {dealer: d, bind: 'tcp://*:1'}, t: {dealer: d, connect: «n.s»}"), []string{"pair-types"}},
	{"a pair and a dealer", flowSockets("s: {pair: m, bind: 'inproc://x'}, t: {dealer: m, connect: «n.s»}, v: {dealer: m, connect: «'inproc://x'»}"), []string{"pair-types", "pair-types-inproc"}},
	{"both sides of a pair", flowSockets("s: {pair: m, bind: 'tcp://*:1', «connect»: 'tcp://a:2'}, t: {dealer: m, bind: 'tcp://*:3', «connect»: n.s}"), []string{"pair-side", "pair-side"}},
	{"a pair of two that connect", flowSockets("s: {pair: m, connect: 'tcp://a:1', advertise: 'tcp://b:1'}, t: {pair: m, connect: «n.s»}"), []string{"no-binder"}},

	{"a PAIR of many replicas, and a second PAIR", "messages: {A: }\npatterns: {p: {kind: pair, bind_sends: A, connect_sends: A}}\nnodes: {h: {sockets: {s: {pair: p, bind: 'tcp://*:1'}, t: {pair: p, bind: 'tcp://*:2'}, d: {dealer: p, bind: 'tcp://*:3'}}}, m: {replicas: many, sockets: {s: {pair: p, connect: «h.s»}, d: {dealer: p, connect: h.d}}}, o: {sockets: {s: {pair: p, connect: h.t}, t: {pair: p, connect: «h.t»}}}}\n",
		[]string{"pair-many", "pair-many"}},
	{"a PAIR of several peers", flowSockets("s: {pair: m, connect: ['tcp://a:1', «'tcp://a:2'»]}, t: {dealer: m, connect: ['tcp://a:1', 'tcp://a:2']}"), []string{"pair-many"}},

	{"a routing id of what has none", flowSockets("s: {router: d, bind: 'tcp://*:1', «routing_id»: a}, t: {pub: u, bind: 'tcp://*:2', «routing_id»: b}"), []string{"routing-id-ignored", "routing-id-ignored"}},
	{"routing ids that are none", flowSockets("s: {dealer: d, connect: 'tcp://a:1', routing_id: «''»}, t: {dealer: d, connect: 'tcp://a:1', routing_id: «" + strings.Repeat("x", maxRoutingID+1) + "»}, v: {dealer: r, connect: 'tcp://a:1', routing_id: «\"\\0a\"»}"),
		slices.Repeat([]string{"routing-id-form"}, 3)},
	{"one routing id of many", flows + "nodes: {n: {replicas: many, sockets: {s: {dealer: d, connect: 'tcp://a:1', routing_id: «a»}}}}\n", []string{"routing-id-dup"}},
	{"a routing id of two", flowSockets("s: {dealer: d, connect: [n.r, n.q], routing_id: a}, t: {dealer: d, connect: n.q, routing_id: «a»}, v: {dealer: d, connect: n.w, routing_id: a}, r: {router: d, bind: 'tcp://*:1'}, q: {router: d, bind: 'tcp://*:2'}, w: {router: d, bind: 'tcp://*:3'}"), []string{"routing-id-dup"}},

	{"a subscription of an xpub", flowSockets("s: {xpub: t, bind: 'tcp://*:1', «subscribe»: a}"), []string{"subscribe-on-nonsub"}},
	{"a subscription of an xsub where there is no topic", flowSockets("s: {xsub: u, connect: 'tcp://a:1', subscribe: «a»}"), []string{"subscribe-without-topic"}},
	{"the latest of an xsub, a pair and a router", flowSockets("s: {xsub: t, connect: 'tcp://a:1', overflow: «latest»}, t: {pair: m, bind: 'tcp://*:1', overflow: «latest»}, v: {router: d, bind: 'tcp://*:2', overflow: «latest»}"), slices.Repeat([]string{"option-type"}, 3)},
	{"an overflow of calls and of an xpub", flowSockets("s: {dealer: r, connect: 'tcp://a:1', «overflow»: block}, t: {xpub: t, bind: 'tcp://*:1', «overflow»: block}"), []string{"option-type", "option-type"}},
	{"batches of what has none", flowSockets("s: {xpub: t, bind: 'tcp://*:1', «batch»: 2}, t: {xsub: t, connect: 'tcp://a:1', «batch»: 2}, v: {pair: m, bind: 'tcp://*:2', «batch»: 2}"), slices.Repeat([]string{"option-type"}, 3)},
	{"high-water marks of the other way", flowSockets("s: {xpub: t, bind: 'tcp://*:1', options: {«recv_hwm»: 2}}, t: {xsub: t, connect: 'tcp://a:1', options: {«send_hwm»: 2}}"), []string{"option-type", "option-type"}},

	{"conflate of what has none", flowSockets("s: {xpub: u, bind: 'tcp://*:1', options: {«conflate»: true}}, t: {router: e, bind: 'tcp://*:2', options: {«conflate»: true}}, v: {dealer: r, connect: 'tcp://a:1', options: {«conflate»: true}}, w: {pair: m, bind: 'tcp://*:3', options: {«conflate»: true}}"),
		slices.Repeat([]string{"conflate-type"}, 4)},
	{"conflate of several frames", flowSockets("s: {pub: t, bind: 'tcp://*:1', options: {«conflate»: true}}, t: {push: n, connect: 'tcp://a:2', options: {«conflate»: true}}, v: {dealer: d, connect: 'tcp://a:1', options: {«conflate»: true}}"),
		slices.Repeat([]string{"conflate-multipart"}, 3)},
	{"conflate of metadata, of fields, and of all that are left", "messages: {A: {fields: {a: bool @1, b: bool @2}}, B: {fields: {c: list<bytes> @1}}}\npatterns: {p: {kind: push-pull, message: A, metadata: true}, q: {kind: push-pull, encoding: frames, message: A}, r: {kind: push-pull, encoding: frames, message: B}}\n" +
		"nodes: {n: {sockets: {s: {push: p, connect: 'tcp://a:1', options: {«conflate»: true}}, t: {push: q, connect: 'tcp://a:1', options: {«conflate»: true}}, v: {pull: r, connect: 'tcp://a:1', options: {«conflate»: true}}}}}\n",
		slices.Repeat([]string{"conflate-multipart"}, 3)},
	{"conflate with a high-water mark", flowSockets("s: {pub: u, bind: 'tcp://*:1', options: {conflate: true, «send_hwm»: 1}}, t: {dealer: e, connect: 'tcp://a:1', options: {conflate: true, «recv_hwm»: 1}}"), []string{"conflate-hwm", "conflate-hwm"}},
	{"conflate with what else a channel does", flowSockets("s: {sub: u, connect: 'tcp://a:1', «overflow»: block, options: {conflate: true}}, t: {sub: u, connect: 'tcp://a:1', «batch»: 2, options: {conflate: true}}, v: {pub: u, bind: 'tcp://*:1', batch: 2, options: {conflate: true}}, x: {sub: u, connect: 'tcp://a:1', «overflow»: latest, options: {conflate: true}}, w: {dealer: e, bind: 'tcp://*:2', «overflow»: drop_oldest, options: {conflate: true}}"),
		slices.Repeat([]string{"misplaced-key"}, 4)},
	{"conflate and handover that are neither on nor off", flowSockets("s: {pub: u, bind: 'tcp://*:1', options: {conflate: «1»}}, t: {router: e, bind: 'tcp://*:2', options: {handover: «on»}}"), []string{"bad-choice", "bad-choice"}},
	{"handover of what has none", flowSockets("s: {dealer: e, bind: 'tcp://*:1', options: {«handover»: true}}"), []string{"option-type"}},
	{"no second finding for a broken two-way pattern", "messages: {A: }\npatterns: {p: {kind: pair, bind_sends: «x», connect_sends: A}}\nnodes: {n: {sockets: {s: {dealer: p, bind: 'tcp://*:1', overflow: block, options: {conflate: true}}, t: {pair: p, connect: n.s}}}}\n", []string{"unknown-message"}},
}

func TestFlows(t *testing.T)             { checkBadCases(t, flowCases) }
func TestKeysOfSomeSockets(t *testing.T) { checkBadCases(t, socketKeyCases) }

// What a socket sends and receives is that of its side, which for a pair pattern is whether it binds.
func TestASocketHasTheFlowsOfItsSide(t *testing.T) {
	top := mustParse(t, flowSockets("a: {router: d, bind: 'tcp://*:1', options: {handover: true}}, b: {dealer: d, connect: n.a, routing_id: b, overflow: drop_newest}, "+
		"c: {dealer: l, bind: 'tcp://*:2'}, e: {dealer: l, connect: n.c}, f: {pair: m, connect: n.g}, g: {pair: m, bind: 'inproc://g'}, "+
		"h: {xpub: t, bind: 'tcp://*:3'}, i: {xsub: t, connect: n.h, subscribe: [a], overflow: drop_oldest}, j: {sub: t, connect: n.h}, k: {dealer: r, bind: 'tcp://*:4'}"))
	want := map[string][2]string{
		"a": {"router_sends", "dealer_sends"}, "b": {"dealer_sends", "router_sends"}, "c": {"bind_sends", "connect_sends"}, "e": {"connect_sends", "bind_sends"},
		"f": {"connect_sends", "bind_sends"}, "g": {"bind_sends", "connect_sends"}, "h": {"", "none"}, "i": {"none", ""}, "j": {"none", ""}, "k": {"none", "none"},
	}
	key := func(f *Flow) string {
		if f == nil {
			return "none"
		}
		return f.Key()
	}
	for _, s := range top.Nodes[0].Sockets {
		sends, receives := s.Flows()
		if got := [2]string{key(sends), key(receives)}; got != want[s.Name.Value] {
			t.Errorf("%s: %v, want %v", s.Name.Value, got, want[s.Name.Value])
		}
	}
	sockets := top.Nodes[0].Sockets
	if !sockets[0].Options.Handover || sockets[1].RoutingID.Value != "b" || sockets[1].Overflow != DropNewest || sockets[7].Subscribe[0].Value != "a" || sockets[6].Subscribe != nil {
		t.Errorf("%+v, %+v, %+v", sockets[0], sockets[1], sockets[7])
	}
	d := top.Patterns[0]
	if f := d.Flows(); len(f) != 2 || !f[0].Union || f[1].Union || len(f[0].Messages) != 2 || d.Tag != TagName || d.Messages != nil {
		t.Errorf("%+v", d)
	}
}

func TestConflateAndMetadataAreInTheModel(t *testing.T) {
	top := mustParse(t, "messages: {A: {fields: {a: {type: string, id: 1, const: x}}}, B: {fields: {a: {type: string, id: 1, const: y}}}}\n"+
		"patterns: {m: {kind: req-rep, metadata: true, methods: {L: }}, u: {kind: pub-sub, message: A, metadata: false}, f: {kind: pair, encoding: frames, bind_sends: [A, B], connect_sends: A, tag: const}}\n"+
		"nodes: {n: {sockets: {a: {pub: u, bind: 'tcp://*:1', options: {conflate: true, linger: 1s}}, b: {sub: u, connect: n.a, options: {conflate: false}}, c: {dealer: f, bind: 'tcp://*:2', options: {conflate: true}}}}}\n")
	sockets := top.Nodes[0].Sockets
	if !sockets[0].Options.Conflate || sockets[1].Options.Conflate || !sockets[2].Options.Conflate {
		t.Errorf("%+v", sockets)
	}
	if !top.Patterns[0].Metadata || top.Patterns[1].Metadata || top.Patterns[2].TagIndex(top.Patterns[2].BothWays[0]) != 0 {
		t.Errorf("%+v", top.Patterns)
	}
}
