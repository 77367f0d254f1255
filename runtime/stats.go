//go:build cgo

package runtime

import (
	"sync"
	"sync/atomic"
	"time"
)

// This file counts what happens to messages.

// Cause says why the runtime dropped a message.
type Cause string

// The causes. Nothing that the runtime drops goes uncounted; what ZeroMQ itself may lose is listed in
// docs/wire.md.
const (
	DroppedLinger     Cause = "linger"     // not handed to ZeroMQ before linger ended
	DroppedEnded      Cause = "ended"      // sent to the channel of a socket that had ended
	DroppedUnread     Cause = "unread"     // received, and not read when the socket ended
	DroppedOverflow   Cause = "overflow"   // no room in the channel of a socket that may drop
	DroppedOversize   Cause = "oversize"   // over max_message_size or max_frames
	DroppedDecode     Cause = "decode"     // frames or body that the pattern does not allow
	DroppedEncode     Cause = "encode"     // given to send, and cannot be written
	DroppedInvalid    Cause = "invalid"    // not within the limits that the topology sets
	DroppedPeerFull   Cause = "peer_full"  // for a peer of a ROUTER that takes no more
	DroppedUnroutable Cause = "unroutable" // for a peer of a ROUTER that is not connected
	DroppedLate       Cause = "late"       // an answer to a call that had ended
	DroppedRefused    Cause = "refused"    // a request that was answered by a built-in status, or not, where the pattern has none
	DroppedState      Cause = "state"      // given to a REP that has no request to answer
	DroppedReplaced   Cause = "replaced"   // given to a PUSH or a DEALER that conflates, and a newer one came before it had gone
)

var causes = [...]Cause{DroppedLinger, DroppedEnded, DroppedUnread, DroppedOverflow, DroppedOversize,
	DroppedDecode, DroppedEncode, DroppedPeerFull, DroppedUnroutable, DroppedLate, DroppedRefused, DroppedState,
	DroppedInvalid, DroppedReplaced}

// Stats are the counts of one socket since it was opened, and what is with it now.
type Stats struct {
	MessagesIn, MessagesOut uint64
	FramesIn, FramesOut     uint64
	BytesIn, BytesOut       uint64           // of frames, without what ZMTP adds
	Dropped                 map[Cause]uint64 // only the causes that occurred
	DecodeErrors            uint64           // messages whose frames, body or metadata could not be read, bad requests among them

	Blocked      uint64        // times that sending had to wait for ZeroMQ: no peer, or all are at the high-water mark
	BlockedTime  time.Duration // that these times took, what it waits now included
	BlockedSince time.Time     // zero if sending does not wait now

	Stalled      uint64        // times that receiving had to wait for room in the channel
	StalledTime  time.Duration // likewise
	StalledSince time.Time

	SendQueue    QueueLength // the send channel; of a client, requests that wait for ZeroMQ
	ReceiveQueue QueueLength // the receive channel; of a server, those of all methods; of overflow latest, the topics
	Parked       int         // messages and replies for full peers of a ROUTER
	Calls        int         // in flight, of a client or a server
	Retries      uint64      // requests of a client that were sent again

	// Of peers, where they are tracked, and of sockets with security.
	Peers                 int // now
	Connects, Disconnects uint64
	HandshakeFailures     uint64             // reasons for which peers and strangers were refused before they were peers
	Refused               map[Refusal]uint64 // of sockets with security: only the reasons that occurred
	ConnectRetries        uint64             // times that ZeroMQ found nobody to connect to, and is going to try again

	EventsDropped uint64 // for which a channel of Socket.Events had no room
	Blockages     uint64 // that the watchdog told of
}

// QueueLength is how full a channel is: with messages, slices of messages or calls.
type QueueLength struct{ Len, Cap int }

// counters are Stats being counted. They are written by one side at a time or under the socket's
// mutex, and read by anyone.
type counters struct {
	msgsIn, msgsOut, framesIn, framesOut, bytesIn, bytesOut, retries atomic.Uint64
	dropped                                                          atomic.Pointer[dropped] // nil if nothing was
	undecoded, events, blockages                                     atomic.Uint64
	blocked, stalled                                                 waits
}

// waits counts how often and for how long something has waited.
type waits struct {
	mu    sync.Mutex
	times uint64
	total time.Duration // of what is over
	since time.Time     // zero if nothing waits
}

func (w *waits) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.times++
	w.since = time.Now()
}

func (w *waits) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.total += time.Since(w.since)
	w.since = time.Time{}
}

func (w *waits) read() (times uint64, total time.Duration, since time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.since.IsZero() {
		return w.times, w.total, w.since
	}
	return w.times, w.total + time.Since(w.since), w.since
}

// dropped counts dropped messages by cause, in the order of causes.
type dropped [len(causes)]atomic.Uint64

func (c *counters) sent(r sent) {
	if r.msgs > 0 {
		c.msgsOut.Add(uint64(r.msgs))
		c.framesOut.Add(uint64(r.frames))
		c.bytesOut.Add(uint64(r.bytes))
	}
}

func (c *counters) received(r *received) {
	if r.msgs > 0 {
		c.msgsIn.Add(uint64(r.msgs))
		c.framesIn.Add(uint64(r.frames))
		c.bytesIn.Add(uint64(r.bytes))
	}
}

// drop counts n dropped messages and returns how many there are now; 0 if n is.
func (c *counters) drop(cause Cause, n int) uint64 {
	if n == 0 {
		return 0
	}
	if c.dropped.Load() == nil {
		c.dropped.CompareAndSwap(nil, new(dropped))
	}
	for i, known := range causes {
		if known == cause {
			return c.dropped.Load()[i].Add(uint64(n))
		}
	}
	panic("zmqgen: unknown cause " + string(cause))
}

func (c *counters) stats() Stats {
	s := Stats{
		MessagesIn: c.msgsIn.Load(), MessagesOut: c.msgsOut.Load(),
		FramesIn: c.framesIn.Load(), FramesOut: c.framesOut.Load(),
		BytesIn: c.bytesIn.Load(), BytesOut: c.bytesOut.Load(),
		DecodeErrors: c.undecoded.Load(), Retries: c.retries.Load(), EventsDropped: c.events.Load(), Blockages: c.blockages.Load(),
	}
	s.Blocked, s.BlockedTime, s.BlockedSince = c.blocked.read()
	s.Stalled, s.StalledTime, s.StalledSince = c.stalled.read()
	all := c.dropped.Load()
	if all == nil {
		return s
	}
	for i, cause := range causes {
		if n := all[i].Load(); n > 0 {
			if s.Dropped == nil {
				s.Dropped = make(map[Cause]uint64)
			}
			s.Dropped[cause] = n
		}
	}
	return s
}
