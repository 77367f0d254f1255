//go:build cgo

package runtime

import (
	"context"
)

// This file puts Go channels in front of sockets: the select side, which takes what a user sends, and
// the sinks, which give the user what was received.

// OpenSender opens the named socket and returns the channel whose messages it sends. The user closes
// the channel, which flushes and closes the socket. If the socket ends before that, whatever is still
// sent to the channel is dropped and counted, so that no sender stays blocked. The codec is told of
// each message in the order of the channel; a message that it refuses is counted and reported.
func OpenSender[T any](ctx context.Context, p *Pump, t *Topology, name string, codec Codec[T], opts []SocketOption) (chan<- T, error) {
	s, err := p.open(ctx, t, name, opts)
	if err != nil {
		return nil, err
	}
	ch := make(chan T, s.config.buffer)
	side := &selectSide[T]{s: s, ch: ch, codec: codec}
	s.start(ctx, nil, side.run, func() { go side.discard() })
	return ch, nil
}

// OpenReceiver opens the named socket and returns the channel of what it receives. The pump closes the
// channel when the socket ends. Messages whose frames the codec refuses are counted and reported.
func OpenReceiver[T any](ctx context.Context, p *Pump, t *Topology, name string, codec Codec[T], opts []SocketOption) (<-chan T, error) {
	s, err := p.open(ctx, t, name, opts)
	if err != nil {
		return nil, err
	}
	if s.config.Overflow == Latest {
		m := newMailbox(s, codec)
		s.start(ctx, m, m.run, nil)
		return m.ch, nil
	}
	c := &channelSink[T]{s: s, ch: make(chan T, s.config.buffer), codec: codec}
	s.start(ctx, c, nil, nil)
	return c.ch, nil
}

// selectSide sends what comes through a channel.
type selectSide[T any] struct {
	s     *Socket
	ch    chan T
	codec Codec[T]
	out   outgoing // its FrameWriter is borrowed while there is something to send
	item  T        // being encoded; here, so that it is allocated once
}

// run is the select side of a socket, until it ends or the channel is closed.
func (side *selectSide[T]) run() {
	defer side.giveBack()
	for {
		var ok bool
		select {
		case side.item, ok = <-side.ch:
			if !ok {
				side.s.end(nil)
				return
			}
		case <-side.s.ending:
			side.drain()
			return
		}
		side.borrow()
		open := side.gather()
		err := side.s.flush(&side.out, side.giveUp)
		switch {
		case err == errAgain: // the socket is ending, or the channel was closed behind what it holds
			side.s.end(nil)
			side.drain()
			return
		case err != nil:
			side.s.drop(DroppedEnded, side.out.left())
			side.s.end(err)
			return
		case !open:
			side.s.end(nil)
			return
		}
		side.giveBack()
	}
}

// giveUp says whether the time of plain waiting for ZeroMQ is over.
func (side *selectSide[T]) giveUp() bool { return side.s.isEnding() || closedNow(side.ch) }

func (side *selectSide[T]) borrow() {
	if side.out.FrameWriter == nil {
		side.out.FrameWriter = side.s.pump.writers.get()
		side.out.reset()
	}
}

func (side *selectSide[T]) giveBack() {
	if side.out.FrameWriter != nil {
		side.s.pump.writers.put(side.out.FrameWriter)
		side.out.FrameWriter = nil
	}
}

// gather encodes the item in hand and those that wait in the channel, up to a batch. It returns false
// if the channel is closed and empty.
func (side *selectSide[T]) gather() bool {
	for {
		side.encode()
		if side.out.msgs >= maxBatch || len(side.out.buf) >= batchBytes {
			return true
		}
		var ok bool
		select {
		case side.item, ok = <-side.ch:
			if !ok {
				return false
			}
		default:
			return true
		}
	}
}

// encode writes the item in hand.
func (side *selectSide[T]) encode() {
	w := side.out.FrameWriter
	err := side.codec.AppendFrames(w, &side.item)
	if err == nil {
		err = w.finish(side.s.config.maxMessageSize)
	} else {
		w.rollback()
	}
	if err != nil {
		side.s.refuse(DroppedEncode, "encode", err)
	}
	var zero T
	side.item = zero // what was sent is not kept alive
}

// drain hands over what is in hand and what the channel held when the socket began to end, until
// linger has passed, and counts the rest.
func (side *selectSide[T]) drain() {
	s := side.s
	side.borrow()
	for n := len(side.ch); ; {
		if err := s.flush(&side.out, s.lingered); err != nil {
			lost := side.out.left()
			for ; n > 0; n-- {
				if _, ok := <-side.ch; !ok {
					break
				}
				lost++
			}
			s.drop(DroppedLinger, lost)
			return
		}
		side.out.reset()
		for ; n > 0 && side.out.msgs < maxBatch && len(side.out.buf) < batchBytes; n-- {
			var ok bool
			if side.item, ok = <-side.ch; !ok {
				n = 0
				break
			}
			side.encode()
		}
		if side.out.msgs == 0 {
			return
		}
	}
}

// discard counts what is sent to the channel of a socket that has ended, until the user closes it.
func (side *selectSide[T]) discard() {
	for range side.ch {
		side.s.drop(DroppedEnded, 1)
	}
}

// channelSink gives what is received to a channel.
type channelSink[T any] struct {
	s     *Socket
	ch    chan T
	codec Codec[T]
	item  T // being decoded; here, so that it is allocated once
}

// room is what the channel has room for and one more, so that no message waits here which another
// worker could have had. A channel that may drop has room always.
func (c *channelSink[T]) room() int {
	if c.s.config.Overflow != Block {
		return maxBatch
	}
	return cap(c.ch) - len(c.ch) + 1
}

func (c *channelSink[T]) take(frames [][]byte) bool {
	var zero T
	c.item = zero
	if err := c.codec.ParseFrames(frames, &c.item); err != nil {
		c.s.refuse(DroppedDecode, "decode", err)
		return true
	}
	switch c.s.config.Overflow {
	case DropNewest:
		select {
		case c.ch <- c.item:
		default:
			c.s.drop(DroppedOverflow, 1)
		}
		return true
	case DropOldest:
		for {
			select {
			case c.ch <- c.item:
				return true
			default:
			}
			select {
			case <-c.ch:
				c.s.drop(DroppedOverflow, 1)
			default: // the user has just taken it
			}
		}
	default:
		select {
		case c.ch <- c.item: // room was asked for: this goes nearly always, and costs half of what follows
			return true
		default:
		}
		select {
		case c.ch <- c.item:
			return true
		case <-c.s.ending:
			return false
		}
	}
}

func (c *channelSink[T]) end() { close(c.ch) }
