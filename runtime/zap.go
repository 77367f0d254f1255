//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	goruntime "runtime"
	"strconv"
	"sync"
	"time"

	"github.com/pebbe/zmq4"
)

// This file is the handler of ZeroMQ's authentication protocol, ZAP (RFC 27), of one pump. libzmq asks it about each peer of a
// server with security, over inproc, and lets nobody in who is not admitted; but a CURVE server whose handler is not there
// lets everybody in. So the handler's ZeroMQ socket is bound before the first such server is, and closed after the last has
// been, and if it is broken it stays bound, unheard, and ends the servers.

const (
	maxAuthRequest = 8 << 10 // bytes: libzmq's own have at most 1,600
	zapVersion     = "1.0"
)

var errNoHandler = errors.New("the handler that authenticates its peers has ended")

// zap is the handler of one pump.
type zap struct {
	pump       *Pump
	authorizer func(context.Context, AuthRequest) error // nil if there is none
	patience   time.Duration                            // of peers, for the authorizer and for hashes
	calls      crew                                     // of the authorizer
	hashes     crew                                     // of passwords
	ctx        context.Context
	cancel     context.CancelFunc

	mu      sync.Mutex
	socket  *Socket // a ROUTER; nil before the first server
	broken  error   // why it serves nobody any more
	serials int     // of guards
	guards  map[string]*guard
	release chan struct{} // closed when the socket may be closed
}

// guard decides on the peers of one server.
type guard struct {
	socket *Socket
	spec   SecuritySpec
	list   *allowList // nil if it is any, or the authorizer's to decide
}

func (z *zap) init(p *Pump) {
	z.pump, z.patience = p, authorizerTime
	z.calls.most, z.hashes.most, z.hashes.share = authorizerCalls, max(1, goruntime.GOMAXPROCS(0)/2), maxHashes
	z.ctx, z.cancel = context.WithCancel(context.Background())
	z.guards, z.release = make(map[string]*guard), make(chan struct{})
}

// guard starts to decide on the peers of s, and returns the domain by which libzmq is to ask about them: that of the
// security, which several sockets may share, behind a number of the socket's own.
func (z *zap) guard(s *Socket, spec SecuritySpec) (domain string, err error) {
	g := &guard{socket: s, spec: spec}
	switch {
	case spec.Server.AllowAny && spec.Mechanism != Curve:
		return "", fmt.Errorf("any is for curve, whose clients know a key: %v has none", spec.Mechanism)
	case spec.Server.AllowAny && spec.Server.Allow.isSet():
		return "", errors.New("server.allow is a list and any at once, want one of them")
	case spec.Server.Allow.isSet():
		if g.list, err = openAllowList(spec.Mechanism, spec.Server.Allow); err != nil {
			return "", err
		}
	case !spec.Server.AllowAny && z.authorizer == nil:
		return "", errors.New(nobodyToLet)
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.broken != nil {
		return "", z.broken
	}
	if z.socket == nil {
		if z.socket, err = z.open(); err != nil {
			return "", err
		}
	}
	z.serials++
	domain = strconv.Itoa(z.serials) + "/" + spec.Domain
	z.guards[domain] = g
	return domain, nil
}

// forget ends deciding on the peers of a server: those that still come are refused.
func (z *zap) forget(domain string) {
	z.mu.Lock()
	defer z.mu.Unlock()
	delete(z.guards, domain)
}

// open makes the handler's socket, which the pump does not know, and serves it.
func (z *zap) open() (*Socket, error) {
	zsock, err := z.pump.zctx.NewSocket(zmq4.ROUTER)
	if err != nil {
		return nil, explain(err)
	}
	s := &Socket{
		socketLimits: socketLimits{typ: Router, maxMessageSize: maxAuthRequest, maxFrames: maxFrames}, pump: z.pump, name: "(authentication)", secret: true,
		raw: newRawSocket(zsock), ending: make(chan struct{}), done: make(chan struct{}), stopCtx: neverDone, sink: zapSink{z},
	}
	fd, err := zsock.GetFd()
	if err == nil {
		err = s.duplicate(fd)
	}
	// A connection has one question at a time, and there are no more than connections.
	if err = errors.Join(err, zsock.SetLinger(0), zsock.SetRcvhwm(0), zsock.SetSndhwm(0)); err == nil {
		if err = zsock.Bind(zapEndpoint); err != nil {
			err = fmt.Errorf("bind %s: %w", zapEndpoint, explain(err))
		}
	}
	if err != nil {
		s.unwatch()
		zsock.Close()
		return nil, err
	}
	s.started = true
	s.sides.Store(1)
	go s.side(func() {
		s.pollSide()
		z.fail()
		<-z.release
	})
	return s, nil
}

// fail sees to it that nobody is let in any more, when the socket is not served any more: libzmq waits for an answer
// until it gives the peer up.
func (z *zap) fail() {
	z.mu.Lock()
	z.broken = errNoHandler
	guards := z.guards
	z.guards = nil
	z.mu.Unlock()
	for _, g := range guards {
		g.socket.fail("authenticate", errNoHandler)
	}
}

// close ends the handler, after all servers have closed.
func (z *zap) close() {
	z.cancel()
	z.calls.dismiss()
	z.hashes.dismiss()
	z.mu.Lock()
	s := z.socket
	z.broken = ErrClosed
	z.mu.Unlock()
	close(z.release)
	if s != nil {
		s.end(nil)
		<-s.done
	}
}

// zapSink gives what libzmq asks to the handler.
type zapSink struct{ *zap }

func (zapSink) room() int { return maxBatch }

func (z zapSink) take(in *inbox) (lost int) {
	for in.next() {
		z.receive(in.views)
	}
	return 0
}

func (zapSink) end() {}
