//go:build cgo

package runtime

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/pebbe/zmq4"
)

// This file is the life of a socket: from opening to its end.

const (
	// minLinger is what a socket that sends closes with at least. libzmq 4.3 aborts the process if a connection
	// fails in the moment when linger runs out and a multipart message is half sent (libzmq#3442); two ends that
	// close together are past each other by then.
	minLinger = 100 * time.Millisecond
	// handoverTime is how long, beyond linger, a socket that ends goes on sending what ZeroMQ takes at once.
	// A busy machine alone should cost no message; but a slice may be endless.
	handoverTime = 500 * time.Millisecond
)

// Socket is the handle of an open socket. All methods may be called by many goroutines at once, and on
// a nil *Socket, which is one that is not open.
type Socket struct {
	socketLimits
	pump      *Pump
	topology  string
	name      string     // node.socket, and #instance
	base      string     // node.socket
	declared  SocketType // by the topology: a PUB that tracks its peers is an XPUB underneath
	endpoints []string   // the real ones, of what it binds
	files     []*ipcFile // of paths that it binds
	started   bool       // guarded by the pump's mutex
	counters  counters
	gauges    []func(*Stats)           // add what queues hold; set before start
	reported  atomic.Pointer[sync.Map] // how often each op was, as *atomic.Uint64; nil if none was yet

	subscribers   *subscribers // nil if ZeroMQ does not tell of them
	peers         *peers       // nil if they are not tracked
	reader        *Socket      // of the monitor; nil if there is none. Guarded by mu once the socket is open
	listeners     listeners    // to what the monitor tells
	connected     []string     // where it connected to when it opened
	layout        layout       // of its messages, for the log
	opened        time.Time
	labels        context.Context                 // has the labels of its goroutines; nil before start
	handlerLabels atomic.Pointer[context.Context] // likewise, of those that run handlers; nil before the first
	doing         atomic.Pointer[time.Time]       // since when a function of the user's has the ZeroMQ socket; nil if none has
	logsEvents    bool                            // the logger is one of them
	secret        bool                            // nobody is to see its messages
	secured       *secured                        // nil if it has no security
	onPeers       func(now int)                   // set before start: called for each change of the number of peers, without the mutex; it must not block

	file   *os.File        // a duplicate of ZMQ_FD, in Go's netpoller; nil if the watcher has ZMQ_FD, or the loop of a device
	conn   syscall.RawConn // of file
	serial *serial         // of a socket that has one message on its way at a time; else nil

	fd       int           // ZMQ_FD, if the watcher has it
	nudged   chan struct{} // holds a token after a nudge of the select side, likewise, or of who sends where there is none
	touching atomic.Bool   // somebody waits for the mutex to touch the socket

	mu      socketMutex // of raw, and all up to the empty line
	raw     rawSocket
	closed  bool     // raw is closed, or about to be
	wantIn  bool     // the poll side waits for POLLIN
	wantOut bool     // the select side waits for POLLOUT
	due     []func() // what the poll side is asked to call when it has read what is there

	asked   atomic.Bool  // due holds something
	then    []func()     // what the poll side, which alone knows them, calls when there is nothing more to read
	sides   atomic.Int32 // goroutines that serve the socket; the last to leave finishes it
	sink    sink         // of what is received; nil if nothing is
	passes  bool         // what is received goes on through a device
	device  *Device      // whose side it is; nil if it is none
	ending  chan struct{}
	endOnce sync.Once
	endErr  error     // why it ended; set before ending is closed
	endBy   time.Time // when linger runs out; likewise
	stopCtx func() bool
	last    func() // releases what the socket's user holds, when it has closed
	done    chan struct{}
}

// sink takes what a socket receives. Only the poll side calls it.
type sink interface {
	// room returns how many messages may be received now, at least 1.
	room() int
	// take takes the messages of in, whose frames it must copy, and may block until the socket ends. It
	// returns how many are lost because the socket ended.
	take(in *inbox) (lost int)
	// end is called once, after the last take.
	end()
}

// open makes the socket, without starting it.
func (p *Pump) open(ctx context.Context, t *Topology, name string, opts []SocketOption) (*Socket, error) {
	t, err := p.effective(t)
	if err != nil {
		return nil, &Error{"open", name, err}
	}
	c, err := configure(t, name, opts)
	if err != nil {
		return nil, &Error{"open", name, err}
	}
	c.trackPeers = c.trackPeers || p.trackPeers
	if c.trackPeers && c.Type == Pub && !c.Conflate {
		c.typ = XPub
	}
	s := &Socket{
		socketLimits: c.socketLimits, pump: p, topology: t.Name, name: c.fullName(), base: c.name, declared: c.Type,
		ending: make(chan struct{}), done: make(chan struct{}), device: c.device,
	}
	if c.device != nil {
		s.mu.floor = c.device.floor
	}
	if c.trackPeers || c.Security != "" { // only the monitor tells of handshakes that have failed
		s.peers = new(peers)
	}
	s.layout = c.layout()
	s.logsEvents = p.logs(slog.LevelDebug)
	if c.typ == XPub {
		s.subscribers = new(subscribers)
	}
	if err := ctx.Err(); err != nil {
		return nil, &Error{"open", s.name, err}
	}
	release, err := p.reserve(s)
	if err != nil {
		return nil, &Error{"open", s.name, err}
	}
	if err := s.create(c); err != nil {
		release()
		return nil, err
	}
	if c.opened != nil {
		*c.opened = s
	}
	return s, nil
}

// create makes the ZeroMQ socket, binds and connects it.
func (s *Socket) create(c *socketConfig) (err error) {
	zsock, err := s.pump.zctx.NewSocket(socketTypes[s.typ])
	if err != nil {
		return &Error{"open", s.name, explain(err)}
	}
	s.raw = newRawSocket(zsock)
	defer func() {
		if err != nil {
			s.unsecure()
			s.unwatch()
			s.leavePeers()()
			s.removeFiles()
			zsock.SetLinger(0)
			zsock.Close()
		}
	}()
	if c.Handover { // which takes connections away at any time
		s.raw.beCareful(true)
	}
	connect, err := s.pump.connectEndpoints(c)
	if err != nil {
		return &Error{"open", s.name, err}
	}
	s.connected = connect
	bind, from := s.pump.bindEndpoints(c)
	if err := checkEndpoints(toBind, from, bind); err != nil {
		return &Error{"open", s.name, err}
	}
	if len(bind)+len(connect) == 0 {
		return &Error{"open", s.name, errors.New("nothing to bind and nothing to connect to")}
	}
	if err := c.setOptions(zsock, append(bind[:len(bind):len(bind)], connect...)); err != nil {
		return &Error{"open", s.name, err}
	}
	if err := s.secure(c, zsock, bind, connect); err != nil {
		return err
	}
	if err := s.monitor(zsock); err != nil {
		return err
	}
	for _, e := range bind {
		if c.client && c.Uncorrelated && (isInproc(e) || e == "ipc://*") {
			return &Error{"bind " + e, s.name, errors.New("without correlation the socket is opened anew after a call without an answer, and nobody would find it there: connect to the server, or bind another endpoint")}
		}
		real, err := s.bind(zsock, e)
		if err != nil {
			return &Error{"bind " + e, s.name, s.pump.explainBind(e, err)}
		}
		s.endpoints = append(s.endpoints, real)
	}
	for _, e := range connect {
		tell, err := s.connect(zsock, e)
		if err != nil {
			return &Error{"connect " + e, s.name, explain(err)}
		}
		tellPeers(tell)
	}
	if c.client && (s.typ == Req || c.Uncorrelated) {
		s.serial = &serial{config: c, connected: connect, uncorrelated: c.Uncorrelated}
	}
	return s.watch(zsock)
}

// bind binds one endpoint and returns the real one. A socket that has just closed frees its port some
// time later, in ZeroMQ's own thread, so a taken port is tried for a while.
func (s *Socket) bind(zsock *zmq4.Socket, endpoint string) (real string, err error) {
	const tries, pause = 20, 5 * time.Millisecond
	for range tries {
		if isInproc(endpoint) {
			var tell []*Socket
			tell, err = s.pump.inproc.bind(s, zsock, endpoint)
			tellPeers(tell)
		} else if path, ok := ownPath(endpoint); ok {
			err = s.bindIPC(zsock, endpoint, path)
		} else {
			err = zsock.Bind(endpoint)
		}
		if !freesLater(endpoint, err) {
			break
		}
		time.Sleep(pause)
	}
	if err != nil {
		return "", err
	}
	return zsock.GetLastEndpoint()
}

// freesLater reports whether err says that an endpoint is taken of which a socket that has closed may be rid only later. The
// path of a file is free at once.
func freesLater(endpoint string, err error) bool {
	if path, ok := ownPath(endpoint); ok {
		return isAbstract(path) && errors.Is(err, syscall.EADDRINUSE)
	}
	return zmq4.AsErrno(err) == zmq4.Errno(syscall.EADDRINUSE)
}

// connect connects to one endpoint, and returns who is to be told, without the mutex.
func (s *Socket) connect(zsock *zmq4.Socket, endpoint string) (tell []*Socket, err error) {
	if isInproc(endpoint) {
		return s.pump.inproc.connect(s, zsock, endpoint)
	}
	return nil, zsock.Connect(endpoint)
}

// start begins to serve the socket: with the poll side, if it has one, and others. last is called when
// the socket has ended; it may be nil, like in, if nothing is received.
func (s *Socket) start(ctx context.Context, in sink, last func(), sides ...func()) {
	s.sink = in
	if s.subscribers != nil {
		s.sink = &subscriberSink{s, in}
	}
	if s.file != nil {
		sides = append(sides, s.pollSide)
	}
	s.serve(ctx, last, sides...)
}

// serve is start for a socket whose sides are all given.
func (s *Socket) serve(ctx context.Context, last func(), sides ...func()) {
	s.last = last
	s.sides.Store(int32(len(sides)))
	s.labels = socketLabels(ctx, s)
	s.opened = time.Now()
	s.log(slog.LevelDebug, "opened", "type", s.typ.String(), "bound", s.endpoints, "connected", s.connected)
	s.stopCtx = afterDone(ctx, func() { s.end(context.Cause(ctx)) })
	s.pump.started(s)
	if s.peers != nil { // before the mutex is taken: whoever is told of peers may take it
		s.peers.turn.Lock()
		s.peers.onChange = s.onPeers
		s.peers.turn.Unlock()
	}
	s.mu.Lock()
	s.readMonitor()
	s.mu.Unlock()
	for _, run := range sides {
		go s.side(run)
	}
}

// afterDone is context.AfterFunc, and nothing at all for a ctx that is never done.
func afterDone(ctx context.Context, f func()) (stop func() bool) {
	if ctx.Done() == nil {
		return neverDone
	}
	return context.AfterFunc(ctx, f)
}

func neverDone() bool { return true }

// side runs one side. The last one to leave finishes the socket.
func (s *Socket) side(run func()) {
	s.label("select")
	run()
	if s.sides.Add(-1) == 0 {
		s.finish()
	}
}

// end makes the socket end: its sides leave as soon as they can, and hand over what is to be sent
// until linger has passed. err says why; nil if the user asked for it. It returns false if the socket
// was ending already.
func (s *Socket) end(err error) (first bool) {
	s.endOnce.Do(func() {
		first = true
		s.endErr, s.endBy = err, time.Now().Add(s.linger)
		close(s.ending)
		s.nudgeIn()
		s.nudgeOut()
	})
	return first
}

// fail makes the socket end because of an error that no caller is there to take.
func (s *Socket) fail(op string, err error) {
	if s.end(err) {
		s.report(op, err)
	}
}

// isMoved reports whether the loop of a device waits for the socket. A PUB that captures and tracks its peers, so that it receives their
// subscriptions, has a poll side as any such socket.
func (s *Socket) isMoved() bool { return s.device != nil && (s.declared != Pub || !s.typ.receives()) }

func (s *Socket) isEnding() bool {
	select {
	case <-s.ending:
		return true
	default:
		return false
	}
}

// recv receives up to most messages within the socket's limits. The mutex is held.
func (s *Socket) recv(in *inbox, most int) *received {
	return s.raw.recv(in, most, s.receiveLimit(), s.maxFrames)
}

// receiveLimit returns how many bytes a message may have that is received.
func (s *Socket) receiveLimit() int64 {
	if s.typ == Router || s.typ == Dealer {
		return s.maxMessageSize + maxEnvelope*maxRoutingID // the envelope is ZeroMQ's, not the peer's message
	}
	return s.maxMessageSize
}

// lingered reports whether linger has passed since the socket began to end.
func (s *Socket) lingered() bool { return !time.Now().Before(s.endBy) }

// overdue reports whether a socket that ends is to send nothing more, even if ZeroMQ takes it at once.
func (s *Socket) overdue() bool { return s.isEnding() && time.Since(s.endBy) > handoverTime }

// finish closes the socket, after all sides have left.
func (s *Socket) finish() {
	s.stopCtx()
	s.unwatch()
	s.mu.Lock()
	s.closed = true
	if s.delivers() {
		s.countUnread(DroppedUnread)
	}
	s.raw.free()
	left := s.leavePeers()
	s.removeFiles()
	s.raw.zsock.SetLinger(s.closeLinger())
	err := s.raw.zsock.Close()
	s.mu.Unlock()
	left()
	s.listeners.end()
	if err != nil {
		s.report("close", err)
	}
	if s.sink != nil {
		s.sink.end()
	}
	s.unsecure()
	if s.secured != nil {
		s.secured.returns.end()
	}
	s.pump.forget(s)
	s.log(slog.LevelDebug, "closed", "cause", s.Err())
	close(s.done)
	if s.last != nil {
		s.last()
	}
}

// closeLinger returns how long ZeroMQ may go on sending after the close. A SUB or an XSUB would wait for its
// subscriptions to reach a publisher that has gone.
func (s *Socket) closeLinger() time.Duration {
	switch {
	case !s.typ.sends():
		return 0
	case s.typ == XSub:
		return minLinger
	}
	return max(minLinger, time.Until(s.endBy))
}
