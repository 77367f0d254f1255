package main

import (
	"github.com/zmqgen/zmqgen/bench/internal/peer"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file is the work one way, for whatever kind of channels.

// way opens the two ends of a push-pull pattern.
type way interface {
	// sender returns what sends the message of a number, and what closes the channel.
	sender(*zmqrt.Pump, zmqrt.SocketOption) (send func(number int) error, end func(), err error)
	// receiver returns what receives the number of the next message.
	receiver(*zmqrt.Pump, zmqrt.SocketOption) (next func() (number int, err error), s *zmqrt.Socket, err error)
}

func send(a *peer.Args, pump *zmqrt.Pump) error {
	send, end, err := wayOf(a).sender(pump, zmqrt.Connect(a.Endpoint))
	if err != nil {
		return err
	}
	defer end()
	return peer.Send(a, send)
}

func receive(a *peer.Args, pump *zmqrt.Pump) error {
	next, s, err := wayOf(a).receiver(pump, zmqrt.Bind(a.Endpoint))
	if err != nil {
		return err
	}
	return peer.Receive(a, s.Endpoints()[0], next)
}

func both(a *peer.Args, pump *zmqrt.Pump) error {
	next, _, err := wayOf(a).receiver(pump, zmqrt.Bind(a.Endpoint))
	if err != nil {
		return err
	}
	send, end, err := wayOf(a).sender(pump, zmqrt.Connect(a.Endpoint))
	if err != nil {
		return err
	}
	defer end()
	return peer.Both(a, send, next)
}
