//go:build cgo && !race && !asan

package runtime

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// large is a message of 4 KiB, for which Go allocates nothing.
type large struct{}

var largeBody = make([]byte, 4<<10)

type largeCodec struct{}

func (largeCodec) AppendFrames(w *FrameWriter, _ *large) error {
	w.Frame(largeBody)
	return nil
}

func (largeCodec) ParseFrames([][]byte, *large) error { return nil }

// TestMemoryOfMessagesIsKept sends dozens of messages of 4 KiB and receives them, again and again. The kernel gives pages
// for them a few times, and not for each of them; what the race detector and the address sanitizer do with memory is another
// matter.
func TestMemoryOfMessagesIsKept(t *testing.T) {
	p, top := newPump(t), testTopology("tcp://127.0.0.1:*")
	pull := must(OpenReceiver(context.Background(), p, top, "b.pull", largeCodec{}, nil))(t)
	push := must(OpenSender(context.Background(), p, top, "a.push", largeCodec{}, nil))(t)
	defer close(push)
	const messages, rounds = 128, 100
	round := func() {
		for range messages {
			push <- large{}
		}
		for range messages {
			<-pull
		}
	}
	for range 10 {
		round()
	}
	before := pageFaults(t)
	for range rounds {
		round()
	}
	n := pageFaults(t) - before
	if n > rounds*messages/10 {
		t.Errorf("%d page faults for %d messages that need no new memory", n, rounds*messages)
	}
}

// pageFaults returns how often this process has had a page given.
func pageFaults(t *testing.T) int64 {
	t.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		t.Fatal(err)
	}
	return r.Minflt
}

// In processes with one arena, where blocks lie in the order in which they were asked for.
const oneArena = "MALLOC_ARENA_MAX"

// inQueue is how much the sockets hold that go, in bytes.
const inQueue = 64 << 20

// inOneArena reports whether this process has one arena. If not it runs the test in one that has.
func inOneArena(t *testing.T) bool {
	t.Helper()
	if os.Getenv(oneArena) == "1" {
		return true
	}
	out, state := child(t, t.Name(), oneArena+"=1")
	t.Log(out)
	if !state.Success() {
		t.Error(state)
	}
	return false
}

// Fact 24: glibc keeps what a context had, if another thread has since asked for a little, until it is told to give it back.
func TestMallocKeepsWhatAContextHad(t *testing.T) {
	if !inOneArena(t) {
		return
	}
	began := resident(t)
	open := func() (*zmq4.Context, *zmq4.Socket) {
		zctx := must(zmq4.NewContext())(t)
		push := must(zctx.NewSocket(zmq4.PUSH))(t)
		push.SetSndhwm(0)
		push.SetLinger(0)
		if err := push.Connect("tcp://127.0.0.1:1"); err != nil {
			t.Fatal(err)
		}
		return zctx, push
	}
	full, push := open()
	for range inQueue / len(largeBody) {
		if _, err := push.SendBytes(largeBody, zmq4.DONTWAIT); err != nil {
			t.Fatal(err)
		}
	}
	other, idle := open()
	for _, err := range []error{push.Close(), full.Term()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	kept := resident(t) - began
	closedPumps.run()
	left := resident(t) - began
	fmt.Printf("of %d MiB that a context held, %d MiB are kept after its end, %d MiB after malloc_trim\n", inQueue>>20, kept>>20, left>>20)
	if kept < inQueue/2 || left > inQueue/4 {
		t.Error("malloc keeps memory, or gives it back, by other rules than those that the runtime knows")
	}
	for _, err := range []error{idle.Close(), other.Term()} {
		if err != nil {
			t.Error(err)
		}
	}
}

// A pump that closes gives back what its sockets had, though another one is open.
func TestAClosedPumpGivesItsMemoryBack(t *testing.T) {
	if !inOneArena(t) {
		return
	}
	began := resident(t)
	top := testTopology("")
	spec := top.Sockets["a.push"]
	spec.Connect, spec.SendHWM = []string{"tcp://127.0.0.1:1"}, Limit(0)
	top.Sockets["a.push"] = spec
	open := func() (*Pump, chan<- large, *Socket) {
		p := must(NewPump(context.Background()))(t)
		push := must(OpenSender(context.Background(), p, top, "a.push", largeCodec{}, nil))(t)
		return p, push, p.Socket("test", "a.push")
	}
	full, push, handle := open()
	const n = inQueue / (4 << 10)
	for range n {
		push <- large{}
	}
	eventually(t, "ZeroMQ has it all", func() bool { return handle.Stats().MessagesOut == n })
	other, idle, _ := open()
	held := resident(t) - began
	close(push)
	within(t, 3*time.Second, "Pump.Close", func() {
		if err := full.Close(); err != nil {
			t.Error(err)
		}
	})
	left := resident(t) - began
	fmt.Printf("%d MiB while the pump was full, %d MiB after its end\n", held>>20, left>>20)
	if held < inQueue || left > inQueue/4 {
		t.Error("it has not given back what it had")
	}
	close(idle)
	if err := other.Close(); err != nil {
		t.Error(err)
	}
}

// Who wants memory given back while another is at that leaves it to that one, which does it again.
func TestMemoryIsGivenBackAgainForThoseWhoCameMeanwhile(t *testing.T) {
	begun, goOn := make(chan struct{}), make(chan struct{})
	times := 0
	tr := trimmer{trim: func() {
		if times++; times == 1 {
			close(begun)
			<-goOn
		}
	}}
	first := make(chan struct{})
	go func() {
		tr.run()
		close(first)
	}()
	<-begun
	for range 5 {
		tr.run() // does not wait
	}
	close(goOn)
	<-first
	equal(t, times, 2)
}
