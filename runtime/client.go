//go:build cgo

package runtime

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"sync"
)

// This file is the client of a req-rep pattern over a DEALER: many calls in flight, each known by a
// call id that the server sends back with its reply.

// Client makes the calls of one socket. It is safe for concurrent use.
type Client struct {
	s     *Socket
	slots chan struct{} // one for each call in flight
	queue chan packet   // requests that ZeroMQ did not take at once; the select side sends them

	mu    sync.Mutex
	calls map[uint64]flight
	next  uint64 // call id
	ended bool
}

// flight is a call that waits for its reply. The client's mutex is not held.
type flight interface {
	// answer ends the call by what the server sent: the status frame and what follows.
	answer(frames [][]byte) error
	// fail ends the call without a reply.
	fail(err error)
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
	s, err := p.open(ctx, t, name, opts)
	if err != nil {
		return nil, err
	}
	var base [8]byte
	rand.Read(base[:])
	c := &Client{
		s:     s,
		slots: make(chan struct{}, maxCalls),
		calls: make(map[uint64]flight),
		next:  binary.BigEndian.Uint64(base[:]),
	}
	side := newSelectSide(s, single[packet]{packetCodec{}}, s.config.buffer)
	c.queue = side.ch
	s.start(ctx, (*clientSink)(c), nil, side.run)
	return c, nil
}

// Invoke calls m and waits for its reply, or until ctx is done; if ctx has no deadline, until the
// method's timeout has passed. The error is a declared one, a *StatusError, ctx's error,
// context.DeadlineExceeded, or an *Error.
func Invoke[Req, Rep any](ctx context.Context, c *Client, m *Method[Req, Rep], req Req) (rep Rep, err error) {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, m.timeout())
		defer cancel()
	}
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return rep, context.Cause(ctx)
	case <-c.s.ending:
		return rep, c.closedError(m.Name)
	}
	f := &call[Rep]{done: make(chan struct{}), parse: m.ParseReply, declared: m.Errors}
	id, err := c.add(f)
	if err != nil {
		return rep, c.closedError(m.Name)
	}
	w := c.s.pump.writers.get()
	defer c.s.pump.writers.put(w)
	w.End(binary.BigEndian.AppendUint64(w.Begin(), id))
	w.FrameString("")
	w.FrameString(m.Name)
	err = appendBody(w, req, m.AppendRequest)
	if err == nil {
		err = w.finish(c.s.config.maxMessageSize)
	}
	if err == nil {
		err = c.send(ctx, w)
	}
	if err != nil {
		c.remove(id)
		if ctx.Err() != nil {
			return rep, context.Cause(ctx)
		}
		return rep, &Error{"call " + m.Name, c.s.name, err}
	}
	select {
	case <-f.done:
	case <-ctx.Done():
		if c.remove(id) {
			return rep, context.Cause(ctx)
		}
		<-f.done // the reply came at the same time
	}
	return f.rep, f.err
}

// send sends the one message in w, in the caller's goroutine if ZeroMQ takes it at once.
func (c *Client) send(ctx context.Context, w *FrameWriter) error {
	if c.s.isEnding() {
		return ErrClosed
	}
	if len(c.queue) == 0 {
		if err := c.s.sendOne(w); err != errAgain {
			return err
		}
	}
	var p packet
	p.take(w)
	select {
	case c.queue <- p:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-c.s.ending:
		return ErrClosed
	}
}

// add registers a call under a new id.
func (c *Client) add(f flight) (uint64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return 0, ErrClosed
	}
	c.next++
	c.calls[c.next] = f
	return c.next, nil
}

// remove forgets a call. It returns false if its reply has come.
func (c *Client) remove(id uint64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.calls[id]
	delete(c.calls, id)
	return ok
}

func (c *Client) closedError(method string) error {
	return &Error{"call " + method, c.s.name, ErrClosed}
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
	c.mu.Lock()
	f := c.calls[id]
	delete(c.calls, id)
	c.mu.Unlock()
	if f == nil {
		c.s.drop(DroppedLate, 1)
		return
	}
	if err := f.answer(rest); err != nil {
		c.s.refuse(DroppedDecode, "decode", err)
	}
}

func (c *clientSink) end() {
	c.mu.Lock()
	calls := c.calls
	c.calls, c.ended = nil, true
	c.mu.Unlock()
	for _, f := range calls {
		f.fail(&Error{"call", c.s.name, ErrClosed})
	}
}

// call is a flight with a reply of type Rep.
type call[Rep any] struct {
	parse    func(*Rep, []byte) error
	declared []DeclaredError

	done chan struct{} // closed when rep and err are set
	rep  Rep
	err  error
}

func (f *call[Rep]) fail(err error) {
	f.err = err
	close(f.done)
}

// answer returns an error, after giving it to the caller, if the reply is malformed.
func (f *call[Rep]) answer(frames [][]byte) (malformed error) {
	status := frames[0]
	if string(status) == statusOK {
		if err := parseBody(frames, &f.rep, f.parse); err != nil {
			malformed = fmt.Errorf("reply: %w", err)
		}
		f.fail(malformed)
		return malformed
	}
	for _, d := range f.declared {
		if string(status) == d.name {
			body, err := BodyFrame(frames, 1)
			var e ErrorMessage
			if err == nil {
				e, err = d.parse(body)
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
