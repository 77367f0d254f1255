// Command pebbe is the contender without channels: plain loops over pebbe/zmq4, each in a goroutine that
// blocks in a socket. Variant bytes moves ready-made bytes; variant codec has the codec of the typed
// channels in its loops.
package main

import (
	"fmt"

	"github.com/pebbe/zmq4"
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
		"sockets":   sockets,
	})
}

// stream returns what a's variant moves.
func stream(a *peer.Args) load.Stream {
	if a.Variant == "codec" {
		return load.Coded(a.Layout)
	}
	return load.Ready(a.Layout)
}

func send(a *peer.Args) error {
	s, err := connect(zmq4.PUSH, a.Endpoint)
	if err != nil {
		return err
	}
	defer zmq4.Term()
	defer s.Close()
	return peer.Send(a, to(s, stream(a), a.Layout))
}

func receive(a *peer.Args) error {
	s, endpoint, err := bind(zmq4.PULL, a.Endpoint)
	if err != nil {
		return err
	}
	defer s.Close()
	return peer.Receive(a, endpoint, from(s, stream(a), a.Layout))
}

func both(a *peer.Args) error {
	in, _, err := bind(zmq4.PULL, a.Endpoint)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := connect(zmq4.PUSH, a.Endpoint)
	if err != nil {
		return err
	}
	defer out.Close()
	return peer.Both(a, to(out, stream(a), a.Layout), from(in, stream(a), a.Layout))
}

func answer(a *peer.Args) error {
	s, endpoint, err := bind(zmq4.REP, a.Endpoint)
	if err != nil {
		return err
	}
	defer zmq4.Term()
	defer s.Close()
	return peer.Answer(a, func() error {
		b, err := s.RecvBytes(0)
		if err != nil {
			return err
		}
		_, err = s.SendBytes(b, 0)
		return err
	}, endpoint)
}

// ask has a REQ for each call at once, since one makes one at a time.
func ask(a *peer.Args) error {
	trips := make([]func(int) error, a.InFlight)
	for i := range trips {
		s, err := connect(zmq4.REQ, a.Endpoint)
		if err != nil {
			return err
		}
		defer s.Close()
		m := stream(a)
		request, reply := to(s, m, a.Layout), from(s, m, a.Layout)
		trips[i] = func(number int) error {
			if err := request(number); err != nil {
				return err
			}
			got, err := reply()
			if err == nil && got != number {
				err = fmt.Errorf("answer %d came to request %d", got, number)
			}
			return err
		}
	}
	return peer.AskEach(a, trips)
}

func publish(a *peer.Args) error {
	s, endpoint, err := bind(zmq4.PUB, a.Endpoint)
	if err != nil {
		return err
	}
	defer zmq4.Term()
	defer s.Close()
	return peer.Publish(a, endpoint, to(s, stream(a), a.Layout))
}

func subscribe(a *peer.Args) error {
	return peer.Subscribe(a, func(int) (func() (int, error), error) {
		s, err := connect(zmq4.SUB, a.Endpoint)
		if err != nil {
			return nil, err
		}
		return from(s, stream(a), a.Layout), s.SetSubscribe("")
	})
}
