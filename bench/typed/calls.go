package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/zmqgen/zmqgen/bench/internal/load"
	"github.com/zmqgen/zmqgen/bench/internal/peer"
	"github.com/zmqgen/zmqgen/bench/wire"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file is the round trips: by calls of a typed client, which are answered from a channel or, as variant serve, by
// functions; or, as variant channels, by a pair of channels there and a pair back.

func answer(a *peer.Args, pump *zmqrt.Pump) error {
	if a.Variant == "channels" {
		return answerChannels(a, pump)
	}
	server, err := wire.NewAnswererEcho(context.Background(), pump, zmqrt.Bind(a.Endpoint))
	if err != nil {
		return err
	}
	if a.Variant == "serve" {
		return answerByHandlers(a, pump, server)
	}
	serve := answerFrom(server.Echo)
	if !slices.Equal(a.Layout, load.TickLayout) {
		serve = answerFrom(server.EchoBlock)
	}
	return peer.Answer(a, serve, wire.AnswererEchoSocket(pump).Endpoints()...)
}

// answerFrom returns what returns the next request that comes through calls.
func answerFrom[T any](calls <-chan *zmqrt.Call[T, T]) func() error {
	return func() error {
		call, ok := <-calls
		if !ok {
			return errEnded
		}
		return call.Reply(call.Request)
	}
}

// echo answers calls with what they bring.
type echo struct{}

func (echo) Echo(_ context.Context, m wire.Tick) (wire.Tick, error) { return m, nil }

func (echo) EchoBlock(_ context.Context, m wire.Block) (wire.Block, error) { return m, nil }

// answerByHandlers answers by functions, each call in a goroutine of its own.
func answerByHandlers(a *peer.Args, pump *zmqrt.Pump, server *wire.EchoServer) error {
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, echo{}) }()
	return peer.AnswerUntilEnd(func() error {
		stop()
		if err := <-served; err != context.Canceled {
			return err
		}
		return nil
	}, wire.AnswererEchoSocket(pump).Endpoints()...)
}

func ask(a *peer.Args, pump *zmqrt.Pump) error {
	if a.Variant == "channels" {
		return askChannels(a, pump)
	}
	client, err := wire.NewAskerEcho(context.Background(), pump, zmqrt.Connect(a.Endpoint))
	if err != nil {
		return err
	}
	if slices.Equal(a.Layout, load.TickLayout) {
		return peer.Ask(a, trip(load.Ticks, client.Echo))
	}
	return peer.Ask(a, trip(load.Blocks(a.Layout[0]), client.EchoBlock))
}

// trip returns what makes the round trip of a number by call.
func trip[T any](kind load.Kind[T], call func(context.Context, T) (T, error)) func(number int) error {
	return func(number int) error {
		m, err := call(context.Background(), kind.Make(number))
		if err != nil {
			return err
		}
		return check(number, kind.Number(&m))
	}
}

func answerChannels(a *peer.Args, pump *zmqrt.Pump) error {
	there, err := wire.NewAnswererThere(context.Background(), pump, zmqrt.Bind(a.Endpoint))
	if err != nil {
		return err
	}
	back, err := wire.NewAnswererBack(context.Background(), pump, zmqrt.Bind(a.Endpoint))
	if err != nil {
		return err
	}
	defer close(back)
	return peer.Answer(a, func() error {
		m, ok := <-there
		if !ok {
			return errEnded
		}
		back <- m
		return nil
	}, wire.AnswererThereSocket(pump).Endpoints()[0], wire.AnswererBackSocket(pump).Endpoints()[0])
}

func askChannels(a *peer.Args, pump *zmqrt.Pump) error {
	endpoints := a.Endpoints()
	there, err := wire.NewAskerThere(context.Background(), pump, zmqrt.Connect(endpoints[0]))
	if err != nil {
		return err
	}
	defer close(there)
	back, err := wire.NewAskerBack(context.Background(), pump, zmqrt.Connect(endpoints[1]))
	if err != nil {
		return err
	}
	return peer.Ask(a, func(number int) error {
		there <- load.MakeTick(number)
		m, ok := <-back
		if !ok {
			return errEnded
		}
		return check(number, load.TickNumber(&m))
	})
}

// check checks that got is the number of the answer to the request of number.
func check(number, got int) error {
	if got != number {
		return fmt.Errorf("answer %d came to request %d", got, number)
	}
	return nil
}
