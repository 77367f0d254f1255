//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/pebbe/zmq4"
)

// This file holds the faults that zmq-async's users met, D1 to D10, and what it has no test for. Where another test is
// the case already, it is not written again:
//
//	case                                                  test
//	D3 registration competes with traffic                 TestABlockedConsumerDoesNotDelayOtherSockets, whose second pair
//	                                                      opens while the first is stuck; TestZmqChans/deadlock-seeker
//	D4 a close does not release parked sends              TestASenderBlockedOnAnEndedSocketIsReleased
//	D6 the last socket is never polled                    TestZmqAsync, "Forwards messages …", which serve every socket
//	D8 the channel that a one-way socket lacks is closed  TestZmqAsync, "Closes all open sockets …", which ends every type
//	D9 a missing direction shows at the first message     TestATypeThatLacksTheDirectionIsRefusedWhenItOpens
//	D10 a blocked consumer stalls healthy sockets         TestABlockedConsumerDoesNotDelayOtherSockets; that its own
//	                                                      sending goes on is below
//	drop counts of drop_newest and drop_oldest            TestOverflowPolicies
//	EFSM                                                  TestAReqTakesTurnsAndARepThatIsNotAskedIsCounted
//	double init race                                      D7, below

func TestZmqAsyncFaults(t *testing.T) {
	for _, c := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"D1 open-close loop under traffic", openCloseLoopUnderTraffic},
		{"D2 never woken by control", controlIsHeardWhateverASocketWaitsFor},
		{"D5 message for a removed socket", messagesForRemovedSockets},
		{"D7 double init race", concurrentFirstUse},
		{"D10 the blocked consumer's own sending", aBlockedConsumerGoesOnSending},
		{"high-water mark, PUSH blocks", pushBlocksAtTheHighWaterMark},
		{"high-water mark, PUB drops", pubDropsAtTheHighWaterMark},
		{"a sender dies mid multipart", aSenderDiesMidMultipart},
		{"a receiver dies mid multipart", aReceiverDiesMidMultipart},
		{"two users of one channel", twoUsersOfOneChannel},
	} {
		t.Run(c.name, c.run)
	}
}

// Traffic goes round through two pairs of sockets, with no room anywhere, while others open and close without a pause:
// neither ever waits for the other, and nothing is lost.
func openCloseLoopUnderTraffic(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		const n, minRounds = 1000, 50
		p, top := newPump(t), rawTopology(endpoint, Push, Pull)
		for name, spec := range top.Sockets {
			spec.SendHWM, spec.RecvHWM, spec.Buffer = Limit(1), Limit(1), Limit(0)
			top.Sockets[name] = spec
		}
		there := openEnds(t, p, top, "a.one", Instance("there"))
		thereEnd := openEnds(t, p, top, "b.two", Instance("there"), Connect(p.Socket("raw", "a.one#there").Endpoints()...))
		if !strings.HasSuffix(endpoint, "*") { // which is another port each time
			endpoint += "-back"
		}
		back := openEnds(t, p, top, "a.one", Instance("back"), Bind(endpoint))
		backEnd := openEnds(t, p, top, "b.two", Instance("back"), Connect(p.Socket("raw", "a.one#back").Endpoints()...))

		var traffic, loop sync.WaitGroup
		var rounds atomic.Int64
		done := make(chan struct{})
		traffic.Add(1)
		go func() {
			defer traffic.Done()
			defer close(done)
			for i := 0; i < n || rounds.Load() < minRounds; i++ {
				there.send <- bytesOf(fmt.Sprint(i), "frame")
				if got := stringsOf(<-backEnd.recv); got[0] != fmt.Sprint(i) {
					t.Errorf("got %v as number %d", got, i)
				}
			}
		}()
		loop.Add(2)
		go func() {
			defer loop.Done()
			for {
				select {
				case m := <-thereEnd.recv:
					back.send <- m
				case <-done:
					return
				}
			}
		}()
		go func() {
			defer loop.Done()
			for {
				select {
				case <-done:
					return
				default:
				}
				at := fmt.Sprint("inproc://passing-", rounds.Load())
				push, _, err := openRaw(context.Background(), p, top, "a.one", []SocketOption{Instance("passing"), Bind(at)})
				if err == nil {
					_, _, err = openRaw(context.Background(), p, top, "b.two", []SocketOption{Instance("passing"), Connect(at)})
				}
				if err != nil {
					t.Error(err)
					return
				}
				p.Socket("raw", "b.two#passing").Close()
				p.Socket("raw", "a.one#passing").Close()
				close(push)
				rounds.Add(1)
			}
		}()
		within(t, testPatience, "traffic beside the loop", traffic.Wait)
		within(t, testPatience, "the end of the loop", loop.Wait)
	})
}

// A handle is heard at once by a socket that is idle, that waits for its user to read, or that waits for its peer.
func controlIsHeardWhateverASocketWaitsFor(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		p, top := newPump(t), rawTopology(endpoint, Pair, Pair)
		a := openEnds(t, p, top, "a.one", Buffer(1))
		openEnds(t, p, top, "b.two", Buffer(1), Connect(p.Socket("raw", "a.one").Endpoints()...))
		control := func(state string) {
			for _, name := range []string{"a.one", "b.two"} {
				s := p.Socket("raw", name)
				within(t, endTime, "Do on "+name+", "+state, func() {
					if err := s.Do(func(z *zmq4.Socket) error { return z.SetSndhwm(10) }); err != nil {
						t.Error(err)
					}
				})
			}
		}
		control("idle")
		fill(t, a.send, bytesOf(strings.Repeat("x", 100_000))) // b's user does not read, so a's peer takes no more
		control("blocked")
		for _, name := range []string{"b.two", "a.one"} {
			s := p.Socket("raw", name)
			within(t, endTime, "Close of "+name, func() { s.Close() })
		}
	})
}

// A message that comes while its socket closes, or after, is counted and hurts nobody.
func messagesForRemovedSockets(t *testing.T) {
	const rounds = 100
	var f faults
	ctx, p, top := context.Background(), newPump(t, WithErrorHandler(f.handle)), testTopology("inproc://removed")
	spec := top.Sockets["a.push"]
	spec.Linger = Lingering(0) // nobody will take what is left
	top.Sockets["a.push"] = spec
	healthy := must(OpenReceiver(ctx, p, top, "b.pull", textCodec{}, nil))(t)
	toHealthy := must(OpenSender(ctx, p, top, "a.push", textCodec{}, nil))(t)
	defer close(toHealthy)
	for i := range rounds {
		at, name := fmt.Sprint("inproc://removed-", i), fmt.Sprint(i)
		pull := must(OpenReceiver(ctx, p, top, "b.pull", textCodec{}, []SocketOption{Instance(name), Bind(at), Buffer(i % 7)}))(t)
		push := must(OpenSender(ctx, p, top, "a.push", textCodec{}, []SocketOption{Instance(name), Connect(at), Buffer(i % 7)}))(t)
		in, out := p.Socket("test", "b.pull#"+name), p.Socket("test", "a.push#"+name)
		var sender sync.WaitGroup
		sender.Add(1)
		var sent uint64
		go func() {
			defer sender.Done()
			defer close(push)
			for {
				select {
				case push <- "for the removed":
					sent++
				case <-in.Done():
					for range 10 { // and some more when it is gone
						select {
						case push <- "too late":
							sent++
						case <-out.Done():
							return
						}
					}
					return
				}
			}
		}()
		eventually(t, "messages are on their way", func() bool { return in.Stats().MessagesIn > uint64(i%7) })
		in.Close()
		out.Close()
		sender.Wait()
		read := uint64(0)
		for range pull { // what the channel still held
			read++
		}
		equal(t, in.Stats().MessagesIn, in.Stats().Dropped[DroppedUnread]+read)
		eventually(t, "every message is accounted for", func() bool {
			s := out.Stats()
			return s.MessagesOut+s.Dropped[DroppedLinger]+s.Dropped[DroppedEnded] == sent
		})
	}
	send(t, toHealthy, "alive")
	equal(t, next(t, healthy), "alive")
	for _, err := range f.all() {
		if !errors.Is(err, ErrDropped) {
			t.Error(err)
		}
	}
}

// Of many that open the same socket at once, on a pump that nothing was opened on before, one gets it.
func concurrentFirstUse(t *testing.T) {
	const users, rounds = 16, 20
	for round := range rounds {
		p, top := newPump(t), testTopology(fmt.Sprint("inproc://first-use-", round))
		start := make(chan struct{})
		won := make(chan (<-chan string), users)
		var all sync.WaitGroup
		for range users {
			all.Add(1)
			go func() {
				defer all.Done()
				<-start
				pull, err := OpenReceiver(context.Background(), p, top, "b.pull", textCodec{}, nil)
				if err == nil {
					won <- pull
				} else if !strings.Contains(err.Error(), "option Instance") {
					t.Error(err)
				}
			}()
		}
		close(start)
		within(t, testPatience, "the first use", all.Wait)
		equal(t, len(won), 1)
		pull := <-won
		push := must(OpenSender(context.Background(), p, top, "a.push", textCodec{}, nil))(t)
		send(t, push, "served once")
		equal(t, next(t, pull), "served once")
		close(push)
		for range users {
			all.Add(1)
			go func() {
				defer all.Done()
				if err := p.Close(); err != nil {
					t.Error(err)
				}
			}()
		}
		within(t, endTime, "closing by many", all.Wait)
	}
}

// A user that sends on a two-way socket, and does not read what it receives meanwhile, goes on sending.
func aBlockedConsumerGoesOnSending(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		p, top := newPump(t), rawTopology(endpoint, Pair, Pair)
		lazy := openEnds(t, p, top, "a.one", Buffer(1))
		peer := openEnds(t, p, top, "b.two", Buffer(1), Connect(p.Socket("raw", "a.one").Endpoints()...))
		n := fill(t, peer.send, bytesOf(strings.Repeat("x", 1000)))
		for i := range 1000 {
			send(t, lazy.send, bytesOf(fmt.Sprint(i)))
			equal(t, stringsOf(next(t, peer.recv)), []string{fmt.Sprint(i)})
		}
		for range n {
			next(t, lazy.recv)
		}
	})
}

// A PUSH whose peer does not read blocks, says so, and drops nothing.
func pushBlocksAtTheHighWaterMark(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		const n, size = 400, 100_000 // more than the queues and the kernel take
		ctx, p, top := context.Background(), newPump(t), testTopology(endpoint)
		for _, name := range []string{"a.push", "b.pull"} {
			spec := top.Sockets[name]
			spec.SendHWM, spec.RecvHWM, spec.Buffer = Limit(5), Limit(5), Limit(1)
			top.Sockets[name] = spec
		}
		pull := must(OpenReceiver(ctx, p, top, "b.pull", textCodec{}, nil))(t)
		push := must(OpenSender(ctx, p, top, "a.push", textCodec{}, nil))(t)
		in, out := p.Socket("test", "b.pull"), p.Socket("test", "a.push")
		equal(t, out.Stats().Blocked, uint64(0))
		go func() {
			for range n {
				push <- strings.Repeat("x", size)
			}
		}()
		eventually(t, "the sender is blocked", func() bool { return out.Stats().Blocked > 0 })
		if sent := out.Stats().MessagesOut; sent >= n {
			t.Errorf("%d messages are sent and none is read", sent)
		}
		for range n {
			next(t, pull)
		}
		close(push)
		<-out.Done()
		for _, s := range []Stats{in.Stats(), out.Stats()} {
			equal(t, s.Dropped, map[Cause]uint64(nil))
			equal(t, s.MessagesIn+s.MessagesOut, uint64(n))
		}
	})
}

// A PUB whose peer does not read never blocks: ZeroMQ drops, and how much is what was sent less what was received.
func pubDropsAtTheHighWaterMark(t *testing.T) {
	const n = 5000
	ctx, p, top := context.Background(), newPump(t), testTopology("inproc://pub-drops")
	for _, name := range []string{"a.pub", "b.sub"} {
		spec := top.Sockets[name]
		spec.SendHWM, spec.RecvHWM, spec.Buffer = Limit(5), Limit(5), Limit(1)
		top.Sockets[name] = spec
	}
	pub := must(OpenSender(ctx, p, top, "a.pub", tickCodec{}, nil))(t)
	defer close(pub)
	sub := must(OpenReceiver(ctx, p, top, "b.sub", tickCodec{}, nil))(t)
	in, out := p.Socket("test", "b.sub"), p.Socket("test", "a.pub")
	subscribed(t, pub, sub)
	read := uint64(1) // by subscribed
	before := out.Stats().MessagesOut
	for range n {
		send(t, pub, tick{"t", "x"})
	}
	eventually(t, "all are sent", func() bool { return out.Stats().MessagesOut >= before+n })
	in.Close()
	for range sub {
		read++
	}
	received, sent := in.Stats(), out.Stats()
	equal(t, []any{sent.Blocked, sent.Dropped}, []any{uint64(0), map[Cause]uint64(nil)})
	equal(t, received.MessagesIn, read+received.Dropped[DroppedUnread])
	if lost := sent.MessagesOut - received.MessagesIn; lost < n/2 || lost > sent.MessagesOut {
		t.Errorf("ZeroMQ dropped %d of %d messages", lost, sent.MessagesOut)
	}
}

// A peer that dies in the middle of a message leaves nothing of it behind, and others are served as before.
func aSenderDiesMidMultipart(t *testing.T) {
	for _, c := range []struct{ ours, peer SocketType }{{Pull, Push}, {Sub, Pub}, {Dealer, Dealer}, {Router, Dealer}, {Rep, Req}} {
		for _, death := range []string{"closed", "reset"} {
			t.Run(fmt.Sprint(c.ours, " ", death), func(t *testing.T) {
				const rounds = 5
				p, top := newPump(t), rawTopology("tcp://127.0.0.1:*", c.ours, c.peer)
				ours := openEnds(t, p, top, "a.one")
				handle := p.Socket("raw", "a.one")
				for i := range rounds {
					peer := zmtpPeer(t, handle.Endpoints()[0], c.peer)
					start := []byte(nil)
					if c.peer == Req {
						start = zmtpFrame(zmtpMore, "")
					}
					whole := fmt.Sprint("whole ", i)
					zmtpSay(t, peer, start, zmtpFrame(zmtpMore, "head"), zmtpFrame(zmtpLast, whole))
					got := stringsOf(next(t, ours.recv))
					equal(t, got[len(got)-2:], []string{"head", whole})
					if c.ours == Rep {
						send(t, ours.send, bytesOf("answer"))
						eventually(t, "it is answered", func() bool { return handle.Stats().MessagesOut == uint64(i+1) })
					}
					long := strings.Repeat("x", 10_000)
					zmtpSay(t, peer, start, zmtpFrame(zmtpMore, "head"), zmtpFrame(zmtpMore, "torn"),
						zmtpFrame(zmtpMore, long), zmtpFrame(zmtpLast, long)[:5000])
					if death == "reset" {
						peer.SetLinger(0)
					}
					peer.Close()
				}
				equal(t, handle.Stats().Dropped, map[Cause]uint64(nil))
				handle.Close()
				equal(t, handle.Stats().MessagesIn, uint64(rounds))
			})
		}
	}
}

// A peer that dies while a message is on its way to it takes that one along; the next peer sees whole ones only.
func aReceiverDiesMidMultipart(t *testing.T) {
	for _, c := range []struct{ ours, peer SocketType }{{Push, Pull}, {Dealer, Dealer}} {
		t.Run(c.ours.String(), func(t *testing.T) {
			p, top := newPump(t), rawTopology("tcp://127.0.0.1:*", c.ours, c.peer)
			ours := openEnds(t, p, top, "a.one", Buffer(1))
			handle := p.Socket("raw", "a.one")
			stop := make(chan struct{})
			var sender sync.WaitGroup
			sender.Add(1)
			go func() {
				defer sender.Done()
				middle := strings.Repeat("x", 300_000)
				for i := 0; ; i++ {
					select {
					case ours.send <- bytesOf(fmt.Sprint(i), middle, middle, fmt.Sprint(i)):
					case <-stop:
						return
					}
				}
			}()
			for range 10 {
				peer := zmtpPeer(t, handle.Endpoints()[0], c.peer)
				if _, err := peer.Read(make([]byte, 100_000)); err != nil {
					t.Fatal(err)
				}
				peer.SetLinger(0)
				peer.Close()
			}
			last := rawSock(t, socketTypes[c.peer], connectTo(handle.Endpoints()[0]))
			for range 20 {
				f := recvFrames(t, last)
				equal(t, []any{len(f), f[0], len(f[1]), len(f[2])}, []any{4, f[3], 300_000, 300_000})
			}
			close(stop)
			sender.Wait()
		})
	}
}

// Many send on one channel and many receive from one: each message is received once, by somebody, after those that
// its sender sent before it.
func twoUsersOfOneChannel(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		const users, each = 4, 500
		p, top := newPump(t), rawTopology(endpoint, Pull, Push)
		pull := openEnds(t, p, top, "a.one", Buffer(3))
		push := openEnds(t, p, top, "b.two", Buffer(3))
		handle := p.Socket("raw", "a.one")
		var senders, receivers sync.WaitGroup
		var received atomic.Int64
		for user := range users {
			senders.Add(1)
			receivers.Add(1)
			go func() {
				defer senders.Done()
				for i := range each {
					push.send <- bytesOf(fmt.Sprint(user), fmt.Sprint(i))
				}
			}()
			go func() {
				defer receivers.Done()
				last := make(map[string]int)
				for m := range pull.recv {
					var i int
					fmt.Sscan(string(m[1]), &i)
					if before, ok := last[string(m[0])]; ok && i <= before {
						t.Errorf("%d of %s came after %d", i, m[0], before)
					}
					last[string(m[0])] = i
					received.Add(1)
				}
			}()
		}
		within(t, testPatience, "sending", senders.Wait)
		eventually(t, "all are received", func() bool { return received.Load() == users*each })
		handle.Close()
		within(t, testPatience, "the end of every receiver", receivers.Wait)
		equal(t, received.Load(), int64(users*each))
	})
}
