//go:build cgo

package runtime

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/pebbe/zmq4"
)

// This file tests the events of sockets.

// awaitEvent receives events until one is of the kind.
func awaitEvent(t testing.TB, events <-chan Event, kind EventKind) Event {
	t.Helper()
	for {
		if e := next(t, events); e.Kind == kind {
			return e
		}
	}
}

// eachTracking runs a test with and without TrackPeers, which shares its monitor with Events.
func eachTracking(t *testing.T, run func(t *testing.T, opts ...SocketOption)) {
	t.Run("alone", func(t *testing.T) { run(t) })
	t.Run("tracked", func(t *testing.T) { run(t, TrackPeers()) })
}

func TestEventsTellOfPeersThatComeAndGo(t *testing.T) {
	eachTracking(t, func(t *testing.T, opts ...SocketOption) {
		topology := testTopology("tcp://127.0.0.1:*")
		p := newPump(t)
		out := must(OpenSender(context.Background(), p, topology, "a.pushes", textCodec{}, opts))(t)
		defer close(out)
		s := p.Socket("test", "a.pushes")
		endpoint := s.Endpoints()[0]
		events, stop := s.Events(64)
		for range 3 {
			other, in := pull(t, topology, s)
			theirs, stopTheirs := other.Events(64)
			accepted := awaitEvent(t, events, EventAccepted)
			if host, _, err := net.SplitHostPort(accepted.Address); host != "127.0.0.1" || err != nil || accepted.Endpoint != endpoint || accepted.Err != nil || accepted.Time.IsZero() {
				t.Errorf("accepted: %+v", accepted)
			}
			equal(t, awaitEvent(t, events, EventHandshakeSucceeded).Endpoint, endpoint)
			send(t, out, "hello")
			next(t, in)
			other.Close()
			gone := awaitEvent(t, events, EventDisconnected)
			equal(t, []any{gone.Endpoint, gone.Address}, []any{endpoint, accepted.Address})
			for range theirs { // closed with the socket
			}
			stopTheirs()
		}
		stop()
		stop()
		for range events {
		}
		again, _ := s.Events(0)
		s.Close()
		for range again {
		}
	})
}

func TestEventsTellOfTriesToConnect(t *testing.T) {
	eachTracking(t, func(t *testing.T, opts ...SocketOption) {
		listener := must(net.Listen("tcp", "127.0.0.1:0"))(t)
		endpoint := "tcp://" + listener.Addr().String()
		listener.Close()
		p := newPump(t)
		must(OpenReceiver(context.Background(), p, testTopology(endpoint), "b.pulls", textCodec{}, append(opts, Connect(endpoint))))(t)
		s := p.Socket("test", "b.pulls")
		events, stop := s.Events(64)
		defer stop()
		e := awaitEvent(t, events, EventRetry)
		if e.Endpoint != endpoint || e.Interval <= 0 {
			t.Errorf("%+v", e)
		}
		if want := "retry " + endpoint + " in "; !strings.HasPrefix(e.String(), want) {
			t.Errorf("got %q, want %s…", e, want)
		}
		if len(opts) > 0 {
			eventually(t, "retries are counted", func() bool { return s.Stats().ConnectRetries > 0 })
		}
	})
}

func TestEventsSayWhyHandshakesFail(t *testing.T) {
	topology := testTopology("tcp://127.0.0.1:*")
	p := newPump(t)
	defer close(must(OpenSender(context.Background(), p, topology, "a.pushes", textCodec{}, nil))(t))
	s := p.Socket("test", "a.pushes")
	events, stop := s.Events(64)
	defer stop()
	conn := must(net.Dial("tcp", strings.TrimPrefix(s.Endpoints()[0], "tcp://")))(t)
	conn.Write([]byte("GET / HTTP/1.1\r\n\r\n"))
	conn.Close()
	e := awaitEvent(t, events, EventHandshakeFailed)
	var why *HandshakeError
	if !errors.As(e.Err, &why) || why.Reason == "" || why.Status != 0 {
		t.Errorf("%+v", e)
	}
}

func TestEventsDropTheOldestAndCount(t *testing.T) {
	topology := testTopology("tcp://127.0.0.1:*")
	s, _ := tracked(t, newPump(t), topology)
	events, stop := s.Events(2)
	defer stop()
	all, stopAll := s.Events(1000)
	defer stopAll()
	for range 3 {
		other, _ := pull(t, topology, s)
		awaitEvent(t, all, EventHandshakeSucceeded)
		other.Close()
		awaitEvent(t, all, EventDisconnected)
	}
	lost := s.Stats().EventsDropped
	if lost == 0 {
		t.Fatal("no event was dropped")
	}
	next(t, events)
	if last := next(t, events); last.Kind != EventDisconnected || last.Dropped != lost {
		t.Errorf("the last event is %+v, want the end of the last peer, and %d events dropped", last, lost)
	}
}

func TestEventsOfWhatIsNotOpenEndAtOnce(t *testing.T) {
	events, stop := (*Socket)(nil).Events(1)
	stop()
	if _, open := <-events; open {
		t.Error("an event of no socket")
	}
	p := newPump(t)
	close(must(OpenSender(context.Background(), p, testTopology("inproc://ended"), "a.pushes", textCodec{}, nil))(t))
	out := must(OpenReceiver(context.Background(), p, testTopology("inproc://ended"), "b.pull", textCodec{}, nil))(t)
	s := p.Socket("test", "b.pull")
	s.Close()
	for range out {
	}
	events, stop = s.Events(1)
	stop()
	if _, open := <-events; open {
		t.Error("an event of a socket that has ended")
	}
}

func TestEventsGoOnWhereAClientIsOpenedAnew(t *testing.T) {
	server := rawSock(t, zmq4.ROUTER, func(s *zmq4.Socket) error { return s.Bind("tcp://127.0.0.1:*") })
	spec := SocketSpec{Type: Dealer, Connect: []string{must(server.GetLastEndpoint())(t)}, Uncorrelated: true, Linger: Lingering(testLinger)}
	p := newPump(t)
	c := must(OpenClient(context.Background(), p, &Topology{Name: "test", Sockets: map[string]SocketSpec{"a.client": spec}}, "a.client", nil))(t)
	events, stop := p.Socket("test", "a.client").Events(1000)
	defer stop()
	for call := range 3 {
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() {
			_, err := Invoke(ctx, c, &echo, note{"hello"})
			done <- err
		}()
		recvFrames(t, server)
		cancel() // without an answer, so that the next call takes a new socket
		if err := next(t, done); err != context.Canceled {
			t.Fatal(err)
		}
		if call > 0 {
			awaitEvent(t, events, EventHandshakeSucceeded)
		}
	}
}
