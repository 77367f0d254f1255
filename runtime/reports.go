//go:build cgo

package runtime

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// This file counts what a socket drops, and reports what no caller is there to take.

// countUnread counts what ZeroMQ has received and nobody will read, as far as it is there now.
func (s *Socket) countUnread(cause Cause) {
	const limit = 250 * time.Millisecond // a peer may go on sending
	in := s.pump.inboxes.get()
	defer s.pump.inboxes.put(in)
	for began := time.Now(); time.Since(began) < limit; {
		r := s.recv(in, maxBatch)
		s.counters.received(r)
		s.counters.drop(cause, r.msgs)
		s.counters.drop(DroppedOversize, r.oversize)
		if r.err != nil {
			return
		}
	}
}

// report gives an error to the pump's handler.
func (s *Socket) report(op string, err error) { s.pump.report(&Error{op, s.name, err}) }

// reportSome is report for what a peer or a busy user can cause at any rate: it reports the first few
// of each op, and then those whose number is a power of two, which it says.
func (s *Socket) reportSome(op string, err error) {
	const few = 8
	if s.reported.Load() == nil {
		s.reported.CompareAndSwap(nil, new(sync.Map))
	}
	count, _ := s.reported.Load().LoadOrStore(op, new(atomic.Uint64))
	n := count.(*atomic.Uint64).Add(1)
	if n > few && n&(n-1) == 0 {
		err = fmt.Errorf("%w (and %d others like it)", err, n-1)
	}
	if n <= few || n&(n-1) == 0 {
		s.report(op, err)
	}
}

// refuse drops one message because of err, and reports that. A probe is no message.
func (s *Socket) refuse(cause Cause, op string, err error) {
	if err == errProbe {
		return
	}
	if isInvalid(err) {
		cause, op = DroppedInvalid, "validate"
	}
	if cause == DroppedDecode {
		s.counters.undecoded.Add(1)
	}
	s.counters.drop(cause, 1)
	s.reportSome(op, err)
}

// drop counts n dropped messages. The first of each cause is reported.
func (s *Socket) drop(cause Cause, n int) {
	if n > 0 && s.counters.drop(cause, n) == uint64(n) {
		s.report("drop", fmt.Errorf("%w: %s; further ones are only counted", ErrDropped, cause))
	}
}
