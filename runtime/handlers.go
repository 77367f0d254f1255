//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
)

// This file runs a function for each call of a server: so many at once, in goroutines of their own.

const defaultConcurrency = 64

// CallHandler serves the calls of one channel. Handle makes it, for RunServer.
type CallHandler struct{ run func(*serving) }

// Handle serves each of calls with f: it answers what f returns, as Call.Reply and Call.Fail do. f is
// called by many goroutines at once, and its ctx is what RunServer says.
func Handle[Req, Rep any](calls <-chan *Call[Req, Rep], f func(context.Context, Req) (Rep, error)) CallHandler {
	return CallHandler{func(s *serving) { (&handler[Req, Rep]{calls: calls, f: f}).run(s) }}
}

// ServeOption changes how RunServer serves.
type ServeOption func(*serveConfig)

type serveConfig struct{ concurrency int }

// WithConcurrency sets how many handlers run at once, over all methods; 64 is the default, and fewer than 1 is an error.
func WithConcurrency(n int) ServeOption { return func(c *serveConfig) { c.concurrency = n } }

// RunServer serves calls with handlers, until ctx ends or the channels of all of them are closed, and
// returns when those that run have finished: context.Cause(ctx), or nil.
//
// The ctx of a handler has the values of ctx. It ends with the call's timeout, or when its client waits no longer if
// the request's metadata says so, and, with ErrClosed for its cause, when the socket does; but not with ctx, which
// only ends the taking of calls. Calls that still wait in the channels then, or come before the last handler has
// finished, are answered as unavailable. A call whose handler panics is answered as an internal error; the value and
// the stack go to the pump's error handler.
func RunServer(ctx context.Context, opts []ServeOption, handlers ...CallHandler) error {
	c := serveConfig{defaultConcurrency}
	for _, opt := range opts {
		opt(&c)
	}
	if c.concurrency < 1 {
		return &Error{Op: "serve", Err: fmt.Errorf("concurrency of %d, want 1 or more", c.concurrency)}
	}
	s := &serving{ctx: ctx, slots: make(chan struct{}, c.concurrency), finished: make(chan struct{})}
	s.taking.Add(len(handlers))
	for _, h := range handlers {
		s.helpers.Add(1)
		go func() {
			defer s.helpers.Done()
			h.run(s)
		}()
	}
	s.taking.Wait()
	s.running.Wait()
	close(s.finished)
	s.helpers.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// serving is one RunServer.
type serving struct {
	ctx      context.Context
	slots    chan struct{}  // one for each handler that runs
	taking   sync.WaitGroup // channels from which calls are taken to be handled
	running  sync.WaitGroup // handlers
	finished chan struct{}  // closed when no handler runs, and none will
	helpers  sync.WaitGroup // all other goroutines
}

// handler serves the calls of one method.
type handler[Req, Rep any] struct {
	calls <-chan *Call[Req, Rep]
	f     func(context.Context, Req) (Rep, error)
	ctx   context.Context // of its calls, but for their deadlines; nil before the first
}

func (h *handler[Req, Rep]) run(s *serving) {
	h.take(s)
	s.taking.Done()
	h.refuse(s)
}

// take has calls handled until ctx ends or the channel is closed.
func (h *handler[Req, Rep]) take(s *serving) {
	for {
		select {
		case call, open := <-h.calls:
			if !open {
				return
			}
			select {
			case s.slots <- struct{}{}:
			case <-s.ctx.Done():
			}
			if s.ctx.Err() != nil {
				call.unavailable()
				return
			}
			h.start(s, call)
		case <-s.ctx.Done():
			return
		}
	}
}

// start handles one call in a goroutine, which gives the slot back.
func (h *handler[Req, Rep]) start(s *serving, call *Call[Req, Rep]) {
	if h.ctx == nil {
		h.ctx = s.until(call.srv.s)
	}
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		defer func() { <-s.slots }()
		if call.srv.calls.has(call.number) { // else its time was over while it waited
			h.serve(call)
		}
	}()
}

// until returns a ctx with the values of s.ctx, which ends when socket does.
func (s *serving) until(socket *Socket) context.Context {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(s.ctx))
	s.helpers.Add(1)
	go func() {
		defer s.helpers.Done()
		select {
		case <-socket.ending:
		case <-s.finished:
		}
		cancel(ErrClosed)
	}()
	return ctx
}

var (
	errPanicked = errors.New("the handler panicked")
	errNotTaken = errors.New("the server takes no more calls")
)

// serve handles one call.
func (h *handler[Req, Rep]) serve(call *Call[Req, Rep]) {
	ctx, cancel := context.WithDeadline(h.ctx, call.ends)
	defer cancel()
	var meta *served
	if call.hasMeta {
		meta = &served{meta: call.Meta}
		ctx = context.WithValue(ctx, servedKey{}, meta)
	}
	if call.User != "" {
		ctx = context.WithValue(ctx, userKey{}, call.User)
	}
	ctx, end := call.srv.s.handles(ctx, call.method.Name, call.Meta)
	var err error
	returned := false
	defer func() {
		if !returned {
			err = errPanicked
		}
		end(err)
	}()
	defer func() {
		if v := recover(); v != nil || !returned { // it may also have left by runtime.Goexit
			call.srv.s.reportSome("handle "+call.method.Name, fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
			call.told(call.Fail(errPanicked))
		}
	}()
	var rep Rep
	rep, err = h.f(ctx, call.Request)
	returned = true
	if meta != nil {
		call.ReplyHeaders = meta.replyHeaders()
	}
	if err != nil {
		call.told(call.Fail(err))
	} else {
		call.told(call.Reply(rep))
	}
}

// refuse answers what waits in the channel, and what comes until no handler runs any more.
func (h *handler[Req, Rep]) refuse(s *serving) {
	for {
		select {
		case call, open := <-h.calls:
			if !open {
				return
			}
			call.unavailable()
		case <-s.finished:
			for range len(h.calls) {
				if call, open := <-h.calls; open {
					call.unavailable()
				}
			}
			return
		}
	}
}

func (c *Call[Req, Rep]) unavailable() { c.told(c.Fail(builtIn(StatusUnavailable, errNotTaken))) }

// told reports the outcome of an answer where nobody else is told of it. That a call's time is over was reported when it
// ended, and that the socket has ended is no news.
func (c *Call[Req, Rep]) told(err error) {
	if err != nil && !errors.Is(err, ErrAnswered) && !errors.Is(err, ErrClosed) {
		c.srv.s.reportSome("reply "+c.method.Name, errors.Unwrap(err))
	}
}
