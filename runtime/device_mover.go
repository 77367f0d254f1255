//go:build cgo

package runtime

import (
	"errors"
	"os"
	"sync/atomic"
	"time"
)

// This file is one direction of a device: it moves messages from one side to the other. It is the poll side of the one and
// the select side of the other, and wakes and is woken by the rules that sides.go names: every call ends by reading
// ZMQ_EVENTS of both, under the mutexes of all sides, which are always taken in the same order.

// blockedTick is how often a direction that is blocked looks around. Nudges and ZMQ_FD wake it; this is for where they do not.
const blockedTick = time.Second

// mover is one direction. Its goroutine alone touches what is no atomic.
type mover struct {
	d        *Device
	from, to *Socket
	total    *atomic.Uint64 // of messages that have passed
	way      passage
	moved    moved    // by the last call; here, so that it is not allocated for each
	parked   *parcels // of a direction to a ROUTER
	drains   bool     // what has come when the device ends still goes
	timed    bool     // the file of from has a deadline, for what is parked
	next     awaited
}

// awaited is what a direction waits for.
type awaited int

const (
	forNothing awaited = iota // it is to look again
	forInput
	forOutput
	forEver // it leaves
)

func newMover(d *Device, from, to *Socket, total *atomic.Uint64, tag string) *mover {
	m := &mover{d: d, from: from, to: to, total: total, way: newPassage(from, to, d.capture, tag)}
	m.drains = d.kind != Queue || from == d.backend // a request whose reply cannot come back is better left
	if to.typ == Router {
		m.parked = newParcels(m)
	}
	return m
}

func (d *Device) lock() {
	d.frontend.mu.Lock()
	d.backend.mu.Lock()
	if d.capture != nil {
		d.capture.mu.Lock()
	}
}

func (d *Device) unlock() {
	if d.capture != nil {
		d.capture.mu.Unlock()
	}
	d.backend.mu.Unlock()
	d.frontend.mu.Unlock()
}

// run moves messages until the device ends.
func (m *mover) run() {
	defer m.leave()
	for m.next != forEver {
		var err error
		switch m.next {
		case forInput:
			err = m.waitForInput()
		case forOutput:
			err = m.waitForOutput()
		default:
			m.step()
		}
		if err != nil {
			m.from.fail("wait", err)
			return
		}
	}
}

// step moves a batch and says in next what to wait for then.
func (m *mover) step() {
	ending := m.d.isEnding()
	m.d.lock()
	most := forwardedMsgs
	if m.d.paused.Load() || ending && !m.drains {
		most = 0
	}
	m.from.wantIn, m.to.wantOut = false, false
	if m.parked != nil {
		m.parked.retry()
	}
	r := &m.moved
	m.move(r, most)
	if r.ended == takesNoMore && r.out.events&pollOut != 0 && r.out.msgs == 0 {
		// Reading the events has made room, and nothing tells of it any more: ask once more, but no longer, since some socket
		// types always claim POLLOUT.
		before := r.oversize
		m.move(r, most)
		r.oversize += before
	}
	m.next = m.after(r, most)
	if ending && (m.next == forInput && !m.holdsParked() || m.to.lingered()) {
		m.next = forEver
	}
	m.from.wantIn, m.to.wantOut = m.next == forInput && most > 0, m.next == forOutput
	m.d.unlock()
	m.note(r)
}

// move makes one call that receives up to most messages, and wakes whom its end concerns. The mutexes are held.
func (m *mover) move(r *moved, most int) {
	m.way.forward(most, r)
	m.from.wake(r.in.events)
	m.to.wake(r.out.events)
	m.count(r)
}

// after says what to wait for after a call that was to receive up to most messages. The mutexes are held.
func (m *mover) after(r *moved, most int) awaited {
	switch r.ended {
	case receiveFailed, sendFailed:
		return forEver
	case peerFull:
		m.parked.take(r.err == nil)
		return forNothing
	case takesNoMore:
		if r.out.events&pollOut != 0 && r.out.msgs > 0 {
			return forNothing // as long as something goes
		}
		return forOutput
	}
	if most > 0 && (r.ended == movedAll || r.in.events&pollIn != 0) {
		return forNothing
	}
	return forInput
}

func (m *mover) holdsParked() bool { return m.parked != nil && m.parked.now.Load() > 0 }

// count counts what a call has moved: while the mutexes are held, so that who pauses the device sees all of it.
func (m *mover) count(r *moved) {
	m.from.counters.received(&received{msgs: r.in.msgs, frames: r.in.frames, bytes: r.in.bytes})
	m.passed(r.out)
}

// note counts and reports what a call has dropped, or why it has failed. No mutex is held, since an error handler may ask for anything.
func (m *mover) note(r *moved) {
	if m.d.pump.logger != nil {
		m.trace(r)
	}
	m.from.drop(DroppedOversize, r.oversize)
	m.to.drop(DroppedUnroutable, r.unroutable)
	if m.parked != nil {
		m.parked.note()
	}
	switch r.ended {
	case receiveFailed:
		m.from.fail("receive", r.err)
	case sendFailed:
		m.to.fail("send", r.err)
	}
}

// passed counts what has been sent on.
func (m *mover) passed(out sent) {
	if out.msgs > 0 {
		m.to.counters.sent(out)
		m.total.Add(uint64(out.msgs))
		if m.d.capture != nil {
			m.d.capture.counters.sent(sent{msgs: out.msgs, frames: out.frames + out.msgs, bytes: out.bytes + out.msgs*m.way.tagBytes})
		}
	}
}

// waitForInput waits until there may be something to receive, and moves it, as long as nothing else is to be waited for.
func (m *mover) waitForInput() error {
	// First the deadline, then look: no nudge is lost.
	if parked := m.holdsParked(); parked || m.timed {
		var retry time.Time
		if m.timed = parked; parked {
			retry = m.parked.due
		}
		m.from.file.SetReadDeadline(retry)
	}
	err := m.from.conn.Read(func(uintptr) bool {
		for m.step(); m.next == forNothing; {
			m.step()
		}
		return m.next != forInput || m.holdsParked() && !m.timed
	})
	if errors.Is(err, os.ErrDeadlineExceeded) {
		m.timed, m.next = true, forNothing // a Read with that deadline would not look
		return nil
	}
	return err
}

// waitForOutput waits until the message in hand may go.
func (m *mover) waitForOutput() error {
	m.to.counters.blocked.begin()
	defer m.to.counters.blocked.end()
	try := func(uintptr) bool {
		m.step()
		return m.next != forOutput
	}
	for m.next == forOutput {
		until := time.Now().Add(blockedTick)
		if m.d.isEnding() && m.to.endBy.Before(until) {
			until = m.to.endBy
		}
		if !time.Now().Before(until) { // linger has passed, and a Write with that deadline would not look
			m.step()
			continue
		}
		if m.to.file != nil {
			m.to.file.SetWriteDeadline(until) // first this, then look: no nudge is lost
		}
		if _, err := m.to.await(try, until); err != nil {
			return err
		}
	}
	return nil
}

// leave counts what is still in hand, and gives it back.
func (m *mover) leave() {
	m.d.lock()
	lost := 0
	if m.way.holds() {
		lost++
	}
	if m.parked != nil {
		lost += m.parked.end()
	}
	m.way.free()
	m.d.unlock()
	m.to.drop(DroppedLinger, lost)
}
