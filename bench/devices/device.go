package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/pebbe/zmq4"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file is the two devices that are compared.

var kinds = map[string]struct {
	kind        zmqrt.DeviceKind
	front, back zmqrt.SocketType
	types       [2]zmq4.Type
}{
	"streamer":  {zmqrt.Streamer, zmqrt.Pull, zmqrt.Push, [2]zmq4.Type{zmq4.PULL, zmq4.PUSH}},
	"queue":     {zmqrt.Queue, zmqrt.Router, zmqrt.Dealer, [2]zmq4.Type{zmq4.ROUTER, zmq4.DEALER}},
	"forwarder": {zmqrt.Forwarder, zmqrt.XSub, zmqrt.XPub, [2]zmq4.Type{zmq4.XSUB, zmq4.XPUB}},
}

const free = "tcp://127.0.0.1:*" // what a device binds; it connects to any other endpoint

// be is a device until standard input ends.
func be(by, kind, front, back string) error {
	if by == "zmqgen" {
		return beOurs(kind, front, back)
	}
	var sides [2]*zmq4.Socket
	for i, endpoint := range []string{front, back} {
		s, err := zmq4.NewSocket(kinds[kind].types[i])
		if err != nil {
			return err
		}
		if kind == "forwarder" {
			s.SetSndhwm(0)
			s.SetRcvhwm(0)
		}
		if err := open(s, endpoint); err != nil {
			return err
		}
		sides[i] = s
	}
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	return zmq4.Proxy(sides[0], sides[1], nil)
}

func open(s *zmq4.Socket, endpoint string) error {
	if endpoint != free {
		return s.Connect(endpoint)
	}
	if err := s.Bind(endpoint); err != nil {
		return err
	}
	real, err := s.GetLastEndpoint()
	fmt.Println("endpoint", real)
	return err
}

func beOurs(kind, front, back string) error {
	k := kinds[kind]
	side := func(typ zmqrt.SocketType, endpoint string) zmqrt.SocketSpec {
		spec := zmqrt.SocketSpec{Type: typ}
		if kind == "forwarder" {
			spec.SendHWM, spec.RecvHWM = zmqrt.Limit(0), zmqrt.Limit(0)
		}
		if endpoint == free {
			spec.Bind = []string{endpoint}
		} else {
			spec.Connect = []string{endpoint}
		}
		return spec
	}
	pump, err := zmqrt.NewPump(context.Background())
	if err != nil {
		return err
	}
	defer pump.Close()
	d, err := zmqrt.OpenDevice(context.Background(), pump, &zmqrt.Topology{
		Name:    "bench",
		Devices: map[string]zmqrt.DeviceSpec{"device": {Kind: k.kind}},
		Sockets: map[string]zmqrt.SocketSpec{"device.frontend": side(k.front, front), "device.backend": side(k.back, back)},
	}, "device", nil)
	if err != nil {
		return err
	}
	for _, e := range append(d.Frontend().Endpoints(), d.Backend().Endpoints()...) {
		fmt.Println("endpoint", e)
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
