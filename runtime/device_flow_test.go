//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file pauses, blocks, stops and kills what is around devices, and accounts for every message.

// sendNumbers sends numbers to ch until quit is closed, and says how many.
func sendNumbers(ch chan<- [][]byte, n *int) func(quit <-chan struct{}) {
	return func(quit <-chan struct{}) {
		for ; ; *n++ {
			select {
			case ch <- bytesOf("frame", fmt.Sprint(*n)):
			case <-quit:
				return
			}
		}
	}
}

func TestADeviceThatIsPausedLosesAndRepeatsNothing(t *testing.T) {
	overDeviceTransports(t, func(t *testing.T, top *Topology) {
		p := newPump(t)
		d := openDevice(t, p, top, "streamer")
		push, pull := openEnds(t, p, top, "a.push"), openEnds(t, p, top, "b.pull")
		sent := 0
		stop := sync.OnceFunc(untilStopped(sendNumbers(push.send, &sent)))
		defer stop()
		due := 0
		take := func(n int) {
			for range n {
				equal(t, stringsOf(next(t, pull.recv)), []string{"frame", fmt.Sprint(due)})
				due++
			}
		}
		for range 20 {
			take(500)
			d.Pause()
			before := d.Stats()
			equal(t, before.Paused, true)
			take(int(before.Backend.MessagesOut) - due) // what has passed already
			equal(t, d.Stats().Frontend.MessagesIn, before.Frontend.MessagesIn)
			d.Resume()
		}
		stop()
		take(sent - due)
		equal(t, d.Stats().Frontend.Dropped, map[Cause]uint64(nil))
	})
}

func TestAForwarderThatIsPausedPassesSubscriptions(t *testing.T) {
	p, top := newPump(t), deviceTopology("inproc://front", "inproc://back")
	d := openDevice(t, p, top, "forwarder")
	pub := openEnds(t, p, top, "a.xpub")
	d.Pause()
	sub := openEnds(t, p, top, "b.sub", Subscribe("t"))
	equal(t, stringsOf(next(t, pub.recv)), []string{"\x01t"})
	send(t, pub.send, bytesOf("topic"))
	d.Resume()
	equal(t, stringsOf(next(t, sub.recv)), []string{"topic"})
}

// Whatever of it is where when a device ends under load, the receiver has a message or some side has counted it. Over inproc nothing
// is on its way anywhere else: the sender's queue and the device's are one.
func TestADeviceThatStopsUnderLoadLosesNothingUncounted(t *testing.T) {
	for _, how := range []string{"close", "ctx", "side", "paused"} {
		t.Run(how, func(t *testing.T) {
			p, top := newPump(t), deviceTopology("inproc://front", "inproc://back")
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			d, err := OpenDevice(ctx, p, top, "streamer", nil)
			if err != nil {
				t.Fatal(err)
			}
			push, pull := openEnds(t, p, top, "a.push"), openEnds(t, p, top, "b.pull", Buffer(1<<16))
			sent := 0
			stop := sync.OnceFunc(untilStopped(sendNumbers(push.send, &sent)))
			defer stop()
			for range 5000 {
				next(t, pull.recv)
			}
			switch how {
			case "close":
				d.Close()
			case "ctx":
				cancel()
			case "side":
				d.Frontend().Close()
			case "paused":
				d.Pause()
				d.Close()
			}
			<-d.Done()
			stop()
			s := d.Stats()
			in, out := s.Frontend, s.Backend
			if in.MessagesIn != out.MessagesOut+in.Dropped[DroppedUnread]+out.Dropped[DroppedLinger] {
				t.Errorf("in %d, out %d, dropped %v and %v", in.MessagesIn, out.MessagesOut, in.Dropped, out.Dropped)
			}
			received := uint64(5000)
			eventually(t, "what has passed arrives", func() bool {
				for {
					select {
					case <-pull.recv:
						received++
					default:
						return received == out.MessagesOut
					}
				}
			})
		})
	}
}

func TestBackPressureReachesTheSenderAndTheDeviceHoldsOneMessage(t *testing.T) {
	p, top := newPump(t), deviceTopology("tcp://127.0.0.1:*", "tcp://127.0.0.1:*")
	d := openDevice(t, p, top, "streamer")
	push := openEnds(t, p, top, "a.push", Buffer(1))
	n := fill(t, push.send, bytesOf(strings.Repeat("x", 10_000)))
	eventually(t, "the device is blocked", func() bool { return d.Stats().Backend.Blocked > 0 })
	s := d.Stats()
	equal(t, s.Frontend.MessagesIn, uint64(1))
	equal(t, s.Backend.MessagesOut, uint64(0))
	pull := openEnds(t, p, top, "b.pull")
	for range n {
		next(t, pull.recv)
	}
}

// A client that sends requests and reads no replies has those parked and then dropped; another one's go on all the time.
func TestAFullClientOfAQueueKeepsNobodyWaiting(t *testing.T) {
	p := newPump(t)
	top := deviceTopology("tcp://127.0.0.1:*", "inproc://back")
	d := openDevice(t, p, top, "queue", OnFrontend(func(c *socketConfig) { c.SendHWM = Limit(10) }))
	worker := openEnds(t, p, top, "b.dealer")
	client := openEnds(t, p, top, "a.dealer")
	front := d.Frontend().Endpoints()[0]
	hog := rawSock(t, zmq4.DEALER, func(s *zmq4.Socket) error {
		s.SetRcvhwm(1)
		return s.Connect(front)
	})
	sendFrames(t, hog, "hello")
	request := next(t, worker.recv)
	big := []byte(strings.Repeat("x", 100_000))
	send(t, client.send, bytesOf("question"))
	other := next(t, worker.recv)
	sent, parked := 0, 0
	for ; d.Stats().Frontend.Dropped[DroppedPeerFull] == 0; sent++ { // full: its queues, and all that is parked
		send(t, worker.send, [][]byte{request[0], fmt.Append(nil, sent), big})
		send(t, worker.send, [][]byte{other[0], []byte("answer")})
		equal(t, stringsOf(next(t, client.recv)), []string{"answer"})
		parked = max(parked, d.Frontend().Stats().Parked)
	}
	equal(t, parked > 0, true)
	last := -1
	for { // what arrives is in order
		hog.SetRcvtimeo(300 * time.Millisecond)
		m, err := hog.RecvMessage(0)
		if err != nil {
			break
		}
		var i int
		fmt.Sscan(m[0], &i)
		if i <= last || len(m) != 2 || len(m[1]) != len(big) {
			t.Fatalf("message %d of %d frames after %d", i, len(m), last)
		}
		last = i
	}
	eventually(t, "nothing is parked any more", func() bool { return d.Stats().Parked == 0 })
	disposed(t, d, 2*sent)
}

func TestRepliesToClientsThatHaveGoneAreCounted(t *testing.T) {
	p, top := newPump(t), deviceTopology("inproc://front", "inproc://back")
	d := openDevice(t, p, top, "queue")
	worker := openEnds(t, p, top, "b.dealer")
	send(t, worker.send, bytesOf("nobody", "answer"))
	send(t, worker.send, bytesOf("alone"))
	eventually(t, "both are counted", func() bool { return d.Stats().Frontend.Dropped[DroppedUnroutable] == 2 })
}

func TestWorkersThatComeAndGoTearNothing(t *testing.T) {
	for _, kind := range []string{"streamer", "queue"} {
		t.Run(kind, func(t *testing.T) {
			p, top := newPump(t), deviceTopology("inproc://front", "tcp://127.0.0.1:*")
			d := openDevice(t, p, top, kind)
			from, typ, skip := "a.push", Pull, 0
			if kind == "queue" {
				from, typ, skip = "a.dealer", Dealer, 1
			}
			e := openEnds(t, p, top, from, Buffer(16))
			defer untilStopped(func(quit <-chan struct{}) {
				for m := 0; ; m++ {
					select {
					case e.send <- pieces(m, 1+m%7):
					case <-quit:
						return
					}
				}
			})()
			to, last := d.Backend().Endpoints()[0], -1
			for life := range 40 {
				s, err := zmq4.NewSocket(socketTypes[typ])
				if err != nil {
					t.Fatal(err)
				}
				s.SetRcvhwm(1 + life)
				s.SetRcvtimeo(stall)
				s.SetLinger(0)
				err = s.Connect(to)
				for range 1 + life*life {
					var f [][]byte
					if err == nil {
						f, err = s.RecvMessageBytes(0)
					}
					if err != nil {
						t.Fatal(err)
					}
					m, err := whole(f[skip:])
					if err != nil || m <= last {
						t.Fatalf("message %d after %d: %v", m, last, err)
					}
					last = m
				}
				s.Close()
			}
		})
	}
}

func TestADeviceRefusesWhatIsOverALimitAndGoesOn(t *testing.T) {
	p := newPump(t)
	top := deviceTopology("tcp://127.0.0.1:*", "inproc://back")
	d := openDevice(t, p, top, "streamer", OnFrontend(func(c *socketConfig) { c.MaxMessageSize = Size(5000) }))
	pull := openEnds(t, p, top, "b.pull")
	hostile := rawSock(t, zmq4.PUSH, connectTo(d.Frontend().Endpoints()[0]))
	for i := range 50 {
		sendFrames(t, hostile, make([]string, 4000)...)                              // too many frames
		sendFrames(t, hostile, strings.Repeat("x", 3000), strings.Repeat("y", 3000)) // too many bytes
		sendFrames(t, hostile, "good", fmt.Sprint(i))
		equal(t, stringsOf(next(t, pull.recv)), []string{"good", fmt.Sprint(i)})
	}
	eventually(t, "all is counted", func() bool {
		s := d.Stats()
		return s.Frontend.Dropped[DroppedOversize] == 100 && s.Forwarded == 50
	})
	equal(t, d.Stats().Frontend.Dropped, map[Cause]uint64{DroppedOversize: 100})
	if held := d.lanes[0].way.c.hand.room; held > 64 {
		t.Errorf("an idle device keeps room for %d frames", held)
	}
}

func TestOpenDeviceRefusesWhatItCannotOpenAndKeepsNothing(t *testing.T) {
	p, top := newPump(t), deviceTopology("inproc://front", "inproc://back")
	for name, opts := range map[string][]DeviceOption{
		"nothing":  nil,
		"streamer": {OnCapture(Buffer(1))},
		"queue":    {OnBackend(Bind("tcp://no such place"))},
	} {
		_, err := OpenDevice(context.Background(), p, top, name, opts)
		if e := (*Error)(nil); !errors.As(err, &e) {
			t.Errorf("%s: got %v, want an *Error", name, err)
		}
	}
	equal(t, len(p.Stats()), 0)
	openDevice(t, p, top, "queue")
	_, err := OpenDevice(context.Background(), p, top, "queue", nil)
	equal(t, err != nil, true)
	two := openDevice(t, p, top, "queue", WithDeviceInstance("two"), OnFrontend(Bind("inproc://2f")), OnBackend(Bind("inproc://2b")))
	equal(t, two.Name(), "queue#two")
	equal(t, p.Device("dev", "queue#two") == two, true)
	equal(t, two.Frontend().Name(), "queue.frontend#two")
}

func TestANilDeviceIsOneThatIsNotOpen(t *testing.T) {
	var d *Device
	d.Pause()
	d.Resume()
	<-d.Done()
	equal(t, d.Close(), error(nil))
	equal(t, d.Err(), ErrClosed)
	equal(t, d.Name()+d.Frontend().Name()+d.Backend().Name()+d.Capture().Name(), "")
	equal(t, d.Stats().Forwarded, uint64(0))
	equal(t, d.Paused(), false)
}
