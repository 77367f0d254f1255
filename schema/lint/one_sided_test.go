package lint

import "testing"

func lonely(pattern, socket string) string {
	return "messages: {A: {fields: {s: string @1}}}\npatterns: {p: {" + pattern + "}}\nnodes: {n: {sockets: {" + socket + "}}}\n"
}

var sideCases = []hit{
	{"a pub alone", lonely("kind: pub-sub, message: A", "«s»: {pub: p, bind: 'tcp://*:1'}, t: {xpub: p, bind: 'tcp://*:2'}"), []string{"pub-without-sub"}},
	{"a sub alone", lonely("kind: pub-sub, message: A", "«s»: {sub: p, connect: 'tcp://a:1'}"), []string{"sub-without-pub"}},
	{"a push alone", lonely("kind: push-pull, message: A", "«s»: {push: p, connect: 'tcp://a:1'}"), []string{"push-without-pull"}},
	{"a pull alone", lonely("kind: push-pull, message: A", "«s»: {pull: p, connect: 'tcp://a:1'}"), []string{"pull-without-push"}},
	{"a client alone", lonely("kind: req-rep, methods: {M: {}, N: {request: A}}", "«s»: {req: p, connect: 'tcp://a:1'}, t: {dealer: p, connect: 'tcp://a:1'}"), []string{"client-without-server"}},
	{"a server alone", lonely("kind: req-rep, methods: {M: {}, N: {request: A}}", "«s»: {rep: p, bind: 'tcp://*:1'}, t: {router: p, bind: 'tcp://*:2'}"), []string{"server-without-client"}},
	{"a dealer alone", lonely("kind: dealer-router, dealer_sends: A, router_sends: A", "«s»: {dealer: p, connect: 'tcp://a:1'}"), []string{"dealer-without-router"}},
	{"a router alone", lonely("kind: dealer-router, dealer_sends: A, router_sends: A", "«s»: {router: p, connect: 'tcp://a:1'}"), []string{"router-without-dealer"}},
	{"a pair of those that bind", lonely("kind: pair, bind_sends: A, connect_sends: A", "«s»: {pair: p, bind: 'inproc://a'}, t: {pair: p, bind: 'inproc://b'}"), []string{"pair-without-peer"}},
	{"a pair of those that connect", lonely("kind: pair, bind_sends: A, connect_sends: A", "«s»: {dealer: p, connect: 'tcp://a:1'}"), []string{"pair-without-peer"}},
	{"a pattern that others speak", lonely("kind: pub-sub, external: true, message: A", "s: {pub: p, bind: 'tcp://*:1'}"), nil},
	{"a socket that others connect to", lonely("kind: pub-sub, message: A", "s: {pub: p, bind: 'tcp://*:1'}, t: {pub: p, external: true, bind: 'tcp://*:2'}"), nil},
}

func TestOneSided(t *testing.T) { checkHits(t, sideCases) }
