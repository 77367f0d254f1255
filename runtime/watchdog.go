//go:build cgo

package runtime

import (
	"fmt"
	"time"
)

// This file is the watchdog of a pump: one goroutine that looks now and then which sockets are blocked, and says so
// once. What blocks notes since when it does; nothing else is done for it where messages pass.

// BlockedError is reported by the watchdog, in an *Error whose Op is "watchdog".
type BlockedError struct {
	On    BlockedOn
	Since time.Time
	For   time.Duration // so far, or in all if it is over
	Over  bool          // it goes on

	Method string // of OnHandler
	Peers  int    // of OnSend: that the socket has; -1 if they are not tracked
}

// BlockedOn is what a socket waits for.
type BlockedOn string

// What a socket may wait for.
const (
	OnSend    BlockedOn = "send"    // ZeroMQ takes no more: there is no peer, or all are at the high-water mark
	OnReceive BlockedOn = "receive" // the receive channel is full, and nobody reads it
	OnDo      BlockedOn = "do"      // a function that was given to Do, or Connect or the like, has not returned
	OnHandler BlockedOn = "handler" // a handler of Serve has not returned
)

func (e *BlockedError) Error() string {
	took := round(e.For)
	if e.Over {
		return fmt.Sprintf("goes on, after %v: %s", took, e.what())
	}
	return fmt.Sprintf("blocked for %v: %s", took, e.what())
}

func (e *BlockedError) what() string {
	switch e.On {
	case OnReceive:
		return "its receive channel is full and nobody reads it"
	case OnDo:
		return "a function that has the ZeroMQ socket, by Do or the like, does not return"
	case OnHandler:
		return "a handler of " + e.Method + " does not return"
	}
	switch {
	case e.Peers == 0:
		return "ZeroMQ takes no more to send: it has no peer"
	case e.Peers > 0:
		return fmt.Sprintf("ZeroMQ takes no more to send: its %s at the high-water mark", countOf(uint64(e.Peers), "peer is", "peers are"))
	}
	return "ZeroMQ takes no more to send: it has no peer, or its peers are at the high-water mark"
}

// WithWatchdog has the pump say which of its sockets has been blocked for longer than after, and on what: once for each
// blockage as an *Error around a *BlockedError, to WithErrorHandler and WithLogger, and once more when it goes on. Stats
// count it as Blockages. It is noticed within a quarter of after beyond it, and costs one goroutine; 0 or less is none.
func WithWatchdog(after time.Duration) PumpOption {
	return func(p *Pump) {
		p.watchdog = nil
		if after > 0 {
			p.watchdog = &watchdog{after: after, told: make(map[blockage]*BlockedError)}
		}
	}
}

type watchdog struct {
	after    time.Duration
	handlers handlersRunning
	told     map[blockage]*BlockedError // and not over yet; run alone touches it
}

// blockage is what makes two looks see the same.
type blockage struct {
	s       *Socket
	on      BlockedOn
	since   time.Time
	handler uint64
}

// run looks until the pump has closed.
func (w *watchdog) run(p *Pump) {
	look := time.NewTicker(max(w.after/4, time.Millisecond))
	defer look.Stop()
	for {
		select {
		case <-look.C:
			w.look(p)
		case <-p.done:
			return
		}
	}
}

// look tells of what is blocked for too long and was not told, and of what was and is over.
func (w *watchdog) look(p *Pump) {
	now := time.Now()
	found := w.find(p, now)
	for b, e := range found {
		if w.told[b] == nil {
			w.told[b] = e
			b.s.counters.blockages.Add(1)
			b.s.report("watchdog", e)
		}
	}
	for b, e := range w.told {
		if found[b] == nil {
			over := *e
			over.Over, over.For = true, now.Sub(e.Since)
			delete(w.told, b)
			b.s.report("watchdog", &over)
		}
	}
}

// find returns all that has been blocked for too long.
func (w *watchdog) find(p *Pump, now time.Time) map[blockage]*BlockedError {
	found := make(map[blockage]*BlockedError)
	add := func(b blockage, method string) {
		if took := now.Sub(b.since); !b.since.IsZero() && took >= w.after {
			e := &BlockedError{On: b.on, Since: b.since, For: took, Method: method, Peers: -1}
			if b.s.peers != nil {
				e.Peers = b.s.peers.count()
			}
			found[b] = e
		}
	}
	p.mu.Lock()
	for _, s := range p.sockets {
		_, _, since := s.counters.blocked.read()
		add(blockage{s, OnSend, since, 0}, "")
		_, _, since = s.counters.stalled.read()
		add(blockage{s, OnReceive, since, 0}, "")
		if since := s.doing.Load(); since != nil {
			add(blockage{s, OnDo, *since, 0}, "")
		}
	}
	p.mu.Unlock()
	for n, h := range w.handlers.before(now.Add(-w.after)) {
		add(blockage{h.s, OnHandler, h.since, n}, h.method)
	}
	return found
}
