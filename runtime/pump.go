//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	goruntime "runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pebbe/zmq4"
)

// This file is the Pump: the ZeroMQ context, the sockets that are open on it, and the memory that they
// borrow. What serves them is in sides.go.

const maxSockets = 32768 // of one pump; ZeroMQ's own default is 1023

var errInUse = errors.New("sockets are still in use: does a call of Do not return?")

// Pump is one ZeroMQ context and all that was opened on it. Its methods may be called by many
// goroutines at once.
type Pump struct {
	zctx       *zmq4.Context
	onError    func(error)
	logger     *slog.Logger
	traceBytes int          // of each frame of a body, that the log may show
	observer   CallObserver // nil if there is none
	watchdog   *watchdog    // likewise
	ioThreads  int
	overrides  map[string][]string
	overriding overriding // by files
	envPrefix  string
	ipcDirs    *fs.FileMode  // of the directories of ipc paths that the pump makes; nil if it makes none
	slowTick   time.Duration // how often a blocked select side looks around
	parkTime   time.Duration // until a parked message is dropped
	inboxes    pool[inbox]
	writers    pool[FrameWriter]
	trackPeers bool // of all sockets
	made       time.Time
	monitors   atomic.Int64  // that were started
	errors     atomic.Uint64 // that were reported
	inproc     inproc
	zap        zap
	check      check
	stopCtx    func() bool
	done       chan struct{}
	closeErr   error // of Close; set before done is closed

	mu      sync.Mutex            // guards what follows
	sockets map[socketKey]*Socket // that are open, or being opened
	devices map[socketKey]*Device // that are open
	opening sync.WaitGroup        // sockets that are being opened
	watcher *watcher              // of sockets that only send; nil if there was none yet
	closing bool
	err     error
	opened  uint64                     // sockets, so far
	ended   map[socketKey]Stats        // of sockets that have ended, by node.socket
	gone    map[socketKey]DeviceTotals // of devices that have ended, by their name in the topology
	longest time.Duration              // linger of all sockets that were open
}

type socketKey struct{ topology, name string }

func (s *Socket) key() socketKey { return socketKey{s.topology, s.name} }

// NewPump makes a pump. It ends, with all its sockets, when ctx ends or Close is called; Close must be
// called in any case.
func NewPump(ctx context.Context, opts ...PumpOption) (*Pump, error) {
	if err := checkPebbe(); err != nil {
		return nil, &Error{Op: "new pump", Err: err}
	}
	if err := ctx.Err(); err != nil {
		return nil, &Error{Op: "new pump", Err: err}
	}
	keepFreed()
	zctx, err := zmq4.NewContext()
	if err != nil {
		return nil, &Error{Op: "new pump", Err: explain(err)}
	}
	goruntime.SetFinalizer(zctx, nil) // it would terminate the context, and wait for it, when it likes
	p := &Pump{
		zctx:      zctx,
		made:      time.Now(),
		ioThreads: 1,
		slowTick:  slowTick,
		parkTime:  parkTime,
		overrides: make(map[string][]string),
		inboxes:   pool[inbox]{make: newInbox, keep: func(in *inbox) bool { return cap(in.buf) <= inboxKeep }},
		writers:   pool[FrameWriter]{make: func() *FrameWriter { return new(FrameWriter) }, keep: keepWriter},
		done:      make(chan struct{}),
		sockets:   make(map[socketKey]*Socket),
		devices:   make(map[socketKey]*Device),
	}
	p.zap.init(p)
	p.check.turn = make(chan struct{}, 1)
	for _, opt := range opts {
		opt(p)
	}
	if err := p.checkGiven(); err != nil {
		zctx.Term()
		return nil, &Error{Op: "new pump", Err: err}
	}
	if err := errors.Join(zctx.SetMaxSockets(maxSockets), zctx.SetIoThreads(p.ioThreads), calmThreads(zctx)); err != nil {
		zctx.Term()
		return nil, &Error{Op: "new pump", Err: err}
	}
	p.mu.Lock() // ctx may end now
	defer p.mu.Unlock()
	if p.watchdog != nil {
		go p.watchdog.run(p)
	}
	p.stopCtx = context.AfterFunc(ctx, func() { p.close(context.Cause(ctx)) })
	return p, nil
}

// Close ends all sockets and waits until they have handed over what they hold, which the longest
// linger among them bounds, plus a second. It may be called again, and then waits too. What ZeroMQ held in memory goes back to
// the kernel then, where C's library is glibc and 8 MiB or more are free.
func (p *Pump) Close() error { return p.close(nil) }

func (p *Pump) close(cause error) error {
	p.mu.Lock()
	if p.closing {
		p.mu.Unlock()
		<-p.done
		return p.closeErr
	}
	p.closing, p.err = true, cause
	p.mu.Unlock()
	p.stopCtx()
	p.opening.Wait()
	p.mu.Lock()
	open := slices.Collect(maps.Values(p.sockets))
	limit := time.After(p.longest + time.Second)
	p.mu.Unlock()
	for _, err := range p.overriding.unused() {
		p.report(&Error{Op: "overrides", Err: err})
	}
	defer close(p.done)
	for _, s := range open {
		s.end(cause)
	}
	closed := make(chan error, 1)
	go func() {
		for _, s := range open {
			<-s.done
		}
		p.zap.close()
		if p.watcher != nil {
			p.watcher.close()
		}
		closed <- p.zctx.Term()
	}()
	select {
	case err := <-closed:
		if err != nil {
			p.closeErr = &Error{Op: "close", Err: err}
		}
		closedPumps.run()
	case <-limit:
		p.closeErr = &Error{Op: "close", Err: errInUse}
		go func() {
			<-closed
			closedPumps.run()
		}()
	}
	return p.closeErr
}

// Done returns a channel that is closed when the pump has closed.
func (p *Pump) Done() <-chan struct{} { return p.done }

// Err returns nil while the pump is open, then why it closed: ErrClosed, or the error of its ctx.
func (p *Pump) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closing && p.err == nil {
		return ErrClosed
	}
	return p.err
}

// Stats returns the counts of all open sockets, by topology and name, as in market.feed.quotes.
func (p *Pump) Stats() map[string]Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make(map[string]Stats, len(p.sockets))
	for key, s := range p.sockets {
		if s.started {
			all[key.topology+"."+key.name] = s.Stats()
		}
	}
	return all
}

// Socket returns the handle of the socket of that topology that is open under name, node.socket or
// node.socket#instance, or nil.
func (p *Pump) Socket(topology, name string) *Socket {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.sockets[socketKey{topology, name}]; s != nil && s.started {
		return s
	}
	return nil
}

// reserve takes the name of s, and keeps Close waiting until s is started or released.
func (p *Pump) reserve(s *Socket) (release func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closing {
		return nil, fmt.Errorf("the pump is closed: %w", ErrClosed)
	}
	if p.sockets[s.key()] != nil {
		return nil, errors.New("it is open on this pump already: a second opening needs the option Instance")
	}
	p.sockets[s.key()] = s
	p.opening.Add(1)
	p.longest = max(p.longest, s.linger)
	return func() {
		p.forget(s)
		p.opening.Done()
	}, nil
}

// started notes that s, whose name is reserved, is open.
func (p *Pump) started(s *Socket) {
	p.mu.Lock()
	s.started = true
	p.opened++
	p.mu.Unlock()
	p.opening.Done()
}

// watch returns the pump's watcher.
func (p *Pump) watch() (w *watcher, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.watcher == nil {
		if w, err = newWatcher(); err != nil {
			return nil, err
		}
		p.watcher = w
	}
	return p.watcher, nil
}

func (p *Pump) forget(s *Socket) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.sockets, s.key())
	if s.started && s.base != "" { // a monitor's reading end is no socket of the topology
		p.keep(s)
	}
}

func (p *Pump) report(err *Error) {
	p.errors.Add(1)
	if p.onError != nil {
		p.onError(err)
	}
	if p.logger != nil {
		p.logger.Warn(err.Err.Error(), "op", err.Op, "socket", err.Socket)
	}
}

// pool keeps memory that sockets borrow while they have messages in hand.
type pool[T any] struct {
	pool sync.Pool
	make func() *T
	keep func(*T) bool
}

func (p *pool[T]) get() *T {
	if v, ok := p.pool.Get().(*T); ok {
		return v
	}
	return p.make()
}

func (p *pool[T]) put(v *T) {
	if p.keep(v) {
		p.pool.Put(v)
	}
}

func keepWriter(w *FrameWriter) bool {
	w.reset()
	return cap(w.buf) <= inboxKeep
}
