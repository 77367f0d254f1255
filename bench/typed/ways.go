package main

import (
	"context"
	"errors"
	"slices"

	"github.com/zmqgen/zmqgen/bench/internal/load"
	"github.com/zmqgen/zmqgen/bench/internal/peer"
	"github.com/zmqgen/zmqgen/bench/wire"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file is the ways that there are.

// wayOf returns the way of a's layout.
func wayOf(a *peer.Args) way {
	switch {
	case a.Variant == "batch":
		return batches{a.N}
	case slices.Equal(a.Layout, load.TickLayout):
		return structs[wire.Tick]{load.Ticks, wire.NewSourceTicks, wire.NewSinkTicks, wire.SinkTicksSocket}
	case slices.Equal(a.Layout, load.PartsLayout):
		return structs[wire.Part]{load.PartStructs, wire.NewSourceParts, wire.NewSinkParts, wire.SinkPartsSocket}
	default:
		return structs[wire.Block]{load.Blocks(a.Layout[0]), wire.NewSourceBlocks, wire.NewSinkBlocks, wire.SinkBlocksSocket}
	}
}

// structs is a way through channels of structs, by what zmqgen generates for its two sockets.
type structs[T any] struct {
	load.Kind[T]
	newSource  func(context.Context, *zmqrt.Pump, ...zmqrt.SocketOption) (chan<- T, error)
	newSink    func(context.Context, *zmqrt.Pump, ...zmqrt.SocketOption) (<-chan T, error)
	sinkSocket func(*zmqrt.Pump) *zmqrt.Socket
}

func (w structs[T]) sender(pump *zmqrt.Pump, opt zmqrt.SocketOption) (func(int) error, func(), error) {
	ch, err := w.newSource(context.Background(), pump, opt)
	return w.to(ch), func() { close(ch) }, err
}

func (w structs[T]) receiver(pump *zmqrt.Pump, opt zmqrt.SocketOption) (func() (int, error), *zmqrt.Socket, error) {
	ch, err := w.newSink(context.Background(), pump, opt)
	return w.from(ch), w.sinkSocket(pump), err
}

// to returns what sends the message of a number.
func (w structs[T]) to(ch chan<- T) func(int) error {
	return func(number int) error {
		ch <- w.Make(number)
		return nil
	}
}

// from returns what receives a message and returns its number.
func (w structs[T]) from(ch <-chan T) func() (int, error) {
	var m T // here, so that it is allocated once
	return func() (int, error) {
		var ok bool
		if m, ok = <-ch; !ok {
			return 0, errEnded
		}
		return w.Number(&m), nil
	}
}

// batches is a way through channels of slices, which send n messages in all.
type batches struct{ n int }

func (w batches) sender(pump *zmqrt.Pump, opt zmqrt.SocketOption) (func(int) error, func(), error) {
	const batch = 256
	ch, err := wire.NewSourceSlices(context.Background(), pump, opt)
	var next []wire.Tick
	send := func(number int) error {
		if next == nil {
			next = make([]wire.Tick, 0, batch)
		}
		next = append(next, load.MakeTick(number))
		if len(next) == batch || number == w.n-1 {
			ch <- next
			next = nil // it is the socket's now
		}
		return nil
	}
	return send, func() { close(ch) }, err
}

func (w batches) receiver(pump *zmqrt.Pump, opt zmqrt.SocketOption) (func() (int, error), *zmqrt.Socket, error) {
	ch, err := wire.NewSinkSlices(context.Background(), pump, opt)
	var batch []wire.Tick
	next := func() (int, error) {
		if len(batch) == 0 {
			if batch = <-ch; batch == nil {
				return 0, errEnded
			}
		}
		m := &batch[0]
		batch = batch[1:]
		return load.TickNumber(m), nil
	}
	return next, wire.SinkSlicesSocket(pump), err
}

var errEnded = errors.New("the socket has ended")
