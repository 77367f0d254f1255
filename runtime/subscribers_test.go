//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// This file tests that those who publish know their subscribers.

// published is the handle of a.pub, which tracks its peers and is open.
func published(t testing.TB, p *Pump, topology *Topology) (*Socket, chan<- tick) {
	t.Helper()
	ch := must(OpenSender(context.Background(), p, topology, "a.pub", tickCodec{}, []SocketOption{TrackPeers()}))(t)
	t.Cleanup(func() { close(ch) })
	return p.Socket("test", "a.pub"), ch
}

func TestNothingIsLostAfterWaitSubscribers(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		const messages = 20
		for range 50 {
			func() {
				topology := testTopology(endpoint)
				p := must(NewPump(context.Background()))(t)
				defer p.Close()
				pub := must(OpenSender(context.Background(), p, topology, "a.pub", tickCodec{}, []SocketOption{TrackPeers()}))(t)
				defer close(pub)
				var subs []<-chan tick
				for i := range 2 {
					subs = append(subs, must(OpenReceiver(context.Background(), p, topology, "b.sub", tickCodec{}, []SocketOption{Instance(fmt.Sprint(i)), Subscribe("quote.")}))(t))
				}
				if err := p.Socket("test", "a.pub").WaitSubscribers(soon(t), "quote.EUR", 2); err != nil {
					t.Fatal(err)
				}
				for i := range messages {
					send(t, pub, tick{"quote.EUR", fmt.Sprint(i)})
				}
				for _, sub := range subs {
					for i := range messages {
						equal(t, next(t, sub), tick{"quote.EUR", fmt.Sprint(i)})
					}
				}
			}()
		}
	})
}

func TestSubscriptionsToAPrefixCount(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		topology := testTopology(endpoint)
		p := newPump(t)
		s, _ := published(t, p, topology)
		must(OpenReceiver(context.Background(), p, topology, "b.sub", tickCodec{}, []SocketOption{Subscribe("a", "ab", "b")}))(t)
		must(OpenReceiver(context.Background(), p, topology, "b.sub", tickCodec{}, []SocketOption{Subscribe("", "abc"), Instance("2")}))(t)
		for topic, want := range map[string]int{"": 1, "a": 2, "ab": 3, "abc": 4, "abcd": 4, "b": 2, "x": 1} {
			eventually(t, fmt.Sprintf("%d subscriptions to %q", want, topic), func() bool { n, _ := s.subscribers.watch(topic); return n == want })
		}
		sub := p.Socket("test", "b.sub#2")
		sub.Unsubscribe("")
		eventually(t, "one less", func() bool { n, _ := s.subscribers.watch("b"); return n == 1 })
		sub.Close()
		eventually(t, "those of one that went are gone", func() bool { n, _ := s.subscribers.watch("abc"); return n == 2 })
		equal(t, s.Stats().Dropped, map[Cause]uint64(nil))
	})
}

func TestAnXPubKnowsItsSubscribersAndHearsOfThem(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		topology := testTopology(endpoint)
		topology.Sockets["a.pub"] = SocketSpec{Type: XPub, Bind: []string{endpoint}}
		p := newPump(t)
		pub, events, err := OpenXPub(context.Background(), p, topology, "a.pub", tickCodec{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer close(pub)
		sub := must(OpenReceiver(context.Background(), p, topology, "b.sub", tickCodec{}, []SocketOption{Subscribe("quote.")}))(t)
		if err := p.Socket("test", "a.pub").WaitSubscribers(soon(t), "quote.EUR", 1); err != nil {
			t.Fatal(err)
		}
		equal(t, next(t, events), Subscription{Topic: "quote."})
		send(t, pub, tick{"quote.EUR", "1"})
		equal(t, next(t, sub), tick{"quote.EUR", "1"})
	})
}

func TestEndlessSubscriptionsAreCountedWithinABound(t *testing.T) {
	var reported faults
	topology := testTopology("tcp://127.0.0.1:*")
	s, _ := published(t, newPump(t, WithErrorHandler(reported.handle)), topology)
	peer := zmtpPeer(t, s.Endpoints()[0], XSub)
	var many []byte
	for i := range maxTopics + 100 {
		many = append(many, zmtpFrame(zmtpLast, "\x01"+fmt.Sprint(i))...)
	}
	zmtpSay(t, peer, many)
	eventually(t, "a report", func() bool { return len(reported.all()) > 0 })
	if err := reported.all()[0]; !errors.Is(err, errTooManyTopics) {
		t.Fatal(err)
	}
	for _, says := range []string{"\x00never made", "no subscription", "\x007", "\x01end"} {
		zmtpSay(t, peer, zmtpFrame(zmtpLast, says))
	}
	if err := s.WaitSubscribers(soon(t), "end", 1); err != nil {
		t.Fatal(err)
	}
	s.subscribers.mu.Lock()
	defer s.subscribers.mu.Unlock()
	if n := len(s.subscribers.topics); n != maxTopics {
		t.Errorf("%d topics are counted, want %d", n, maxTopics)
	}
}

func TestLongTopicsAreCountedWithinABound(t *testing.T) {
	var c subscribers
	topic := strings.Repeat("x", maxTopicBytes/2)
	equal(t, []bool{c.see(Subscription{Topic: topic}), c.see(Subscription{Topic: topic[1:]}), c.see(Subscription{Topic: "more x"})}, []bool{true, true, false})
	c.see(Subscription{Topic: topic, Unsubscribe: true})
	equal(t, c.see(Subscription{Topic: "more"}), true)
	equal(t, c.bytes, maxTopicBytes/2-1+len("more"))
}

func TestWaitSubscribersSaysWhatItNeeds(t *testing.T) {
	topology := testTopology("tcp://127.0.0.1:*")
	topology.Sockets["a.latest"] = SocketSpec{Type: Pub, Bind: []string{"tcp://127.0.0.1:*"}, Conflate: true}
	for name, want := range map[string]string{
		"a.pub": "open it with the option TrackPeers", "a.pushes": "a PUSH has no subscribers", "a.latest": "a PUB that conflates",
	} {
		p := newPump(t)
		defer close(must(OpenSender(context.Background(), p, topology, name, textCodec{}, nil))(t))
		if err := p.Socket("test", name).WaitSubscribers(soon(t), "", 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
	}
	if err := (*Socket)(nil).WaitSubscribers(soon(t), "", 1); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
	s, _ := published(t, newPump(t), topology)
	go s.Close()
	if err := s.WaitSubscribers(soon(t), "", 1); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}
