package schema

import (
	"testing"
	"time"
)

// options returns a case with one subscriber that connects.
func options(keys string) string {
	return socket("sub: t, connect: 'tcp://a:1', options: {" + keys + "}")
}

var optionCases = []badCase{
	{"a heartbeat without a unit", options("heartbeat: «5»"), []string{"bad-duration"}},
	{"a heartbeat of less than ZeroMQ counts", options("heartbeat: «1500us»"), []string{"bad-duration"}},
	{"a timeout alone", options("«heartbeat_timeout»: 5s"), []string{"heartbeat-alone"}},
	{"a ttl without probes", options("heartbeat: 0, «heartbeat_ttl»: 5s"), []string{"heartbeat-alone"}},
	{"what follows from times that were not understood", options("heartbeat: «5», heartbeat_timeout: 1s, reconnect: «1», reconnect_max: 1ms"), []string{"bad-duration", "bad-duration"}},
	{"a ttl of no effect", options("heartbeat: 1s, heartbeat_ttl: «99ms»"), []string{"heartbeat-ttl-range"}},
	{"a ttl beyond all", options("heartbeat: 1s, heartbeat_ttl: «66s»"), []string{"heartbeat-ttl-range"}},
	{"a timeout of nothing", options("heartbeat: 1s, heartbeat_timeout: «0»"), []string{"bad-duration"}},
	{"the longest wait first", options("reconnect: 2s, reconnect_max: «1s»"), []string{"reconnect-max"}},
	{"a longest wait below the usual one", options("reconnect_max: «50ms»"), []string{"reconnect-max"}},
	{"a reconnect at once", options("reconnect: «0»"), []string{"bad-duration"}},
	{"a reconnect that never is", options("reconnect: «-1ms»"), []string{"bad-duration"}},
	{"timeouts of nothing", options("connect_timeout: «0», handshake_timeout: «0»"), []string{"bad-duration", "bad-duration"}},
	{"a sub that waits for peers", options("«immediate»: true"), []string{"option-type"}},
	{"a dealer that may be ended by its peer", socket("dealer: r, connect: 'tcp://a:1', options: {«immediate»: true}"), []string{"immediate-receives"}},
	{"a router that may be ended by its peer", socket("router: r, bind: 'tcp://*:2', connect: 'tcp://a:1', options: {«immediate»: true}"), []string{"immediate-receives"}},
	{"what is neither true nor false", options("ipv6: «yes»"), []string{"bad-choice"}},
	{"a backlog of nothing", options("backlog: «0»"), []string{"bad-number"}},
	{"a backlog beyond all", options("backlog: «65536»"), []string{"bad-number"}},
	{"frames beyond all", options("max_frames: «65537»"), []string{"bad-number"}},
	{"a service beyond all", options("tos: «256»"), []string{"bad-number"}},
	{"a service in hexadecimal", options("tos: «0x10»"), []string{"bad-number"}},
	{"keepalive in words", options("tcp_keepalive: «on»"), []string{"bad-choice"}},
	{"keepalive without a unit", options("tcp_keepalive: «60»"), []string{"bad-duration"}},
	{"keepalive in parts of seconds", options("tcp_keepalive: «1500ms»"), []string{"bad-duration"}},
	{"keepalive beyond all", options("tcp_keepalive: «10h»"), []string{"bad-duration"}},
}

func TestOptions(t *testing.T) { checkBadCases(t, optionCases) }

func TestOptionsAreWhatTheFileSays(t *testing.T) {
	top := mustParse(t, socket("push: w, bind: 'tcp://*:1', connect: 'tcp://a:2', options: {heartbeat: 5s, heartbeat_timeout: 10s, heartbeat_ttl: 20s, immediate: true, "+
		"reconnect: 200ms, reconnect_max: 1m, connect_timeout: 3s, handshake_timeout: 4s, backlog: 500, ipv6: true, max_frames: 7, tos: 16, tcp_keepalive: 1m}"))
	o := top.Nodes[0].Sockets[0].Options
	for name, d := range map[string]struct {
		got  *time.Duration
		want time.Duration
	}{
		"heartbeat": {o.Heartbeat, 5 * time.Second}, "heartbeat_timeout": {o.HeartbeatTimeout, 10 * time.Second}, "heartbeat_ttl": {o.HeartbeatTTL, 20 * time.Second},
		"reconnect": {o.Reconnect, 200 * time.Millisecond}, "reconnect_max": {o.ReconnectMax, time.Minute}, "connect_timeout": {o.ConnectTimeout, 3 * time.Second},
		"handshake_timeout": {o.HandshakeTimeout, 4 * time.Second}, "tcp_keepalive": {o.TCPKeepalive, time.Minute},
	} {
		if d.got == nil || *d.got != d.want {
			t.Errorf("%s is %v", name, d.got)
		}
	}
	for name, n := range map[string]struct {
		got  *int
		want int
	}{"backlog": {o.Backlog, 500}, "max_frames": {o.MaxFrames, 7}, "tos": {o.TOS, 16}} {
		if n.got == nil || *n.got != n.want {
			t.Errorf("%s is %v", name, n.got)
		}
	}
	if !o.Immediate || !o.IPv6 {
		t.Errorf("%+v", o)
	}
	for value, want := range map[string]bool{"true": true, "false": false} {
		o := mustParse(t, options("tcp_keepalive: "+value)).Nodes[0].Sockets[0].Options
		if (o.TCPKeepalive != nil) != want || want && *o.TCPKeepalive != 0 {
			t.Errorf("tcp_keepalive: %s is %v", value, o.TCPKeepalive)
		}
	}
}
