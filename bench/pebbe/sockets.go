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
	if err := zctx.SetMaxSockets(a.Sockets + 100); err != nil {
		return err
	}
	sender, err := zctx.NewSocket(zmq4.PUSH) // to one of them at a time
	if err != nil {
		return err
	}
	c := &crowd{zctx: zctx, sender: sender, send: to(sender, load.Ready(a.Layout), a.Layout), layout: a.Layout}
	if a.Variant == "blocked" {
		return peer.Crowd{Open: c.openBlocked, Close: c.closeBlocked}.Run(a)
	}
	return peer.Crowd{Open: c.openPlain, Close: c.closePlain}.Run(a)
}

// crowd is the sockets.
type crowd struct {
	zctx    *zmq4.Context
	sender  *zmq4.Socket
	send    func(number int) error
	layout  load.Layout
	plain   []*zmq4.Socket
	blocked sync.WaitGroup // the goroutines
}

func (c *crowd) openPlain(i int) (func() error, error) {
	s, err := c.bind(i)
	c.plain = append(c.plain, s)
	next := from(s, load.Ready(c.layout), c.layout)
	return func() error {
		if err := c.carry(i, next); err != nil {
			return err
		}
		// Nobody else has the two see, in turn, that they are connected no more.
		for _, end := range []*zmq4.Socket{s, c.sender, s} {
			if _, err := end.GetEvents(); err != nil {
				return err
			}
		}
		return nil
	}, err
}

func (c *crowd) closePlain() error {
	for _, s := range append(c.plain, c.sender) {
		if err := s.Close(); err != nil {
			return err
		}
	}
	return c.zctx.Term()
}

func (c *crowd) openBlocked(i int) (func() error, error) {
	s, err := c.bind(i)
	if err != nil {
		return nil, err
	}
	numbers, waits := make(chan int), make(chan struct{})
	c.blocked.Add(1)
	go func() {
		defer c.blocked.Done()
		defer s.Close()
		next := from(s, load.Ready(c.layout), c.layout)
		close(waits)
		for {
			n, err := next()
			if err != nil {
				return
			}
			numbers <- n
		}
	}()
	<-waits
	return func() error { return c.carry(i, func() (int, error) { return <-numbers, nil }) }, nil
}

// closeBlocked closes the sockets in the one way that there is while goroutines block in them: the end of the
// context makes each return, and it closes its socket.
func (c *crowd) closeBlocked() error {
	c.sender.Close()
	err := c.zctx.Term()
	c.blocked.Wait()
	return err
}

func (c *crowd) bind(i int) (*zmq4.Socket, error) {
	s, err := c.zctx.NewSocket(zmq4.PULL)
	if err != nil {
		return nil, err
	}
	return s, s.Bind(fmt.Sprint("inproc://", i))
}

// carry carries messages to socket i, of which next returns the numbers.
func (c *crowd) carry(i int, next func() (int, error)) error {
	endpoint := fmt.Sprint("inproc://", i)
	if err := c.sender.Connect(endpoint); err != nil {
		return err
	}
	if err := peer.Carry(c.send, next); err != nil {
		return err
	}
	return c.sender.Disconnect(endpoint)
}
