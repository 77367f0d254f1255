//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// This file is the server of a req-rep pattern over a ROUTER: each request becomes a Call in the
// channel of its method, and goes back with the envelope that it came in.

// server serves the calls of one socket.
type server struct {
	s      *Socket
	routes map[string]route
	calls  inFlight[expirer] // that have not been answered
	parked *parking
}

// expirer is a *Call.
type expirer interface{ expire() }

// route is the way to the channel of one method.
type route interface {
	name() string
	// start makes the channel.
	start(srv *server)
	// offer makes a call of a request, method frame first, and gives it to the channel, or returns the
	// status that says why not, and what that is counted as.
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

// OpenServer opens the named socket, a ROUTER, and serves the methods of routes. The pump closes their
// channels when the socket ends. A call that finds its channel full is answered as unavailable, so
// that it does not keep others waiting.
func OpenServer(ctx context.Context, p *Pump, t *Topology, name string, opts []SocketOption, routes ...Route) error {
	for i, r := range routes {
		for _, other := range routes[:i] {
			if r.route.name() == other.route.name() {
				return &Error{"open", name, fmt.Errorf("method %s is served twice", r.route.name())}
			}
		}
	}
	if err := t.check(name, func(typ SocketType) bool { return typ == Router }, "serves no calls, a ROUTER does"); err != nil {
		return err
	}
	s, err := p.open(ctx, t, name, asServer(opts))
	if err != nil {
		return err
	}
	srv := &server{s: s, routes: make(map[string]route), calls: newInFlight[expirer](0), parked: newParking(s, "reply")}
	for _, r := range routes {
		srv.routes[r.route.name()] = r.route
		r.route.start(srv)
	}
	s.start(ctx, srv, nil, srv.parked.run)
	return nil
}

func (*server) room() int { return maxBatch }

func (srv *server) take(in *inbox) (lost int) {
	for in.next() {
		srv.request(in.views)
	}
	return 0
}

// request makes the frames of a request a call, or answers why it is none.
func (srv *server) request(frames [][]byte) {
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
	if status, cause := srv.offer(rest, back); status != nil {
		srv.s.refuse(cause, "refuse call", status)
		if err := srv.answer(back, status.appendFrames); err != nil {
			srv.s.reportSome("reply", err)
		}
	}
}

// offer finds the method of a request, method frame first, and makes it a call, or returns the status
// that says why not, and what that is counted as.
func (srv *server) offer(frames [][]byte, envelope packet) (*StatusError, Cause) {
	if len(frames) == 0 {
		return builtIn(StatusBadRequest, errors.New("no method frame")), DroppedRefused
	}
	r := srv.routes[string(frames[0])]
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
	srv.parked.end()
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
	if err := w.finish(srv.s.maxMessageSize); err != nil {
		return err
	}
	return srv.parked.send(w)
}

// methodRoute is the route to the channel of one method.
type methodRoute[Req, Rep any] struct {
	srv    *server
	method *Method[Req, Rep]
	out    *<-chan *Call[Req, Rep]
	ch     chan *Call[Req, Rep]
}

func (r *methodRoute[Req, Rep]) name() string { return r.method.Name }

func (r *methodRoute[Req, Rep]) start(srv *server) {
	r.srv = srv
	r.ch = make(chan *Call[Req, Rep], srv.s.buffer)
	*r.out = r.ch
}

func (r *methodRoute[Req, Rep]) end() { close(r.ch) }

func (r *methodRoute[Req, Rep]) offer(frames [][]byte, envelope packet) (*StatusError, Cause) {
	c := &Call[Req, Rep]{srv: r.srv, method: r.method, envelope: envelope}
	if err := r.method.Request.read(frames, &c.Request); err != nil {
		return builtIn(StatusBadRequest, err), DroppedRefused
	}
	if err := checkBody(r.srv.s, ValidateReceived, r.method.ValidateRequest, c.Request); err != nil {
		return builtIn(StatusBadRequest, err), DroppedInvalid
	}
	c.number, _ = r.srv.calls.add(c, time.Now().Add(r.method.timeout()))
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

// Call is one call at its server. Exactly one of Reply and Fail answers it; they may be called by any
// goroutine and do not block. A call that is not answered within the method's timeout is answered as
// an internal error.
type Call[Req, Rep any] struct {
	Request Req

	srv      *server
	method   *Method[Req, Rep]
	envelope packet
	number   uint64 // among those in flight
}

// take claims the right to answer the call.
func (c *Call[Req, Rep]) take() error {
	if _, ok := c.srv.calls.remove(c.number); ok {
		return nil
	}
	if c.srv.calls.hasEnded() {
		return ErrClosed
	}
	return ErrAnswered
}

// Reply answers the call with rep. The error is ErrAnswered, ErrUnroutable if the client has gone,
// ErrClosed if the socket has, or that of a rep that cannot be sent, which the client sees as an
// internal error.
func (c *Call[Req, Rep]) Reply(rep Rep) error {
	return c.answer(func(w *FrameWriter) error {
		if err := checkBody(c.srv.s, ValidateSent, c.method.ValidateReply, rep); err != nil {
			return err
		}
		w.FrameString(statusOK)
		return c.method.Reply.write(w, &rep)
	})
}

// Fail answers the call with an error: one that the method declares, if there is one in err's tree,
// which the client receives as such; else a built-in *StatusError as it is; else an internal error
// with err's text. It returns what Reply returns.
func (c *Call[Req, Rep]) Fail(err error) error {
	if err == nil {
		err = errors.New("failed without an error")
	}
	for _, d := range c.method.Errors {
		if e := d.find(err); e != nil {
			return c.answer(func(w *FrameWriter) error {
				if err := checkError(c.srv.s, ValidateSent, e); err != nil {
					return err
				}
				w.FrameString(d.name)
				return d.append(w, e)
			})
		}
	}
	status := builtIn(StatusInternal, err)
	if s := (*StatusError)(nil); errors.As(err, &s) && strings.HasPrefix(s.Name, "!") {
		status = s
	}
	return c.answer(status.appendFrames)
}

func (c *Call[Req, Rep]) answer(write func(*FrameWriter) error) error {
	err := c.take()
	if err == nil {
		err = c.send(write)
	}
	if err != nil {
		return &Error{"reply " + c.method.Name, c.srv.s.name, err}
	}
	return nil
}

// send answers the call, once it is taken, with what write writes.
func (c *Call[Req, Rep]) send(write func(*FrameWriter) error) error {
	err := c.srv.answer(c.envelope, write)
	if err != nil && !errors.Is(err, ErrUnroutable) && !errors.Is(err, ErrClosed) {
		cause := DroppedEncode
		if isInvalid(err) {
			cause = DroppedInvalid
		}
		c.srv.s.counters.drop(cause, 1)
		c.srv.answer(c.envelope, builtIn(StatusInternal, errors.New("the reply cannot be sent")).appendFrames)
	}
	return err
}

// expire answers a call that its server forgot, once it has been taken.
func (c *Call[Req, Rep]) expire() {
	late := fmt.Errorf("not answered within %v", c.method.timeout())
	if err := c.send(builtIn(StatusInternal, late).appendFrames); !errors.Is(err, ErrClosed) {
		c.srv.s.reportSome("call "+c.method.Name, late)
	}
}
