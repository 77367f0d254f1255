//go:build cgo

package runtime

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"time"
)

// This file is the client of a req-rep pattern over a DEALER: many calls in flight, each known by a
// call id that the server sends back with its reply.

// Client makes the calls of one socket. It is safe for concurrent use.
type Client struct {
	s     *Socket
	slots chan struct{} // one for each call in flight
	queue chan packet   // requests that ZeroMQ did not take at once; the select side sends them

	calls inFlight[flight] // by call id
}

// flight is a call that waits for its reply. It is ended once, by whoever has taken it out of those in
// flight.
type flight interface {
	// answer ends the call by what the server sent: the status frame and what follows.
	answer(frames [][]byte) error
	// fail ends the call without a reply.
	fail(err error)
	// expire ends the call because its time is over.
	expire()
}

// packet is one encoded message.
type packet struct {
	buf    []byte
	frames []uint32
}

// packetCodec sends packets as they are.
type packetCodec struct{}

func (packetCodec) AppendFrames(w *FrameWriter, p *packet) error {
	w.buf = append(w.buf, p.buf...)
	w.frames = append(w.frames, p.frames...)
	return nil
}

func (packetCodec) ParseFrames([][]byte, *packet) error { panic("zmqgen: packets are only sent") }

// take copies the one message in w.
func (p *packet) take(w *FrameWriter) {
	p.buf = append([]byte(nil), w.buf...)
	p.frames = append([]uint32(nil), w.frames...)
}

// OpenClient opens the named socket, a DEALER, for calls. It ends with ctx, the pump or its handle.
func OpenClient(ctx context.Context, p *Pump, t *Topology, name string, opts []SocketOption) (*Client, error) {
	if err := t.check(name, func(typ SocketType) bool { return typ == Dealer }, "makes no calls, a DEALER does"); err != nil {
		return nil, err
	}
	s, err := p.open(ctx, t, name, opts)
	if err != nil {
		return nil, err
	}
	var base [8]byte
	rand.Read(base[:])
	c := &Client{
		s:     s,
		slots: make(chan struct{}, maxCalls),
		calls: newInFlight[flight](binary.BigEndian.Uint64(base[:])),
	}
	side := newSelectSide(s, single[packet]{packetCodec{}}, s.buffer)
	c.queue = side.ch
	s.start(ctx, (*clientSink)(c), nil, side.run)
	return c, nil
}

// Invoke calls m and waits for its reply, or until ctx is done; if ctx has no deadline, until the
// method's timeout has passed. The error is a declared one, a *StatusError, ctx's error,
// context.DeadlineExceeded, or an *Error.
func Invoke[Req, Rep any](ctx context.Context, c *Client, m *Method[Req, Rep], req Req) (rep Rep, err error) {
	var until time.Time // of a call whose ctx sets no deadline
	if _, ok := ctx.Deadline(); !ok {
		until = time.Now().Add(m.timeout())
	}
	if err := checkBody(c.s, ValidateSent, m.ValidateRequest, req); err != nil {
		return rep, c.explain(ctx, m.Name, err)
	}
	if err := c.enter(ctx, until); err != nil {
		return rep, c.explain(ctx, m.Name, err)
	}
	defer c.leave()
	f := &call[Rep]{s: c.s, done: make(chan struct{}), reply: m.Reply, validate: m.ValidateReply, declared: m.Errors}
	id, ok := c.calls.add(f, until)
	if !ok {
		return rep, c.explain(ctx, m.Name, ErrClosed)
	}
	if err := sendCall(ctx, c, m, id, req, until); err != nil {
		if _, waits := c.calls.remove(id); waits {
			return rep, c.explain(ctx, m.Name, err)
		}
	}
	select {
	case <-f.done:
	case <-ctx.Done():
		if _, waits := c.calls.remove(id); waits {
			return rep, context.Cause(ctx)
		}
		<-f.done // the reply came at the same time
	}
	return f.rep, f.err
}

// enter waits until there may be one more call in flight.
func (c *Client) enter(ctx context.Context, until time.Time) error {
	select {
	case c.slots <- struct{}{}:
		return nil
	default:
	}
	ctx, cancel := deadline(ctx, until)
	defer cancel()
	select {
	case c.slots <- struct{}{}:
		return nil
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

// sendCall sends a request, in the caller's goroutine if ZeroMQ takes it at once.
func sendCall[Req, Rep any](ctx context.Context, c *Client, m *Method[Req, Rep], id uint64, req Req, until time.Time) error {
	w := c.s.pump.writers.get()
	defer c.s.pump.writers.put(w)
	w.End(binary.BigEndian.AppendUint64(w.Begin(), id))
	w.FrameString("")
	w.FrameString(m.Name)
	if err := m.Request.write(w, &req); err != nil {
		return err
	}
	if err := w.finish(c.s.maxMessageSize); err != nil {
		return err
	}
	if c.s.isEnding() {
		return ErrClosed
	}
	if len(c.queue) == 0 {
		if err := c.s.sendOne(w); err != errAgain {
			return err
		}
	}
	return c.enqueue(ctx, w, until)
}

// enqueue gives the one message in w to the select side.
func (c *Client) enqueue(ctx context.Context, w *FrameWriter, until time.Time) error {
	ctx, cancel := deadline(ctx, until)
	defer cancel()
	var p packet
	p.take(w)
	select {
	case c.queue <- p:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-c.s.ending:
		return ErrClosed
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
	return &Error{"call " + method, c.s.name, err}
}

// clientSink finds the calls that replies belong to.
type clientSink Client

func (*clientSink) room() int { return maxBatch }

func (c *clientSink) take(in *inbox) (lost int) {
	for in.next() {
		c.reply(in.views)
	}
	return 0
}

// reply gives the frames of a reply to its call.
func (c *clientSink) reply(frames [][]byte) {
	envelope, rest, err := splitEnvelope(frames, 1)
	if err == nil && (len(envelope) != 2 || len(envelope[0]) != 8 || len(rest) == 0) {
		err = &FrameError{"a reply starts with a call id of 8 bytes, a delimiter and a status"}
	}
	if err != nil {
		c.s.refuse(DroppedDecode, "decode", err)
		return
	}
	id := binary.BigEndian.Uint64(envelope[0])
	f, ok := c.calls.remove(id)
	if !ok {
		c.s.drop(DroppedLate, 1)
		return
	}
	if err := f.answer(rest); err != nil {
		c.s.refuse(DroppedDecode, "decode", err)
	}
}

func (c *clientSink) end() {
	for _, f := range c.calls.end() {
		f.fail(&Error{"call", c.s.name, ErrClosed})
	}
}

// call is a flight with a reply of type Rep.
type call[Rep any] struct {
	s        *Socket
	reply    Body[Rep]
	validate func(Rep) error
	declared []DeclaredError

	done chan struct{} // closed when rep and err are set
	rep  Rep
	err  error
}

func (f *call[Rep]) expire() { f.fail(context.DeadlineExceeded) }

func (f *call[Rep]) fail(err error) {
	f.err = err
	close(f.done)
}

// answer returns an error, after giving it to the caller, if the reply is malformed.
func (f *call[Rep]) answer(frames [][]byte) (malformed error) {
	status := frames[0]
	if string(status) == statusOK {
		err := f.reply.read(frames, &f.rep)
		if err == nil {
			err = checkBody(f.s, ValidateReceived, f.validate, f.rep)
		}
		if err != nil {
			malformed = fmt.Errorf("reply: %w", err)
		}
		f.fail(malformed)
		return malformed
	}
	for _, d := range f.declared {
		if string(status) == d.name {
			e, err := d.parse(frames)
			if err == nil {
				err = checkError(f.s, ValidateReceived, e)
			}
			if err != nil {
				malformed = fmt.Errorf("error %s: %w", d.name, err)
				f.fail(malformed)
				return malformed
			}
			f.fail(e)
			return nil
		}
	}
	e := &StatusError{Name: string(status)}
	if len(frames) > 1 {
		e.Body = bytes.Clone(frames[1])
	}
	f.fail(e)
	return nil
}
