package schema

import (
	"strings"
	"testing"
)

// messages are what the patterns of the cases carry.
const messages = "enums: {E: {X: 1}}\nmessages: {A: {fields: {s: string @1, o: string? @2, f: float64 @3, e: E @4, u: uuid @5}}, B: {}}\n"

var patternCases = []badCase{
	{"a pattern without a kind", messages + "patterns: {«p»: {message: A}}\n", []string{"missing-key"}},
	{"a kind with a slip", messages + "patterns: {p: {kind: «pubsub», message: A}}\n", []string{"bad-choice"}},
	{"an encoding with a slip", messages + "patterns: {p: {kind: push-pull, message: A, encoding: «jsn»}}\n", []string{"bad-choice"}},
	{"no messages", messages + "patterns: {«p»: {kind: pub-sub}}\n", []string{"no-messages"}},
	{"an empty union", messages + "patterns: {p: {kind: pub-sub, «messages»: {}}}\n", []string{"no-messages"}},
	{"a message and messages", messages + "patterns: {p: {kind: pub-sub, message: A, «messages»: {B: {}}}}\n", []string{"misplaced-key"}},
	{"messages of a req-rep", messages + "patterns: {p: {kind: req-rep, «message»: A}}\n", []string{"misplaced-key"}},
	{"methods of a push-pull", messages + "patterns: {p: {kind: push-pull, message: A, «methods»: {}}}\n", []string{"misplaced-key"}},
	{"a topic of a push-pull", messages + "patterns: {p: {kind: push-pull, message: A, «topic»: x}}\n", []string{"misplaced-key"}},
	{"a topic beside messages", messages + "patterns: {p: {kind: pub-sub, messages: {A: }, «topic»: x}}\n", []string{"misplaced-key"}},
	{"a tag of one message", messages + "patterns: {p: {kind: pub-sub, message: A, «tag»: name}}\n", []string{"misplaced-key"}},
	{"a tag that is none", messages + "patterns: {p: {kind: pub-sub, messages: {A: {}}, tag: «type»}}\n", []string{"bad-choice"}},
	{"a message with a slip", messages + "patterns: {p: {kind: pub-sub, message: «C»}}\n", []string{"unknown-message"}},
	{"an enum for a message", messages + "patterns: {p: {kind: pub-sub, messages: {«E»: {}}}}\n", []string{"unknown-message"}},
	{"a scalar for a message", messages + "patterns: {p: {kind: push-pull, message: «string»}}\n", []string{"unknown-message"}},
	{"a message of a topology that is not imported", messages + "patterns: {p: {kind: push-pull, message: «common.A»}}\n", []string{"unknown-import"}},
	{"a topic at one of two", messages + "patterns: {p: {kind: pub-sub, messages: {A: {topic: a}, «B»: {}}}}\n", []string{"topic-mixed"}},

	{"names that the wire does not have", "messages: {A: {wire_name: «\"!x\"»}, B: {wire_name: «\"\"»}, C: {wire_name: «" + strings.Repeat("x", maxWireName+1) + "»}, D: {wire_name: «\"a\\nb\"»}}\n" +
		"patterns: {p: {kind: req-rep, methods: {L: {wire_name: «'!bad-request'»}}}}\n", []string{"bad-wire-name", "bad-wire-name", "bad-wire-name", "bad-wire-name", "bad-wire-name"}},
	{"two messages of one name on the wire", "messages: {A: {}, B: {wire_name: A}, C: {wire_name: c}, D: {wire_name: c}}\npatterns: {p: {kind: push-pull, messages: {A: {}, «B»: {}, C: {}, «D»: {}}}}\n",
		[]string{"duplicate-wire-name", "duplicate-wire-name"}},
	{"two methods of one name on the wire", "patterns: {p: {kind: req-rep, methods: {L: {}, «M»: {wire_name: L}}}}\n", []string{"duplicate-wire-name"}},
	{"two errors of one name on the wire", "messages: {A: {}, B: {wire_name: A}}\npatterns: {p: {kind: req-rep, methods: {L: {errors: [B, «A»]}, M: {errors: B}}}}\n", []string{"duplicate-wire-name"}},
	{"names that are reserved", "messages: {A: {}, B: {wire_name: Old}}\npatterns: {p: {kind: push-pull, messages: {A: {}, «B»: {}}, reserved: [Old, Gone]}, q: {kind: req-rep, methods: {«L»: , M: {wire_name: m}}, reserved: [L, M]}}\n",
		[]string{"reserved-reused", "reserved-reused"}},
	{"reserved names that are none", "patterns: {p: {kind: req-rep, methods: {L: }, reserved: [A, «A», «'!internal'», «''»]}, q: {kind: req-rep, methods: {L: }, reserved: «A»}}\n",
		[]string{"duplicate-id", "bad-wire-name", "bad-wire-name", "wrong-kind"}},
	{"reserved names where none travel", "messages: {A: }\npatterns: {p: {kind: push-pull, message: A, «reserved»: [B]}}\n", []string{"misplaced-key"}},
	{"what is deprecated without a word", "patterns: {p: {kind: req-rep, deprecated: «true», methods: {L: {deprecated: «''»}}}}\n", []string{"bad-deprecated", "bad-deprecated"}},
	{"an error that says ok", "messages: {A: {wire_name: ok}}\npatterns: {p: {kind: req-rep, methods: {L: {reply: A, errors: «A»}}}, q: {kind: push-pull, messages: {A: {}}}}\n", []string{"bad-wire-name"}},

	{"an empty topic", messages + "patterns: {p: {kind: pub-sub, message: A, topic: «\"\"»}}\n", []string{"bad-topic"}},
	{"a brace that is not closed", messages + "patterns: {p: {kind: pub-sub, message: A, topic: \"x.«{»s\"}}\n", []string{"bad-topic"}},
	{"a brace in a placeholder", messages + "patterns: {p: {kind: pub-sub, message: A, topic: \"«{»{s}}\"}}\n", []string{"bad-topic"}},
	{"a brace that closes nothing", messages + "patterns: {p: {kind: pub-sub, message: A, topic: \"{s}«}»\"}}\n", []string{"bad-topic"}},
	{"a topic that never ends", messages + "patterns: {p: {kind: pub-sub, message: A, topic: «" + strings.Repeat("x", maxTopicLength+1) + "»}}\n", []string{"bad-topic"}},
	{"a placeholder with a slip", messages + "patterns: {p: {kind: pub-sub, message: A, topic: {template: \"ä.«{ss}».x\"}}}\n", []string{"topic-field"}},
	{"a placeholder that is optional", messages + "patterns: {p: {kind: pub-sub, message: A, topic: '«{o}»'}}\n", []string{"topic-field"}},
	{"a placeholder that is a float", messages + "patterns: {p: {kind: pub-sub, message: A, topic: '«{f}»'}}\n", []string{"topic-field"}},
	{"a topic without its template", messages + "patterns: {p: {kind: pub-sub, message: A, «topic»: {go_name: X}}}\n", []string{"missing-key"}},

	{"a topic that ends with a value", messages + "patterns: {p: {kind: pub-sub, message: A, topic: \"ä.«{s}»\"}}\n", []string{"topic-delimiter"}},
	{"a topic of values that touch", messages + "patterns: {p: {kind: pub-sub, messages: {A: {topic: {template: '{u}{s}.«{s}»{e}'}}}}}\n", []string{"topic-delimiter"}},

	{"messages that are a list", messages + "patterns: {p: {kind: push-pull, messages: «[A, B]»}, q: {kind: push-pull, message: «[A, B]»}}\n", []string{"wrong-kind", "wrong-kind"}},
	{"keys of other languages in a method", messages + "patterns: {p: {kind: req-rep, methods: {L: {«args»: A, «response»: B}}}}\n", []string{"unknown-key", "unknown-key"}},
	{"no methods", messages + "patterns: {«p»: {kind: req-rep}}\n", []string{"no-messages"}},
	{"a method in lower case", messages + "patterns: {p: {kind: req-rep, methods: {«look»: }}}\n", []string{"bad-name"}},
	{"messages of a method with slips", messages + "patterns: {p: {kind: req-rep, methods: {L: {request: «AA», reply: «E», errors: [«C», B, «B»]}}}}\n",
		[]string{"unknown-message", "unknown-message", "unknown-message", "duplicate-message"}},
	{"a timeout without a unit", messages + "patterns: {p: {kind: req-rep, methods: {L: {timeout: «5»}}}}\n", []string{"bad-duration"}},
	{"no timeout at all", messages + "patterns: {p: {kind: req-rep, methods: {L: {timeout: «0s»}}}}\n", []string{"bad-duration"}},
	{"a timeout too long for ZeroMQ", messages + "patterns: {p: {kind: req-rep, methods: {L: {timeout: «999999999h»}}}}\n", []string{"bad-duration"}},
	{"a timeout too short for ZeroMQ", messages + "patterns: {p: {kind: req-rep, methods: {L: {timeout: «1500us»}}}}\n", []string{"bad-duration"}},

	{"no second finding for a broken field", "messages: {A: {fields: {a: «Sid» @1}}}\npatterns: {p: {kind: pub-sub, message: A, topic: '{a}{b}'}}\n", []string{"unknown-type"}},
	{"no second finding for a topic that is not read", messages + "patterns: {p: {kind: pub-sub, messages: {A: {topic: x}, B: {topic: «*x»}}}}\nnodes: {n: {sockets: {s: {sub: p, connect: 'tcp://a:1', subscribe: [y]}}}}\n", []string{"no-alias"}},
	{"no second finding for a topic with a tag", messages + "patterns: {p: {kind: pub-sub, messages: {A: {topic: x}, B: {topic: «!t» x}}}}\nnodes: {n: {sockets: {s: {sub: p, connect: 'tcp://a:1', subscribe: [y]}}}}\n", []string{"no-tag"}},
	{"no second finding for a broken pattern", messages + "patterns: {p: {kind: «x», message: A}}\nnodes: {n: {sockets: {s: {sub: p, connect: n.t, subscribe: [a], overflow: latest}, t: {pub: p, bind: 'tcp://*:1'}}}}\n", []string{"bad-choice"}},
}

func TestPatterns(t *testing.T) { checkBadCases(t, patternCases) }

func TestNamesThatDoNotTravelMayBeTheSame(t *testing.T) {
	mustParse(t, "messages: {A: {wire_name: x, fields: {s: string @1}}, B: {wire_name: x, fields: {s: string @1}}}\n"+
		"patterns: {p: {kind: pub-sub, tag: topic, messages: {A: {topic: 'a.{s}.'}, B: {topic: 'b.{s}.'}}}}\n")
}

func TestTopicSegments(t *testing.T) {
	top := mustParse(t, messages+"patterns: {p: {kind: pub-sub, messages: {A: {topic: {template: '{s}/{u}{e}.', go_name: Key}}}, tag: name}}\n")
	p := top.Patterns[0]
	topic := p.Messages[0].Topic
	if !p.Union || topic.GoName.Value != "Key" || topic.Value != "{s}/{u}{e}." || len(topic.Segments) != 5 {
		t.Fatalf("%+v", topic)
	}
	if topic.Segments[0].Field.Name.Value != "s" || topic.Segments[1].Literal != "/" || topic.Segments[3].Field.Type.Enum == nil || topic.Segments[4].Literal != "." {
		t.Errorf("%+v", topic.Segments)
	}
}

func TestTopicsThatEndTheirValues(t *testing.T) {
	mustParse(t, messages+"patterns: {p: {kind: pub-sub, messages: {A: {topic: '{s}/{u}'}, B: {topic: b}}}}\n")
}

func TestWireNamesAreTheirOwnUnlessGiven(t *testing.T) {
	top := mustParse(t, "messages: {A: {wire_name: Old A/1}, B: {wire_name: A}}\n"+
		"patterns: {p: {kind: req-rep, methods: {L: {wire_name: M}, M: {wire_name: L}, N: }}, q: {kind: push-pull, messages: {A: {}, B: {}}}, r: {kind: req-rep, methods: {L: }}}\n")
	a, methods := top.Messages[0], top.Patterns[0].Methods
	if a.WireName.Value != "Old A/1" || top.Messages[1].WireName.Value != "A" || methods[0].WireName.Value != "M" || methods[2].WireName != methods[2].Name {
		t.Errorf("%+v, %+v", a, methods)
	}
	if b := mustParse(t, "messages: {B: {}}\n").Messages[0]; b.WireName != b.Name {
		t.Errorf("%+v", b)
	}
}

func TestErrorsMayBeOne(t *testing.T) {
	top := mustParse(t, messages+"patterns: {p: {kind: req-rep, methods: {L: {errors: B}, M: {errors: [A, B]}}}}\n")
	if m := top.Patterns[0].Methods; len(m[0].Errors) != 1 || len(m[1].Errors) != 2 {
		t.Errorf("%+v", m)
	}
}

func TestUnionEntriesMayBeEmpty(t *testing.T) {
	top := mustParse(t, messages+"patterns:\n  p:\n    kind: push-pull\n    messages:\n      A:\n      B: null\n")
	if p := top.Patterns[0]; len(p.Messages) != 2 || p.HasTopic() {
		t.Errorf("%+v", p)
	}
}

func TestMethodsMayHaveNothing(t *testing.T) {
	top := mustParse(t, "patterns: {p: {kind: req-rep, methods: {Ping: , Pong: {timeout: 1m30s}}}}\n")
	m := top.Patterns[0].Methods
	if len(m) != 2 || m[0].Request != nil || m[0].Timeout != 0 || m[1].Timeout.String() != "1m30s" {
		t.Errorf("%+v", m)
	}
}

func TestAPatternHasTheEncodingOfItsTopologyOrItsOwn(t *testing.T) {
	const patterns = "patterns: {p: {kind: push-pull, message: A}, q: {kind: push-pull, message: A, encoding: %s}}\n"
	for _, c := range []struct {
		topology, own string
		p, q          Encoding
	}{
		{"", "json", EncodingProto, EncodingJSON},
		{"encoding: json\n", "proto", EncodingJSON, EncodingProto},
	} {
		topology, ds := Parse("t.yaml", []byte("version: 1\nname: t\n"+c.topology+messages+strings.ReplaceAll(patterns, "%s", c.own)))
		if topology == nil {
			t.Fatal(ds)
		}
		if p, q := topology.Patterns[0].Encoding, topology.Patterns[1].Encoding; p != c.p || q != c.q {
			t.Errorf("%q: %s and %s, want %s and %s", c.topology, p, q, c.p, c.q)
		}
	}
}
