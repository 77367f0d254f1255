//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file has ZeroMQ's options of sockets: that each is set, and that those have their effect which libzmq does not tell of.

// wire is a connection from TCP to TCP that can freeze: then nothing is forwarded, and nothing is closed, as when a
// machine between two is gone.
type wire struct {
	listener net.Listener
	target   string
	mu       sync.Mutex
	cond     *sync.Cond
	frozen   bool
	closed   bool
	conns    []net.Conn
	serving  sync.WaitGroup
	passed   atomic.Int64 // bytes that were forwarded, or are about to be
}

// newWire forwards connections to target, a tcp endpoint. It is closed when the test ends.
func newWire(t testing.TB, target string) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: l, target: strings.TrimPrefix(target, "tcp://")}
	w.cond = sync.NewCond(&w.mu)
	w.goes(w.accept)
	t.Cleanup(w.close)
	return w
}

func (w *wire) goes(f func()) {
	w.serving.Add(1)
	go func() {
		defer w.serving.Done()
		f()
	}()
}

func (w *wire) endpoint() string { return "tcp://" + w.listener.Addr().String() }

func (w *wire) accept() {
	for {
		from, err := w.listener.Accept()
		if err != nil {
			return
		}
		to, err := net.Dial("tcp", w.target)
		if err != nil {
			from.Close()
			continue
		}
		w.mu.Lock()
		if w.closed {
			from.Close()
			to.Close()
		}
		w.conns = append(w.conns, from, to)
		w.mu.Unlock()
		w.goes(func() { w.forward(to, from) })
		w.goes(func() { w.forward(from, to) })
	}
}

// forward copies one direction. A wire that is frozen does not pass on the end of one either.
func (w *wire) forward(to io.WriteCloser, from io.Reader) {
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		w.mu.Lock()
		for w.frozen && !w.closed {
			w.cond.Wait()
		}
		w.mu.Unlock()
		if n > 0 {
			w.passed.Add(int64(n))
			to.Write(buf[:n])
		}
		if err != nil {
			to.Close()
			return
		}
	}
}

func (w *wire) freeze() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.frozen = true
}

func (w *wire) close() {
	w.listener.Close()
	w.mu.Lock()
	w.closed = true
	for _, c := range w.conns {
		c.Close()
	}
	w.cond.Broadcast()
	w.mu.Unlock()
	w.serving.Wait()
}

// acrossAWire opens a PULL that binds and a PUSH that connects to it by a wire, with their options, on pumps of their own.
func acrossAWire(t *testing.T, push, pull func(*SocketSpec)) (w *wire, from, to *Socket, sendTo chan<- string, recv <-chan string) {
	t.Helper()
	top := testTopology("tcp://127.0.0.1:*")
	for name, change := range map[string]func(*SocketSpec){"a.push": push, "b.pull": pull} {
		spec := top.Sockets[name]
		change(&spec)
		top.Sockets[name] = spec
	}
	ctx, p, q := context.Background(), newPump(t, WithPeerTracking()), newPump(t, WithPeerTracking())
	recv = must(OpenReceiver(ctx, q, top, "b.pull", textCodec{}, nil))(t)
	to = q.Socket("test", "b.pull")
	w = newWire(t, to.Endpoints()[0])
	sendTo = must(OpenSender(ctx, p, top, "a.push", textCodec{}, []SocketOption{Connect(w.endpoint())}))(t)
	t.Cleanup(func() { close(sendTo) })
	from = p.Socket("test", "a.push")
	send(t, sendTo, "hello")
	equal(t, next(t, recv), "hello")
	return w, from, to, sendTo, recv
}

func silent(*SocketSpec) {}

func TestAHeartbeatFindsAPeerThatHasFrozen(t *testing.T) {
	w, from, to, _, _ := acrossAWire(t, func(s *SocketSpec) {
		s.Heartbeat, s.HeartbeatTimeout = Lingering(50*time.Millisecond), Lingering(time.Second)
	}, silent)
	w.freeze()
	eventually(t, "the frozen connection is given up", func() bool { return from.Stats().Disconnects > 0 })
	equal(t, to.Stats().Disconnects, uint64(0)) // which has no heartbeat, and does not know
}

func TestAHeartbeatTimeoutIsHowLongAFrozenPeerIsBorneWith(t *testing.T) {
	const timeout = time.Second
	w, from, _, _, _ := acrossAWire(t, func(s *SocketSpec) {
		s.Heartbeat, s.HeartbeatTimeout = Lingering(50*time.Millisecond), Lingering(timeout)
	}, silent)
	w.freeze()
	began := time.Now()
	eventually(t, "the frozen connection is given up", func() bool { return from.Stats().Disconnects > 0 })
	if took := time.Since(began); took < timeout/2 {
		t.Errorf("given up after %v", took)
	}
}

func TestAHeartbeatTTLHasThePeerGiveUpAFrozenConnection(t *testing.T) {
	w, from, to, _, _ := acrossAWire(t, func(s *SocketSpec) {
		s.Heartbeat, s.HeartbeatTTL, s.HeartbeatTimeout = Lingering(50*time.Millisecond), Lingering(300*time.Millisecond), Lingering(time.Hour)
	}, silent)
	before := w.passed.Load()
	eventually(t, "a heartbeat passes, which tells the peer", func() bool { return w.passed.Load() > before })
	w.freeze()
	eventually(t, "the peer gives the frozen connection up", func() bool { return to.Stats().Disconnects > 0 })
	equal(t, from.Stats().Disconnects, uint64(0))
}

func TestImmediateQueuesNothingForWhoIsNotConnected(t *testing.T) {
	for _, immediate := range []bool{false, true} {
		t.Run(fmt.Sprint(immediate), func(t *testing.T) {
			top := testTopology("tcp://127.0.0.1:*")
			spec := top.Sockets["a.push"]
			spec.Immediate = immediate
			top.Sockets["a.push"] = spec
			ctx, p := context.Background(), newPump(t)
			// Nobody listens there, and nobody else can be given the port.
			taken := rawSock(t, zmq4.PAIR, func(s *zmq4.Socket) error { return s.Bind("tcp://127.0.0.1:*") })
			nobody := must(taken.GetLastEndpoint())(t)
			if err := taken.Unbind(nobody); err != nil {
				t.Fatal(err)
			}
			pull := must(OpenReceiver(ctx, p, top, "b.pull", textCodec{}, nil))(t)
			here := p.Socket("test", "b.pull").Endpoints()[0]
			push := must(OpenSender(ctx, p, top, "a.push", textCodec{}, []SocketOption{Connect(nobody, here)}))(t)
			const n = 100
			for i := range n {
				send(t, push, fmt.Sprint(i))
			}
			got := 0
			if immediate { // all of them come
				for ; got < n; got++ {
					equal(t, next(t, pull), fmt.Sprint(got))
				}
			}
			close(push)
			<-p.Socket("test", "a.push").Done()
			for ; !immediate && len(pull) > 0; got++ {
				<-pull
			}
			if (got == n) != immediate {
				t.Errorf("%d of %d came", got, n)
			}
		})
	}
}

func TestMaxFramesIsWhatAMessageMayHave(t *testing.T) {
	for _, most := range []int{1, 3, 5000} {
		for _, types := range [][2]SocketType{{Push, Pull}, {Dealer, Router}} {
			t.Run(fmt.Sprint(types, most), func(t *testing.T) {
				top := rawTopology("inproc://"+t.Name(), types[1], types[0])
				for name, spec := range top.Sockets {
					spec.MaxFrames = Limit(most)
					top.Sockets[name] = spec
				}
				p := newPump(t)
				to, from := openEnds(t, p, top, "a.one"), openEnds(t, p, top, "b.two")
				plain := rawTopology("inproc://"+t.Name(), types[1], types[0])
				plain.Name = "plain"
				spec := plain.Sockets["b.two"]
				spec.MaxFrames = Limit(maxFramesMost)
				spec.Connect = []string{"inproc://" + t.Name()}
				plain.Sockets["b.two"] = spec
				unbound := openEnds(t, p, plain, "b.two")

				send(t, from.send, make([][]byte, most+1)) // counted where it is sent
				send(t, from.send, make([][]byte, most))
				envelope := 0
				if types[1] == Router {
					envelope = 1
				}
				equal(t, len(next(t, to.recv)), envelope+most)
				equal(t, p.Socket("raw", "b.two").Stats().Dropped, map[Cause]uint64{DroppedEncode: 1})
				send(t, unbound.send, make([][]byte, most+1)) // and where it is received
				send(t, unbound.send, make([][]byte, most))
				equal(t, len(next(t, to.recv)), envelope+most)
				equal(t, p.Socket("raw", "a.one").Stats().Dropped, map[Cause]uint64{DroppedOversize: 1})
			})
		}
	}
}

// get is what a socket says of one of its options.
func get[T any](t *testing.T, s *Socket, f func(*zmq4.Socket) (T, error)) (v T) {
	t.Helper()
	if err := s.Do(func(zsock *zmq4.Socket) (err error) {
		v, err = f(zsock)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestOptionsOfConnectionsAreSet(t *testing.T) {
	spec := SocketSpec{
		Type: Push, Bind: []string{"tcp://127.0.0.1:*"}, Immediate: true, IPv6: true,
		Reconnect: Lingering(20 * time.Millisecond), ReconnectMax: Lingering(3 * time.Second),
		ConnectTimeout: Lingering(4 * time.Second), HandshakeTimeout: Lingering(5 * time.Second),
		Backlog: Limit(7), TOS: Limit(0x10), TCPKeepalive: Lingering(90 * time.Second),
	}
	plain := SocketSpec{Type: Pull, Bind: []string{"tcp://127.0.0.1:*"}, TCPKeepalive: Lingering(0)}
	top := &Topology{Name: "test", Sockets: map[string]SocketSpec{"a.all": spec, "a.plain": plain}}
	ctx, p := context.Background(), newPump(t)
	defer close(must(OpenSender(ctx, p, top, "a.all", textCodec{}, nil))(t))
	must(OpenReceiver(ctx, p, top, "a.plain", textCodec{}, nil))(t)
	s := p.Socket("test", "a.all")
	equal(t, get(t, s, (*zmq4.Socket).GetImmediate), true)
	equal(t, get(t, s, (*zmq4.Socket).GetIpv6), true)
	equal(t, get(t, s, (*zmq4.Socket).GetReconnectIvl), *spec.Reconnect)
	equal(t, get(t, s, (*zmq4.Socket).GetReconnectIvlMax), *spec.ReconnectMax)
	equal(t, get(t, s, (*zmq4.Socket).GetConnectTimeout), *spec.ConnectTimeout)
	equal(t, get(t, s, (*zmq4.Socket).GetHandshakeIvl), *spec.HandshakeTimeout)
	equal(t, get(t, s, (*zmq4.Socket).GetBacklog), 7)
	equal(t, get(t, s, (*zmq4.Socket).GetTos), 0x10)
	equal(t, get(t, s, (*zmq4.Socket).GetTcpKeepalive), 1)
	equal(t, get(t, s, (*zmq4.Socket).GetTcpKeepaliveIdle), 90)
	s = p.Socket("test", "a.plain")
	equal(t, get(t, s, (*zmq4.Socket).GetTcpKeepalive), 1)
	equal(t, get(t, s, (*zmq4.Socket).GetTcpKeepaliveIdle), -1)
	equal(t, get(t, s, (*zmq4.Socket).GetIpv6), false)
	equal(t, get(t, s, (*zmq4.Socket).GetImmediate), false)
}

func TestOptionsOutOfRangeAreErrors(t *testing.T) {
	for _, c := range []struct {
		change func(*SocketSpec)
		want   string
	}{
		{func(s *SocketSpec) { s.Heartbeat = Lingering(1500 * time.Microsecond) }, "heartbeat of 1.5ms, want whole milliseconds from 0s to 596h31m23.647s"},
		{func(s *SocketSpec) { s.Heartbeat = Lingering(-1) }, "heartbeat of -1ns"},
		{func(s *SocketSpec) { s.HeartbeatTTL = Lingering(time.Second) }, "heartbeat_timeout and heartbeat_ttl are nothing without heartbeat"},
		{func(s *SocketSpec) {
			s.Heartbeat, s.HeartbeatTTL = Lingering(time.Second), Lingering(99*time.Millisecond)
		}, "heartbeat_ttl of 99ms, want 0 or at least 100ms"},
		{func(s *SocketSpec) {
			s.Heartbeat, s.HeartbeatTTL = Lingering(time.Second), Lingering(2*time.Hour)
		}, "heartbeat_ttl of 2h0m0s, want whole milliseconds from 0s to 1m5.5s"},
		{func(s *SocketSpec) { s.Reconnect = Lingering(0) }, "reconnect of 0s, want whole milliseconds from 1ms"},
		{func(s *SocketSpec) { s.ReconnectMax = Lingering(50 * time.Millisecond) }, "reconnect_max of 50ms, want 0 or at least reconnect, which is 100ms"},
		{func(s *SocketSpec) { s.ConnectTimeout = Lingering(time.Hour * 1000) }, "connect_timeout of 1000h0m0s"},
		{func(s *SocketSpec) { s.HandshakeTimeout = Lingering(-time.Second) }, "handshake_timeout of -1s"},
		{func(s *SocketSpec) { s.Backlog = Limit(0) }, "backlog of 0, want 1 to 65535"},
		{func(s *SocketSpec) { s.TOS = Limit(256) }, "tos of 256, want 0 to 255"},
		{func(s *SocketSpec) { s.MaxFrames = Limit(65537) }, "max_frames of 65537, want 1 to 65536"},
		{func(s *SocketSpec) { s.SendHWM = Limit(-1) }, "send_hwm of -1, want 0 to 2147483647"},
		{func(s *SocketSpec) { s.TCPKeepalive = Lingering(500 * time.Millisecond) }, "tcp_keepalive of 500ms, want 0 or whole seconds to 9h6m7s"},
		{func(s *SocketSpec) { s.Immediate, s.Connect = true, []string{"tcp://127.0.0.1:1"} }, "a pull socket that connects has no immediate: if a peer goes"},
	} {
		top := testTopology("tcp://127.0.0.1:*")
		spec := top.Sockets["b.pull"]
		c.change(&spec)
		top.Sockets["b.pull"] = spec
		_, err := OpenReceiver(context.Background(), newPump(t), top, "b.pull", textCodec{}, nil)
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
}
