package main

import (
	"time"

	"github.com/zmqgen/zmqgen/hosts/fleet"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

func tune() {
	ms := func(n int) *time.Duration { d := time.Duration(n) * time.Millisecond; return &d }
	t := fleet.TopologyTable()
	t.Devices = map[string]zmqrt.DeviceSpec{"hub": {Kind: zmqrt.Forwarder}}
	t.Sockets["hub.frontend"] = zmqrt.SocketSpec{Type: zmqrt.XSub, Bind: []string{"tcp://*:5606"}}
	t.Sockets["hub.backend"] = zmqrt.SocketSpec{Type: zmqrt.XPub, Bind: []string{"tcp://*:5607"}}
	for name, s := range fleet.TopologyTable().Sockets {
		s.Heartbeat, s.HeartbeatTimeout, s.HeartbeatTTL = ms(500), ms(1500), ms(2000)
		s.ConnectTimeout, s.Reconnect, s.ReconnectMax, s.HandshakeTimeout = ms(1000), ms(100), ms(1000), ms(2000)
		if *wait > 0 {
			s.HeartbeatTimeout, s.HeartbeatTTL = wait, wait
		}
		fleet.TopologyTable().Sockets[name] = s
	}
}
