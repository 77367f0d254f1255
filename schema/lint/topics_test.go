package lint

import "testing"

func topicsOf(messages, nodes string) string {
	return "messages: {A: {fields: {s: string @1, t: string @2}}, B: {fields: {v: string @1, s: string @2}}, C: {fields: {s: string @1}}}\n" +
		"patterns: {p: {kind: pub-sub, messages: {" + messages + "}}}\nnodes: {n: {sockets: {a: {pub: p, bind: 'tcp://*:1'}, " + nodes + "}}}\n"
}

const all = "b: {sub: p, connect: n.a}"

var topicCases = []hit{
	{"a topic that starts another", topicsOf("C: {topic: «quotes»}, B: {topic: «'quotes.{v}.'»}, A: {topic: quote}", all), []string{"topic-prefix"}},
	{"levels, and topics that are alike", topicsOf("A: {topic: 'x.{s}.'}, B: {topic: 'x.{v}.{s}.'}, C: {topic: 'x.{s}.'}", all), nil},
	{"one topic for all", topicsOf("A: {topic: x}, B: {topic: x}, C: {topic: «xs.»}", all), []string{"topic-prefix"}},

	{"a message that nobody subscribes to", topicsOf("A: {topic: a.}, «B»: {topic: b.}, C: {topic: 'c.{s}.'}", "b: {sub: p, connect: n.a, subscribe: [a., c.x]}"), []string{"topic-unsubscribed"}},
	{"a subscription with a slip", topicsOf("A: {topic: a.}, B: {topic: b.}, C: {topic: c.}", "b: {sub: p, connect: n.a, subscribe: [a., c., «d.»]}"), []string{"topic-unpublished"}},
	{"a subscription that comes later", topicsOf("A: {topic: a.}, B: {topic: b.}, C: {topic: c.}", "b: {sub: p, connect: n.a, subscribe: []}, c: {xsub: p, connect: n.a, subscribe: a.}"), nil},
	{"subscribers that are elsewhere", topicsOf("A: {topic: a.}, B: {topic: b.}, C: {topic: c.}", "b: {sub: p, external: true, connect: n.a, subscribe: a.}"), nil},

	{"subscriptions that others include", topicsOf("A: {topic: 'a.{s}.'}, B: {topic: b.}, C: {topic: c.}",
		"b: {sub: p, connect: n.a, subscribe: [«a.b», b., a., «'a.'», c]}, c: {xsub: p, connect: n.a, subscribe: [«c.», '', «b.»]}"), []string{"subscribe-redundant"}},
}

func TestTopics(t *testing.T) { checkHits(t, topicCases) }
