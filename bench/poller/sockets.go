package main

import (
	"fmt"

	"github.com/pebbe/zmq4"
	"github.com/zmqgen/zmqgen/bench/internal/load"
	"github.com/zmqgen/zmqgen/bench/internal/peer"
	"github.com/zmqgen/zmqgen/bench/wire"
)

// sockets opens many sockets that receive, with channels of buffer 0. A plain socket sends to one of them at
// a time.
func sockets(a *peer.Args) error {
	zctx, err := zmq4.NewContext()
	if err != nil {
		return err
	}
	if err := zctx.SetMaxSockets(3*a.Sockets + 100); err != nil { // each has a pair of PAIRs beside it
		return err
	}
	sender, err := zctx.NewSocket(zmq4.PUSH)
	if err != nil {
		return err
	}
	send := func(number int) error {
		frames := make([][]byte, 1)
		m := load.MakeTick(number)
		if err := load.Ticks.Encode(&m, frames); err != nil {
			return err
		}
		return sendFrames(sender, frames, 0)
	}
	var open []*Channels[wire.Tick]
	return peer.Crowd{
		Open: func(i int) (func() error, error) {
			endpoint := fmt.Sprint("inproc://", i)
			s, err := zctx.NewSocket(zmq4.PULL)
			if err == nil {
				err = s.Bind(endpoint)
			}
			if err != nil {
				return nil, err
			}
			c, err := NewChannels(zctx.NewSocket, s, zmq4.PULL, load.Ticks, 0)
			if err != nil {
				return nil, err
			}
			open = append(open, c)
			return func() error {
				if err := sender.Connect(endpoint); err != nil {
					return err
				}
				if err := peer.Carry(send, c.from()); err != nil {
					return err
				}
				return sender.Disconnect(endpoint)
			}, nil
		},
		Close: func() error {
			sender.Close()
			for _, c := range open {
				c.Close()
			}
			return zctx.Term()
		},
	}.Run(a)
}
