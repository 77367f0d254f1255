//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file tests that sockets know their peers.

// overNetworks is overTransports without inproc.
func overNetworks(t *testing.T, run func(t *testing.T, endpoint string)) {
	for _, name := range []string{"tcp", "ipc"} {
		t.Run(name, func(t *testing.T) { run(t, transports(t)[name]) })
	}
}

// tracked is the handle of a.pushes, which is bound, tracks its peers, and is open.
func tracked(t testing.TB, p *Pump, topology *Topology) (*Socket, chan<- string) {
	t.Helper()
	ch := must(OpenSender(context.Background(), p, topology, "a.pushes", textCodec{}, []SocketOption{TrackPeers()}))(t)
	t.Cleanup(func() { close(ch) })
	return p.Socket("test", "a.pushes"), ch
}

var pulls atomic.Int64

// pull opens a further b.pulls that connects to where s is bound: on a pump of its own, unless that would not meet s.
func pull(t testing.TB, topology *Topology, s *Socket, opts ...PumpOption) (*Socket, <-chan string) {
	t.Helper()
	p := s.pump
	if !isInproc(s.Endpoints()[0]) {
		p = newPump(t, opts...)
	}
	name := fmt.Sprint(pulls.Add(1))
	in := must(OpenReceiver(context.Background(), p, topology, "b.pulls", textCodec{}, []SocketOption{TrackPeers(), Connect(s.Endpoints()...), Instance(name)}))(t)
	return p.Socket("test", "b.pulls#"+name), in
}

func soon(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestPeersAreCountedAsTheyComeAndGo(t *testing.T) {
	for _, threads := range []int{1, 4} {
		t.Run(fmt.Sprint(threads), func(t *testing.T) {
			overTransports(t, func(t *testing.T, endpoint string) {
				topology := testTopology(endpoint)
				s, _ := tracked(t, newPump(t, WithIOThreads(threads)), topology)
				var others []*Socket
				for range 5 {
					other, _ := pull(t, topology, s)
					others = append(others, other)
				}
				if err := s.WaitPeers(soon(t), 5); err != nil {
					t.Fatal(err)
				}
				equal(t, s.Peers(), 5)
				for i, other := range others[:3] {
					if err := other.WaitPeers(soon(t), 1); err != nil {
						t.Fatal(err)
					}
					other.Close()
					eventually(t, "a peer less", func() bool { return s.Peers() == 4-i })
				}
				stats := s.Stats()
				equal(t, []uint64{stats.Connects, stats.Disconnects, stats.HandshakeFailures}, []uint64{5, 3, 0})
				s.Close()
				equal(t, s.Peers(), 0)
				equal(t, s.Stats().Disconnects, uint64(5))
			})
		})
	}
}

func TestAPumpMayTrackThePeersOfAllSockets(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		topology := testTopology(endpoint)
		p := newPump(t, WithPeerTracking())
		defer close(must(OpenSender(context.Background(), p, topology, "a.pushes", textCodec{}, nil))(t))
		must(OpenReceiver(context.Background(), p, topology, "b.pulls", textCodec{}, nil))(t)
		for _, name := range []string{"a.pushes", "b.pulls"} {
			if err := p.Socket("test", name).WaitPeers(soon(t), 1); err != nil {
				t.Error(err)
			}
		}
		equal(t, len(p.Stats()), 2)
	})
}

func TestWhatIsSentAfterWaitPeersIsSharedOutAmongAll(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		const workers, each = 4, 25
		topology := testTopology(endpoint)
		s, ch := tracked(t, newPump(t), topology)
		var pulls []<-chan string
		for range workers {
			_, in := pull(t, topology, s)
			pulls = append(pulls, in)
		}
		if err := s.WaitPeers(soon(t), workers); err != nil {
			t.Fatal(err)
		}
		for range workers * each {
			send(t, ch, "job")
		}
		for _, in := range pulls {
			for range each {
				next(t, in)
			}
		}
	})
}

func TestStrangersAreNoPeers(t *testing.T) {
	topology := testTopology("tcp://127.0.0.1:*")
	s, _ := tracked(t, newPump(t), topology)
	pull(t, topology, s)
	if err := s.WaitPeers(soon(t), 1); err != nil {
		t.Fatal(err)
	}
	greeting := append([]byte("\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x03\x00NULL"), make([]byte, 48)...)
	for _, says := range []string{"", "GET / HTTP/1.1\r\n\r\n", string(greeting), string(greeting) + "\x04\x06\x05READX", string(greeting) + "\x04\x05\x05HELLO"} {
		before := s.Stats().HandshakeFailures
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.Endpoints()[0], "tcp://"))
		if err != nil {
			t.Fatal(err)
		}
		conn.Write([]byte(says))
		conn.Close()
		eventually(t, fmt.Sprintf("a handshake that failed after %q", says), func() bool { return s.Stats().HandshakeFailures > before })
	}
	pull(t, topology, s)
	if err := s.WaitPeers(soon(t), 2); err != nil {
		t.Fatal(err)
	}
	stats := s.Stats()
	equal(t, []uint64{uint64(s.Peers()), stats.Connects, stats.Disconnects}, []uint64{2, 2, 0})
}

func TestDisconnectLeavesPeers(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		topology := testTopology(endpoint)
		s, _ := tracked(t, newPump(t), topology)
		pulls, _ := pull(t, topology, s)
		for range 3 {
			for _, end := range []*Socket{s, pulls} {
				if err := end.WaitPeers(soon(t), 1); err != nil {
					t.Fatal(err)
				}
			}
			if err := pulls.Disconnect(s.Endpoints()...); err != nil {
				t.Fatal(err)
			}
			equal(t, pulls.Peers(), 0)
			eventually(t, "the other end has no peer", func() bool { return s.Peers() == 0 })
			if err := pulls.Connect(s.Endpoints()...); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestAChangeOfPeersIsToldOnce(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		var mu sync.Mutex
		var told []int
		topology := testTopology(endpoint)
		p := newPump(t)
		s := must(p.open(context.Background(), topology, "a.pushes", []SocketOption{TrackPeers()}))(t)
		s.onPeers = func(now int) {
			s.mu.Lock() // it is called without
			defer s.mu.Unlock()
			mu.Lock()
			defer mu.Unlock()
			told = append(told, now)
		}
		defer close(startSender(context.Background(), s, single[string]{textCodec{}}, 1))
		for i := range 3 {
			other, _ := pull(t, topology, s)
			if err := s.WaitPeers(soon(t), 1); err != nil {
				t.Fatal(err)
			}
			other.Close()
			eventually(t, "nobody is left", func() bool { mu.Lock(); defer mu.Unlock(); return len(told) == 2*(i+1) })
		}
		mu.Lock()
		defer mu.Unlock()
		equal(t, told, []int{1, 0, 1, 0, 1, 0})
	})
}

func TestWaitPeersEndsWithTheSocketAndWithItsContext(t *testing.T) {
	topology := testTopology("tcp://127.0.0.1:*")
	s, _ := tracked(t, newPump(t), topology)
	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(context.Background())
	time.AfterFunc(10*time.Millisecond, func() { cancel(stop) })
	if err := s.WaitPeers(ctx, 1); err != stop {
		t.Errorf("got %v, want the cause of ctx", err)
	}
	ctx, cancel = context.WithCancelCause(context.Background())
	cancel(manyErrors{stop}) // which == cannot compare
	if err := s.WaitPeers(ctx, 1); !errors.Is(err, stop) {
		t.Errorf("got %v, want the cause of ctx", err)
	}
	time.AfterFunc(10*time.Millisecond, func() { s.Close() })
	for range 2 {
		if err := s.WaitPeers(soon(t), 1); !errors.Is(err, ErrClosed) {
			t.Errorf("got %v, want ErrClosed", err)
		}
	}
	if err := (*Socket)(nil).WaitPeers(soon(t), 1); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
	p := newPump(t)
	defer close(must(OpenSender(context.Background(), p, topology, "a.pushes", textCodec{}, nil))(t))
	if err := p.Socket("test", "a.pushes").WaitPeers(soon(t), 1); err == nil || !strings.Contains(err.Error(), "TrackPeers") {
		t.Errorf("got %v, want an error that names the option", err)
	}
}

// manyErrors is an error of a type that is not comparable.
type manyErrors []error

func (e manyErrors) Error() string   { return fmt.Sprint([]error(e)) }
func (e manyErrors) Unwrap() []error { return e }

// libzmq's threads each tell of their own connections, and reuse each other's descriptors.
func TestAnEndThatIsToldBeforeItsBeginCostsNoOtherPeer(t *testing.T) {
	p := new(peers)
	begin := func(fd int, endpoint string) {
		p.see(zmq4.EVENT_ACCEPTED, fd, endpoint)
		p.see(zmq4.EVENT_HANDSHAKE_SUCCEEDED, 0, endpoint)
	}
	begin(5, "tcp://127.0.0.1:1")
	begin(6, "tcp://127.0.0.1:2")
	p.see(zmq4.EVENT_DISCONNECTED, 5, "tcp://127.0.0.1:2") // 5 went without a word, as what is unbound does
	begin(5, "tcp://127.0.0.1:2")
	equal(t, p.count(), 2)
	p.see(zmq4.EVENT_DISCONNECTED, 6, "tcp://127.0.0.1:2")
	equal(t, p.count(), 1)
	begin(5, "tcp://127.0.0.1:2")
	begin(6, "tcp://127.0.0.1:2")
	equal(t, p.count(), 2)
}

func TestSocketsThatTrackPeersCloseAmidConnects(t *testing.T) {
	overNetworks(t, func(t *testing.T, endpoint string) {
		for range 10 {
			topology := testTopology(endpoint)
			p := newPump(t, WithPeerTracking(), WithIOThreads(2))
			s, _ := tracked(t, p, topology)
			at := s.Endpoints()
			var stop atomic.Bool
			var visitors sync.WaitGroup
			for i := range 4 {
				visitors.Add(1)
				go func() {
					defer visitors.Done()
					q := must(NewPump(context.Background(), WithPeerTracking()))(t)
					defer q.Close()
					for n := 0; !stop.Load(); n++ {
						name := Instance(fmt.Sprint(i, n))
						must(OpenReceiver(context.Background(), q, topology, "b.pulls", textCodec{}, []SocketOption{Connect(at...), name}))(t)
						q.Socket("test", fmt.Sprintf("b.pulls#%d %d", i, n)).Close()
					}
				}()
			}
			eventually(t, "visitors", func() bool { return s.Stats().Connects > 20 })
			within(t, 3*time.Second, "Pump.Close", func() { p.Close() })
			stop.Store(true)
			visitors.Wait()
		}
	})
}

func TestOverInprocPeersMeetInAnyOrder(t *testing.T) {
	ctx := context.Background()
	topology := testTopology("inproc://" + t.Name())
	p := newPump(t, WithPeerTracking())
	must(OpenReceiver(ctx, p, topology, "b.pulls", textCodec{}, []SocketOption{Connect("inproc://" + t.Name())}))(t)
	early := p.Socket("test", "b.pulls")
	equal(t, early.Peers(), 0)
	for round := range 2 {
		ch := must(OpenSender(ctx, p, topology, "a.pushes", textCodec{}, nil))(t)
		s := p.Socket("test", "a.pushes")
		_, in := pull(t, topology, s)
		equal(t, []int{s.Peers(), early.Peers()}, []int{2 - round, 1 - round}) // inproc does not connect again
		send(t, ch, "1")
		if round == 1 {
			next(t, in)
		}
		close(ch)
		<-s.Done()
		equal(t, []int{s.Peers(), early.Peers()}, []int{0, 0})
	}
	if n := len(p.inproc.names) + len(p.inproc.sockets); n != 3 {
		t.Errorf("%d names and sockets are known, want those that are open", n)
	}
}

func TestOverInprocAPairCountsOnePeerAndWhoIsTurnedAwayNone(t *testing.T) {
	p := newPump(t, WithPeerTracking())
	topology := rawTopology("inproc://"+t.Name(), Pair, Pair)
	open := func(name, instance string) *Socket {
		t.Helper()
		s := openDuplex(t, p, topology, name, textCodec{}, textCodec{}, Instance(instance))
		t.Cleanup(func() { close(s.send) })
		return p.Socket("raw", name+"#"+instance)
	}
	early, late := open("b.two", "early"), open("b.two", "late")
	bound := open("a.one", "bound")
	peers := func() []int { return []int{bound.Peers(), early.Peers(), late.Peers()} }
	equal(t, peers(), []int{1, 1, 0})
	early.Close()
	equal(t, peers(), []int{0, 0, 0})
	next := open("b.two", "next")
	equal(t, append(peers(), next.Peers()), []int{1, 0, 0, 1})
	bound.Close()
	equal(t, next.Peers(), 0)
}

func TestASocketThatDoesNotOpenLeavesNoMonitor(t *testing.T) {
	p := newPump(t, WithPeerTracking())
	topology := testTopology("tcp://256.0.0.1:1")
	if _, err := OpenSender(context.Background(), p, topology, "a.pushes", textCodec{}, nil); err == nil {
		t.Fatal("bound an address that there is not")
	}
}

func TestWhoIsToldOfPeersHoldsNoConnectionUp(t *testing.T) {
	topology := testTopology("tcp://127.0.0.1:*")
	s := must(newPump(t).open(context.Background(), topology, "a.pushes", []SocketOption{TrackPeers()}))(t)
	told, goOn := make(chan struct{}, 10), make(chan struct{})
	s.onPeers = func(int) {
		told <- struct{}{}
		<-goOn
	}
	ch := startSender(context.Background(), s, single[string]{textCodec{}}, 1)
	defer close(ch)
	defer close(goOn)
	_, in := pull(t, topology, s)
	next(t, told)
	for range 1000 { // three events each, more than a PAIR queues by default
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.Endpoints()[0], "tcp://"))
		if err != nil {
			t.Fatal(err)
		}
		conn.Close()
	}
	send(t, ch, "still here")
	equal(t, next(t, in), "still here")
}
