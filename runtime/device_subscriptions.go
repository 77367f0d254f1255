//go:build cgo

package runtime

import (
	"hash/maphash"

	"github.com/pebbe/zmq4"
)

// This file is the direction of a forwarder in which subscriptions go: from its XPUB to its XSUB.
//
// The XPUB tells of each subscription, and of the end of the last one to a topic. The XSUB counts what it is asked for, and passes on
// each subscription, but only the last of as many ends. So that one end is enough, each further subscription to
// a topic is ended at once, which upstream nobody hears of. For that, the device knows which topics have subscribers, by a hash of
// eight bytes each; ZeroMQ itself keeps the topics, twice, without a bound.

// setVerbose has an XPUB tell of each subscriber and of each that leaves, not only of the first and the last of a topic. In a device
// it tells only of the last that leaves.
func (c *socketConfig) setVerbose(zsock *zmq4.Socket) error {
	if c.device != nil {
		return zsock.SetXpubVerbose(1)
	}
	return zsock.SetXpubVerboser(1)
}

// subscriptionMover is that direction.
type subscriptionMover struct {
	d      *Device
	xpub   *Socket
	xsub   *Socket
	seed   maphash.Seed
	topics map[uint64]struct{} // hashes of those that have subscribers
	more   bool                // the inbox had no room for one that was received, of which no event tells
}

func newSubscriptionMover(d *Device) *subscriptionMover {
	return &subscriptionMover{d: d, xpub: d.backend, xsub: d.frontend, seed: maphash.MakeSeed(), topics: make(map[uint64]struct{})}
}

// receive receives a batch and passes it on. The device's goroutine calls it, without the mutexes.
func (m *subscriptionMover) receive() {
	in := m.d.pump.inboxes.get()
	defer m.d.pump.inboxes.put(in)
	m.xpub.mu.mutex.Lock()
	r := m.xpub.recv(in, maxBatch)
	m.more = r.more
	m.xpub.mu.mutex.Unlock()
	m.xpub.counters.received(r)
	m.xpub.drop(DroppedOversize, r.oversize)
	if r.msgs > 0 {
		m.pass(in)
		m.xpub.raw.giveBack(in)
	}
	if r.err != nil && r.err != errAgain {
		m.xpub.fail("receive", r.err)
	}
}

// pass passes on the messages of in.
func (m *subscriptionMover) pass(in *inbox) {
	w, shown := m.d.pump.writers.get(), m.d.pump.writers.get()
	defer m.d.pump.writers.put(w)
	defer m.d.pump.writers.put(shown)
	passed := 0
	for in.next() {
		passed += m.subscriptions(w, in.views)
		passed += m.others(w, in.views)
		if m.d.capture != nil {
			shown.FrameString("backend")
			for _, f := range in.views {
				shown.Frame(f)
			}
			shown.finish(-1)
		}
	}
	m.send(m.xsub, w)
	m.d.returned.Add(uint64(passed))
	if m.d.capture != nil {
		m.send(m.d.capture, shown)
	}
}

// isSubscription reports whether ZeroMQ takes a frame that goes upstream for a subscription or the end of one, also within a
// message of several frames.
func isSubscription(frame []byte) bool { return len(frame) > 0 && frame[0] <= 1 }

// subscriptions writes to w the subscriptions among frames, as the XSUB is to be asked for them, and returns how many there are.
func (m *subscriptionMover) subscriptions(w *FrameWriter, frames [][]byte) (n int) {
	for _, f := range frames {
		if !isSubscription(f) {
			continue
		}
		n++
		on, topic := f[0] == 1, f[1:]
		hash := maphash.Bytes(m.seed, topic)
		_, known := m.topics[hash]
		if on {
			m.d.backend.subscribers.see(Subscription{Topic: string(topic)})
			writeOne(w, f)
		} else {
			m.d.backend.subscribers.forget(string(topic))
		}
		if known { // either there is one more, which must not count, or it was the last
			writeSubscription(w, false, topic)
		}
		if on {
			m.topics[hash] = struct{}{}
		} else {
			delete(m.topics, hash)
		}
	}
	return n
}

// others writes to w what frames hold for the publishers besides subscriptions: a message of their user's. It returns how many
// messages that is.
func (m *subscriptionMover) others(w *FrameWriter, frames [][]byte) int {
	n := 0
	for _, f := range frames {
		if !isSubscription(f) {
			w.Frame(f)
			n++
		}
	}
	if n == 0 {
		return 0
	}
	w.finish(-1)
	return 1
}

func writeOne(w *FrameWriter, frame []byte) {
	w.Frame(frame)
	w.finish(-1)
}

func writeSubscription(w *FrameWriter, on bool, topic []byte) {
	w.End(append(append(w.Begin(), subscribeByte(on)), topic...))
	w.finish(-1)
}

// send sends what is in w to a socket that never blocks.
func (m *subscriptionMover) send(s *Socket, w *FrameWriter) {
	if w.msgs == 0 {
		return
	}
	s.mu.mutex.Lock()
	r := s.raw.send(w.buf, w.frames)
	s.wake(r.events)
	s.mu.mutex.Unlock()
	s.counters.sent(r)
	if r.err != nil {
		s.report("send", r.err)
	}
}

// forget notes that the last subscription to topic has ended.
func (c *subscribers) forget(topic string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.topics[topic] == 0 {
		return
	}
	delete(c.topics, topic)
	c.bytes -= len(topic)
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
}
