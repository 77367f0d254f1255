//go:build cgo

package runtime

import "errors"

// This file is the select side of a socket: it takes what a user sends through a channel, encodes it
// and hands it to ZeroMQ.

// encoder writes the elements of a send channel, each of which stands for one message or for several.
type encoder[E any] interface {
	// encode writes the messages of e and takes them out of e, until there are no more or w is full. It
	// returns true if it has written all.
	encode(s *Socket, w *FrameWriter, e *E) (all bool)
	// count returns how many messages e still stands for.
	count(e *E) int
}

// single is the encoder of a channel of messages.
type single[T any] struct{ codec Codec[T] }

func (c single[T]) encode(s *Socket, w *FrameWriter, m *T) bool {
	encode(s, w, c.codec, m)
	var zero T
	*m = zero // what was sent is not kept alive
	return true
}

func (single[T]) count(*T) int { return 1 }

// batched is the encoder of a channel of slices.
type batched[T any] struct{ codec Codec[T] }

func (c batched[T]) encode(s *Socket, w *FrameWriter, ms *[]T) bool {
	for i := range *ms {
		encode(s, w, c.codec, &(*ms)[i])
		if w.full() {
			*ms = (*ms)[i+1:]
			return len(*ms) == 0
		}
	}
	*ms = nil
	return true
}

func (batched[T]) count(ms *[]T) int { return len(*ms) }

// encode writes one message, or counts and reports why it cannot be sent.
func encode[T any](s *Socket, w *FrameWriter, codec Codec[T], m *T) {
	err := codec.AppendFrames(w, m)
	if err == nil && s.conflate && len(w.frames) > w.start.frames+1 {
		err = errors.New("a socket that conflates sends messages of one frame") // libzmq would send one of them
	}
	if err == nil {
		err = s.complete(w)
	} else {
		w.rollback()
	}
	if err != nil {
		s.refuse(DroppedEncode, "encode", err)
	}
}

// full reports whether w holds a batch.
func (w *FrameWriter) full() bool { return w.msgs >= maxBatch || len(w.buf) >= batchBytes }

// selectSide sends what comes through a channel.
type selectSide[E any] struct {
	s    *Socket
	ch   chan E
	enc  encoder[E]
	half bool     // closing the channel ends sending, not the socket
	out  outgoing // its FrameWriter is borrowed while there is something to send
	item E        // in hand; here, so that it is allocated once
	held bool     // item is not all encoded

	parked *parking // of a ROUTER; else nil
}

func newSelectSide[E any](s *Socket, enc encoder[E], buffer int) *selectSide[E] {
	side := &selectSide[E]{s: s, ch: make(chan E, buffer), enc: enc}
	s.gauge(func(stats *Stats) { stats.SendQueue.add(len(side.ch), cap(side.ch)) })
	if s.typ == Router {
		side.parked = newParking(s, "send")
	}
	return side
}

// run is the select side of a socket, until it ends or the channel is closed.
func (side *selectSide[E]) run() {
	if side.s.typ == Router {
		side.runRouted()
		return
	}
	if (side.s.typ == Push || side.s.typ == Dealer) && side.s.conflate {
		side.runConflated()
		return
	}
	defer side.giveBack()
	for {
		var open bool
		select {
		case side.item, open = <-side.ch:
		case <-side.s.ending:
			side.drain()
			return
		}
		for side.held = open; open; {
			side.borrow()
			open = side.gather()
			switch err := side.s.flush(&side.out, side.giveUp); {
			case err == errAgain: // the socket is ending, or the channel was closed behind what it holds
				side.s.end(nil)
				side.drain()
				return
			case err != nil:
				side.s.drop(DroppedEnded, side.out.left()+side.inHand())
				side.s.fail("send", err)
				return
			}
			if open && side.giveUp() { // a slice may be endless, and ZeroMQ may take all of it
				side.s.end(nil)
				side.drain()
				return
			}
			if !side.held {
				break
			}
			side.out.reset()
		}
		side.giveBack()
		if !open {
			if !side.half {
				side.s.end(nil)
			}
			return
		}
	}
}

// runRouted is run for a ROUTER: each message goes to the peer that it names or is parked, so that no
// peer waits for another.
func (side *selectSide[E]) runRouted() {
	parked := side.parked
	defer parked.end()
	w := side.s.pump.writers.get()
	defer side.s.pump.writers.put(w)
	sendRouted(parked, side.ch, func(e E) {
		for all := false; !all; w.reset() {
			if side.s.overdue() {
				side.s.drop(DroppedLinger, side.enc.count(&e))
				return
			}
			all = side.enc.encode(side.s, w, &e)
			parked.sendAll(w)
		}
	})
}

// giveUp says whether the time of plain sending, or waiting for ZeroMQ, is over.
func (side *selectSide[E]) giveUp() bool {
	return side.s.isEnding() || !side.half && closedNow(side.ch)
}

func (side *selectSide[E]) borrow() {
	if side.out.FrameWriter == nil {
		side.out.FrameWriter = side.s.pump.writers.get()
		side.out.reset()
	}
}

func (side *selectSide[E]) giveBack() {
	if side.out.FrameWriter != nil {
		side.s.pump.writers.put(side.out.FrameWriter)
		side.out.FrameWriter = nil
	}
}

// gather encodes the item in hand and those that wait in the channel, up to a batch. It returns false if the
// channel is closed and empty.
func (side *selectSide[E]) gather() (open bool) {
	for {
		if side.held {
			side.encode()
		}
		if side.out.full() {
			return true
		}
		select {
		case side.item, side.held = <-side.ch:
			if !side.held {
				return false
			}
		default:
			return true
		}
	}
}

// encode writes the item in hand, or as much of it as a batch takes.
func (side *selectSide[E]) encode() {
	side.held = !side.enc.encode(side.s, side.out.FrameWriter, &side.item)
}

// inHand returns how many messages of the item in hand are not encoded.
func (side *selectSide[E]) inHand() int {
	if !side.held {
		return 0
	}
	return side.enc.count(&side.item)
}

// drain hands over what is in hand and what the channel held when the socket began to end, until
// linger has passed, and counts the rest.
func (side *selectSide[E]) drain() {
	s := side.s
	side.borrow()
	for n := len(side.ch); ; {
		if err := s.flush(&side.out, s.lingered); err != nil || (side.held || n > 0) && s.overdue() {
			lost := side.out.left() + side.inHand()
			for ; n > 0; n-- {
				item, ok := <-side.ch
				if !ok {
					break
				}
				lost += side.enc.count(&item)
			}
			s.drop(DroppedLinger, lost)
			return
		}
		side.out.reset()
		for !side.out.full() {
			if !side.held {
				if n == 0 {
					break
				}
				n--
				if side.item, side.held = <-side.ch; !side.held {
					n = 0
					break
				}
			}
			side.encode()
		}
		if side.out.msgs == 0 && !side.held {
			return
		}
	}
}

// discard starts to count what is sent to the channel of a socket that has ended, until the user
// closes it.
func (side *selectSide[E]) discard() {
	go func() {
		for item := range side.ch {
			n := side.enc.count(&item)
			side.s.drop(DroppedEnded, n)
			side.s.pump.dropped(side.s, n)
		}
	}()
}

// outgoing is a FrameWriter on its way into ZeroMQ.
type outgoing struct {
	*FrameWriter
	at      mark // what has been sent
	n       int  // messages that have been sent, or refused
	refused int  // messages that were out of turn, and are not counted yet
}

func (o *outgoing) left() int { return o.msgs - o.n }

func (o *outgoing) reset() {
	o.FrameWriter.reset()
	o.at, o.n = mark{}, 0
}

// sent notes what has been sent.
func (o *outgoing) sent(r sent) {
	o.at.bytes += r.bytes
	o.at.frames += r.frames
	o.n += r.msgs
}

// refuse passes over the message that is due.
func (o *outgoing) refuse() {
	frames, bytes := o.messageAt(o.at)
	o.sent(sent{msgs: 1, frames: frames, bytes: bytes})
	o.refused++
}

// outOfTurn says what to do about an error that speaks of turns: a REQ waits for its own, as if its
// queue were full; a REP has nobody to answer.
func (s *Socket) outOfTurn(err error) (wait, refuse bool) {
	if err != errState {
		return false, false
	}
	return s.typ == Req, s.typ == Rep
}
