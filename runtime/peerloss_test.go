//go:build cgo

package runtime

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file tests clients whose servers go.

func overNetworkPairings(t *testing.T, run func(t *testing.T, top *Topology)) {
	overPairings(t, func(t *testing.T, top *Topology) {
		if top.Sockets["b.server"].Bind[0][:6] != "inproc" {
			run(t, top)
		}
	})
}

func TestACallWhoseServerDiesFailsPromptly(t *testing.T) {
	overPairings(t, func(t *testing.T, top *Topology) {
		p, other := newPump(t), newPump(t)
		if top.Sockets["b.server"].Bind[0][:6] == "inproc" {
			other = p
		}
		s := openService(t, other, top)
		to := Connect(other.Socket("test", "b.server").Endpoints()...)
		c := must(OpenClient(context.Background(), p, top, "a.client", []SocketOption{to}))(t)
		most := 3
		if top.Sockets["a.client"].Type == Req || top.Sockets["b.server"].Type == Rep {
			most = 1 // at a time
		}
		var calls sync.WaitGroup
		for range most {
			calls.Add(1)
			go func() {
				defer calls.Done()
				patient := echo
				patient.Timeout = time.Hour
				_, err := Invoke(context.Background(), c, &patient, note{"x"})
				var e *Error
				if !errors.Is(err, ErrPeerLost) || !errors.As(err, &e) || e.Op != "call Echo" {
					t.Errorf("got %v", err)
				}
			}()
		}
		eventually(t, "all of them are at the server", func() bool { return len(s.echo) == most })
		other.Socket("test", "b.server").Close()
		within(t, 10*time.Second, "the end of the calls", calls.Wait)
	})
}

func TestAnIdempotentCallSurvivesItsServer(t *testing.T) {
	overNetworkPairings(t, func(t *testing.T, top *Topology) {
		p, other := newPump(t), newPump(t)
		s := openService(t, other, top)
		at := other.Socket("test", "b.server").Endpoints()
		c := must(OpenClient(context.Background(), p, top, "a.client", []SocketOption{Connect(at...)}))(t)
		a := &asked{nil, p, c}
		result := a.invoke(context.Background(), again(2, time.Hour), "x")
		next(t, s.echo)
		other.Close()
		eventually(t, "it is sent again at once", func() bool { return a.stats().Retries == 1 })
		newer := openService(t, newPump(t), top, Bind(at...))
		go newer.answer()
		select {
		case got := <-result:
			equal(t, got, outcome{note{"x"}, nil})
		case <-time.After(10 * time.Second):
			t.Fatal("no answer of the new server")
		}
	})
}

func TestTheLastAttemptFailsWithItsServer(t *testing.T) {
	overNetworkPairings(t, func(t *testing.T, top *Topology) {
		p, other := newPump(t), newPump(t)
		s := openService(t, other, top)
		to := Connect(other.Socket("test", "b.server").Endpoints()...)
		a := &asked{nil, p, must(OpenClient(context.Background(), p, top, "a.client", []SocketOption{to}))(t)}
		result := a.invoke(context.Background(), again(1, time.Hour), "x")
		next(t, s.echo)
		other.Close()
		if got := <-result; !errors.Is(got.err, ErrPeerLost) {
			t.Errorf("got %v", got.err)
		}
	})
}

func TestARefusalAfterTheLossOfTheServerEndsTheLastAttempt(t *testing.T) {
	overNetworkPairings(t, func(t *testing.T, top *Topology) {
		p, other := newPump(t), newPump(t)
		s := openService(t, other, top)
		at := other.Socket("test", "b.server").Endpoints()
		c := must(OpenClient(context.Background(), p, top, "a.client", []SocketOption{Connect(at...)}))(t)
		a := &asked{nil, p, c}
		result := a.invoke(context.Background(), again(2, time.Hour), "x")
		next(t, s.echo)
		other.Close()
		eventually(t, "it is sent again at once", func() bool { return a.stats().Retries == 1 })
		newer := openService(t, newPump(t), top, Bind(at...))
		next(t, newer.echo).unavailable()
		select {
		case got := <-result:
			if status := (*StatusError)(nil); !errors.As(got.err, &status) || status.Name != StatusUnavailable {
				t.Errorf("got %+v, want the refusal", got)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("the call waits for the server that has gone")
		}
	})
}

func TestACallIsNotLostWhileOneServerIsLeft(t *testing.T) {
	overNetworks(t, func(t *testing.T, endpoint string) {
		top := testTopology(endpoint)
		client := top.Sockets["a.client"]
		client.Bind, client.Connect = []string{endpoint}, nil
		top.Sockets["a.client"] = client
		p := newPump(t)
		c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
		handle := p.Socket("test", "a.client")
		to := []SocketOption{Bind(), Connect(handle.Endpoints()...)}
		servers, services := [2]*Pump{newPump(t), newPump(t)}, [2]*service{}
		for i, s := range servers {
			services[i] = openService(t, s, top, to...)
		}
		if err := handle.WaitPeers(soon(t), 2); err != nil {
			t.Fatal(err)
		}
		a := &asked{nil, p, c}
		one, two := a.invoke(context.Background(), &echo, "x"), a.invoke(context.Background(), &echo, "x")
		next(t, services[0].echo)
		call := next(t, services[1].echo)
		servers[0].Close()
		eventually(t, "one has gone", func() bool { return handle.Peers() == 1 })
		call.Reply(note{"y"})
		select {
		case got := <-one:
			equal(t, got, outcome{note{"y"}, nil})
		case got := <-two:
			equal(t, got, outcome{note{"y"}, nil})
		}
		servers[1].Close()
		select {
		case got := <-one:
			equal(t, errors.Is(got.err, ErrPeerLost), true)
		case got := <-two:
			equal(t, errors.Is(got.err, ErrPeerLost), true)
		}
	})
}

func TestARequestThatWaitsForAServerIsNotLostWithTheLastOne(t *testing.T) {
	p, top := newPump(t), testTopology("inproc://unused")
	top.Sockets["a.client"] = SocketSpec{Type: Dealer, Bind: []string{"tcp://127.0.0.1:*"}}
	c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
	a := &asked{nil, p, c}
	result := a.invoke(context.Background(), &echo, "x")
	handle := p.Socket("test", "a.client")
	eventually(t, "it waits", func() bool { return handle.Stats().Blocked == 1 })
	c.peersChanged(0)
	s := openService(t, newPump(t), top, Bind(), Connect(handle.Endpoints()...))
	go s.answer()
	equal(t, <-result, outcome{note{"x"}, nil})
}

// libzmq ends the connection of a REQ for good that was sent what is no reply.
func TestAReqSurvivesAReplyThatIsNone(t *testing.T) {
	a := ask(t, Req)
	for range 3 {
		result := a.invoke(context.Background(), &echo, "x")
		f := recvFrames(t, a.raw)
		sendFrames(t, a.raw, f[0], "no delimiter")
		if got := <-result; !errors.Is(got.err, ErrPeerLost) {
			t.Errorf("got %v", got.err)
		}
		result = a.invoke(context.Background(), &echo, "y")
		f = recvFrames(t, a.raw)
		sendFrames(t, a.raw, append(f[:3:3], "ok", "z")...)
		equal(t, <-result, outcome{note{"z"}, nil})
	}
}

func TestAClientWithOneCallFindsAServerThatComesAgainOverInproc(t *testing.T) {
	for name, top := range map[string]*Topology{"req": pairing("inproc://again", Req, Rep), "plain": uncorrelated("inproc://again", Dealer, Rep)} {
		t.Run(name, func(t *testing.T) {
			p := newPump(t)
			s := openService(t, p, top)
			a := &asked{nil, p, must(OpenClient(context.Background(), p, top, "a.client", nil))(t)}
			for range 3 {
				result := a.invoke(context.Background(), &echo, "x")
				(<-s.echo).Reply(note{"x"})
				equal(t, <-result, outcome{note{"x"}, nil})
				p.Socket("test", "b.server").Close()
				s = openService(t, p, top)
			}
		})
	}
}

func TestManyRepliesToCallsThatEndedDoNotCutAReqOff(t *testing.T) {
	p, top := newPump(t), pairing("tcp://127.0.0.1:*", Req, Router)
	spec := top.Sockets["a.client"]
	spec.RecvHWM = Limit(1)
	top.Sockets["a.client"] = spec
	s := openService(t, p, top)
	c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
	var asked []*Call[note, note]
	for range 100 {
		ctx, cancel := context.WithCancel(context.Background())
		go Invoke(ctx, c, &echo, note{"x"})
		asked = append(asked, next(t, s.echo))
		cancel()
	}
	for _, call := range asked {
		call.Reply(note{"late"})
	}
	go s.answer()
	equal(t, must(Invoke(context.Background(), c, &echo, note{"y"}))(t), note{"y"})
	equal(t, p.Socket("test", "a.client").Stats().Disconnects, uint64(0))
}

// A server that answers and goes has answered, also if the client hears of both at once.
func TestAReplyOfAServerThatHasGoneEndsItsCall(t *testing.T) {
	overClients(t, func(t *testing.T, a *asked) {
		handle := a.pump.Socket("test", "a.client")
		a.raw.SetLinger(10 * time.Second)
		result := a.invoke(context.Background(), &echo, "x")
		f := recvFrames(t, a.raw)
		eventually(t, "the server is known", func() bool { return handle.Peers() == 1 })
		handle.peers.change(func() {})               // and all were told, for which nothing may hold the socket
		busy := handle.Do(func(*zmq4.Socket) error { // nothing is read meanwhile
			sendFrames(t, a.raw, append(f[:len(f)-2], statusOK, "y")...)
			a.raw.Close()
			eventually(t, "the server is known to have gone", func() bool { return handle.Peers() == 0 })
			return nil
		})
		equal(t, []any{busy, <-result}, []any{error(nil), outcome{note{"y"}, nil}})
	})
}
