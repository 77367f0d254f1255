package main

import (
	"github.com/pebbe/zmq4"
	"github.com/zmqgen/zmqgen/bench/internal/load"
)

// This file is how a message goes into a socket and comes out of one.

// to returns what sends the message of a number.
func to(s *zmq4.Socket, m load.Stream, l load.Layout) func(int) error {
	if len(l) == 1 {
		return func(number int) error {
			frames, err := m.Next(number)
			if err != nil {
				return err
			}
			_, err = s.SendBytes(frames[0], 0)
			return err
		}
	}
	return func(number int) error {
		frames, err := m.Next(number)
		if err != nil {
			return err
		}
		_, err = s.SendMessage(frames)
		return err
	}
}

// from returns what receives a message and returns its number.
func from(s *zmq4.Socket, m load.Stream, l load.Layout) func() (int, error) {
	if len(l) == 1 {
		frames := make([][]byte, 1)
		return func() (_ int, err error) {
			if frames[0], err = s.RecvBytes(0); err != nil {
				return 0, err
			}
			return m.Number(frames)
		}
	}
	return func() (int, error) {
		frames, err := s.RecvMessageBytes(0)
		if err != nil {
			return 0, err
		}
		return m.Number(frames)
	}
}

// open opens a socket, one that publishes or subscribes without a high-water mark, so that nothing gets
// lost.
func open(typ zmq4.Type) (*zmq4.Socket, error) {
	s, err := zmq4.NewSocket(typ)
	if err != nil {
		return nil, err
	}
	switch typ {
	case zmq4.PUB:
		err = s.SetSndhwm(0)
	case zmq4.SUB:
		err = s.SetRcvhwm(0)
	}
	return s, err
}

func connect(typ zmq4.Type, endpoint string) (*zmq4.Socket, error) {
	s, err := open(typ)
	if err != nil {
		return nil, err
	}
	return s, s.Connect(endpoint)
}

// bind also returns the real endpoint.
func bind(typ zmq4.Type, endpoint string) (*zmq4.Socket, string, error) {
	s, err := open(typ)
	if err != nil {
		return nil, "", err
	}
	if err := s.Bind(endpoint); err != nil {
		return nil, "", err
	}
	real, err := s.GetLastEndpoint()
	return s, real, err
}
