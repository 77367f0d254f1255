//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// This file counts the subscriptions of an XPUB's peers, and of a PUB's that tracks them: it is an XPUB then, which
// is the same on the wire, and ZeroMQ gives it the subscriptions that a PUB keeps to itself.

const (
	maxTopics     = 1 << 16 // that are counted; a peer may subscribe to as many as it likes
	maxTopicBytes = 4 << 20 // of them all
)

// WaitSubscribers waits until there are n subscriptions or more that a message of that topic matches: to topic or to
// a prefix of it. Each of them gets what is sent then, as long as it keeps up. A SUB that subscribed to two such
// prefixes counts twice. An XPUB always can say so; a PUB needs TrackPeers or the pump WithPeerTracking, and cannot
// if it conflates. The error is that of ctx, or an *Error: ErrClosed, or why the socket ended, or that it does not
// know its subscribers.
//
// Of 65,536 topics, and 4 MiB of them, subscriptions are counted; what peers subscribe to beyond that is reported, and
// served all the same.
func (s *Socket) WaitSubscribers(ctx context.Context, topic string, n int) error {
	const op = "wait for subscribers"
	if s == nil {
		return &Error{Op: op, Err: ErrClosed}
	}
	if s.subscribers == nil {
		return &Error{op, s.name, s.noSubscribers()}
	}
	return s.waitUntil(ctx, op, func() (bool, <-chan struct{}) {
		now, changed := s.subscribers.watch(topic)
		return now >= n, changed
	})
}

// noSubscribers says why the socket does not know its subscribers.
func (s *Socket) noSubscribers() error {
	switch {
	case s.typ != Pub:
		return fmt.Errorf("a %v has no subscribers, a PUB or an XPUB has", s.typ)
	case s.conflate:
		return errors.New("a PUB that conflates cannot know its subscribers: leave conflate to the SUB")
	}
	return errNotTracked
}

// subscribers counts subscriptions.
type subscribers struct {
	mu      sync.Mutex
	topics  map[string]int
	bytes   int           // of all topics
	changed chan struct{} // closed at the next change; nil if nobody waits
}

// watch returns how many subscriptions match topic, and what is closed when that may have changed.
func (c *subscribers) watch(topic string) (now int, changed <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changed == nil {
		c.changed = make(chan struct{})
	}
	for i := range len(topic) + 1 {
		now += c.topics[topic[:i]]
	}
	return now, c.changed
}

// see counts a subscription or the end of one. It returns false if there is no room to count it.
func (c *subscribers) see(m Subscription) (counted bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch n := c.topics[m.Topic]; {
	case m.Unsubscribe && n == 0: // it was not counted, or never made
		return true
	case m.Unsubscribe && n == 1:
		delete(c.topics, m.Topic)
		c.bytes -= len(m.Topic)
	case m.Unsubscribe:
		c.topics[m.Topic]--
	case n == 0 && (len(c.topics) == maxTopics || c.bytes+len(m.Topic) > maxTopicBytes):
		return false
	case c.topics == nil:
		c.topics = make(map[string]int)
		fallthrough
	default:
		c.topics[m.Topic]++
		if n == 0 {
			c.bytes += len(m.Topic)
		}
	}
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
	return true
}

var errTooManyTopics = fmt.Errorf("over %d topics, or %d bytes of them: further subscriptions are not counted", maxTopics, maxTopicBytes)

// subscriberSink counts the subscriptions that an XPUB receives before sink has them, which is nil if nobody is to.
type subscriberSink struct {
	s    *Socket
	sink sink
}

// delivers reports whether the socket's user, or the other side of a device, has what the socket receives.
func (s *Socket) delivers() bool {
	counts, ok := s.sink.(*subscriberSink)
	return s.passes || s.sink != nil && (!ok || counts.sink != nil)
}

func (c *subscriberSink) room() int {
	if c.sink == nil {
		return maxBatch
	}
	return c.sink.room()
}

func (c *subscriberSink) take(in *inbox) (lost int) {
	begin, left := in.at, in.left
	for in.next() {
		var m Subscription
		if (subscriptionCodec{}).ParseFrames(in.views, &m) == nil && !c.s.subscribers.see(m) {
			c.s.reportSome("count subscriptions", errTooManyTopics)
		}
	}
	if c.sink == nil {
		return 0
	}
	in.at, in.left = begin, left
	return c.sink.take(in)
}

func (c *subscriberSink) end() {
	if c.sink != nil {
		c.sink.end()
	}
}
