//go:build cgo

package runtime

// This file is what a device offers to its user.

// DeviceStats are the counts of one device since it was opened.
type DeviceStats struct {
	// Of the sides, as those of any socket. What the device holds, or has dropped, is the difference of what one side has received
	// and the other has sent; the causes are in Dropped of the side that it was to leave by, or by which it came.
	Frontend, Backend, Capture Stats

	Forwarded uint64 // messages that have gone from the frontend to the backend
	Returned  uint64 // messages that have gone back: replies of a queue, or subscriptions and their ends
	Parked    int    // replies that wait now for peers of the frontend that take no more
	Paused    bool
}

// Device returns the device of that topology that is open under name, or name#instance, or nil.
func (p *Pump) Device(topology, name string) *Device {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.devices[socketKey{topology, name}]
}

// Name returns the name of the device, and #instance if it was opened with one.
func (d *Device) Name() string {
	if d == nil {
		return ""
	}
	return d.name
}

// Frontend returns the handle of the side at which messages come in. It ends the device to close it.
func (d *Device) Frontend() *Socket {
	if d == nil {
		return nil
	}
	return d.frontend
}

// Backend returns the handle of the other side.
func (d *Device) Backend() *Socket {
	if d == nil {
		return nil
	}
	return d.backend
}

// Capture returns the handle of the PUB that shows what passes, or nil if the topology gives the device none.
func (d *Device) Capture() *Socket {
	if d == nil {
		return nil
	}
	return d.capture
}

// Pause has the device read no more messages, so that ZeroMQ's queues fill and push back, or drop where they do. It returns
// when what was being moved has gone on or is held. Subscriptions still pass, and so do parked replies. To pause a
// device that is paused changes nothing.
func (d *Device) Pause() {
	if d != nil {
		d.setPaused(true)
	}
}

// Resume undoes Pause.
func (d *Device) Resume() {
	if d != nil {
		d.setPaused(false)
	}
}

func (d *Device) setPaused(on bool) {
	lockAll(d.mutexes)
	was := d.paused.Swap(on)
	unlockAll(d.mutexes)
	d.logPause(on, was)
}

// Paused reports whether the device is paused.
func (d *Device) Paused() bool { return d != nil && d.paused.Load() }

// Stats returns the counts of the device. It is cheap, and works after the end. A peer may have a message a moment before that is counted;
// when Close has returned, all that were sent are.
func (d *Device) Stats() DeviceStats {
	if d == nil {
		return DeviceStats{}
	}
	return DeviceStats{
		Frontend: d.frontend.Stats(), Backend: d.backend.Stats(), Capture: d.capture.Stats(),
		Forwarded: d.forwarded.Load(), Returned: d.returned.Load(), Paused: d.paused.Load(),
		Parked: d.parkedNow(),
	}
}

// parkedNow is how many replies wait for full peers of the frontend.
func (d *Device) parkedNow() (n int) {
	for _, l := range d.lanes {
		if l.parked != nil {
			n += int(l.parked.now.Load())
		}
	}
	return n
}

// Done returns a channel that is closed when all sides of the device have closed.
func (d *Device) Done() <-chan struct{} {
	if d == nil {
		return closedChan
	}
	return d.done
}

// Err returns nil while the device is open, and from when it begins to end why: ErrClosed if it was closed, by itself, a side or
// the pump, else the error of a ctx or of ZeroMQ.
func (d *Device) Err() error {
	if d == nil {
		return ErrClosed
	}
	if !d.isEnding() {
		return nil
	}
	if d.endErr != nil {
		return d.endErr
	}
	return ErrClosed
}

// Close ends the device and waits until its sides have closed, which the longest linger among them bounds. What it has received
// is handed on before, as far as linger allows; the rest is counted. It may be called again. It must not be called by an
// error handler or within Do of a side.
func (d *Device) Close() error {
	if d == nil {
		return nil
	}
	d.end(nil)
	<-d.done
	return nil
}
