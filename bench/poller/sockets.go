package main

import (
	"fmt"

	"github.com/pebbe/zmq4"
	"github.com/zmqgen/zmqgen/bench/internal/load"
	"github.com/zmqgen/zmqgen/bench/internal/peer"
	"github.com/zmqgen/zmqgen/bench/wire"
)

// sockets opens many sockets that receive, with channels of buffer 0.
func sockets(a *peer.Args) error {
	zctx, err := zmq4.NewContext()
	if err != nil {
		return err
	}
	if err := zctx.SetMaxSockets(3*a.Sockets + 100); err != nil { // each has a pair of PAIRs beside it
		return err
	}
	open := func(typ zmq4.Type, attach func(*zmq4.Socket) (string, error)) (*Channels[wire.Tick], error) {
		s, err := zctx.NewSocket(typ)
		if err != nil {
			return nil, err
		}
		if _, err := attach(s); err != nil {
			return nil, err
		}
		return NewChannels(zctx.NewSocket, s, typ, load.Ticks, 0)
	}
	var all []*Channels[wire.Tick]
	return peer.Crowd{
		Open: func(i int) (func() error, error) {
			endpoint := fmt.Sprint("inproc://", i)
			in, err := open(zmq4.PULL, binds(endpoint))
			if err != nil {
				return nil, err
			}
			all = append(all, in)
			return func() error {
				out, err := open(zmq4.PUSH, connects(endpoint))
				if err != nil {
					return err
				}
				defer out.Close()
				return carry(out, in)
			}, nil
		},
		Close: func() error {
			for _, c := range all {
				c.Close()
			}
			return zctx.Term()
		},
	}.Run(a)
}

// carry sends messages through out, and reads them from in.
func carry(out, in *Channels[wire.Tick]) error {
	go func() {
		send := out.to()
		for n := range peer.TrafficMessages {
			send(n)
		}
	}()
	next := in.from()
	for n := range peer.TrafficMessages {
		got, err := next()
		if err != nil {
			return err
		}
		if got != n {
			return fmt.Errorf("message %d came where %d was due", got, n)
		}
	}
	return nil
}
