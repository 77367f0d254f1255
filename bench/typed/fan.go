package main

import (
	"context"
	"strconv"

	"github.com/zmqgen/zmqgen/bench/internal/load"
	"github.com/zmqgen/zmqgen/bench/internal/peer"
	"github.com/zmqgen/zmqgen/bench/wire"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file is one publisher with many subscribers.

var quotes = structs[wire.Tick]{Kind: load.Ticks}

func publish(a *peer.Args, pump *zmqrt.Pump) error {
	ch, err := wire.NewPublisherQuotes(context.Background(), pump, zmqrt.Bind(a.Endpoint))
	if err != nil {
		return err
	}
	defer close(ch)
	return peer.Publish(a, wire.PublisherQuotesSocket(pump).Endpoints()[0], quotes.to(ch))
}

func subscribe(a *peer.Args, pump *zmqrt.Pump) error {
	return peer.Subscribe(a, func(i int) (func() (int, error), error) {
		ch, err := wire.NewSubscriberQuotes(context.Background(), pump,
			zmqrt.Connect(a.Endpoint), zmqrt.Instance(strconv.Itoa(i)))
		return quotes.from(ch), err
	})
}
