//go:build cgo

package runtime

import "sync/atomic"

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
	DroppedReplaced   Cause = "replaced"   // given to a DEALER that conflates, and a newer one came before it had gone
)

var causes = [...]Cause{DroppedLinger, DroppedEnded, DroppedUnread, DroppedOverflow, DroppedOversize,
	DroppedDecode, DroppedEncode, DroppedPeerFull, DroppedUnroutable, DroppedLate, DroppedRefused, DroppedState,
	DroppedInvalid, DroppedReplaced}

// Stats are the counts of one socket since it was opened.
type Stats struct {
	MessagesIn, MessagesOut uint64
	FramesIn, FramesOut     uint64
	BytesIn, BytesOut       uint64           // of frames, without what ZMTP adds
	Dropped                 map[Cause]uint64 // only the causes that occurred
	Blocked                 uint64           // times that sending had to wait for ZeroMQ
	Retries                 uint64           // requests of a client that were sent again

	// Of peers, where they are tracked, and of sockets with security.
	Connects, Disconnects uint64
	HandshakeFailures     uint64             // reasons for which peers and strangers were refused before they were peers
	Refused               map[Refusal]uint64 // of sockets with security: only the reasons that occurred
}

// counters are Stats being counted. They are written by one side at a time or under the socket's
// mutex, and read by anyone.
type counters struct {
	msgsIn, msgsOut, framesIn, framesOut, bytesIn, bytesOut, blocked, retries atomic.Uint64
	dropped                                                                   atomic.Pointer[dropped] // nil if nothing was
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
		Blocked: c.blocked.Load(), Retries: c.retries.Load(),
	}
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
