//go:build cgo

package runtime

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file touches the sides of devices while these hold their mutexes, which they do also while they wait.

// readEvents uses up what a side's ZMQ_FD tells of.
func readEvents(z *zmq4.Socket) error {
	_, err := z.GetEvents()
	return err
}

func TestADeviceThatIsBusyLetsOthersIn(t *testing.T) {
	overDeviceTransports(t, func(t *testing.T, top *Topology) {
		p := newPump(t)
		d := openDevice(t, p, top, "streamer")
		push, pull := openEnds(t, p, top, "a.push"), openEnds(t, p, top, "b.pull")
		sent, due := 0, 0
		stop := sync.OnceFunc(untilStopped(sendNumbers(push.send, &sent)))
		defer stop()
		over := make(chan struct{})
		var wg sync.WaitGroup
		for _, s := range []*Socket{d.Frontend(), d.Backend()} {
			for range 2 {
				wg.Add(1)
				go func() {
					defer wg.Done()
					for range 100 {
						if err := s.Do(readEvents); err != nil {
							t.Error(err)
						}
					}
				}()
			}
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 100 {
				d.Pause()
				d.Resume()
			}
		}()
		go func() {
			wg.Wait()
			close(over)
		}()
		take := func() {
			equal(t, stringsOf(next(t, pull.recv)), []string{"frame", fmt.Sprint(due)})
			due++
		}
		for waits := true; waits; {
			select {
			case <-over:
				waits = false
			default:
				take()
			}
		}
		stop()
		for due < sent {
			take()
		}
		eventually(t, "all is counted", func() bool { return d.Stats().Forwarded == uint64(sent) })
	})
}

// Each message comes to a device that rests, while somebody uses up what would wake it.
func TestADeviceThatRestsLetsOthersIn(t *testing.T) {
	overDeviceTransports(t, func(t *testing.T, top *Topology) {
		p := newPump(t)
		d := openDevice(t, p, top, "queue")
		req, rep := openEnds(t, p, top, "a.req"), openEnds(t, p, top, "b.rep")
		defer untilStopped(func(quit <-chan struct{}) {
			for {
				select {
				case <-quit:
					return
				default:
				}
				for _, s := range []*Socket{d.Frontend(), d.Backend()} {
					if err := s.Do(readEvents); err != nil {
						t.Error(err)
					}
				}
			}
		})()
		for i := range 200 {
			send(t, req.send, bytesOf("question", fmt.Sprint(i)))
			equal(t, stringsOf(next(t, rep.recv)), []string{"question", fmt.Sprint(i)})
			send(t, rep.send, bytesOf("answer", fmt.Sprint(i)))
			equal(t, stringsOf(next(t, req.recv)), []string{"answer", fmt.Sprint(i)})
		}
	})
}

// A subscription comes while the device waits for messages, and its end, over and over.
func TestAForwarderThatRestsPassesSubscriptions(t *testing.T) {
	overDeviceTransports(t, func(t *testing.T, top *Topology) {
		p := newPump(t)
		openDevice(t, p, top, "forwarder")
		pub, sub := openEnds(t, p, top, "a.xpub"), openEnds(t, p, top, "b.xsub")
		for i := range 300 {
			topic := fmt.Sprint("t", i%7)
			send(t, sub.send, bytesOf("\x01"+topic))
			equal(t, stringsOf(next(t, pub.recv)), []string{"\x01" + topic})
			send(t, pub.send, bytesOf(topic, fmt.Sprint(i)))
			equal(t, stringsOf(next(t, sub.recv)), []string{topic, fmt.Sprint(i)})
			send(t, sub.send, bytesOf("\x00"+topic))
			equal(t, stringsOf(next(t, pub.recv)), []string{"\x00" + topic})
		}
	})
}

// More subscriptions wait than go into memory at once, so that one is received of which no event tells any more.
func TestAForwarderPassesAllSubscriptionsThatHaveComeTogether(t *testing.T) {
	p, top := newPump(t), deviceTopology("inproc://front", "inproc://back")
	d := openDevice(t, p, top, "forwarder")
	pub, sub := openEnds(t, p, top, "a.xpub", Buffer(200)), openEnds(t, p, top, "b.xsub")
	const n = 66
	held, all := make(chan struct{}), make(chan struct{})
	go d.Backend().Do(func(z *zmq4.Socket) error {
		close(held)
		<-all
		return nil
	})
	<-held
	for i := range n {
		send(t, sub.send, bytesOf(fmt.Sprintf("\x01%03d", i)+strings.Repeat("x", 997)))
	}
	eventually(t, "they have been sent", func() bool { return p.Socket("dev", "b.xsub").Stats().MessagesOut == n })
	close(all)
	for range n {
		next(t, pub.recv)
	}
}

// Who waits for subscribers of what is captured hears of each, though the device's own sending may use up what tells of them.
func TestACaptureThatTracksItsPeersHearsOfEach(t *testing.T) {
	p, top := newPump(t), deviceTopology("inproc://front", "inproc://back")
	top.Sockets["streamer_shown.capture"] = SocketSpec{Type: Pub, Bind: []string{"tcp://127.0.0.1:*"}}
	d := openDevice(t, p, top, "streamer_shown", OnCapture(TrackPeers()))
	push, pull := openEnds(t, p, top, "a.push"), openEnds(t, p, top, "b.pull")
	defer untilStopped(func(quit <-chan struct{}) {
		for {
			select {
			case <-pull.recv:
			case <-quit:
				return
			}
		}
	})()
	sent := 0
	defer untilStopped(sendNumbers(push.send, &sent))()
	sub := rawSock(t, zmq4.SUB, connectTo(d.Capture().Endpoints()[0]))
	for i := range 300 {
		topic := fmt.Sprint("topic", i, ".")
		if err := sub.SetSubscribe(topic); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		if err := d.Capture().WaitSubscribers(ctx, topic, 1); err != nil {
			t.Fatalf("subscription %d: %v", i, err)
		}
		cancel()
	}
}

// A device whose backend is connected to its own frontend has always something to move, and yet sees that it is to pause or to end.
func TestADeviceThatNeverRestsPausesAndEnds(t *testing.T) {
	for range 20 {
		p, top := newPump(t), deviceTopology("inproc://front", "inproc://back")
		d := openDevice(t, p, top, "streamer", OnBackend(Bind(), Connect("inproc://front")))
		push := openEnds(t, p, top, "a.push")
		for i := range 10 {
			send(t, push.send, bytesOf("round and round", fmt.Sprint(i)))
		}
		for range 2 {
			before := d.Stats().Forwarded
			eventually(t, "messages pass", func() bool { return d.Stats().Forwarded > before+1000 })
			d.Pause()
			d.Resume()
		}
		ended := make(chan error)
		go func() { ended <- d.Close() }()
		equal(t, next(t, ended), error(nil))
	}
}

// Somebody has one side and wants the other, and then others pause the device meanwhile.
func TestADeviceWaitsForNoSideWhileItHasAnother(t *testing.T) {
	p, top := newPump(t), deviceTopology("inproc://front", "inproc://back")
	d := openDevice(t, p, top, "streamer_shown")
	sides := []*Socket{d.Frontend(), d.Backend(), d.Capture()}
	over := make(chan struct{})
	go func() {
		defer close(over)
		nest := func() {
			for i := range 600 {
				from := 1 + i/300
				if err := sides[from].Do(func(*zmq4.Socket) error { return sides[from-1].Do(readEvents) }); err != nil {
					t.Error(err)
				}
			}
		}
		nest()
		paused := make(chan struct{})
		go func() {
			defer close(paused)
			for range 300 {
				d.Pause()
				d.Resume()
			}
		}()
		nest()
		<-paused
	}()
	select {
	case <-over:
	case <-time.After(20 * time.Second):
		t.Fatal("they wait for each other")
	}
}

// Who opens a device knows its floor before the device is open; who has it when it has ended is told so.
func TestTheSidesOfADeviceThatHasEndedAreClosed(t *testing.T) {
	p, top := newPump(t), deviceTopology("inproc://front", "inproc://back")
	d := openDevice(t, p, top, "streamer")
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for d.Backend().Do(readEvents) == nil {
			}
		}()
	}
	equal(t, d.Close(), error(nil))
	wg.Wait()
	d.Pause()
	equal(t, d.Paused(), true)
}
