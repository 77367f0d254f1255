//go:build cgo

package runtime

import "time"

// This file is the goroutine of a device. It spends its life in one call into C, which waits for messages and moves them, and comes back
// from it when there is something for Go to do.

// traceTick is how often a device with a logger looks whether that wants to know of all that passes.
const traceTick = time.Second

// hold takes the mutexes of all sides without asking, and keeps them until release.
func (d *Device) hold() { lockAll(d.beneath) }

func (d *Device) release() { unlockAll(d.beneath) }

// run moves messages until the device has ended and all directions have left.
func (d *Device) run() {
	for d.turn() {
		d.floor.yield()
	}
	d.floor.close()
	d.loop.free()
	close(d.over)
}

// turn moves messages until there is something for Go to do, and does that. It returns false when all directions have left.
func (d *Device) turn() (goes bool) {
	ending := d.isEnding()
	d.hold()
	why := d.move(ending)
	var told [2]moved
	tells := false
	for i, l := range d.lanes {
		if !l.left {
			told[i] = l.settle(ending)
		}
		if !l.left && why&pollFailed != 0 {
			l.leave()
		}
		goes, tells = goes || !l.left, tells || l.tells()
	}
	if ending && goes && !tells && why&(toTell|wereAsked) == 0 {
		why |= d.loop.rest(d.due(ending))
	}
	if why&showsBack != 0 {
		d.capture.wake(pollIn)
	}
	d.goesOn = ending && why == 0
	d.release()
	if why&wasRung != 0 {
		d.floor.heard() // before anything else is looked at
	}
	for i, l := range d.lanes {
		l.note(told[i])
	}
	if (why&hearsBack != 0 || d.hearsMore()) && !ending {
		d.subscriptions.receive()
	}
	if why&pollFailed != 0 {
		d.frontend.fail("wait", d.loop.err())
	}
	return goes
}

func (d *Device) hearsMore() bool { return d.subscriptions != nil && d.subscriptions.more }

// move moves messages. The mutexes are held.
func (d *Device) move(ending bool) (why int) {
	d.loop.wants(d.capture != nil && d.capture.wantIn)
	waits := !ending && !d.hearsMore() // else it may be time for a direction to leave after each round
	for _, l := range d.lanes {
		if !l.left {
			l.prepare(ending, !d.goesOn)
			waits = waits && !l.tells()
		}
	}
	if !waits {
		return d.loop.round()
	}
	most := d.due(false)
	if d.pump.logger != nil {
		d.loop.trace(d.pump.logs(LevelTrace))
		if most == 0 {
			most = traceTick
		}
	}
	return d.loop.run(most)
}

// due returns how long it is until something is due; 0 if nothing is. The mutexes are held.
func (d *Device) due(ending bool) time.Duration {
	var first time.Time
	for _, l := range d.lanes {
		if at := l.due(ending); first.IsZero() || !at.IsZero() && at.Before(first) {
			first = at
		}
	}
	if first.IsZero() {
		return 0
	}
	return max(time.Until(first), 1)
}
