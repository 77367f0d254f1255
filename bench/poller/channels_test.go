package main

import (
	"errors"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
	"github.com/zmqgen/zmqgen/bench/internal/load"
	"github.com/zmqgen/zmqgen/bench/wire"
)

// What the channels of the usual way are compared by must be right: these tests are about that.

// connected opens two sockets, with channels of that capacity, which are connected over tcp.
func connected[T any](t *testing.T, bound, other zmq4.Type, kind load.Kind[T], capacity int, linger time.Duration) (a, b *Channels[T]) {
	t.Helper()
	zctx, err := zmq4.NewContext()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := zctx.Term(); err != nil {
			t.Error(err)
		}
	})
	var endpoint string
	open := func(typ zmq4.Type, attach func(*zmq4.Socket) (string, error)) *Channels[T] {
		s, err := zctx.NewSocket(typ)
		if err == nil {
			err = errors.Join(s.SetSndhwm(1), s.SetRcvhwm(1), s.SetLinger(linger))
		}
		if err == nil {
			endpoint, err = attach(s)
		}
		if err != nil {
			t.Fatal(err)
		}
		c, err := NewChannels(zctx.NewSocket, s, typ, kind, capacity)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	a = open(bound, binds("tcp://127.0.0.1:*"))
	b = open(other, connects(endpoint))
	return a, b
}

// TestEchoGoesOnWithFullChannels has queues for one message each, and an echo that receives nothing while it
// cannot send.
func TestEchoGoesOnWithFullChannels(t *testing.T) {
	const n = 2000
	echo, user := connected(t, zmq4.DEALER, zmq4.DEALER, load.Ticks, 1, time.Minute)
	defer user.Close()
	defer echo.Close()
	go func() {
		for range n {
			echo.Send <- <-echo.Received
		}
	}()
	go func() {
		for i := range n {
			user.Send <- load.MakeTick(i)
		}
	}()
	expect(t, user, n)
}

func TestCloseSendsWhatIsInTheChannel(t *testing.T) {
	const n = 2000
	pull, push := connected(t, zmq4.PULL, zmq4.PUSH, load.Parts, 256, time.Minute)
	defer pull.Close()
	go func() {
		for i := range n {
			push.Send <- load.MakeTick(i)
		}
		push.Close()
	}()
	expect(t, pull, n)
}

func TestCloseReleasesWhoNobodyReads(t *testing.T) {
	for _, types := range [][2]zmq4.Type{{zmq4.PULL, zmq4.PUSH}, {zmq4.DEALER, zmq4.DEALER}} {
		in, out := connected(t, types[0], types[1], load.Ticks, 0, 0)
		out.Send <- load.MakeTick(0)
		out.Close()
		in.Close()
		for range in.Received {
		}
	}
}

func expect(t *testing.T, c *Channels[wire.Tick], n int) {
	t.Helper()
	for i := range n {
		m := <-c.Received
		if got := load.TickNumber(&m); got != i {
			t.Fatalf("message %d came where %d was due", got, i)
		}
	}
}
