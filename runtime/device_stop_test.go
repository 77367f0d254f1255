//go:build cgo

package runtime

import (
	"context"
	"fmt"
	goruntime "runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file stops devices under load over tcp, by their pump, its ctx and their own: each message that a device has read arrives or is
// counted, nothing hangs and nothing is left behind.

// stops are the ways in which a device ends.
var stops = []string{"pump", "ctx of the pump", "ctx"}

// stopped is a device on a pump of its own.
type stopped struct {
	d     *Device
	pump  *Pump
	close map[string]func()
}

// openStopped opens a device whose sides have so long a linger, and no high-water marks if it is a forwarder.
func openStopped(t *testing.T, kind string, linger time.Duration, opts ...DeviceOption) *stopped {
	t.Helper()
	top := deviceTopology("tcp://127.0.0.1:*", "tcp://127.0.0.1:*")
	for _, side := range []string{kind + ".frontend", kind + ".backend"} {
		spec := top.Sockets[side]
		spec.Linger = Lingering(linger)
		if kind == "forwarder" {
			spec.SendHWM, spec.RecvHWM = Limit(0), Limit(0)
		}
		top.Sockets[side] = spec
	}
	all, endAll := context.WithCancel(context.Background())
	own, end := context.WithCancel(context.Background())
	t.Cleanup(endAll)
	t.Cleanup(end)
	p, err := NewPump(all)
	if err != nil {
		t.Fatal(err)
	}
	d, err := OpenDevice(own, p, top, kind, opts)
	if err != nil {
		t.Fatal(err)
	}
	return &stopped{d, p, map[string]func(){"pump": func() { p.Close() }, "ctx of the pump": endAll, "ctx": end}}
}

// stop ends it, and fails the test if that takes over linger, a second, and what a busy machine may need.
func (s *stopped) stop(t *testing.T, how string) {
	t.Helper()
	s.close[how]()
	within(t, 20*time.Second, "the end by "+how, func() {
		<-s.d.Done()
		s.pump.Close()
		<-s.pump.Done()
	})
	if s.d.Err() == nil {
		t.Error("a device that has ended does not say why")
	}
}

// leavesNothing fails the test if goroutines or descriptors of what f opens are still there afterwards.
func leavesNothing(t *testing.T, f func()) {
	t.Helper()
	goroutines, files := goruntime.NumGoroutine(), openFiles(t)
	f()
	eventually(t, "goroutines and descriptors have gone", func() bool {
		return goruntime.NumGoroutine() <= goroutines && openFiles(t) <= files
	})
}

// balanced fails the test unless whatever came in by from has gone out by to or is counted.
func balanced(t *testing.T, from, to Stats) {
	t.Helper()
	lost := from.Dropped[DroppedUnread] + to.Dropped[DroppedLinger] + to.Dropped[DroppedPeerFull] + to.Dropped[DroppedUnroutable]
	if from.MessagesIn != to.MessagesOut+lost {
		t.Errorf("in %d, out %d, dropped %v and %v", from.MessagesIn, to.MessagesOut, from.Dropped, to.Dropped)
	}
	t.Logf("in %d, out %d, dropped %v and %v", from.MessagesIn, to.MessagesOut, from.Dropped, to.Dropped)
}

// countNumbers counts what comes until quit is closed, and checks that numbers rise by one.
func countNumbers(t *testing.T, in <-chan [][]byte, n *atomic.Int64) func(quit <-chan struct{}) {
	return func(quit <-chan struct{}) {
		for last := -1; ; n.Add(1) {
			select {
			case m, open := <-in:
				if !open {
					return
				}
				var got int
				if fmt.Sscan(string(m[len(m)-1]), &got); got != last+1 {
					t.Errorf("number %d after %d", got, last)
				}
				last = got
			case <-quit:
				return
			}
		}
	}
}

func TestADeviceThatStopsOverTCPLosesNothingThatItHasRead(t *testing.T) {
	for _, kind := range []string{"streamer", "forwarder"} {
		for _, how := range stops {
			leavesNothing(t, func() {
				t.Run(kind+" "+how, func(t *testing.T) { stopsUnderLoad(t, kind, how) })
			})
		}
	}
}

func stopsUnderLoad(t *testing.T, kind, how string) {
	dev := openStopped(t, kind, time.Second)
	p, top := newPump(t), stationTopology()
	out, in, opts := "a.push", "a.pull", []SocketOption{}
	if kind == "forwarder" {
		out, in, opts = "a.pub", "a.sub", []SocketOption{func(c *socketConfig) { c.SendHWM, c.RecvHWM = Limit(0), Limit(0) }}
	}
	to := openEnds(t, p, top, out, append(opts, Connect(dev.d.Frontend().Endpoints()...), TrackPeers())...)
	from := openEnds(t, p, top, in, append(opts, Connect(dev.d.Backend().Endpoints()...))...)
	if kind == "forwarder" {
		if err := p.Socket("test", out).WaitSubscribers(context.Background(), "t", 1); err != nil {
			t.Fatal(err)
		}
	}
	sent, received := 0, new(atomic.Int64)
	defer untilStopped(countNumbers(t, from.recv, received))()
	defer untilStopped(func(quit <-chan struct{}) {
		for ; ; sent++ {
			select {
			case to.send <- bytesOf("t", fmt.Sprint(sent)):
			case <-quit:
				return
			}
		}
	})()
	eventually(t, "messages flow", func() bool { return received.Load() > 5000 })
	dev.stop(t, how)
	s := dev.d.Stats()
	balanced(t, s.Frontend, s.Backend)
	eventually(t, "what has passed arrives", func() bool { return received.Load() == int64(s.Backend.MessagesOut) })
}

// A queue under load: requests that it has not read are left, since their replies could not come back; each reply that it has read
// reaches its client or is counted. The client has fewer requests under way than ZeroMQ's queues hold: the kernel resets a connection that is
// closed with something unread, and drops what it was still to send.
func TestAQueueThatStopsOverTCPLosesNoReplyThatItHasRead(t *testing.T) {
	for _, how := range stops {
		leavesNothing(t, func() {
			t.Run(how, func(t *testing.T) {
				dev := openStopped(t, "queue", time.Second)
				p, top := newPump(t), stationTopology()
				client := openEnds(t, p, top, "a.dealer", Connect(dev.d.Frontend().Endpoints()...))
				worker := openEnds(t, p, top, "a.router", Connect(dev.d.Backend().Endpoints()...))
				received := new(atomic.Int64)
				defer untilStopped(countNumbers(t, client.recv, received))()
				defer untilStopped(func(quit <-chan struct{}) { sendBack(worker, quit) })()
				defer untilStopped(func(quit <-chan struct{}) {
					for n := 0; ; {
						if int64(n)-received.Load() > 500 {
							select {
							case <-time.After(time.Millisecond):
							case <-quit:
								return
							}
							continue
						}
						select {
						case client.send <- bytesOf(fmt.Sprint(n)):
							n++
						case <-quit:
							return
						}
					}
				})()
				eventually(t, "replies flow", func() bool { return received.Load() > 5000 })
				dev.stop(t, how)
				s := dev.d.Stats()
				balanced(t, s.Frontend, s.Backend)
				balanced(t, s.Backend, s.Frontend)
				eventually(t, "the replies arrive", func() bool { return received.Load() == int64(s.Frontend.MessagesOut) })
			})
		})
	}
}

// short gives a queue short queues to its clients.
var short = OnFrontend(func(c *socketConfig) { c.SendHWM = Limit(10) })

// slowClient is a client of a queue that asked once and reads nothing, and for which replies are parked: number 0 and so on,
// each with body.
func slowClient(t *testing.T, dev *stopped, body string) (hog *zmq4.Socket) {
	t.Helper()
	dev.pump.parkTime = time.Hour // which a busy machine may need
	hog = rawSock(t, zmq4.DEALER, func(s *zmq4.Socket) error {
		s.SetRcvhwm(1)
		s.SetRcvtimeo(30 * time.Second)
		return s.Connect(dev.d.Frontend().Endpoints()[0])
	})
	worker := openEnds(t, newPump(t), stationTopology(), "a.router", Connect(dev.d.Backend().Endpoints()...))
	sendFrames(t, hog, "hello")
	request := next(t, worker.recv)
	parked := func() int { return dev.d.Stats().Parked }
	for n, rests := 0, false; !rests; n++ {
		send(t, worker.send, [][]byte{request[0], request[1], fmt.Append(nil, n), []byte(body)})
		disposed(t, dev.d, n+1)
		if before := parked(); before >= 5 { // and the kernel takes no more
			time.Sleep(200 * time.Millisecond)
			rests = parked() == before
		}
	}
	return hog
}

func TestAQueueThatStopsHandsOnParkedRepliesWithinLinger(t *testing.T) {
	body := strings.Repeat("x", 100_000)
	for _, paused := range []bool{false, true} {
		t.Run(fmt.Sprint("paused ", paused), func(t *testing.T) {
			dev := openStopped(t, "queue", 20*time.Second, short)
			hog := slowClient(t, dev, body)
			if paused {
				dev.d.Pause()
			}
			closed := make(chan struct{})
			go func() {
				defer close(closed)
				dev.pump.Close()
			}()
			eventually(t, "it is ending", func() bool { return dev.d.Err() != nil })
			for n := range int(dev.d.Stats().Backend.MessagesIn) {
				equal(t, recvFrames(t, hog), frames(fmt.Sprint(n), body))
			}
			<-closed
			s := dev.d.Stats()
			equal(t, s.Frontend.Dropped, map[Cause]uint64(nil))
			equal(t, s.Frontend.MessagesOut, s.Backend.MessagesIn)
			equal(t, s.Parked, 0)
		})
	}
}

func TestAQueueThatStopsCountsParkedRepliesWhenLingerEnds(t *testing.T) {
	for _, how := range stops {
		leavesNothing(t, func() {
			t.Run(how, func(t *testing.T) {
				dev := openStopped(t, "queue", testLinger, short)
				slowClient(t, dev, strings.Repeat("x", 100_000))
				parked := dev.d.Stats().Parked
				dev.stop(t, how)
				s := dev.d.Stats()
				balanced(t, s.Backend, s.Frontend)
				if n := s.Frontend.Dropped[DroppedLinger]; n == 0 || n > uint64(parked) { // the kernel may have taken some yet
					t.Errorf("%d replies are counted, of %d that were parked", n, parked)
				}
				equal(t, len(s.Frontend.Dropped), 1)
				equal(t, s.Parked, 0)
			})
		})
	}
}
