//go:build cgo && !race && !asan

package runtime

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file is the memory that ZMQ_CONFLATE loses, each time in a process of its own: fact 25.

// bodyOfConflated makes what is lost show in what is resident, and malloc take no mapping for each.
var bodyOfConflated = make([]byte, 8<<10)

const (
	conflated = 500_000
	lossShown = 8 << 20
)

// huge is a message of bodyOfConflated.
type huge struct{}

type hugeCodec struct{}

func (hugeCodec) AppendFrames(w *FrameWriter, _ *huge) error {
	w.Frame(bodyOfConflated)
	return nil
}

func (hugeCodec) ParseFrames([][]byte, *huge) error { return nil }

// readAll receives, and looks for more all the time, until the test is over.
func readAll(t *testing.T, in *zmq4.Socket) {
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			in.RecvBytes(zmq4.DONTWAIT)
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	t.Cleanup(func() {
		close(stop)
		<-stopped
	})
}

// Fact 25: a message that comes while the thread that receives looks for one is kept aside, and the next one is written over it.
func TestZMQConflateLosesMemory(t *testing.T) {
	if !inOneArena(t) {
		return
	}
	const endpoint = "inproc://conflated" // over which the thread that looks is the receiver's
	zctx := must(zmq4.NewContext())(t)
	in, out := must(zctx.NewSocket(zmq4.PULL))(t), must(zctx.NewSocket(zmq4.PUSH))(t)
	t.Cleanup(func() {
		for _, err := range []error{in.Close(), out.Close(), zctx.Term()} {
			if err != nil {
				t.Error(err)
			}
		}
	})
	for _, err := range []error{out.SetLinger(0), out.SetConflate(true), in.Bind(endpoint), out.Connect(endpoint)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	readAll(t, in)
	began, n := resident(t), 0
	for deadline := time.Now().Add(time.Minute); resident(t)-began < lossShown && time.Now().Before(deadline); n++ {
		for range 100 {
			if _, err := out.SendBytes(bodyOfConflated, zmq4.DONTWAIT); err != nil {
				t.Fatal(err)
			}
		}
	}
	lost := resident(t) - began
	fmt.Printf("%d MiB more after %d messages of %d KiB\n", lost>>20, 100*n, len(bodyOfConflated)>>10)
	if lost < lossShown {
		t.Error("libzmq loses nothing any more: a PUSH may have ZMQ_CONFLATE")
	}
}

// A PUSH that conflates has the select side keep the newest, and loses nothing.
func TestAPushThatConflatesLosesNoMemory(t *testing.T) {
	if !inOneArena(t) {
		return
	}
	p, top := newPump(t), conflating(rawTopology("inproc://conflated", Push, Pull), "a.one")
	out := must(OpenSender(context.Background(), p, top, "a.one", hugeCodec{}, []SocketOption{Buffer(64)}))(t)
	readAll(t, foreignPeer(t, p, zmq4.PULL, p.Socket("raw", "a.one"), func(in *zmq4.Socket) error { return in.SetRcvhwm(1) }))
	for range conflated / 100 {
		out <- huge{}
	}
	began := resident(t)
	for range conflated {
		out <- huge{}
	}
	more := resident(t) - began
	fmt.Printf("%d MiB more after %d messages of %d KiB\n", more>>20, conflated, len(bodyOfConflated)>>10)
	if more > lossShown/2 {
		t.Error("memory is lost")
	}
	close(out)
}
