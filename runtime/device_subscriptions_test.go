//go:build cgo

package runtime

import (
	"fmt"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file is what forwarders make of subscriptions, chains of devices, and what they show of what passes.

func TestSubscriptionsPassUpstream(t *testing.T) {
	overDeviceTransports(t, func(t *testing.T, top *Topology) {
		p := newPump(t)
		d := openDevice(t, p, top, "forwarder")
		pub := openEnds(t, p, top, "a.xpub")
		one := openEnds(t, p, top, "b.xsub")
		two := openEnds(t, p, top, "b.xsub", Instance("2"))
		heard := func(what string) { t.Helper(); equal(t, stringsOf(next(t, pub.recv)), []string{what}) }
		send(t, one.send, bytesOf("\x01t"))
		heard("\x01t")
		send(t, two.send, bytesOf("\x01t")) // upstream hears of each subscriber
		heard("\x01t")
		send(t, two.send, bytesOf("\x01t")) // and of a subscription that one makes again
		heard("\x01t")
		send(t, one.send, bytesOf("\x01other"))
		heard("\x01other")
		send(t, one.send, bytesOf("a word", "from below"))
		equal(t, stringsOf(next(t, pub.recv)), []string{"a word", "from below"})
		p.Socket("dev", "b.xsub#2").Close() // one subscriber is left
		send(t, one.send, bytesOf("\x00other"))
		heard("\x00other")
		send(t, pub.send, bytesOf("topic"))
		equal(t, stringsOf(next(t, one.recv)), []string{"topic"})
		p.Socket("dev", "b.xsub").Close() // it dies without a word
		heard("\x00t")
		eventually(t, "all are counted", func() bool { return d.Stats().Returned >= 7 })
	})
}

// The ends of all subscriptions come through devices in a row, however often each was made.
func TestForwardersInARowEndWhatTheyBegan(t *testing.T) {
	p, top := newPump(t), chainTopology(Forwarder, 5)
	for i := range 5 {
		openDevice(t, p, top, fmt.Sprint("d", i))
	}
	pub := openEnds(t, p, top, "first")
	var subs []ends
	for i := range 3 {
		subs = append(subs, openEnds(t, p, top, "last", Instance(fmt.Sprint(i)), Subscribe("t")))
		equal(t, stringsOf(next(t, pub.recv)), []string{"\x01t"})
	}
	for i := range 100 {
		send(t, pub.send, bytesOf("topic", fmt.Sprint(i)))
		for _, s := range subs {
			equal(t, stringsOf(next(t, s.recv)), []string{"topic", fmt.Sprint(i)})
		}
	}
	for i := range 3 {
		p.Socket("chain", fmt.Sprint("last#", i)).Close()
	}
	equal(t, stringsOf(next(t, pub.recv)), []string{"\x00t"})
}

func TestAPublisherThatComesLaterHearsOfThousandsOfSubscriptions(t *testing.T) {
	p, top := newPump(t), deviceTopology("tcp://127.0.0.1:*", "tcp://127.0.0.1:*")
	d := openDevice(t, p, top, "forwarder")
	sub := openEnds(t, p, top, "b.xsub")
	const n = 5000
	for i := range n {
		send(t, sub.send, bytesOf(fmt.Sprintf("\x01topic %d", i)))
	}
	eventually(t, "all have passed", func() bool { return d.Stats().Returned == n })
	pub := openEnds(t, p, top, "a.xpub", Buffer(2*n))
	heard := make(map[string]bool)
	for range n {
		heard[stringsOf(next(t, pub.recv))[0]] = true
	}
	equal(t, len(heard), n)
	p.Socket("dev", "b.xsub").Close()
	for range n {
		equal(t, next(t, pub.recv)[0][0], byte(0))
	}
}

// chainTopology has devices d0 to d(n-1), each of which connects by its frontend to the backend of the one before, or for queues by
// its backend to the frontend of the next, and a socket at either end.
func chainTopology(kind DeviceKind, n int) *Topology {
	sides, linger := deviceSides[kind], Lingering(testLinger)
	top := &Topology{Name: "chain", Devices: map[string]DeviceSpec{}, Sockets: map[string]SocketSpec{}}
	for i := range n {
		name := fmt.Sprint("d", i)
		top.Devices[name] = DeviceSpec{Kind: kind}
		front := SocketSpec{Type: sides.frontend, Bind: []string{"tcp://127.0.0.1:*"}, Linger: linger}
		if i > 0 {
			front.Bind, front.Connect = nil, []string{fmt.Sprint("d", i-1, ".backend")}
		}
		top.Sockets[name+".frontend"] = front
		top.Sockets[name+".backend"] = SocketSpec{Type: sides.backend, Bind: []string{[]string{"inproc://" + name, "tcp://127.0.0.1:*"}[i%2]}, Linger: linger}
	}
	ends := map[DeviceKind][2]SocketType{Queue: {Req, Rep}, Forwarder: {XPub, Sub}, Streamer: {Push, Pull}}[kind]
	top.Sockets["first"] = SocketSpec{Type: ends[0], Connect: []string{"d0.frontend"}, Linger: linger}
	top.Sockets["last"] = SocketSpec{Type: ends[1], Connect: []string{fmt.Sprint("d", n-1, ".backend")}, Linger: linger}
	return top
}

func TestQueuesInARowCarryRoundTrips(t *testing.T) {
	p, top := newPump(t), chainTopology(Queue, 5)
	for i := range 5 {
		openDevice(t, p, top, fmt.Sprint("d", i))
	}
	req, rep := openEnds(t, p, top, "first"), openEnds(t, p, top, "last")
	for i := range 100 {
		send(t, req.send, bytesOf(fmt.Sprint(i)))
		equal(t, stringsOf(next(t, rep.recv)), []string{fmt.Sprint(i)})
		send(t, rep.send, bytesOf("re", fmt.Sprint(i)))
		equal(t, stringsOf(next(t, req.recv)), []string{"re", fmt.Sprint(i)})
	}
}

// Pumps are as processes to each other.
func TestTwentyPublishersReachAHundredSubscribers(t *testing.T) {
	hub, pubs, subs := newPump(t), newPump(t), newPump(t)
	top := deviceTopology("tcp://127.0.0.1:*", "tcp://127.0.0.1:*")
	d := openDevice(t, hub, top, "forwarder")
	front, back := Connect(d.Frontend().Endpoints()...), Connect(d.Backend().Endpoints()...)
	const publishers, subscribers, each = 20, 100, 50
	var out, in []ends
	for i := range subscribers {
		in = append(in, openEnds(t, subs, top, "b.sub", back, Instance(fmt.Sprint(i))))
	}
	for i := range publishers {
		out = append(out, openEnds(t, pubs, top, "a.xpub", front, Instance(fmt.Sprint(i))))
		next(t, out[i].recv) // it knows of a subscription
	}
	within(t, stall, "all subscriptions", func() {
		if err := d.Backend().WaitSubscribers(t.Context(), "", subscribers); err != nil {
			t.Error(err)
		}
	})
	var jobs []func() error
	for i, o := range out {
		jobs = append(jobs, func() error {
			for n := range each {
				o.send <- bytesOf(fmt.Sprint(i), fmt.Sprint(n))
			}
			return nil
		})
	}
	for _, s := range in {
		jobs = append(jobs, func() error {
			due := make(map[string]int)
			for range publishers * each {
				select {
				case m := <-s.recv:
					if from := string(m[0]); string(m[1]) != fmt.Sprint(due[from]) {
						return fmt.Errorf("publisher %s: message %s, want %d", from, m[1], due[from])
					}
					due[string(m[0])]++
				case <-time.After(stall):
					return fmt.Errorf("nothing for %v, after %v", stall, due)
				}
			}
			return nil
		})
	}
	together(t, jobs...)
	eventually(t, "all is counted", func() bool { return d.Stats().Forwarded == publishers*each })
}

func TestCaptureShowsWhatPassesAndWhereItCameFrom(t *testing.T) {
	p, top := newPump(t), deviceTopology("inproc://front", "inproc://back")
	watcher := openEnds(t, p, top, "c.sub")
	shown := func(want ...string) {
		t.Helper()
		got := next(t, watcher.recv)
		for string(got[len(got)-1]) == "sync" {
			got = next(t, watcher.recv)
		}
		equal(t, stringsOf(got), want)
	}
	d := openDevice(t, p, top, "queue_shown")
	dealer := openEnds(t, p, top, "a.dealer", Connect("inproc://front"), RoutingID("me"))
	rep := openEnds(t, p, top, "b.rep", Connect("inproc://back"))
	// The first ones go before the watcher has subscribed.
	for seen := false; !seen; {
		send(t, dealer.send, bytesOf("", "sync"))
		next(t, rep.recv)
		send(t, rep.send, bytesOf("sync"))
		next(t, dealer.recv)
		for drained := false; !drained; {
			select {
			case m := <-watcher.recv:
				seen = seen || string(m[0]) == "backend"
			case <-time.After(20 * time.Millisecond):
				drained = true
			}
		}
	}
	send(t, dealer.send, bytesOf("", "question", "of two frames"))
	next(t, rep.recv)
	shown("frontend", "me", "", "question", "of two frames")
	send(t, rep.send, bytesOf("answer"))
	equal(t, stringsOf(next(t, dealer.recv)), []string{"", "answer"})
	shown("backend", "me", "", "answer")
	eventually(t, "all is counted", func() bool {
		s := d.Stats()
		return s.Capture.MessagesOut == s.Forwarded+s.Returned && s.Frontend.BytesIn == s.Backend.BytesOut
	})
}

// Nobody reads what a device shows, and nothing waits for that.
func TestCaptureHoldsNothingUp(t *testing.T) {
	p, top := newPump(t), deviceTopology("inproc://front", "inproc://back")
	top.Sockets["streamer_shown.capture"] = SocketSpec{Type: Pub, Bind: []string{"tcp://127.0.0.1:*"}, SendHWM: Limit(1)}
	d := openDevice(t, p, top, "streamer_shown")
	rawSock(t, zmq4.SUB, func(s *zmq4.Socket) error {
		s.SetRcvhwm(1)
		s.SetSubscribe("")
		return s.Connect(d.Capture().Endpoints()[0])
	})
	push := openEnds(t, p, top, "a.push", Connect("inproc://front"))
	pull := openEnds(t, p, top, "b.pull", Connect("inproc://back"))
	for i := range 20_000 {
		send(t, push.send, bytesOf(fmt.Sprint(i)))
		equal(t, stringsOf(next(t, pull.recv)), []string{fmt.Sprint(i)})
	}
}
