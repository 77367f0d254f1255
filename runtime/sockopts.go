//go:build cgo

package runtime

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/pebbe/zmq4"
)

// This file sets ZeroMQ's options of a socket.

const (
	// minReplies is the least high-water mark of a client's REQ. libzmq ends the connection for good if it has no room
	// for a reply, and those to calls that have ended come when they like.
	minReplies = 1000
	// minFrame is the least ZMQ_MAXMSGSIZE, which holds for the frames of ZMTP's handshake too.
	minFrame = 1024
	// maxSubscription is the most bytes of a prefix. A publisher keeps about 40 bytes for each byte of each prefix that its
	// subscribers have, so that one of 16 MiB would take 600 MiB, and many seconds to forget.
	maxSubscription = 4 << 10
	subscribeHead   = 16 // bytes, or fewer, that come before it in a frame

	defaultReconnect = 100 * time.Millisecond      // libzmq's
	minHeartbeatTTL  = 100 * time.Millisecond      // ZMTP has it in tenths of a second
	maxHeartbeatTTL  = 65500 * time.Millisecond    // libzmq 4.3 multiplies within 16 bits: of 65.6s it would make 64ms
	maxKeepalive     = math.MaxInt16 * time.Second // of TCP_KEEPIDLE on Linux
)

// frameLimit returns how many frames a message may have with what comes before it: a ROUTER's routing id, and the
// envelope of a call.
func (c *socketConfig) frameLimit() int {
	n := maxFrames
	if c.MaxFrames != nil {
		n = *c.MaxFrames
	}
	if c.Type == Router {
		n++
	}
	if (c.calls || c.device != nil) && (c.Type == Router || c.Type == Dealer) {
		n += maxEnvelope + 1
	}
	return n
}

// complete ends the message that w was given, or forgets it and says why the socket does not send it.
func (l *socketLimits) complete(w *FrameWriter) error {
	if n := len(w.frames) - w.start.frames; n > l.maxFrames {
		w.rollback()
		return fmt.Errorf("message of %d frames is over max_frames, which allows %d", n, l.maxFrames)
	}
	return w.finish(l.maxMessageSize)
}

// checkOptions checks the options of setConnectionOptions and max_frames. libzmq takes some values out of these ranges, and
// does what nobody means: a reconnect of 0 never connects again.
func (c *socketConfig) checkOptions() error {
	const longest = math.MaxInt32 * time.Millisecond
	errs := []error{
		checkMillis("heartbeat", c.Heartbeat, 0, longest),
		checkMillis("heartbeat_timeout", c.HeartbeatTimeout, 0, longest),
		checkMillis("heartbeat_ttl", c.HeartbeatTTL, 0, maxHeartbeatTTL),
		checkMillis("reconnect", c.Reconnect, time.Millisecond, longest),
		checkMillis("reconnect_max", c.ReconnectMax, 0, longest),
		checkMillis("connect_timeout", c.ConnectTimeout, 0, longest),
		checkMillis("handshake_timeout", c.HandshakeTimeout, 0, longest),
		checkRange("send_hwm", c.SendHWM, 0, math.MaxInt32),
		checkRange("recv_hwm", c.RecvHWM, 0, math.MaxInt32),
		checkRange("max_frames", c.MaxFrames, 1, maxFramesMost),
		checkRange("backlog", c.Backlog, 1, math.MaxUint16),
		checkRange("tos", c.TOS, 0, math.MaxUint8),
	}
	switch {
	case c.Heartbeat == nil && (c.HeartbeatTimeout != nil || c.HeartbeatTTL != nil):
		errs = append(errs, errors.New("heartbeat_timeout and heartbeat_ttl are nothing without heartbeat"))
	case c.HeartbeatTTL != nil && *c.HeartbeatTTL > 0 && *c.HeartbeatTTL < minHeartbeatTTL:
		errs = append(errs, fmt.Errorf("heartbeat_ttl of %v, want 0 or at least %v, which is what travels to the peer", *c.HeartbeatTTL, minHeartbeatTTL))
	}
	if r, most := c.Reconnect, c.ReconnectMax; most != nil && *most > 0 {
		first := defaultReconnect
		if r != nil {
			first = *r
		}
		if *most < first {
			errs = append(errs, fmt.Errorf("reconnect_max of %v, want 0 or at least reconnect, which is %v", *most, first))
		}
	}
	if c.cutByPeers() {
		errs = append(errs, errors.New(c.Type.noImmediate()))
	}
	if d := c.TCPKeepalive; d != nil && (*d < 0 || *d > maxKeepalive || *d%time.Second != 0) {
		errs = append(errs, fmt.Errorf("tcp_keepalive of %v, want 0 or whole seconds to %v", *d, maxKeepalive))
	}
	return errors.Join(errs...)
}

// cutByPeers reports whether the socket would have libzmq take connections from it in the middle of messages that it reads. With immediate that
// is what happens when a connection breaks that it has made.
func (s *SocketSpec) cutByPeers() bool {
	return s.Immediate && len(s.Connect) > 0 && !s.Type.mayBeImmediate()
}

// mayBeImmediate reports whether immediate does no harm to sockets of the type. What an XPUB receives is subscriptions of one frame.
func (t SocketType) mayBeImmediate() bool { return !t.receives() || t == XPub }

// noImmediate says why a socket of the type that connects has no immediate.
func (t SocketType) noImmediate() string {
	return t.one() + " socket that connects has no immediate: if a peer goes while a message of it is read, libzmq ends the process or joins two messages"
}

// checkMillis checks an optional duration, which ZeroMQ takes in whole milliseconds.
func checkMillis(option string, d *time.Duration, from, to time.Duration) error {
	if d != nil && (*d < from || *d > to || *d%time.Millisecond != 0) {
		return fmt.Errorf("%s of %v, want whole milliseconds from %v to %v", option, *d, from, to)
	}
	return nil
}

func checkRange(option string, n *int, from, to int) error {
	if n != nil && (*n < from || *n > to) {
		return fmt.Errorf("%s of %d, want %d to %d", option, *n, from, to)
	}
	return nil
}

// setOptions sets what must be set before the socket binds or connects.
func (c *socketConfig) setOptions(zsock *zmq4.Socket, endpoints []string) error {
	errs := []error{
		zsock.SetLinger(c.linger),
		zsock.SetMaxmsgsize(c.frameSize()),
	}
	if c.SendHWM != nil {
		hwm := *c.SendHWM
		if c.Type == Rep && hwm == 1 {
			hwm = 2 // with 1, libzmq drops a reply if it does not yet know that the last one has gone
		}
		errs = append(errs, zsock.SetSndhwm(hwm))
	}
	if c.RecvHWM != nil {
		hwm := *c.RecvHWM
		if c.Type == Req && c.client && hwm > 0 {
			hwm = max(hwm, minReplies)
		}
		errs = append(errs, zsock.SetRcvhwm(hwm))
	}
	if id := c.SocketSpec.RoutingID; id != "" {
		errs = append(errs, zsock.SetIdentity(id))
	}
	if c.Type == Req && c.client && !c.Uncorrelated {
		errs = append(errs, zsock.SetReqCorrelate(1), zsock.SetReqRelaxed(1))
	}
	if c.IPv6 || strings.Contains(strings.Join(endpoints, " "), "[") {
		errs = append(errs, zsock.SetIpv6(true))
	}
	errs = append(errs, c.setTypeOptions(zsock), c.setConnectionOptions(zsock))
	return errors.Join(errs...)
}

// frameSize returns how large a frame may be that a peer sends, for ZeroMQ to hang up on it otherwise. What subscribers send are
// subscriptions, and more only where a device passes that upstream.
func (c *socketConfig) frameSize() int64 {
	most := c.maxMessageSize
	if c.typ == Pub || c.typ == XPub && !(c.device != nil && c.MaxMessageSize != nil) {
		most = min(most, maxSubscription+subscribeHead)
	}
	return max(most, minFrame)
}

// setConnectionOptions is setOptions for what is about connections: how they are made, probed and made anew.
func (c *socketConfig) setConnectionOptions(zsock *zmq4.Socket) error {
	errs := []error{c.setHeartbeats(zsock)}
	for _, o := range []struct {
		value *time.Duration
		set   func(time.Duration) error
	}{
		{c.Reconnect, zsock.SetReconnectIvl},
		{c.ReconnectMax, zsock.SetReconnectIvlMax},
		{c.ConnectTimeout, zsock.SetConnectTimeout},
		{c.HandshakeTimeout, zsock.SetHandshakeIvl},
	} {
		if o.value != nil {
			errs = append(errs, o.set(*o.value))
		}
	}
	if c.Immediate && c.Type.mayBeImmediate() { // a socket that binds may yet be told to connect
		errs = append(errs, zsock.SetImmediate(true))
	}
	if c.Backlog != nil {
		errs = append(errs, zsock.SetBacklog(*c.Backlog))
	}
	if c.TOS != nil {
		errs = append(errs, zsock.SetTos(*c.TOS))
	}
	if c.TCPKeepalive != nil {
		errs = append(errs, zsock.SetTcpKeepalive(1))
		if idle := *c.TCPKeepalive; idle > 0 {
			errs = append(errs, zsock.SetTcpKeepaliveIdle(int(idle/time.Second)))
		}
	}
	return errors.Join(errs...)
}

// setTypeOptions is setOptions for what some types have. An XPUB tells of each subscriber and of each that
// leaves, not only of the first and the last of a topic.
func (c *socketConfig) setTypeOptions(zsock *zmq4.Socket) error {
	var errs []error
	switch c.typ {
	case Router:
		errs = append(errs, zsock.SetRouterMandatory(1), zsock.SetRouterHandover(c.Handover))
	case XPub:
		errs = append(errs, c.setVerbose(zsock))
		if len(c.welcome) > 0 {
			errs = append(errs, zsock.SetXpubWelcomeMsg(string(c.welcome)))
		}
	case Sub, XSub:
		if c.SendHWM == nil { // or libzmq would drop subscriptions, for ever, that are too many at once
			errs = append(errs, zsock.SetSndhwm(0))
		}
		for _, prefix := range c.SocketSpec.Subscribe {
			errs = append(errs, c.typ.subscribe(zsock, prefix))
		}
	case Pub:
		errs = append(errs, zsock.SetConflate(c.Conflate))
	case Push, Dealer:
		if c.Conflate {
			errs = append(errs, zsock.SetSndhwm(1))
		}
	}
	return errors.Join(errs...)
}
