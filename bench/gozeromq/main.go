// Command gozeromq is the contender without cgo: loops over github.com/go-zeromq/zmq4, a ZeroMQ in Go. It
// moves ready-made bytes.
package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/go-zeromq/zmq4"
	"github.com/zmqgen/zmqgen/bench/internal/load"
	"github.com/zmqgen/zmqgen/bench/internal/peer"
)

func main() {
	peer.Main(peer.Roles{
		"send":      send,
		"receive":   receive,
		"both":      both,
		"ask":       ask,
		"answer":    answer,
		"publish":   publish,
		"subscribe": subscribe,
	})
}

var ctx = context.Background()

func send(a *peer.Args) error {
	s := zmq4.NewPush(ctx)
	defer s.Close()
	if err := s.Dial(a.Endpoint); err != nil {
		return err
	}
	return peer.Send(a, to(s, a))
}

func receive(a *peer.Args) error {
	s := zmq4.NewPull(ctx)
	defer s.Close()
	endpoint, err := listen(s, a.Endpoint)
	if err != nil {
		return err
	}
	return peer.Receive(a, endpoint, from(s, a))
}

func both(a *peer.Args) error {
	in, out := zmq4.NewPull(ctx), zmq4.NewPush(ctx)
	defer in.Close()
	defer out.Close()
	if _, err := listen(in, a.Endpoint); err != nil {
		return err
	}
	if err := out.Dial(a.Endpoint); err != nil {
		return err
	}
	return peer.Both(a, to(out, a), from(in, a))
}

func answer(a *peer.Args) error {
	s := zmq4.NewRep(ctx)
	defer s.Close()
	endpoint, err := listen(s, a.Endpoint)
	if err != nil {
		return err
	}
	return peer.Answer(a, func() error {
		m, err := s.Recv()
		if err != nil {
			return err
		}
		return s.Send(m)
	}, endpoint)
}

func ask(a *peer.Args) error {
	s := zmq4.NewReq(ctx)
	defer s.Close()
	if err := s.Dial(a.Endpoint); err != nil {
		return err
	}
	request, reply := to(s, a), from(s, a)
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
	s := zmq4.NewPub(ctx) // it has no high-water mark by itself
	defer s.Close()
	endpoint, err := listen(s, a.Endpoint)
	if err != nil {
		return err
	}
	return peer.Publish(a, endpoint, to(s, a))
}

func subscribe(a *peer.Args) error {
	return peer.Subscribe(a, func(int) (func() (int, error), error) {
		s := zmq4.NewSub(ctx)
		if err := s.SetOption(zmq4.OptionSubscribe, ""); err != nil {
			return nil, err
		}
		return from(s, a), s.Dial(a.Endpoint)
	})
}

// listen binds s and returns the real endpoint.
func listen(s zmq4.Socket, endpoint string) (string, error) {
	if err := s.Listen(endpoint); err != nil {
		return "", err
	}
	transport, _, _ := strings.Cut(endpoint, "://")
	return transport + "://" + s.Addr().String(), nil
}

// to returns what sends the message of a number. A message belongs to the library once it is sent, so each
// has memory of its own. SendMulti hands a message, also one of a single frame, to the kernel at once, where
// Send makes two system calls for each frame.
func to(s zmq4.Socket, a *peer.Args) func(int) error {
	m := load.Ready(a.Layout)
	return func(number int) error {
		frames, err := m.Next(number)
		if err != nil {
			return err
		}
		return s.SendMulti(zmq4.NewMsgFrom(frames...).Clone())
	}
}

// from returns what receives a message and returns its number.
func from(s zmq4.Socket, a *peer.Args) func() (int, error) {
	m := load.Ready(a.Layout)
	return func() (int, error) {
		msg, err := s.Recv()
		if err != nil {
			return 0, err
		}
		return m.Number(msg.Frames)
	}
}
