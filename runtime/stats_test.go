//go:build cgo

package runtime

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// This file tests what Stats and Totals tell of queues, of waiting, and of what has ended.

func TestStatsTellWhatWaitsAndForHowLong(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		topology := testTopology(endpoint)
		for name, spec := range topology.Sockets {
			spec.SendHWM, spec.RecvHWM, spec.Buffer = Limit(2), Limit(2), Limit(4)
			topology.Sockets[name] = spec
		}
		p := newPump(t)
		in := must(OpenReceiver(context.Background(), p, topology, "b.pull", textCodec{}, nil))(t)
		out := must(OpenSender(context.Background(), p, topology, "a.push", textCodec{}, nil))(t)
		defer close(out)
		const sent = 200
		go func() {
			for range sent {
				out <- strings.Repeat("x", 1<<20)
			}
		}()
		push, pull := p.Socket("test", "a.push"), p.Socket("test", "b.pull")
		var before Stats
		eventually(t, "both wait", func() bool {
			before = push.Stats()
			return !before.BlockedSince.IsZero() && before.SendQueue.Len == 4 && !pull.Stats().StalledSince.IsZero()
		})
		if before.Blocked == 0 || before.SendQueue != (QueueLength{4, 4}) {
			t.Errorf("the sender: %v", before)
		}
		if stats := pull.Stats(); stats.Stalled == 0 || stats.ReceiveQueue != (QueueLength{4, 4}) {
			t.Errorf("the receiver: %v", stats)
		}
		eventually(t, "time passes", func() bool { return push.Stats().BlockedTime > before.BlockedTime })
		for range sent {
			next(t, in)
		}
		eventually(t, "nothing waits", func() bool {
			return push.Stats().BlockedSince.IsZero() && pull.Stats().StalledSince.IsZero()
		})
		after := push.Stats()
		if again := push.Stats(); again.BlockedTime != after.BlockedTime || after.BlockedTime < before.BlockedTime {
			t.Errorf("blocked for %v, then %v, then %v", before.BlockedTime, after.BlockedTime, again.BlockedTime)
		}
		equal(t, pull.Stats().ReceiveQueue, QueueLength{0, 4})
	})
}

func TestTotalsKeepWhatEndedSocketsHaveCounted(t *testing.T) {
	topology := testTopology("inproc://totals")
	p := newPump(t)
	in := must(OpenReceiver(context.Background(), p, topology, "b.pull", textCodec{}, nil))(t)
	for i := range 3 {
		out := must(OpenSender(context.Background(), p, topology, "a.push", textCodec{}, []SocketOption{Instance(fmt.Sprint(i))}))(t)
		s := p.Socket("test", fmt.Sprint("a.push#", i))
		send(t, out, "before")
		next(t, in)
		s.Close()
		send(t, out, "after")
		close(out)
	}
	eventually(t, "what was sent after the end is counted", func() bool {
		return p.Totals().BySocket["test.a.push"].Dropped[DroppedEnded] == 3
	})
	totals := p.Totals()
	push := totals.BySocket["test.a.push"]
	equal(t, []any{totals.Sockets, totals.Opened, totals.Errors, len(totals.BySocket)}, []any{1, uint64(4), uint64(3), 2})
	equal(t, []uint64{push.MessagesOut, totals.All.MessagesOut, totals.All.MessagesIn}, []uint64{3, 3, 3})
	equal(t, push.SendQueue, QueueLength{})
	if text, want := totals.String(), "1 socket open, 4 so far; in 3 messages (3 frames, 18 B), out 3 messages (3 frames, 18 B); dropped 3 (ended 3); 3 errors reported"; text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	push.Dropped[DroppedEnded] = 7 // what was returned is the caller's
	equal(t, p.Totals().BySocket["test.a.push"].Dropped[DroppedEnded], uint64(3))
}

func TestStatsCountCallsAndWhatCannotBeRead(t *testing.T) {
	p, topology := newPump(t), testTopology("tcp://127.0.0.1:*")
	s := openService(t, p, topology)
	c := must(OpenClient(context.Background(), p, topology, "a.client", nil))(t)
	client, server := p.Socket("test", "a.client"), p.Socket("test", "b.server")
	done := make(chan error, 1)
	go func() {
		_, err := Invoke(context.Background(), c, &echo, note{"hello"})
		done <- err
	}()
	eventually(t, "a call is in flight", func() bool {
		return client.Stats().Calls == 1 && server.Stats().Calls == 1 && server.Stats().ReceiveQueue.Len == 1
	})
	go s.answer()
	if err := next(t, done); err != nil {
		t.Fatal(err)
	}
	equal(t, []int{client.Stats().Calls, server.Stats().Calls, server.Stats().ReceiveQueue.Len}, []int{0, 0, 0})

	raw := rawSock(t, socketTypes[Dealer], connectTo(server.Endpoints()[0]))
	sendFrames(t, raw, "", "Echo", "one frame", "two frames")
	recvFrames(t, raw)
	equal(t, server.Stats().DecodeErrors, uint64(1))
}

func TestStatsAreForPeople(t *testing.T) {
	for _, c := range []struct {
		stats Stats
		want  string
	}{
		{Stats{}, "in 0, out 0"},
		{
			Stats{
				MessagesIn: 1, FramesIn: 2, BytesIn: 3 << 20, Dropped: map[Cause]uint64{DroppedDecode: 1, DroppedOverflow: 12}, DecodeErrors: 1,
				Blocked: 2, BlockedTime: 1234567 * time.Microsecond, ReceiveQueue: QueueLength{5, 256}, Peers: 2, Connects: 3, Disconnects: 1,
			},
			"in 1 message (2 frames, 3 MiB), out 0; dropped 13 (overflow 12, decode 1); 1 decode error; sending blocked 2 times, 1.23s; receive queue 5 of 256; 2 peers; 3 connects; 1 disconnect",
		},
		{
			Stats{MessagesOut: 1 << 30, FramesOut: 1 << 30, BytesOut: 1 << 63, Stalled: 1, StalledTime: 1 << 62, StalledSince: time.Now()},
			"in 0, out 1073741824 messages (1073741824 frames, 8 EiB); receiving stalled 1 time, 1280555h33m20s, now for 0s",
		},
	} {
		got := c.stats.String()
		if i := strings.Index(got, "now for"); i >= 0 {
			got = got[:i] + "now for 0s"
		}
		if got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}
