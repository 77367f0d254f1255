//go:build cgo

package runtime

import (
	"context"
	"sync"
	"time"
)

// This file lets others watch calls, as tracing does.

// CallInfo says which call it is.
type CallInfo struct {
	Topology string
	Socket   string // node.socket
	Method   string
}

// CallObserver is told of each call, at its client and at its server. Its methods may be called by many goroutines at once
// and must not block.
type CallObserver interface {
	// ClientCall is called when a client begins a call. The call goes on with the ctx that it returns, whose headers
	// (WithHeaders) the request carries if its pattern has metadata, and end is called with the error of the call.
	ClientCall(ctx context.Context, call CallInfo) (_ context.Context, end func(error))
	// ServerCall is called when RunServer begins to run a handler, with the metadata of the request. The handler gets the
	// ctx that it returns, and end is called with the handler's error.
	ServerCall(ctx context.Context, call CallInfo, meta Meta) (_ context.Context, end func(error))
}

// WithCallObserver has o told of all calls of the pump's clients, and of those that handlers serve.
func WithCallObserver(o CallObserver) PumpOption { return func(p *Pump) { p.observer = o } }

func (s *Socket) callInfo(method string) CallInfo { return CallInfo{s.topology, s.base, method} }

func nothingEnds(error) {}

// handles notes that a handler begins. end is to be called when it has returned.
func (s *Socket) handles(ctx context.Context, method string, meta Meta) (_ context.Context, end func(error)) {
	s.labelHandler()
	end = nothingEnds
	if s.pump.observer != nil {
		ctx, end = s.pump.observer.ServerCall(ctx, s.callInfo(method), meta)
	}
	if w := s.pump.watchdog; w != nil {
		told, leave := end, w.handlers.enter(s, method)
		end = func(err error) {
			leave()
			told(err)
		}
	}
	return ctx, end
}

// handlersRunning is the handlers that run now, for the watchdog.
type handlersRunning struct {
	mu   sync.Mutex
	next uint64
	all  map[uint64]handling
}

type handling struct {
	s      *Socket
	method string
	since  time.Time
}

func (r *handlersRunning) enter(s *Socket, method string) (leave func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all == nil {
		r.all = make(map[uint64]handling)
	}
	r.next++
	n := r.next
	r.all[n] = handling{s, method, time.Now()}
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.all, n)
	}
}

// before returns the handlers that have run since before t.
func (r *handlersRunning) before(t time.Time) map[uint64]handling {
	r.mu.Lock()
	defer r.mu.Unlock()
	long := make(map[uint64]handling)
	for n, h := range r.all {
		if h.since.Before(t) {
			long[n] = h
		}
	}
	return long
}
