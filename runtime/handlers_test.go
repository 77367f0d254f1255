//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	goruntime "runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// This file tests servers that are functions.

// running is a RunServer under way.
type running struct {
	*service
	pump   *Pump
	client *Client
	cancel context.CancelCauseFunc
	result chan error
}

type keyOfTest struct{}

// runEcho runs f for the calls of Echo, and nothing for those of Ping.
func runEcho(t *testing.T, top *Topology, pumpOpts []PumpOption, opts []ServeOption, f func(context.Context, note) (note, error)) *running {
	t.Helper()
	p := newPump(t, pumpOpts...)
	r := &running{service: openService(t, p, top, Buffer(10)), pump: p, result: make(chan error, 1)}
	ctx, cancel := context.WithCancelCause(context.WithValue(context.Background(), keyOfTest{}, "value"))
	r.cancel = cancel
	t.Cleanup(func() { cancel(nil) })
	r.client = must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
	go func() {
		r.result <- RunServer(ctx, opts, Handle(r.echo, f), Handle(r.ping, func(context.Context, None) (None, error) { return None{}, nil }))
	}()
	return r
}

func (r *running) ends(t *testing.T, want error) {
	t.Helper()
	select {
	case err := <-r.result:
		if err != want {
			t.Errorf("RunServer returned %v, want %v", err, want)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("RunServer does not return")
	}
}

// invoke makes n calls at once, and returns their outcomes.
func (r *running) invoke(n int, request string) <-chan error {
	errs := make(chan error, n)
	for range n {
		go func() {
			_, err := Invoke(context.Background(), r.client, &echo, note{request})
			errs <- err
		}()
	}
	return errs
}

func TestHandlersAnswerCallsOfEveryPairing(t *testing.T) {
	overPairings(t, func(t *testing.T, top *Topology) {
		r := runEcho(t, top, nil, nil, func(_ context.Context, n note) (note, error) {
			if why, refuse := strings.CutPrefix(n.text, "refuse "); refuse {
				return note{}, fmt.Errorf("wrapped: %w", &note{why})
			}
			return note{"re " + n.text}, nil
		})
		equal(t, must(Invoke(context.Background(), r.client, &echo, note{"x"}))(t), note{"re x"})
		must(Invoke(context.Background(), r.client, &ping, None{}))(t)
		var refused *note
		if _, err := Invoke(context.Background(), r.client, &echo, note{"refuse this"}); !errors.As(err, &refused) || refused.text != "this" {
			t.Errorf("got %v", err)
		}
		r.pump.Socket("test", "b.server").Close()
		r.ends(t, nil)
	})
}

func TestSoManyHandlersRunAtOnce(t *testing.T) {
	const most = 3
	var now, peak atomic.Int32
	release := make(chan struct{})
	r := runEcho(t, testTopology("inproc://at-once"), nil, []ServeOption{WithConcurrency(most)}, func(_ context.Context, n note) (note, error) {
		defer now.Add(-1)
		if at := now.Add(1); at > peak.Load() {
			peak.Store(at)
		}
		<-release
		return n, nil
	})
	errs := r.invoke(10, "x")
	eventually(t, "as many run as may", func() bool { return now.Load() == most })
	eventually(t, "one is in hand, and others wait", func() bool { return len(r.echo) == 10-most-1 })
	close(release)
	for range 10 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if peak.Load() != most {
		t.Errorf("%d handlers ran at once, want %d", peak.Load(), most)
	}
	for _, n := range []int{0, -1} {
		if err := RunServer(context.Background(), []ServeOption{WithConcurrency(n)}); err == nil || !strings.Contains(err.Error(), "want 1 or more") {
			t.Errorf("a concurrency of %d: %v", n, err)
		}
	}
}

func TestAHandlerThatPanicsAnswersAndIsReported(t *testing.T) {
	var f faults
	var peerSaw *StatusError
	r := runEcho(t, testTopology("inproc://panics"), []PumpOption{WithErrorHandler(f.handle)}, nil, func(_ context.Context, n note) (note, error) {
		switch n.text {
		case "panic":
			panic("secret")
		case "nil":
			panic(nil)
		case "exit":
			goruntime.Goexit()
		}
		return n, nil
	})
	for _, how := range []string{"panic", "nil", "exit"} {
		_, err := Invoke(context.Background(), r.client, &echo, note{how})
		if !errors.As(err, &peerSaw) || peerSaw.Name != StatusInternal || string(peerSaw.Body) != "the handler panicked" {
			t.Errorf("%s: got %v", how, err)
		}
	}
	equal(t, must(Invoke(context.Background(), r.client, &echo, note{"alive"}))(t), note{"alive"})
	errs := f.all()
	equal(t, len(errs), 3)
	if text := errs[0].Error(); !strings.Contains(text, "b.server: handle Echo: panic: secret\n") || !strings.Contains(text, "handlers_test.go") {
		t.Errorf("reported %s", text)
	}
}

func TestTheContextOfAHandler(t *testing.T) {
	contexts := make(chan context.Context, 1)
	began := time.Now()
	r := runEcho(t, testTopology("inproc://context"), nil, nil, func(ctx context.Context, n note) (note, error) {
		contexts <- ctx
		<-ctx.Done()
		return n, nil
	})
	errs := r.invoke(1, "x")
	ctx := <-contexts
	deadline, ok := ctx.Deadline()
	if !ok || deadline.Before(began.Add(echo.Timeout)) || deadline.After(time.Now().Add(echo.Timeout)) {
		t.Errorf("its deadline is %v after the call began", deadline.Sub(began))
	}
	equal(t, ctx.Value(keyOfTest{}), any("value"))
	stop := errors.New("stop")
	r.cancel(stop)
	if _, err := Invoke(context.Background(), r.client, &echo, note{"late"}); !errors.As(err, new(*StatusError)) || err.(*StatusError).Name != StatusUnavailable {
		t.Errorf("a call after the end: %v", err) // the first handler runs, so that RunServer has not returned
	}
	if ctx.Err() != nil {
		t.Error("it ends with that of RunServer")
	}
	r.pump.Socket("test", "b.server").Close()
	<-ctx.Done()
	if !errors.Is(context.Cause(ctx), ErrClosed) {
		t.Errorf("its cause is %v", context.Cause(ctx))
	}
	r.ends(t, stop)
	r.client.s.Close()
	<-errs
}

func TestTheDeadlineOfACallEndsItsHandler(t *testing.T) {
	ended, answered := make(chan error, 1), make(chan struct{})
	p, top := newPump(t), testTopology("inproc://deadline")
	var calls <-chan *Call[None, None]
	served := ping
	served.Timeout = time.Second // or its handler might not begin in time
	if err := OpenServer(context.Background(), p, top, "b.server", nil, Serve(&served, &calls)); err != nil {
		t.Fatal(err)
	}
	c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go RunServer(ctx, nil, Handle(calls, func(ctx context.Context, _ None) (None, error) {
		<-ctx.Done()
		ended <- ctx.Err()
		<-answered // or its reply might come before that of the deadline
		return None{}, nil
	}))
	var status *StatusError
	if _, err := Invoke(context.Background(), c, &ping, None{}); !errors.As(err, &status) || status.Name != StatusInternal {
		t.Errorf("got %v", err)
	}
	close(answered)
	equal(t, next(t, ended), context.DeadlineExceeded)
}

func TestCallsThatWaitWhenAServerStopsAreUnavailable(t *testing.T) {
	overPairings(t, func(t *testing.T, top *Topology) {
		started, release := make(chan struct{}, 10), make(chan struct{})
		r := runEcho(t, top, nil, []ServeOption{WithConcurrency(1)}, func(_ context.Context, n note) (note, error) {
			started <- struct{}{}
			<-release
			return n, nil
		})
		errs := r.invoke(5, "x")
		<-started
		if top.Sockets["b.server"].Type == Router && top.Sockets["a.client"].Type == Dealer {
			eventually(t, "others wait", func() bool { return len(r.echo) == 3 })
		}
		stop := errors.New("stop")
		r.cancel(stop)
		close(release)
		r.ends(t, stop)
		answered := 0
		go func() { // what comes later waits for somebody else
			for c := range r.echo {
				c.Fail(builtIn(StatusUnavailable, errors.New("later")))
			}
		}()
		for range 5 {
			switch err := <-errs; {
			case err == nil:
				answered++
			case !errors.As(err, new(*StatusError)) || err.(*StatusError).Name != StatusUnavailable:
				t.Errorf("got %v", err)
			}
		}
		equal(t, answered, 1)
		equal(t, len(started), 0)
	})
}

func TestACallWhoseTimeIsOverIsNotHandled(t *testing.T) {
	p, top := newPump(t), testTopology("inproc://over")
	var calls <-chan *Call[note, note]
	served := echo
	served.Timeout = time.Second
	if err := OpenServer(context.Background(), p, top, "b.server", nil, Serve(&served, &calls)); err != nil {
		t.Fatal(err)
	}
	c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
	var handled atomic.Int32
	first := make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go RunServer(ctx, []ServeOption{WithConcurrency(1)}, Handle(calls, func(_ context.Context, n note) (note, error) {
		if handled.Add(1) == 1 {
			<-first
		}
		return n, nil
	}))
	var ended sync.WaitGroup
	for range 5 {
		ended.Add(1)
		go func() {
			defer ended.Done()
			Invoke(context.Background(), c, &echo, note{"x"})
		}()
		eventually(t, "the first is handled", func() bool { return handled.Load() == 1 })
	}
	ended.Wait() // by the server's timeout
	close(first)
	equal(t, must(Invoke(context.Background(), c, &echo, note{"y"}))(t), note{"y"})
	equal(t, handled.Load(), int32(2))
}

func TestAReplyOfAHandlerThatCannotBeSentIsReported(t *testing.T) {
	var f faults
	r := runEcho(t, testTopology("inproc://not-sent"), []PumpOption{WithErrorHandler(f.handle)}, nil, func(context.Context, note) (note, error) {
		return note{"cannot be sent"}, nil
	})
	var status *StatusError
	if _, err := Invoke(context.Background(), r.client, &echo, note{"x"}); !errors.As(err, &status) || status.Name != StatusInternal {
		t.Errorf("got %v", err)
	}
	eventually(t, "it is reported", func() bool { return len(f.all()) == 1 })
	equal(t, f.all()[0].Error(), "b.server: reply Echo: as the text says")
}

func TestHandlersServeAgainAfterTheirServerHasStopped(t *testing.T) {
	top := testTopology("inproc://again")
	p := newPump(t)
	handle := Handle(openService(t, p, top).echo, func(ctx context.Context, n note) (note, error) { return n, ctx.Err() })
	c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
	for range 2 {
		ctx, cancel := context.WithCancel(context.Background())
		result := make(chan error)
		go func() { result <- RunServer(ctx, nil, handle) }()
		equal(t, must(Invoke(context.Background(), c, &echo, note{"x"}))(t), note{"x"})
		cancel()
		equal(t, <-result, context.Canceled)
	}
}
