//go:build cgo

package runtime

import (
	"fmt"
	"slices"
	"time"

	"github.com/pebbe/zmq4"
)

// This file is what the handle of a socket offers to its user.

// Name returns node.socket, and #instance if the socket was opened with one.
func (s *Socket) Name() string {
	if s == nil {
		return ""
	}
	return s.name
}

// Endpoints returns the real endpoints that the socket has bound, with the ports that were chosen.
func (s *Socket) Endpoints() []string {
	if s == nil {
		return nil
	}
	return append([]string(nil), s.endpoints...)
}

// Stats returns the counts of the socket. It is cheap, waits for nothing that the socket does, and works after the end. What
// ZeroMQ has taken is counted just after, when a peer may have it already; when Done is closed, all that was sent is counted.
func (s *Socket) Stats() Stats {
	if s == nil {
		return Stats{}
	}
	stats := s.counters.stats()
	for _, gauge := range s.gauges {
		gauge(&stats)
	}
	if s.peers != nil {
		s.peers.stats(&stats)
	}
	if s.secured != nil {
		s.secured.refused.stats(&stats)
	}
	return stats
}

var closedChan = func() chan struct{} {
	ch := make(chan struct{})
	close(ch)
	return ch
}()

// Done returns a channel that is closed when the socket has closed. Whoever sends on the socket's
// channel selects on it too, so as not to send to a socket that has ended.
func (s *Socket) Done() <-chan struct{} {
	if s == nil {
		return closedChan
	}
	return s.done
}

// Err returns nil while the socket is open, and from when it begins to end, so also when its channel is seen
// closed, why: ErrClosed if it was closed by its channel, by Close or by the pump's Close, else the error of a ctx or
// of ZeroMQ.
func (s *Socket) Err() error {
	if s == nil {
		return ErrClosed
	}
	if !s.isEnding() {
		return nil
	}
	if s.endErr != nil {
		return s.endErr
	}
	return ErrClosed
}

// Close ends the socket and waits until it has closed, which linger bounds. What its channel holds is
// sent before. It may be called again. It must not be called by an error handler or within Do.
func (s *Socket) Close() error {
	if s == nil {
		return nil
	}
	s.end(nil)
	<-s.done
	return nil
}

// Subscribe adds topic prefixes to those that a SUB or an XSUB receives. A prefix that is added twice
// must be taken away twice.
func (s *Socket) Subscribe(prefixes ...string) error {
	return s.each("subscribe", s.socketType().subscribe, prefixes)
}

// Unsubscribe takes topic prefixes away again.
func (s *Socket) Unsubscribe(prefixes ...string) error {
	return s.each("unsubscribe", s.socketType().unsubscribe, prefixes)
}

// Connect connects the socket to further literal endpoints. If the runtime is opening a client's socket anew, it
// waits for that first, and so does Disconnect.
func (s *Socket) Connect(endpoints ...string) error {
	defer s.steady()()
	var tell []*Socket
	if s != nil && s.peers != nil {
		s.peers.expect(endpoints)
	}
	err := s.each("connect", func(zsock *zmq4.Socket, endpoint string) error {
		if err := s.checkConnect(endpoint); err != nil {
			return err
		}
		if err := checkEndpoint(toReach, endpoint); err != nil {
			return err
		}
		met, err := s.connect(zsock, endpoint)
		tell = append(tell, met...)
		if err == nil && s.serial != nil {
			s.serial.connected = append(s.serial.connected, endpoint)
		}
		return err
	}, endpoints)
	tellPeers(tell)
	return err
}

// Disconnect undoes Connect, and drops what is queued for that peer alone.
func (s *Socket) Disconnect(endpoints ...string) error {
	defer s.steady()()
	var tell []*Socket
	left := 0
	err := s.each("disconnect", func(zsock *zmq4.Socket, endpoint string) error {
		err := s.disconnect(zsock, endpoint)
		if err == nil {
			tell = append(tell, s.pump.inproc.disconnect(s, endpoint)...)
			if s.serial != nil {
				s.serial.connected = slices.DeleteFunc(s.serial.connected, func(e string) bool { return e == endpoint })
			}
			left++
		}
		return err
	}, endpoints)
	tellPeers(tell)
	if s != nil && s.peers != nil {
		s.peers.forget(endpoints[:left])
	}
	return err
}

func (s *Socket) each(op string, f func(*zmq4.Socket, string) error, args []string) error {
	return s.do(op, func(zsock *zmq4.Socket) error {
		for _, arg := range args {
			if err := f(zsock, arg); err != nil {
				return fmt.Errorf("%q: %w", arg, err)
			}
		}
		return nil
	})
}

// Do calls f with the ZeroMQ socket, for options that the runtime has no word for. Nothing else
// touches the socket meanwhile, so f must be quick; it must not keep the socket, send, receive or
// close. What is checked elsewhere is not checked here: libzmq aborts the process on a second
// connection with the same CONNECT_ROUTING_ID (SetConnectRid), which can be set in this way alone, and
// if a socket other than an authentication handler is bound to inproc://zeromq.zap.01.
func (s *Socket) Do(f func(*zmq4.Socket) error) error {
	return s.do("do", func(zsock *zmq4.Socket) error {
		if err := s.betweenMessages(); err != nil {
			return err
		}
		if s.typ.receives() {
			s.raw.beCareful(false) // f may disconnect
		}
		return f(zsock)
	})
}

func (s *Socket) do(op string, f func(*zmq4.Socket) error) error {
	if s == nil {
		return &Error{Op: op, Err: ErrClosed}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return &Error{op, s.name, ErrClosed}
	}
	now := time.Now()
	s.doing.Store(&now)
	defer s.doing.Store(nil)
	// Whatever f does may take the edge that a side waits for.
	defer func() { s.wake(s.raw.events()) }()
	if err := f(s.raw.zsock); err != nil {
		return &Error{op, s.name, err}
	}
	return nil
}
