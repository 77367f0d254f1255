package gen

import (
	"time"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns ZeroMQ's options of a socket into their share of the JSON for generators of other languages.

type irOptions struct {
	SendHWM            *int   `json:"send_hwm,omitempty"`
	RecvHWM            *int   `json:"recv_hwm,omitempty"`
	LingerMS           *int64 `json:"linger_ms,omitempty"`
	MaxMessageSize     *int64 `json:"max_message_size,omitempty"`
	MaxFrames          *int   `json:"max_frames,omitempty"`
	Conflate           bool   `json:"conflate,omitempty"`
	Handover           bool   `json:"handover,omitempty"`
	Immediate          bool   `json:"immediate,omitempty"`
	HeartbeatMS        *int64 `json:"heartbeat_ms,omitempty"`
	HeartbeatTimeoutMS *int64 `json:"heartbeat_timeout_ms,omitempty"`
	HeartbeatTTLMS     *int64 `json:"heartbeat_ttl_ms,omitempty"`
	ReconnectMS        *int64 `json:"reconnect_ms,omitempty"`
	ReconnectMaxMS     *int64 `json:"reconnect_max_ms,omitempty"`
	ConnectTimeoutMS   *int64 `json:"connect_timeout_ms,omitempty"`
	HandshakeTimeoutMS *int64 `json:"handshake_timeout_ms,omitempty"`
	Backlog            *int   `json:"backlog,omitempty"`
	IPv6               bool   `json:"ipv6,omitempty"`
	TCPKeepaliveMS     *int64 `json:"tcp_keepalive_ms,omitempty"`
	TOS                *int   `json:"tos,omitempty"`
}

// irOptionsOf returns nil if the topology sets none.
func irOptionsOf(o schema.Options) *irOptions {
	out := irOptions{
		SendHWM: o.SendHWM, RecvHWM: o.RecvHWM, LingerMS: milliseconds(o.Linger), MaxMessageSize: o.MaxMessageSize, MaxFrames: o.MaxFrames,
		Conflate: o.Conflate, Handover: o.Handover, Immediate: o.Immediate,
		HeartbeatMS: milliseconds(o.Heartbeat), HeartbeatTimeoutMS: milliseconds(o.HeartbeatTimeout), HeartbeatTTLMS: milliseconds(o.HeartbeatTTL),
		ReconnectMS: milliseconds(o.Reconnect), ReconnectMaxMS: milliseconds(o.ReconnectMax),
		ConnectTimeoutMS: milliseconds(o.ConnectTimeout), HandshakeTimeoutMS: milliseconds(o.HandshakeTimeout),
		Backlog: o.Backlog, IPv6: o.IPv6, TCPKeepaliveMS: milliseconds(o.TCPKeepalive), TOS: o.TOS,
	}
	if out == (irOptions{}) {
		return nil
	}
	return &out
}

func milliseconds(d *time.Duration) *int64 {
	if d == nil {
		return nil
	}
	ms := d.Milliseconds()
	return &ms
}
