//go:build cgo

package runtime

import (
	"context"
	"crypto/rand"
	"encoding/binary"
)

// This file is the client over a DEALER: many calls in flight, each known by a call id that the server
// sends back with its reply.

// dealerClient carries requests with call ids.
type dealerClient struct {
	*Client
	queue chan queued // requests that ZeroMQ did not take at once; the select side sends them
}

// queued is a request that waits for ZeroMQ to take it.
type queued struct {
	packet
	id   uint64
	call *progress
}

// packet is one encoded message.
type packet struct {
	buf    []byte
	frames []uint32
}

// take copies the one message in w.
func (p *packet) take(w *FrameWriter) {
	p.buf = append([]byte(nil), w.buf...)
	p.frames = append([]uint32(nil), w.frames...)
}

// startDealer starts s as a client.
func startDealer(ctx context.Context, s *Socket) *Client {
	var base [8]byte
	rand.Read(base[:])
	c := &Client{s: s, slots: make(chan struct{}, maxCalls), calls: newInFlight[flight](binary.BigEndian.Uint64(base[:]))}
	d := &dealerClient{Client: c, queue: make(chan queued, s.buffer)}
	c.way = d
	s.onPeers = c.peersChanged
	s.gauge(func(stats *Stats) {
		stats.SendQueue.add(len(d.queue), cap(d.queue))
		stats.Calls += c.calls.len()
	})
	s.start(ctx, d, nil, d.run)
	return c
}

func (*dealerClient) begin(w *FrameWriter, id uint64) {
	w.End(binary.BigEndian.AppendUint64(w.Begin(), id))
	w.FrameString("")
}

func (c *dealerClient) send(ctx context.Context, w *FrameWriter, id uint64, call *progress) error {
	if len(c.queue) == 0 {
		call.sent.Store(true)
		if err := c.s.sendOne(w); err != errAgain {
			return err
		}
		call.sent.Store(false)
	}
	q := queued{id: id, call: call}
	q.take(w)
	select {
	case c.queue <- q:
		return nil
	case <-call.done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-c.s.ending:
		return ErrClosed
	}
}

// run is the select side: it sends what is queued, until the socket ends, and then what is left, until
// linger has passed.
func (c *dealerClient) run() {
	for {
		select {
		case q := <-c.queue:
			if !c.sendQueued(q) {
				return
			}
		case <-c.s.ending:
			for n := len(c.queue); n > 0; n-- {
				if c.s.overdue() {
					c.s.drop(DroppedLinger, n)
					return
				}
				if !c.sendQueued(<-c.queue) {
					c.s.drop(DroppedLinger, n-1)
					return
				}
			}
			return
		}
	}
}

// sendQueued sends q, unless its call ends before ZeroMQ takes it. It returns false if the select side
// is to leave.
func (c *dealerClient) sendQueued(q queued) bool {
	w := c.s.pump.writers.get()
	defer c.s.pump.writers.put(w)
	w.buf, w.frames, w.msgs = append(w.buf, q.buf...), append(w.frames, q.frames...), 1
	out := outgoing{FrameWriter: w}
	defer func() {
		if c.s.pump.logger != nil {
			c.s.traceOut(w, mark{}, out.at)
		}
	}()
	err := c.s.wait(func() error {
		if !c.calls.has(q.id) {
			return nil
		}
		q.call.sent.Store(true)
		err := c.s.try(&out)
		q.call.sent.Store(err != errAgain)
		return err
	}, func() bool { return c.s.isEnding() && c.s.lingered() })
	switch err {
	case nil:
		return true
	case errAgain:
		c.s.drop(DroppedLinger, 1)
	default:
		c.s.drop(DroppedEnded, 1)
		c.s.fail("send", err)
	}
	return false
}

func (*dealerClient) room() int { return maxBatch }

func (c *dealerClient) take(in *inbox) (lost int) {
	for in.next() {
		envelope, rest, err := splitEnvelope(in.views, 1)
		if err == nil && (len(envelope) != 2 || len(envelope[0]) != 8 || len(rest) == 0) {
			err = &FrameError{"a reply starts with a call id of 8 bytes, a delimiter and a status"}
		}
		if err != nil {
			c.s.refuse(DroppedDecode, "decode", err)
			continue
		}
		c.reply(binary.BigEndian.Uint64(envelope[0]), 0, rest)
	}
	return 0
}
