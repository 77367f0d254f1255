//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// This file is the server of a req-rep pattern: each request becomes a Call in the channel of its
// method. At a ROUTER it goes back with the envelope that it came in, in any order. At a REP, which keeps
// the envelope for itself, there is one at a time, and no further request comes before it is answered.

// server serves the calls of one socket.
type server struct {
	s      *Socket
	routes map[string]route
	bare   route             // the only one, if requests do not name it; else nil
	calls  inFlight[expirer] // that have not been answered
	parked *parking          // of a ROUTER; nil at a REP
	sent   atomic.Uint64     // answers with metadata
	user   userName          // of the request that is being taken; the poll side's
}

// expirer is a *Call.
type expirer interface{ expire() }

// route is the way to the channel of one method.
type route interface {
	name() string
	bare() bool
	// start makes the channel.
	start(srv *server)
	// offer makes a call of a request, from the method on if it names one, and gives it to the channel, or
	// returns the status that says why not, and what that is counted as.
	offer(frames [][]byte, envelope packet) (*StatusError, Cause)
	// end closes the channel.
	end()
}

// Serve has the calls of m delivered to *ch, which OpenServer sets.
func Serve[Req, Rep any](m *Method[Req, Rep], ch *<-chan *Call[Req, Rep]) Route {
	return Route{&methodRoute[Req, Rep]{method: m, out: ch}}
}

// Route says where the calls of one method go.
type Route struct{ route route }

// OpenServer opens the named socket, a ROUTER or a REP, and serves the methods of routes. The pump closes
// their channels when the socket ends. A call that finds its channel full is answered as unavailable, so
// that it does not keep others waiting.
func OpenServer(ctx context.Context, p *Pump, t *Topology, name string, opts []SocketOption, routes ...Route) error {
	for i, r := range routes {
		for _, other := range routes[:i] {
			switch {
			case r.route.name() == other.route.name():
				return &Error{"open", name, fmt.Errorf("method %s is served twice", r.route.name())}
			case r.route.bare() || other.route.bare():
				return &Error{"open", name, errors.New("a bare method is the only one of its server")}
			}
		}
	}
	serves := func(typ SocketType) bool { return typ == Router || typ == Rep }
	if err := t.check(name, serves, "serves no calls, a ROUTER or a REP does"); err != nil {
		return err
	}
	s, err := p.open(ctx, t, name, asServer(opts))
	if err != nil {
		return err
	}
	srv := &server{s: s, routes: make(map[string]route), calls: newInFlight[expirer](0)}
	for _, r := range routes {
		srv.routes[r.route.name()] = r.route
		if r.route.bare() {
			srv.bare = r.route
		}
		r.route.start(srv)
	}
	s.gauge(func(stats *Stats) { stats.Calls += srv.calls.len() })
	s.raw.named = s.knowsUsers()
	if s.typ == Rep {
		s.start(ctx, srv, nil)
		return nil
	}
	srv.parked = newParking(s, "reply")
	s.start(ctx, srv, nil, srv.parked.run)
	return nil
}

func (srv *server) room() int {
	if srv.parked == nil {
		return 1
	}
	return maxBatch
}

func (srv *server) take(in *inbox) (lost int) {
	for in.next() {
		srv.user.set(in.user)
		if srv.parked == nil {
			srv.request(in.views, packet{})
		} else {
			srv.routed(in.views)
		}
	}
	return 0
}

// discarded answers a request that was too large to be looked at, at a REP, where nothing else comes
// before an answer.
func (srv *server) discarded(turn) {
	if srv.parked == nil {
		srv.refuse(packet{}, builtIn(StatusBadRequest, errors.New("the request is over max_message_size, or has too many frames")))
	}
}

// routed takes the envelope off the frames of a request.
func (srv *server) routed(frames [][]byte) {
	envelope, rest, err := splitEnvelope(frames, 1)
	if err != nil {
		srv.s.refuse(DroppedDecode, "decode", err)
		return
	}
	if len(rest) == 0 && len(envelope) == 2 {
		return // a probe: empty after the routing id
	}
	var back packet
	for _, f := range envelope {
		back.buf = append(back.buf, f...)
		back.frames = append(back.frames, uint32(len(f))|moreBit)
	}
	srv.request(rest, back)
}

// request makes a request a call, or answers why it is none.
func (srv *server) request(frames [][]byte, envelope packet) {
	if status, cause := srv.offer(frames, envelope); status != nil {
		if status.Name == StatusBadRequest && cause != DroppedInvalid {
			srv.s.counters.undecoded.Add(1)
		}
		srv.s.refuse(cause, "refuse call", status)
		srv.refuse(envelope, status)
	}
}

// refuse answers a request with a status, and reports if that cannot be sent.
func (srv *server) refuse(envelope packet, status *StatusError) {
	if err := srv.fail(envelope, status); err != nil {
		srv.s.reportSome("reply", err)
	}
}

// offer finds the method of a request, and makes it a call, or returns the status that says why not, and
// what that is counted as.
func (srv *server) offer(frames [][]byte, envelope packet) (*StatusError, Cause) {
	r := srv.bare
	if r == nil {
		if len(frames) == 0 {
			return builtIn(StatusBadRequest, errors.New("no method frame")), DroppedRefused
		}
		r = srv.routes[string(frames[0])]
	}
	switch {
	case r == nil:
		return builtIn(StatusUnknownMethod, fmt.Errorf("no method %s", quoteFrame(frames[0]))), DroppedRefused
	case srv.calls.len() >= maxCalls:
		return builtIn(StatusUnavailable, fmt.Errorf("%d calls are in flight", maxCalls)), DroppedRefused
	}
	return r.offer(frames, envelope)
}

func (srv *server) end() {
	srv.calls.end()
	if srv.parked != nil {
		srv.parked.end()
	}
	for _, r := range srv.routes {
		r.end()
	}
}

func builtIn(name string, err error) *StatusError { return &StatusError{name, []byte(statusText(err))} }

// appendFrames writes a status frame and its body.
func (e *StatusError) appendFrames(w *FrameWriter) error {
	w.FrameString(e.Name)
	w.Frame(e.Body)
	return nil
}

// answer sends what write writes, from the status on, back to where envelope came from.
func (srv *server) answer(envelope packet, write func(*FrameWriter) error) error {
	w := srv.s.pump.writers.get()
	defer srv.s.pump.writers.put(w)
	w.buf = append(w.buf, envelope.buf...)
	w.frames = append(w.frames, envelope.frames...)
	if err := write(w); err != nil {
		return err
	}
	if err := srv.s.complete(w); err != nil {
		return err
	}
	if srv.parked != nil {
		return srv.parked.send(w)
	}
	if err := srv.s.sendOne(w); err != errAgain {
		return err
	}
	srv.s.drop(DroppedPeerFull, 1)
	return nil
}

// fail answers a call with a status. A bare method has none: at a ROUTER such a call is not answered. A
// REP has to answer before it receives again, so there an empty frame stands for all that cannot be said.
func (srv *server) fail(envelope packet, status *StatusError) error {
	if srv.bare == nil {
		err := srv.answer(envelope, status.appendFrames)
		if err == nil || srv.parked != nil || errors.Is(err, ErrClosed) {
			return err
		}
	}
	if srv.parked != nil {
		return nil
	}
	return srv.answer(envelope, appendEmpty)
}

// appendEmpty writes an empty frame.
func appendEmpty(w *FrameWriter) error {
	w.Frame(nil)
	return nil
}

// methodRoute is the route to the channel of one method.
type methodRoute[Req, Rep any] struct {
	srv    *server
	method *Method[Req, Rep]
	out    *<-chan *Call[Req, Rep]
	ch     chan *Call[Req, Rep]
}

func (r *methodRoute[Req, Rep]) name() string { return r.method.Name }

func (r *methodRoute[Req, Rep]) bare() bool { return r.method.Bare }

func (r *methodRoute[Req, Rep]) start(srv *server) {
	r.srv = srv
	r.ch = make(chan *Call[Req, Rep], srv.s.buffer)
	*r.out = r.ch
	srv.s.gauge(func(stats *Stats) { stats.ReceiveQueue.add(len(r.ch), cap(r.ch)) })
}

func (r *methodRoute[Req, Rep]) end() { close(r.ch) }

func (r *methodRoute[Req, Rep]) offer(frames [][]byte, envelope packet) (*StatusError, Cause) {
	now := time.Now()
	c := &Call[Req, Rep]{User: string(r.srv.user), srv: r.srv, method: r.method, envelope: envelope, until: now.Add(r.method.timeout())}
	err := r.method.Request.read(frames, r.method.lead(), &c.Request)
	if err == nil {
		err = c.readMeta(frames, now)
	}
	if err != nil {
		return builtIn(StatusBadRequest, err), DroppedRefused
	}
	if err := checkBody(r.srv.s, ValidateReceived, r.method.ValidateRequest, c.Request); err != nil {
		return builtIn(StatusBadRequest, err), DroppedInvalid
	}
	c.number, _ = r.srv.calls.add(c, c.until)
	select {
	case r.ch <- c:
		return nil, ""
	default:
		if c.take() != nil {
			return nil, "" // it expired in this very moment, and was answered
		}
		return builtIn(StatusUnavailable, fmt.Errorf("method %s has %d calls waiting", r.method.Name, cap(r.ch))), DroppedRefused
	}
}
