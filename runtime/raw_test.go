//go:build cgo

package runtime

import (
	"context"
	"fmt"
	"testing"
)

// This file opens sockets of every type by the raw seam, which knows frames and no messages.

// rawTopology has two sockets, a.one bound to endpoint and b.two connected to it.
func rawTopology(endpoint string, one, two SocketType) *Topology {
	top := &Topology{Name: "raw", Sockets: map[string]SocketSpec{
		"a.one": {Type: one, Bind: []string{endpoint}, Linger: Lingering(testLinger)},
		"b.two": {Type: two, Connect: []string{"a.one"}, Linger: Lingering(testLinger)},
	}}
	for name, spec := range top.Sockets {
		if spec.Type == Sub {
			spec.Subscribe = []string{""}
		}
		top.Sockets[name] = spec
	}
	return top
}

// ends are the two channels of a raw socket; either is nil if its type lacks the direction.
type ends struct {
	send chan<- [][]byte
	recv <-chan [][]byte
}

func openEnds(t testing.TB, p *Pump, top *Topology, name string, opts ...SocketOption) ends {
	t.Helper()
	send, recv, err := openRaw(context.Background(), p, top, name, opts)
	if err != nil {
		t.Fatal(err)
	}
	if send != nil {
		t.Cleanup(func() { close(send) })
	}
	return ends{send, recv}
}

func bytesOf(frames ...string) (out [][]byte) {
	for _, f := range frames {
		out = append(out, []byte(f))
	}
	return out
}

func stringsOf(frames [][]byte) (out []string) {
	for _, f := range frames {
		out = append(out, string(f))
	}
	return out
}

func TestEveryLegalPairMovesFramesAsTheyAre(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		for _, c := range []struct{ one, two SocketType }{
			{Pub, Sub}, {Pub, XSub}, {XPub, Sub}, {XPub, XSub}, {Push, Pull}, {Pair, Pair}, {Dealer, Dealer},
			{Dealer, Router}, {Req, Rep}, {Req, Router}, {Dealer, Rep},
		} {
			for _, turn := range []bool{false, true} {
				one, two := c.one, c.two
				if turn {
					one, two = two, one
				}
				t.Run(fmt.Sprint(one, " ", two), func(t *testing.T) {
					p := newPump(t)
					top := rawTopology(endpoint, one, two)
					a := openEnds(t, p, top, "a.one")
					b := openEnds(t, p, top, "b.two")
					from, to := a, b
					if turn {
						from, to = b, a
					}
					converse(t, c.one, c.two, from, to)
				})
			}
		}
	})
}

// converse sends from one end to the other, and back where there is a way back.
func converse(t *testing.T, one, two SocketType, from, to ends) {
	out := bytesOf("topic", "", "body")
	if one == Dealer && two == Rep {
		out = bytesOf("id", "", "topic", "", "body")
	}
	if two == XSub {
		send(t, to.send, bytesOf("\x01topic"))
	}
	if one == XPub {
		want := "\x01topic"
		if two == Sub {
			want = "\x01"
		}
		equal(t, stringsOf(next(t, from.recv)), []string{want})
	}
	var got []string
	if one == Pub { // which has no way to tell that the subscription has come
		eventually(t, "the subscriber is served", func() bool {
			send(t, from.send, out)
			select {
			case m := <-to.recv:
				got = stringsOf(m)
				return true
			default:
				return false
			}
		})
	} else {
		send(t, from.send, out)
		got = stringsOf(next(t, to.recv))
	}
	switch {
	case one == Dealer && two == Router:
		equal(t, got[1:], stringsOf(out))
	case one == Req && two == Router:
		equal(t, got[1:], append([]string{""}, stringsOf(out)...))
	default:
		equal(t, got[max(0, len(got)-3):], []string{"topic", "", "body"})
	}
	switch two {
	case Pull, Sub, XSub:
		return
	case Router:
		send(t, to.send, bytesOf(append(got[:len(got)-3], "reply")...))
	default:
		send(t, to.send, bytesOf("reply"))
	}
	back := stringsOf(next(t, from.recv))
	equal(t, back[len(back)-1], "reply")
}

func TestClosingTheSendChannelOfATwoWaySocketEndsSendingOnly(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		p, top := newPump(t), rawTopology(endpoint, Pair, Pair)
		a := openEnds(t, p, top, "a.one")
		sendB, recvB, err := openRaw(context.Background(), p, top, "b.two", nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 100 {
			send(t, sendB, bytesOf(fmt.Sprint(i)))
		}
		close(sendB)
		for i := range 100 {
			equal(t, stringsOf(next(t, a.recv)), []string{fmt.Sprint(i)})
		}
		send(t, a.send, bytesOf("still here"))
		equal(t, stringsOf(next(t, recvB)), []string{"still here"})
	})
}

func TestAReqTakesTurnsAndARepThatIsNotAskedIsCounted(t *testing.T) {
	p, top := newPump(t), rawTopology("inproc://turns", Rep, Req)
	rep := openEnds(t, p, top, "a.one")
	req := openEnds(t, p, top, "b.two")
	send(t, rep.send, bytesOf("nobody has asked"))
	handle := p.Socket("raw", "a.one")
	eventually(t, "the reply is counted", func() bool { return handle.Stats().Dropped[DroppedState] == 1 })
	for i := range 3 { // all at once: the second and third wait
		send(t, req.send, bytesOf(fmt.Sprint(i)))
	}
	for i := range 3 {
		equal(t, stringsOf(next(t, rep.recv)), []string{fmt.Sprint(i)})
		send(t, rep.send, bytesOf(fmt.Sprint("re ", i)))
		equal(t, stringsOf(next(t, req.recv)), []string{fmt.Sprint("re ", i)})
	}
	equal(t, handle.Stats().Dropped, map[Cause]uint64{DroppedState: 1})
	equal(t, p.Socket("raw", "b.two").Stats().Dropped, map[Cause]uint64(nil))
}

func TestWhatARouterCannotRouteIsCountedAndTheRestGoesOn(t *testing.T) {
	p, top := newPump(t), rawTopology("inproc://unroutable", Router, Dealer)
	router := openEnds(t, p, top, "a.one")
	dealer := openEnds(t, p, top, "b.two", RoutingID("known"))
	send(t, dealer.send, bytesOf("hello"))
	equal(t, stringsOf(next(t, router.recv)), []string{"known", "hello"})
	send(t, router.send, bytesOf("stranger", "lost"))
	send(t, router.send, bytesOf("known", "found"))
	equal(t, stringsOf(next(t, dealer.recv)), []string{"found"})
	equal(t, p.Socket("raw", "a.one").Stats().Dropped, map[Cause]uint64{DroppedUnroutable: 1})
}
