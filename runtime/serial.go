//go:build cgo

package runtime

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/pebbe/zmq4"
)

// This file is what a socket does that has one message on its way at a time: it knows which one a reply
// belongs to, and where ZeroMQ does not tell, it is opened anew before a reply that has not come could be taken for the next
// one.

// serial is the state of such a socket.
type serial struct {
	config       *socketConfig // to open it anew
	uncorrelated bool          // nothing in a reply says what it is a reply to

	anew   sync.Mutex // held while the socket is opened anew, and while endpoints are added or taken away
	fileMu sync.Mutex // guards the file and the conn of the socket, which the poll side alone replaces

	// The mutex of the socket guards what follows.
	connected []string // the endpoints that it has connected to
	turn      turn     // of the message that was sent last
	owed      bool     // which has had no reply
	left      bool     // the last peer has gone, and the socket had connected to it
	stale     bool     // the socket is to be opened anew
}

// turn is which message was sent last: of which call, and the how manyth request of it.
type turn struct {
	call    uint64
	attempt int
}

// errStale is the error of a send that has to wait until the socket has been opened anew.
var errStale = errors.New("the socket is being opened anew")

// sendInTurn is sendOne for the message in w, which is that of next. After errAgain and errStale the sender
// is due to be nudged.
func (s *Socket) sendInTurn(w *FrameWriter, next turn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return ErrClosed
	case s.serial.stale:
		return errStale
	case s.serial.owed && s.serial.uncorrelated, s.serial.left:
		return s.outdate()
	}
	s.wantOut = false
	const looks = 16 // that ZeroMQ says that it takes more, and does not
	for range looks {
		r := s.raw.send(w.buf, w.frames)
		s.counters.sent(r)
		s.wake(r.events)
		switch {
		case r.err == nil:
			s.serial.turn, s.serial.owed = next, true
			return nil
		case r.err == errState || r.torn: // the peer died amid the request before: a REQ does not recover from that
			return s.outdate()
		case r.err != errAgain:
			return r.err
		case r.events&pollOut == 0:
			s.wantOut = true
			return errAgain
		}
	}
	s.wantOut = true
	return errAgain
}

// outdate has the poll side open the socket anew. The mutex is held.
func (s *Socket) outdate() error {
	s.serial.stale = true
	s.nudgeIn()
	return errStale
}

func (s *Socket) isStale() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.serial.stale
}

// peersChanged notes whether there are peers. ZeroMQ connects again by itself, but not over inproc, and not for a REQ
// that was sent a reply which is none: so the next message goes by a new connection if there is none by then.
func (s *serial) peersChanged(now int) { s.left = now == 0 && len(s.connected) > 0 }

// settle notes that a message has had its reply.
func (s *Socket) settle(of turn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.serial.turn == of {
		s.serial.owed = false
	}
}

// steady keeps the socket from being opened anew until release is called, so that what it connects to meanwhile
// is not lost with the old one. No mutex is held.
func (s *Socket) steady() (release func()) {
	if s == nil || s.serial == nil {
		return func() {}
	}
	s.serial.anew.Lock()
	return s.serial.anew.Unlock
}

// reopen puts a new ZeroMQ socket in the place of the one that there is, with the same options and endpoints.
// The poll side calls it, between two Reads.
func (s *Socket) reopen() {
	if err := s.replace(); err != nil {
		s.fail("open anew", err)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readMonitor()
}

func (s *Socket) replace() error {
	defer s.steady()()
	s.mu.Lock()
	s.countUnread(DroppedLate)
	leave := s.leavePeers()
	s.removeFiles()
	for _, e := range s.endpoints {
		s.raw.zsock.Unbind(e)
	}
	s.mu.Unlock()
	leave()
	zsock, err := s.openAnew()
	if err != nil {
		return err
	}
	fd, err := zsock.GetFd()
	if err == nil {
		err = s.exchange(zsock, fd)
	}
	if err != nil {
		zsock.SetLinger(0)
		zsock.Close()
	}
	return err
}

// exchange lets zsock, whose ZMQ_FD is fd, take the place of the ZeroMQ socket, which it closes.
func (s *Socket) exchange(zsock *zmq4.Socket, fd int) error {
	file, conn, err := duplicate(fd)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial.fileMu.Lock()
	old := s.file
	s.file, s.conn = file, conn
	s.serial.fileMu.Unlock()
	old.Close()
	s.raw.free()
	s.raw.zsock.SetLinger(minLinger)
	s.raw.zsock.Close()
	s.raw = newRawSocket(zsock)
	s.wantIn, s.wantOut = false, false
	s.serial.owed, s.serial.left, s.serial.stale = false, false, false
	s.nudgeOut()
	return nil
}

// openAnew makes a ZeroMQ socket like the one that there is.
func (s *Socket) openAnew() (_ *zmq4.Socket, err error) {
	zsock, err := s.pump.zctx.NewSocket(socketTypes[s.typ])
	if err != nil {
		return nil, explain(err)
	}
	defer func() {
		if err != nil {
			zsock.SetLinger(0)
			zsock.Close()
		}
	}()
	s.mu.Lock()
	connect := append([]string(nil), s.serial.connected...)
	s.mu.Unlock()
	if err := s.serial.config.setOptions(zsock, append(connect[:len(connect):len(connect)], s.endpoints...)); err != nil {
		return nil, err
	}
	s.unsecure()
	if err := s.secure(s.serial.config, zsock, s.endpoints, connect); err != nil {
		return nil, err
	}
	if err := s.monitor(zsock); err != nil {
		return nil, err
	}
	for _, e := range s.endpoints {
		if err := s.bindAgain(zsock, e); err != nil {
			return nil, fmt.Errorf("bind %s: %w", e, s.pump.explainBind(e, err))
		}
	}
	for _, e := range connect {
		tell, err := s.connect(zsock, e)
		if err != nil {
			return nil, fmt.Errorf("connect %s: %w", e, explain(err))
		}
		tellPeers(tell)
	}
	return zsock, nil
}

// bindAgain binds what a socket that is being closed has bound, and which ZeroMQ gives free in a thread of its own.
func (s *Socket) bindAgain(zsock *zmq4.Socket, endpoint string) error {
	const patience = 5 * time.Second
	for began := time.Now(); !s.isEnding(); {
		_, err := s.bind(zsock, endpoint)
		if !freesLater(endpoint, err) || time.Since(began) > patience {
			return err
		}
	}
	return ErrClosed
}
