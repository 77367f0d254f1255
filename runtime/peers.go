//go:build cgo

package runtime

import (
	"context"
	"errors"
	"sync"
)

// This file knows how many peers a socket has, for those that ask to be told: it counts what the socket's
// monitor sees, and lets users wait.

var errNotTracked = errors.New("its peers are not tracked: open it with the option TrackPeers, or make the pump with WithPeerTracking")

// TrackPeers has the socket know its peers: for Socket.Peers, WaitPeers and WaitSubscribers, and for the counts of
// connects in its Stats. It takes about 40 KiB of memory, and three file descriptors.
func TrackPeers() SocketOption { return func(c *socketConfig) { c.trackPeers = true } }

// WithPeerTracking has all sockets of the pump know their peers, as the option TrackPeers does.
func WithPeerTracking() PumpOption { return func(p *Pump) { p.trackPeers = true } }

// Peers returns how many peers the socket has now: connections over tcp and ipc whose handshake is done, and sockets of
// the same pump over inproc. It returns 0 if its peers are not tracked, and when it has ended.
func (s *Socket) Peers() int {
	if s == nil || s.peers == nil {
		return 0
	}
	return s.peers.count()
}

// WaitPeers waits until the socket has n peers or more. What is sent then is shared out among all of them;
// whether a SUB has subscribed already, WaitSubscribers tells. The error is that of ctx, or an *Error: ErrClosed, or why the
// socket ended, or that its peers are not tracked, for which it needs TrackPeers or the pump WithPeerTracking.
func (s *Socket) WaitPeers(ctx context.Context, n int) error {
	const op = "wait for peers"
	if s == nil {
		return &Error{Op: op, Err: ErrClosed}
	}
	if s.peers == nil {
		return &Error{op, s.name, errNotTracked}
	}
	enough := func() (bool, <-chan struct{}) {
		now, changed := s.peers.watch()
		return now >= n, changed
	}
	if err := s.waitUntil(ctx, op, enough); err != nil {
		return err
	}
	// ZeroMQ looks at what its threads have to tell of a connection now and then only.
	s.mu.Lock()
	defer s.mu.Unlock()
	s.touchLocked()
	return nil
}

// waitUntil waits until cond holds, which says too what is closed when it may have changed. The error is that of ctx, or
// says why the socket ended.
func (s *Socket) waitUntil(ctx context.Context, op string, cond func() (bool, <-chan struct{})) error {
	for !s.isEnding() {
		holds, changed := cond()
		if holds {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-s.ending:
		}
	}
	return &Error{op, s.name, s.Err()}
}

// peers counts the peers of one socket.
type peers struct {
	onChange func(now int) // called for each change, one at a time; nil if nobody asked

	turn                            sync.Mutex // held while a change is made and told
	mu                              sync.Mutex // guards what follows
	monitored                                  // over tcp and ipc
	local                           int        // over inproc
	connects, disconnects, failures uint64
	retries                         uint64        // to connect
	changed                         chan struct{} // closed at the next change; nil if nobody waits
}

func (p *peers) now() int { return p.ready + p.local }

func (p *peers) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now()
}

// watch returns how many peers there are, and what is closed when their number changes.
func (p *peers) watch() (now int, changed <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.changed == nil {
		p.changed = make(chan struct{})
	}
	return p.now(), p.changed
}

// change changes what is known of the peers, and tells of it.
func (p *peers) change(f func()) {
	p.turn.Lock()
	defer p.turn.Unlock()
	p.mu.Lock()
	before := p.now()
	f()
	now := p.now()
	if now > before {
		p.connects += uint64(now - before)
	} else {
		p.disconnects += uint64(before - now)
	}
	if now != before && p.changed != nil {
		close(p.changed)
		p.changed = nil
	}
	p.mu.Unlock()
	if now != before && p.onChange != nil {
		p.onChange(now)
	}
}

// stats adds what the socket counts of its peers.
func (p *peers) stats(s *Stats) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s.Peers, s.Connects, s.Disconnects = p.now(), p.connects, p.disconnects
	s.HandshakeFailures, s.ConnectRetries = p.failures, p.retries
}
