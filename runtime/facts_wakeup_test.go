//go:build cgo

package runtime

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file shows that no side of a socket waits for an edge that somebody else has used up: facts
// 1 and 19.

// withoutSlowTick makes a pump whose blocked select sides do not look around by themselves, so that a
// nudge that is lost is a stall.
func withoutSlowTick(t testing.TB) *Pump {
	p := newPump(t)
	p.slowTick = time.Hour
	return p
}

// deaf opens a.one of top, bound inproc, by the raw seam, and puts a pipe that is never written to in
// the place of ZMQ_FD: no edge ever comes, so that a side which waits goes on when somebody nudges it,
// and not otherwise. It returns a peer to talk to as well.
func deaf(t *testing.T, typ, peerType SocketType, opts ...SocketOption) (ends, *Socket, *zmq4.Socket) {
	t.Helper()
	p := withoutSlowTick(t)
	endpoint := "inproc://deaf"
	top := rawTopology(endpoint, typ, peerType)
	spec := top.Sockets["a.one"]
	spec.SendHWM, spec.RecvHWM = Limit(1), Limit(1)
	top.Sockets["a.one"] = spec
	s := must(p.open(context.Background(), top, "a.one", opts))(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	s.unwatch()
	s.nudged = nil
	s.file, s.conn = r, must(r.SyscallConn())(t)

	out := newSelectSide(s, single[[][]byte]{rawCodec{}}, 0)
	out.half = true
	t.Cleanup(func() { close(out.ch) })
	e := ends{send: out.ch}
	if typ.receives() {
		in := newChannelSink(s, rawCodec{})
		s.start(context.Background(), in, out.discard, out.run)
		e.recv = in.ch
	} else {
		s.start(context.Background(), nil, out.discard, out.run)
	}
	return e, s, inprocPeer(t, p, peerType, endpoint)
}

// inprocPeer is a socket of pebbe's in the context of p, connected to endpoint, with short queues.
func inprocPeer(t testing.TB, p *Pump, typ SocketType, endpoint string) *zmq4.Socket {
	t.Helper()
	peer := must(p.zctx.NewSocket(socketTypes[typ]))(t)
	t.Cleanup(func() { peer.Close() })
	peer.SetLinger(0)
	peer.SetRcvhwm(1)
	peer.SetSndhwm(1)
	peer.SetRcvtimeo(10 * time.Second)
	peer.SetSndtimeo(10 * time.Second)
	if err := peer.Connect(endpoint); err != nil {
		t.Fatal(err)
	}
	return peer
}

// waits waits until a side has said that it waits.
func (s *Socket) waits(t testing.TB, side string, want *bool) {
	t.Helper()
	eventually(t, "the "+side+" side waits", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return *want
	})
}

// Facts 1 and 19: input that a call sees is delivered, though the poll side has no edge to go by.
func TestACallThatSeesInputWakesThePollSide(t *testing.T) {
	for name, call := range map[string]func(*testing.T, ends, *Socket){
		"a send":                func(t *testing.T, e ends, _ *Socket) { send(t, e.send, bytesOf("out")) },
		"a send of one message": func(t *testing.T, _ ends, s *Socket) { s.sendOne(oneMessage("out")) },
		"Do":                    func(t *testing.T, _ ends, s *Socket) { s.Do(func(*zmq4.Socket) error { return nil }) },
		"Do that fails":         func(t *testing.T, _ ends, s *Socket) { s.Do(func(*zmq4.Socket) error { return os.ErrInvalid }) },
		"Do that reads events": func(t *testing.T, _ ends, s *Socket) {
			s.Do(func(z *zmq4.Socket) error { _, err := z.GetEvents(); return err })
		},
	} {
		t.Run(name, func(t *testing.T) {
			e, s, peer := deaf(t, Pair, Pair)
			for i := range 10 {
				s.waits(t, "poll", &s.wantIn)
				sendFrames(t, peer, fmt.Sprint(i))
				call(t, e, s)
				equal(t, stringsOf(next(t, e.recv)), frames(fmt.Sprint(i)))
				if name == "a send" || name == "a send of one message" {
					equal(t, recvFrames(t, peer), frames("out"))
				}
			}
		})
	}
}

func oneMessage(parts ...string) *FrameWriter {
	w := new(FrameWriter)
	for _, part := range parts {
		w.FrameString(part)
	}
	w.finish(-1)
	return w
}

// Fact 1: so is input that is seen by a send that ZeroMQ does not take.
func TestASendThatDoesNotGoWakesThePollSideToo(t *testing.T) {
	e, s, peer := deaf(t, Pair, Pair)
	n := fill(t, e.send, bytesOf("out"))
	for i := range 10 {
		s.waits(t, "poll", &s.wantIn)
		s.waits(t, "select", &s.wantOut)
		sendFrames(t, peer, fmt.Sprint(i))
		s.nudgeOut() // as an edge would, which only this side has got
		equal(t, stringsOf(next(t, e.recv)), frames(fmt.Sprint(i)))
	}
	for range n {
		equal(t, recvFrames(t, peer), frames("out"))
		s.nudgeOut()
	}
}

// Fact 1: a nudge that comes while the poll side delivers holds until it has looked again.
func TestANudgeDuringADeliveryIsNotLost(t *testing.T) {
	e, s, peer := deaf(t, Pair, Pair, Buffer(0))
	for range 10 {
		s.waits(t, "poll", &s.wantIn)
		received := s.Stats().MessagesIn
		sendFrames(t, peer, "first")
		s.nudgeIn()
		eventually(t, "the poll side delivers", func() bool { return s.Stats().MessagesIn == received+1 })
		sendFrames(t, peer, "second")
		s.Do(func(*zmq4.Socket) error { return nil })
		equal(t, stringsOf(next(t, e.recv)), frames("first"))
		equal(t, stringsOf(next(t, e.recv)), frames("second"))
	}
}

// Facts 1 and 19: a select side that waits for room goes on when somebody else sees the room.
func TestACallThatSeesRoomWakesTheSelectSide(t *testing.T) {
	for name, call := range map[string]func(*Socket){
		"the poll side": (*Socket).nudgeIn, // as an edge would, which only this side has got
		"Do":            func(s *Socket) { s.Do(func(*zmq4.Socket) error { return nil }) },
	} {
		for _, typ := range []SocketType{Pair, Push} { // receives, and sends only
			t.Run(fmt.Sprint(name, " of a ", typ), func(t *testing.T) {
				e, s, peer := deaf(t, typ, map[SocketType]SocketType{Pair: Pair, Push: Pull}[typ])
				eventually(t, "the peer is there", func() bool {
					s.mu.Lock()
					defer s.mu.Unlock()
					return s.raw.events()&pollOut != 0
				})
				defer untilStopped(func(quit <-chan struct{}) { repeat(e.send, bytesOf("out"), quit) })()
				for range 10 {
					s.waits(t, "select", &s.wantOut)
					drain(peer)
					call(s)
					equal(t, recvFrames(t, peer), frames("out"))
				}
			})
		}
	}
}

// drain reads what is there.
func drain(s *zmq4.Socket) {
	for err := error(nil); err == nil; {
		_, err = s.RecvMessage(zmq4.DONTWAIT)
	}
}

// Facts 1 and 2: a poll side that was blocked on its user, and goes on, sees room for the select side.
func TestAPollSideThatWasBlockedWakesTheSelectSide(t *testing.T) {
	e, s, peer := deaf(t, Pair, Pair, Buffer(0))
	defer untilStopped(func(quit <-chan struct{}) { repeat(e.send, bytesOf("out"), quit) })()
	sendFrames(t, peer, "0")
	sendFrames(t, peer, "1")
	s.nudgeIn()
	eventually(t, "the poll side is blocked", func() bool { return s.Stats().MessagesIn == 1 })
	sendFrames(t, peer, "2")
	for i := range 2 {
		s.waits(t, "select", &s.wantOut)
		drain(peer)
		equal(t, stringsOf(next(t, e.recv)), frames(fmt.Sprint(i)))
		equal(t, recvFrames(t, peer), frames("out"))
	}
}

// Fact 1: ZMQ_FD belongs to libzmq, which closes it; the runtime waits on a duplicate and closes that.
func TestADescriptorOfZeroMQsIsNotClosed(t *testing.T) {
	p, top := newPump(t), rawTopology("inproc://fd", Pair, Pair)
	openEnds(t, p, top, "a.one")
	s := p.Socket("raw", "a.one")
	var fd int
	if err := s.Do(func(z *zmq4.Socket) (err error) { fd, err = z.GetFd(); return err }); err != nil {
		t.Fatal(err)
	}
	var own uintptr
	s.conn.Control(func(f uintptr) { own = f })
	if own == uintptr(fd) {
		t.Fatal("the runtime waits on libzmq's own descriptor")
	}
	s.sides.Add(1) // the test is one of them, so that the socket, which ends by this, does not finish
	s.file.Close()
	if err := syscall.Fstat(fd, new(syscall.Stat_t)); err != nil {
		t.Errorf("libzmq's descriptor after the runtime's was closed: %v", err)
	}
	s.side("test", func() {})
	<-s.Done()
}
