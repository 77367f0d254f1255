//go:build linux

package hosts

import "github.com/zmqgen/zmqgen/hosts/ledger"

// This file is the account of calls.

const (
	callersOfSink = 4  // see station
	attempts      = 12 // see topology.yaml
)

// calls is what became of all calls.
type calls struct {
	called, answered, wrong, unfinished int
	failed                              map[uint64]int // by reason
	endedTwice, unserved, uncalled      int
	served, again, retries              int
	killed                              int // callers' processes
}

func (a *account) calls() *calls {
	c := &calls{failed: make(map[uint64]int)}
	begun, ended, served := make(map[message]int), make(map[message]int), make(map[message]int)
	var answered []message
	for _, p := range a.processes {
		retried, calling := uint64(0), false
		for _, e := range p.Entries {
			if e.Stream != ledger.Ask {
				continue
			}
			m := message{e.From, e.Number}
			switch e.Event {
			case ledger.Called:
				calling = true
				c.called++
				begun[m]++
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
		case n > 1:
			c.endedTwice++
		}
	}
	for m, n := range served {
		if begun[m] == 0 {
			c.uncalled++
		}
		c.again += n - 1
	}
	return c
}

func (c *calls) failures() (n int) {
	for _, of := range c.failed {
		n += of
	}
	return n
}
