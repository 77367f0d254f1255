//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file tests calls over every pair of sockets that req-rep has, ours with ours and with others.

// pairing is testTopology with a client and a server of these types.
func pairing(endpoint string, client, server SocketType) *Topology {
	top := testTopology(endpoint)
	for name, typ := range map[string]SocketType{"a.client": client, "b.server": server} {
		spec := top.Sockets[name]
		spec.Type = typ
		top.Sockets[name] = spec
	}
	return top
}

func overPairings(t *testing.T, run func(t *testing.T, top *Topology)) {
	for _, client := range []SocketType{Req, Dealer} {
		for _, server := range []SocketType{Rep, Router} {
			t.Run(fmt.Sprint(client, " ", server), func(t *testing.T) {
				overTransports(t, func(t *testing.T, endpoint string) { run(t, pairing(endpoint, client, server)) })
			})
		}
	}
}

var bareEcho = Method[note, note]{
	Name: "Call", Timeout: 5 * time.Second, Bare: true,
	Request: noteBody, Reply: noteBody,
}

// A REP without statuses answers a call that failed with an empty frame. Where that is no body, the client says so.
func TestAnEmptyAnswerThatIsNoBodyIsToldAsAFailedCall(t *testing.T) {
	full := bareEcho
	full.Reply = OneFrame(note.AppendProto, func(n *note, b []byte) error {
		if len(b) == 0 {
			return errors.New("no body")
		}
		return n.ParseProto(b)
	})
	p, top := newPump(t), pairing("inproc://empty", Req, Rep)
	openBare(t, p, top, &full)
	c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
	_, err := Invoke(context.Background(), c, &full, note{"fail now"})
	if err == nil || !strings.HasPrefix(err.Error(), "a.client: call Call: reply: an empty frame, which a REP") {
		t.Errorf("got %v", err)
	}
	equal(t, must(Invoke(context.Background(), c, &full, note{"x"}))(t), note{"x"})
}

// openBare opens a server of m, and answers what it asks for until the socket ends: requests that begin with
// "fail" fail.
func openBare(t testing.TB, p *Pump, top *Topology, m *Method[note, note], opts ...SocketOption) {
	t.Helper()
	var calls <-chan *Call[note, note]
	if err := OpenServer(context.Background(), p, top, "b.server", opts, Serve(m, &calls)); err != nil {
		t.Fatal(err)
	}
	go (&service{echo: calls}).answer()
}

func TestEveryPairingAnswersManyCallers(t *testing.T) {
	for _, m := range []*Method[note, note]{&echo, &bareEcho} {
		t.Run(m.Name, func(t *testing.T) {
			overPairings(t, func(t *testing.T, top *Topology) {
				p := newPump(t)
				openBare(t, p, top, m, Buffer(100))
				c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
				var wg sync.WaitGroup
				for g := range 8 {
					wg.Add(1)
					go func() {
						defer wg.Done()
						for i := range 50 {
							want := note{fmt.Sprintf("%d/%d", g, i)}
							if got, err := Invoke(context.Background(), c, m, want); err != nil || got != want {
								t.Errorf("got %v, %v; want %v", got, err, want)
							}
						}
					}()
				}
				within(t, 30*time.Second, "400 calls", wg.Wait)
				equal(t, p.Socket("test", "a.client").Stats().Dropped, map[Cause]uint64(nil))
				equal(t, p.Socket("test", "b.server").Stats().Dropped, map[Cause]uint64(nil))
			})
		})
	}
}

func TestEveryPairingCarriesErrors(t *testing.T) {
	overPairings(t, func(t *testing.T, top *Topology) {
		ctx, p := context.Background(), newPump(t)
		s := openService(t, p, top)
		go s.answer()
		c := must(OpenClient(ctx, p, top, "a.client", nil))(t)
		_, err := Invoke(ctx, c, &echo, note{"refuse this"})
		var refused *note
		if !errors.As(err, &refused) || refused.text != "this" {
			t.Errorf("got %v", err)
		}
		unknown := echo
		unknown.Name = "Missing"
		for _, want := range []struct {
			method        *Method[note, note]
			request, name string
		}{{&echo, "fail that", StatusInternal}, {&echo, "cannot be read", StatusBadRequest}, {&unknown, "x", StatusUnknownMethod}} {
			var status *StatusError
			if _, err := Invoke(ctx, c, want.method, note{want.request}); !errors.As(err, &status) || status.Name != want.name {
				t.Errorf("%s: got %v", want.request, err)
			}
		}
		equal(t, must(Invoke(ctx, c, &echo, note{"alive"}))(t), note{"alive"})
	})
}

// A call that ends before its answer is followed by others at once, while that answer is anywhere between its server and
// the client's own goroutines.
func TestNoCallGetsTheAnswerOfOneThatEndedBefore(t *testing.T) {
	overPairings(t, func(t *testing.T, top *Topology) {
		p := newPump(t)
		openBare(t, p, top, &echo, Buffer(100))
		c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
		var ended, answered atomic.Uint64
		var wg sync.WaitGroup
		for g := range 3 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for i := range 400 {
					ctx, cancel := context.WithCancel(context.Background())
					stop := time.AfterFunc(time.Duration(i%40)*10*time.Microsecond, cancel)
					want := note{fmt.Sprintf("%d/%d", g, i)}
					switch got, err := Invoke(ctx, c, &echo, want); {
					case errors.Is(err, context.Canceled):
						ended.Add(1)
					case err != nil || got != want:
						t.Errorf("got %v, %v; want %v", got, err, want)
					default:
						answered.Add(1)
					}
					stop.Stop()
					cancel()
					want.text += "!"
					if got, err := Invoke(context.Background(), c, &echo, want); err != nil || got != want {
						t.Errorf("got %v, %v; want %v", got, err, want)
					}
				}
			}()
		}
		within(t, 60*time.Second, "2400 calls", wg.Wait)
		t.Logf("%d ended early, %d were answered", ended.Load(), answered.Load())
		if ended.Load() == 0 {
			t.Error("no call ended early")
		}
		equal(t, c.calls.len(), 0)
	})
}

// What the poll side has received already belongs to the request that was the last then, not to the one that is
// the last when it is delivered.
func TestAReplyInHandIsNotThatOfTheNextCall(t *testing.T) {
	p, top := newPump(t), pairing("inproc://in-hand", Req, Router)
	s := openService(t, p, top)
	c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
	ctx, cancel := context.WithCancel(context.Background())
	first := make(chan error)
	go func() {
		_, err := Invoke(ctx, c, &echo, note{"first"})
		first <- err
	}()
	(<-s.echo).Reply(note{"first"})
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	cancel()
	go Invoke(context.Background(), c, &echo, note{"second"})
	second := <-s.echo
	in := newInbox() // as if the poll side had had the first reply in hand all the while
	in.turn, in.left, in.frames, in.buf = turn{call: 1}, 1, []uint32{2 | moreBit, 5}, []byte("okfirst")
	(*lockstepClient).take(c.way.(*lockstepClient), in)
	equal(t, p.Socket("test", "a.client").Stats().Dropped, map[Cause]uint64{DroppedLate: 1})
	equal(t, c.calls.len(), 1)
	second.Reply(note{"second"})
	eventually(t, "the second call ends", func() bool { return c.calls.len() == 0 })
}

func TestAReqClientOfForeignServers(t *testing.T) {
	for _, m := range []*Method[note, note]{&echo, &bareEcho} {
		request := map[bool][]string{false: {"Echo", "hello"}, true: {"hello"}}[m.Bare]
		reply := map[bool][]string{false: {"ok", "hi"}, true: {"hi"}}[m.Bare]
		for _, typ := range []zmq4.Type{zmq4.REP, zmq4.ROUTER} {
			t.Run(m.Name+" "+typ.String(), func(t *testing.T) {
				p, top := newPump(t), pairing("inproc://unused", Req, Router)
				raw := rawSock(t, typ, func(s *zmq4.Socket) error { return s.Bind("tcp://127.0.0.1:*") })
				to := must(raw.GetLastEndpoint())(t)
				c := must(OpenClient(context.Background(), p, top, "a.client", []SocketOption{Connect(to)}))(t)
				got := make(chan note)
				go func() { got <- must(Invoke(context.Background(), c, m, note{"hello"}))(t) }()
				f := recvFrames(t, raw)
				if typ == zmq4.ROUTER {
					equal(t, []any{len(f[0]), len(f[1]), f[2:]}, []any{5, 4, append([]string{""}, request...)})
					sendFrames(t, raw, append([]string{f[0], "nono", ""}, reply...)...) // of another request
					sendFrames(t, raw, append(f[:3:3], reply...)...)
				} else {
					equal(t, f, request)
					sendFrames(t, raw, reply...)
				}
				equal(t, <-got, note{"hi"})
			})
		}
	}
}

func TestForeignClientsOfARepServer(t *testing.T) {
	p, top := newPump(t), pairing("tcp://127.0.0.1:*", Req, Rep)
	s := openService(t, p, top)
	go s.answer()
	to := p.Socket("test", "b.server").Endpoints()[0]
	req := rawSock(t, zmq4.REQ, connectTo(to))
	dealer := rawSock(t, zmq4.DEALER, connectTo(to))
	for _, c := range [][2][]string{
		{{"Echo", "hello"}, {"ok", "hello"}},
		{{"Echo", "refuse this"}, {"Refused", "this"}},
		{{"Nothing", "x"}, {StatusUnknownMethod, `no method "Nothing"`}},
		{{"Echo"}, {StatusBadRequest, "1 frame, want 2"}},
		{{"Echo", "with metadata", "\x00\x01"}, {"ok", "with metadata"}},
		{{""}, {StatusUnknownMethod, `no method ""`}},
	} {
		sendFrames(t, req, c[0]...)
		equal(t, recvFrames(t, req), c[1])
		sendFrames(t, dealer, "") // a probe
		sendFrames(t, dealer, "no delimiter", "Echo")
		sendFrames(t, dealer, append([]string{"hop", "my id", ""}, c[0]...)...)
		equal(t, recvFrames(t, dealer), append([]string{"hop", "my id", ""}, c[1]...))
	}
}

func TestForeignClientsOfABareServer(t *testing.T) {
	for _, typ := range []SocketType{Rep, Router} {
		t.Run(typ.String(), func(t *testing.T) {
			var f faults
			p, top := newPump(t, WithErrorHandler(f.handle)), pairing("tcp://127.0.0.1:*", Req, typ)
			openBare(t, p, top, &bareEcho)
			handle := p.Socket("test", "b.server")
			dealer := rawSock(t, zmq4.DEALER, connectTo(handle.Endpoints()[0]))
			refused := 0
			for _, request := range [][]string{{"cannot be read"}, {"one", "too many"}, {"fail this"}, {"refuse that"}} {
				sendFrames(t, dealer, append([]string{"id", ""}, request...)...)
				refused++
				if typ == Rep {
					equal(t, recvFrames(t, dealer), frames("id", "", ""))
				}
			}
			sendFrames(t, dealer, "id", "", "hello")
			equal(t, recvFrames(t, dealer), frames("id", "", "hello"))
			sendFrames(t, dealer, "", "hello again")
			equal(t, recvFrames(t, dealer), frames("", "hello again"))
			equal(t, handle.Stats().Dropped, map[Cause]uint64{DroppedRefused: uint64(refused)})
			equal(t, len(f.all()), refused)
		})
	}
}

func TestABareReplyThatCannotBeSentIsAnEmptyFrameOfARep(t *testing.T) {
	p, top := newPump(t), pairing("inproc://bare-encode", Req, Rep)
	var calls <-chan *Call[note, note]
	if err := OpenServer(context.Background(), p, top, "b.server", nil, Serve(&bareEcho, &calls)); err != nil {
		t.Fatal(err)
	}
	c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
	go func() { next(t, calls).Reply(note{"cannot be sent"}) }()
	equal(t, must(Invoke(context.Background(), c, &bareEcho, note{"x"}))(t), note{""})
}

func TestARepGoesOnAfterACallThatIsNeverAnswered(t *testing.T) {
	bare := hasty
	bare.Bare, bare.Request, bare.Reply = true, OneFrame(noneProto, parseNone), OneFrame(noneProto, parseNone)
	for _, m := range []*Method[None, None]{&hasty, &bare} {
		t.Run(fmt.Sprint("bare ", m.Bare), func(t *testing.T) {
			p, top := newPump(t), pairing("inproc://forgotten", Dealer, Rep)
			var calls <-chan *Call[None, None]
			if err := OpenServer(context.Background(), p, top, "b.server", nil, Serve(m, &calls)); err != nil {
				t.Fatal(err)
			}
			c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			for range 3 {
				_, err := Invoke(ctx, c, m, None{})
				var status *StatusError
				if !m.Bare && (!errors.As(err, &status) || status.Name != StatusInternal) || m.Bare && err != nil {
					t.Fatalf("got %v", err)
				}
				if err := (<-calls).Reply(None{}); !errors.Is(err, ErrAnswered) {
					t.Errorf("a late answer: %v", err)
				}
			}
		})
	}
}

func noneProto(_ None, b []byte) ([]byte, error) { return b, nil }
func parseNone(*None, []byte) error              { return nil }

func TestARepAnswersOneCallAtATime(t *testing.T) {
	p, top := newPump(t), pairing("inproc://one-at-a-time", Dealer, Rep)
	s := openService(t, p, top)
	c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
	var calls sync.WaitGroup
	for i := range 5 {
		calls.Add(1)
		go func() {
			defer calls.Done()
			want := note{fmt.Sprint(i)}
			equal(t, must(Invoke(context.Background(), c, &echo, want))(t), want)
		}()
	}
	eventually(t, "all are sent", func() bool { return p.Socket("test", "a.client").Stats().MessagesOut == 5 })
	for n := range uint64(5) {
		call := next(t, s.echo)
		equal(t, []any{len(s.echo), p.Socket("test", "b.server").Stats().MessagesIn}, []any{0, n + 1})
		if err := call.Reply(call.Request); err != nil {
			t.Fatal(err)
		}
	}
	calls.Wait()
}

func TestARepAnswersARequestThatIsTooLarge(t *testing.T) {
	for _, client := range []SocketType{Req, Dealer} {
		t.Run(client.String(), func(t *testing.T) {
			overTransports(t, func(t *testing.T, endpoint string) {
				p, top := newPump(t), pairing(endpoint, client, Rep)
				spec := top.Sockets["b.server"]
				spec.MaxMessageSize = Size(1000)
				top.Sockets["b.server"] = spec
				s := openService(t, p, top)
				go s.answer()
				c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
				// A frame of less than minFrame gets through ZeroMQ, and the whole message is over the limit.
				_, err := Invoke(context.Background(), c, &echo, note{strings.Repeat("x", 1010)})
				var status *StatusError
				if !errors.As(err, &status) || status.Name != StatusBadRequest {
					t.Errorf("got %v", err)
				}
				equal(t, must(Invoke(context.Background(), c, &echo, note{"x"}))(t), note{"x"})
				equal(t, p.Socket("test", "b.server").Stats().Dropped, map[Cause]uint64{DroppedOversize: 1})
			})
		})
	}
}

func TestAReqIsToldOfAReplyThatIsTooLarge(t *testing.T) {
	p, top := newPump(t), pairing("inproc://too-large", Req, Router)
	spec := top.Sockets["a.client"]
	spec.MaxMessageSize = Size(100)
	top.Sockets["a.client"] = spec
	s := openService(t, p, top)
	c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
	go func() {
		next(t, s.echo).Reply(note{strings.Repeat("x", 200)})
		next(t, s.echo).Reply(note{"y"})
	}()
	var e *Error
	if _, err := Invoke(context.Background(), c, &echo, note{"x"}); !errors.As(err, &e) || !strings.Contains(err.Error(), "over max_message_size") {
		t.Errorf("got %v", err)
	}
	equal(t, must(Invoke(context.Background(), c, &echo, note{"x"}))(t), note{"y"})
}

func TestABareMethodIsTheOnlyOneOfItsServer(t *testing.T) {
	var a, b <-chan *Call[note, note]
	err := OpenServer(context.Background(), newPump(t), testTopology("inproc://only"), "b.server", nil, Serve(&bareEcho, &a), Serve(&echo, &b))
	if err == nil || !strings.Contains(err.Error(), "only one") {
		t.Errorf("got %v", err)
	}
}

func TestACallThatEndsWhileItWaitsIsNotSent(t *testing.T) {
	for _, typ := range []SocketType{Req, Dealer} {
		t.Run(typ.String(), func(t *testing.T) {
			p, top := newPump(t), testTopology("inproc://unused")
			top.Sockets["a.client"] = SocketSpec{Type: typ, Bind: []string{"tcp://127.0.0.1:*"}} // and nobody is there
			c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
			handle := p.Socket("test", "a.client")
			ctx, cancel := context.WithCancel(context.Background())
			var ended sync.WaitGroup
			for range 5 {
				ended.Add(1)
				go func() {
					defer ended.Done()
					if _, err := Invoke(ctx, c, &echo, note{"ended"}); !errors.Is(err, context.Canceled) {
						t.Errorf("got %v", err)
					}
				}()
			}
			brief := echo
			brief.Timeout = time.Millisecond
			if _, err := Invoke(context.Background(), c, &brief, note{"ended"}); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
			eventually(t, "they wait", func() bool { return handle.Stats().Blocked > 0 })
			cancel()
			ended.Wait()
			done, cancel := context.WithCancel(context.Background())
			cancel()
			Invoke(done, c, &echo, note{"ended"})
			raw := rawSock(t, zmq4.REP, connectTo(handle.Endpoints()[0]))
			go Invoke(context.Background(), c, &echo, note{"first"})
			equal(t, recvFrames(t, raw), frames("Echo", "first"))
			sendFrames(t, raw, "ok", "")
			eventually(t, "the reply comes", func() bool { return c.calls.len() == 0 })
			equal(t, handle.Stats().MessagesOut, uint64(1))
		})
	}
}
