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

// note is a message and an error whose wire is its text.
type note struct{ text string }

func (n note) AppendProto(b []byte) ([]byte, error) {
	if n.text == "cannot be sent" {
		return b, errors.New("as the text says")
	}
	return append(b, n.text...), nil
}

func (n *note) ParseProto(b []byte) error {
	n.text = string(b)
	if n.text == "cannot be read" {
		return errors.New("as the text says")
	}
	return nil
}

func (n note) String() string { return n.text }
func (n *note) Error() string { return n.text }

var noteBody = OneFrame(note.AppendProto, (*note).ParseProto)

var echo = Method[note, note]{
	Name: "Echo", Timeout: 5 * time.Second,
	Request: noteBody, Reply: noteBody,
	Errors: []DeclaredError{DeclareError("Refused", noteBody)},
}

var (
	ping  = Method[None, None]{Name: "Ping", Timeout: 10 * time.Second}
	hasty = Method[None, None]{Name: "Hasty", Timeout: 50 * time.Millisecond} // of which nobody expects an answer
)

type service struct {
	echo        <-chan *Call[note, note]
	ping, hasty <-chan *Call[None, None]
}

func openService(t testing.TB, p *Pump, top *Topology, opts ...SocketOption) *service {
	t.Helper()
	s := new(service)
	if err := OpenServer(context.Background(), p, top, "b.server", opts, Serve(&echo, &s.echo), Serve(&ping, &s.ping), Serve(&hasty, &s.hasty)); err != nil {
		t.Fatal(err)
	}
	return s
}

// answer echoes until the server's channels close; refuses what is to be refused.
func (s *service) answer() {
	for c := range s.echo {
		if why, refuse := strings.CutPrefix(c.Request.text, "refuse "); refuse {
			c.Fail(fmt.Errorf("wrapped: %w", &note{why}))
		} else if why, fail := strings.CutPrefix(c.Request.text, "fail "); fail {
			c.Fail(errors.New(why))
		} else {
			c.Reply(c.Request)
		}
	}
}

func TestCallsAreAnsweredByReplyDeclaredErrorOrStatus(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		ctx, p, top := context.Background(), newPump(t), testTopology(endpoint)
		s := openService(t, p, top)
		go s.answer()
		c := must(OpenClient(ctx, p, top, "a.client", nil))(t)
		equal(t, must(Invoke(ctx, c, &echo, note{"hello"}))(t), note{"hello"})
		equal(t, must(Invoke(ctx, c, &echo, note{""}))(t), note{""})

		_, err := Invoke(ctx, c, &echo, note{"refuse this"})
		var refused *note
		if !errors.As(err, &refused) || refused.text != "this" {
			t.Errorf("got %v", err)
		}
		for _, want := range []struct{ request, name, body string }{
			{"fail that", StatusInternal, "that"},
			{"cannot be read", StatusBadRequest, "as the text says"},
			{"fail cannot\xffbe\xfetext", StatusInternal, "cannotbetext"},
			{"fail " + strings.Repeat("x", 2000), StatusInternal, strings.Repeat("x", maxStatusText)},
		} {
			_, err := Invoke(ctx, c, &echo, note{want.request})
			var status *StatusError
			if !errors.As(err, &status) || status.Name != want.name || string(status.Body) != want.body {
				t.Errorf("%s: got %v", want.request, err)
			}
		}
		_, err = Invoke(ctx, c, &echo, note{"cannot be sent"})
		var e *Error
		if !errors.As(err, &e) || e.Op != "call Echo" {
			t.Errorf("got %v", err)
		}
		unknown := echo
		unknown.Name = "Missing"
		_, err = Invoke(ctx, c, &unknown, note{"x"})
		var status *StatusError
		if !errors.As(err, &status) || status.Name != StatusUnknownMethod {
			t.Errorf("got %v", err)
		}
	})
}

func TestMethodsWithoutRequestAndReply(t *testing.T) {
	ctx, p, top := context.Background(), newPump(t), testTopology("inproc://none")
	s := openService(t, p, top)
	c := must(OpenClient(ctx, p, top, "a.client", nil))(t)
	go func() { (<-s.ping).Reply(None{}) }()
	if _, err := Invoke(ctx, c, &ping, None{}); err != nil {
		t.Fatal(err)
	}
}

func TestASecondAnswerIsAnError(t *testing.T) {
	ctx, p, top := context.Background(), newPump(t), testTopology("inproc://second")
	s := openService(t, p, top)
	c := must(OpenClient(ctx, p, top, "a.client", nil))(t)
	errs := make(chan error, 3)
	go func() {
		call := <-s.echo
		errs <- call.Reply(note{"first"})
		errs <- call.Reply(note{"second"})
		errs <- call.Fail(errors.New("third"))
	}()
	equal(t, must(Invoke(ctx, c, &echo, note{"x"}))(t), note{"first"})
	equal(t, <-errs, error(nil))
	for range 2 {
		if err := <-errs; !errors.Is(err, ErrAnswered) {
			t.Errorf("got %v", err)
		}
	}
}

func TestACallEndsWithItsDeadlineAndALateReplyIsCounted(t *testing.T) {
	p, top := newPump(t), testTopology("inproc://late")
	s := openService(t, p, top)
	c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	if _, err := Invoke(ctx, c, &echo, note{"x"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
	next(t, s.echo).Reply(note{"late"})
	canceled, cancel := context.WithCancel(context.Background())
	go func() {
		<-s.echo
		cancel()
	}()
	if _, err := Invoke(canceled, c, &echo, note{"x"}); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	handle := p.Socket("test", "a.client")
	eventually(t, "the late reply is counted", func() bool { return handle.Stats().Dropped[DroppedLate] == 1 })
	if n := c.calls.len(); n != 0 {
		t.Errorf("%d calls are still known", n)
	}
}

func TestACallThatItsServerForgetsIsAnsweredAfterTheTimeout(t *testing.T) {
	p, top := newPump(t), testTopology("inproc://forgotten")
	openService(t, p, top)
	c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_, err := Invoke(ctx, c, &hasty, None{})
	var status *StatusError
	if !errors.As(err, &status) || status.Name != StatusInternal || !strings.Contains(string(status.Body), "not answered within 50ms") {
		t.Fatalf("got %v", err)
	}
	_, err = Invoke(context.Background(), c, &hasty, None{}) // the client's own deadline is the method's
	if !errors.Is(err, context.DeadlineExceeded) && !errors.As(err, &status) {
		t.Fatalf("got %v", err)
	}
}

func TestAMethodThatNobodyServesDoesNotBlockTheOthers(t *testing.T) {
	ctx, p, top := context.Background(), newPump(t), testTopology("inproc://unread")
	s := openService(t, p, top, Buffer(2))
	go s.answer()
	c := must(OpenClient(ctx, p, top, "a.client", nil))(t)
	errs := make(chan error, 10)
	patient := hasty
	patient.Timeout = 10 * time.Second // than the server, which ends the calls that it has taken
	for range cap(errs) {
		go func() {
			_, err := Invoke(ctx, c, &patient, None{})
			errs <- err
		}()
	}
	unavailable := 0
	for range cap(errs) {
		var status *StatusError
		if err := <-errs; errors.As(err, &status) && status.Name == StatusUnavailable {
			unavailable++
		}
	}
	equal(t, unavailable, 8)
	equal(t, must(Invoke(ctx, c, &echo, note{"alive"}))(t), note{"alive"})
}

func TestManyCallersOfOneClient(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		ctx, p, top := context.Background(), newPump(t), testTopology(endpoint)
		s := openService(t, p, top, Buffer(100))
		for range 4 {
			go s.answer()
		}
		c := must(OpenClient(ctx, p, top, "a.client", nil))(t)
		var wg sync.WaitGroup
		for g := range 32 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for i := range 200 {
					want := note{fmt.Sprintf("%d/%d", g, i)}
					if got, err := Invoke(ctx, c, &echo, want); err != nil || got != want {
						t.Errorf("got %v, %v; want %v", got, err, want)
					}
				}
			}()
		}
		within(t, 30*time.Second, "6400 calls", wg.Wait)
	})
}

func TestCallsFailWhenTheirSocketEnds(t *testing.T) {
	p, top := newPump(t), testTopology("inproc://ends")
	s := openService(t, p, top)
	c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
	errs := make(chan error)
	const n = 200
	for range n {
		go func() {
			_, err := Invoke(context.Background(), c, &echo, note{"x"})
			errs <- err
		}()
	}
	eventually(t, "all calls wait for an answer", func() bool { return len(s.echo) == n })
	p.Socket("test", "a.client").Close()
	for range n {
		if err := <-errs; !errors.Is(err, ErrClosed) {
			t.Errorf("got %v", err)
		}
	}
	if _, err := Invoke(context.Background(), c, &echo, note{"x"}); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
	// The server's ZeroMQ learns in its own time that the client has gone.
	eventually(t, "a reply is unroutable", func() bool {
		time.Sleep(10 * time.Millisecond) // or it would soon have no calls any more to try that with
		return errors.Is((<-s.echo).Reply(note{"too late"}), ErrUnroutable)
	})
	handle := p.Socket("test", "b.server")
	equal(t, handle.Stats().Dropped, map[Cause]uint64{DroppedUnroutable: 1})
	for len(s.echo) > 0 {
		(<-s.echo).Fail(errors.New("too late"))
	}
	handle.Close()
	if _, ok := <-s.echo; ok {
		t.Error("the server's channel is open")
	}
}

func TestForeignClientsOfAServer(t *testing.T) {
	p, top := newPump(t), testTopology("tcp://127.0.0.1:*")
	s := openService(t, p, top)
	go s.answer()
	to := p.Socket("test", "b.server").Endpoints()[0]

	req := rawSock(t, zmq4.REQ, connectTo(to))
	sendFrames(t, req, "Echo", "hello")
	equal(t, recvFrames(t, req), frames("ok", "hello"))
	sendFrames(t, req, "Echo", "refuse this")
	equal(t, recvFrames(t, req), frames("Refused", "this"))
	sendFrames(t, req, "Nothing", "x")
	equal(t, recvFrames(t, req), frames(StatusUnknownMethod, `no method "Nothing"`))
	sendFrames(t, req, "Echo", "with metadata", "\x00\x01")
	equal(t, recvFrames(t, req), frames("ok", "with metadata"))
	sendFrames(t, req, "Echo")
	equal(t, recvFrames(t, req), frames(StatusBadRequest, "1 frame, want 2"))

	dealer := rawSock(t, zmq4.DEALER, connectTo(to))
	sendFrames(t, dealer, "")                     // a probe
	sendFrames(t, dealer, "no delimiter", "Echo") // cannot be answered
	sendFrames(t, dealer, make([]string, 0)...)   //
	sendFrames(t, dealer, "my id", "")
	equal(t, recvFrames(t, dealer), frames("my id", "", StatusBadRequest, "no method frame"))
	sendFrames(t, dealer, "my id", "", "Echo", "1")
	equal(t, recvFrames(t, dealer), frames("my id", "", "ok", "1"))
	sendFrames(t, dealer, "hop 2", "hop 1", "my id", "", "Echo", "2")
	equal(t, recvFrames(t, dealer), frames("hop 2", "hop 1", "my id", "", "ok", "2"))
	deep := append(strings.Split(strings.Repeat("h ", maxEnvelope), " "), "Echo", "3")
	sendFrames(t, dealer, deep...) // one hop too many, with ZeroMQ's own routing id
	sendFrames(t, dealer, strings.Repeat("i", 256), "", "Echo", "4")
	sendFrames(t, dealer, "", "Echo", "5")
	equal(t, recvFrames(t, dealer), frames("", "ok", "5"))
}

func TestAClientOfForeignServers(t *testing.T) {
	ctx, p, top := context.Background(), newPump(t), testTopology("tcp://127.0.0.1:*")
	for _, typ := range []zmq4.Type{zmq4.REP, zmq4.ROUTER} {
		t.Run(typ.String(), func(t *testing.T) {
			raw := rawSock(t, typ, func(s *zmq4.Socket) error { return s.Bind("tcp://127.0.0.1:*") })
			to := must(raw.GetLastEndpoint())(t)
			c := must(OpenClient(ctx, p, top, "a.client", []SocketOption{Instance(typ.String()), Connect(to)}))(t)
			go func() {
				for range 4 {
					f, err := raw.RecvMessage(0)
					if err != nil {
						return
					}
					envelope := f[:len(f)-2]
					switch body := f[len(f)-1]; body {
					case "malformed":
						raw.SendMessage(envelope, "ok", "too", "many", "frames")
					case "odd":
						raw.SendMessage(envelope, "StatusOfTomorrow", "\x01\x02")
					default:
						raw.SendMessage(envelope, "ok", f[len(f)-2]+" "+body, "\x00\x01metadata")
					}
				}
			}()
			equal(t, must(Invoke(ctx, c, &echo, note{"1"}))(t), note{"Echo 1"})
			_, err := Invoke(ctx, c, &echo, note{"malformed"})
			var frameErr *FrameError
			var e *Error
			if !errors.As(err, &frameErr) || !errors.As(err, &e) || e.Op != "call Echo" {
				t.Errorf("got %v", err)
			}
			_, err = Invoke(ctx, c, &echo, note{"odd"})
			var status *StatusError
			if !errors.As(err, &status) || status.Name != "StatusOfTomorrow" || string(status.Body) != "\x01\x02" {
				t.Errorf("got %v", err)
			}
			equal(t, must(Invoke(ctx, c, &echo, note{"2"}))(t), note{"Echo 2"})
		})
	}
}

func TestAReplyForAFullPeerIsParkedAndOthersDoNotWait(t *testing.T) {
	p, top := newPump(t), testTopology("tcp://127.0.0.1:*")
	p.parkTime = time.Hour // which a busy machine may need
	spec := top.Sockets["b.server"]
	spec.SendHWM = Limit(1)
	spec.Buffer = Limit(1000)
	top.Sockets["b.server"] = spec
	s := openService(t, p, top)
	to := p.Socket("test", "b.server").Endpoints()[0]
	lazy := rawSock(t, zmq4.DEALER, func(s *zmq4.Socket) error {
		s.SetRcvhwm(1)
		return s.Connect(to)
	})
	const n = 30
	for i := range n {
		sendFrames(t, lazy, fmt.Sprint(i), "", "Echo", strings.Repeat("x", 1<<20))
	}
	for range n { // more than lazy's queues and the kernel's take
		c := next(t, s.echo)
		if err := c.Reply(c.Request); err != nil {
			t.Fatal(err)
		}
	}
	go s.answer()
	quick := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
	equal(t, must(Invoke(context.Background(), quick, &echo, note{"quick"}))(t), note{"quick"})
	for i := range n {
		equal(t, recvFrames(t, lazy)[0], fmt.Sprint(i))
	}
}

func TestRepliesForAPeerThatNeverReadsAreDroppedAndCounted(t *testing.T) {
	p, top := newPump(t), testTopology("tcp://127.0.0.1:*")
	spec := top.Sockets["b.server"]
	spec.SendHWM = Limit(1)
	spec.Buffer = Limit(1000)
	top.Sockets["b.server"] = spec
	s := openService(t, p, top)
	go s.answer()
	handle := p.Socket("test", "b.server")
	dead := rawSock(t, zmq4.DEALER, func(s *zmq4.Socket) error {
		s.SetRcvhwm(1)
		return s.Connect(handle.Endpoints()[0])
	})
	const n = 100
	for range n {
		sendFrames(t, dead, "id", "", "Echo", strings.Repeat("x", 1<<20))
	}
	eventually(t, "every reply is sent or dropped", func() bool {
		st := handle.Stats()
		return st.MessagesIn == n && st.MessagesOut+st.Dropped[DroppedPeerFull] == n && st.Dropped[DroppedPeerFull] > 0
	})
}
