package main

import (
	"fmt"
	"sync"

	"github.com/pebbe/zmq4"
	"github.com/zmqgen/zmqgen/bench/internal/load"
	"github.com/zmqgen/zmqgen/bench/internal/peer"
)

// This file is many idle sockets: plain ones that nobody waits for, or, as variant blocked, each with a
// goroutine that blocks in it, which is what a loop over pebbe/zmq4 does.

func sockets(a *peer.Args) error {
	zctx, err := zmq4.NewContext()
	if err != nil {
		return err
	}
	if err := zctx.SetMaxSockets(2*a.Sockets + 100); err != nil {
		return err
	}
	if a.Variant == "blocked" {
		return blocked(a, zctx)
	}
	var open []*zmq4.Socket
	return peer.Crowd{
		Open: func(i int) (func() error, error) {
			s, err := bindInproc(zctx, i)
			open = append(open, s)
			number := from(s, load.Ready(a.Layout), a.Layout)
			return func() error { return traffic(a, zctx, i, number) }, err
		},
		Close: func() error {
			for _, s := range open {
				if err := s.Close(); err != nil {
					return err
				}
			}
			return zctx.Term()
		},
	}.Run(a)
}

// blocked closes its sockets in the one way that there is while goroutines block in them: the end of the
// context makes each return, and it closes its socket.
func blocked(a *peer.Args, zctx *zmq4.Context) error {
	var receivers sync.WaitGroup
	return peer.Crowd{
		Open: func(i int) (func() error, error) {
			s, err := bindInproc(zctx, i)
			if err != nil {
				return nil, err
			}
			numbers, waits := make(chan int), make(chan struct{})
			receivers.Add(1)
			go func() {
				defer receivers.Done()
				defer s.Close()
				number := from(s, load.Ready(a.Layout), a.Layout)
				close(waits)
				for {
					n, err := number()
					if err != nil {
						return
					}
					numbers <- n
				}
			}()
			<-waits
			return func() error {
				return traffic(a, zctx, i, func() (int, error) { return <-numbers, nil })
			}, nil
		},
		Close: func() error {
			err := zctx.Term()
			receivers.Wait()
			return err
		},
	}.Run(a)
}

func bindInproc(zctx *zmq4.Context, i int) (*zmq4.Socket, error) {
	s, err := zctx.NewSocket(zmq4.PULL)
	if err != nil {
		return nil, err
	}
	return s, s.Bind(fmt.Sprint("inproc://", i))
}

// traffic sends messages to socket i, of which next returns the numbers.
func traffic(a *peer.Args, zctx *zmq4.Context, i int, next func() (int, error)) error {
	s, err := zctx.NewSocket(zmq4.PUSH)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Connect(fmt.Sprint("inproc://", i)); err != nil {
		return err
	}
	send := to(s, load.Ready(a.Layout), a.Layout)
	for n := range peer.TrafficMessages {
		if err := send(n); err != nil {
			return err
		}
	}
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
