//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file opens sockets of two channels: PAIR, and DEALER with DEALER. Those with a ROUTER are in
// routed_test.go.

// duplex is the two channels of a socket.
type duplex[S, R any] struct {
	send   chan<- S
	recv   <-chan R
	handle *Socket
}

// openDuplex opens a socket that is closed with its pump.
func openDuplex[S, R any](t testing.TB, p *Pump, top *Topology, name string, out Codec[S], in Codec[R], opts ...SocketOption) duplex[S, R] {
	t.Helper()
	send, recv, err := OpenDuplex(context.Background(), p, top, name, out, in, opts)
	if err != nil {
		t.Fatal(err)
	}
	return duplex[S, R]{send, recv, p.Socket(top.Name, name)}
}

// foreignPeer connects a socket of pebbe's to s.
func foreignPeer(t testing.TB, p *Pump, typ zmq4.Type, s *Socket, setup ...func(*zmq4.Socket) error) *zmq4.Socket {
	t.Helper()
	endpoint := s.Endpoints()[0]
	if !strings.HasPrefix(endpoint, "inproc:") {
		return rawSock(t, typ, func(s *zmq4.Socket) error { return connectPeer(s, endpoint, setup) })
	}
	peer := must(p.zctx.NewSocket(typ))(t) // inproc is within a context
	t.Cleanup(func() { peer.Close() })
	peer.SetLinger(0)
	peer.SetRcvtimeo(10 * time.Second)
	peer.SetSndtimeo(10 * time.Second)
	if err := connectPeer(peer, endpoint, setup); err != nil {
		t.Fatal(err)
	}
	return peer
}

func connectPeer(s *zmq4.Socket, endpoint string, setup []func(*zmq4.Socket) error) error {
	for _, f := range setup {
		if err := f(s); err != nil {
			return err
		}
	}
	return s.Connect(endpoint)
}

var duplexPairs = []SocketType{Pair, Dealer} // each with its own kind

func TestTwoOfAKindTalkWhenTheyLike(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		for _, typ := range duplexPairs {
			t.Run(typ.String(), func(t *testing.T) {
				p, top := newPump(t), rawTopology(endpoint, typ, typ)
				one := openDuplex(t, p, top, "a.one", textCodec{}, tickCodec{})
				defer close(one.send)
				two := openDuplex(t, p, top, "b.two", tickCodec{}, textCodec{})
				const n = 1000
				go func() {
					for i := range n {
						two.send <- tick{"tick", fmt.Sprint(i)}
					}
					close(two.send)
				}()
				for i := range n {
					send(t, one.send, fmt.Sprint(i))
				}
				for i := range n {
					equal(t, next(t, one.recv), tick{"tick", fmt.Sprint(i)})
					equal(t, next(t, two.recv), fmt.Sprint(i))
				}
				send(t, one.send, "two has closed what it sends on, and hears me")
				next(t, two.recv)
				equal(t, two.handle.Err(), nil)
			})
		}
	})
}

func TestForeignPeersOfPairAndDealerSeeTheFramesOfTheWire(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		for _, typ := range duplexPairs {
			t.Run(typ.String(), func(t *testing.T) {
				p, top := newPump(t), rawTopology(endpoint, typ, typ)
				ours := openDuplex(t, p, top, "a.one", tickCodec{}, tickCodec{})
				defer close(ours.send)
				peer := foreignPeer(t, p, socketTypes[typ], ours.handle)
				sendFrames(t, peer, "topic", "no delimiter before it")
				equal(t, next(t, ours.recv), tick{"topic", "no delimiter before it"})
				send(t, ours.send, tick{"topic", "and none here"})
				equal(t, recvFrames(t, peer), frames("topic", "and none here"))
				sendFrames(t, peer, "one frame")
				sendFrames(t, peer, "good", "again")
				equal(t, next(t, ours.recv), tick{"good", "again"})
				equal(t, ours.handle.Stats().Dropped, map[Cause]uint64{DroppedDecode: 1})
			})
		}
	})
}

// Fact 2, of typed channels: a user who sends before it receives is stuck when both queues are full, and goes on
// when its peer reads.
func TestAUserWhoSendsBeforeItReceivesGoesOnWhenItsPeerReads(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		for _, typ := range duplexPairs {
			t.Run(typ.String(), func(t *testing.T) {
				p, top := withoutSlowTick(t), tinyQueues(endpoint, typ, typ)
				user := openDuplex(t, p, top, "a.one", textCodec{}, textCodec{}, Buffer(1))
				peer := openDuplex(t, p, top, "b.two", textCodec{}, textCodec{}, Buffer(1))
				defer close(peer.send)
				done := make(chan struct{})
				go func() {
					defer close(done)
					defer close(user.send)
					for text := "greeting"; text != "stop"; text = <-user.recv {
						user.send <- text
					}
				}()
				big := strings.Repeat("x", 200_000)
				n := fill(t, peer.send, big)
				equal(t, next(t, peer.recv), "greeting")
				for range n {
					equal(t, len(next(t, peer.recv)), len(big))
				}
				send(t, peer.send, "stop")
				within(t, 10*time.Second, "the end of the user", func() { <-done })
			})
		}
	})
}

func TestClosingTheSendChannelDoesNotEndATwoWaySocket(t *testing.T) {
	for _, typ := range duplexPairs {
		t.Run(typ.String(), func(t *testing.T) {
			p, top := newPump(t), rawTopology("tcp://127.0.0.1:*", typ, typ)
			ours := openDuplex(t, p, top, "a.one", textCodec{}, textCodec{})
			peer := foreignPeer(t, p, socketTypes[typ], ours.handle)
			for i := range 100 {
				send(t, ours.send, fmt.Sprint(i))
			}
			close(ours.send)
			for i := range 100 {
				equal(t, recvFrames(t, peer), frames(fmt.Sprint(i)))
			}
			for i := range 100 {
				sendFrames(t, peer, fmt.Sprint(i))
				equal(t, next(t, ours.recv), fmt.Sprint(i))
			}
			within(t, endTime, "Close", func() { ours.handle.Close() })
			if _, open := <-ours.recv; open {
				t.Error("the receive channel is open after the end")
			}
		})
	}
}

func TestTwoWaySocketsHaveOverflowPolicies(t *testing.T) {
	for _, c := range []struct {
		typ      SocketType
		overflow Overflow
		want     string // of 0 to 99 through a channel of 3
	}{
		{Pair, DropNewest, "0 1 2"}, {Pair, DropOldest, "97 98 99"},
		{Dealer, DropNewest, "0 1 2"}, {Dealer, DropOldest, "97 98 99"},
		{Router, DropNewest, "0 1 2"}, {Router, DropOldest, "97 98 99"},
	} {
		t.Run(fmt.Sprint(c.typ, " ", c.overflow), func(t *testing.T) {
			peerType := c.typ
			if c.typ == Router {
				peerType = Dealer
			}
			p, top := newPump(t), rawTopology("tcp://127.0.0.1:*", c.typ, peerType)
			spec := top.Sockets["a.one"]
			spec.Overflow, spec.Buffer = c.overflow, Limit(3)
			top.Sockets["a.one"] = spec
			var in Codec[Routed[string]] = ByPeer[string](textCodec{})
			if c.typ != Router {
				in = anybody{}
			}
			ours := openDuplex(t, p, top, "a.one", in, in)
			defer close(ours.send)
			peer := foreignPeer(t, p, socketTypes[peerType], ours.handle)
			for i := range 100 {
				sendFrames(t, peer, fmt.Sprint(i))
			}
			eventually(t, "what there is no room for is dropped", func() bool { return ours.handle.Stats().Dropped[DroppedOverflow] == 97 })
			var got []string
			for range 3 {
				got = append(got, next(t, ours.recv).Msg)
			}
			equal(t, strings.Join(got, " "), c.want)
		})
	}
}

// anybody is the codec of messages for the one peer that there is.
type anybody struct{}

func (anybody) AppendFrames(w *FrameWriter, m *Routed[string]) error {
	return textCodec{}.AppendFrames(w, &m.Msg)
}

func (anybody) ParseFrames(frames [][]byte, m *Routed[string]) error {
	return textCodec{}.ParseFrames(frames, &m.Msg)
}

func TestConstructorsOfTwoWaySocketsRefuseOtherTypes(t *testing.T) {
	p, ctx := newPump(t), context.Background()
	for typ := Pub; typ <= Rep; typ++ {
		top := rawTopology("inproc://types", typ, Pull)
		for name, c := range map[string]struct {
			open func() error
			fits bool
		}{
			"OpenDuplex": {func() error {
				ch, _, err := OpenDuplex(ctx, p, top, "a.one", textCodec{}, textCodec{}, nil)
				return closeIf(ch, err)
			}, typ == Pair || typ == Dealer || typ == Router},
			"OpenXPub": {func() error {
				ch, _, err := OpenXPub(ctx, p, top, "a.one", textCodec{}, nil)
				return closeIf(ch, err)
			}, typ == XPub},
			"OpenXSub": {func() error {
				ch, _, err := OpenXSub(ctx, p, top, "a.one", textCodec{}, nil)
				return closeIf(ch, err)
			}, typ == XSub},
		} {
			err := c.open()
			p.Socket("raw", "a.one").Close()
			var e *Error
			if c.fits != (err == nil) || err != nil && (!errors.As(err, &e) || e.Op != "open" || !strings.Contains(e.Error(), typ.String())) {
				t.Errorf("%s of a %v: %v", name, typ, err)
			}
		}
	}
}

func closeIf[T any](ch chan<- T, err error) error {
	if err == nil {
		close(ch)
	}
	return err
}

// A PAIR has one peer. Who comes second is connected as far as it can see, and nothing of what it sends
// arrives, also when the first has gone; one that comes then is heard.
func TestAPairTurnsASecondPeerAwayInSilence(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		p, top := newPump(t), rawTopology(endpoint, Pair, Pair)
		ours := openDuplex(t, p, top, "a.one", textCodec{}, textCodec{})
		defer close(ours.send)
		first := foreignPeer(t, p, zmq4.PAIR, ours.handle)
		sendFrames(t, first, "first")
		equal(t, next(t, ours.recv), "first")
		second := foreignPeer(t, p, zmq4.PAIR, ours.handle)
		second.Send("second", zmq4.DONTWAIT)
		send(t, ours.send, "for the first")
		equal(t, recvFrames(t, first), frames("for the first"))
		sendFrames(t, first, "still here")
		equal(t, next(t, ours.recv), "still here")
		second.SetRcvtimeo(100 * time.Millisecond)
		if m, err := second.RecvMessage(0); err == nil {
			t.Errorf("the second peer received %q", m)
		}
		equal(t, ours.handle.Stats().MessagesIn, uint64(2))
		first.Close()
		eventually(t, "a third peer is heard", func() bool {
			second.Send("second again", zmq4.DONTWAIT) // to nobody, though there is room now
			third := foreignPeer(t, p, zmq4.PAIR, ours.handle)
			defer third.Close()
			third.Send("third", zmq4.DONTWAIT)
			select {
			case text := <-ours.recv:
				equal(t, text, "third")
				return true
			case <-time.After(50 * time.Millisecond): // it came before it was seen that the first has gone
				return false
			}
		})
	})
}
