//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	goruntime "runtime"
	"slices"
	"sync"
	"time"

	"github.com/pebbe/zmq4"
)

// This file is the pump: the ZeroMQ context with its sockets, and the two sides that serve each of
// them. The rules by which the sides wake each other are in docs/architecture.md; in short:
//
// ZMQ_FD tells of changes, not of states, and any call into the socket may use up the change that the
// other side waits for. So every call ends by reading ZMQ_EVENTS, under the socket's mutex, and who
// sees there what another side wants nudges it, by a deadline in the past. A side that waits has said
// so before, under the same mutex, and always looks once more before it parks.

const (
	maxSockets = 32768                 // of one pump; ZeroMQ's own default is 1023
	maxBatch   = 1024                  // messages moved by one call
	batchBytes = 64 << 10              // more is not gathered into one batch
	slowTick   = 50 * time.Millisecond // while blocked: is the channel closed?
)

var errInUse = errors.New("sockets are still in use: does a call of Do not return?")

// Pump is one ZeroMQ context and all that was opened on it. Its methods may be called by many
// goroutines at once.
type Pump struct {
	zctx      *zmq4.Context
	onError   func(error)
	logger    *slog.Logger
	ioThreads int
	overrides map[string][]string
	envPrefix string
	slowTick  time.Duration // how often a blocked select side looks around
	parkTime  time.Duration // until a parked message is dropped
	inboxes   pool[inbox]
	writers   pool[FrameWriter]
	stopCtx   func() bool
	done      chan struct{}
	closeErr  error // of Close; set before done is closed

	mu      sync.Mutex            // guards what follows
	sockets map[socketKey]*Socket // that are open, or being opened
	opening sync.WaitGroup        // sockets that are being opened
	watcher *watcher              // of sockets that only send; nil if there was none yet
	closing bool
	err     error
	longest time.Duration // linger of all sockets that were open
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
	zctx, err := zmq4.NewContext()
	if err != nil {
		return nil, &Error{Op: "new pump", Err: explain(err)}
	}
	goruntime.SetFinalizer(zctx, nil) // it would terminate the context, and wait for it, when it likes
	p := &Pump{
		zctx:      zctx,
		ioThreads: 1,
		slowTick:  slowTick,
		parkTime:  parkTime,
		overrides: make(map[string][]string),
		inboxes:   pool[inbox]{make: newInbox, keep: func(in *inbox) bool { return cap(in.buf) <= inboxKeep }},
		writers:   pool[FrameWriter]{make: func() *FrameWriter { return new(FrameWriter) }, keep: keepWriter},
		done:      make(chan struct{}),
		sockets:   make(map[socketKey]*Socket),
	}
	for _, opt := range opts {
		opt(p)
	}
	if err := errors.Join(zctx.SetMaxSockets(maxSockets), zctx.SetIoThreads(p.ioThreads)); err != nil {
		zctx.Term()
		return nil, &Error{Op: "new pump", Err: err}
	}
	p.mu.Lock() // ctx may end now
	defer p.mu.Unlock()
	p.stopCtx = context.AfterFunc(ctx, func() { p.close(context.Cause(ctx)) })
	return p, nil
}

// Close ends all sockets and waits until they have handed over what they hold, which the longest
// linger among them bounds, plus a second. It may be called again, and then waits too.
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
	defer close(p.done)
	for _, s := range open {
		s.end(cause)
	}
	closed := make(chan error, 1)
	go func() {
		for _, s := range open {
			<-s.done
		}
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
	case <-limit:
		p.closeErr = &Error{Op: "close", Err: errInUse}
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
}

func (p *Pump) report(err *Error) {
	if p.onError != nil {
		p.onError(err)
	}
	if p.logger != nil {
		p.logger.Warn(err.Err.Error(), "op", err.Op, "socket", err.Socket)
	}
}

// wake nudges the sides that wait for what events say. The mutex is held.
func (s *Socket) wake(events int) {
	if events&pollIn != 0 && s.wantIn {
		s.wantIn = false
		s.nudgeIn()
	}
	if events&pollOut != 0 && s.wantOut {
		s.wantOut = false
		s.nudgeOut()
	}
}

var past = time.Unix(1, 0)

func (s *Socket) nudgeIn() {
	if s.file != nil {
		s.file.SetReadDeadline(past)
	}
}

func (s *Socket) nudgeOut() {
	if s.file != nil {
		s.file.SetWriteDeadline(past)
		return
	}
	select {
	case s.nudged <- struct{}{}:
	default: // there is one already
	}
}

// touch lets ZeroMQ see to the socket's peers, and wakes whoever waits for what that changes. It is for
// the watcher, so it does not wait while somebody holds the mutex.
func (s *Socket) touch() {
	if s.mu.TryLock() {
		s.touchLocked()
		s.mu.Unlock()
	} else if !s.touching.Swap(true) {
		go func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.touching.Store(false) // first this, then look: a change that comes now makes another
			s.touchLocked()
		}()
	}
}

func (s *Socket) touchLocked() {
	if !s.closed {
		s.wake(s.raw.events())
	}
}

// pollSide receives, until the socket ends. A socket that only sends has one too where no watcher can
// do what is left for it: let ZeroMQ see to the peers, and wake the select side.
func (s *Socket) pollSide() {
	look := s.look
	for !s.isEnding() {
		err := s.conn.Read(look)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			s.file.SetReadDeadline(time.Time{}) // first this, then look: no nudge is lost
		} else if err != nil && !s.isEnding() {
			s.fail("wait", err)
		}
	}
}

// look receives and delivers while there is something, and returns true if the socket is to end.
// Returning false parks the poll side until ZMQ_FD changes or somebody nudges it.
func (s *Socket) look(uintptr) bool {
	for {
		if s.isEnding() {
			return true
		}
		var again bool
		var err error
		if s.sink == nil {
			s.mu.Lock()
			s.looked(s.raw.events(), false)
			s.mu.Unlock()
		} else {
			again, err = s.lookAndTake()
		}
		if err != nil && err != errAgain {
			s.fail("receive", err)
			return true
		}
		if !again {
			return s.isEnding()
		}
		goruntime.Gosched() // there is more, so somebody may well be due to take what has been delivered
	}
}

// looked notes what the poll side has seen, and whether it is going to look again. The mutex is held.
func (s *Socket) looked(events int, again bool) {
	s.wantIn = false
	s.wake(events)
	s.wantIn = !again
}

// lookAndTake receives once and delivers what came. It returns true if there is more.
func (s *Socket) lookAndTake() (again bool, err error) {
	in := s.pump.inboxes.get()
	defer s.pump.inboxes.put(in)
	s.mu.Lock()
	r := s.recv(in, s.sink.room())
	again = r.more || r.events&pollIn != 0
	s.looked(r.events, again)
	s.mu.Unlock()
	s.counters.received(r)
	s.drop(DroppedOversize, r.oversize)
	if r.msgs > 0 { // decoding takes a larger stack, which an idle socket does without
		s.drop(DroppedUnread, s.sink.take(in))
		s.raw.giveBack(in)
	}
	return again, r.err
}

// try sends what it can of o. It returns errAgain if some is left, and then the select side is due to
// be woken. The mutex is held.
func (s *Socket) try(o *outgoing) error {
	if s.closed {
		return ErrClosed
	}
	s.wantOut = false
	for asked := false; ; asked = true {
		r := s.raw.send(o.buf[o.at.bytes:], o.frames[o.at.frames:])
		o.sent(r)
		s.counters.sent(r)
		s.wake(r.events)
		wait, refuse := s.outOfTurn(r.err)
		switch {
		case refuse:
			o.refuse()
			continue
		case wait:
			r.err = errAgain
		}
		// After EAGAIN reading the events may have made room: ask once more, and again as long as something
		// goes, but no longer, since some socket types always claim POLLOUT.
		if r.err != errAgain || r.events&pollOut == 0 || asked && r.msgs == 0 {
			s.wantOut = r.err == errAgain
			return r.err
		}
	}
}

// sendOne sends the one message in w, or returns errAgain if ZeroMQ does not take it now.
func (s *Socket) sendOne(w *FrameWriter) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	r := s.raw.send(w.buf, w.frames)
	s.counters.sent(r)
	s.wake(r.events)
	return r.err
}

// flush sends all of o, and waits while ZeroMQ takes no more, until giveUp says to stop.
func (s *Socket) flush(o *outgoing, giveUp func() bool) error {
	s.mu.Lock()
	err := s.try(o)
	s.mu.Unlock()
	if err == errAgain {
		err = s.wait(o, giveUp)
	}
	for ; o.refused > 0; o.refused-- {
		s.refuse(DroppedState, "send", errState)
	}
	return err
}

// wait is flush after ZeroMQ took no more.
func (s *Socket) wait(o *outgoing, giveUp func() bool) (err error) {
	s.counters.blocked.Add(1)
	try := func(uintptr) bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		err = s.try(o)
		return err != errAgain
	}
	for {
		next := time.Now().Add(s.pump.slowTick)
		if s.isEnding() && s.endBy.Before(next) {
			next = s.endBy
		}
		if s.file != nil {
			s.file.SetWriteDeadline(next) // first this, then look: no nudge is lost
		}
		if giveUp() {
			return errAgain
		}
		if done, wait := s.await(try, next); done || wait != nil {
			return errors.Join(wait, err)
		}
	}
}

// await waits until try returns true, or returns false after a nudge or when it is time.
func (s *Socket) await(try func(uintptr) bool, until time.Time) (done bool, err error) {
	if s.file != nil {
		err = s.conn.Write(try)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return false, nil
		}
		return true, err
	}
	if try(0) {
		return true, nil
	}
	select {
	case <-s.nudged:
	case <-time.After(time.Until(until)):
	}
	return false, nil
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
