//go:build cgo

package runtime

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
)

// This file opens devices of each kind over each transport, and moves messages through them.

// deviceTopology has a device of each kind, with one that captures, and what may meet it. Both sides of a device bind, the
// frontend to front and the backend to back; the others connect to them.
func deviceTopology(front, back string) *Topology {
	linger := Lingering(testLinger)
	top := &Topology{Name: "dev", Devices: map[string]DeviceSpec{}, Sockets: map[string]SocketSpec{
		"a.push": {Type: Push, Connect: []string{"streamer.frontend"}}, "b.pull": {Type: Pull, Connect: []string{"streamer.backend"}},
		"a.req": {Type: Req, Connect: []string{"queue.frontend"}}, "a.dealer": {Type: Dealer, Connect: []string{"queue.frontend"}},
		"b.rep": {Type: Rep, Connect: []string{"queue.backend"}}, "b.dealer": {Type: Dealer, Connect: []string{"queue.backend"}},
		"a.pub": {Type: Pub, Connect: []string{"forwarder.frontend"}}, "a.xpub": {Type: XPub, Connect: []string{"forwarder.frontend"}},
		"b.sub":  {Type: Sub, Connect: []string{"forwarder.backend"}, Subscribe: []string{""}},
		"b.xsub": {Type: XSub, Connect: []string{"forwarder.backend"}},
		"c.sub":  {Type: Sub, Bind: []string{"inproc://watcher"}, Subscribe: []string{""}},
	}}
	for kind, name := range map[DeviceKind]string{Queue: "queue", Forwarder: "forwarder", Streamer: "streamer"} {
		for _, capture := range []bool{false, true} {
			if capture {
				name += "_shown"
				top.Sockets[name+".capture"] = SocketSpec{Type: Pub, Connect: []string{"inproc://watcher"}}
			}
			top.Devices[name] = DeviceSpec{Kind: kind, Capture: capture}
			top.Sockets[name+".frontend"] = SocketSpec{Type: deviceSides[kind].frontend, Bind: []string{front}}
			top.Sockets[name+".backend"] = SocketSpec{Type: deviceSides[kind].backend, Bind: []string{back}}
		}
	}
	for name, spec := range top.Sockets {
		spec.Linger = linger
		top.Sockets[name] = spec
	}
	return top
}

func openDevice(t testing.TB, p *Pump, top *Topology, name string, opts ...DeviceOption) *Device {
	t.Helper()
	d, err := OpenDevice(context.Background(), p, top, name, opts)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// overDeviceTransports runs with devices over each transport.
func overDeviceTransports(t *testing.T, run func(t *testing.T, top *Topology)) {
	for name, ends := range map[string][2]string{
		"tcp":    {"tcp://127.0.0.1:*", "tcp://127.0.0.1:*"},
		"ipc":    {"ipc://" + filepath.Join(t.TempDir(), "f"), "ipc://" + filepath.Join(t.TempDir(), "b")},
		"inproc": {"inproc://front", "inproc://back"},
		"both":   {"inproc://front", "tcp://127.0.0.1:*"},
	} {
		t.Run(name, func(t *testing.T) { run(t, deviceTopology(ends[0], ends[1])) })
	}
}

func TestAStreamerMovesMessagesAsTheyAre(t *testing.T) {
	overDeviceTransports(t, func(t *testing.T, top *Topology) {
		p := newPump(t)
		d := openDevice(t, p, top, "streamer")
		push, pull := openEnds(t, p, top, "a.push"), openEnds(t, p, top, "b.pull")
		const n = 5000
		frames := func(i int) []string { return []string{fmt.Sprint(i), "", "three"}[:1+i%3] }
		together(t, func() error {
			for i := range n {
				push.send <- bytesOf(frames(i)...)
			}
			return nil
		}, func() error {
			for i := range n {
				if got := stringsOf(<-pull.recv); fmt.Sprint(got) != fmt.Sprint(frames(i)) {
					return fmt.Errorf("got %q, want %q", got, frames(i))
				}
			}
			return nil
		})
		eventually(t, "all is counted", func() bool {
			s := d.Stats()
			return s.Forwarded == n && s.Frontend.MessagesIn == n && s.Backend.MessagesOut == n &&
				s.Frontend.FramesIn == s.Backend.FramesOut && s.Frontend.BytesIn == s.Backend.BytesOut
		})
	})
}

func TestAQueueMovesRequestsAndReplies(t *testing.T) {
	overDeviceTransports(t, func(t *testing.T, top *Topology) {
		p := newPump(t)
		d := openDevice(t, p, top, "queue")
		req, rep := openEnds(t, p, top, "a.req"), openEnds(t, p, top, "b.rep")
		for i := range 200 {
			send(t, req.send, bytesOf("question", fmt.Sprint(i)))
			equal(t, stringsOf(next(t, rep.recv)), []string{"question", fmt.Sprint(i)})
			send(t, rep.send, bytesOf("answer", fmt.Sprint(i)))
			equal(t, stringsOf(next(t, req.recv)), []string{"answer", fmt.Sprint(i)})
		}
		equal(t, d.Stats().Forwarded, uint64(200))
		eventually(t, "all is counted", func() bool { return d.Stats().Returned == 200 })
	})
}

func TestAForwarderMovesMessagesAndSubscriptions(t *testing.T) {
	overDeviceTransports(t, func(t *testing.T, top *Topology) {
		p := newPump(t)
		d := openDevice(t, p, top, "forwarder")
		pub, sub := openEnds(t, p, top, "a.xpub"), openEnds(t, p, top, "b.sub", Subscribe("to"))
		equal(t, stringsOf(next(t, pub.recv)), []string{"\x01to"})
		for i := range 500 {
			send(t, pub.send, bytesOf("unwanted", fmt.Sprint(i)))
			send(t, pub.send, bytesOf("topic", fmt.Sprint(i)))
		}
		for i := range 500 {
			equal(t, stringsOf(next(t, sub.recv)), []string{"topic", fmt.Sprint(i)})
		}
		eventually(t, "all is counted", func() bool { return d.Stats().Frontend.MessagesIn >= 500 })
		equal(t, d.Stats().Frontend.MessagesIn, uint64(500)) // the publisher itself leaves out what nobody wants
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		equal(t, d.Err(), ErrClosed)
		equal(t, p.Device("dev", "forwarder"), (*Device)(nil))
	})
}
