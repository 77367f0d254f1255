//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// This file is the life of a device: from opening its sides to their end. What moves messages between them is in
// device_loop.go and, for subscriptions, in device_subscriptions.go.

// Device moves messages between two sockets, its sides, as they are and without decoding them: a queue requests from its
// frontend, a ROUTER, to its backend, a DEALER, and replies back; a forwarder messages from its frontend, an XSUB, to its
// backend, an XPUB, and subscriptions back; a streamer messages from its frontend, a PULL, to its backend, a PUSH. It
// holds no message but one in each direction, and, for peers of a ROUTER that take no more, those that are parked; what
// it does not take stays in ZeroMQ's queues, which push back. While it is open it takes a thread of the system, which waits in poll(2).
//
// All methods may be called by many goroutines at once, and on a nil *Device, which is one that is not open.
type Device struct {
	pump     *Pump
	topology string
	name     string // and #instance
	base     string
	opened   time.Time
	kind     DeviceKind

	frontend, backend *Socket
	capture           *Socket // nil if there is none

	forwarded, returned atomic.Uint64
	paused              atomic.Bool
	open                atomic.Int32 // sides that have not closed
	ending              chan struct{}
	endOnce             sync.Once
	endErr              error         // why it ended; set before ending is closed
	over                chan struct{} // closed when nothing moves any more
	done                chan struct{}

	floor         *floor
	mutexes       []mutex // of the sides
	beneath       []mutex // the same, for the device's goroutine, which need not ask
	loop          *deviceLoop
	goesOn        bool               // the last turn of one that ends had no cause but that it may be time to leave
	lanes         []*lane            // from the frontend, and in a queue back
	subscriptions *subscriptionMover // nil but in a forwarder
}

// deviceSides says which socket types the sides of a kind are.
var deviceSides = map[DeviceKind]struct{ frontend, backend SocketType }{
	Queue: {Router, Dealer}, Forwarder: {XSub, XPub}, Streamer: {Pull, Push},
}

// DeviceOption changes how a device is opened.
type DeviceOption func(*deviceConfig)

type deviceConfig struct {
	instance                   string
	frontend, backend, capture []SocketOption
}

// OnFrontend opens the frontend of the device with opts too.
func OnFrontend(opts ...SocketOption) DeviceOption {
	return func(c *deviceConfig) { c.frontend = append(c.frontend, opts...) }
}

// OnBackend opens the backend of the device with opts too.
func OnBackend(opts ...SocketOption) DeviceOption {
	return func(c *deviceConfig) { c.backend = append(c.backend, opts...) }
}

// OnCapture opens the socket that captures what passes with opts too. Only a device to which the topology gives one has it.
func OnCapture(opts ...SocketOption) DeviceOption {
	return func(c *deviceConfig) { c.capture = append(c.capture, opts...) }
}

// WithDeviceInstance names a further opening of a device that is open on the same pump: device#name, whose sides are
// device.frontend#name and so on.
func WithDeviceInstance(name string) DeviceOption { return func(c *deviceConfig) { c.instance = name } }

// OpenDevice opens the sides of the named device, or none, and starts to move what they receive. The device ends with ctx, the
// pump, its Close, or when one of its sides ends, and then all of them do. The error is an *Error.
func OpenDevice(ctx context.Context, p *Pump, t *Topology, name string, opts []DeviceOption) (*Device, error) {
	var c deviceConfig
	for _, opt := range opts {
		opt(&c)
	}
	spec, err := t.device(name, &c)
	if err != nil {
		return nil, &Error{"open", name, err}
	}
	d := &Device{
		pump: p, topology: t.Name, name: name, base: name, kind: spec.Kind, opened: time.Now(),
		ending: make(chan struct{}), over: make(chan struct{}), done: make(chan struct{}),
	}
	if c.instance != "" {
		d.name += "#" + c.instance
	}
	if d.floor, err = newFloor(); err != nil {
		return nil, &Error{"open", name, err}
	}
	if err := d.openSides(ctx, t, name, &c, spec.Capture); err != nil {
		d.floor.close()
		return nil, err
	}
	if err := d.lay(); err != nil {
		d.abandon(ctx)
		d.floor.close()
		return nil, &Error{"open", name, err}
	}
	d.start(ctx)
	return d, nil
}

// device returns what the topology says of a device, or why c cannot open it.
func (t *Topology) device(name string, c *deviceConfig) (DeviceSpec, error) {
	spec, ok := t.Devices[name]
	types, known := deviceSides[spec.Kind]
	switch {
	case !ok:
		return spec, fmt.Errorf("topology %s has no device %q", t.Name, name)
	case !known:
		return spec, fmt.Errorf("unknown kind of device %d", int(spec.Kind))
	case !spec.Capture && len(c.capture) > 0:
		return spec, errors.New("the topology gives it no capture to have options")
	}
	want := map[string]SocketType{"frontend": types.frontend, "backend": types.backend}
	if spec.Capture {
		want["capture"] = Pub
	}
	for side, typ := range want {
		if s, ok := t.Sockets[name+"."+side]; ok && s.Type != typ {
			return spec, fmt.Errorf("its %s is a %v, want a %v", side, s.Type, typ)
		}
	}
	return spec, nil
}

// openSides opens the sides, or none.
func (d *Device) openSides(ctx context.Context, t *Topology, name string, c *deviceConfig, captures bool) error {
	type side struct {
		to   **Socket
		name string
		opts []SocketOption
	}
	sides := []side{{&d.frontend, "frontend", c.frontend}, {&d.backend, "backend", c.backend}}
	if captures {
		sides = append(sides, side{&d.capture, "capture", c.capture})
	}
	for _, side := range sides {
		opts := append(side.opts[:len(side.opts):len(side.opts)], func(c *socketConfig) { c.device = d })
		if c.instance != "" {
			opts = append(opts, Instance(c.instance))
		}
		s, err := d.pump.open(ctx, t, name+"."+side.name, opts)
		if err != nil {
			d.abandon(ctx)
			return err
		}
		*side.to = s
	}
	return nil
}

// sides returns the sockets that are open.
func (d *Device) sides() (open []*Socket) {
	for _, s := range []*Socket{d.frontend, d.backend, d.capture} {
		if s != nil {
			open = append(open, s)
		}
	}
	return open
}

// abandon closes the sides that are open, of a device of which another could not be opened.
func (d *Device) abandon(ctx context.Context) {
	for _, s := range d.sides() {
		s.end(nil)
		s.serve(ctx, nil, func() {})
		<-s.done
	}
}

// lay makes the directions in which messages go.
func (d *Device) lay() (err error) {
	d.loop, err = newDeviceLoop(d.sides(), d.floor, d.kind == Forwarder)
	if err != nil {
		return err
	}
	for _, s := range d.sides() {
		d.mutexes, d.beneath = append(d.mutexes, &s.mu), append(d.beneath, &s.mu.mutex)
	}
	d.frontend.passes = true
	d.lanes = []*lane{newLane(d, 0, &d.forwarded, "frontend")}
	switch d.kind {
	case Queue:
		d.backend.passes = true
		d.lanes = append(d.lanes, newLane(d, 1, &d.returned, "backend"))
		d.frontend.gauge(func(s *Stats) { s.Parked += d.parkedNow() })
	case Forwarder:
		d.subscriptions = newSubscriptionMover(d)
	}
	return nil
}

// start begins to move messages.
func (d *Device) start(ctx context.Context) {
	d.pump.mu.Lock()
	d.pump.devices[socketKey{d.topology, d.name}] = d
	d.pump.mu.Unlock()
	d.log(slog.LevelDebug, "opened", "kind", d.kind.String())
	d.serveSides(ctx)
	go d.run()
}

// serveSides begins to serve the sides, which have nothing to do but to end together.
func (d *Device) serveSides(ctx context.Context) {
	sides := d.sides()
	d.open.Store(int32(len(sides)))
	for _, s := range sides {
		attend := func() { d.attend(s) }
		if s.isMoved() {
			s.serve(ctx, d.closed, attend)
		} else {
			s.start(ctx, nil, d.closed, attend)
		}
	}
}

// attend has the device end with one of its sides, and the side stay open until nothing moves any more.
func (d *Device) attend(s *Socket) {
	select {
	case <-s.ending:
		d.end(s.endErr)
	case <-d.ending:
	}
	<-d.over
}

// end makes the device end: each direction hands over what it holds until linger has passed.
func (d *Device) end(err error) {
	d.endOnce.Do(func() {
		d.endErr = err
		for _, s := range d.sides() {
			s.end(err)
		}
		close(d.ending)
		d.floor.ends.Store(1)
		d.floor.ring()
	})
}

// closed is called when a side has closed. The last one ends the device.
func (d *Device) closed() {
	if d.open.Add(-1) > 0 {
		return
	}
	d.pump.mu.Lock()
	if key := (socketKey{d.topology, d.name}); d.pump.devices[key] == d { // else one of the same name has been opened meanwhile
		delete(d.pump.devices, key)
	}
	d.pump.keepDevice(d)
	d.pump.mu.Unlock()
	d.log(slog.LevelDebug, "closed", "cause", d.Err())
	close(d.done)
}

func (d *Device) isEnding() bool {
	select {
	case <-d.ending:
		return true
	default:
		return false
	}
}
