//go:build cgo

package runtime

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file has traffic in which every queue is full, and nothing to go by but edges and nudges:
// facts 1, 2, 3 and 19 once more.

// untilStopped runs f until stop is called, which waits for the end of it.
func untilStopped(f func(quit <-chan struct{})) (stop func()) {
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		f(quit)
	}()
	return func() {
		close(quit)
		<-gone
	}
}

// repeat sends m again and again.
func repeat(ch chan<- [][]byte, m [][]byte, quit <-chan struct{}) {
	for {
		select {
		case ch <- m:
		case <-quit:
			return
		}
	}
}

// sendBack sends back whatever comes.
func sendBack(e ends, quit <-chan struct{}) {
	for {
		select {
		case m := <-e.recv:
			select {
			case e.send <- m:
			case <-quit:
			}
		case <-quit:
			return
		}
	}
}

// meddle has Do use up edges.
func meddle(s *Socket, quit <-chan struct{}) {
	tick := time.NewTicker(50 * time.Microsecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			s.Do(func(z *zmq4.Socket) error { _, err := z.GetEvents(); return err })
		case <-quit:
			return
		}
	}
}

// tinyQueues returns a topology of two types whose queues hold one message each way.
func tinyQueues(endpoint string, one, two SocketType) *Topology {
	top := rawTopology(endpoint, one, two)
	for name, spec := range top.Sockets {
		spec.SendHWM, spec.RecvHWM = Limit(1), Limit(1)
		top.Sockets[name] = spec
	}
	return top
}

// stall is how long nothing may move in traffic.
const stall = 10 * time.Second

// sendNumbered sends n numbered messages, for each of which it first takes a slot if there are any.
func sendNumbered(ch chan<- [][]byte, n int, slots chan struct{}) error {
	for i := range n {
		if slots != nil {
			select {
			case slots <- struct{}{}:
			case <-time.After(stall):
				return fmt.Errorf("message %d: nothing comes back", i)
			}
		}
		select {
		case ch <- bytesOf(fmt.Sprint(i), "", "x"):
		case <-time.After(stall):
			return fmt.Errorf("message %d: not sent within %v", i, stall)
		}
	}
	return nil
}

// receiveNumbered receives what sendNumbered sends, and gives the slots back.
func receiveNumbered(ch <-chan [][]byte, n int, slots chan struct{}) error {
	for i := range n {
		select {
		case m := <-ch:
			if got := fmt.Sprintf("%q", m); got != fmt.Sprintf(`["%d" "" "x"]`, i) {
				return fmt.Errorf("got %s for message %d", got, i)
			}
		case <-time.After(stall):
			return fmt.Errorf("message %d: not received within %v", i, stall)
		}
		if slots != nil {
			<-slots
		}
	}
	return nil
}

// together runs all of fs at once and fails the test by their errors.
func together(t *testing.T, fs ...func() error) {
	t.Helper()
	errs := make(chan error)
	for _, f := range fs {
		go func() { errs <- f() }()
	}
	for range fs {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

// Fact 1: both directions at their high-water marks, where every call may use up an edge of the other
// side, and nothing but nudges and edges to go by.
func TestTrafficBothWaysBehindTinyQueuesNeverStalls(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		for _, typ := range []SocketType{Pair, Dealer} {
			for _, buffer := range []int{0, 1, 16} {
				t.Run(fmt.Sprint(typ, " ", buffer), func(t *testing.T) {
					p := withoutSlowTick(t)
					top := tinyQueues(endpoint, typ, typ)
					a := openEnds(t, p, top, "a.one", Buffer(buffer))
					b := openEnds(t, p, top, "b.two", Buffer(buffer))
					const n = 1500
					together(t,
						func() error { return sendNumbered(a.send, n, nil) },
						func() error { return sendNumbered(b.send, n, nil) },
						func() error { return receiveNumbered(a.recv, n, nil) },
						func() error { return receiveNumbered(b.recv, n, nil) },
					)
				})
			}
		}
	})
}

// Fact 1, and fact 19 with Do: echoes by a ROUTER to several DEALERs, each with more requests under
// way than queues hold.
func TestEchoesThroughARouterBehindTinyQueuesNeverStall(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		for _, meddled := range []bool{false, true} {
			t.Run(map[bool]string{false: "calm", true: "under Do"}[meddled], func(t *testing.T) {
				p := withoutSlowTick(t)
				p.parkTime = time.Hour // which a busy machine may need
				top := tinyQueues(endpoint, Router, Dealer)
				router := openEnds(t, p, top, "a.one", Buffer(1))
				defer untilStopped(func(quit <-chan struct{}) { sendBack(router, quit) })()
				var clients []func() error
				for c := range 3 {
					dealer := openEnds(t, p, top, "b.two", Instance(fmt.Sprint(c)), Buffer(c))
					const n = 500
					slots := make(chan struct{}, 30) // less than are parked
					clients = append(clients,
						func() error { return sendNumbered(dealer.send, n, slots) },
						func() error { return receiveNumbered(dealer.recv, n, slots) },
					)
					if meddled {
						handle := p.Socket("raw", fmt.Sprint("b.two#", c))
						defer untilStopped(func(quit <-chan struct{}) { meddle(handle, quit) })()
					}
				}
				together(t, clients...)
				equal(t, p.Socket("raw", "a.one").Stats().Dropped, map[Cause]uint64(nil))
			})
		}
	})
}

// Fact 2: an echo server whose user sends before it receives, with both of its queues full, goes on as
// soon as its peer reads.
func TestAnEchoServerWithBothQueuesFullGoesOnWhenItsPeerReads(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		for _, typ := range []SocketType{Pair, Dealer} {
			t.Run(typ.String(), func(t *testing.T) {
				p := withoutSlowTick(t)
				top := tinyQueues(endpoint, typ, typ)
				server := openEnds(t, p, top, "a.one", Buffer(1))
				peer := openEnds(t, p, top, "b.two", Buffer(0))
				defer untilStopped(func(quit <-chan struct{}) {
					for reply := bytesOf("greeting"); ; {
						select {
						case server.send <- reply:
						case <-quit:
							return
						}
						select {
						case reply = <-server.recv:
						case <-quit:
							return
						}
					}
				})()
				n := 0 // requests that went before anything stood still
				body := strings.Repeat("x", 200_000)
				for next := true; next; {
					select {
					case peer.send <- bytesOf(fmt.Sprint(n), body):
						n++
					case <-time.After(200 * time.Millisecond):
						next = false
					}
				}
				equal(t, stringsOf(next(t, peer.recv)), frames("greeting"))
				for i := range n {
					equal(t, stringsOf(next(t, peer.recv)[:1]), frames(fmt.Sprint(i)))
				}
			})
		}
	})
}

// Fact 2: while the poll side is blocked on a user who does not receive, what he sends goes out, and
// while the select side is blocked on a peer who does not read, what the peer sends comes in.
func TestAnyDirectionGoesOnWhileTheOtherIsBlocked(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		p := withoutSlowTick(t)
		top := tinyQueues(endpoint, Pair, Pair)
		a := openEnds(t, p, top, "a.one", Buffer(1))
		b := openEnds(t, p, top, "b.two", Buffer(1))
		big := bytesOf(strings.Repeat("x", 200_000))
		n := fill(t, b.send, big) // until a's poll side, and then b's select side, is blocked
		for i := range 500 {
			send(t, a.send, numbered(i))
			equal(t, numberOf(next(t, b.recv)), i)
		}
		equal(t, len(a.recv), 1)
		for range n {
			equal(t, len(next(t, a.recv)[0]), 200_000)
		}
	})
}

func numbered(i int) [][]byte { return [][]byte{binary.BigEndian.AppendUint64(nil, uint64(i))} }

func numberOf(m [][]byte) int { return int(binary.BigEndian.Uint64(m[0])) }

// Fact 3: a channel that has room again is filled from what ZeroMQ holds already, for which no edge
// comes any more.
func TestAConsumerThatGoesOnNeedsNoEdge(t *testing.T) {
	for _, buffer := range []int{0, 1, 7} {
		t.Run(fmt.Sprint(buffer), func(t *testing.T) {
			p, top := withoutSlowTick(t), rawTopology("inproc://again", Pull, Push)
			pull := openEnds(t, p, top, "a.one", Buffer(buffer))
			in := p.Socket("raw", "a.one")
			peer := must(p.zctx.NewSocket(zmq4.PUSH))(t)
			defer peer.Close()
			if err := peer.Connect("inproc://again"); err != nil {
				t.Fatal(err)
			}
			const n = 500 // all are there before any is read, and the peer does nothing afterwards
			for i := range n {
				sendFrames(t, peer, fmt.Sprint(i))
			}
			eventually(t, "the channel is full", func() bool { return in.Stats().MessagesIn == uint64(buffer)+1 })
			for i := range n {
				equal(t, stringsOf(next(t, pull.recv)), frames(fmt.Sprint(i)))
			}
		})
	}
}

// A REP whose queue may hold one reply keeps all of them: libzmq alone drops one now and then.
func TestAREPWithTheLeastHighWaterMarkDropsNoReply(t *testing.T) {
	p, top := newPump(t), rawTopology("ipc://"+t.TempDir()+"/rep", Rep, Req)
	spec := top.Sockets["a.one"]
	spec.SendHWM = Limit(1)
	top.Sockets["a.one"] = spec
	rep := openEnds(t, p, top, "a.one")
	req := openEnds(t, newPump(t), top, "b.two", Connect(p.Socket("raw", "a.one").Endpoints()[0]))
	go func() {
		for m := range rep.recv {
			rep.send <- m
		}
	}()
	const calls = 10_000
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		for i := range calls {
			req.send <- bytesOf(fmt.Sprint(i), "body")
		}
	}()
	for i := range calls {
		if got := string(next(t, req.recv)[0]); got != fmt.Sprint(i) {
			t.Fatalf("reply %s came where %d was due", got, i)
		}
	}
	<-sent
}
