//go:build cgo

package runtime

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/pebbe/zmq4"
)

// This file has a client come again that was refused. libzmq connects again by itself when a connection breaks, but not
// when the other end has said no, or what no such server would say: then the endpoint is dead for as long as the socket lives, though
// the client may be listed a moment later, or the server be restarted with the right keys.

const (
	firstReturn = 200 * time.Millisecond // until a client comes again, and twice as long each time after it
	lastReturn  = 10 * time.Second
)

// returns is the endpoints that a client is to come to again.
type returns struct {
	mu    sync.Mutex
	after map[string]time.Duration // the next wait of each that has refused it since it was let in
	stop  map[string]*time.Timer
	ended bool
}

// returnTo has the client connect to an endpoint anew, in a while.
func (s *Socket) returnTo(endpoint string) {
	r := &s.secured.returns
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return
	}
	if r.after == nil {
		r.after, r.stop = make(map[string]time.Duration), make(map[string]*time.Timer)
	}
	wait := max(r.after[endpoint], firstReturn)
	r.after[endpoint] = min(2*wait, lastReturn)
	if t := r.stop[endpoint]; t != nil {
		t.Stop()
	}
	r.stop[endpoint] = time.AfterFunc(wait, func() { s.connectAnew(endpoint) })
}

// connectAnew connects to an endpoint again, unless the handle's Disconnect has left it. No mutex is held.
func (s *Socket) connectAnew(endpoint string) {
	if err := s.leaveAndConnect(endpoint); err != nil {
		s.reportSome("connect", fmt.Errorf("%s again: %w", endpoint, explain(err)))
	}
}

func (s *Socket) leaveAndConnect(endpoint string) error {
	defer s.steady()()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.disconnect(s.raw.zsock, endpoint) != nil {
		return nil
	}
	err := s.raw.zsock.Connect(endpoint)
	s.wake(s.raw.events())
	return err
}

// admitted forgets that an endpoint has refused the client.
func (r *returns) admitted(endpoint string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.after, endpoint)
	delete(r.stop, endpoint)
}

// end has nobody come again.
func (r *returns) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
	for _, t := range r.stop {
		t.Stop()
	}
}

var errUnsaid = errors.New("a frame that is too large, or an old version of ZMTP, which has no security")

// handshaken sees how a handshake of a socket with security has ended.
func (s *Socket) handshaken(event zmq4.Event, value int, endpoint string, unsaid bool) {
	if s.secured == nil {
		return
	}
	switch {
	case event == zmq4.EVENT_HANDSHAKE_SUCCEEDED && !s.secured.server:
		s.secured.returns.admitted(endpoint)
	case unsaid:
		s.peers.change(func() { s.peers.failures++ })
		s.refusePeer(&RefusedError{Reason: RefusedProtocol, Mechanism: s.secured.mechanism, Err: errUnsaid})
		if !s.secured.server {
			s.returnTo(endpoint)
		}
	case event&failedHandshakes != 0:
		s.handshakeFailed(event, value)
		if !s.secured.server && event != zmq4.EVENT_HANDSHAKE_FAILED_NO_DETAIL {
			s.returnTo(endpoint)
		}
	}
}
