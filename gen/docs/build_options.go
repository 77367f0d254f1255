package docs

import (
	"time"

	"github.com/zmqgen/zmqgen/schema"
)

// This file says which of ZeroMQ's options a socket has, by itself or by the defaults.

func options(s *schema.Socket) []text {
	var lines []text
	set := func(name, value string) { lines = append(lines, code(name+": "+value)) }
	number := func(name string, n *int) {
		if n != nil {
			set(name, itoa(*n))
		}
	}
	length := func(name string, d *time.Duration) {
		if d != nil {
			set(name, d.String())
		}
	}
	flag := func(name string, on bool) {
		if on {
			set(name, "true")
		}
	}
	o := s.Options
	number("send_hwm", o.SendHWM)
	number("recv_hwm", o.RecvHWM)
	length("linger", o.Linger)
	if o.MaxMessageSize != nil {
		set("max_message_size", itoa(int(*o.MaxMessageSize)))
	}
	number("max_frames", o.MaxFrames)
	flag("conflate", o.Conflate)
	flag("handover", o.Handover)
	flag("immediate", o.Immediate)
	length("heartbeat", o.Heartbeat)
	length("heartbeat_timeout", o.HeartbeatTimeout)
	length("heartbeat_ttl", o.HeartbeatTTL)
	length("reconnect", o.Reconnect)
	length("reconnect_max", o.ReconnectMax)
	length("connect_timeout", o.ConnectTimeout)
	length("handshake_timeout", o.HandshakeTimeout)
	number("backlog", o.Backlog)
	flag("ipv6", o.IPv6)
	if d := o.TCPKeepalive; d != nil && *d == 0 {
		set("tcp_keepalive", "true")
	} else {
		length("tcp_keepalive", d)
	}
	number("tos", o.TOS)
	return lines
}
