//go:build cgo

package runtime

import (
	"fmt"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"github.com/pebbe/zmq4"
)

// This file gives users what the monitor of a socket tells, as a channel of typed events.

// EventKind says what happened to a connection, or to an endpoint.
type EventKind int

// The kinds of events, as of zmq_socket_monitor(3).
const (
	EventConnected          EventKind = iota + 1 // a connection was made; the handshake follows
	EventConnectDelayed                          // a connection is being made
	EventRetry                                   // nobody was there: ZeroMQ tries again after Interval
	EventListening                               // an endpoint was bound
	EventBindFailed                              // an endpoint could not be bound, for Err
	EventAccepted                                // somebody has connected; the handshake follows
	EventAcceptFailed                            // somebody has tried to, and Err came in between
	EventClosed                                  // a connection that was not made, or an endpoint, was closed
	EventCloseFailed                             // or could not be, for Err
	EventDisconnected                            // a connection has ended
	EventHandshakeSucceeded                      // a connection is one to a peer from now on
	EventHandshakeFailed                         // the other end was refused, or refuses, for Err
	EventFailed                                  // there are no events, for Err; the channel is closed behind this one
)

var eventKinds = [...]string{
	EventConnected: "connected", EventConnectDelayed: "connect delayed", EventRetry: "retry", EventListening: "listening",
	EventBindFailed: "bind failed", EventAccepted: "accepted", EventAcceptFailed: "accept failed", EventClosed: "closed",
	EventCloseFailed: "close failed", EventDisconnected: "disconnected", EventHandshakeSucceeded: "handshake succeeded",
	EventHandshakeFailed: "handshake failed", EventFailed: "no events",
}

// String returns the kind in words.
func (k EventKind) String() string {
	if k > 0 && int(k) < len(eventKinds) {
		return eventKinds[k]
	}
	return fmt.Sprintf("EventKind(%d)", int(k))
}

// Event is something that happened to a connection of a socket, or to one of its endpoints.
type Event struct {
	Time     time.Time
	Kind     EventKind
	Endpoint string        // of this socket's: what it has bound, or what it connects to
	Address  string        // of the other end of a connection, host:port, where that can be told: as it begins over tcp, and as it ends
	Interval time.Duration // of EventRetry, until ZeroMQ tries again
	Err      error         // of what failed: an error of the system, a *HandshakeError; else nil
	Dropped  uint64        // events of this channel that had no room, this one not included
}

// String returns the event on one line.
func (e Event) String() string {
	text := e.Kind.String() + " " + e.Endpoint
	if e.Address != "" {
		text += " from " + e.Address
	}
	if e.Interval > 0 {
		text += fmt.Sprintf(" in %v", e.Interval)
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// HandshakeError says why a handshake failed.
type HandshakeError struct {
	// Reason is why, in words: refused, a protocol error, an error of the system.
	Reason string
	// Status is the status code of the authentication handler's that refused, 300, 400 or 500; else 0.
	Status int
}

func (e *HandshakeError) Error() string { return e.Reason }

// Events returns a channel of what happens to the connections of the socket from now on. If it has no room for an event,
// the oldest in it is dropped; each event says how many were, and so does Stats. buffer is the room, 1 at least.
// stop ends it and closes the channel, which the end of the socket does too; it may be called many times. It must not
// be called by a handler of the pump's logger.
//
// ZeroMQ tells nothing of connections over inproc. Events on a socket that does not track its peers take what
// TrackPeers takes, until the last channel is stopped; on one that does they take no more than the channel.
// Where a client's socket is opened anew, the events go on with the new one.
func (s *Socket) Events(buffer int) (events <-chan Event, stop func()) {
	l := &listener{ch: make(chan Event, max(buffer, 1))}
	if s == nil {
		close(l.ch)
		return l.ch, func() {}
	}
	defer s.steady()()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || !s.listeners.add(l) {
		close(l.ch)
		return l.ch, func() {}
	}
	if s.reader == nil {
		if err := s.monitor(s.raw.zsock); err != nil {
			l.put(Event{Time: time.Now(), Kind: EventFailed, Err: err})
			s.listeners.remove(l)
			return l.ch, func() {}
		}
		s.readMonitor()
		s.touchLocked()
	}
	return l.ch, func() { s.unlisten(l) }
}

// unlisten undoes Events.
func (s *Socket) unlisten(l *listener) {
	defer s.steady()()
	s.mu.Lock()
	var r *Socket
	if s.listeners.remove(l) && s.listeners.none() && s.peers == nil && !s.logsEvents && !s.closed {
		r, s.reader = s.reader, nil
		s.raw.zsock.Monitor("", 0)
		s.touchLocked()
	}
	s.mu.Unlock()
	if r != nil {
		r.endMonitor()
		s.listeners.forget()
	}
}

// listener is one channel of events.
type listener struct {
	ch   chan Event
	lost uint64 // events that had no room
}

// put puts e into the channel. One goroutine at a time calls it.
func (l *listener) put(e Event) (lost uint64) {
	for {
		e.Dropped = l.lost
		select {
		case l.ch <- e:
			return lost
		default:
		}
		select {
		case <-l.ch:
			l.lost++
			lost++
		default: // the user has just taken it
		}
	}
}

// listeners are all channels of events of one socket.
type listeners struct {
	mu    sync.Mutex // guards what follows, and is held while something is put
	all   []*listener
	ended bool
	from  map[int]string // the other ends of connections that are open, by file descriptor
}

// add returns false if there will be no more events.
func (ls *listeners) add(l *listener) bool {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if !ls.ended {
		ls.all = append(ls.all, l)
	}
	return !ls.ended
}

// remove closes the channel of l. It returns false if that was done before.
func (ls *listeners) remove(l *listener) bool {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for i, other := range ls.all {
		if other == l {
			ls.all = append(ls.all[:i], ls.all[i+1:]...)
			close(l.ch)
			return true
		}
	}
	return false
}

func (ls *listeners) none() bool {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	return len(ls.all) == 0
}

// end closes all channels.
func (ls *listeners) end() {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for _, l := range ls.all {
		close(l.ch)
	}
	ls.all, ls.ended, ls.from = nil, true, nil
}

// forget forgets all connections.
func (ls *listeners) forget() {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	ls.from = nil
}

// tell gives an event of the monitor to all who listen. The monitor's poll side alone calls it.
func (s *Socket) tell(event zmq4.Event, value int, endpoint string) {
	e := Event{Time: time.Now(), Kind: kindOf(event), Endpoint: endpoint}
	if e.Kind == 0 {
		return
	}
	switch e.Kind {
	case EventRetry:
		e.Interval = time.Duration(value) * time.Millisecond
	case EventBindFailed, EventAcceptFailed, EventCloseFailed:
		e.Err = zmq4.Errno(value)
	case EventHandshakeFailed:
		e.Err = handshakeError(event, value)
	}
	ls := &s.listeners
	ls.mu.Lock()
	e.Address = ls.address(e.Kind, value)
	defer s.logEvent(&e)
	for _, l := range ls.all {
		s.counters.events.Add(l.put(e))
	}
	ls.mu.Unlock()
}

func kindOf(event zmq4.Event) EventKind {
	switch event {
	case zmq4.EVENT_CONNECTED:
		return EventConnected
	case zmq4.EVENT_CONNECT_DELAYED:
		return EventConnectDelayed
	case zmq4.EVENT_CONNECT_RETRIED:
		return EventRetry
	case zmq4.EVENT_LISTENING:
		return EventListening
	case zmq4.EVENT_BIND_FAILED:
		return EventBindFailed
	case zmq4.EVENT_ACCEPTED:
		return EventAccepted
	case zmq4.EVENT_ACCEPT_FAILED:
		return EventAcceptFailed
	case zmq4.EVENT_CLOSED:
		return EventClosed
	case zmq4.EVENT_CLOSE_FAILED:
		return EventCloseFailed
	case zmq4.EVENT_DISCONNECTED:
		return EventDisconnected
	case zmq4.EVENT_HANDSHAKE_SUCCEEDED:
		return EventHandshakeSucceeded
	}
	if event&failedHandshakes != 0 {
		return EventHandshakeFailed
	}
	return 0
}

// address returns who is at the other end of the connection that has the file descriptor fd, as it begins and as it ends.
// A connection that is over by now has none, or that of another one which has its descriptor. The mutex is held.
func (ls *listeners) address(kind EventKind, fd int) string {
	switch kind {
	case EventConnected, EventAccepted:
		if ls.from == nil {
			ls.from = make(map[int]string)
		}
		ls.from[fd] = peerAddress(fd)
	case EventDisconnected:
		defer delete(ls.from, fd)
	default:
		return ""
	}
	return ls.from[fd]
}

// connections returns at most so many of the other ends of connections that are open, over tcp.
func (ls *listeners) connections(most int) []string {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	var all []string
	for _, address := range ls.from {
		if address != "" && len(all) < most {
			all = append(all, address)
		}
	}
	return all
}

// peerAddress is the other end of a connection over tcp, or nothing.
func peerAddress(fd int) string {
	switch a, _ := syscall.Getpeername(fd); a := a.(type) {
	case *syscall.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(a.Addr), uint16(a.Port)).String()
	case *syscall.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(a.Addr).Unmap(), uint16(a.Port)).String()
	}
	return ""
}
