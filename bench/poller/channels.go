package main

import (
	"errors"
	"fmt"
	"log"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/pebbe/zmq4"
	"github.com/zmqgen/zmqgen/bench/internal/load"
)

// This file is the channels. A ZeroMQ socket is for one thread at a time, and Poller cannot wait for a Go
// channel. So one goroutine, the loop, has the socket to itself and waits for it, and for two PAIRs:
// through the first it gets what is to be sent, already encoded, from a goroutine that waits for the
// channel; the second wakes it for everything else. The high-water marks of the first, and the socket's,
// push back. The loop never waits for a channel while it has something to send.

// Channels are the channels of one socket. Either may be nil: nobody sends through a PULL.
type Channels[T any] struct {
	Send     chan<- T // the user's to fill; Close closes it
	Received <-chan T // closed when the socket has closed

	kind    load.Kind[T]
	socket  *zmq4.Socket
	send    chan T
	receive chan T
	outbox  pair // what is to be sent
	wake    pair // everything else
	waking  sync.Mutex
	ending  atomic.Bool   // Close was called, and what was to be sent is in the outbox
	full    atomic.Bool   // a message waits for room in receive
	leaving chan struct{} // closed when nobody needs to read what is received any more
	done    chan struct{} // closed when the loop has left
	waiters sync.WaitGroup

	// All that follows is the loop's.
	pending [][]byte // the message that the socket did not take; nil if there is none
	in, out [1][]byte
	item    T
}

// pair is two PAIRs that are connected to each other.
type pair struct{ near, far *zmq4.Socket }

// turn is how many messages go one way for each poll: one, as hand-written loops have it, or, if that is what
// is to be measured, many.
var turn = 1

// NewChannels puts channels in front of s, which is of type typ and in use by nobody else. newSocket makes
// further sockets in its context.
func NewChannels[T any](newSocket func(zmq4.Type) (*zmq4.Socket, error), s *zmq4.Socket, typ zmq4.Type, kind load.Kind[T], buffer int) (*Channels[T], error) {
	c := &Channels[T]{kind: kind, socket: s, leaving: make(chan struct{}), done: make(chan struct{})}
	var err error
	if c.wake, err = newPair(newSocket); err != nil {
		return nil, err
	}
	if typ != zmq4.PULL && typ != zmq4.SUB {
		if c.outbox, err = newPair(newSocket); err != nil {
			return nil, err
		}
		c.send = make(chan T, buffer)
		c.Send = c.send
	}
	if typ != zmq4.PUSH && typ != zmq4.PUB {
		c.receive = make(chan T, buffer)
		c.Received = c.receive
	}
	if c.send != nil {
		go c.feed()
	}
	go c.loop()
	return c, nil
}

var pairs atomic.Int64

func newPair(newSocket func(zmq4.Type) (*zmq4.Socket, error)) (p pair, err error) {
	endpoint := fmt.Sprint("inproc://pair-", pairs.Add(1))
	if p.near, err = newSocket(zmq4.PAIR); err != nil {
		return p, err
	}
	if p.far, err = newSocket(zmq4.PAIR); err != nil {
		return p, err
	}
	return p, errors.Join(p.near.SetSndtimeo(100*time.Millisecond), p.far.Bind(endpoint), p.near.Connect(endpoint))
}

// Close sends what has been sent to the channel, closes the socket and waits for that.
func (c *Channels[T]) Close() {
	close(c.leaving)
	if c.send != nil {
		close(c.send) // feed says so to the loop
	} else {
		c.end()
	}
	<-c.done
	c.waiters.Wait()
	c.wake.near.Close()
}

// end has the loop leave when the outbox is empty.
func (c *Channels[T]) end() {
	c.ending.Store(true)
	c.poke()
}

// poke makes the loop look at the flags.
func (c *Channels[T]) poke() {
	c.waking.Lock()
	defer c.waking.Unlock()
	c.wake.near.SendBytes(nil, zmq4.DONTWAIT) // if there is no room, the loop is awake
}

// feed puts what is sent to the channel, encoded, into the outbox. If the loop has left because of an error,
// it goes on to receive, so that no user stays blocked.
func (c *Channels[T]) feed() {
	defer c.outbox.near.Close()
	frames := make([][]byte, c.kind.Frames)
	var m T // here, so that it is allocated once
	for m = range c.send {
		err := c.kind.Encode(&m, frames)
		if err == nil {
			err = c.post(frames)
		}
		if err != nil {
			log.Print(err)
		}
	}
	c.end()
}

// post waits for room in the outbox, or for the end of the loop.
func (c *Channels[T]) post(frames [][]byte) error {
	for {
		err := sendFrames(c.outbox.near, frames, 0) // which gives up now and then
		select {
		case <-c.done:
			return errEnded
		default:
		}
		if !again(err) {
			return err
		}
	}
}

// loop has the socket until the end.
func (c *Channels[T]) loop() {
	defer close(c.done)
	defer c.finish()
	poller := zmq4.NewPoller()
	socket, wake, outbox := poller.Add(c.socket, 0), poller.Add(c.wake.far, zmq4.POLLIN), -1
	if c.send != nil {
		outbox = poller.Add(c.outbox.far, 0)
	}
	for {
		ending := c.ending.Load()
		timeout := time.Duration(-1)
		var events, more zmq4.State
		if c.receive != nil && !c.full.Load() {
			events |= zmq4.POLLIN
		}
		if c.pending != nil {
			events |= zmq4.POLLOUT
		} else if more = zmq4.POLLIN; ending {
			timeout = 0
		}
		poller.Update(socket, events)
		poller.Update(outbox, more)
		ready, err := poller.PollAll(timeout)
		if err != nil {
			log.Print(err)
			return
		}
		if ready[wake].Events != 0 {
			c.wake.far.RecvBytes(zmq4.DONTWAIT)
		}
		if ready[socket].Events&zmq4.POLLIN != 0 {
			if err := c.takeIn(); err != nil {
				log.Print(err)
				return
			}
		}
		empty := true
		if outbox >= 0 {
			if empty, err = c.sendOut(); err != nil {
				log.Print(err)
				return
			}
		}
		if ending && empty {
			return
		}
	}
}

// finish closes what the loop has had to itself, and then the user's channel.
func (c *Channels[T]) finish() {
	c.socket.Close()
	c.wake.far.Close()
	if c.send != nil {
		c.outbox.far.Close()
	}
	c.waiters.Wait()
	if c.receive != nil {
		close(c.receive)
	}
}

// sendOut sends the pending message and then those of the outbox, and reports whether all of them went.
func (c *Channels[T]) sendOut() (empty bool, err error) {
	for range turn {
		if c.pending == nil {
			if c.pending, err = c.recvFrames(c.outbox.far, c.out[:]); err != nil {
				c.pending = nil
				return again(err), unlessAgain(err)
			}
		}
		if err := sendFrames(c.socket, c.pending, zmq4.DONTWAIT); err != nil {
			return false, unlessAgain(err)
		}
		c.pending = nil
	}
	return false, nil
}

// takeIn receives what there is.
func (c *Channels[T]) takeIn() error {
	for range turn {
		frames, err := c.recvFrames(c.socket, c.in[:])
		if err != nil {
			return unlessAgain(err)
		}
		if err := c.kind.Decode(frames, &c.item); err != nil {
			log.Print(err)
		} else if !c.deliver(c.item) {
			return nil
		}
	}
	return nil
}

// deliver gives m to the user. If the channel is full and the loop has something else to do, a goroutine
// waits for room, and nothing more is received until then: deliver returns false.
func (c *Channels[T]) deliver(m T) bool {
	select {
	case c.receive <- m:
		return true
	default:
	}
	if c.send == nil {
		select {
		case c.receive <- m:
			return true
		case <-c.leaving:
			return false
		}
	}
	c.full.Store(true)
	c.waiters.Add(1)
	go func() {
		defer c.waiters.Done()
		select {
		case c.receive <- m:
		case <-c.leaving:
		}
		c.full.Store(false)
		c.poke()
	}()
	return false
}

// recvFrames receives a message if there is one; one of a single frame into single.
func (c *Channels[T]) recvFrames(s *zmq4.Socket, single [][]byte) (frames [][]byte, err error) {
	if c.kind.Frames > 1 {
		return s.RecvMessageBytes(zmq4.DONTWAIT)
	}
	single[0], err = s.RecvBytes(zmq4.DONTWAIT)
	return single, err
}

func sendFrames(s *zmq4.Socket, frames [][]byte, flags zmq4.Flag) (err error) {
	switch {
	case len(frames) == 1:
		_, err = s.SendBytes(frames[0], flags)
	case flags == zmq4.DONTWAIT:
		_, err = s.SendMessageDontwait(frames)
	default:
		_, err = s.SendMessage(frames)
	}
	return err
}

// again reports whether err says that the socket has nothing to receive, or takes nothing, at the moment.
func again(err error) bool {
	errno := zmq4.AsErrno(err)
	return errno == zmq4.Errno(syscall.EAGAIN) || errno == zmq4.EFSM
}

func unlessAgain(err error) error {
	if again(err) {
		return nil
	}
	return err
}
