//go:build cgo

package runtime

import (
	"context"
	"fmt"
	"os"
	goruntime "runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file has facts that show in what Linux tells of a process and can do to it: its processor time,
// its memory and signals to its threads. Facts 4, 12 and 18.

// spent returns the processor time of the process or of this thread.
func spent(t *testing.T, who int) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// besides burns processor time in this thread and returns what the rest of the process has used
// meanwhile. Whatever spins gets about as much as the burning, however busy the machine is.
func besides(t *testing.T, burn time.Duration) time.Duration {
	goruntime.LockOSThread()
	defer goruntime.UnlockOSThread()
	all, here := spent(t, syscall.RUSAGE_SELF), spent(t, syscall.RUSAGE_THREAD)
	for spent(t, syscall.RUSAGE_THREAD)-here < burn {
	}
	return spent(t, syscall.RUSAGE_SELF) - all - (spent(t, syscall.RUSAGE_THREAD) - here)
}

// Fact 4: where POLLOUT says that there is room and there is none, nobody asks in a loop. The same
// holds wherever else a side waits.
func TestNothingSpinsWhileZeroMQTakesNoMore(t *testing.T) {
	noDrop := func(t *testing.T, s *Socket) {
		if err := s.Do(func(z *zmq4.Socket) error { return z.SetXpubNodrop(true) }); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		one, two SocketType
		fill     func(t *testing.T, p *Pump, e ends, s *Socket)
	}{
		"a PUB that must not drop": {Pub, Sub, func(t *testing.T, p *Pump, e ends, s *Socket) {
			noDrop(t, s)
			peer := inprocPeer(t, p, Sub, "inproc://spin")
			peer.SetSubscribe("")
			peer.SetRcvtimeo(0)
			eventually(t, "the subscriber is served", func() bool {
				select {
				case e.send <- bytesOf("out"):
				default: // it is, and full already
				}
				_, err := peer.Recv(0)
				return err == nil
			})
			fill(t, e.send, bytesOf("out"))
		}},
		"an XPUB that must not drop": {XPub, Sub, func(t *testing.T, p *Pump, e ends, s *Socket) {
			noDrop(t, s)
			inprocPeer(t, p, Sub, "inproc://spin").SetSubscribe("")
			next(t, e.recv)
			fill(t, e.send, bytesOf("out"))
		}},
		"a ROUTER with a full peer and one that is not": {Router, Dealer, func(t *testing.T, p *Pump, e ends, s *Socket) {
			for range 2 {
				sendFrames(t, inprocPeer(t, p, Dealer, "inproc://spin"), "hello")
			}
			id := next(t, e.recv)[0]
			next(t, e.recv)
			for range parkMessages {
				send(t, e.send, [][]byte{id, []byte("out")})
			}
		}},
		"a PUSH without a peer": {Push, Pull, func(t *testing.T, p *Pump, e ends, s *Socket) {
			fill(t, e.send, bytesOf("out"))
		}},
		"a PULL whose user has paused": {Pull, Push, func(t *testing.T, p *Pump, e ends, s *Socket) {
			peer := inprocPeer(t, p, Push, "inproc://spin")
			for peer.SetSndtimeo(100 * time.Millisecond); ; {
				if _, err := peer.SendMessage("in"); err != nil {
					break
				}
			}
		}},
		"an idle PAIR": {Pair, Pair, func(*testing.T, *Pump, ends, *Socket) {}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPump(t)
			e := openEnds(t, p, tinyQueues("inproc://spin", c.one, c.two), "a.one", Buffer(1))
			c.fill(t, p, e, p.Socket("raw", "a.one"))
			const burn = 200 * time.Millisecond
			if used := besides(t, burn); used > burn/2 {
				t.Errorf("the process used %v while this thread used %v", used, burn)
			}
		})
	}
}

// Fact 12: every call into libzmq that a signal interrupts is made again. One thread is at the calls,
// another does nothing but interrupt it.
func TestCallsThatASignalInterruptsAreMadeAgain(t *testing.T) {
	zctx := must(zmq4.NewContext())(t)
	defer zctx.Term()
	pull := must(zctx.NewSocket(zmq4.PULL))(t)
	defer pull.Close()
	if err := pull.Bind("inproc://interrupted"); err != nil {
		t.Fatal(err)
	}
	to, in := newRawSocket(pull), newInbox()
	defer to.free()
	var from [500]rawSocket // a send looks for signals once in 3 million ticks, so each has its turn after that
	for i := range from {
		push := must(zctx.NewSocket(zmq4.PUSH))(t)
		defer push.Close()
		push.SetSndhwm(0)
		if err := push.Connect("inproc://interrupted"); err != nil {
			t.Fatal(err)
		}
		from[i] = newRawSocket(push)
	}
	goruntime.LockOSThread()
	defer goruntime.UnlockOSThread()
	thread := syscall.Gettid()
	defer untilStopped(func(quit <-chan struct{}) {
		for {
			select {
			case <-quit:
				return
			default:
				signalThread(thread)
			}
		}
	})()
	m := oneMessage("x")
	sent, got := 0, 0
	for began := time.Now(); time.Since(began) < 2*time.Second; {
		for i := range from {
			s := from[i].send(m.buf, m.frames)
			if s.err != nil || s.events != pollOut || from[i].events() != pollOut {
				t.Fatalf("send: %v, events %d", s.err, s.events)
			}
			sent += s.msgs
			r := to.recv(in, maxBatch, -1, maxFrames)
			if r.err != errAgain {
				t.Fatalf("receive: %v", r.err)
			}
			got += r.msgs
		}
	}
	equal(t, got, sent)
}

// signalThread sends SIGURG, which Go uses to preempt goroutines, to one thread.
func signalThread(tid int) {
	syscall.RawSyscall(syscall.SYS_TGKILL, uintptr(os.Getpid()), uintptr(tid), uintptr(syscall.SIGURG))
}

// interrupt sends signals to all threads of the process.
func interrupt(quit <-chan struct{}) {
	for {
		tasks, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return
		}
		for range 100 {
			for _, task := range tasks {
				if tid, err := strconv.Atoi(task.Name()); err == nil && tid != syscall.Gettid() {
					signalThread(tid)
				}
			}
			select {
			case <-quit:
				return
			default:
				goruntime.Gosched()
			}
		}
	}
}

// Fact 12: a signal interrupts whatever call into libzmq it meets, and nothing comes of it.
func TestSignalsDoNoHarm(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		var errs faults
		p := newPump(t, WithErrorHandler(errs.handle))
		top := tinyQueues(endpoint, Dealer, Dealer)
		a := openEnds(t, p, top, "a.one", Buffer(4))
		b := openEnds(t, p, top, "b.two", Buffer(4))
		defer untilStopped(interrupt)()
		const n = 3000
		together(t,
			func() error { return sendNumbered(a.send, n, nil) },
			func() error { return sendNumbered(b.send, n, nil) },
			func() error { return receiveNumbered(a.recv, n, nil) },
			func() error { return receiveNumbered(b.recv, n, nil) },
		)
		if got := errs.all(); got != nil {
			t.Errorf("reported %v", got)
		}
	})
}

// resident returns the memory of the process that is in use.
func resident(t *testing.T) int64 {
	b := must(os.ReadFile("/proc/self/statm"))(t)
	pages := must(strconv.ParseInt(strings.Fields(string(b))[1], 10, 64))(t)
	return pages * int64(os.Getpagesize())
}

// Fact 18: a message without an end is held back, and grows, in libzmq. The runtime sees nothing of it
// until it ends, and then discards it by its own limits, in memory that has a bound.
func TestAMessageWithoutAnEndGrowsInLibzmqAlone(t *testing.T) {
	const fresh = "ZMQGEN_FRESH_MEMORY" // in which nothing is left for libzmq to use again
	if os.Getenv(fresh) == "" {
		out, state := child(t, t.Name(), fresh+"=1")
		t.Log(out)
		if !state.Success() {
			t.Error(state)
		}
		return
	}
	p, top := newPump(t), testTopology("tcp://127.0.0.1:*")
	spec := top.Sockets["b.pull"]
	spec.MaxMessageSize = Size(100_000)
	top.Sockets["b.pull"] = spec
	pull := must(OpenReceiver(context.Background(), p, top, "b.pull", textCodec{}, nil))(t)
	handle := p.Socket("test", "b.pull")
	hostile := zmtpPeer(t, handle.Endpoints()[0], Push)
	hostile.SetDeadline(time.Now().Add(time.Minute)) // 64 MiB take long beside other work
	heap := func() int64 {
		goruntime.GC()
		var m goruntime.MemStats
		goruntime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	const size, n = 64 << 10, 1000 // each frame is within max_message_size
	heapBefore, before := heap(), resident(t)
	frame := strings.Repeat("x", size)
	for range n {
		zmtpSay(t, hostile, zmtpFrame(zmtpMore, frame))
	}
	eventually(t, "libzmq holds what was sent", func() bool { return resident(t)-before > size*n*3/4 })
	fmt.Printf("%d MiB sent, the process grew by %d MiB, Go's heap by %d KiB\n", size*n>>20, (resident(t)-before)>>20, (heap()-heapBefore)>>10)
	s := handle.Stats()
	equal(t, []any{s.MessagesIn, s.Dropped}, []any{uint64(0), map[Cause]uint64(nil)})

	allocated := func() int64 {
		var m goruntime.MemStats
		goruntime.ReadMemStats(&m)
		return int64(m.TotalAlloc)
	}
	before = allocated()
	zmtpSay(t, hostile, zmtpFrame(zmtpLast, frame), zmtpFrame(zmtpLast, "good"))
	equal(t, next(t, pull), "good")
	equal(t, handle.Stats().Dropped, map[Cause]uint64{DroppedOversize: 1})
	if got := allocated() - before; got > 2<<20 { // two frames by the test, and an inbox
		t.Errorf("%d bytes of Go's heap for a message over the limit", got)
	}
	if grown := heap() - heapBefore; grown > 4<<20 {
		t.Errorf("Go's heap grew by %d bytes", grown)
	}

	for range 100 { // one that dies first
		zmtpSay(t, hostile, zmtpFrame(zmtpMore, frame))
	}
	hostile.Close()
	zmtpSay(t, zmtpPeer(t, handle.Endpoints()[0], Push), zmtpFrame(zmtpLast, "better"))
	equal(t, next(t, pull), "better")
	s = handle.Stats()
	equal(t, []any{s.MessagesIn, s.Dropped}, []any{uint64(2), map[Cause]uint64{DroppedOversize: 1}})
}
