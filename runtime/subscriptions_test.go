//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file is what XPUB, XSUB and SUB do with subscriptions.

// openXPub opens the XPUB of rawTopology for ticks.
func openXPub(t testing.TB, p *Pump, top *Topology, opts ...SocketOption) duplex[tick, Subscription] {
	t.Helper()
	out, events, err := OpenXPub(context.Background(), p, top, "a.one", tickCodec{}, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { close(out) })
	return duplex[tick, Subscription]{out, events, p.Socket("raw", "a.one")}
}

func openXSub(t testing.TB, p *Pump, top *Topology, opts ...SocketOption) duplex[Subscription, tick] {
	t.Helper()
	subscribe, in, err := OpenXSub(context.Background(), p, top, "b.two", tickCodec{}, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { close(subscribe) })
	return duplex[Subscription, tick]{subscribe, in, p.Socket("raw", "b.two")}
}

func subscribeTo(prefixes ...string) func(*zmq4.Socket) error {
	return func(s *zmq4.Socket) error {
		for _, prefix := range prefixes {
			if err := s.SetSubscribe(prefix); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestXPubAndXSubTalkOfSubscriptions(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		for _, typ := range []SocketType{XPub, XSub} { // that binds
			t.Run(typ.String()+" binds", func(t *testing.T) {
				p, top := newPump(t), rawTopology(endpoint, XPub, XSub)
				var opts []SocketOption
				if typ == XSub {
					opts = []SocketOption{Bind(endpoint), Connect()}
				}
				var pub duplex[tick, Subscription]
				var sub duplex[Subscription, tick]
				if typ == XPub {
					pub, sub = openXPub(t, p, top), openXSub(t, p, top)
				} else {
					sub = openXSub(t, p, top, opts...)
					pub = openXPub(t, p, top, Bind(), Connect(sub.handle.Endpoints()...))
				}
				send(t, sub.send, Subscription{Topic: "a."})
				equal(t, next(t, pub.recv), Subscription{Topic: "a."})
				send(t, pub.send, tick{"b.1", "nobody wants it"})
				send(t, pub.send, tick{"a.1", "x"})
				equal(t, next(t, sub.recv), tick{"a.1", "x"})
				send(t, sub.send, Subscription{Topic: ""})
				equal(t, next(t, pub.recv), Subscription{Topic: ""})
				send(t, sub.send, Subscription{Topic: "a.", Unsubscribe: true})
				send(t, sub.send, Subscription{Topic: "", Unsubscribe: true})
				equal(t, next(t, pub.recv), Subscription{Topic: "a.", Unsubscribe: true})
				equal(t, next(t, pub.recv), Subscription{Topic: "", Unsubscribe: true})
				send(t, pub.send, tick{"a.2", "nobody wants it any more"})
				send(t, sub.send, Subscription{Topic: "b"})
				equal(t, next(t, pub.recv), Subscription{Topic: "b"})
				send(t, pub.send, tick{"b.2", "y"})
				equal(t, next(t, sub.recv), tick{"b.2", "y"})
			})
		}
	})
}

func TestXPubAndXSubTalkToForeignPeers(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		p := newPump(t)
		pub := openXPub(t, p, rawTopology(endpoint, XPub, Sub))
		raw := foreignPeer(t, p, zmq4.XSUB, pub.handle)
		sendFrames(t, raw, "\x01quote.")
		equal(t, next(t, pub.recv), Subscription{Topic: "quote."})
		sendFrames(t, raw, "\x02 is no subscription")
		sendFrames(t, raw, "\x00quote.")
		equal(t, next(t, pub.recv), Subscription{Topic: "quote.", Unsubscribe: true})
		equal(t, pub.handle.Stats().Dropped, map[Cause]uint64{DroppedDecode: 1})
		pub.handle.Close()

		// The other way round, a foreign XPUB that connects to an XSUB of ours.
		sub := openXSub(t, p, rawTopology(endpoint, XPub, XSub), Bind(endpoint), Connect())
		rawPub := foreignPeer(t, p, zmq4.XPUB, sub.handle)
		send(t, sub.send, Subscription{Topic: "quote."})
		equal(t, recvFrames(t, rawPub), frames("\x01quote."))
		sendFrames(t, rawPub, "quote.1", "body")
		equal(t, next(t, sub.recv), tick{"quote.1", "body"})
		send(t, sub.send, Subscription{Topic: "quote.", Unsubscribe: true})
		equal(t, recvFrames(t, rawPub), frames("\x00quote."))
	})
}

// Two subscribers of one topic are two events, and so is their end, whether they say so, close or die.
func TestAnXPubHearsOfEachSubscriberAndItsEnd(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		p := newPump(t)
		pub := openXPub(t, p, rawTopology(endpoint, XPub, Sub))
		var subs []*zmq4.Socket
		for range 3 {
			subs = append(subs, foreignPeer(t, p, zmq4.SUB, pub.handle, subscribeTo("topic")))
			equal(t, next(t, pub.recv), Subscription{Topic: "topic"})
		}
		subs[0].SetUnsubscribe("topic")
		equal(t, next(t, pub.recv), Subscription{Topic: "topic", Unsubscribe: true})
		send(t, pub.send, tick{"topic", "for the other two"})
		for _, sub := range subs[1:] {
			equal(t, recvFrames(t, sub), frames("topic", "for the other two"))
			sub.Close()
			equal(t, next(t, pub.recv), Subscription{Topic: "topic", Unsubscribe: true})
		}
		if strings.HasPrefix(endpoint, "tcp:") { // one that dies, without a word of ZMTP
			dead := zmtpPeer(t, pub.handle.Endpoints()[0], Sub)
			zmtpSay(t, dead, zmtpFrame(zmtpLast, "\x01topic"), zmtpFrame(zmtpLast, "\x01other"))
			equal(t, next(t, pub.recv), Subscription{Topic: "topic"})
			equal(t, next(t, pub.recv), Subscription{Topic: "other"})
			dead.SetLinger(0)
			dead.Close()
			ended := []Subscription{next(t, pub.recv), next(t, pub.recv)}
			slices.SortFunc(ended, func(a, b Subscription) int { return strings.Compare(a.Topic, b.Topic) })
			equal(t, ended, []Subscription{{"other", true}, {"topic", true}})
		}
		equal(t, pub.handle.Stats().Dropped, map[Cause]uint64(nil))
	})
}

// What an XPUB hears does not add up by itself: a SUB that subscribes to a prefix twice says so twice, and its
// end comes once, whether it takes both back or goes; and a peer may take back what it never said.
func TestEventsOfAnXPubAreWhatPeersSay(t *testing.T) {
	p := newPump(t)
	pub := openXPub(t, p, rawTopology("tcp://127.0.0.1:*", XPub, Sub))
	sub := foreignPeer(t, p, zmq4.SUB, pub.handle, subscribeTo("topic"))
	equal(t, next(t, pub.recv), Subscription{Topic: "topic"})
	sub.SetSubscribe("topic")
	equal(t, next(t, pub.recv), Subscription{Topic: "topic"})
	sub.SetUnsubscribe("topic")
	sub.SetSubscribe("next")
	equal(t, next(t, pub.recv), Subscription{Topic: "next"})
	sub.SetUnsubscribe("topic")
	equal(t, next(t, pub.recv), Subscription{Topic: "topic", Unsubscribe: true})
	twice := foreignPeer(t, p, zmq4.SUB, pub.handle, subscribeTo("twice", "twice"))
	equal(t, next(t, pub.recv), Subscription{Topic: "twice"})
	twice.Close()
	for event := next(t, pub.recv); event != (Subscription{"twice", true}); event = next(t, pub.recv) {
		equal(t, event, Subscription{Topic: "twice"}) // before it was connected libzmq made one of the two
	}
	liar := zmtpPeer(t, pub.handle.Endpoints()[0], Sub)
	zmtpSay(t, liar, zmtpFrame(zmtpLast, "\x00next"))
	equal(t, next(t, pub.recv), Subscription{Topic: "next", Unsubscribe: true})
	send(t, pub.send, tick{"next", "is served all the same"})
	equal(t, recvFrames(t, sub), frames("next", "is served all the same"))
}

func TestEventsThatNobodyReadsLeaveRoomForTheNewest(t *testing.T) {
	p := newPump(t)
	pub := openXPub(t, p, rawTopology("tcp://127.0.0.1:*", XPub, Sub), Buffer(3))
	sub := foreignPeer(t, p, zmq4.XSUB, pub.handle)
	const n = 500
	for i := range n {
		sendFrames(t, sub, "\x01"+fmt.Sprint(i))
	}
	eventually(t, "all have come", func() bool { return pub.handle.Stats().Dropped[DroppedOverflow] == n-3 })
	for i := n - 3; i < n; i++ {
		equal(t, next(t, pub.recv), Subscription{Topic: fmt.Sprint(i)})
	}
	send(t, pub.send, tick{"499", "publishing goes on"})
	equal(t, recvFrames(t, sub), frames("499", "publishing goes on"))
}

// A welcome is sent to whoever connects; a SUB drops it unless it had subscribed to what it begins with.
func TestAWelcomeReachesThoseWhoSubscribedToIt(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		p := newPump(t)
		pub := openXPub(t, p, rawTopology(endpoint, XPub, Sub), Welcome([]byte("hello.\x00world")))
		welcomed := foreignPeer(t, p, zmq4.SUB, pub.handle, subscribeTo("hello."))
		equal(t, recvFrames(t, welcomed), frames("hello.\x00world"))
		any := foreignPeer(t, p, zmq4.XSUB, pub.handle) // has no filter
		equal(t, recvFrames(t, any), frames("hello.\x00world"))
		other := foreignPeer(t, p, zmq4.SUB, pub.handle, subscribeTo("topic"))
		for next(t, pub.recv).Topic != "topic" {
		}
		late := foreignPeer(t, p, zmq4.SUB, pub.handle, subscribeTo("other"))
		for next(t, pub.recv).Topic != "other" {
		}
		late.SetSubscribe("hello.")
		for next(t, pub.recv).Topic != "hello." {
		}
		send(t, pub.send, tick{"topic", "x"})
		equal(t, recvFrames(t, other), frames("topic", "x"))
		send(t, pub.send, tick{"other", "y"})
		if first := recvFrames(t, late)[0]; first != "other" && first != "hello.\x00world" { // a race: the welcome may have waited for it
			t.Errorf("got %q", first)
		}
	})
}

func TestAnXSubSubscribesWhenItOpensAndByItsHandle(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		p := newPump(t)
		top := rawTopology(endpoint, XPub, XSub).changed("b.two", func(s *SocketSpec) { s.Subscribe = []string{"early.", "also."} })
		pub, sub := openXPub(t, p, top), openXSub(t, p, top)
		early := []Subscription{next(t, pub.recv), next(t, pub.recv)}
		slices.SortFunc(early, func(a, b Subscription) int { return strings.Compare(a.Topic, b.Topic) })
		equal(t, early, []Subscription{{Topic: "also."}, {Topic: "early."}})
		if err := sub.handle.Subscribe("late.", "later."); err != nil {
			t.Fatal(err)
		}
		equal(t, next(t, pub.recv), Subscription{Topic: "late."})
		equal(t, next(t, pub.recv), Subscription{Topic: "later."})
		for _, topic := range []string{"early.1", "none", "also.1", "late.1"} {
			send(t, pub.send, tick{topic, "x"})
		}
		for _, topic := range []string{"early.1", "also.1", "late.1"} {
			equal(t, next(t, sub.recv), tick{topic, "x"})
		}
		if err := sub.handle.Unsubscribe("early.", "never made"); err != nil {
			t.Fatal(err)
		}
		equal(t, next(t, pub.recv), Subscription{Topic: "early.", Unsubscribe: true})
		send(t, pub.send, tick{"early.2", "x"})
		send(t, pub.send, tick{"late.2", "x"})
		equal(t, next(t, sub.recv), tick{"late.2", "x"})

		// A second publisher hears of all that are in force, when it comes.
		second := rawSock(t, zmq4.XPUB, func(s *zmq4.Socket) error { return s.Bind("tcp://127.0.0.1:*") })
		if err := sub.handle.Connect(must(second.GetLastEndpoint())(t)); err != nil {
			t.Fatal(err)
		}
		var heard []string
		for range 3 {
			heard = append(heard, recvFrames(t, second)[0])
		}
		slices.Sort(heard)
		equal(t, heard, frames("\x01also.", "\x01late.", "\x01later."))
	})
}

func TestSubscribingIsForThoseWhoCan(t *testing.T) {
	p := newPump(t)
	openEnds(t, p, rawTopology("inproc://nobody", Push, Pull), "a.one")
	if err := p.Socket("raw", "a.one").Subscribe("x"); err == nil {
		t.Error("a PUSH subscribes")
	}
	var closed *Socket
	if err := errors.Join(closed.Subscribe("x"), closed.Unsubscribe("x")); !errors.Is(err, ErrClosed) {
		t.Errorf("a socket that is not open: %v", err)
	}
}

func TestClosingTheChannelOfSubscriptionsEndsNone(t *testing.T) {
	p, top := newPump(t), rawTopology("tcp://127.0.0.1:*", XPub, XSub)
	pub := openXPub(t, p, top)
	subscribe, in, err := OpenXSub(context.Background(), p, top, "b.two", tickCodec{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	send(t, subscribe, Subscription{Topic: "topic"})
	close(subscribe)
	equal(t, next(t, pub.recv), Subscription{Topic: "topic"})
	for i := range 100 {
		send(t, pub.send, tick{"topic", fmt.Sprint(i)})
		equal(t, next(t, in), tick{"topic", fmt.Sprint(i)})
	}
}

func TestClosingWhatAnXPubSendsOnLeavesItItsEvents(t *testing.T) {
	p, top := newPump(t), rawTopology("tcp://127.0.0.1:*", XPub, XSub)
	out, events, err := OpenXPub(context.Background(), p, top, "a.one", tickCodec{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	sub := openXSub(t, p, top)
	send(t, sub.send, Subscription{Topic: "before"})
	equal(t, next(t, events), Subscription{Topic: "before"})
	send(t, out, tick{"before", "x"})
	close(out)
	equal(t, next(t, sub.recv), tick{"before", "x"})
	send(t, sub.send, Subscription{Topic: "after"})
	equal(t, next(t, events), Subscription{Topic: "after"})
}

// libzmq drops a subscription that it has no room for below the high-water mark of what is sent, and the
// socket would be without it for ever. So there is no such mark, unless the topology sets one.
func TestNoSubscriptionGetsLostForBeingOneOfMany(t *testing.T) {
	const n = 3000 // the mark is 1000 by default
	var prefixes []string
	for i := range n {
		prefixes = append(prefixes, fmt.Sprint(i))
	}
	for _, typ := range []SocketType{Sub, XSub} {
		t.Run(typ.String(), func(t *testing.T) {
			p, top := newPump(t), rawTopology("tcp://127.0.0.1:*", XPub, typ)
			pub := openXPub(t, p, top, Buffer(2*n))
			openEnds(t, p, top, "b.two", Subscribe(prefixes...))
			heard := make(map[string]bool)
			for len(heard) < n {
				heard[next(t, pub.recv).Topic] = true
			}
		})
	}
}

// An XSUB whose publisher is not there ends at once: its subscriptions are nothing to wait for.
func TestAnXSubWithoutAPublisherEndsAtOnce(t *testing.T) {
	p, top := newPump(t), rawTopology("tcp://127.0.0.1:*", XPub, XSub).changed("b.two", func(s *SocketSpec) { s.Linger = Lingering(time.Minute) })
	sub := openXSub(t, p, top, Connect("tcp://127.0.0.1:9"), Subscribe("x"))
	sub.handle.Subscribe("y")
	within(t, endTime, "Close", func() { p.Close() })
}

// What is published all the time comes from the moment on at which the subscription has arrived, and no
// more after its end.
func TestASubscriptionAmidMessagesTakesEffectAndEnds(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		p, top := newPump(t), rawTopology(endpoint, Pub, Sub).changed("b.two", func(s *SocketSpec) { s.Subscribe = []string{"base"} })
		pub := must(OpenSender(context.Background(), p, top, "a.one", tickCodec{}, nil))(t)
		sub := must(OpenReceiver(context.Background(), p, top, "b.two", tickCodec{}, nil))(t)
		handle := p.Socket("raw", "b.two")
		defer untilStopped(func(quit <-chan struct{}) {
			defer close(pub)
			for n := 0; ; n++ {
				select {
				case pub <- tick{[]string{"base", "extra"}[n%2], fmt.Sprint(n)}:
				case <-quit:
					return
				}
			}
		})()
		streak := func(n int, what string, want func(tick) bool) { // waits for n messages in a row
			t.Helper()
			for seen, all := 0, 0; seen < n; all++ {
				if seen++; !want(next(t, sub)) {
					seen = 0
				}
				if all > 200_000 {
					t.Fatal("never ", what)
				}
			}
		}
		streak(100, "base alone", func(m tick) bool { return m.topic == "base" })
		if err := handle.Subscribe("extra"); err != nil {
			t.Fatal(err)
		}
		last := ""
		streak(100, "both in turn", func(m tick) bool {
			turn := m.topic != last
			last = m.topic
			return turn
		})
		if err := handle.Unsubscribe("extra"); err != nil {
			t.Fatal(err)
		}
		const many = 3000 // more than all queues hold: nothing from before the end is left
		streak(many, "base alone again", func(m tick) bool { return m.topic == "base" })
	})
}
