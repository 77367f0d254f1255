//go:build cgo

package runtime

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// batchTopology is testTopology with batches on every socket.
func batchTopology(endpoint string, batch int) *Topology {
	top := testTopology(endpoint)
	for name, spec := range top.Sockets {
		spec.Batch = batch
		top.Sockets[name] = spec
	}
	return top
}

func TestSlicesKeepAllInOrder(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		for _, batch := range []int{1, 7, 256, maxSlice} {
			t.Run(fmt.Sprint(batch), func(t *testing.T) {
				ctx, p, top := context.Background(), newPump(t), batchTopology(endpoint, batch)
				pull := must(OpenBatchReceiver(ctx, p, top, "b.pull", textCodec{}, nil))(t)
				push := must(OpenBatchSender(ctx, p, top, "a.push", textCodec{}, nil))(t)
				const n = 20000
				go func() {
					for i, size := 0, 0; i < n; size = (size*7 + 1) % 3000 { // also none, and more than a batch
						var slice []string
						for ; len(slice) < size && i < n; i++ {
							slice = append(slice, fmt.Sprint(i))
						}
						push <- slice
					}
				}()
				for i := 0; i < n; {
					got := next(t, pull)
					if len(got) == 0 || len(got) > batch {
						t.Fatalf("a slice of %d", len(got))
					}
					for _, text := range got {
						equal(t, text, fmt.Sprint(i))
						i++
					}
				}
				close(push)
			})
		}
	})
}

func TestASliceIsTheReceiversOwn(t *testing.T) {
	ctx, p, top := context.Background(), newPump(t), batchTopology("inproc://own", 4)
	pull := must(OpenBatchReceiver(ctx, p, top, "b.pull", textCodec{}, nil))(t)
	push := must(OpenBatchSender(ctx, p, top, "a.push", textCodec{}, nil))(t)
	defer close(push)
	send(t, push, []string{"first"})
	first := next(t, pull)
	send(t, push, []string{"second"})
	next(t, pull)
	_ = append(first, "mine")
	equal(t, first, []string{"first"})
}

func TestEveryMessageOfASliceIsAccountedFor(t *testing.T) {
	ctx, p, top := context.Background(), newPump(t), batchTopology("inproc://accounted", 10)
	pull := must(OpenBatchReceiver(ctx, p, top, "b.pull", tickCodec{}, nil))(t)
	push := must(OpenBatchSender(ctx, p, top, "a.push", tickCodec{}, nil))(t)
	sender, receiver := p.Socket("test", "a.push"), p.Socket("test", "b.pull")
	send(t, push, []tick{{"t", "1"}, {"t", "cannot be sent"}, {"t", "2"}})
	var got []string
	for len(got) < 2 {
		for _, m := range next(t, pull) {
			got = append(got, m.text)
		}
	}
	equal(t, got, []string{"1", "2"})
	equal(t, sender.Stats().Dropped, map[Cause]uint64{DroppedEncode: 1})

	// Slices that nobody reads: some are in ZeroMQ, some in the channels, some in hand.
	slice := make([]tick, 3000)
	for i := range slice {
		slice[i] = tick{"t", strings.Repeat("x", 100)}
	}
	n := fill(t, push, slice)
	receiver.Close()
	close(push)
	within(t, endTime, "the end of the sender", func() { <-sender.Done() })
	in, out := receiver.Stats(), sender.Stats()
	equal(t, out.MessagesOut+out.Dropped[DroppedLinger], uint64(n*len(slice)+2))
	read := uint64(2)
	for s := range pull {
		read += uint64(len(s))
	}
	equal(t, in.MessagesIn, read+in.Dropped[DroppedUnread])
}

func TestSlicesByOverflowPolicy(t *testing.T) {
	for _, c := range []struct {
		overflow    Overflow
		first, last string
	}{{DropNewest, "0", "9"}, {DropOldest, "990", "999"}} {
		t.Run(fmt.Sprint(c.overflow), func(t *testing.T) {
			ctx, p, top := context.Background(), newPump(t), batchTopology("inproc://overflow", 1)
			spec := top.Sockets["b.pull"]
			spec.Overflow, spec.Buffer = c.overflow, Limit(10)
			top.Sockets["b.pull"] = spec
			pull := must(OpenBatchReceiver(ctx, p, top, "b.pull", textCodec{}, nil))(t)
			push := must(OpenBatchSender(ctx, p, top, "a.push", textCodec{}, nil))(t)
			for i := range 1000 {
				send(t, push, []string{fmt.Sprint(i)})
			}
			close(push)
			handle := p.Socket("test", "b.pull")
			eventually(t, "all are received or dropped", func() bool { return handle.Stats().Dropped[DroppedOverflow] == 990 })
			var got []string
			for range 10 {
				got = append(got, next(t, pull)...)
			}
			equal(t, []string{got[0], got[9]}, []string{c.first, c.last})
		})
	}
}

func TestASenderOfSlicesHandsOverAllWhenItsChannelCloses(t *testing.T) {
	ctx, p, top := context.Background(), newPump(t), batchTopology("tcp://127.0.0.1:*", 100)
	spec := top.Sockets["a.push"]
	spec.Linger = Lingering(10 * time.Second)
	top.Sockets["a.push"] = spec
	pull := must(OpenBatchReceiver(ctx, p, top, "b.pull", textCodec{}, nil))(t)
	push := must(OpenBatchSender(ctx, p, top, "a.push", textCodec{}, nil))(t)
	send(t, push, make([]string, 50_000))
	close(push)
	for n := 0; n < 50_000; {
		n += len(next(t, pull))
	}
}

func TestBatchesThatMakeNoSenseAreRefused(t *testing.T) {
	ctx, p := context.Background(), newPump(t)
	if _, err := OpenBatchReceiver(ctx, p, testTopology("inproc://none"), "b.pull", textCodec{}, nil); err == nil {
		t.Error("a batch of 0 is accepted")
	}
	if _, err := OpenBatchSender(ctx, p, batchTopology("inproc://large", maxSlice+1), "a.push", textCodec{}, nil); err == nil {
		t.Error("too large a batch is accepted")
	}
	top := batchTopology("inproc://latest", 2)
	spec := top.Sockets["b.sub"]
	spec.Overflow = Latest
	top.Sockets["b.sub"] = spec
	if _, err := OpenBatchReceiver(ctx, p, top, "b.sub", tickCodec{}, nil); err == nil {
		t.Error("batches of the latest are accepted")
	}
}
