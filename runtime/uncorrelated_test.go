//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file tests clients of patterns without correlation, whose servers know no call ids.

// uncorrelated is pairing for a pattern without correlation.
func uncorrelated(endpoint string, client, server SocketType) *Topology {
	top := pairing(endpoint, client, server)
	spec := top.Sockets["a.client"]
	spec.Uncorrelated = true
	top.Sockets["a.client"] = spec
	return top
}

func overUncorrelated(t *testing.T, run func(t *testing.T, typ SocketType)) {
	for _, typ := range []SocketType{Req, Dealer} {
		t.Run(typ.String(), func(t *testing.T) { run(t, typ) })
	}
}

// askPlain opens a client of a raw ROUTER.
func askPlain(t *testing.T, typ SocketType) *asked {
	t.Helper()
	raw := rawSock(t, zmq4.ROUTER, func(s *zmq4.Socket) error { return s.Bind("tcp://127.0.0.1:*") })
	p := newPump(t)
	to := must(raw.GetLastEndpoint())(t)
	c := must(OpenClient(context.Background(), p, uncorrelated("inproc://unused", typ, Router), "a.client", []SocketOption{Connect(to)}))(t)
	return &asked{raw, p, c}
}

func TestAnUncorrelatedRequestIsADelimiterAndABody(t *testing.T) {
	overUncorrelated(t, func(t *testing.T, typ SocketType) {
		a := askPlain(t, typ)
		for i := range 3 {
			result := a.invoke(context.Background(), &bareEcho, fmt.Sprint(i))
			f := recvFrames(t, a.raw)
			equal(t, f[1:], frames("", fmt.Sprint(i)))
			sendFrames(t, a.raw, f[0], "", "re")
			equal(t, <-result, outcome{note{"re"}, nil})
		}
		result := a.invoke(context.Background(), &echo, "x")
		f := recvFrames(t, a.raw)
		equal(t, f[1:], frames("", "Echo", "x"))
		sendFrames(t, a.raw, f[0], "", "ok", "y")
		equal(t, <-result, outcome{note{"y"}, nil})
	})
}

func TestUncorrelatedCallsOfEveryPairing(t *testing.T) {
	overPairings(t, func(t *testing.T, top *Topology) {
		spec := top.Sockets["a.client"]
		spec.Uncorrelated = true
		top.Sockets["a.client"] = spec
		p := newPump(t)
		openBare(t, p, top, &echo)
		c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
		var wg sync.WaitGroup
		for g := range 4 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for i := range 25 {
					want := note{fmt.Sprintf("%d/%d", g, i)}
					if got, err := Invoke(context.Background(), c, &echo, want); err != nil || got != want {
						t.Errorf("got %v, %v; want %v", got, err, want)
					}
				}
			}()
		}
		within(t, 30*time.Second, "100 calls", wg.Wait)
		equal(t, p.Socket("test", "a.client").Stats().Dropped, map[Cause]uint64(nil))
	})
}

func TestAReplyThatComesLateIsNotThatOfTheNextUncorrelatedCall(t *testing.T) {
	overUncorrelated(t, func(t *testing.T, typ SocketType) {
		a := askPlain(t, typ)
		for i := range 10 {
			ctx, cancel := context.WithCancel(context.Background())
			first := a.invoke(ctx, &bareEcho, "first")
			late := recvFrames(t, a.raw)
			cancel()
			equal(t, (<-first).err, context.Canceled)
			before := a.stats().Dropped[DroppedLate]
			if i%2 == 0 { // it comes before the next call, and nothing has to be opened anew
				sendFrames(t, a.raw, late[0], "", "late")
				eventually(t, "it is counted", func() bool { return a.stats().Dropped[DroppedLate] == before+1 })
			}
			second := a.invoke(context.Background(), &bareEcho, "second")
			f := recvFrames(t, a.raw)
			equal(t, f[2], "second")
			equal(t, f[0] == late[0], i%2 == 0)
			if i%2 == 1 {
				a.raw.SendMessage(late[0], "", "late") // to who has gone
			}
			sendFrames(t, a.raw, f[0], "", "re second")
			equal(t, <-second, outcome{note{"re second"}, nil})
		}
	})
}

// As TestNoCallGetsTheAnswerOfOneThatEndedBefore, where only opening anew keeps them apart.
func TestNoUncorrelatedCallGetsTheAnswerOfOneThatEndedBefore(t *testing.T) {
	overPairings(t, func(t *testing.T, top *Topology) {
		spec := top.Sockets["a.client"]
		spec.Uncorrelated = true
		top.Sockets["a.client"] = spec
		p := newPump(t)
		openBare(t, p, top, &echo, Buffer(100))
		c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
		ended := 0
		for i := range 100 {
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration(i%25)*20*time.Microsecond)
			want := note{fmt.Sprint(i)}
			switch got, err := Invoke(ctx, c, &echo, want); {
			case errors.Is(err, context.DeadlineExceeded):
				ended++
			case err != nil || got != want:
				t.Errorf("got %v, %v; want %v", got, err, want)
			}
			cancel()
			want.text += "!"
			if got, err := Invoke(context.Background(), c, &echo, want); err != nil || got != want {
				t.Fatalf("got %v, %v; want %v", got, err, want)
			}
		}
		if ended == 0 {
			t.Error("no call ended early")
		}
	})
}

// lateRetry is long enough for a request to reach its server before its socket is closed, and for the server to answer before the next.
const lateRetry = 300 * time.Millisecond

func TestAnUncorrelatedRequestIsRepeatedOnASocketOpenedAnew(t *testing.T) {
	overUncorrelated(t, func(t *testing.T, typ SocketType) {
		a := askPlain(t, typ)
		m := bareEcho
		m.Idempotent, m.Attempts, m.RetryEvery = true, 3, lateRetry // the third is the last, and waits for its answer
		result := a.invoke(context.Background(), &m, "x")
		first, second := recvFrames(t, a.raw), recvFrames(t, a.raw)
		equal(t, second[1:], first[1:])
		if first[0] == second[0] {
			t.Error("the socket is the same")
		}
		a.raw.SendMessage(first[0], "", "late")
		third := recvFrames(t, a.raw)
		sendFrames(t, a.raw, third[0], "", "y")
		equal(t, <-result, outcome{note{"y"}, nil})
		result = a.invoke(context.Background(), &bareEcho, "z")
		f := recvFrames(t, a.raw)
		equal(t, f, frames(third[0], "", "z")) // it had a reply
		sendFrames(t, a.raw, f[0], "", "y")
		equal(t, <-result, outcome{note{"y"}, nil})
	})
}

func TestAnUncorrelatedRequestThatIsRefusedIsRepeated(t *testing.T) {
	overUncorrelated(t, func(t *testing.T, typ SocketType) {
		a := askPlain(t, typ)
		result := a.invoke(context.Background(), again(3, lateRetry), "x")
		for i := range 3 {
			f := recvFrames(t, a.raw)
			sendFrames(t, a.raw, f[0], "", map[bool]string{true: "ok", false: StatusUnavailable}[i == 2], "y")
		}
		equal(t, <-result, outcome{note{"y"}, nil})
	})
}

// A request goes again while the poll side has the refusal of the one before in hand.
func TestARefusalOfAnEarlierRequestEndsNoCall(t *testing.T) {
	overUncorrelated(t, func(t *testing.T, typ SocketType) {
		a := askPlain(t, typ)
		result := a.invoke(context.Background(), again(2, lateRetry), "x")
		recvFrames(t, a.raw)
		last := recvFrames(t, a.raw)
		in := newInbox()
		in.frames, in.buf, in.left = nil, nil, 1
		for _, f := range []string{"", StatusUnavailable, "busy"}[map[SocketType]int{Req: 1, Dealer: 0}[typ]:] {
			in.frames, in.buf = append(in.frames, uint32(len(f))|moreBit), append(in.buf, f...)
		}
		in.frames[len(in.frames)-1] &^= moreBit
		for id, f := range a.client.calls.all() {
			in.turn = turn{id, 1}
			a.client.way.take(in)
			f.state().retry.notify() // has the caller look
		}
		sendFrames(t, a.raw, last[0], "", "ok", "y")
		equal(t, <-result, outcome{note{"y"}, nil})
	})
}

// Fact 26: what is left for one client reaches the next that binds the endpoint, which takes it for the answer to its own request.
func TestAServerThatHasConnectedAnswersWhoeverIsThere(t *testing.T) {
	first := rawSock(t, zmq4.REQ, func(s *zmq4.Socket) error { return s.Bind("tcp://127.0.0.1:*") })
	at := must(first.GetLastEndpoint())(t)
	server := rawSock(t, zmq4.ROUTER, connectTo(at))
	sendFrames(t, first, "first")
	asked := recvFrames(t, server)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := rawSock(t, zmq4.REQ, func(s *zmq4.Socket) (err error) {
		eventually(t, "the port is free", func() bool { err = s.Bind(at); return err == nil })
		return err
	})
	sendFrames(t, second, "second")
	equal(t, recvFrames(t, server), frames(asked[0], "", "second"))
	sendFrames(t, server, asked[0], "", "answer to the first")
	equal(t, recvFrames(t, second), frames("answer to the first"))
}

func TestASocketThatBindsIsOpenedAnewWhereItWas(t *testing.T) {
	overUncorrelated(t, func(t *testing.T, typ SocketType) {
		overNetworks(t, func(t *testing.T, endpoint string) {
			top := uncorrelated("inproc://unused", typ, Router)
			spec := top.Sockets["a.client"]
			spec.Bind, spec.Connect = []string{endpoint}, nil
			top.Sockets["a.client"] = spec
			p := newPump(t)
			c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
			handle := p.Socket("test", "a.client")
			at := handle.Endpoints()
			raw := rawSock(t, zmq4.ROUTER, connectTo(at[0]))
			a := &asked{raw, p, c}
			for i := range 5 {
				ctx, cancel := context.WithCancel(context.Background())
				first := a.invoke(ctx, &bareEcho, "first")
				equal(t, recvFrames(t, raw)[2], "first")
				cancel()
				<-first
				second := a.invoke(context.Background(), &bareEcho, fmt.Sprint(i))
				f := recvFrames(t, raw)
				sendFrames(t, raw, f[0], "", f[2])
				equal(t, <-second, outcome{note{fmt.Sprint(i)}, nil})
				equal(t, handle.Endpoints(), at)
				eventually(t, "the peer is known", func() bool { return handle.Peers() == 1 })
			}
			other := rawSock(t, zmq4.ROUTER, connectTo(at[0])) // the endpoint is still there for others
			result := make(chan outcome)
			go func() {
				for range 4 {
					result <- <-a.invoke(context.Background(), &bareEcho, "x")
				}
			}()
			for _, s := range []*zmq4.Socket{raw, other} {
				s.SetRcvtimeo(10 * time.Millisecond)
			}
			served := 0
			for range 4 {
				for done := false; !done; {
					for i, s := range []*zmq4.Socket{raw, other} {
						if f, err := s.RecvMessage(0); err == nil {
							sendFrames(t, s, f[0], "", "y")
							served |= i
							done = true
						}
					}
				}
				equal(t, <-result, outcome{note{"y"}, nil})
			}
		})
	})
}

func TestASocketOpenedAnewConnectsToWhatItsHandleHasAdded(t *testing.T) {
	a := askPlain(t, Dealer)
	handle := a.pump.Socket("test", "a.client")
	other := rawSock(t, zmq4.ROUTER, func(s *zmq4.Socket) error { return s.Bind("tcp://127.0.0.1:*") })
	old := must(a.raw.GetLastEndpoint())(t)
	if err := errors.Join(handle.Disconnect(old), handle.Connect(must(other.GetLastEndpoint())(t))); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	first := a.invoke(ctx, &bareEcho, "first")
	recvFrames(t, other)
	cancel()
	<-first
	second := a.invoke(context.Background(), &bareEcho, "second")
	f := recvFrames(t, other)
	sendFrames(t, other, f[0], "", "y")
	equal(t, <-second, outcome{note{"y"}, nil})
}

func TestASocketConnectsWhileItIsOpenedAnew(t *testing.T) {
	for i := range 60 {
		a := askPlain(t, Dealer)
		handle := a.pump.Socket("test", "a.client")
		other := rawSock(t, zmq4.ROUTER, func(s *zmq4.Socket) error { return s.Bind("tcp://127.0.0.1:*") })
		at := must(other.GetLastEndpoint())(t)
		ctx, cancel := context.WithCancel(context.Background())
		first := a.invoke(ctx, &bareEcho, "first")
		recvFrames(t, a.raw)
		cancel()
		<-first
		a.invoke(context.Background(), &bareEcho, "second")
		for begun := time.Now(); time.Since(begun) < time.Duration(i)*10*time.Microsecond; {
		}
		if err := errors.Join(handle.Connect(at), handle.WaitPeers(soon(t), 2)); err != nil {
			t.Fatal(err)
		}
		a.pump.Close()
	}
}

func TestAnUncorrelatedCallWhoseServerDies(t *testing.T) {
	overUncorrelated(t, func(t *testing.T, typ SocketType) {
		overNetworks(t, func(t *testing.T, endpoint string) {
			p, other := newPump(t), newPump(t)
			top := uncorrelated(endpoint, typ, Rep)
			s := openService(t, other, top)
			at := other.Socket("test", "b.server").Endpoints()
			a := &asked{nil, p, must(OpenClient(context.Background(), p, top, "a.client", []SocketOption{Connect(at...)}))(t)}
			once := a.invoke(context.Background(), &echo, "x")
			next(t, s.echo)
			other.Close()
			if got := <-once; !errors.Is(got.err, ErrPeerLost) {
				t.Errorf("got %v", got.err)
			}
			repeated := a.invoke(context.Background(), patient(again(5, time.Hour)), "y")
			newer := newPump(t)
			s = openService(t, newer, top, Bind(at...))
			next(t, s.echo)
			newer.Close()
			eventually(t, "it is sent again", func() bool { return a.stats().Retries == 1 })
			s = openService(t, newPump(t), top, Bind(at...))
			go s.answer()
			equal(t, <-repeated, outcome{note{"y"}, nil})
			equal(t, a.stats().Retries, uint64(1))
		})
	})
}

func TestAnUncorrelatedClientBindsNoInproc(t *testing.T) {
	top := uncorrelated("inproc://unused", Req, Rep)
	_, err := OpenClient(context.Background(), newPump(t), top, "a.client", []SocketOption{Connect(), Bind("inproc://x")})
	if err == nil || !strings.Contains(err.Error(), "bind another endpoint") {
		t.Errorf("got %v", err)
	}
}

func TestSocketsCloseWhileTheyAreOpenedAnew(t *testing.T) {
	overUncorrelated(t, func(t *testing.T, typ SocketType) {
		overTransports(t, func(t *testing.T, endpoint string) {
			for i := range 20 {
				p, top := newPump(t), uncorrelated(endpoint, typ, Router)
				openService(t, p, top)
				c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
				for range 3 {
					ctx, cancel := context.WithTimeout(context.Background(), time.Duration(i)*50*time.Microsecond)
					Invoke(ctx, c, &echo, note{"x"})
					cancel()
				}
				go Invoke(context.Background(), c, &echo, note{"x"})
				within(t, 3*time.Second, "Pump.Close", func() { p.Close() })
			}
		})
	})
}

// A strict REQ that has lost a request midway, as it does if its peer dies between two frames, waits for a reply that never
// comes.
func TestAReqThatWaitsForAReplyOfItsOwnIsOpenedAnew(t *testing.T) {
	a := askPlain(t, Req)
	err := a.pump.Socket("test", "a.client").Do(func(s *zmq4.Socket) error {
		_, err := s.SendMessage("lost")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	recvFrames(t, a.raw)
	result := a.invoke(context.Background(), &bareEcho, "x")
	f := recvFrames(t, a.raw)
	sendFrames(t, a.raw, f[0], "", "y")
	equal(t, <-result, outcome{note{"y"}, nil})
}

func TestACorrelatedReqIsOpenedAnewToo(t *testing.T) {
	a := ask(t, Req)
	a.pump.Socket("test", "a.client").Do(func(*zmq4.Socket) error {
		a.client.s.outdate() // as after a request that was lost midway
		return nil
	})
	result := a.invoke(context.Background(), &echo, "x")
	f := recvFrames(t, a.raw)
	sendFrames(t, a.raw, append(f[:3:3], "ok", "y")...)
	equal(t, <-result, outcome{note{"y"}, nil})
}

func TestASocketThatCannotBeOpenedAnewEndsAndSaysWhy(t *testing.T) {
	var f faults
	p := newPump(t, WithErrorHandler(f.handle))
	c := must(OpenClient(context.Background(), p, uncorrelated("inproc://unused", Req, Rep), "a.client", []SocketOption{Connect("tcp://127.0.0.1:9")}))(t)
	handle := p.Socket("test", "a.client")
	handle.Do(func(*zmq4.Socket) error {
		c.s.serial.connected = []string{"tcp://nowhere"}
		c.s.outdate()
		return nil
	})
	if _, err := Invoke(context.Background(), c, &echo, note{"x"}); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
	<-handle.Done()
	if err := handle.Err(); err == nil || !strings.Contains(err.Error(), "connect tcp://nowhere") {
		t.Errorf("Err is %v", err)
	}
	if errs := f.all(); len(errs) != 1 || errs[0].(*Error).Op != "open anew" {
		t.Errorf("reported %v", errs)
	}
}
