//go:build cgo

package runtime

import (
	"container/list"
	"sync"
)

// This file is the overflow policy Latest: the newest message of each topic, in the order in which
// the topics came. A socket that conflates has it too, as if all messages had one topic: with ZMQ_CONFLATE
// libzmq aborts the process when a peer sends the beginning of a multipart message.

// mailbox is the sink of a socket with Overflow Latest, or one that conflates. The poll side puts messages in, a goroutine
// of its own gives them to the channel.
type mailbox[T any] struct {
	s       *Socket
	ch      chan T        // unbuffered: a message waits here, where a newer one can take its place
	changed chan struct{} // holds a token after a change that run has not seen
	codec   Codec[T]

	mu      sync.Mutex
	order   list.List // of *letter[T], the one to be read next first
	byTopic map[string]*list.Element
	offered *letter[T] // what run offers to the channel

	user userName // the poll side's
}

type letter[T any] struct {
	topic string
	item  T
}

func newMailbox[T any](s *Socket, codec Codec[T]) *mailbox[T] {
	s.raw.named = s.knowsUsers() && takesUser[T]()
	m := &mailbox[T]{s: s, ch: make(chan T), changed: make(chan struct{}, 1), codec: codec, byTopic: make(map[string]*list.Element)}
	s.gauge(func(stats *Stats) {
		m.mu.Lock()
		defer m.mu.Unlock()
		stats.ReceiveQueue.add(m.order.Len(), s.buffer)
	})
	return m
}

func (m *mailbox[T]) room() int { return maxBatch }

func (m *mailbox[T]) take(in *inbox) (lost int) {
	for in.next() {
		m.put(in)
	}
	return 0
}

// put puts a message in the place of an older one of its topic, or behind all others. If there are
// more topics than the buffer allows, the one that would be read next is dropped.
func (m *mailbox[T]) put(in *inbox) {
	next := new(letter[T])
	if !m.s.conflate {
		next.topic = string(in.views[0])
	}
	if err := m.codec.ParseFrames(in.views, &next.item); err != nil {
		m.s.refuse(DroppedDecode, "decode", err)
		return
	}
	m.user.give(in, &next.item)
	m.mu.Lock()
	var lost *letter[T]
	if e := m.byTopic[next.topic]; e != nil {
		lost = e.Value.(*letter[T])
		e.Value = next
	} else {
		if m.order.Len() >= m.s.buffer {
			lost = m.order.Front().Value.(*letter[T])
			m.remove(m.order.Front())
		}
		m.byTopic[next.topic] = m.order.PushBack(next)
	}
	count := lost != nil && lost != m.offered // settle knows whether that one was read
	m.mu.Unlock()
	if count {
		m.s.drop(DroppedOverflow, 1)
	}
	select {
	case m.changed <- struct{}{}:
	default:
	}
}

// remove takes a letter out. The mutex is held.
func (m *mailbox[T]) remove(e *list.Element) {
	delete(m.byTopic, e.Value.(*letter[T]).topic)
	m.order.Remove(e)
}

// first returns the letter to be read next, nil if there is none.
func (m *mailbox[T]) first() *letter[T] {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.order.Front(); e != nil {
		m.offered = e.Value.(*letter[T])
		return m.offered
	}
	return nil
}

// settle ends the offer of l. If it was read it is taken out, unless a newer one has taken its place;
// if it was not, and is not there any more, it is counted as dropped.
func (m *mailbox[T]) settle(l *letter[T], read bool) {
	m.mu.Lock()
	m.offered = nil
	e := m.byTopic[l.topic]
	there := e != nil && e.Value.(*letter[T]) == l
	if there && read {
		m.remove(e)
	}
	m.mu.Unlock()
	if !there && !read {
		m.s.drop(DroppedOverflow, 1)
	}
}

// run gives the first letter to the channel, whichever that is when the user reads, until the socket
// ends.
func (m *mailbox[T]) run() {
	m.s.label("mailbox")
	for {
		l := m.first()
		if l == nil {
			select {
			case <-m.changed:
			case <-m.s.ending:
				return
			}
			continue
		}
		select {
		case m.ch <- l.item:
			m.settle(l, true)
		case <-m.changed:
			m.settle(l, false)
		case <-m.s.ending:
			m.settle(l, false)
			return
		}
	}
}

func (m *mailbox[T]) end() {
	m.s.drop(DroppedUnread, m.order.Len())
	close(m.ch)
}
