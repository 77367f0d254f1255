//go:build cgo

package runtime

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file is sockets that conflate, and what ZMQ_CONFLATE does in libzmq.

func conflating(top *Topology, names ...string) *Topology {
	for _, name := range names {
		top.changed(name, func(s *SocketSpec) { s.Conflate = true })
	}
	return top
}

// conflatePeers are raw sockets in one context, over tcp, the first of which binds.
func conflatePeers(t *testing.T, one, two SocketType, setup func(one, two *zmq4.Socket)) (*zmq4.Socket, *zmq4.Socket) {
	bind := rawSock(t, socketTypes[one], func(*zmq4.Socket) error { return nil })
	connect := rawSock(t, socketTypes[two], func(*zmq4.Socket) error { return nil })
	setup(bind, connect)
	if err := bind.Bind("tcp://127.0.0.1:*"); err != nil {
		t.Fatal(err)
	}
	if err := connect.Connect(must(bind.GetLastEndpoint())(t)); err != nil {
		t.Fatal(err)
	}
	return bind, connect
}

// What libzmq does by ZMQ_CONFLATE: those types that have it take any number of messages, whatever the
// high-water marks say, and give the last; the others do as if it had not been set.
func TestZMQConflateIgnoresHighWaterMarks(t *testing.T) {
	for _, c := range []struct {
		one, two  SocketType // two conflates and sends
		conflates bool
	}{{Pull, Push, true}, {Router, Dealer, true}, {Dealer, Dealer, true}, {Sub, Pub, true}, {Pair, Pair, false}, {XSub, XPub, false}} {
		t.Run(fmt.Sprint(c.one, " ", c.two), func(t *testing.T) {
			in, out := conflatePeers(t, c.one, c.two, func(in, out *zmq4.Socket) {
				out.SetConflate(true)
				out.SetSndhwm(2)
				in.SetRcvhwm(2)
				if c.one == Sub {
					in.SetSubscribe("")
				}
			})
			if c.one == Sub || c.one == XSub {
				if c.one == XSub {
					sendFrames(t, in, "\x01")
				}
				eventually(t, "the subscription has arrived", func() bool {
					out.Send("sync", zmq4.DONTWAIT)
					_, err := in.Recv(zmq4.DONTWAIT)
					return err == nil
				})
			} else {
				sendFrames(t, out, "sync")
				recvFrames(t, in)
			}
			body := strings.Repeat("x", 100_000)
			const n = 200 // more than the system's buffers hold
			taken := 0
			for i := range n {
				if _, err := out.SendMessageDontwait(fmt.Sprint(i) + " " + body); err == nil {
					taken++
				}
			}
			drops := c.two == XPub // for a peer that is full, without a word
			if (taken == n) != (c.conflates || drops) {
				t.Errorf("%d messages of %d were taken", taken, n)
			}
			got, last, newest := 0, "", fmt.Sprint(n-1)
			sure := c.conflates && c.two != Pub // which may hold the newest back, if seldom
			for {
				patience := 300 * time.Millisecond
				if sure && last != newest {
					patience = 20 * time.Second
				}
				in.SetRcvtimeo(patience)
				m, err := in.RecvMessage(0)
				if err != nil {
					break
				}
				got++
				last, _, _ = strings.Cut(m[len(m)-1], " ")
			}
			// What is dropped may be any of them but the first, and what arrives may be the newest by chance.
			if sure && last != newest || got == n {
				t.Errorf("received %d messages, the last is %s", got, last)
			}
		})
	}
}

// ZMQ_CONFLATE conflates the way back as well: of subscriptions that come at once a PUB hears the last.
func TestZMQConflateLosesSubscriptions(t *testing.T) {
	sub, pub := conflatePeers(t, Sub, Pub, func(sub, pub *zmq4.Socket) {
		pub.SetConflate(true)
		for i := range 100 {
			sub.SetSubscribe(fmt.Sprint(i, "."))
		}
	})
	eventually(t, "the last is served", func() bool {
		pub.Send("99.", 0)
		_, err := sub.Recv(zmq4.DONTWAIT)
		return err == nil
	})
	sub.SetRcvtimeo(100 * time.Millisecond)
	lost := 0
	for i := range 99 {
		for _, err := sub.Recv(zmq4.DONTWAIT); err == nil; _, err = sub.Recv(zmq4.DONTWAIT) {
		}
		pub.Send(fmt.Sprint(i, "."), 0)
		if _, err := sub.Recv(0); err != nil {
			lost++
			break
		}
	}
	if lost == 0 {
		t.Error("none is lost")
	}
}

// A peer that sends the beginning of a multipart message to a socket that receives with ZMQ_CONFLATE makes
// libzmq abort its process. So no socket of ours that receives has it.
func TestABeginningOfAMessageDoesNotAbortASocketThatConflates(t *testing.T) {
	const setting = "ZMQGEN_CONFLATE"
	switch os.Getenv(setting) {
	case "libzmq":
		pull := rawSock(t, zmq4.PULL, func(s *zmq4.Socket) error {
			s.SetConflate(true)
			return s.Bind("tcp://127.0.0.1:*")
		})
		peer := zmtpPeer(t, must(pull.GetLastEndpoint())(t), Push)
		zmtpSay(t, peer, zmtpFrame(zmtpMore, "the first of two"))
		pull.RecvMessage(0)
		return
	case "ours":
		for typ, peerType := range map[SocketType]SocketType{Sub: Pub, Pull: Push, Dealer: Dealer} {
			p, top := newPump(t), conflating(rawTopology("tcp://127.0.0.1:*", typ, Pair), "a.one")
			e := openEnds(t, p, top, "a.one")
			endpoint := p.Socket("raw", "a.one").Endpoints()[0]
			zmtpSay(t, zmtpPeer(t, endpoint, peerType), zmtpFrame(zmtpMore, "the first of two"))
			zmtpSay(t, zmtpPeer(t, endpoint, peerType), zmtpFrame(zmtpMore, "one"), zmtpFrame(zmtpLast, "and the other"))
			equal(t, stringsOf(next(t, e.recv)), frames("one", "and the other"))
		}
		for typ, peerType := range map[SocketType]SocketType{Pub: Sub, Push: Pull} { // which have it, and receive nothing
			p, top := newPump(t), conflating(rawTopology("tcp://127.0.0.1:*", typ, Pair), "a.one")
			e := openEnds(t, p, top, "a.one")
			handle := p.Socket("raw", "a.one")
			peer := zmtpPeer(t, handle.Endpoints()[0], peerType)
			zmtpSay(t, peer, zmtpFrame(zmtpMore, "the first of two"), zmtpFrame(zmtpLast, "the second"), zmtpFrame(zmtpMore, "and one more"))
			peer.Close()
			raw := foreignPeer(t, p, socketTypes[peerType], handle, func(s *zmq4.Socket) error {
				s.SetRcvtimeo(time.Millisecond)
				if peerType == Sub {
					return s.SetSubscribe("")
				}
				return nil
			})
			eventually(t, "another peer is served", func() bool {
				send(t, e.send, bytesOf("here"))
				_, err := raw.Recv(0)
				return err == nil
			})
		}
		return
	}
	if out, state := child(t, t.Name(), setting+"=libzmq"); state.Success() || !strings.Contains(out, "Assertion failed") {
		t.Errorf("libzmq does not abort any more: %v\n%s", state, out)
	}
	if out, state := child(t, t.Name(), setting+"=ours"); !state.Success() {
		t.Errorf("ours: %v\n%s", state, out)
	}
}

// A user who was busy reads the newest message next, of all that came, and everything that it did not read
// is counted.
func TestAReceiverThatConflatesHasTheNewest(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		for _, c := range []struct{ from, to SocketType }{{Push, Pull}, {Pub, Sub}, {Dealer, Dealer}} {
			t.Run(c.to.String(), func(t *testing.T) {
				p, top := newPump(t), conflating(rawTopology(endpoint, c.to, c.from), "a.one")
				in := openEnds(t, p, top, "a.one")
				handle := p.Socket("raw", "a.one")
				out := foreignPeer(t, p, socketTypes[c.from], handle)
				eventually(t, "the first has come", func() bool {
					out.SendMessageDontwait("sync")
					return handle.Stats().MessagesIn > 0
				})
				sendFrames(t, out, "mark")
				for text := ""; text != "mark"; {
					text = stringsOf(next(t, in.recv))[0]
				}
				before := handle.Stats() // whatever came of the others
				const n = 500            // below every high-water mark
				for i := range n {
					sendFrames(t, out, fmt.Sprint(i))
				}
				eventually(t, "all but the newest are dropped", func() bool {
					now := handle.Stats()
					return now.MessagesIn == before.MessagesIn+n && now.Dropped[DroppedOverflow] == before.Dropped[DroppedOverflow]+n-1
				})
				equal(t, stringsOf(next(t, in.recv)), frames(fmt.Sprint(n-1)))
			})
		}
	})
}

// A sender that conflates is never blocked by a peer that does not read, which receives the newest when it
// goes on.
func TestASenderThatConflatesIsNotBlockedAndSendsTheNewest(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		for _, c := range []struct{ from, to SocketType }{{Push, Pull}, {Pub, Sub}, {Dealer, Dealer}, {Dealer, Router}} {
			t.Run(fmt.Sprint(c.from, " ", c.to), func(t *testing.T) {
				p, top := newPump(t), conflating(rawTopology(endpoint, c.from, c.to), "a.one")
				out := openEnds(t, p, top, "a.one", Buffer(1))
				handle := p.Socket("raw", "a.one")
				in := foreignPeer(t, p, socketTypes[c.to], handle, func(s *zmq4.Socket) error {
					if c.to == Sub {
						s.SetSubscribe("")
					}
					return s.SetRcvhwm(1)
				})
				in.SetRcvtimeo(10 * time.Millisecond)
				eventually(t, "the peer is there", func() bool {
					send(t, out.send, bytesOf("sync"))
					_, err := in.RecvMessage(0)
					return err == nil
				})
				body := strings.Repeat("x", 100_000)
				const n = 300 // more than the system's buffers hold
				for i := range n {
					send(t, out.send, bytesOf(fmt.Sprint(i)+" "+body))
				}
				want, got := fmt.Sprint(n-1), 0
				eventually(t, "the newest is received", func() bool {
					m, err := in.RecvMessage(0)
					if err != nil {
						return false
					}
					got++
					number, _, _ := strings.Cut(m[len(m)-1], " ")
					return number == want
				})
				if got >= n && !strings.HasPrefix(endpoint, "inproc:") {
					t.Errorf("all %d messages were received", got)
				}
				if c.from != Pub { // the runtime conflates, and counts
					s := handle.Stats()
					if s.Dropped[DroppedReplaced] == 0 {
						t.Errorf("nothing is counted: %+v", s)
					}
				}
			})
		}
	})
}

func TestADealerThatConflatesAccountsForEveryMessage(t *testing.T) {
	for name, end := range map[string]func(*Pump, *Socket){
		"socket closes": func(_ *Pump, s *Socket) { s.Close() },
		"pump closes":   func(p *Pump, _ *Socket) { p.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			p, top := newPump(t), conflating(rawTopology("tcp://127.0.0.1:*", Dealer, Dealer), "b.two")
			dealer := openDuplex(t, p, top, "b.two", textCodec{}, textCodec{}, Connect("tcp://127.0.0.1:9")) // where nobody is
			const n = 1000
			for i := range n {
				send(t, dealer.send, fmt.Sprint(i))
			}
			within(t, endTime, "the end", func() { end(p, dealer.handle) })
			close(dealer.send)
			eventually(t, "each message is sent or counted", func() bool {
				s := dealer.handle.Stats()
				return s.MessagesOut+s.Dropped[DroppedReplaced]+s.Dropped[DroppedLinger]+s.Dropped[DroppedEnded] == n
			})
			if s := dealer.handle.Stats(); s.MessagesOut != 1 || s.Dropped[DroppedLinger] != 1 {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestClosingTheChannelOfADealerThatConflatesSendsTheNewest(t *testing.T) {
	p, top := newPump(t), conflating(rawTopology("tcp://127.0.0.1:*", Dealer, Dealer), "a.one")
	dealer := openDuplex(t, p, top, "a.one", textCodec{}, textCodec{})
	for i := range 100 { // nobody is connected: all wait
		send(t, dealer.send, fmt.Sprint(i))
	}
	eventually(t, "only the newest waits", func() bool { return dealer.handle.Stats().Dropped[DroppedReplaced] == 99 })
	close(dealer.send)
	peer := foreignPeer(t, p, zmq4.DEALER, dealer.handle)
	equal(t, recvFrames(t, peer), frames("99"))
	sendFrames(t, peer, "receiving goes on")
	equal(t, next(t, dealer.recv), "receiving goes on")
	equal(t, dealer.handle.Stats().Dropped, map[Cause]uint64{DroppedReplaced: 99})
}

func TestMessagesOfSeveralFramesAreNotForSocketsThatConflate(t *testing.T) {
	for _, typ := range []SocketType{Push, Dealer} {
		p, top := newPump(t), conflating(rawTopology("inproc://several", typ, Pull), "a.one")
		ch, _, err := openRaw(context.Background(), p, top, "a.one", nil)
		if err != nil {
			t.Fatal(err)
		}
		handle := p.Socket("raw", "a.one")
		send(t, ch, bytesOf("two", "frames"))
		eventually(t, "it is counted", func() bool { return handle.Stats().Dropped[DroppedEncode] == 1 })
		close(ch)
	}
}
