package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// balanced returns the account of four calls, in which all claims hold: call 0 was answered at once, the first request of
// call 1 was lost, the first answer of call 2 was, and both of call 3 came.
func balanced() *account {
	return &account{
		outcome: outcome{answered: []bool{true, true, true, true}, longest: time.Second},
		calls:   4, goroutines: 2, kills: 1,
		ends:   []uint32{1, 1, 1, 1},
		client: zmqrt.Stats{Retries: 3, MessagesOut: 7, MessagesIn: 5, Dropped: map[zmqrt.Cause]uint64{zmqrt.DroppedLate: 1}},
		processes: []processCounts{
			{served: 2, answered: 1},
			{served: 4, answered: 4, ended: true},
		},
		served: []uint32{1, 1, 2, 2},
	}
}

func TestClaimsHoldOfAnAccountThatBalances(t *testing.T) {
	a := balanced()
	for _, c := range a.claims() {
		if !c.holds {
			t.Errorf("%s: %s", c.text, c.but)
		}
	}
	if got := a.terms(); got.lostRequests != 1 || got.lostAnswers != 1 || got.servedAgain != 2 || got.inHand != 1 {
		t.Errorf("got %+v", got)
	}
}

// TestEachClaimCanFail breaks one thing after the other, and sees that the claim about it says so.
func TestEachClaimCanFail(t *testing.T) {
	broken := map[string]func(*account){
		"ended for its caller, once":        func(a *account) { a.ends[2] = 2 },
		"that of its own request":           func(a *account) { a.wrong = []string{"call 1 got another's"} },
		"says clearly what failed":          func(a *account) { a.unclear = []string{"call 1: EOF"} },
		"past its deadline":                 func(a *account) { a.longest = timeout + 2*slack },
		"that was answered was served":      func(a *account) { a.served = []uint32{0, 1, 2, 3} },
		"but by a call or a retry":          func(a *account) { a.client.MessagesOut = 8 },
		"belongs to calls that failed":      func(a *account) { a.client.Retries, a.client.MessagesOut = 0, 3 },
		"that was not sent":                 func(a *account) { a.processes[1].served, a.served[3] = 6, 4 },
		"again by retries alone":            func(a *account) { a.served[3] = 4 },
		"both counts of requests served":    func(a *account) { a.served[3] = 3 },
		"was a refusal or was counted late": func(a *account) { a.client.MessagesIn = 6 },
		"that no server gave":               func(a *account) { a.client.MessagesIn = 7 },
		"than what was in flight":           func(a *account) { a.client.MessagesOut += 12; a.client.Retries += 12; a.kills = 1; a.goroutines = 1 },
		"one request in hand at most":       func(a *account) { a.processes[0].answered = 0 },
		"are those killed":                  func(a *account) { a.processes[1].ended = false },
		"nothing but late answers":          func(a *account) { a.client.Dropped[zmqrt.DroppedDecode] = 1 },
		"without kills nothing fails":       func(a *account) { a.kills, a.answered[0] = 0, false },
		"without kills no request is lost":  func(a *account) { a.kills = 0 },
		"without kills no answer is lost":   func(a *account) { a.kills = 0 },
	}
	calm := balanced()
	calm.kills = 0
	for _, c := range calm.claims() {
		found := false
		for about, breakIt := range broken {
			if !strings.Contains(c.text, about) {
				continue
			}
			found = true
			a := balanced()
			breakIt(a)
			for _, now := range a.claims() {
				if now.text == c.text && now.holds {
					t.Errorf("%q holds of an account where it does not", c.text)
				}
			}
		}
		if !found {
			t.Errorf("nothing breaks the claim %q", c.text)
		}
	}
}

func TestLedgerIsSharedByAllThatOpenIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger")
	writer, err := createLedger(path, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.close()
	reader, err := openLedger(path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.close()
	writer.processes[1].served.Add(2)
	writer.served[2].Add(5)
	if got := reader.counts(2)[1].served; got != 2 || len(reader.served) != 3 || reader.served[2].Load() != 5 {
		t.Errorf("the reader sees %d served, and %d of %d calls", got, reader.served[2].Load(), len(reader.served))
	}
}
