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

// This file is DEALERs that talk to a ROUTER which is no server, and routing ids.

// openRouter opens the ROUTER of rawTopology for texts.
func openRouter(t testing.TB, p *Pump, top *Topology, opts ...SocketOption) duplex[Routed[string], Routed[string]] {
	t.Helper()
	codec := ByPeer[string](textCodec{})
	r := openDuplex(t, p, top, "a.one", codec, codec, opts...)
	t.Cleanup(func() { close(r.send) })
	return r
}

// changed makes of the topology one whose socket has another spec.
func (t *Topology) changed(name string, change func(*SocketSpec)) *Topology {
	spec := t.Sockets[name]
	change(&spec)
	t.Sockets[name] = spec
	return t
}

func TestARouterKnowsItsDealersByRoutingID(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		p, top := newPump(t), rawTopology(endpoint, Router, Dealer).changed("b.two", func(s *SocketSpec) { s.RoutingID = "of the topology" })
		router := openRouter(t, p, top)
		named := openDuplex(t, p, top, "b.two", textCodec{}, textCodec{})
		defer close(named.send)
		renamed := openDuplex(t, p, top, "b.two", textCodec{}, textCodec{}, Instance("2"), RoutingID("of the option"))
		defer close(renamed.send)
		nameless := foreignPeer(t, p, zmq4.DEALER, router.handle)
		send(t, named.send, "1")
		equal(t, next(t, router.recv), Routed[string]{Peer: "of the topology", Msg: "1"})
		send(t, renamed.send, "2")
		equal(t, next(t, router.recv), Routed[string]{Peer: "of the option", Msg: "2"})
		sendFrames(t, nameless, "3")
		third := next(t, router.recv)
		if third.Msg != "3" || len(third.Peer) != 5 || third.Peer[0] != 0 {
			t.Errorf("got %q", third)
		}
		for range 2 { // the ROUTER begins too, and what it says goes to one peer only
			send(t, router.send, Routed[string]{Peer: "of the topology", Msg: "for 1"})
			send(t, router.send, Routed[string]{Peer: third.Peer, Msg: "for 3"})
			send(t, router.send, Routed[string]{Peer: "of the option", Msg: "for 2"})
			equal(t, next(t, named.recv), "for 1")
			equal(t, next(t, renamed.recv), "for 2")
			equal(t, recvFrames(t, nameless), frames("for 3"))
		}
		equal(t, router.handle.Stats().Dropped, map[Cause]uint64(nil))
	})
}

func TestAReqHasARoutingIDToo(t *testing.T) {
	p, top := newPump(t), rawTopology("tcp://127.0.0.1:*", Router, Req).changed("b.two", func(s *SocketSpec) { s.RoutingID = "asks" })
	router := openEnds(t, p, top, "a.one")
	req := openEnds(t, p, top, "b.two")
	send(t, req.send, bytesOf("question"))
	equal(t, stringsOf(next(t, router.recv)), frames("asks", "", "question"))
	send(t, router.send, bytesOf("asks", "", "answer"))
	equal(t, stringsOf(next(t, req.recv)), frames("answer"))
}

func TestSpecsOfTypesThatHaveNoUseForThemAreRefused(t *testing.T) {
	p := newPump(t)
	for name, c := range map[string]struct {
		typ  SocketType
		spec func(*SocketSpec)
		opts []SocketOption
	}{
		"routing id of a push":        {Push, func(s *SocketSpec) { s.RoutingID = "x" }, nil},
		"routing id that begins by 0": {Dealer, func(s *SocketSpec) { s.RoutingID = "\x00x" }, nil},
		"routing id of 256 bytes":     {Dealer, nil, []SocketOption{RoutingID(strings.Repeat("x", 256))}},
		"handover of a dealer":        {Dealer, func(s *SocketSpec) { s.Handover = true }, nil},
		"welcome of a pub":            {Pub, nil, []SocketOption{Welcome([]byte("x"))}},
		"subscriptions of a pair":     {Pair, nil, []SocketOption{Subscribe("x")}},
		"conflate of a router":        {Router, func(s *SocketSpec) { s.Conflate = true }, nil},
		"conflate of a pair":          {Pair, func(s *SocketSpec) { s.Conflate = true }, nil},
		"conflate with a mark":        {Push, func(s *SocketSpec) { s.Conflate, s.SendHWM = true, Limit(1) }, nil},
		"conflate with a policy":      {Pull, func(s *SocketSpec) { s.Conflate, s.Overflow = true, DropNewest }, nil},
		"conflate with slices":        {Pull, func(s *SocketSpec) { s.Conflate, s.Batch = true, 8 }, nil},
	} {
		top := rawTopology("inproc://refused", c.typ, Pull)
		if c.spec != nil {
			top.changed("a.one", c.spec)
		}
		if _, _, err := openRaw(context.Background(), p, top, "a.one", c.opts); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestProbesAreIgnoredAndOtherEmptyMessagesAreNot(t *testing.T) {
	p, top := newPump(t), rawTopology("tcp://127.0.0.1:*", Router, Dealer)
	codec := ByPeer[tick](tickCodec{})
	router := openDuplex(t, p, top, "a.one", codec, codec)
	defer close(router.send)
	probe := func(s *zmq4.Socket) error { return errors.Join(s.SetIdentity("peer"), s.SetProbeRouter(1)) }
	peer := foreignPeer(t, p, zmq4.DEALER, router.handle, probe)
	sendFrames(t, peer, "topic", "after the probe")
	equal(t, next(t, router.recv), Routed[tick]{Peer: "peer", Msg: tick{"topic", "after the probe"}})
	sendFrames(t, peer, "one frame, and not empty")
	sendFrames(t, peer, "topic", "at last")
	equal(t, next(t, router.recv).Msg, tick{"topic", "at last"})
	equal(t, router.handle.Stats().Dropped, map[Cause]uint64{DroppedDecode: 1})
	equal(t, router.handle.Stats().MessagesIn, uint64(4))

	texts := openRouter(t, newPump(t), top)
	empty := foreignPeer(t, p, zmq4.DEALER, texts.handle, probe)
	sendFrames(t, empty, "") // libzmq sends the probe of a DEALER with its first message
	for range 2 {            // where an empty frame is a message, a probe is one too
		equal(t, next(t, texts.recv), Routed[string]{Peer: "peer"})
	}
}

func TestWhatHasNoPeerIsCountedReportedAndTheRestGoesOn(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		var f faults
		p, top := newPump(t, WithErrorHandler(f.handle)), rawTopology(endpoint, Router, Dealer)
		router := openRouter(t, p, top)
		dealer := openDuplex(t, p, top, "b.two", textCodec{}, textCodec{}, RoutingID("known"))
		defer close(dealer.send)
		send(t, dealer.send, "hello")
		next(t, router.recv)
		send(t, router.send, Routed[string]{Peer: "stranger", Msg: "lost"})
		send(t, router.send, Routed[string]{Msg: "for nobody"})
		send(t, router.send, Routed[string]{Peer: strings.Repeat("x", 256), Msg: "for nobody"})
		send(t, router.send, Routed[string]{Peer: "known", Msg: "found"})
		equal(t, next(t, dealer.recv), "found")
		equal(t, router.handle.Stats().Dropped, map[Cause]uint64{DroppedUnroutable: 1, DroppedEncode: 2})
		if !slices.ContainsFunc(f.all(), func(err error) bool {
			var e *Error
			return errors.Is(err, ErrUnroutable) && errors.As(err, &e) && e.Op == "send" && e.Socket == "a.one" && strings.Contains(err.Error(), `"stranger"`)
		}) {
			t.Errorf("reported %v", f.all())
		}
		dealer.handle.Close()
		eventually(t, "a peer that has gone is no peer", func() bool {
			send(t, router.send, Routed[string]{Peer: "known", Msg: "too late"})
			return router.handle.Stats().Dropped[DroppedUnroutable] > 1
		})
	})
}

func TestAFullPeerKeepsNoOtherWaiting(t *testing.T) {
	p := newPump(t)
	p.parkTime = time.Hour // which a busy machine may need
	top := tinyQueues("inproc://full-peer", Router, Dealer)
	router := openRouter(t, p, top)
	id := func(name string) func(*zmq4.Socket) error {
		return func(s *zmq4.Socket) error { return errors.Join(s.SetRcvhwm(1), s.SetIdentity(name)) }
	}
	full, other := foreignPeer(t, p, zmq4.DEALER, router.handle, id("full")), foreignPeer(t, p, zmq4.DEALER, router.handle, id("other"))
	for _, peer := range []*zmq4.Socket{full, other} {
		sendFrames(t, peer, "hello")
		next(t, router.recv)
	}
	const n = 50
	for i := range n {
		send(t, router.send, Routed[string]{Peer: "full", Msg: fmt.Sprint(i)})
	}
	send(t, router.send, Routed[string]{Peer: "other", Msg: "at once"})
	equal(t, recvFrames(t, other), frames("at once"))
	for i := range n {
		equal(t, recvFrames(t, full), frames(fmt.Sprint(i)))
	}
	equal(t, router.handle.Stats().Dropped, map[Cause]uint64(nil))
}

func TestARouterThatIsNoServerValidatesWhatItSends(t *testing.T) {
	for name, c := range map[string]struct {
		opts []SocketOption
		want []string // of what the peer sends
	}{
		"by default": {nil, []string{"bad one", "two"}},
		"both ways":  {[]SocketOption{Validate(ValidateSent | ValidateReceived)}, []string{"two"}},
	} {
		t.Run(name, func(t *testing.T) {
			p, top := newPump(t), rawTopology("tcp://127.0.0.1:*", Router, Dealer)
			codec := ByPeer[string](limitedCodec{})
			router := openDuplex(t, p, top, "a.one", codec, codec, c.opts...)
			defer close(router.send)
			dealer := openDuplex(t, p, top, "b.two", textCodec{}, textCodec{}, RoutingID("peer"))
			defer close(dealer.send)
			send(t, dealer.send, "bad one")
			send(t, dealer.send, "two")
			for _, want := range c.want {
				equal(t, next(t, router.recv).Msg, want)
			}
			send(t, router.send, Routed[string]{Peer: "peer", Msg: "bad answer"})
			send(t, router.send, Routed[string]{Peer: "peer", Msg: "answer"})
			equal(t, next(t, dealer.recv), "answer")
			equal(t, router.handle.Stats().Dropped, map[Cause]uint64{DroppedInvalid: uint64(3 - len(c.want))})
		})
	}
}

func TestByPeerKeepsLimits(t *testing.T) {
	if _, limited := ByPeer[string](textCodec{}).(LimitedCodec[Routed[string]]); limited {
		t.Error("a codec without limits has some by peer")
	}
	codec, limited := ByPeer[string](limitedCodec{}).(LimitedCodec[Routed[string]])
	if !limited {
		t.Fatal("a codec with limits has none by peer")
	}
	if err := codec.ValidateMessage(&Routed[string]{Peer: "p", Msg: "bad"}); err == nil {
		t.Error("a message over its limits is valid")
	}
	for _, parts := range [][][]byte{nil, bytesOf("id")} {
		if err := codec.ParseFrames(parts, new(Routed[string])); err == nil || err == errProbe {
			t.Errorf("%q: %v", parts, err)
		}
	}
}

// Two peers of one routing id. Without handover the ROUTER never hears the second, which cannot know: it is
// connected, and what it sends is taken. With handover the ROUTER turns to the newcomer, and hears no more of the first.
func TestTwoPeersOfOneRoutingID(t *testing.T) {
	for _, handover := range []bool{false, true} {
		t.Run(fmt.Sprint("handover ", handover), func(t *testing.T) {
			overTransports(t, func(t *testing.T, endpoint string) {
				p := newPump(t)
				top := rawTopology(endpoint, Router, Dealer).changed("a.one", func(s *SocketSpec) { s.Handover = handover })
				router := openRouter(t, p, top)
				twin := func(s *zmq4.Socket) error { return s.SetIdentity("twin") }
				first := foreignPeer(t, p, zmq4.DEALER, router.handle, twin)
				sendFrames(t, first, "first")
				equal(t, next(t, router.recv), Routed[string]{Peer: "twin", Msg: "first"})
				second := foreignPeer(t, p, zmq4.DEALER, router.handle, twin)
				sendFrames(t, second, "second") // as if all were well
				heard, deaf := first, second
				if handover {
					equal(t, next(t, router.recv), Routed[string]{Peer: "twin", Msg: "second"})
					heard, deaf = second, first
				} else {
					// A third of another id comes after it: what it says would be behind what the second said.
					third := foreignPeer(t, p, zmq4.DEALER, router.handle)
					sendFrames(t, third, "third")
					equal(t, next(t, router.recv).Msg, "third")
					sendFrames(t, first, "still here")
					equal(t, next(t, router.recv), Routed[string]{Peer: "twin", Msg: "still here"})
				}
				send(t, router.send, Routed[string]{Peer: "twin", Msg: "for you"})
				equal(t, recvFrames(t, heard), frames("for you"))
				deaf.SetRcvtimeo(100 * time.Millisecond)
				if m, err := deaf.RecvMessage(0); err == nil {
					t.Errorf("the other received %q", m)
				}
				equal(t, router.handle.Stats().Dropped, map[Cause]uint64(nil))
				if !handover {
					equal(t, router.handle.Stats().MessagesIn, uint64(3))
				}
			})
		})
	}
}
