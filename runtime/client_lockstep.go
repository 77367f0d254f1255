//go:build cgo

package runtime

import (
	"context"
	"errors"
)

// This file is the client that has one call in flight, while others wait for it to end. Over a REQ,
// ZeroMQ finds the reply that belongs to the request that was sent last (REQ_CORRELATE), and lets another request go
// before it has come (REQ_RELAXED). In a pattern without correlation nothing does: there the ZeroMQ socket is opened anew
// before a request that follows one without a reply. That helps where the client has connected: a server that has connected to it keeps
// its queue for whoever is there next (TestAServerThatHasConnectedAnswersWhoeverIsThere).

// lockstepClient carries one request at a time.
type lockstepClient struct{ *Client }

// startLockstep starts s as a client. It has no select side: who makes a call sends.
func startLockstep(ctx context.Context, s *Socket) *Client {
	c := &Client{s: s, slots: make(chan struct{}, 1), calls: newInFlight[flight](1)}
	c.way = &lockstepClient{c}
	s.nudged = make(chan struct{}, 1)
	s.onPeers = c.peersChanged
	s.gauge(func(stats *Stats) { stats.Calls += c.calls.len() })
	s.start(ctx, c.way, nil)
	return c
}

func (c *lockstepClient) begin(w *FrameWriter, _ uint64) {
	if c.s.typ == Dealer {
		w.FrameString("")
	}
}

func (c *lockstepClient) send(ctx context.Context, w *FrameWriter, id uint64, call *progress) error {
	next := turn{call: id}
	if call.retry != nil {
		next.attempt = call.retry.last()
	}
	for waits := false; ; {
		call.sent.Store(true)
		err := c.s.sendInTurn(w, next)
		if err != errAgain && err != errStale {
			if err == nil && c.s.pump.logger != nil {
				c.s.traceOut(w, mark{}, mark{len(w.buf), len(w.frames)})
			}
			return err
		}
		call.sent.Store(false)
		if !waits && err == errAgain {
			waits = true
			c.s.counters.blocked.begin()
			defer c.s.counters.blocked.end()
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

func (*lockstepClient) room() int { return 1 }

// take gives a reply to the call that had been sent last when the reply was received. That one may have
// ended, and another may be in flight.
func (c *lockstepClient) take(in *inbox) (lost int) {
	for in.next() {
		frames := in.views
		if c.s.typ == Dealer {
			if len(frames) < 2 || len(frames[0]) > 0 {
				c.s.refuse(DroppedDecode, "decode", &FrameError{"a reply starts with a delimiter, and something follows"})
				continue
			}
			frames = frames[1:]
		}
		c.s.settle(in.turn)
		c.reply(in.turn.call, in.turn.attempt, frames)
	}
	return 0
}

// discarded ends the call whose reply was too large to be looked at.
func (c *lockstepClient) discarded(of turn) {
	c.s.settle(of)
	if f, ok := c.calls.remove(of.call); ok {
		c.fail(f, errors.New("the reply is over max_message_size, or has too many frames"))
	}
}
