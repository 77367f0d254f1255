//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

func TestPushPullKeepsAllInOrder(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		ctx, p, top := context.Background(), newPump(t), testTopology(endpoint)
		pull := must(OpenReceiver(ctx, p, top, "b.pull", textCodec{}, nil))(t)
		push := must(OpenSender(ctx, p, top, "a.push", textCodec{}, nil))(t)
		const n = 20000
		go func() {
			for i := range n {
				push <- fmt.Sprint(i)
			}
		}()
		for i := range n {
			equal(t, next(t, pull), fmt.Sprint(i))
		}
		close(push)
	})
}

func TestUnbufferedChannelsBehindTinyQueues(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		ctx, p, top := context.Background(), newPump(t), testTopology(endpoint)
		spec := top.Sockets["a.push"]
		spec.SendHWM = Limit(1)
		top.Sockets["a.push"] = spec
		spec = top.Sockets["b.pull"]
		spec.RecvHWM = Limit(1)
		top.Sockets["b.pull"] = spec
		opts := []SocketOption{Buffer(0)}
		pull := must(OpenReceiver(ctx, p, top, "b.pull", textCodec{}, opts))(t)
		push := must(OpenSender(ctx, p, top, "a.push", textCodec{}, opts))(t)
		const n = 5000
		go func() {
			for i := range n {
				push <- fmt.Sprint(i)
			}
		}()
		for i := range n {
			equal(t, next(t, pull), fmt.Sprint(i))
		}
		close(push)
	})
}

func TestClosingTheChannelFlushesWhatWasSent(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		if strings.HasPrefix(endpoint, "ipc:") {
			t.Skip("libzmq itself loses what is in the kernel if an ipc peer closes while this end is at its high-water mark: docs/wire.md")
		}
		ctx, p, top := context.Background(), newPump(t), testTopology(endpoint)
		spec := top.Sockets["a.push"]
		spec.Linger = Lingering(10 * time.Second)
		top.Sockets["a.push"] = spec
		pull := must(OpenReceiver(ctx, p, top, "b.pull", textCodec{}, nil))(t)
		for round := range 20 {
			push := must(OpenSender(ctx, p, top, "a.push", textCodec{}, []SocketOption{Instance(fmt.Sprint(round))}))(t)
			const n = 2000
			go func() {
				for range n {
					push <- "x"
				}
				close(push)
			}()
			for range n {
				next(t, pull)
			}
		}
	})
}

func TestPubSubByTopic(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		ctx, p, top := context.Background(), newPump(t), testTopology(endpoint)
		pub := must(OpenSender(ctx, p, top, "a.pub", tickCodec{}, nil))(t)
		defer close(pub)
		sub := must(OpenReceiver(ctx, p, top, "b.sub", tickCodec{}, []SocketOption{Subscribe("sync", "b.")}))(t)
		subscribed(t, pub, sub)
		for _, topic := range []string{"a.1", "b.1", "c", "b.2"} {
			send(t, pub, tick{topic, "x"})
		}
		for want := range strings.SplitSeq("b.1 b.2", " ") {
			got := next(t, sub)
			for got.topic == "sync" {
				got = next(t, sub)
			}
			equal(t, got, tick{want, "x"})
		}
	})
}

func TestSubscribeAndUnsubscribeWhileRunning(t *testing.T) {
	ctx, p, top := context.Background(), newPump(t), testTopology("tcp://127.0.0.1:*")
	pub := must(OpenSender(ctx, p, top, "a.pub", tickCodec{}, nil))(t)
	defer close(pub)
	sub := must(OpenReceiver(ctx, p, top, "b.sub", tickCodec{}, []SocketOption{Subscribe()}))(t)
	handle := p.Socket("test", "b.sub")
	if err := handle.Subscribe("sync"); err != nil {
		t.Fatal(err)
	}
	subscribed(t, pub, sub)
	if err := errors.Join(handle.Subscribe("late"), handle.Unsubscribe("sync")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the new subscription is served", func() bool {
		send(t, pub, tick{"late", "x"})
		select {
		case got := <-sub:
			return got.topic == "late"
		case <-time.After(time.Millisecond):
			return false
		}
	})
}

func TestForeignPeersSeeTheFramesOfTheWire(t *testing.T) {
	ctx, p, top := context.Background(), newPump(t), testTopology("tcp://127.0.0.1:*")
	pub := must(OpenSender(ctx, p, top, "a.pub", tickCodec{}, nil))(t)
	defer close(pub)
	raw := rawSock(t, zmq4.SUB, connectTo(p.Socket("test", "a.pub").Endpoints()[0]))
	raw.SetSubscribe("")
	raw.SetRcvtimeo(time.Millisecond)
	eventually(t, "the raw subscriber is served", func() bool {
		send(t, pub, tick{"quote.EURUSD.", "body"})
		f, err := raw.RecvMessage(0)
		if err != nil {
			return false
		}
		equal(t, f, frames("quote.EURUSD.", "body"))
		return true
	})

	pull := must(OpenReceiver(ctx, p, top, "b.pull", tickCodec{}, nil))(t)
	push := rawSock(t, zmq4.PUSH, connectTo(p.Socket("test", "b.pull").Endpoints()[0]))
	sendFrames(t, push, "topic", "one")
	sendFrames(t, push, "topic", "two", "\x00\x01\x0a\x00", "what follows metadata is ignored")
	sendFrames(t, push, "topic", "three", "\x00\xfe of a version to come")
	for _, want := range []string{"one", "two", "three"} {
		equal(t, next(t, pull), tick{"topic", want})
	}
}

func TestMessagesThatDoNotFitThePatternAreCountedReportedAndSkipped(t *testing.T) {
	var f faults
	ctx, p, top := context.Background(), newPump(t, WithErrorHandler(f.handle)), testTopology("tcp://127.0.0.1:*")
	pull := must(OpenReceiver(ctx, p, top, "b.pull", tickCodec{}, nil))(t)
	handle := p.Socket("test", "b.pull")
	push := rawSock(t, zmq4.PUSH, connectTo(handle.Endpoints()[0]))
	sendFrames(t, push, "one frame")
	sendFrames(t, push, "topic", "body", "no metadata")
	sendFrames(t, push, "topic", "body", "\x00\x01"+strings.Repeat("m", maxMetadata))
	many := make([]string, maxFrames+1)
	sendFrames(t, push, many...)
	sendFrames(t, push, "good", "body")
	equal(t, next(t, pull), tick{"good", "body"})
	equal(t, handle.Stats().Dropped, map[Cause]uint64{DroppedDecode: 3, DroppedOversize: 1})
	equal(t, len(f.all()), 4)
}

func TestMessagesOverTheLimitsOfSizeAreDropped(t *testing.T) {
	ctx, p, top := context.Background(), newPump(t), testTopology("inproc://limits")
	spec := top.Sockets["b.pull"]
	spec.MaxMessageSize = Size(100_000)
	top.Sockets["b.pull"] = spec
	pull := must(OpenReceiver(ctx, p, top, "b.pull", tickCodec{}, nil))(t)
	push := must(OpenSender(ctx, p, top, "a.push", tickCodec{}, nil))(t)
	half := strings.Repeat("h", 60_000)
	for range 3 {
		send(t, push, tick{half, half})
		send(t, push, tick{half, "fits"})
	}
	for range 3 {
		equal(t, next(t, pull), tick{half, "fits"})
	}
	close(push)
	equal(t, p.Socket("test", "b.pull").Stats().Dropped, map[Cause]uint64{DroppedOversize: 3})
}

func TestLargeMessagesAmongSmallOnes(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		ctx, p, top := context.Background(), newPump(t), testTopology(endpoint)
		pull := must(OpenReceiver(ctx, p, top, "b.pull", tickCodec{}, nil))(t)
		push := must(OpenSender(ctx, p, top, "a.push", tickCodec{}, nil))(t)
		defer close(push)
		sizes := []int{0, 1, 33, 34, 1 << 10, inboxBytes - 1, inboxBytes, inboxBytes + 1, 3 << 20, 5, 16<<20 - 1, 7}
		go func() {
			for i, n := range sizes {
				push <- tick{fmt.Sprint(i % 10), strings.Repeat("x", n)}
				push <- tick{strings.Repeat("t", n/2), "after"}
			}
		}()
		for i, n := range sizes {
			got := next(t, pull)
			equal(t, []int{len(got.topic), len(got.text)}, []int{1, n})
			equal(t, got.topic, fmt.Sprint(i%10))
			got = next(t, pull)
			equal(t, []int{len(got.topic), len(got.text)}, []int{n / 2, 5})
		}
	})
}

func TestMessagesThatCannotBeSentAreCountedReportedAndSkipped(t *testing.T) {
	var f faults
	ctx, p, top := context.Background(), newPump(t, WithErrorHandler(f.handle)), testTopology("inproc://encode")
	pull := must(OpenReceiver(ctx, p, top, "b.pull", tickCodec{}, nil))(t)
	push := must(OpenSender(ctx, p, top, "a.push", tickCodec{}, nil))(t)
	send(t, push, tick{"a", "1"})
	send(t, push, tick{"a", "cannot be sent"})
	send(t, push, tick{"a", strings.Repeat("x", defaultMaxMessageSize)})
	send(t, push, tick{"a", "2"})
	handle := p.Socket("test", "a.push")
	close(push)
	equal(t, next(t, pull), tick{"a", "1"})
	equal(t, next(t, pull), tick{"a", "2"})
	equal(t, handle.Stats().Dropped, map[Cause]uint64{DroppedEncode: 2})
	errs := f.all()
	equal(t, len(errs), 2)
	var e *Error
	if !errors.As(errs[0], &e) || e.Op != "encode" || e.Socket != "a.push" {
		t.Fatalf("got %v", errs[0])
	}
}

func TestOverflowPolicies(t *testing.T) {
	const n = 1000
	for _, c := range []struct {
		overflow Overflow
		want     string // of 0 to 999 through a channel of 10
	}{
		{DropNewest, "0 1 2 3 4 5 6 7 8 9"},
		{DropOldest, "990 991 992 993 994 995 996 997 998 999"},
	} {
		t.Run(fmt.Sprint(c.overflow), func(t *testing.T) {
			ctx, p, top := context.Background(), newPump(t), testTopology("inproc://overflow")
			spec := top.Sockets["b.pull"]
			spec.Overflow, spec.Buffer = c.overflow, Limit(10)
			top.Sockets["b.pull"] = spec
			pull := must(OpenReceiver(ctx, p, top, "b.pull", textCodec{}, nil))(t)
			push := must(OpenSender(ctx, p, top, "a.push", textCodec{}, nil))(t)
			for i := range n {
				send(t, push, fmt.Sprint(i))
			}
			close(push)
			handle := p.Socket("test", "b.pull")
			eventually(t, "all are received", func() bool { return handle.Stats().MessagesIn == n && handle.Stats().Dropped[DroppedOverflow] == n-10 })
			var got []string
			for range 10 {
				got = append(got, next(t, pull))
			}
			equal(t, strings.Join(got, " "), c.want)
		})
	}
}

func TestLatestKeepsTheNewestOfEachTopic(t *testing.T) {
	ctx, p, top := context.Background(), newPump(t), testTopology("inproc://latest")
	spec := top.Sockets["b.pull"]
	spec.Overflow, spec.Buffer = Latest, Limit(3)
	top.Sockets["b.pull"] = spec
	push := must(OpenSender(ctx, p, top, "a.push", tickCodec{}, nil))(t)
	defer close(push)
	pull := must(OpenReceiver(ctx, p, top, "b.pull", tickCodec{}, nil))(t)
	handle := p.Socket("test", "b.pull")
	for i := range 100 {
		for _, topic := range []string{"t1", "t2", "t3"} {
			send(t, push, tick{topic, fmt.Sprint(i)})
		}
	}
	dropped := func(n uint64) func() bool {
		return func() bool { return handle.Stats().Dropped[DroppedOverflow] == n }
	}
	eventually(t, "all but three have been replaced", dropped(297))
	for _, topic := range []string{"t1", "t2", "t3"} {
		equal(t, next(t, pull), tick{topic, "99"})
	}
	for i := range 5 {
		send(t, push, tick{fmt.Sprint("t", i), "new"})
	}
	eventually(t, "two more have had to go", dropped(299))
	for _, want := range []string{"t2", "t3", "t4"} {
		equal(t, next(t, pull), tick{want, "new"})
	}
}

func TestABlockedConsumerDoesNotDelayOtherSockets(t *testing.T) {
	ctx, p, top := context.Background(), newPump(t), testTopology("tcp://127.0.0.1:*")
	open := func(i int) (chan<- string, <-chan string) {
		pull := must(OpenReceiver(ctx, p, top, "b.pull", textCodec{}, []SocketOption{Instance(fmt.Sprint(i)), Buffer(1)}))(t)
		to := p.Socket("test", fmt.Sprint("b.pull#", i)).Endpoints()
		return must(OpenSender(ctx, p, top, "a.push", textCodec{}, []SocketOption{Instance(fmt.Sprint(i)), Connect(to...), Buffer(1)}))(t), pull
	}
	stuck, _ := open(0)
	defer close(stuck)
	fill(t, stuck, strings.Repeat("x", 1000))
	healthy, pull := open(1)
	defer close(healthy)
	for i := range 1000 {
		send(t, healthy, fmt.Sprint(i))
		equal(t, next(t, pull), fmt.Sprint(i))
	}
}

func TestAPausedConsumerGetsEverythingWhenItGoesOn(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		ctx, p, top := context.Background(), newPump(t), testTopology(endpoint)
		pull := must(OpenReceiver(ctx, p, top, "b.pull", textCodec{}, []SocketOption{Buffer(3)}))(t)
		push := must(OpenSender(ctx, p, top, "a.push", textCodec{}, []SocketOption{Buffer(3)}))(t)
		for range 3 {
			n := fill(t, push, strings.Repeat("x", 4000))
			for range n {
				next(t, pull)
			}
		}
		close(push)
		if got := p.Socket("test", "b.pull").Stats().Dropped; got != nil {
			t.Fatalf("dropped %v", got)
		}
	})
}
