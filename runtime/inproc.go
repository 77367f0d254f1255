//go:build cgo

package runtime

import (
	"slices"
	"strings"
	"sync"

	"github.com/pebbe/zmq4"
)

// This file knows which sockets of a pump meet over inproc, of which ZeroMQ's monitor tells nothing. A name of
// inproc is known to one ZeroMQ context alone, so to one pump, which sees all that happens there: who connects
// before somebody binds waits for that; when who has bound goes, those that it had are without a peer for good, since
// inproc does not connect again.

type inproc struct {
	mu      sync.Mutex // no other lock is taken behind it
	names   map[string]*meeting
	sockets map[*Socket]*local // that are at some name
}

// meeting is who meets at one name.
type meeting struct {
	bound     *Socket   // nil if there is none
	connected []*Socket // with bound, and its peers; each as often as it has connected
	waiting   []*Socket // for somebody to bind
}

// local is what a socket has to do with inproc.
type local struct {
	peers int
	at    []string // names; one may be there twice
}

func isInproc(endpoint string) bool { return strings.HasPrefix(endpoint, "inproc://") }

// bind has s, which zsock is, bind endpoint once, and returns who is to be told of a peer.
func (in *inproc) bind(s *Socket, zsock *zmq4.Socket, endpoint string) (tell []*Socket, err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if err := zsock.Bind(endpoint); err != nil {
		return nil, err
	}
	m := in.at(s, endpoint)
	waiting := m.waiting
	m.bound, m.waiting = s, nil
	for _, other := range waiting {
		in.meet(m, other)
	}
	return append([]*Socket{s}, m.connected...), nil
}

// connect has s connect to endpoint, and returns who is to be told.
func (in *inproc) connect(s *Socket, zsock *zmq4.Socket, endpoint string) (tell []*Socket, err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if err := zsock.Connect(endpoint); err != nil {
		return nil, err
	}
	m := in.at(s, endpoint)
	if m.bound == nil {
		m.waiting = append(m.waiting, s)
		return nil, nil
	}
	in.meet(m, s)
	return []*Socket{s, m.bound}, nil
}

// at returns the meeting at endpoint, to which s comes.
func (in *inproc) at(s *Socket, endpoint string) *meeting {
	if in.names == nil {
		in.names, in.sockets = make(map[string]*meeting), make(map[*Socket]*local)
	}
	if in.names[endpoint] == nil {
		in.names[endpoint] = new(meeting)
	}
	if in.sockets[s] == nil {
		in.sockets[s] = new(local)
	}
	in.sockets[s].at = append(in.sockets[s].at, endpoint)
	return in.names[endpoint]
}

// meet has s be a peer of who is bound at m, unless one of the two is a PAIR that has a peer already: it turns the other
// away, for good.
func (in *inproc) meet(m *meeting, s *Socket) {
	both := []*Socket{m.bound, s}
	for _, one := range both {
		if one.typ == Pair && in.sockets[one].peers > 0 {
			return
		}
	}
	m.connected = append(m.connected, s)
	for _, one := range both {
		in.sockets[one].peers++
	}
}

// disconnect notes that s has disconnected from endpoint, and returns who is to be told.
func (in *inproc) disconnect(s *Socket, endpoint string) (tell []*Socket) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if m := in.names[endpoint]; m != nil {
		tell = in.part(s, m)
		in.drop(endpoint, m)
	}
	return tell
}

// part undoes that s has connected at m.
func (in *inproc) part(s *Socket, m *meeting) (tell []*Socket) {
	is := func(other *Socket) bool { return other == s }
	before := len(m.connected)
	m.connected, m.waiting = slices.DeleteFunc(m.connected, is), slices.DeleteFunc(m.waiting, is)
	if n := before - len(m.connected); n > 0 {
		in.sockets[s].peers -= n
		in.sockets[m.bound].peers -= n
		return []*Socket{s, m.bound}
	}
	return nil
}

func (in *inproc) drop(endpoint string, m *meeting) {
	if m.bound == nil && len(m.waiting) == 0 {
		delete(in.names, endpoint)
	}
}

// leave has s, which zsock is, be nowhere any more, and returns who else is to be told. It unbinds what s has
// bound: at once, which closing does some time later.
func (in *inproc) leave(s *Socket, zsock *zmq4.Socket) (tell []*Socket) {
	in.mu.Lock()
	defer in.mu.Unlock()
	l := in.sockets[s]
	if l == nil {
		return nil
	}
	for _, endpoint := range l.at {
		m := in.names[endpoint]
		if m == nil {
			continue
		}
		tell = append(tell, in.part(s, m)...)
		if m.bound == s {
			zsock.Unbind(endpoint)
			for _, other := range m.connected {
				in.sockets[other].peers--
			}
			tell = append(tell, m.connected...)
			m.bound, m.connected = nil, nil
		}
		in.drop(endpoint, m)
	}
	delete(in.sockets, s)
	return slices.DeleteFunc(tell, func(other *Socket) bool { return other == s })
}

func (in *inproc) peers(s *Socket) int {
	in.mu.Lock()
	defer in.mu.Unlock()
	if l := in.sockets[s]; l != nil {
		return l.peers
	}
	return 0
}

// tellPeers has sockets see how many peers they have over inproc. No mutex is held.
func tellPeers(sockets []*Socket) {
	for _, s := range sockets {
		if s.peers != nil {
			s.peers.change(func() { s.peers.local = s.pump.inproc.peers(s) })
		}
	}
}
