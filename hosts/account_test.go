//go:build linux

package hosts

import (
	"strings"
	"testing"
	"time"

	"github.com/zmqgen/zmqgen/hosts/ledger"
)

// This file sees that an account finds what it is there to find.

// at is a time of the run that the account is of.
func at(seconds float64) time.Time {
	return time.Unix(1_000_000, 0).Add(time.Duration(seconds * float64(time.Second)))
}

// wholeRun returns the account of a run in which all claims hold. Process 101, a sink at b, was killed and came back as 103; a message
// on each stream was lost, as they may be, and calls were repeated.
func wholeRun() *account {
	source := &ledger.Process{Number: 100, Name: "source"}
	first := &ledger.Process{Number: 101, Name: "sink"}
	again := &ledger.Process{Number: 103, Name: "sink"}
	a := &account{
		processes: []*ledger.Process{source, first, again},
		hosts:     map[uint32]string{100: "a", 101: "b", 103: "b"},
		killed:    map[uint32]time.Time{101: at(10)},
		faults:    []fault{{what: "b vanishes", hosts: []string{"b"}, span: span{at(10), at(15)}, vanished: true}},
		quieted:   at(30),
		drops:     map[string]uint64{"late": 1},
	}
	note := func(p *ledger.Process, s ledger.Stream, e ledger.Event, from uint32, number uint64, count uint64, when float64) {
		p.Entries = append(p.Entries, ledger.Entry{Stream: s, Event: e, From: from, Number: number, Count: count, At: at(when)})
	}
	for _, s := range []ledger.Stream{ledger.Ticks, ledger.Parts, ledger.RoomsDown, ledger.LineOut} {
		note(source, s, ledger.Up, 0, 0, 1, 1)
		for number, when := range []float64{5, 9.9, 16, 17} { // the second is lost
			note(source, s, ledger.Sent, 100, uint64(number), 0, when)
			if number == 0 {
				note(first, s, ledger.Received, 100, 0, 0, when+0.1)
			} else if number > 1 {
				note(again, s, ledger.Received, 100, uint64(number), 0, when+0.1)
			}
		}
		note(source, s, ledger.Down, 0, 0, 1, 12)
	}
	for _, s := range []ledger.Stream{ledger.RoomsUp, ledger.LineBack} {
		note(first, s, ledger.Sent, 101, 0, 0, 5)
		note(source, s, ledger.Received, 101, 0, 0, 5.1)
		note(first, s, ledger.Sent, 101, 1, 0, 9.9) // lost
		note(again, s, ledger.Sent, 103, 0, 0, 16)
		note(source, s, ledger.Received, 103, 0, 0, 16.1)
	}
	note(source, ledger.Ask, ledger.Up, 0, 0, 1, 1)
	note(source, ledger.Ask, ledger.Down, 0, 0, 1, 12)
	call := func(p *ledger.Process, number uint64, served int, end ledger.Event, when float64) {
		note(p, ledger.Ask, ledger.Called, p.Number, number, 20000, when)
		for range served {
			note(source, ledger.Ask, ledger.Served, p.Number, number, 0, when)
		}
		if end != 0 {
			note(p, ledger.Ask, end, p.Number, number, ledger.Deadline, when+0.1)
		}
	}
	call(first, 0, 1, ledger.Answered, 5)
	call(first, 1, 1, 0, 9.9)
	call(again, 0, 2, ledger.Answered, 16)
	call(again, 1, 0, ledger.Failed, 17)
	note(again, ledger.Ask, ledger.Retried, 0, 0, 1, 18)
	note(again, 0, ledger.Finished, 0, 0, 0, 31)
	note(source, 0, ledger.Finished, 0, 0, 0, 31)
	return a
}

func TestClaimsHoldOfARunThatIsWhole(t *testing.T) {
	a := wholeRun()
	for _, c := range a.claims() {
		if !c.holds {
			t.Errorf("%s: %s", c.text, c.but)
		}
	}
	for _, s := range []ledger.Stream{ledger.Parts, ledger.RoomsUp, ledger.LineOut} {
		if got := a.tally(s); got.lost != 1 {
			t.Errorf("%s: %d lost, want 1", s, got.lost)
		}
	}
	if got := a.tally(ledger.Ticks); got.lost != 0 || got.before != 0 || got.after != 1 {
		t.Errorf("of ticks %d are lost, %d before and %d after, want 0, 0 and 1", got.lost, got.before, got.after)
	}
	for k, took := range a.recoveries(a.faults[0]) {
		if took < time.Second || took > 1200*time.Millisecond {
			t.Errorf("%s from %s to %s flows again after %v, want about 1.1s", k.stream, k.from, k.to, took)
		}
	}
}

// find returns an entry of a process, to be changed.
func find(a *account, process uint32, s ledger.Stream, e ledger.Event, number uint64) *ledger.Entry {
	for _, p := range a.processes {
		for i := range p.Entries {
			if x := &p.Entries[i]; p.Number == process && x.Stream == s && x.Event == e && x.Number == number {
				return x
			}
		}
	}
	panic("no such entry")
}

// add has one more entry written by a process, as another that it has.
func add(a *account, like *ledger.Entry, process uint32) *ledger.Entry {
	for _, p := range a.processes {
		if p.Number == process {
			p.Entries = append(p.Entries, *like)
			return &p.Entries[len(p.Entries)-1]
		}
	}
	panic("no such process")
}

// TestEachClaimCanFail breaks one thing after the other, and sees that the claim about it says so.
func TestEachClaimCanFail(t *testing.T) {
	for about, breakIt := range map[string]func(*account){
		"parts, push-pull: no message came twice": func(a *account) {
			add(a, find(a, 103, ledger.Parts, ledger.Received, 3), 103)
		},
		"parts, push-pull: no message came": func(a *account) { // twice, to two receivers
			add(a, find(a, 103, ledger.Parts, ledger.Received, 3), 100)
		},
		"ticks, pub-sub: no message came twice": func(a *account) {
			add(a, find(a, 103, ledger.Ticks, ledger.Received, 3), 103)
		},
		"line, pair, out: each receiver has each sender's messages in order": func(a *account) {
			x, y := find(a, 103, ledger.LineOut, ledger.Received, 2), find(a, 103, ledger.LineOut, ledger.Received, 3)
			*x, *y = *y, *x
		},
		"rooms, dealer to router: nothing was received that was not sent": func(a *account) {
			find(a, 100, ledger.RoomsUp, ledger.Received, 0).Number = 77
		},
		"parts, push-pull: what is received is as it was sent": func(a *account) {
			find(a, 103, ledger.Parts, ledger.Received, 3).Event = ledger.Damaged
		},
		"parts, push-pull: nothing was lost but where ZeroMQ may lose it": func(a *account) {
			find(a, 103, ledger.Parts, ledger.Received, 3).Stream = 0
		},
		"rooms, dealer to router: nothing was lost but where": func(a *account) { // not long before a connection ends
			find(a, 101, ledger.RoomsUp, ledger.Sent, 1).At = at(6)
		},
		"rooms, dealer to router: nothing was lost but": func(a *account) { // before it was refused, but not by others
			find(a, 101, ledger.RoomsUp, ledger.Sent, 1).At = at(6)
			add(a, find(a, 103, ledger.RoomsUp, ledger.Sent, 0), 103).Event = ledger.Refused
		},
		"rooms, router to dealer: nothing was lost but where": func(a *account) {
			find(a, 100, ledger.RoomsDown, ledger.Sent, 1).At = at(6)
		},
		"rooms, router to dealer: something was received": func(a *account) {
			for _, p := range a.processes {
				for i := range p.Entries {
					if p.Entries[i].Event == ledger.Received {
						p.Entries[i].Event = 0
					}
				}
			}
		},
		"ticks, pub-sub: nothing was lost but where": func(a *account) { // subscribed, and long after all is well
			find(a, 100, ledger.Ticks, ledger.Sent, 2).At = at(25)
			find(a, 100, ledger.Ticks, ledger.Sent, 3).At = at(26)
			find(a, 103, ledger.Ticks, ledger.Received, 3).Number = 1
			find(a, 103, ledger.Ticks, ledger.Received, 2).Number = 0
		},
		"every answer is that of its own call": func(a *account) {
			find(a, 103, ledger.Ask, ledger.Answered, 0).Event = ledger.Wrong
		},
		"every call has ended once": func(a *account) {
			add(a, find(a, 103, ledger.Ask, ledger.Answered, 0), 103)
		},
		"ask, calls: something was answered": func(a *account) {
			for _, m := range []message{{101, 0}, {103, 0}} {
				find(a, m.from, ledger.Ask, ledger.Answered, m.number).Event = ledger.Failed
			}
		},
		"every call has ended by its deadline": func(a *account) {
			find(a, 103, ledger.Ask, ledger.Failed, 1).At = at(17 + 20 + a.allowance().Seconds() + 1)
		},
		"a call that may not be repeated was served once at most": func(a *account) {
			find(a, 103, ledger.Ask, ledger.Called, 0).Count = onceTakes
		},
		"nobody is refused that is listed": func(a *account) {
			add(a, find(a, 100, ledger.Ask, ledger.Up, 0), 100).Event = ledger.Refused
		},
		"no call is left but": func(a *account) { // of a caller that was not killed
			find(a, 103, ledger.Ask, ledger.Failed, 1).Event = 0
		},
		"no call is left but those of killed callers": func(a *account) {
			for n := range uint64(callersOfSink) {
				add(a, find(a, 103, ledger.Ask, ledger.Called, 0), 103).Number = 10 + n
			}
		},
		"called is answered, failed and left": func(a *account) {
			add(a, find(a, 103, ledger.Ask, ledger.Called, 0), 103)
		},
		"every call that was answered was served": func(a *account) {
			find(a, 100, ledger.Ask, ledger.Served, 0).Number = 1 // of the killed one
		},
		"nothing was served that was not called": func(a *account) {
			find(a, 100, ledger.Ask, ledger.Served, 0).Number = 99
		},
		"calls were served again by retries alone": func(a *account) {
			for range 2 * attempts * callersOfSink {
				add(a, find(a, 100, ledger.Ask, ledger.Served, 0), 100)
			}
		},
		"calls fail by their deadline or because": func(a *account) {
			find(a, 103, ledger.Ask, ledger.Failed, 1).Count = ledger.Status
		},
		"the runtime drops nothing as decode": func(a *account) { a.drops["decode"] = 1 },
		"parts, push-pull from a to b flows again": func(a *account) {
			find(a, 103, ledger.Parts, ledger.Received, 2).At = at(40)
			find(a, 103, ledger.Parts, ledger.Received, 3).At = at(41)
		},
		"ask, calls from a to b flows again": func(a *account) {
			find(a, 103, ledger.Ask, ledger.Answered, 0).At = at(40)
		},
		"ask, calls at a misses it":   func(a *account) { find(a, 100, ledger.Ask, ledger.Down, 0).At = at(15.9) },
		"line, pair, out at a misses": func(a *account) { find(a, 100, ledger.LineOut, ledger.Down, 0).At = at(16) },
		"parts, push-pull: received and lost are what was sent": func(a *account) {
			find(a, 100, ledger.Parts, ledger.Sent, 3).Number = 2
		},
	} {
		a := wholeRun()
		breakIt(a)
		found := false
		for _, c := range a.claims() {
			if strings.Contains(c.text, about) {
				found = found || !c.holds
			}
		}
		if !found {
			t.Errorf("%q holds of an account where it does not", about)
		}
	}
}

func TestLedgersAreRead(t *testing.T) {
	dir := t.TempDir()
	w, err := ledger.Create(dir, 7, "sink")
	must(t, err)
	w.Write(ledger.Entry{Stream: ledger.Ask, Event: ledger.Failed, From: 7, Number: 1 << 40, Count: ledger.Deadline})
	w.Write(ledger.Entry{Event: ledger.Finished})
	all, err := ledger.Read(dir)
	must(t, err)
	if len(all) != 1 || all[0].Number != 7 || all[0].Name != "sink" || !all[0].Finished() || len(all[0].Entries) != 2 {
		t.Fatalf("got %+v", all)
	}
	if e := all[0].Entries[0]; e.Stream != ledger.Ask || e.Event != ledger.Failed || e.From != 7 || e.Number != 1<<40 || e.Count != ledger.Deadline || time.Since(e.At) > time.Hour {
		t.Errorf("got %+v", e)
	}
}
