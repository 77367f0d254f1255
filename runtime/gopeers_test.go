//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/pebbe/zmq4"
)

// This file holds the cases of three other layers of Go channels over ZeroMQ. Where another test is the case already, it is
// not written again:
//
//	case                                              test
//	thinkdoggie/zmq4chan
//	  Req2Rep, Req2Router, Dealer2Router, Pub2Sub,    TestEveryLegalPairMovesFramesAsTheyAre
//	  Push2Pull, Pair2Pair, MultipartMessages
//	  LargeMessage                                    TestLargeMessagesAmongSmallOnes
//	  HighVolumeMessages, MessageOrder                TestPushPullKeepsAllInOrder
//	  Backpressure                                    TestAPausedConsumerGetsEverythingWhenItGoesOn
//	zeromq/goczmq
//	  PushPull, DealerRouter                          TestEveryLegalPairMovesFramesAsTheyAre
//	  PubSub                                          TestPubSubByTopic, TestSubscribeAndUnsubscribeWhileRunning
//	  OptionError, AttachError                        TestConstructorsReturnErrorsAndOwnNothingAfterwards
//	  RecvChanIsClosedOnDestroy                       TestEveryWayToEndASocket, "handle/…/receiver idle"

func TestThinkdoggie(t *testing.T) {
	for _, c := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"ReconnectDealer2Router", reconnectDealer2Router},
		{"EmptyMessage and ZeroByteMessage", emptyMessages},
		{"CloseBeforeStart", closeBeforeStart},
		{"ChannelSizes", channelSizes},
		{"ConcurrentAccess", concurrentAccess},
		{"ErrorRecovery", errorRecovery},
	} {
		t.Run(c.name, c.run)
	}
}

func TestGoczmq(t *testing.T) {
	t.Run("NoInitialSubscription", noInitialSubscription)
	t.Run("EmptyEndpointsError", emptyEndpointsError)
}

func TestSomia(t *testing.T) {
	t.Run("TestIO", reqOverTwoReps)
	t.Run("TestLotsOfIO", lotsOfIO)
}

// A DEALER that ends and comes back under its routing id is served again, by a ROUTER that lets ids be taken over: any
// other ignores whoever comes back before it has forgotten who left, and there is no telling when that is.
func reconnectDealer2Router(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		const id = "client-12345"
		p, top := newPump(t), rawTopology(endpoint, Router, Dealer)
		router := openEnds(t, p, top, "a.one")
		if err := p.Socket("raw", "a.one").Do(func(s *zmq4.Socket) error { return s.SetRouterHandover(true) }); err != nil {
			t.Fatal(err)
		}
		for round := range 20 {
			dealer := openEnds(t, p, top, "b.two", RoutingID(id))
			send(t, dealer.send, bytesOf("", "Request", fmt.Sprint(round)))
			equal(t, stringsOf(next(t, router.recv)), []string{id, "", "Request", fmt.Sprint(round)})
			send(t, router.send, bytesOf(id, "", "Reply", fmt.Sprint(round)))
			equal(t, stringsOf(next(t, dealer.recv)), []string{"", "Reply", fmt.Sprint(round)})
			p.Socket("raw", "b.two").Close()
		}
	})
}

// A frame may be empty, whether nil or of no bytes. A message of no frames at all is none.
func emptyMessages(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		p, top := newPump(t), rawTopology(endpoint, Pull, Push)
		pull, push := openEnds(t, p, top, "a.one"), openEnds(t, p, top, "b.two")
		for _, m := range [][][]byte{{{}}, {nil}, {}, nil, {{}, nil}} {
			send(t, push.send, m)
			if len(m) > 0 {
				equal(t, stringsOf(next(t, pull.recv)), make([]string, len(m)))
			}
		}
		equal(t, p.Socket("raw", "b.two").Stats().Dropped, map[Cause]uint64{DroppedEncode: 2})
	})
}

// A socket that closes before anything has moved closes well, and again.
func closeBeforeStart(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		for typ := range socketTypes {
			p, top := newPump(t), rawTopology(endpoint, typ, typ)
			e := openEnds(t, p, top, "a.one")
			handle := p.Socket("raw", "a.one")
			within(t, endTime, "Close", func() { handle.Close(); handle.Close() })
			if !errors.Is(handle.Err(), ErrClosed) {
				t.Errorf("%v: Err is %v", typ, handle.Err())
			}
			if e.recv != nil {
				if m, open := <-e.recv; open {
					t.Errorf("%v received %q", typ, m)
				}
			}
		}
	})
}

// Channels of any capacity work, unbuffered ones among them, and have the capacity that was asked for.
func channelSizes(t *testing.T) {
	for _, size := range []struct{ recv, send int }{{0, 0}, {1, 1}, {100, 50}} {
		t.Run(fmt.Sprint("rx:", size.recv, ",tx:", size.send), func(t *testing.T) {
			p, top := newPump(t), rawTopology("inproc://channel-sizes", Pull, Push)
			pull, push := openEnds(t, p, top, "a.one", Buffer(size.recv)), openEnds(t, p, top, "b.two", Buffer(size.send))
			equal(t, []int{cap(pull.recv), cap(push.send)}, []int{size.recv, size.send})
			for i := range 200 {
				send(t, push.send, bytesOf(fmt.Sprint(i)))
			}
			for i := range 200 {
				equal(t, stringsOf(next(t, pull.recv)), []string{fmt.Sprint(i)})
			}
		})
	}
}

// Many use both channels of a DEALER and of a ROUTER at once.
func concurrentAccess(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		const users, each = 10, 100
		p, top := newPump(t), rawTopology(endpoint, Router, Dealer)
		router, dealer := openEnds(t, p, top, "a.one"), openEnds(t, p, top, "b.two")
		var all sync.WaitGroup
		var mu sync.Mutex
		answers := make(map[string]int)
		for user := range users {
			all.Add(3)
			go func() {
				defer all.Done()
				for i := range each {
					dealer.send <- bytesOf("", fmt.Sprint(user, "-", i))
				}
			}()
			go func() {
				defer all.Done()
				for range each {
					router.send <- <-router.recv
				}
			}()
			go func() {
				defer all.Done()
				for range each {
					m := <-dealer.recv
					mu.Lock()
					answers[string(m[1])]++
					mu.Unlock()
				}
			}()
		}
		within(t, testPatience, "all users", all.Wait)
		for user := range users {
			for i := range each {
				if n := answers[fmt.Sprint(user, "-", i)]; n != 1 {
					t.Errorf("%d of user %d was answered %d times", i, user, n)
				}
			}
		}
	})
}

// A socket that fails ends alone, with its error: its peer is served by the next one.
func errorRecovery(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		p, top := newPump(t), rawTopology(endpoint, Rep, Req)
		rep := openEnds(t, p, top, "a.one")
		bad := errors.New("failed for the test")
		for round := range 3 {
			req := openEnds(t, p, top, "b.two")
			handle := p.Socket("raw", "b.two")
			send(t, req.send, bytesOf("normal", fmt.Sprint(round)))
			equal(t, stringsOf(next(t, rep.recv)), []string{"normal", fmt.Sprint(round)})
			handle.end(bad) // while it waits for the answer
			within(t, endTime, "the end of the socket", func() { <-handle.Done() })
			if !errors.Is(handle.Err(), bad) {
				t.Errorf("Err is %v", handle.Err())
			}
			if m, open := <-req.recv; open {
				t.Errorf("received %q", m)
			}
			send(t, rep.send, bytesOf("nobody waits for this"))
		}
		equal(t, p.Socket("raw", "a.one").Err(), error(nil))
	})
}

// A SUB without subscriptions receives what it subscribes to later, and an XPUB sees that it does.
func noInitialSubscription(t *testing.T) {
	p, top := newPump(t), rawTopology("inproc://no-initial-subscription", XPub, Sub)
	pub, sub := openEnds(t, p, top, "a.one"), openEnds(t, p, top, "b.two", Subscribe())
	handle := p.Socket("raw", "b.two")
	for _, topic := range []string{"a", "b"} {
		if err := handle.Subscribe(topic); err != nil {
			t.Fatal(err)
		}
		equal(t, stringsOf(next(t, pub.recv)), []string{"\x01" + topic})
		for _, to := range []string{"X", topic} {
			send(t, pub.send, bytesOf(to, "message"))
		}
		equal(t, stringsOf(next(t, sub.recv)), []string{topic, "message"})
		if err := handle.Unsubscribe(topic); err != nil {
			t.Fatal(err)
		}
		equal(t, stringsOf(next(t, pub.recv)), []string{"\x00" + topic})
	}
}

// An endpoint that is the empty text is refused, whether it is to be bound or connected to, and so is none at all.
func emptyEndpointsError(t *testing.T) {
	p, top := newPump(t), rawTopology("inproc://empty", Dealer, Dealer)
	for want, opts := range map[string][]SocketOption{
		`option Bind: "" is `:     {Bind("")},
		`option Connect: "" is `:  {Bind(), Connect("")},
		"nothing to bind and not": {Bind(), Connect()},
	} {
		_, _, err := openRaw(context.Background(), p, top, "a.one", opts)
		var e *Error
		if !errors.As(err, &e) || e.Socket != "a.one" || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// One REQ asks two REPs by turns, and either answers in its own words.
func reqOverTwoReps(t *testing.T) {
	const each = 10
	p, top := newPump(t), rawTopology("tcp://127.0.0.1:*", Rep, Req)
	var at []string
	for _, word := range []string{"okie", "dokie"} {
		rep := openEnds(t, p, top, "a.one", Instance(word), Buffer(0))
		at = append(at, p.Socket("raw", "a.one#"+word).Endpoints()...)
		go func() {
			for range rep.recv {
				rep.send <- bytesOf(word)
			}
		}()
	}
	req := openEnds(t, p, top, "b.two", Connect(at...))
	answers := make(map[string]int)
	for range 2 * each {
		send(t, req.send, bytesOf("hello", "world"))
		answers[string(next(t, req.recv)[0])]++
	}
	equal(t, answers, map[string]int{"okie": each, "dokie": each})
	for _, word := range []string{"okie", "dokie"} {
		equal(t, p.Socket("raw", "a.one#"+word).Stats().MessagesIn, uint64(each))
		p.Socket("raw", "a.one#"+word).Close()
	}
}

// 503 pairs of sockets, with unbuffered channels, move their own number of messages each, all in order.
func lotsOfIO(t *testing.T) {
	const pairs = 503
	ctx, p, top := context.Background(), newPump(t), testTopology("inproc://lots")
	spec := top.Sockets["b.pull"]
	spec.Linger = Lingering(rawTimeout) // what the pump may take to close them all
	top.Sockets["b.pull"] = spec
	var all sync.WaitGroup
	for i := range pairs {
		opts := []SocketOption{Instance(fmt.Sprint(i)), Buffer(0)}
		at := fmt.Sprint("inproc://lots-", i)
		pull := must(OpenReceiver(ctx, p, top, "b.pull", textCodec{}, append(opts, Bind(at))))(t)
		push := must(OpenSender(ctx, p, top, "a.push", textCodec{}, append(opts, Connect(at))))(t)
		n := i % 100
		all.Add(2)
		go func() {
			defer all.Done()
			defer close(push)
			for m := range n {
				push <- fmt.Sprint(i, " ", m)
			}
		}()
		go func() {
			defer all.Done()
			for m := range n {
				if got := <-pull; got != fmt.Sprint(i, " ", m) {
					t.Errorf("pair %d received %q as number %d", i, got, m)
				}
			}
		}()
	}
	within(t, testPatience, "all pairs", all.Wait)
	within(t, testPatience, "closing them all", func() { p.Close() })
}
