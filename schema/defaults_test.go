package schema

import (
	"testing"
	"time"
)

var defaultCases = []badCase{
	{"defaults that are text", "defaults: «5»\n", []string{"wrong-kind"}},
	{"defaults of what sockets do not have", "defaults: {«linger»: 5s}\n", []string{"unknown-key"}},
	{"a default policy with a slip", "defaults: {overflow: «drop»}\n", []string{"bad-choice"}},
	{"default buffers beyond all", "defaults: {buffer: «1048577»}\n", []string{"bad-number"}},
	{"default buffers that hold nothing to drop", "defaults: {buffer: «0», overflow: drop_oldest}\n", []string{"bad-number"}},
	{"default options with a slip", "defaults: {options: {«lingr»: 5s, tos: «300», heartbeat_ttl: «1ms», linger: «-1»}}\n", []string{"unknown-key", "bad-number", "heartbeat-ttl-range", "linger-infinite"}},
	{"default waits the wrong way round", "defaults: {options: {reconnect: 2s, reconnect_max: «1s»}}\n", []string{"reconnect-max"}},
	{"default timeouts of no probes", "defaults: {options: {heartbeat: 0, «heartbeat_ttl»: 1s}}\n", []string{"heartbeat-alone"}},
	{"defaults of a node with a slip", "nodes: {n: {defaults: {«bufer»: 5}}}\n", []string{"unknown-key"}},
	{"a timeout of a node without probes", "defaults: {options: {heartbeat: 5s}}\n" + patterns +
		"nodes: {n: {defaults: {options: {heartbeat: 0}}, sockets: {s: {sub: t, connect: 'tcp://a:1', options: {«heartbeat_timeout»: 1s}}}}}\n", []string{"heartbeat-alone"}},
}

func TestDefaults(t *testing.T) { checkBadCases(t, defaultCases) }

// TestDefaultsAreTakenByTheSilent has a socket's own come before its node's, and those before the topology's.
func TestDefaultsAreTakenByTheSilent(t *testing.T) {
	top := mustParse(t, `defaults: {buffer: 7, overflow: drop_newest, options: {linger: 7s, tos: 7, ipv6: true, tcp_keepalive: true, heartbeat: 7s}}
`+patterns+`nodes:
  n:
    defaults: {buffer: 8, options: {tos: 8, tcp_keepalive: false}}
    sockets:
      own: {sub: t, connect: "tcp://a:1", buffer: 9, overflow: block, options: {tos: 9, ipv6: false, heartbeat: 0}}
      node: {sub: t, connect: "tcp://a:1"}
  o: {sockets: {s: {sub: t, connect: "tcp://a:1"}}}
`)
	own, node, topology := top.Nodes[0].Sockets[0], top.Nodes[0].Sockets[1], top.Nodes[1].Sockets[0]
	for i, s := range []*Socket{own, node, topology} {
		n := 9 - i
		if s.Buffer != n || *s.Options.TOS != n || *s.Options.Linger != 7*time.Second {
			t.Errorf("%s: buffer %d, tos %d, linger %s", s.FullName(), s.Buffer, *s.Options.TOS, *s.Options.Linger)
		}
	}
	if own.Overflow != Block || node.Overflow != DropNewest || own.Options.IPv6 || !node.Options.IPv6 || *own.Options.Heartbeat != 0 || *node.Options.Heartbeat != 7*time.Second {
		t.Errorf("%+v\n%+v", own, node)
	}
	if node.Options.TCPKeepalive != nil || topology.Options.TCPKeepalive == nil {
		t.Errorf("tcp_keepalive %v, %v", node.Options.TCPKeepalive, topology.Options.TCPKeepalive)
	}
	if at := node.Options.Places.Key("tos", Span{}); at.Line != 12 || node.Options.Places.Own("tos") || !own.Options.Places.Own("tos") {
		t.Errorf("tos at %v", at)
	}
	if at := node.Places.Key("overflow", Span{}); at.Line != 3 || node.Places.Own("overflow") {
		t.Errorf("overflow at %v", at)
	}
}

// TestDefaultsThatASocketCannotHaveAreLeftOut has a socket of each type, and defaults that each can have a part of.
func TestDefaultsThatASocketCannotHaveAreLeftOut(t *testing.T) {
	top := mustParse(t, `defaults:
  buffer: 0
  overflow: drop_newest
  options: {conflate: true, handover: true, send_hwm: 1, recv_hwm: 2, max_frames: 3, immediate: true, reconnect_max: 1s, backlog: 4, heartbeat_ttl: 1s, connect_timeout: 1s}
`+patterns+`nodes:
  n:
    sockets:
      pub: {pub: t, bind: "tcp://*:1"}
      last: {pub: u, bind: "tcp://*:2"}
      sub: {sub: t, connect: "tcp://a:1", options: {reconnect: 2s}}
      oldest: {sub: t, connect: "tcp://a:1", overflow: drop_oldest, options: {heartbeat: 1s}}
      marked: {push: w, bind: "tcp://*:3", options: {send_hwm: 5}}
      router: {router: r, bind: "tcp://*:4"}
      waiting: {push: w, connect: "tcp://a:2"}
devices:
  d: {kind: queue, pattern: r, frontend: {bind: "tcp://*:5"}, backend: {connect: n.router}}
`)
	s := top.Nodes[0].Sockets
	pub, last, sub, oldest, marked, router, waiting := s[0], s[1], s[2], s[3], s[4], s[5], s[6]
	if o := pub.Options; o.Conflate || o.Handover || *o.SendHWM != 1 || o.RecvHWM != nil || *o.MaxFrames != 3 || o.Immediate || *o.Backlog != 4 || o.ConnectTimeout != nil || pub.Overflow != "" {
		t.Errorf("pub: %+v", o)
	}
	if o := last.Options; !o.Conflate || o.SendHWM != nil {
		t.Errorf("last: %+v", o)
	}
	if o := sub.Options; o.ReconnectMax != nil || o.HeartbeatTTL != nil || *o.MaxFrames != 3 || sub.Overflow != DropNewest || sub.Buffer != 0 || o.Backlog != nil {
		t.Errorf("sub: %+v", o)
	}
	if o := oldest.Options; *o.ReconnectMax != time.Second || *o.HeartbeatTTL != time.Second || oldest.Overflow != DropOldest || oldest.Buffer != -1 {
		t.Errorf("oldest: %d %+v", oldest.Buffer, o)
	}
	if o := marked.Options; o.Conflate || *o.SendHWM != 5 {
		t.Errorf("marked: %+v", o)
	}
	if !router.Options.Handover || router.Overflow != "" {
		t.Errorf("router: %+v", router)
	}
	if !waiting.Options.Immediate {
		t.Errorf("waiting: %+v", waiting)
	}
	front, back := top.Devices[0].Frontend, top.Devices[0].Backend
	if front.Buffer != -1 || front.Overflow != "" || !front.Options.Handover || front.Options.Conflate || *back.Options.SendHWM != 1 || back.Options.Immediate {
		t.Errorf("front: %+v\nback: %+v", front, back)
	}
}

func TestDefaultSecurity(t *testing.T) {
	top := mustParse(t, curve+"defaults: {security: c}\n"+patterns+`nodes:
  n:
    sockets: {a: {pub: t, bind: "tcp://*:1"}, out: {pub: u, bind: "tcp://*:2", security: none}, in: {pub: t, bind: "inproc://x"}, near: {sub: t, connect: n.in}}
  open: {defaults: {security: none}, sockets: {s: {sub: u, connect: n.out}, own: {sub: t, connect: n.a, security: c}}}
devices:
  d: {kind: forwarder, pattern: t, frontend: {connect: n.a}, backend: {bind: "tcp://*:3"}, capture: {bind: "tcp://*:4", security: none}}
`)
	c := top.Securities[0]
	want := map[string]*Security{"n.a": c, "open.own": c, "d.frontend": c, "d.backend": c}
	for s := range top.AllSockets() {
		if s.Security != want[s.FullName()] {
			t.Errorf("%s has %v", s.FullName(), s.Security)
		}
	}
}
