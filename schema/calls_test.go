package schema

import (
	"strings"
	"testing"
	"time"
)

// bare returns a case with a req-rep pattern that has these keys.
func bare(keys string) string {
	return "messages: {A: {fields: {s: string @1}}, B: {}}\npatterns: {«p»: {kind: req-rep, " + keys + "}}\n"
}

// callMeeting returns a case with two sockets of a req-rep pattern, the first of which connects to the other.
func callMeeting(from, to string) string {
	return "patterns: {r: {kind: req-rep, methods: {M: {}}}}\nnodes: {n: {sockets: {a: {" + from + ": r, connect: «n.b»}, b: {" + to + ": r, bind: 'tcp://*:1'}}}}\n"
}

// unmarked is a case whose pattern is not where the finding is.
func unmarked(text string) string { return strings.Replace(text, "«p»", "p", 1) }

var callCases = []badCase{
	{"a request without a reply", bare("request: A"), []string{"missing-key"}},
	{"a reply without a request", bare("reply: A"), []string{"missing-key"}},
	{"a request beside methods", unmarked(bare("methods: {M: {}}, «request»: A, reply: B")), []string{"misplaced-key"}},
	{"a reply beside methods", unmarked(bare("methods: {M: {}}, «reply»: B")), []string{"misplaced-key"}},
	{"messages of a bare pattern with slips", unmarked(bare("request: «AA», reply: «string»")), []string{"unknown-message", "unknown-message"}},
	{"a list for a request", unmarked(bare("request: «[A, B]», reply: B")), []string{"wrong-kind"}},
	{"a timeout without a unit, of a bare pattern", unmarked(bare("request: A, reply: B, timeout: «5»")), []string{"bad-duration"}},
	{"what methods say of themselves", unmarked(bare("methods: {M: {}}, «timeout»: 1s, «idempotent»: true, «retry»: {}")), []string{"misplaced-key", "misplaced-key", "misplaced-key"}},
	{"names of no wire", unmarked(bare("request: A, reply: B, «reserved»: [Old]")), []string{"misplaced-key"}},
	{"errors where there is no status", unmarked(bare("request: A, reply: B, «errors»: B")), []string{"unknown-key"}},
	{"a reply by another name", unmarked(bare("request: A, «response»: B")), []string{"unknown-key"}},
	{"a request of a push-pull", "messages: {A: {}}\npatterns: {p: {kind: push-pull, message: A, «request»: A, «timeout»: 1s, «correlation»: none}}\n", []string{"misplaced-key", "misplaced-key", "misplaced-key"}},
	{"no frames of a bare pattern", bare("encoding: frames, request: A, reply: B"), []string{"frame-count"}},
	{"a correlation with a slip", unmarked(bare("request: A, reply: B, correlation: «non»")), []string{"bad-choice"}},

	{"a client without correlation that nobody finds again", "messages: {A: }\npatterns: {p: {kind: req-rep, request: A, reply: A, correlation: none}, q: {kind: req-rep, request: A, reply: A}}\nnodes: {n: {sockets: {a: {req: p, bind: [«'inproc://a'», 'tcp://*:1']}, b: {dealer: p, bind: «'ipc://*'»}, c: {router: p, bind: 'inproc://c'}, d: {dealer: q, bind: 'inproc://d'}}}}\n",
		[]string{"uncorrelated-bind", "uncorrelated-bind"}},

	{"a retry after the end", unmarked(bare("request: A, reply: B, timeout: 1s, idempotent: true, retry: {every: «1s»}")), []string{"late-retry"}},
	{"retries after the end, and in time", unmarked(bare("methods: {L: {idempotent: true, retry: {every: «31s»}}, M: {timeout: 2s, idempotent: true, retry: {every: 1999ms}}, N: {timeout: 1s, idempotent: true, retry: {attempts: 1, every: 5s}}}")), []string{"late-retry"}},

	{"idempotent with a slip", unmarked(bare("methods: {M: {idempotent: «yes», retry: {attempts: 2}}}")), []string{"bad-choice"}},
	{"retry of a method that may not be made twice", unmarked(bare("methods: {L: {«retry»: {}}, M: {idempotent: false, «retry»: {attempts: 3}}}")), []string{"retry-unsafe", "retry-unsafe"}},
	{"retry of a bare pattern that may not be made twice", unmarked(bare("request: A, reply: B, «retry»: {every: 1s}")), []string{"retry-unsafe"}},
	{"no attempts", unmarked(bare("methods: {M: {idempotent: true, retry: {attempts: «0»}}}")), []string{"bad-number"}},
	{"attempts without end", unmarked(bare("methods: {M: {idempotent: true, retry: {attempts: «101»}}}")), []string{"bad-number"}},
	{"attempts in words", unmarked(bare("request: A, reply: B, idempotent: true, retry: {attempts: «many»}")), []string{"bad-number"}},
	{"retry at once", unmarked(bare("methods: {M: {idempotent: true, retry: {every: «0s»}}}")), []string{"bad-duration"}},
	{"retry in half milliseconds", unmarked(bare("methods: {M: {idempotent: true, retry: {every: «1500us»}}}")), []string{"bad-duration"}},
	{"a number for retry", unmarked(bare("methods: {M: {idempotent: true, retry: «3»}}")), []string{"wrong-kind"}},
	{"retry by other names", unmarked(bare("methods: {M: {idempotent: true, retry: {«times»: 3, «delay»: 1s}}}")), []string{"unknown-key", "unknown-key"}},

	{"a socket type with a slip", "patterns: {r: {kind: req-rep, methods: {M: {}}}}\nnodes: {n: {sockets: {s: {«reqq»: r, connect: 'tcp://a:1'}}}}\n", []string{"unknown-key"}},
	{"a req of a push-pull", socket("«req»: w, connect: 'tcp://a:1'"), []string{"pattern-socket-mismatch"}},
	{"a push of a req-rep", socket("«push»: r, connect: 'tcp://a:1'"), []string{"pattern-socket-mismatch"}},
	{"a req and a dealer", callMeeting("req", "dealer"), []string{"pair-types"}},
	{"two reqs", callMeeting("req", "req"), []string{"pair-types"}},
	{"a rep and a router", callMeeting("rep", "router"), []string{"pair-types"}},
	{"a dealer and a dealer", callMeeting("dealer", "dealer"), []string{"pair-types"}},
	{"a req and a dealer at an inproc name", "patterns: {r: {kind: req-rep, methods: {M: {}}}}\n" +
		"nodes: {n: {sockets: {a: {req: r, connect: «'inproc://x'»}, b: {dealer: r, bind: 'inproc://x'}}}}\n", []string{"pair-types-inproc"}},
	{"a batch of a req", socket("req: r, connect: 'tcp://a:1', «batch»: 2"), []string{"option-type"}},
	{"a batch of a rep", socket("rep: r, bind: 'tcp://*:1', «batch»: 2"), []string{"option-type"}},
	{"an overflow of a rep", socket("rep: r, bind: 'tcp://*:1', «overflow»: block"), []string{"option-type"}},
	{"an overflow of a router", socket("router: r, bind: 'tcp://*:1', «overflow»: drop_newest"), []string{"option-type"}},
	{"a subscription of a req", socket("req: r, connect: 'tcp://a:1', «subscribe»: []"), []string{"subscribe-on-nonsub"}},
}

func TestCalls(t *testing.T) { checkBadCases(t, callCases) }

func TestEachClientMeetsEachServer(t *testing.T) {
	for _, client := range []string{"req", "dealer"} {
		for _, server := range []string{"rep", "router"} {
			mustParse(t, unmark(callMeeting(client, server)))
			mustParse(t, unmark(callMeeting(server, client)))
		}
	}
}

func unmark(text string) string { return strings.NewReplacer("«", "", "»", "").Replace(text) }

func TestABarePatternHasOneMethodWithoutAName(t *testing.T) {
	top := mustParse(t, unmark(bare("request: A, reply: B, timeout: 2s, idempotent: true, retry: {attempts: 5, every: 100ms}, correlation: none, deprecated: use q")))
	p := top.Patterns[0]
	if !p.Bare || len(p.Methods) != 1 || p.Correlation != Uncorrelated {
		t.Fatalf("%+v", p)
	}
	m := p.Methods[0]
	if m.Name.Value != "Call" || m.Request != top.Messages[0] || m.Reply != top.Messages[1] || m.Timeout != 2*time.Second || m.Deprecated.Value != "use q" {
		t.Errorf("%+v", m)
	}
	if !m.Idempotent || m.Attempts != 5 || m.RetryEvery != 100*time.Millisecond {
		t.Errorf("%+v", m)
	}
}

func TestMethodsMayBeMadeAgain(t *testing.T) {
	top := mustParse(t, unmark(bare("correlation: call_id, methods: {L: {idempotent: true}, M: {idempotent: true, retry: {attempts: 1}}, N: {idempotent: false}, O: {idempotent: true, retry: }}")))
	p := top.Patterns[0]
	l, m, n, o := p.Methods[0], p.Methods[1], p.Methods[2], p.Methods[3]
	if p.Bare || p.Correlation != CallID || !l.Idempotent || l.Attempts != 0 || l.RetryEvery != 0 || m.Attempts != 1 || n.Idempotent || !o.Idempotent {
		t.Errorf("%+v", p.Methods)
	}
	if p := mustParse(t, unmark(bare("methods: {M: {}}"))).Patterns[0]; p.Correlation != CallID || p.Methods[0].Idempotent {
		t.Errorf("%+v", p)
	}
}
