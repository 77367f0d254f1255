//go:build cgo

package runtime

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"syscall"

	"github.com/pebbe/zmq4"
)

// This file reads what ZeroMQ's monitor of a socket tells: connections, handshakes and their ends. libzmq's own
// threads write it to a PAIR, and wait while that has no peer or is full, with whatever else they serve. So the
// reading end is there before the first connection, takes any number of events, and goes only when the monitor has
// been stopped.

const (
	failedHandshakes = zmq4.EVENT_HANDSHAKE_FAILED_NO_DETAIL | zmq4.EVENT_HANDSHAKE_FAILED_PROTOCOL | zmq4.EVENT_HANDSHAKE_FAILED_AUTH
	monitoredEvents  = zmq4.EVENT_ALL &^ zmq4.EVENT_MONITOR_STOPPED
	maxEvent         = 64 << 10 // bytes: an event and an address
)

// monitor starts to monitor zsock, if somebody is to be told. It makes the reading end, without reading. That
// connects first, so that none of ZeroMQ's threads has to wait for it.
func (s *Socket) monitor(zsock *zmq4.Socket) error {
	if s.peers == nil && !s.logsEvents && s.listeners.none() {
		return nil
	}
	endpoint := fmt.Sprintf("inproc://zmqgen.monitor.%d", s.pump.monitors.Add(1))
	reader, err := s.openMonitor(endpoint)
	if err != nil {
		return err
	}
	if err := zsock.Monitor(endpoint, monitoredEvents); err != nil {
		reader.endMonitor()
		return &Error{"monitor", s.name, explain(err)}
	}
	s.reader = reader
	return nil
}

// openMonitor makes the reading end of a monitor: a socket like others, which the pump does not know.
func (s *Socket) openMonitor(endpoint string) (*Socket, error) {
	zsock, err := s.pump.zctx.NewSocket(zmq4.PAIR)
	if err != nil {
		return nil, &Error{"monitor", s.name, explain(err)}
	}
	r := &Socket{
		socketLimits: socketLimits{typ: Pair, maxMessageSize: maxEvent, maxFrames: maxFrames}, pump: s.pump, topology: s.topology, name: s.name + " (monitor)",
		raw: newRawSocket(zsock), ending: make(chan struct{}), done: make(chan struct{}), stopCtx: neverDone,
	}
	r.sink = &monitorSink{s: s}
	fd, err := zsock.GetFd()
	if err == nil {
		err = r.duplicate(fd)
	}
	if err = errors.Join(err, zsock.SetLinger(0), zsock.SetRcvhwm(0)); err == nil {
		err = zsock.Connect(endpoint)
	}
	if err != nil {
		r.unwatch()
		zsock.Close()
		return nil, &Error{"monitor", s.name, err}
	}
	return r, nil
}

// readMonitor starts to read what the monitor tells. The mutex is held.
func (s *Socket) readMonitor() {
	if s.reader != nil && !s.reader.started {
		s.reader.started = true
		s.reader.sides.Store(1)
		s.reader.labels = s.labels
		go s.reader.side(s.reader.pollSide)
	}
}

// leavePeers stops the monitor of the ZeroMQ socket, which is about to be closed, and unbinds it from inproc. The
// mutex is held; what it returns is to be called after that, without: when that returns, the socket has no peers any more.
func (s *Socket) leavePeers() (after func()) {
	r, tell := s.reader, s.pump.inproc.leave(s, s.raw.zsock)
	if s.reader = nil; r != nil {
		s.raw.zsock.Monitor("", 0)
	}
	return func() {
		if r != nil {
			r.endMonitor()
			s.listeners.forget()
			if s.peers != nil {
				s.peers.reset()
			}
		}
		tellPeers(tell)
	}
}

// endMonitor ends the reading end of a monitor that was stopped.
func (r *Socket) endMonitor() {
	r.end(nil)
	if !r.started {
		r.finish()
	}
	<-r.done
}

// reset forgets all peers.
func (p *peers) reset() {
	p.turn.Lock()
	defer p.turn.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.disconnects += uint64(p.now())
	p.monitored, p.local = monitored{}, 0
}

// monitorSink gives the events of a monitor to those who count, and those who listen.
type monitorSink struct{ s *Socket }

func (*monitorSink) room() int { return maxBatch }

func (m *monitorSink) take(in *inbox) (lost int) {
	for in.next() {
		if len(in.views) == 2 && len(in.views[0]) == 6 {
			event := zmq4.Event(binary.NativeEndian.Uint16(in.views[0]))
			m.s.monitored(event, int(int32(binary.NativeEndian.Uint32(in.views[0][2:]))), string(in.views[1]))
		}
	}
	return 0
}

func (*monitorSink) end() {}

// monitored gives one event to those who count.
func (s *Socket) monitored(event zmq4.Event, value int, endpoint string) {
	unsaid := s.peers != nil && s.peers.see(event, value, endpoint)
	s.tell(event, value, endpoint)
	s.handshaken(event, value, endpoint, unsaid)
	if event == zmq4.EVENT_ACCEPT_FAILED { // again and again at once, for as long as whoever has come waits
		s.reportSome("accept", fmt.Errorf("%w: who connects waits, and a thread of ZeroMQ tries for as long", syscall.Errno(value)))
	}
}

// monitored is what is known of a socket's connections. Events name the address of a connection, which several may
// share, and its file descriptor only where it begins and ends: not where its handshake succeeds or fails.
type monitored struct {
	ready       int // of all addresses
	byAddress   map[string]*address
	connections map[int]begun       // those that are open, by file descriptor
	early       map[connection]bool // those whose end came before their begin, which another thread of libzmq's tells
	unsaid      int                 // connections that ended before they were peers, of which no failure was told
	left        map[string]bool     // what Disconnect left, of which nothing is to be heard any more
}

// connection is one of an address. Once it has ended, another may have its descriptor before its begin is told.
type connection struct {
	fd      int
	address string
}

// begun is a connection of which the end has not been told.
type begun struct {
	address string
	before  int // successful handshakes of the address by then: if there are no more when it ends, it was no peer
}

// address counts the connections of one address.
type address struct {
	succeeded int // handshakes, ever
	open      int // at all
	ready     int // whose handshake is done
	failing   int // whose handshake failed, and which have not ended yet
}

// see counts one event. It returns true if it is the end of a handshake that failed without an event of its own.
func (p *peers) see(event zmq4.Event, value int, endpoint string) (unsaid bool) {
	p.change(func() {
		before := p.unsaid
		if event&failedHandshakes != 0 {
			p.failures++
		}
		if event == zmq4.EVENT_CONNECT_RETRIED {
			p.retries++
			return
		}
		if !p.left[endpoint] {
			p.monitored.see(event, value, endpoint)
		}
		unsaid = p.unsaid > before
	})
	return unsaid
}

func (m *monitored) see(event zmq4.Event, value int, endpoint string) {
	if m.byAddress == nil {
		m.byAddress, m.connections, m.early = make(map[string]*address), make(map[int]begun), make(map[connection]bool)
	}
	a := m.byAddress[endpoint]
	if a == nil {
		a = new(address)
		m.byAddress[endpoint] = a
	}
	switch {
	case event == zmq4.EVENT_CONNECTED || event == zmq4.EVENT_ACCEPTED:
		m.begin(value, endpoint, a)
	case event == zmq4.EVENT_HANDSHAKE_SUCCEEDED:
		a.succeeded++
		m.setReady(a, a.ready+1)
	case event&failedHandshakes != 0:
		a.failing++
	case event == zmq4.EVENT_DISCONNECTED:
		m.finish(value, endpoint, a)
	}
	if *a == (address{succeeded: a.succeeded}) {
		delete(m.byAddress, endpoint)
	}
}

func (m *monitored) setReady(a *address, n int) {
	m.ready += n - a.ready
	a.ready = n
}

// begin notes a connection.
func (m *monitored) begin(fd int, endpoint string, a *address) {
	if c := (connection{fd, endpoint}); m.early[c] {
		delete(m.early, c)
		return
	}
	if stale, ok := m.connections[fd]; ok { // it went without an event, as those of an endpoint that is unbound do
		m.lose(m.byAddress[stale.address])
	}
	m.connections[fd] = begun{endpoint, a.succeeded}
	a.open++
}

// finish notes the end of a connection. It was none of a peer's if a handshake has failed: that is told before, and
// the end follows at once but for what waits for the other end to hang up.
func (m *monitored) finish(fd int, endpoint string, a *address) {
	if of, ok := m.connections[fd]; ok && of.address == endpoint {
		delete(m.connections, fd)
		if of.before == a.succeeded && a.failing == 0 { // libzmq tells nothing of frames that are too large, nor of old versions of ZMTP
			m.unsaid++
			a.failing++
		}
	} else {
		m.early[connection{fd, endpoint}] = true
		a.open++ // and down again: its begin is still to come, and does not count
	}
	m.lose(a)
}

// lose counts one connection of a less.
func (m *monitored) lose(a *address) {
	a.open--
	if a.failing > 0 {
		a.failing--
	} else if a.ready > 0 {
		m.setReady(a, a.ready-1)
	}
	if len(m.early) == 0 { // a handshake may fail for two reasons, and a peer go without a word
		m.setReady(a, min(a.ready, a.open))
		a.failing = min(a.failing, a.open-a.ready)
	}
}

// forget notes that Disconnect has left endpoints, of which libzmq tells nothing.
func (p *peers) forget(endpoints []string) {
	for _, endpoint := range endpoints {
		p.change(func() {
			if p.left == nil {
				p.left = make(map[string]bool)
			}
			p.left[endpoint] = true
			if a := p.byAddress[endpoint]; a != nil {
				p.setReady(a, 0)
				delete(p.byAddress, endpoint)
			}
			maps.DeleteFunc(p.connections, func(_ int, of begun) bool { return of.address == endpoint })
			maps.DeleteFunc(p.early, func(c connection, _ bool) bool { return c.address == endpoint })
		})
	}
}

// expect notes that Connect is going to connect to endpoints, which may have been left.
func (p *peers) expect(endpoints []string) {
	p.change(func() {
		for _, endpoint := range endpoints {
			delete(p.left, endpoint)
		}
	})
}
