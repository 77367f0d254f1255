//go:build cgo

package runtime

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"sync/atomic"
	"time"
)

// This file is what the clients of req-rep patterns share: each call from its request to its end. How
// requests and replies travel is in client_dealer.go and client_lockstep.go.

// Client makes the calls of one socket. It is safe for concurrent use.
type Client struct {
	s     *Socket
	slots chan struct{}    // one for each call in flight
	calls inFlight[flight] // by call id
	sent  atomic.Uint64    // requests with metadata
	way   carrier
}

// carrier is how a client's requests and replies travel: by what the socket is, and the pattern's
// correlation.
type carrier interface {
	sink
	// begin writes what comes before the request.
	begin(w *FrameWriter, id uint64)
	// send sends the one message in w, the request of call id, and may block until ZeroMQ takes it, the
	// call or the socket has ended or ctx is done.
	send(ctx context.Context, w *FrameWriter, id uint64, call *progress) error
}

// flight is a call that waits for its reply. It is ended once, by whoever has taken it out of those in
// flight.
type flight interface {
	// answer ends the call by what the server sent, from the status on, or from the body on if the call is
	// bare.
	answer(frames [][]byte)
	// fail ends the call without a reply.
	fail(err error)
	// expire ends the call because its time is over.
	expire()
	state() *progress
}

// progress is how far a call has come.
type progress struct {
	method string
	until  time.Time     // when the call is over
	done   chan struct{} // closed when the call has ended
	sent   atomic.Bool   // ZeroMQ has the request, or is about to be given it
	retry  *retry        // nil if the request is sent once
}

func (call *progress) state() *progress { return call }

// OpenClient opens the named socket, a DEALER or a REQ, for calls. It ends with ctx, the pump or its
// handle.
func OpenClient(ctx context.Context, p *Pump, t *Topology, name string, opts []SocketOption) (*Client, error) {
	calls := func(typ SocketType) bool { return typ == Dealer || typ == Req }
	if err := t.check(name, calls, "makes no calls, a DEALER or a REQ does"); err != nil {
		return nil, err
	}
	s, err := p.open(ctx, t, name, asClient(opts))
	if err != nil {
		return nil, err
	}
	if s.serial != nil {
		return startLockstep(ctx, s), nil
	}
	return startDealer(ctx, s), nil
}

// asClient makes the options of a client, which has to know when its peers have gone, of those that its
// user gave.
func asClient(opts []SocketOption) []SocketOption {
	return append([]SocketOption{func(c *socketConfig) { c.client, c.calls, c.trackPeers = true, true, true }}, opts...)
}

// Invoke calls m and waits for its reply, or until ctx is done; if ctx has no deadline, until the
// method's timeout has passed. An idempotent request is sent again where no answer comes, as the method
// says. The error is a declared one, a *StatusError, ctx's error, context.DeadlineExceeded, or an *Error, around
// ErrPeerLost if the last server has gone before it answered.
func Invoke[Req, Rep any](ctx context.Context, c *Client, m *Method[Req, Rep], req Req) (rep Rep, err error) {
	var until time.Time // of a call whose ctx sets no deadline
	over, ok := ctx.Deadline()
	if !ok {
		until = time.Now().Add(m.timeout())
		over = until
	}
	if err := checkBody(c.s, ValidateSent, m.ValidateRequest, req); err != nil {
		return rep, c.explain(ctx, m.Name, err)
	}
	if o := c.s.pump.observer; o != nil {
		observed, end := o.ClientCall(ctx, c.s.callInfo(m.Name))
		ctx = observed
		defer func() { end(err) }()
	}
	if err := c.enter(ctx, until); err != nil {
		return rep, c.explain(ctx, m.Name, err)
	}
	defer c.leave()
	f := &call[Rep]{
		progress: progress{method: m.Name, until: over, done: make(chan struct{})},
		s:        c.s, lead: m.lead(), reply: m.Reply, validate: m.ValidateReply, declared: m.Errors, metadata: m.Metadata,
	}
	if m.Idempotent {
		f.retry = &retry{bare: m.Bare, lockstep: cap(c.slots) == 1, changed: make(chan struct{}, 1)}
	}
	id, ok := c.calls.add(f, until)
	if !ok {
		return rep, c.explain(ctx, m.Name, ErrClosed)
	}
	returned := false
	defer func() {
		if !returned { // the request's codec panicked, and the caller may go on
			c.calls.remove(id)
		}
	}()
	if m.Idempotent {
		err = persist(ctx, c, m, id, req, &f.progress)
	} else if err = sendRequest(ctx, c, m, id, req, &f.progress); err == nil {
		err = f.wait(ctx)
	}
	returned = true
	if err != nil {
		if _, waits := c.calls.remove(id); waits {
			return rep, c.explain(ctx, m.Name, err)
		}
		<-f.done // the reply came at the same time
	}
	if f.answered {
		setReplyMeta(ctx, f.meta)
	}
	return f.rep, f.err
}

// enter waits until there may be one more call in flight.
func (c *Client) enter(ctx context.Context, until time.Time) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	select {
	case c.slots <- struct{}{}:
		return nil
	default:
	}
	ctx, cancel := deadline(ctx, until)
	defer cancel()
	select {
	case c.slots <- struct{}{}:
		if ctx.Err() == nil {
			return nil
		}
		<-c.slots // a call that has ended is not sent
		return context.Cause(ctx)
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-c.s.ending:
		return ErrClosed
	}
}

func (c *Client) leave() { <-c.slots }

// deadline is ctx with the deadline until, unless that is zero.
func deadline(ctx context.Context, until time.Time) (context.Context, context.CancelFunc) {
	if until.IsZero() {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, until)
}

// sendRequest sends a request, in the caller's goroutine if ZeroMQ takes it at once.
func sendRequest[Req, Rep any](ctx context.Context, c *Client, m *Method[Req, Rep], id uint64, req Req, call *progress) error {
	w := c.s.pump.writers.get()
	defer c.s.pump.writers.put(w)
	c.way.begin(w, id)
	if !m.Bare {
		w.FrameString(m.Name)
	}
	if err := m.Request.write(w, &req); err != nil {
		return err
	}
	if m.Metadata {
		meta := requestMeta(ctx, call.until)
		meta.stamp(c.sent.Add(1))
		if err := meta.write(w); err != nil {
			return err
		}
	}
	if err := c.s.complete(w); err != nil {
		return err
	}
	if c.s.isEnding() {
		return ErrClosed
	}
	return c.way.send(ctx, w, id, call)
}

// wait waits until the call has ended, or ctx is done.
func (call *progress) wait(ctx context.Context) error {
	select {
	case <-call.done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// explain says which call failed, unless it did because its time was over.
func (c *Client) explain(ctx context.Context, method string, err error) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err == context.DeadlineExceeded:
		return err
	}
	if status, ok := err.(*StatusError); ok {
		return status
	}
	return &Error{"call " + method, c.s.name, err}
}

// fail ends a call that was in flight, by what is no answer.
func (c *Client) fail(f flight, err error) {
	f.fail(&Error{"call " + f.state().method, c.s.name, err})
}

// reply gives the frames of a reply, without its envelope, to its call. attempt says which request it answers, of a client that has one
// call in flight.
func (c *Client) reply(id uint64, attempt int, frames [][]byte) {
	if string(frames[0]) == StatusUnavailable && c.refused(id, attempt, frames) {
		return
	}
	f, ok := c.calls.remove(id)
	if !ok {
		c.s.drop(DroppedLate, 1)
		return
	}
	f.answer(frames)
}

// peersChanged ends the calls that no server can answer any more when the last one has gone, but for those
// that are to be repeated. Requests that ZeroMQ does not have yet wait for another server.
func (c *Client) peersChanged(now int) {
	if c.s.serial != nil {
		c.s.mu.Lock()
		c.s.serial.peersChanged(now)
		c.s.mu.Unlock()
	}
	if now > 0 {
		return
	}
	sent := c.calls.all()
	maps.DeleteFunc(sent, func(_ uint64, f flight) bool { return !f.state().sent.Load() })
	if len(sent) > 0 {
		c.s.afterReading(func() { c.lose(sent) }) // an answer may have come before the server went
	}
}

// lose ends those of calls that have had no answer, or has them repeated.
func (c *Client) lose(calls map[uint64]flight) {
	for id, f := range calls {
		call := f.state()
		switch {
		case !c.calls.has(id):
		case call.retry != nil:
			call.retry.lose()
		default:
			if f, ok := c.calls.remove(id); ok {
				c.fail(f, ErrPeerLost)
			}
		}
	}
}

// end fails the calls that are still in flight when the socket has closed.
func (c *Client) end() {
	for _, f := range c.calls.end() {
		c.fail(f, ErrClosed)
	}
}

// call is a flight with a reply of type Rep.
type call[Rep any] struct {
	progress
	s        *Socket
	lead     int
	reply    Body[Rep]
	validate func(Rep) error
	declared []DeclaredError
	metadata bool

	rep      Rep // set before done is closed, like what follows
	err      error
	answered bool
	meta     Meta
}

func (f *call[Rep]) expire() { f.fail(context.DeadlineExceeded) }

func (f *call[Rep]) fail(err error) {
	f.err = err
	close(f.done)
}

// refuse ends the call by a reply that is malformed. It is counted first, so that the caller, who goes on at once,
// finds it in the socket's statistics.
func (f *call[Rep]) refuse(err error) {
	f.s.refuse(DroppedDecode, "decode", err)
	f.fail(&Error{"call " + f.method, f.s.name, err})
}

// readReply reads the declared reply. An empty frame that is none is what a REP sends whose call failed, where there is
// no status to say so.
func (f *call[Rep]) readReply(frames [][]byte) error {
	err := f.reply.read(frames, f.lead, &f.rep)
	if err == nil {
		err = checkBody(f.s, ValidateReceived, f.validate, f.rep)
	}
	switch {
	case err == nil:
		return nil
	case f.lead == 0 && len(frames[0]) == 0:
		return fmt.Errorf("reply: an empty frame, which a REP without statuses sends when a call fails: %w", err)
	}
	return fmt.Errorf("reply: %w", err)
}

func (f *call[Rep]) answer(frames [][]byte) {
	f.answered = true
	if err := f.readMeta(frames); err != nil {
		f.refuse(err)
		return
	}
	if f.lead == 0 || string(frames[0]) == statusOK {
		if err := f.readReply(frames); err != nil {
			f.refuse(err)
			return
		}
		f.fail(nil)
		return
	}
	status := frames[0]
	for _, d := range f.declared {
		if string(status) == d.name {
			e, err := d.parse(frames)
			if err == nil {
				err = checkError(f.s, ValidateReceived, e)
			}
			if err != nil {
				f.refuse(fmt.Errorf("error %s: %w", d.name, err))
				return
			}
			f.fail(e)
			return
		}
	}
	e := &StatusError{Name: string(status)}
	if len(frames) > 1 {
		e.Body = bytes.Clone(frames[1])
	}
	f.fail(e)
}

// readMeta reads the metadata of an answer, if there is any.
func (f *call[Rep]) readMeta(frames [][]byte) error {
	if !f.metadata {
		return nil
	}
	at := 2 // behind the text of a built-in status
	if f.lead == 0 || string(frames[0]) == statusOK {
		at = f.reply.end(f.lead)
	}
	for _, d := range f.declared {
		if string(frames[0]) == d.name {
			at = d.end
		}
	}
	if len(frames) <= at {
		return nil
	}
	if _, err := f.meta.parse(frames[at]); err != nil {
		return fmt.Errorf("reply: %w", err)
	}
	return nil
}
