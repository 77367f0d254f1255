//go:build cgo

package runtime

import (
	"sync/atomic"
	"time"
)

// This file is one direction of a device, as far as Go sees to it: what was dropped, what is parked, and when it leaves. What
// moves the messages is in device.h. The device's goroutine alone uses a lane, but for what is atomic.

// lane is one direction.
type lane struct {
	d        *Device
	from, to *Socket
	way      passage
	total    *atomic.Uint64 // of messages that have passed
	tag      string         // what they are captured with
	parked   *parcels       // of a direction to a ROUTER
	drains   bool           // what has come when the device ends still goes
	left     bool
	lost     int // messages that it had in hand or parked when it left, until they are reported
}

// newLane makes the direction from side from to the other one. total counts the messages that pass, and tag is what they are captured with.
func newLane(d *Device, from int, total *atomic.Uint64, tag string) *lane {
	sides := d.sides()
	l := &lane{d: d, from: sides[from], to: sides[1-from], total: total, tag: tag, way: passage{d.loop.lane(sides, from, total, d.capture, tag)}}
	l.drains = d.kind != Queue || l.from == d.backend // a request whose reply cannot come back is better left
	if l.to.typ == Router {
		l.parked = newParcels(l)
	}
	return l
}

// prepare says what the next rounds are to do, and if anew, that they look whatever was waited for. The mutexes are held.
func (l *lane) prepare(ending, anew bool) {
	l.way.prepare(!l.d.paused.Load() && (!ending || l.drains), anew)
	if l.parked != nil {
		l.parked.retry()
	}
}

// due returns when the direction is to be prepared anew; zero if nothing waits for that.
func (l *lane) due(ending bool) (at time.Time) {
	if l.left {
		return at
	}
	if l.holdsParked() {
		at = l.parked.due
	}
	if ending && (at.IsZero() || l.to.endBy.Before(at)) {
		at = l.to.endBy
	}
	return at
}

// settle does what the rounds have left to do, and returns what they have to tell. The mutexes are held.
func (l *lane) settle(ending bool) moved {
	r := l.way.moved()
	if r.ended == peerFull {
		l.parked.take(r.err == nil)
	}
	waits := l.way.waits()
	if blocked := waits == forOutput || l.way.blocked() && l.way.holds(); blocked != l.way.blocked() {
		l.way.setBlocked(blocked)
		if blocked {
			l.to.counters.blocked.begin()
		} else {
			l.to.counters.blocked.end()
		}
	}
	failed := r.ended == receiveFailed || r.ended == sendFailed
	if failed || ending && (waits == forInput && !l.holdsParked() || l.to.lingered()) {
		l.leave()
	}
	return r
}

// passed counts a message that was parked and has been sent. C counts the others.
func (l *lane) passed(frames, bytes int) {
	l.to.counters.sent(sent{msgs: 1, frames: frames, bytes: bytes})
	l.total.Add(1)
	if c := l.d.capture; c != nil {
		c.counters.sent(sent{msgs: 1, frames: frames + 1, bytes: bytes + len(l.tag)})
	}
}

func (l *lane) holdsParked() bool { return l.parked != nil && l.parked.now.Load() > 0 }

// tells reports whether there is something to note besides what a round has moved.
func (l *lane) tells() bool { return l.lost > 0 || l.parked != nil && l.parked.tells() }

// note counts and reports what was dropped, or why it has failed. No mutex is held, since an error handler may ask for anything.
func (l *lane) note(r moved) {
	l.trace(r)
	l.from.drop(DroppedOversize, r.oversize)
	l.to.drop(DroppedUnroutable, r.unroutable)
	l.to.drop(DroppedLinger, l.lost)
	l.lost = 0
	if l.parked != nil {
		l.parked.note()
	}
	switch r.ended {
	case receiveFailed:
		l.from.fail("receive", r.err)
	case sendFailed:
		l.to.fail("send", r.err)
	}
}

// leave counts what is still in hand, and gives it back. The mutexes are held.
func (l *lane) leave() {
	if l.way.holds() {
		l.lost++
	}
	if l.parked != nil {
		l.lost += l.parked.end()
	}
	if l.way.blocked() {
		l.to.counters.blocked.end()
	}
	l.way.leave()
	l.left = true
}
