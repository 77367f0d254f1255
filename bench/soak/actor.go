package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zmqgen/zmqgen/bench/soak/flows"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file is one socket from its opening to its end, and what it writes down of itself.

const (
	steadyTopics = 6 // which every subscriber has from beginning to end; the others come and go
	allTopics    = 8
	patience     = 30 * time.Second // for an endpoint to become free, and for what has to come about by itself
)

var errClosedEarly = errors.New("it is to end before it could open")

// byPump is how a socket ends whose pump is closed.
const byPump = "pump"

type actor struct {
	command
	w      *worker
	kind   *kind
	ledger *ledger
	run    uint64
	life   *life
	end    end
	handle *zmqrt.Socket
	device atomic.Pointer[zmqrt.Device] // in place of all ends
	ctx    context.Context
	cancel context.CancelFunc

	closing chan string   // the way
	stop    chan struct{} // closed when it is to send no more
	once    sync.Once
	done    chan struct{}
	stalled atomic.Int64 // until when it does not read, in Unix nanoseconds
	flooded atomic.Int64 // until when it sends without pause

	turns  sync.Mutex // held by turn, one at a time
	mu     sync.Mutex // guards what follows
	last   map[uint64]uint64
	seen   map[uint32][]uint64 // by sender, a bit for each message
	peers  []string            // that a ROUTER has heard from, the latest last
	off    [allTopics]map[uint32]uint64
	held   *letter // by -sabotage swap
	counts uint64
}

func newActor(w *worker, c command) *actor {
	a := &actor{command: c, w: w, kind: kindNamed(c.Kind), ledger: w.ledger, run: w.run, life: &w.ledger.lives[c.Life],
		closing: make(chan string, 8), stop: make(chan struct{}), done: make(chan struct{}), last: make(map[uint64]uint64), seen: make(map[uint32][]uint64)}
	a.ctx, a.cancel = context.WithCancel(context.Background())
	return a
}

func (a *actor) beQuiet() { a.once.Do(func() { close(a.stop) }) }

func (a *actor) obey(c command) {
	switch c.Do {
	case "close":
		select {
		case a.closing <- c.Way:
		default:
		}
	case "stall":
		a.stalled.Store(time.Now().Add(c.For).UnixNano())
	case "flood":
		a.flooded.Store(time.Now().Add(c.For).UnixNano())
	case "pause":
		go func() {
			a.device.Load().Pause()
			time.Sleep(c.For)
			a.device.Load().Resume()
		}()
	case "topic":
		go a.turn(c.Topic)
	case "relink":
		go func() {
			if err := a.handle.Disconnect(c.EndpointsToLink...); err == nil {
				a.handle.Connect(c.EndpointsToLink...)
			}
		}()
	}
}

// live opens the socket, has it work until it is told to end or is ended, and sees that all of it adds up.
func (a *actor) live(before *actor) {
	defer close(a.done)
	defer a.cancel()
	if before != nil {
		<-before.done
	}
	if a.Hub {
		a.liveHub()
		return
	}
	if err := a.open(); errors.Is(err, errClosedEarly) {
		a.life.over.Store(1)
		return
	} else if err != nil {
		fmt.Fprintf(os.Stderr, "life %d: %v\n", a.Life, err)
		return
	}
	a.life.opened.Store(1)
	var sending, receiving sync.WaitGroup
	if a.end.send != nil {
		sending.Go(a.sendAll)
	}
	if a.end.receive != nil {
		receiving.Go(func() { a.end.receive(a.take); a.release() })
	}
	if a.end.client != nil {
		for g := range callersEach {
			sending.Go(func() { a.callAll(g) })
		}
	}
	if a.end.server != nil {
		receiving.Go(a.serveAll)
	}
	way := a.watch()
	byChannel := way == "channel" && a.end.hangUp != nil && !a.end.twoWay
	if a.Calm || byChannel { // others go on sending, or calling, while the socket ends
		a.beQuiet()
		sending.Wait()
	}
	began := time.Now()
	switch {
	case byChannel:
		a.end.hangUp()
		<-a.handle.Done()
	case way == byPump:
		select {
		case <-a.handle.Done():
		case <-time.After(5 * time.Second): // it has opened on the next pump
			a.handle.Close()
		}
	case way == "ctx":
		a.cancel()
		<-a.handle.Done()
	default:
		a.handle.Close()
	}
	a.life.lingered.Store(uint64(time.Since(began).Milliseconds()))
	a.beQuiet()
	sending.Wait()
	if a.end.hangUp != nil && !byChannel {
		a.end.hangUp()
	}
	receiving.Wait()
	a.balance()
	a.life.over.Store(1)
}

func (a *actor) open() error {
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		select {
		case <-a.closing:
			return errClosedEarly
		default:
		}
		pump, err := a.w.pump(a.command)
		if err != nil {
			return err
		}
		side := a.kind.near
		if a.Far {
			side = a.kind.far
		}
		variant := 0
		if a.Calm {
			variant = 1
		}
		if a.end, err = side[variant](a.ctx, pump, a.options()); err == nil {
			a.handle = pump.Socket("soak", socketName(a.Kind, a.Calm, a.Far)+fmt.Sprintf("#%d", a.Life))
			return nil
		}
		a.end = end{}
		if time.Since(began) > patience {
			return err
		}
	}
}

func (a *actor) options() []zmqrt.SocketOption {
	opts := []zmqrt.SocketOption{zmqrt.Instance(fmt.Sprint(a.Life))}
	if a.ByOption {
		opts = append(opts, zmqrt.Bind(a.Bind...), zmqrt.Connect(a.Connect...))
	}
	if a.kind.class == fan && a.Far {
		var topics []string
		for t := range uint32(steadyTopics) {
			topics = append(topics, flows.NoteTopic(t))
		}
		opts = append(opts, zmqrt.Subscribe(topics...))
	}
	if a.Subscribers > 0 {
		opts = append(opts, zmqrt.TrackPeers())
	}
	return opts
}

// watch writes down what Stats say from time to time, until the socket ends or is to end.
func (a *actor) watch() (way string) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case way = <-a.closing:
			return way
		case <-a.handle.Done():
			return byPump
		case <-tick.C:
			a.life.note(a.handle.Stats())
		}
	}
}

// balance waits until Stats say of every message what has become of it.
func (a *actor) balance() {
	for began := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		a.life.note(a.handle.Stats())
		if a.balanced() {
			return
		}
		if time.Since(began) > patience {
			a.life.unbalanced.Store(1)
			fmt.Fprintf(os.Stderr, "life %d, %s: given %d, received %d, served %d, but Stats say %+v\n",
				a.Life, a.handle.Name(), a.life.given.Load(), a.life.received.Load(), a.life.served.Load(), a.handle.Stats())
			return
		}
	}
}

func (a *actor) balanced() bool {
	e := a.life
	if a.end.send != nil && e.given.Load() != e.out.Load()+e.drops(sendCauses...) {
		return false
	}
	switch {
	case a.end.receive != nil:
		return e.in.Load() == e.received.Load()+e.drops(receiveCauses...)
	case a.end.server != nil:
		return e.in.Load() == e.served.Load()+e.drops(zmqrt.DroppedRefused, zmqrt.DroppedUnread, zmqrt.DroppedDecode)
	}
	return true
}

// sendCauses are those of drops of what was given to send, receiveCauses those of what was received.
var (
	sendCauses = []zmqrt.Cause{zmqrt.DroppedLinger, zmqrt.DroppedEnded, zmqrt.DroppedEncode, zmqrt.DroppedInvalid, zmqrt.DroppedPeerFull,
		zmqrt.DroppedUnroutable, zmqrt.DroppedReplaced}
	receiveCauses = []zmqrt.Cause{zmqrt.DroppedUnread, zmqrt.DroppedOverflow, zmqrt.DroppedDecode, zmqrt.DroppedOversize}
)

// sendAll sends in bursts until it is told to stop.
func (a *actor) sendAll() {
	r := rand.New(rand.NewPCG(a.Seed, uint64(a.Life)))
	if a.Subscribers > 0 && !a.wait() {
		return
	}
	pause := time.NewTimer(0)
	defer pause.Stop()
	for a.life.begun.Load() < maxSeq-messageSlack {
		select {
		case <-a.stop:
			return
		case <-a.handle.Done():
			return
		case <-pause.C:
		}
		n := 1 + r.IntN(32)
		ls := a.burst(r, n)
		sent := a.end.send(ls, a.stop)
		for _, l := range ls[:sent] {
			if l.Topic < steadyTopics {
				a.life.steady.Add(1)
			}
		}
		if sent > 0 {
			a.life.lastGiven.Store(ls[sent-1].Seq)
			a.life.given.Add(uint64(sent))
		}
		if a.flooded.Load() > time.Now().UnixNano() {
			pause.Reset(0)
		} else {
			pause.Reset(time.Duration(r.Int64N(int64(2 * time.Second / time.Duration(a.Rate) * time.Duration(n)))))
		}
	}
}

// burst makes the next n messages; for a ROUTER none if it has not heard from anybody yet.
func (a *actor) burst(r *rand.Rand, n int) (ls []letter) {
	a.mu.Lock()
	peers := a.peers
	a.mu.Unlock()
	router := a.Far && a.Kind == "chat"
	if router && len(peers) == 0 {
		return nil
	}
	pad := make([]byte, a.Pad+r.IntN(a.Pad+300))
	if a.Bare {
		pad = nil
	}
	for range n {
		l := seal(a.run, a.Life, a.life.begun.Add(1), r.Uint32N(allTopics), pad)
		if router {
			l.peer = peers[r.IntN(len(peers))]
		}
		l.alert = a.kind.alerts && r.IntN(4) == 0
		ls = append(ls, l)
	}
	return ls
}

// wait waits for all subscribers of a publisher, and says whether they are there.
func (a *actor) wait() bool {
	ctx, cancel := context.WithCancel(a.ctx)
	defer cancel()
	go func() {
		select {
		case <-a.stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	for t := range uint32(steadyTopics) {
		topic := flows.NoteTopic(t)
		if err := a.handle.WaitSubscribers(ctx, topic, a.Subscribers); err != nil {
			return false
		}
	}
	return true
}
