package main

import (
	"io"
	"net"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

func TestPlansDependOnTheSeedAlone(t *testing.T) {
	plan := func(seed uint64) []event {
		return draw(seed, 3, []setting{{&kinds[0], "tcp", false}, {&kinds[6], "ipc", true}}, 20*time.Second).events
	}
	if a, b := plan(7), plan(7); !reflect.DeepEqual(a, b) || len(a) == 0 {
		t.Error("two plans of one seed differ")
	}
	if a, b := plan(7), plan(8); reflect.DeepEqual(a, b) {
		t.Error("the plans of two seeds are the same")
	}
}

// balanced are the terms of a calm PUSH and PULL, of a rough one and of calls, of which all claims hold.
func balanced() (calm, rough, called terms) {
	calm.Given[0], calm.Out[0], calm.In[1], calm.Received[1], calm.Arrived = 10, 10, 10, 10, 10
	rough = calm
	rough.Given[0], rough.Losses, rough.Bound = 12, 1, capacity
	called = terms{Calls: 4, Ended: 4, Served: 5, ServedCalls: 4, ServedAgain: 1, Retries: 1}
	called.Outcomes[answeredCall], called.Outcomes[deniedCall] = 3, 1
	called.Out[0], called.In[1], called.Out[1], called.In[0] = 5, 5, 5, 5
	return calm, rough, called
}

// TestEachClaimCanFail breaks one term after the other.
func TestEachClaimCanFail(t *testing.T) {
	work, fanned, level, asked, lone := kindNamed("work"), kindNamed("pub_sub"), kindNamed("level"), kindNamed("req_rep"), kindNamed("lone_req")
	calm, rough, called := balanced()
	for _, c := range []struct {
		name   string
		kind   *kind
		calm   bool
		of     terms
		broken string // part of the claim that fails; "" for none
		by     func(*terms)
	}{
		{"a calm scene", work, true, calm, "", func(*terms) {}},
		{"a rough scene", work, false, rough, "", func(*terms) {}},
		{"calls", asked, true, called, "", func(*terms) {}},
		{"a socket that does not end", work, false, rough, "ended by itself", func(t *terms) { t.Unended = 1 }},
		{"Stats that do not add up", work, false, rough, "account for all", func(t *terms) { t.Unbalanced = 1 }},
		{"a socket that ends late", work, false, rough, "bounded time", func(t *terms) { t.Longest = 31_000 }},
		{"disorder", work, false, rough, "out of order", func(t *terms) { t.Odd[outOfOrder] = 1 }},
		{"a duplicate", work, false, rough, "twice", func(t *terms) { t.Odd[twice] = 1 }},
		{"a message that could not be sent", work, false, rough, "as encode", func(t *terms) { t.drop(0, zmqrt.DroppedEncode, 1) }},
		{"broken frames", work, true, calm, "does not parse", func(t *terms) { t.drop(1, zmqrt.DroppedDecode, 1) }},
		{"a message of nobody's", work, false, rough, "arrives that was not given", func(t *terms) { t.Arrived = 13 }},
		{"too much lost", work, false, rough, "no more than what pairs", func(t *terms) { t.Given[0] += capacity }},
		{"silence", work, false, rough, "get through", func(t *terms) { t.Arrived = 0 }},
		{"a calm loss in ZeroMQ", work, true, calm, "come to the far end", func(t *terms) { t.In[1]-- }},
		{"a calm loss on the way back", work, true, calm, "come to the near end", func(t *terms) { t.Out[1]++ }},
		{"a calm loss before", work, true, calm, "given was sent", func(t *terms) { t.Given[0]++ }},
		{"a calm loss after", work, true, calm, "nothing is lost", func(t *terms) { t.Arrived-- }},
		{"a calm drop", work, true, calm, "nothing is dropped, ", func(t *terms) { t.drop(1, zmqrt.DroppedUnread, 1) }},
		{"a subscriber who misses one", fanned, true, calm, "every subscriber", func(t *terms) { t.SteadyWanted = 1 }},
		{"the newest message missed", level, true, calm, "newest message", func(t *terms) { t.NewestMissing = 1 }},
		{"the newest message held back", kindNamed("state"), true, calm, "", func(t *terms) { t.NewestMissing = 1 }},
		{"a call that hangs", asked, true, called, "has ended, once", func(t *terms) { t.Hanging = 1 }},
		{"a call that ends twice", asked, true, called, "has ended, once", func(t *terms) { t.Outcomes[answeredCall]++ }},
		{"another's answer", asked, true, called, "its own request", func(t *terms) { t.Outcomes[wrongCall]++ }},
		{"an unclear error", asked, true, called, "what failed", func(t *terms) { t.Outcomes[unclearCall]++ }},
		{"an answer from nowhere", asked, true, called, "was served", func(t *terms) { t.ServedCalls = 3 }},
		{"a call served twice", asked, true, called, "declared retries", func(t *terms) { t.TooOften = 1 }},
		{"repetitions of nobody's", asked, true, called, "by retries alone", func(t *terms) { t.ServedAgain = 2 }},
		{"requests of nobody's", asked, true, called, "than were made", func(t *terms) { t.ServedCalls = 5 }},
		{"calm calls that fail", asked, true, called, "no call fails", func(t *terms) { t.Outcomes[lateCall], t.Outcomes[answeredCall] = 1, 2 }},
		{"a lost request", asked, true, called, "every request has come", func(t *terms) { t.In[1]-- }},
		{"a request lost with its connection", lone, true, called, "", func(t *terms) { t.In[1]-- }},
		{"a request lost without that", lone, true, called, "every request has come", func(t *terms) { t.In[1] -= 2 }},
		{"a lost answer", asked, true, called, "every answer has come", func(t *terms) { t.In[0] -= 2 }},
	} {
		c.by(&c.of)
		var failed []string
		for _, claim := range c.of.claims(c.kind, c.calm) {
			if !claim.holds {
				failed = append(failed, claim.text)
			}
		}
		if all := strings.Join(failed, "; "); c.broken == "" && all != "" || !strings.Contains(all, c.broken) {
			t.Errorf("%s: the claims that fail are %q, want %q", c.name, all, c.broken)
		}
	}
}

func (t *terms) drop(end int, cause zmqrt.Cause, n uint64) {
	for i := range causes {
		if causes[i] == cause {
			t.Dropped[end][i] += n
		}
	}
}

func TestLedgerKnowsWhatCameBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger")
	l, err := createLedger(path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	other, err := openLedger(path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.close()
	for _, seq := range []uint64{1, 32, 33, maxSeq - 1} {
		if l.mark(5, seq) || !other.mark(5, seq) || l.mark(6, seq) {
			t.Errorf("message %d is not marked once", seq)
		}
	}
	l.serves(7, 3).Add(2)
	if other.serves(7, 3).Load() != 2 || other.serves(7, 4).Load() != 0 {
		t.Error("what was served is not seen")
	}
}

func TestProxyCuts(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	go func() {
		for {
			c, err := server.Accept()
			if err != nil {
				return
			}
			go io.Copy(c, c)
		}
	}()
	p, err := newProxy("127.0.0.1:0", server.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	c, err := net.Dial("tcp", p.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.Write([]byte("hello"))
	got := make([]byte, 5)
	if _, err := io.ReadFull(c, got); err != nil || string(got) != "hello" {
		t.Fatalf("%q came back, %v", got, err)
	}
	if n := p.cut(true); n != 1 {
		t.Errorf("%d connections cut, want 1", n)
	}
	if _, err := c.Read(got); err == nil {
		t.Error("the connection goes on")
	}
}
