package gen

import (
	"time"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns ZeroMQ's options of a socket into fields of the topology's table.

// optionsOf are the options that the topology gives a socket, in the order of the table.
func optionsOf(o schema.Options) []option {
	var out []option
	number := func(name string, n *int) {
		if n != nil {
			out = append(out, option{name: name, number: n})
		}
	}
	length := func(name string, d *time.Duration) {
		if d != nil {
			t := durationOf(*d)
			out = append(out, option{name: name, time: &t})
		}
	}
	flag := func(name string, set bool) {
		if set {
			out = append(out, option{name: name})
		}
	}
	number("SendHWM", o.SendHWM)
	number("RecvHWM", o.RecvHWM)
	length("Linger", o.Linger)
	if o.MaxMessageSize != nil {
		out = append(out, option{name: "MaxMessageSize", bytes: o.MaxMessageSize})
	}
	number("MaxFrames", o.MaxFrames)
	flag("Conflate", o.Conflate)
	flag("Handover", o.Handover)
	flag("Immediate", o.Immediate)
	length("Heartbeat", o.Heartbeat)
	length("HeartbeatTimeout", o.HeartbeatTimeout)
	length("HeartbeatTTL", o.HeartbeatTTL)
	length("Reconnect", o.Reconnect)
	length("ReconnectMax", o.ReconnectMax)
	length("ConnectTimeout", o.ConnectTimeout)
	length("HandshakeTimeout", o.HandshakeTimeout)
	number("Backlog", o.Backlog)
	flag("IPv6", o.IPv6)
	length("TCPKeepalive", o.TCPKeepalive)
	number("TOS", o.TOS)
	return out
}
