// Command poller is the usual way to have Go channels over pebbe/zmq4, written by hand: for each socket a
// goroutine in zmq4.Poller, woken through an inproc PAIR beside the socket. It moves structs, by the codec of
// the typed channels.
package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pebbe/zmq4"
	"github.com/zmqgen/zmqgen/bench/internal/load"
	"github.com/zmqgen/zmqgen/bench/internal/peer"
	"github.com/zmqgen/zmqgen/bench/wire"
)

func main() {
	peer.Main(peer.Roles{
		"send":      one(func(a *peer.Args) error { return oneWay(a).send(a) }),
		"receive":   one(func(a *peer.Args) error { return oneWay(a).receive(a) }),
		"both":      one(func(a *peer.Args) error { return oneWay(a).both(a) }),
		"ask":       ask,
		"answer":    answer,
		"publish":   publish,
		"subscribe": subscribe,
		"sockets":   sockets,
	})
}

// one returns a role that takes one message for each poll, or 256 in variant drain.
func one(role func(*peer.Args) error) func(*peer.Args) error {
	return func(a *peer.Args) error {
		if a.Variant == "drain" {
			turn = 256
		}
		return role(a)
	}
}

// buffer is the capacity of all channels, as that of typed channels is by default.
const buffer = 256

var errEnded = errors.New("the socket has ended")

// ends are the two ends of a PUSH and a PULL.
type ends[T any] struct{ load.Kind[T] }

// oneWay returns the ends for a's layout.
func oneWay(a *peer.Args) interface {
	send(*peer.Args) error
	receive(*peer.Args) error
	both(*peer.Args) error
} {
	switch {
	case slices.Equal(a.Layout, load.TickLayout):
		return ends[wire.Tick]{load.Ticks}
	case slices.Equal(a.Layout, load.PartsLayout):
		return ends[wire.Tick]{load.Parts}
	default:
		return ends[wire.Block]{load.Blocks(a.Layout[0])}
	}
}

func (e ends[T]) send(a *peer.Args) error {
	c, _, err := open(zmq4.PUSH, e.Kind, connects(a.Endpoint))
	if err != nil {
		return err
	}
	defer zmq4.Term()
	defer c.Close()
	return peer.Send(a, c.to())
}

func (e ends[T]) receive(a *peer.Args) error {
	c, endpoint, err := open(zmq4.PULL, e.Kind, binds(a.Endpoint))
	if err != nil {
		return err
	}
	defer c.Close()
	return peer.Receive(a, endpoint, c.from())
}

func (e ends[T]) both(a *peer.Args) error {
	in, _, err := open(zmq4.PULL, e.Kind, binds(a.Endpoint))
	if err != nil {
		return err
	}
	defer in.Close()
	out, _, err := open(zmq4.PUSH, e.Kind, connects(a.Endpoint))
	if err != nil {
		return err
	}
	defer out.Close()
	return peer.Both(a, out.to(), in.from())
}

func answer(a *peer.Args) error {
	c, endpoint, err := open(zmq4.REP, load.Ticks, binds(a.Endpoint))
	if err != nil {
		return err
	}
	defer zmq4.Term()
	defer c.Close()
	return peer.Answer(a, func() error {
		m, ok := <-c.Received
		if !ok {
			return errEnded
		}
		c.Send <- m
		return nil
	}, endpoint)
}

func ask(a *peer.Args) error {
	c, _, err := open(zmq4.REQ, load.Ticks, connects(a.Endpoint))
	if err != nil {
		return err
	}
	defer c.Close()
	request, reply := c.to(), c.from()
	return peer.Ask(a, func(number int) error {
		if err := request(number); err != nil {
			return err
		}
		got, err := reply()
		if err == nil && got != number {
			err = fmt.Errorf("answer %d came to request %d", got, number)
		}
		return err
	})
}

func publish(a *peer.Args) error {
	c, endpoint, err := open(zmq4.PUB, load.Ticks, binds(a.Endpoint))
	if err != nil {
		return err
	}
	defer zmq4.Term()
	defer c.Close()
	return peer.Publish(a, endpoint, c.to())
}

func subscribe(a *peer.Args) error {
	return peer.Subscribe(a, func(int) (func() (int, error), error) {
		c, _, err := open(zmq4.SUB, load.Ticks, connects(a.Endpoint))
		if err != nil {
			return nil, err
		}
		return c.from(), nil
	})
}

// open opens a socket of the default context, and channels in front of it. It also returns what attach
// returns.
func open[T any](typ zmq4.Type, kind load.Kind[T], attach func(*zmq4.Socket) (string, error)) (*Channels[T], string, error) {
	s, err := zmq4.NewSocket(typ)
	if err != nil {
		return nil, "", err
	}
	switch typ {
	case zmq4.PUB: // without a high-water mark, so that nothing gets lost; likewise SUB
		err = s.SetSndhwm(0)
	case zmq4.SUB:
		err = errors.Join(s.SetRcvhwm(0), s.SetSubscribe(""))
	}
	if err != nil {
		return nil, "", err
	}
	endpoint, err := attach(s)
	if err != nil {
		return nil, "", err
	}
	c, err := NewChannels(zmq4.NewSocket, s, typ, kind, buffer)
	return c, endpoint, err
}

func binds(endpoint string) func(*zmq4.Socket) (string, error) {
	return func(s *zmq4.Socket) (string, error) {
		if err := s.Bind(endpoint); err != nil {
			return "", err
		}
		return s.GetLastEndpoint()
	}
}

func connects(endpoint string) func(*zmq4.Socket) (string, error) {
	return func(s *zmq4.Socket) (string, error) { return endpoint, s.Connect(endpoint) }
}

// to returns what sends the message of a number.
func (c *Channels[T]) to() func(int) error {
	return func(number int) error {
		c.Send <- c.kind.Make(number)
		return nil
	}
}

// from returns what receives a message and returns its number.
func (c *Channels[T]) from() func() (int, error) {
	var m T // here, so that it is allocated once
	return func() (int, error) {
		var ok bool
		if m, ok = <-c.Received; !ok {
			return 0, errEnded
		}
		return c.kind.Number(&m), nil
	}
}
