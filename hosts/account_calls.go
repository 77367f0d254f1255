//go:build linux

package hosts

import (
	"time"

	"github.com/zmqgen/zmqgen/hosts/ledger"
)

// This file is the account of calls.

const (
	callersOfSink = 2    // on each stream; see station
	attempts      = 12   // see topology.yaml, as for what follows
	onceTakes     = 1500 // milliseconds, and longer where calls may be repeated
)

// calls is what became of the calls of a stream.
type calls struct {
	called, answered, wrong, unfinished int
	failed                              map[uint64]int // by reason
	endedTwice, unserved, uncalled      int
	late                                int // ended after their deadline
	served, again, retries              int
	repeated                            int // served again, and not to be
	killed                              int // callers' processes
	inHand                              int // of processes that were not killed
}

// deadline is what is known of a call that has begun.
type deadline struct {
	begun time.Time
	takes uint64 // milliseconds
}

func (a *account) calls(stream ledger.Stream) *calls {
	c := &calls{failed: make(map[uint64]int)}
	begun, ended, served := make(map[message]int), make(map[message]int), make(map[message]int)
	deadlines := make(map[message]deadline)
	var answered []message
	for _, p := range a.processes {
		retried, calling := uint64(0), false
		for _, e := range p.Entries {
			if e.Stream != stream {
				continue
			}
			m := message{e.From, e.Number}
			switch e.Event {
			case ledger.Called:
				calling = true
				c.called++
				begun[m]++
				deadlines[m] = deadline{e.At, e.Count}
			case ledger.Answered:
				answered = append(answered, m)
				ended[m]++
			case ledger.Wrong:
				c.wrong++
				ended[m]++
			case ledger.Failed:
				c.failed[e.Count]++
				ended[m]++
			case ledger.Served:
				c.served++
				served[m]++
			case ledger.Retried:
				retried = e.Count
			}
			if d := deadlines[m]; ends(e.Event) && e.At.Sub(d.begun) > time.Duration(d.takes)*time.Millisecond+a.allowance() {
				c.late++
			}
		}
		c.retries += int(retried)
		if calling && !a.killed[p.Number].IsZero() {
			c.killed++
		}
	}
	c.answered = len(answered)
	for _, m := range answered {
		if served[m] == 0 {
			c.unserved++
		}
	}
	for m := range begun {
		switch n := ended[m]; {
		case n == 0:
			c.unfinished++
			if a.killed[m.from].IsZero() {
				c.inHand++
			}
		case n > 1:
			c.endedTwice++
		}
	}
	for m, n := range served {
		if begun[m] == 0 {
			c.uncalled++
		}
		c.again += n - 1
		if n > 1 && begun[m] > 0 && deadlines[m].takes <= onceTakes {
			c.repeated++
		}
	}
	return c
}

// ends says whether a call ends by the event.
func ends(e ledger.Event) bool {
	return e == ledger.Answered || e == ledger.Wrong || e == ledger.Failed
}

func (c *calls) failures() (n int) {
	for _, of := range c.failed {
		n += of
	}
	return n
}
