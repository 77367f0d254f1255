package main

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"time"

	"github.com/zmqgen/zmqgen/bench/internal/load"
	"github.com/zmqgen/zmqgen/bench/internal/peer"
	"github.com/zmqgen/zmqgen/bench/wire"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file is what sockets and channels take when nothing moves.

// sockets opens many sockets, with channels of buffer 0.
func sockets(a *peer.Args, pump *zmqrt.Pump) error {
	ctx := context.Background()
	var out chan<- wire.Tick // to one of them at a time
	connect := func(endpoint string) (err error) {
		if out != nil {
			return wire.SourceTicksSocket(pump).Connect(endpoint)
		}
		out, err = wire.NewSourceTicks(ctx, pump, zmqrt.Connect(endpoint))
		return err
	}
	return peer.Crowd{
		Open: func(i int) (func() error, error) {
			endpoint := fmt.Sprint("inproc://", i)
			in, err := wire.NewSinkTicks(ctx, pump, zmqrt.Bind(endpoint), zmqrt.Buffer(0), zmqrt.Instance(strconv.Itoa(i)))
			return func() error {
				if err := connect(endpoint); err != nil {
					return err
				}
				if err := peer.Carry(quotes.to(out), quotes.from(in)); err != nil {
					return err
				}
				return wire.SourceTicksSocket(pump).Disconnect(endpoint)
			}, err
		},
		Close: pump.Close,
	}.Run(a)
}

// buffer fills two channels, that of a sender without a peer and that of a receiver that nobody reads, with
// a.N messages each, and reports by how much the heap has grown: sent_bytes and received_bytes.
func buffer(a *peer.Args, pump *zmqrt.Pump) error {
	ctx, capacity := context.Background(), zmqrt.Buffer(a.N)
	before := peer.Heap()
	out, err := wire.NewAskerThere(ctx, pump, zmqrt.Bind("inproc://alone"), zmqrt.Connect(), capacity)
	if err != nil {
		return err
	}
	defer close(out)
	out <- load.MakeTick(0) // the one that the select side holds while it waits for a peer
	await(func() bool { return wire.AskerThereSocket(pump).Stats().Blocked > 0 })
	for i := range a.N {
		out <- load.MakeTick(i)
	}
	peer.Report("sent_bytes", peer.Heap()-before)

	before = peer.Heap()
	in, err := wire.NewSinkTicks(ctx, pump, zmqrt.Bind("inproc://full"), capacity)
	if err != nil {
		return err
	}
	from, err := wire.NewSourceTicks(ctx, pump, zmqrt.Connect("inproc://full"), zmqrt.Buffer(0))
	if err != nil {
		return err
	}
	defer close(from)
	for i := range a.N {
		from <- load.MakeTick(i)
	}
	await(func() bool { return len(in) == a.N })
	peer.Report("received_bytes", peer.Heap()-before)
	runtime.KeepAlive(in)
	return nil
}

func await(condition func() bool) {
	for !condition() {
		time.Sleep(time.Millisecond)
	}
}
