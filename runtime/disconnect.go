//go:build cgo

package runtime

import "github.com/pebbe/zmq4"

// This file takes connections from a socket where that does no harm. libzmq 4.3 aborts the process if a connection is taken away in
// the middle of a message that is received from it (Assertion failed: !_more, in fq.cpp), or goes on with the next frame of
// another peer. And a socket is in the middle of one more often than it seems: some types take the first frame of a message out of
// their queue to answer ZMQ_EVENTS.

// disconnect takes the connections to an endpoint away. What it receives ahead, in order to do so, is delivered like all else.
// The mutex is held.
func (s *Socket) disconnect(zsock *zmq4.Socket, endpoint string) error {
	if err := s.betweenMessages(); err != nil {
		return err
	}
	if !s.typ.receives() {
		return zsock.Disconnect(endpoint)
	}
	// Until libzmq has looked at the connection once more, it counts it among those that have something, and when it forgets it
	// may go on with another one than the one that it is reading. It forgets when it looks at what its other threads have to tell,
	// which is before each message now. It does so of its own accord for every 100th frame, too, but then the other thread would
	// have had to tell since.
	s.raw.beCareful(false)
	return zsock.Disconnect(endpoint)
}

// betweenMessages leaves the socket between two of the messages that it receives. The mutex is held.
func (s *Socket) betweenMessages() error {
	switch s.typ {
	case Pub, Push:
		return nil
	case Sub, XSub, Router, Rep:
		return s.raw.receiveAhead(1) // whose first frame may have been taken
	}
	return s.raw.receiveAhead(0)
}
