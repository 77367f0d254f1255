//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file holds what hostile or hurried peers and users once got out of the runtime: every message
// is accounted for, and nothing grows or lasts without a bound.

func TestOneBatchIsBoundedInBytes(t *testing.T) {
	pull := rawSock(t, zmq4.PULL, func(s *zmq4.Socket) error { return s.Bind("tcp://127.0.0.1:*") })
	push := rawSock(t, zmq4.PUSH, connectTo(must(pull.GetLastEndpoint())(t)))
	part := strings.Repeat("x", 1<<20)
	const n = 20
	for range n {
		sendFrames(t, push, part, part, part)
	}
	raw := newRawSocket(pull)
	defer raw.free()
	in, got := newInbox(), 0
	eventually(t, "all are received", func() bool {
		got += raw.recv(in, maxBatch, 16<<20, maxFrames).msgs
		return got == n
	})
	if cap(in.buf) > 16<<20 {
		t.Errorf("the inbox grew to %d bytes for messages of 3 MiB", cap(in.buf))
	}
}

func TestAFloodOfOversizeMessagesDoesNotHoldTheSocket(t *testing.T) {
	p, top := newPump(t), testTopology("inproc://flood")
	spec := top.Sockets["b.pull"]
	spec.MaxMessageSize, spec.RecvHWM = Size(10), Limit(1000)
	top.Sockets["b.pull"] = spec
	must(OpenReceiver(context.Background(), p, top, "b.pull", textCodec{}, nil))(t)
	handle := p.Socket("test", "b.pull")
	stop := make(chan struct{})
	var flood sync.WaitGroup
	for range 4 {
		s := must(p.zctx.NewSocket(zmq4.PUSH))(t)
		s.SetLinger(0)
		if err := s.Connect("inproc://flood"); err != nil {
			t.Fatal(err)
		}
		raw := newRawSocket(s)
		var w FrameWriter
		for range 5000 {
			w.FrameString("too m")
			w.FrameString("uch for it")
			w.finish(-1)
		}
		flood.Add(1)
		go func() {
			defer flood.Done()
			defer s.Close()
			for {
				select {
				case <-stop:
					return
				default:
					raw.send(w.buf, w.frames)
				}
			}
		}()
	}
	eventually(t, "the flood is on", func() bool { return handle.Stats().Dropped[DroppedOversize] > 10000 })
	within(t, endTime, "Do in a flood", func() { handle.Do(func(*zmq4.Socket) error { return nil }) })
	within(t, endTime, "Close in a flood", func() { handle.Close() })
	close(stop)
	flood.Wait()
}

func TestEverythingUnreadIsCounted(t *testing.T) {
	p, top := newPump(t), testTopology("inproc://unread")
	spec := top.Sockets["b.pull"]
	spec.MaxMessageSize = Size(3000)
	top.Sockets["b.pull"] = spec
	spec = top.Sockets["a.push"]
	spec.Linger = Lingering(10 * time.Second) // so that all is handed over
	top.Sockets["a.push"] = spec
	must(OpenReceiver(context.Background(), p, top, "b.pull", textCodec{}, []SocketOption{Buffer(0)}))(t)
	push := must(OpenSender(context.Background(), p, top, "a.push", textCodec{}, nil))(t)
	in, out := p.Socket("test", "b.pull"), p.Socket("test", "a.push")
	const n = 150
	for i := range n {
		size := 2000
		if i%3 == 1 {
			size = 4000
		}
		send(t, push, strings.Repeat("x", size))
	}
	close(push)
	<-out.Done()
	in.Close()
	s := in.Stats()
	equal(t, []uint64{s.MessagesIn, s.Dropped[DroppedUnread], s.Dropped[DroppedOversize]}, []uint64{n * 2 / 3, n * 2 / 3, n / 3})
}

func TestLatestAccountsForEveryMessage(t *testing.T) {
	p, top := newPump(t), testTopology("inproc://account")
	spec := top.Sockets["b.pull"]
	spec.Overflow, spec.Buffer = Latest, Limit(1)
	top.Sockets["b.pull"] = spec
	pull := must(OpenReceiver(context.Background(), p, top, "b.pull", tickCodec{}, nil))(t)
	push := must(OpenSender(context.Background(), p, top, "a.push", tickCodec{}, nil))(t)
	handle := p.Socket("test", "b.pull")
	var read atomic.Uint64
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range pull {
			read.Add(1)
		}
	}()
	const n = 50_000
	for i := range n {
		push <- tick{fmt.Sprint(i % 2), "x"}
	}
	close(push)
	eventually(t, "all are received", func() bool { return handle.Stats().MessagesIn == n })
	handle.Close()
	<-done
	d := handle.Stats().Dropped
	equal(t, read.Load()+d[DroppedOverflow]+d[DroppedUnread], uint64(n))
}

// parkedService answers n requests of a peer that has not read yet, so that most replies are parked.
func parkedService(t *testing.T, n int, linger time.Duration) (p *Pump, peer *zmq4.Socket) {
	p, top := newPump(t), testTopology("tcp://127.0.0.1:*")
	p.parkTime = time.Hour // which a busy machine may need
	spec := top.Sockets["b.server"]
	spec.SendHWM, spec.Buffer, spec.Linger = Limit(1), Limit(1000), Lingering(linger)
	top.Sockets["b.server"] = spec
	s := openService(t, p, top)
	peer = rawSock(t, zmq4.DEALER, func(s *zmq4.Socket) error {
		s.SetRcvhwm(1)
		return s.Connect(p.Socket("test", "b.server").Endpoints()[0])
	})
	for i := range n {
		sendFrames(t, peer, fmt.Sprint(i), "", "Echo", strings.Repeat("x", 1<<20))
	}
	for range n {
		c := next(t, s.echo)
		if err := c.Reply(c.Request); err != nil {
			t.Fatal(err)
		}
	}
	return p, peer
}

func TestParkedRepliesAreHandedOverWithinLinger(t *testing.T) {
	const n = 30
	p, peer := parkedService(t, n, 10*time.Second)
	handle := p.Socket("test", "b.server")
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		handle.Close()
	}()
	for i := range n {
		equal(t, recvFrames(t, peer)[0], fmt.Sprint(i))
	}
	<-closed
	equal(t, handle.Stats().MessagesOut, uint64(n))
}

func TestParkedRepliesThatLingerCutsOffAreCounted(t *testing.T) {
	const n = 30
	p, _ := parkedService(t, n, 50*time.Millisecond)
	handle := p.Socket("test", "b.server")
	within(t, endTime, "Close", func() { handle.Close() })
	s := handle.Stats()
	equal(t, s.MessagesOut+s.Dropped[DroppedLinger], uint64(n))
	if s.Dropped[DroppedLinger] == 0 {
		t.Error("nothing was parked")
	}
}

func TestAClosedSocketsNameIsFree(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		p, top := newPump(t), testTopology(endpoint)
		if strings.HasPrefix(endpoint, "tcp:") {
			top = testTopology(freePort(t, p))
		}
		for range 100 {
			must(OpenReceiver(context.Background(), p, top, "b.pull", textCodec{}, nil))(t)
			p.Socket("test", "b.pull").Close()
		}
	})
}

// freePort returns an endpoint whose port is free, and is none of those that a system gives away on request: so
// nobody takes it while it is closed.
func freePort(t *testing.T, p *Pump) string {
	for range 100 {
		endpoint := fmt.Sprint("tcp://127.0.0.1:", 10_000+rand.IntN(20_000))
		if _, err := OpenReceiver(context.Background(), p, testTopology(endpoint), "b.pull", textCodec{}, nil); err == nil {
			p.Socket("test", "b.pull").Close()
			return endpoint
		}
	}
	t.Fatal("no port is free")
	return ""
}

func TestNoLingerUnderTrafficDoesNotAbort(t *testing.T) {
	for range 50 {
		p, top := newPump(t), testTopology("tcp://127.0.0.1:*")
		for name, spec := range top.Sockets {
			spec.Linger = Lingering(0)
			top.Sockets[name] = spec
		}
		must(OpenReceiver(context.Background(), p, top, "b.pull", tickCodec{}, nil))(t)
		push := must(OpenSender(context.Background(), p, top, "a.push", tickCodec{}, nil))(t)
		handle := p.Socket("test", "a.push")
		half := strings.Repeat("x", 600)
		stop := make(chan struct{})
		go func() {
			defer close(push)
			for {
				select {
				case push <- tick{half, half}:
				case <-stop:
					return
				}
			}
		}()
		some := rand.Uint64N(3000)
		eventually(t, "there is traffic", func() bool { s := handle.Stats(); return s.MessagesOut > some || s.Blocked > 0 })
		p.Close()
		close(stop)
	}
}

func TestNothingIsReportedAfterThePumpHasClosed(t *testing.T) {
	var closed atomic.Bool
	late := make(chan error, 10)
	p, top := newPump(t, WithErrorHandler(func(err error) {
		if closed.Load() {
			late <- err
		}
	})), testTopology("inproc://late")
	s := openService(t, p, top)
	c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
	go Invoke(context.Background(), c, &hasty, None{})
	call := next(t, s.hasty)
	p.Close()
	closed.Store(true)
	select { // until the call would have expired
	case err := <-late:
		t.Error(err)
	case <-time.After(2 * hasty.Timeout):
	}
	if err := call.Reply(None{}); !errors.Is(err, ErrClosed) && !errors.Is(err, ErrAnswered) {
		t.Errorf("got %v", err)
	}
}

func TestSpecsThatMakeNoSenseAreRefused(t *testing.T) {
	p, top := newPump(t), testTopology("inproc://sense")
	if _, err := OpenReceiver(context.Background(), p, top, "b.pull", textCodec{}, []SocketOption{Buffer(1 << 60)}); err == nil {
		t.Error("an absurd buffer is accepted")
	}
	var a, b <-chan *Call[note, note]
	if err := OpenServer(context.Background(), p, top, "b.server", nil, Serve(&echo, &a), Serve(&echo, &b)); err == nil {
		t.Error("a method is served twice")
	}
}
