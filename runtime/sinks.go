//go:build cgo

package runtime

// This file holds the sinks that give what is received to a channel.

// channelSink gives what is received to a channel of messages.
type channelSink[T any] struct {
	s     *Socket
	ch    chan T
	codec Codec[T]
	item  T // being decoded; here, so that it is allocated once
	user  userName
}

func newChannelSink[T any](s *Socket, codec Codec[T]) *channelSink[T] {
	s.raw.named = s.knowsUsers() && takesUser[T]()
	c := &channelSink[T]{s: s, ch: make(chan T, s.buffer), codec: codec}
	s.gauge(func(stats *Stats) { stats.ReceiveQueue.add(len(c.ch), cap(c.ch)) })
	return c
}

// room is what the channel has room for and one more, so that no message waits here which another
// worker could have had. A channel that may drop has room always.
func (c *channelSink[T]) room() int {
	if c.s.overflow != Block {
		return maxBatch
	}
	return min(cap(c.ch)-len(c.ch)+1, maxBatch)
}

func (c *channelSink[T]) take(in *inbox) (lost int) {
	var zero T
	for in.next() {
		c.item = zero
		if err := c.codec.ParseFrames(in.views, &c.item); err != nil {
			c.s.refuse(DroppedDecode, "decode", err)
			continue
		}
		c.user.give(in, &c.item)
		if !deliver(c.s, c.ch, &c.item, single[T]{}) {
			return in.left + 1
		}
	}
	c.item = zero // what was received is the user's alone
	return 0
}

func (c *channelSink[T]) end() { close(c.ch) }

// batchSink gives what is received to a channel of slices.
type batchSink[T any] struct {
	s     *Socket
	ch    chan []T
	codec Codec[T]
	batch []T // being filled; here, so that its header is allocated once
	user  userName
}

func newBatchSink[T any](s *Socket, codec Codec[T]) *batchSink[T] {
	s.raw.named = s.knowsUsers() && takesUser[T]()
	c := &batchSink[T]{s: s, ch: make(chan []T, s.batches()), codec: codec}
	s.gauge(func(stats *Stats) { stats.ReceiveQueue.add(len(c.ch), cap(c.ch)) })
	return c
}

// room is one slice: while the channel is full, the poll side waits with one in hand.
func (c *batchSink[T]) room() int { return c.s.batch }

func (c *batchSink[T]) take(in *inbox) (lost int) {
	c.batch = make([]T, in.left)
	n := 0
	for in.next() {
		if err := c.codec.ParseFrames(in.views, &c.batch[n]); err != nil {
			c.s.refuse(DroppedDecode, "decode", err)
			clear(c.batch[n : n+1])
			continue
		}
		c.user.give(in, &c.batch[n])
		n++
	}
	c.batch = c.batch[:n]
	if n > 0 && !deliver(c.s, c.ch, &c.batch, batched[T]{}) {
		lost = n
	}
	c.batch = nil
	return lost
}

func (c *batchSink[T]) end() { close(c.ch) }

// counter tells how many messages an element of a channel stands for.
type counter[E any] interface{ count(*E) int }

// deliver gives e to ch, by the overflow policy of s. It returns false if s ended before there was
// room.
func deliver[E any, C counter[E]](s *Socket, ch chan E, e *E, c C) bool {
	select {
	case ch <- *e: // room was asked for: this goes nearly always, and costs half of what follows
		return true
	default:
	}
	switch s.overflow {
	case DropNewest:
		s.drop(DroppedOverflow, c.count(e))
		return true
	case DropOldest:
		for {
			select {
			case oldest := <-ch:
				s.drop(DroppedOverflow, c.count(&oldest))
			default: // the user has just taken it
			}
			select {
			case ch <- *e:
				return true
			default:
			}
		}
	default:
		s.counters.stalled.begin()
		defer s.counters.stalled.end()
		select {
		case ch <- *e:
			return true
		case <-s.ending:
			return false
		}
	}
}
