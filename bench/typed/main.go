// Command typed is the contender that zmqgen makes: typed channels and calls, generated from
// ../topology.yaml. What is sent is a struct in a channel, and so is what is received.
package main

import (
	"context"
	"log/slog"

	"github.com/zmqgen/zmqgen/bench/internal/peer"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

func main() {
	peer.Main(peer.Roles{
		"send":      withPump(send),
		"receive":   withPump(receive),
		"both":      withPump(both),
		"ask":       withPump(ask),
		"answer":    withPump(answer),
		"publish":   withPump(publish),
		"subscribe": withPump(subscribe),
		"sockets":   withPump(sockets),
		"buffer":    withPump(buffer),
	})
}

// withPump runs a role with a pump, which it closes at the end. What fails or is dropped is logged.
func withPump(role func(*peer.Args, *zmqrt.Pump) error) func(*peer.Args) error {
	return func(a *peer.Args) error {
		pump, err := zmqrt.NewPump(context.Background(), zmqrt.WithLogger(slog.Default()))
		if err != nil {
			return err
		}
		defer pump.Close()
		return role(a, pump)
	}
}
