package main

import (
	"context"
	"time"

	"github.com/zmqgen/zmqgen/bench/internal/load"
	"github.com/zmqgen/zmqgen/bench/wire"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file is what zmqgen would generate if the topology language had a push-pull pattern of three frames:
// the runtime takes any codec.

var parts = zmqrt.Topology{
	Name: "parts",
	Sockets: map[string]zmqrt.SocketSpec{
		"source.parts": {Type: zmqrt.Push, Connect: []string{"sink.parts"}, Linger: zmqrt.Lingering(30 * time.Second)},
		"sink.parts":   {Type: zmqrt.Pull, Bind: []string{"tcp://127.0.0.1:*"}},
	},
}

func newSourceParts(ctx context.Context, pump *zmqrt.Pump, opts ...zmqrt.SocketOption) (chan<- wire.Tick, error) {
	return zmqrt.OpenSender(ctx, pump, &parts, "source.parts", load.PartsCodec{}, opts)
}

func newSinkParts(ctx context.Context, pump *zmqrt.Pump, opts ...zmqrt.SocketOption) (<-chan wire.Tick, error) {
	return zmqrt.OpenReceiver(ctx, pump, &parts, "sink.parts", load.PartsCodec{}, opts)
}

func sinkPartsSocket(pump *zmqrt.Pump) *zmqrt.Socket { return pump.Socket("parts", "sink.parts") }
