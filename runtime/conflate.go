//go:build cgo

package runtime

import (
	"errors"
	"fmt"
	"time"
)

// This file is sockets that conflate: where messages wait there is only the newest. ZMQ_CONFLATE does that for
// a PUB, for each subscriber. A socket that receives must not have it: libzmq 4.3 aborts the process when a
// peer sends the beginning of a multipart message to one. There the mailbox keeps the newest of what is
// received. Of what a PUSH or a DEALER sends the select side does, since with ZMQ_CONFLATE libzmq 4.3 loses messages for ever, and
// their memory, when its two threads are at the one message at the same time: only a PUB, whose subscribers have one each, has to live with that.

func (c *socketConfig) checkConflate() error {
	switch {
	case !c.Conflate:
		return nil
	case c.Type != Pub && c.Type != Sub && c.Type != Push && c.Type != Pull && c.Type != Dealer:
		return fmt.Errorf("a %v does not conflate, a PUB, SUB, PUSH, PULL or DEALER does", c.Type)
	case c.SendHWM != nil || c.RecvHWM != nil:
		return errors.New("a socket that conflates keeps one message and has no high-water marks")
	case c.Overflow != Block:
		return errors.New("a socket that conflates keeps the newest message and has no other overflow policy")
	}
	return nil
}

// runConflated is run for a PUSH or a DEALER that conflates. While ZeroMQ takes no more, which a growing timer asks, each
// message takes the place of the one before, so that the channel never stays full.
func (side *selectSide[E]) runConflated() {
	s := side.s
	waiting, next := s.pump.writers.get(), s.pump.writers.get()
	defer func() {
		s.pump.writers.put(waiting)
		s.pump.writers.put(next)
	}()
	take := func(e E) {
		if side.enc.encode(s, next, &e); next.msgs > 0 {
			s.drop(DroppedReplaced, waiting.msgs)
			waiting, next = next, waiting
		}
		next.reset()
	}
	ch, ending := side.ch, s.ending
	var retry <-chan time.Time
	for wait := parkRetry; ; {
		select {
		case e, open := <-ch:
			if open {
				take(e)
			} else {
				ch = nil
				if !side.half {
					s.end(nil)
				}
			}
		case <-retry:
			if ending != nil {
				wait = min(2*wait, parkRetryMax)
			}
		case <-ending:
			for range len(ch) {
				if e, open := <-ch; open {
					take(e)
				}
			}
			ch, ending, wait = nil, nil, parkRetry
		}
		retry = nil
		switch err := side.sendWaiting(waiting); {
		case err == nil:
			if ch == nil {
				return
			}
			wait = parkRetry
		case err != errAgain:
			s.drop(DroppedEnded, waiting.msgs)
			s.fail("send", err)
			return
		case ending == nil && s.lingered():
			s.drop(DroppedLinger, waiting.msgs)
			return
		default:
			retry = time.After(wait)
		}
	}
}

// sendWaiting sends the message that waits, if there is one, or returns errAgain.
func (side *selectSide[E]) sendWaiting(w *FrameWriter) error {
	if w.msgs == 0 {
		return nil
	}
	err := side.s.sendOne(w)
	if err == nil {
		w.reset()
	}
	return err
}
