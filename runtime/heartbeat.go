//go:build cgo

package runtime

import (
	"errors"
	"math"
	"time"

	"github.com/pebbe/zmq4"
)

// This file has a socket miss peers that have vanished: by ZeroMQ's heartbeats, or by TCP's probes where those do harm. While the queues
// of a receiver are full, libzmq 4.3 reads nothing of its connections: no heartbeats, and no answers to its own. And it aborts the
// process (Assertion failed: !_io_error) if a peer goes meanwhile and the receiver's next heartbeat is due. The kernel answers
// probes for a process that does not read.

const (
	// heartbeatPatience is how long a peer may leave a heartbeat unanswered at least, if the topology does not say and the peer may be
	// one that has stopped reading for a while.
	heartbeatPatience = time.Minute
	probeEvery        = time.Second // if a probe is not answered
	maxProbes         = 127         // of TCP_KEEPCNT on Linux
)

// mayStall reports whether the socket stops reading its connections while its user, or the other side of its device, takes nothing.
// Clients and servers read whatever comes, but a REP reads one request after the other. A PAIR that connects has ZeroMQ's heartbeats all
// the same, though they may abort it: nothing else ends a connection to a PAIR that has turned it away, whose kernel answers probes.
func (c *socketConfig) mayStall() bool {
	switch {
	case !c.typ.receives() || c.typ == XPub || c.conflate:
		return false
	case c.calls:
		return c.typ == Rep
	case c.typ == Pair && len(c.Bind) == 0:
		return false
	}
	return c.device != nil || c.overflow == Block
}

// heartbeatTimeout returns how long a peer may leave a heartbeat unanswered.
func (c *socketConfig) heartbeatTimeout() time.Duration {
	switch {
	case c.HeartbeatTimeout != nil:
		return *c.HeartbeatTimeout
	case c.calls || !c.typ.sends() || c.typ == XSub:
		return *c.Heartbeat // who sends nothing to a channel knows its peers to read
	}
	return max(*c.Heartbeat, heartbeatPatience)
}

// setHeartbeats sets the options by which the socket misses peers that have vanished.
func (c *socketConfig) setHeartbeats(zsock *zmq4.Socket) error {
	if c.Heartbeat == nil || *c.Heartbeat == 0 {
		return nil
	}
	timeout := c.heartbeatTimeout()
	if !c.mayStall() {
		errs := []error{zsock.SetHeartbeatIvl(*c.Heartbeat), zsock.SetHeartbeatTimeout(timeout)}
		if c.HeartbeatTTL != nil {
			errs = append(errs, zsock.SetHeartbeatTtl(*c.HeartbeatTTL))
		}
		return errors.Join(errs...)
	}
	if timeout == 0 { // peers are not given up
		return errors.Join(zsock.SetTcpKeepalive(1), zsock.SetTcpKeepaliveIdle(wholeSeconds(*c.Heartbeat)))
	}
	// ZMQ_TCP_MAXRT is TCP_USER_TIMEOUT: it ends a connection whose peer answers neither probes nor what it was sent for so long.
	return errors.Join(zsock.SetTcpKeepalive(1), zsock.SetTcpKeepaliveIdle(wholeSeconds(*c.Heartbeat)), zsock.SetTcpKeepaliveIntvl(int(probeEvery/time.Second)),
		zsock.SetTcpKeepaliveCnt(min(wholeSeconds(timeout), maxProbes)), zsock.SetTcpMaxrt(min(*c.Heartbeat+timeout, math.MaxInt32*time.Millisecond)))
}

// wholeSeconds rounds a duration up to seconds that TCP takes.
func wholeSeconds(d time.Duration) int {
	return int(min(max(d+time.Second-1, time.Second), maxKeepalive) / time.Second)
}
