package main

import (
	"time"

	"github.com/zmqgen/zmqgen/hosts/fleet"
)

func tune() {
	ms := func(n int) *time.Duration { d := time.Duration(n) * time.Millisecond; return &d }
	for name, s := range fleet.TopologyTable().Sockets {
		s.Heartbeat, s.HeartbeatTimeout, s.HeartbeatTTL = ms(500), ms(1500), ms(2000)
		s.ConnectTimeout, s.Reconnect, s.ReconnectMax, s.HandshakeTimeout = ms(1000), ms(100), ms(1000), ms(2000)
		if *wait > 0 {
			s.HeartbeatTimeout, s.HeartbeatTTL = wait, wait
		}
		fleet.TopologyTable().Sockets[name] = s
	}
}
