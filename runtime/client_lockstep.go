//go:build cgo

package runtime

import (
	"context"
	"errors"
)

// This file is the client over a REQ: one call in flight, and others wait for it to end. ZeroMQ finds
// the reply that belongs to the request that was sent last (REQ_CORRELATE), and lets another request go
// before it has come (REQ_RELAXED).

// lockstepClient carries one request at a time.
type lockstepClient struct{ *Client }

// startLockstep starts s as a client. It has no select side: who makes a call sends.
func startLockstep(ctx context.Context, s *Socket) *Client {
	c := &Client{s: s, slots: make(chan struct{}, 1), calls: newInFlight[flight](1)}
	c.way = &lockstepClient{c}
	s.nudged = make(chan struct{}, 1)
	s.onPeers = c.peersChanged
	s.start(ctx, c.way, nil)
	return c
}

func (*lockstepClient) begin(*FrameWriter, uint64) {}

func (c *lockstepClient) send(ctx context.Context, w *FrameWriter, id uint64, call *progress) error {
	for waited := false; ; waited = true {
		call.sent.Store(true)
		if err := c.s.sendInTurn(w, id); err != errAgain {
			return err
		}
		call.sent.Store(false)
		if !waited {
			c.s.counters.blocked.Add(1)
		}
		select {
		case <-c.s.nudged:
		case <-call.done:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-c.s.ending:
			return ErrClosed
		}
	}
}

func (c *lockstepClient) leave(*progress) { <-c.slots }

func (*lockstepClient) room() int { return 1 }

// take gives a reply to the call that had been sent last when the reply was received. That one may have
// ended, and another may be in flight.
func (c *lockstepClient) take(in *inbox) (lost int) {
	for in.next() {
		c.reply(in.turn, in.views)
	}
	return 0
}

// discarded ends the call whose reply was too large to be looked at.
func (c *lockstepClient) discarded(turn uint64) {
	if f, ok := c.calls.remove(turn); ok {
		c.fail(f, errors.New("the reply is over max_message_size, or has too many frames"))
	}
}
