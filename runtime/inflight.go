//go:build cgo

package runtime

import (
	"sync"
	"time"
)

// This file keeps the calls of a client or a server that wait for their answer, each by a number and
// with a deadline.

// inFlight is a set of calls. One timer watches over all their deadlines; it is set when it is due
// earlier than before and when it goes off, so that a call that is answered in time never touches it.
type inFlight[C interface{ expire() }] struct {
	mu    sync.Mutex
	calls map[uint64]inFlightCall[C]
	next  uint64      // the number that add gives next
	timer *time.Timer // set while due is
	due   time.Time   // when timer goes off; zero if it is not set
	ended bool
}

type inFlightCall[C any] struct {
	call  C
	until time.Time // zero if somebody else sees to the deadline
}

func newInFlight[C interface{ expire() }](first uint64) inFlight[C] {
	return inFlight[C]{calls: make(map[uint64]inFlightCall[C]), next: first}
}

// add gives a call a number, under which it is known until remove, until its deadline, when it is
// removed and its expire is called, or until end. It returns false if the set has ended.
func (f *inFlight[C]) add(call C, until time.Time) (number uint64, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended {
		return 0, false
	}
	number = f.next
	f.next++
	f.calls[number] = inFlightCall[C]{call, until}
	if !until.IsZero() {
		f.watch(until)
	}
	return number, true
}

// remove takes a call out and returns it, or false if it is not there any more.
func (f *inFlight[C]) remove(number uint64) (call C, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, ok := f.calls[number]
	delete(f.calls, number)
	return c.call, ok
}

// get returns a call, or false if it is not there any more.
func (f *inFlight[C]) get(number uint64) (call C, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, ok := f.calls[number]
	return c.call, ok
}

// has reports whether a call is there.
func (f *inFlight[C]) has(number uint64) bool {
	_, ok := f.get(number)
	return ok
}

// all returns the calls by their numbers.
func (f *inFlight[C]) all() map[uint64]C {
	f.mu.Lock()
	defer f.mu.Unlock()
	calls := make(map[uint64]C, len(f.calls))
	for number, c := range f.calls {
		calls[number] = c.call
	}
	return calls
}

// len returns how many calls are in flight.
func (f *inFlight[C]) len() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.calls)
}

// hasEnded reports whether end was called.
func (f *inFlight[C]) hasEnded() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ended
}

// end takes all calls out, and lets no further one in.
func (f *inFlight[C]) end() (rest []C) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ended = true
	for _, c := range f.calls {
		rest = append(rest, c.call)
	}
	f.calls = nil
	if f.timer != nil {
		f.timer.Stop()
	}
	return rest
}

// watch sees to it that the timer goes off at until, or before. The mutex is held.
func (f *inFlight[C]) watch(until time.Time) {
	if !f.due.IsZero() && !until.Before(f.due) {
		return
	}
	f.due = until
	if f.timer == nil {
		f.timer = time.AfterFunc(time.Until(until), f.sweep)
	} else {
		f.timer.Reset(time.Until(until))
	}
}

// sweep removes the calls whose deadline has come and sets the timer for the next one.
func (f *inFlight[C]) sweep() {
	var expired []C
	var next time.Time
	f.mu.Lock()
	now := time.Now()
	for number, c := range f.calls {
		switch {
		case c.until.IsZero():
		case !now.Before(c.until):
			expired = append(expired, c.call)
			delete(f.calls, number)
		case next.IsZero() || c.until.Before(next):
			next = c.until
		}
	}
	f.due = time.Time{}
	if !next.IsZero() {
		f.watch(next)
	}
	f.mu.Unlock()
	for _, call := range expired {
		call.expire()
	}
}
