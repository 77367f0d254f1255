//go:build cgo && !race && !asan

package runtime

import (
	"context"
	"syscall"
	"testing"
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
