//go:build cgo

package runtime

import (
	"errors"
	"os"
	"time"
)

// This file is the two sides that serve each socket: the poll side, and of the select side what does
// not depend on the type of messages. The rules by which they wake each other are in
// docs/architecture.md; in short:
//
// ZMQ_FD tells of changes, not of states, and any call into the socket may use up the change that the
// other side waits for. So every call ends by reading ZMQ_EVENTS, under the socket's mutex, and who
// sees there what another side wants nudges it, by a deadline in the past. A side that waits has said
// so before, under the same mutex, and always looks once more before it parks.

const (
	maxBatch   = 1024                  // messages moved by one call
	batchBytes = 64 << 10              // more is not gathered into one batch
	slowTick   = 50 * time.Millisecond // while blocked: is the channel closed?
)

// wake nudges the sides that wait for what events say. The mutex is held.
func (s *Socket) wake(events int) {
	if events&pollIn != 0 && s.wantIn {
		s.wantIn = false
		s.nudgeIn()
	}
	if events&pollOut != 0 && s.wantOut {
		s.wantOut = false
		s.nudgeOut()
	}
}

var past = time.Unix(1, 0)

func (s *Socket) nudgeIn() {
	if s.serial != nil {
		s.serial.fileMu.Lock()
		defer s.serial.fileMu.Unlock()
	}
	if s.file != nil {
		s.file.SetReadDeadline(past)
	}
}

func (s *Socket) nudgeOut() {
	if s.nudged == nil {
		if s.file != nil {
			s.file.SetWriteDeadline(past)
		}
		return
	}
	select {
	case s.nudged <- struct{}{}:
	default: // there is one already
	}
}

// touch lets ZeroMQ see to the socket's peers, and wakes whoever waits for what that changes. It is for
// the watcher, so it does not wait while somebody holds the mutex.
func (s *Socket) touch() {
	if s.mu.TryLock() {
		s.touchLocked()
		s.mu.Unlock()
	} else if !s.touching.Swap(true) {
		go func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.touching.Store(false) // first this, then look: a change that comes now makes another
			s.touchLocked()
		}()
	}
}

func (s *Socket) touchLocked() {
	if !s.closed {
		s.wake(s.raw.events())
	}
}

// pollSide receives, until the socket ends. A socket that only sends has one too where no watcher can
// do what is left for it: let ZeroMQ see to the peers, and wake the select side.
func (s *Socket) pollSide() {
	if _, monitors := s.sink.(*monitorSink); monitors {
		s.label("monitor")
	} else {
		s.label("poll")
	}
	look := s.look
	for !s.isEnding() {
		if s.serial != nil && s.isStale() {
			s.reopen()
			continue
		}
		err := s.conn.Read(look)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			s.file.SetReadDeadline(time.Time{}) // first this, then look: no nudge is lost
		} else if err != nil && !s.isEnding() {
			s.fail("wait", err)
		}
	}
}

// afterReading has the poll side call f when it has delivered all that ZeroMQ has received by now. It is forgotten if the
// socket ends before.
func (s *Socket) afterReading(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.due = append(s.due, f)
		s.asked.Store(true)
		s.nudgeIn()
	}
}

// takeDue takes over what is to be called after a look that begins now.
func (s *Socket) takeDue() {
	if s.asked.Load() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.then = append(s.then, s.due...)
		s.due = nil
		s.asked.Store(false)
	}
}

// callDue calls what was asked for before the look that has found nothing more.
func (s *Socket) callDue() {
	for _, f := range s.then {
		f()
	}
	s.then = nil
}

// look receives and delivers while there is something, and returns true if the socket is to end, or to be opened anew.
// Returning false parks the poll side until ZMQ_FD changes or somebody nudges it.
func (s *Socket) look(uintptr) bool {
	for {
		if s.isEnding() || s.serial != nil && s.isStale() {
			return true
		}
		s.takeDue()
		var again bool
		var err error
		if s.sink == nil {
			s.mu.Lock()
			s.looked(s.raw.events(), false)
			s.mu.Unlock()
		} else {
			again, err = s.lookAndTake()
		}
		if err != nil && err != errAgain {
			s.fail("receive", err)
			return true
		}
		if !again {
			s.callDue()
			return s.isEnding()
		}
	}
}

// looked notes what the poll side has seen, and whether it is going to look again. The mutex is held.
func (s *Socket) looked(events int, again bool) {
	s.wantIn = false
	s.wake(events)
	s.wantIn = !again
}

// lookAndTake receives once and delivers what came. It returns true if there is more.
func (s *Socket) lookAndTake() (again bool, err error) {
	in := s.pump.inboxes.get()
	defer s.pump.inboxes.put(in)
	s.mu.Lock()
	r := s.recv(in, s.sink.room())
	if s.serial != nil {
		in.turn = s.serial.turn
	}
	again = r.more || r.events&pollIn != 0
	s.looked(r.events, again)
	s.mu.Unlock()
	s.counters.received(r)
	if r.oversize > 0 {
		s.discard(r.oversize, in.turn)
	}
	if r.msgs > 0 && s.pump.logger != nil {
		s.traceIn(in)
	}
	if r.msgs > 0 { // decoding takes a larger stack, which an idle socket does without
		s.drop(DroppedUnread, s.sink.take(in))
		s.raw.giveBack(in)
	}
	return again, r.err
}

// discards is a sink that has to know of messages that were over a limit.
type discards interface {
	// discarded is called for each, with the turn in which it was received.
	discarded(of turn)
}

// discard counts messages that were over a limit.
func (s *Socket) discard(n int, of turn) {
	s.drop(DroppedOversize, n)
	if d, ok := s.sink.(discards); ok {
		for range n {
			d.discarded(of)
		}
	}
}

// try sends what it can of o. It returns errAgain if some is left, and then the select side is due to
// be woken. The mutex is held.
func (s *Socket) try(o *outgoing) error {
	if s.closed {
		return ErrClosed
	}
	s.wantOut = false
	for asked := false; ; asked = true {
		r := s.raw.send(o.buf[o.at.bytes:], o.frames[o.at.frames:])
		o.sent(r)
		s.counters.sent(r)
		s.wake(r.events)
		wait, refuse := s.outOfTurn(r.err)
		switch {
		case refuse:
			o.refuse()
			continue
		case wait:
			r.err = errAgain
		}
		// After EAGAIN reading the events may have made room: ask once more, and again as long as something
		// goes, but no longer, since some socket types always claim POLLOUT.
		if r.err != errAgain || r.events&pollOut == 0 || asked && r.msgs == 0 {
			s.wantOut = r.err == errAgain
			return r.err
		}
	}
}

// sendOne sends the one message in w, or returns errAgain if ZeroMQ does not take it now.
func (s *Socket) sendOne(w *FrameWriter) error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return ErrClosed
	}
	r := s.raw.send(w.buf, w.frames)
	s.counters.sent(r)
	s.wake(r.events)
	s.mu.Unlock()
	if r.err == nil && s.pump.logger != nil {
		s.traceOut(w, mark{}, mark{len(w.buf), len(w.frames)})
	}
	return r.err
}

// flush sends all of o, and waits while ZeroMQ takes no more, until giveUp says to stop.
func (s *Socket) flush(o *outgoing, giveUp func() bool) error {
	if s.pump.logger != nil {
		from := o.at
		defer func() { s.traceOut(o.FrameWriter, from, o.at) }()
	}
	s.mu.Lock()
	err := s.try(o)
	s.mu.Unlock()
	if err == errAgain {
		err = s.wait(func() error { return s.try(o) }, giveUp)
	}
	for ; o.refused > 0; o.refused-- {
		s.refuse(DroppedState, "send", errState)
	}
	return err
}

// wait calls send, with the mutex held, until it returns anything but errAgain, whenever ZeroMQ may take
// more, until giveUp says to stop.
func (s *Socket) wait(send func() error, giveUp func() bool) (err error) {
	s.counters.blocked.begin()
	defer s.counters.blocked.end()
	try := func(uintptr) bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		err = send()
		return err != errAgain
	}
	for {
		next := time.Now().Add(s.pump.slowTick)
		if s.isEnding() && s.endBy.Before(next) {
			next = s.endBy
		}
		if s.file != nil {
			s.file.SetWriteDeadline(next) // first this, then look: no nudge is lost
		}
		if giveUp() {
			return errAgain
		}
		if done, wait := s.await(try, next); done || wait != nil {
			return errors.Join(wait, err)
		}
	}
}

// await waits until try returns true, or returns false after a nudge or when it is time.
func (s *Socket) await(try func(uintptr) bool, until time.Time) (done bool, err error) {
	if s.file != nil {
		err = s.conn.Write(try)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return false, nil
		}
		return true, err
	}
	if try(0) {
		return true, nil
	}
	select {
	case <-s.nudged:
	case <-time.After(time.Until(until)):
	}
	return false, nil
}
