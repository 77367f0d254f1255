package schema

import (
	"strings"
	"time"
)

// This file reads the options of sockets: a table of how each is read, which sockets have it, and how it is taken from defaults.

const maxFramesLimit = 65536 // of a message, that options may say

// direction is what a socket has to do with messages to have an option.
type direction uint8

const (
	anyway direction = iota
	sending
	receiving
)

// optionDef is one option.
type optionDef struct {
	name string
	of   direction
	read func(p *parser, o record, to *Options) // reports what it does not understand
	take func(to, from *Options)
}

// optionDefs are all options. Those that others depend on come before these: defaults are taken in this order.
var optionDefs = []optionDef{
	flag("conflate", anyway, func(o *Options) *bool { return &o.Conflate }),
	flag("handover", anyway, func(o *Options) *bool { return &o.Handover }),
	number("send_hwm", sending, func(o *Options) **int { return &o.SendHWM }),
	number("recv_hwm", receiving, func(o *Options) **int { return &o.RecvHWM }),
	{"linger", anyway, readLinger, func(to, from *Options) { to.Linger = from.Linger }},
	{"max_message_size", anyway, readMaxMessageSize, func(to, from *Options) { to.MaxMessageSize = from.MaxMessageSize }},
	number("max_frames", anyway, func(o *Options) **int { return &o.MaxFrames }),
	period("heartbeat", 0, func(o *Options) **time.Duration { return &o.Heartbeat }),
	period("heartbeat_timeout", time.Millisecond, func(o *Options) **time.Duration { return &o.HeartbeatTimeout }),
	{"heartbeat_ttl", anyway, readHeartbeatTTL, func(to, from *Options) { to.HeartbeatTTL = from.HeartbeatTTL }},
	flag("immediate", sending, func(o *Options) *bool { return &o.Immediate }),
	period("reconnect", time.Millisecond, func(o *Options) **time.Duration { return &o.Reconnect }),
	period("reconnect_max", time.Millisecond, func(o *Options) **time.Duration { return &o.ReconnectMax }),
	period("connect_timeout", time.Millisecond, func(o *Options) **time.Duration { return &o.ConnectTimeout }),
	period("handshake_timeout", time.Millisecond, func(o *Options) **time.Duration { return &o.HandshakeTimeout }),
	number("backlog", anyway, func(o *Options) **int { return &o.Backlog }),
	flag("ipv6", anyway, func(o *Options) *bool { return &o.IPv6 }),
	{"tcp_keepalive", anyway, readKeepalive, func(to, from *Options) { to.TCPKeepalive = from.TCPKeepalive }},
	number("tos", anyway, func(o *Options) **int { return &o.TOS }),
}

// flag is an option that is true or false.
func flag(name string, of direction, at func(*Options) *bool) optionDef {
	read := func(p *parser, o record, to *Options) { *at(to) = p.choice(o, name) == "true" }
	return optionDef{name, of, read, func(to, from *Options) { *at(to) = *at(from) }}
}

// number is an option that is a number in the range of its key.
func number(name string, of direction, at func(*Options) **int) optionDef {
	read := func(p *parser, o record, to *Options) {
		if n, ok := p.number(o, name); ok {
			limit := int(n)
			*at(to) = &limit
		}
	}
	return optionDef{name, of, read, func(to, from *Options) { *at(to) = *at(from) }}
}

// period is an option that is a duration, at least low.
func period(name string, low time.Duration, at func(*Options) **time.Duration) optionDef {
	read := func(p *parser, o record, to *Options) {
		if d, ok := p.duration(o.scalarText(name), name, low); ok {
			*at(to) = &d
		}
	}
	return optionDef{name, anyway, read, func(to, from *Options) { *at(to) = *at(from) }}
}

func readLinger(p *parser, o record, to *Options) {
	t := o.scalarText("linger")
	if t.Value == "-1" {
		p.report(lingerInfinite, t.Span, "linger -1 would keep a closed socket for ever").help("a duration, such as 2s")
	} else if d, ok := p.duration(t, "linger", 0); ok {
		to.Linger = &d
	}
}

func readMaxMessageSize(p *parser, o record, to *Options) {
	if size, ok := p.size(o.scalarText("max_message_size"), "max_message_size"); ok {
		to.MaxMessageSize = &size
	}
}

// The range of what ZeroMQ tells peers, in tenths of a second. libzmq 4.3 takes more than the greatest, and makes milliseconds of it
// within 16 bits: peers would drop the connection again and again.
const (
	minHeartbeatTTL = 100 * time.Millisecond
	maxHeartbeatTTL = 65500 * time.Millisecond
)

func readHeartbeatTTL(p *parser, o record, to *Options) {
	t := o.scalarText("heartbeat_ttl")
	d, ok := p.duration(t, "heartbeat_ttl", 0)
	switch {
	case !ok:
	case d != 0 && d < minHeartbeatTTL:
		p.report(heartbeatTTLRange, t.Span, "heartbeat_ttl %s is less than peers are told: they count tenths of a second", t.Value).
			help("from %s to %s, or 0 for none", minHeartbeatTTL, maxHeartbeatTTL)
	case d > maxHeartbeatTTL:
		p.report(heartbeatTTLRange, t.Span, "heartbeat_ttl %s is more than peers can be told", t.Value).
			help("from %s to %s, or 0 for none", minHeartbeatTTL, maxHeartbeatTTL)
	default:
		to.HeartbeatTTL = &d
	}
}

// maxKeepalive is the longest that Linux lets a connection be idle before it probes it.
const maxKeepalive = 32767 * time.Second

func readKeepalive(p *parser, o record, to *Options) {
	t := o.scalarText("tcp_keepalive")
	system := time.Duration(0)
	switch t.Value {
	case "true":
		to.TCPKeepalive = &system
		return
	case "false":
		return
	}
	if !strings.ContainsAny(t.Value, "0123456789") {
		p.suggestChoice(p.report(badChoice, t.Span, "%q is no value of tcp_keepalive", clip(t.Value)), t.Value, []string{"true", "false", "a duration such as 60s"})
		return
	}
	d, ok := p.duration(t, "tcp_keepalive", time.Second)
	switch {
	case !ok:
	case d%time.Second != 0:
		p.report(badDuration, t.Span, "tcp_keepalive %s is not a whole number of seconds", t.Value)
	case d > maxKeepalive:
		p.report(badDuration, t.Span, "tcp_keepalive %s is out of range", t.Value).help("from 1s to %s", maxKeepalive)
	default:
		to.TCPKeepalive = &d
	}
}

// does reports whether a socket of the type has to do with messages what an option needs.
func (t SocketType) does(of direction) bool {
	return of == anyway || of == sending && t.sends() || of == receiving && t.receives()
}

// parseOptions reads the options that the socket itself has.
func (p *parser) parseOptions(s *Socket, r record) {
	n := r.get("options")
	if n == nil {
		return
	}
	o, ok := p.record(n, &optionKeys, "options", r.keySpan("options"))
	if !ok {
		return
	}
	s.Options.Places = o.places()
	for _, def := range optionDefs {
		switch {
		case o.get(def.name) == nil:
		case def.name == "conflate":
			p.parseConflate(s, r, o)
		case def.name == "handover":
			p.parseHandover(s, o)
		case s.Type != "" && !s.Type.does(def.of):
			does := map[direction]string{sending: "send", receiving: "receive"}[def.of]
			p.report(optionType, o.keySpan(def.name), "%s socket does not %s and has no %s", s.Type.one(), does, def.name)
		default:
			def.read(p, o, &s.Options)
		}
	}
}

// usualReconnect is what ZeroMQ waits before it connects again.
const usualReconnect = 100 * time.Millisecond

// beats reports whether peers are probed.
func (o *Options) beats() bool { return o.Heartbeat != nil && *o.Heartbeat > 0 }

// firstWait is how long a socket waits before it connects again the first time.
func (o *Options) firstWait() time.Duration {
	if o.Reconnect != nil {
		return *o.Reconnect
	}
	return usualReconnect
}

// unread reports whether an option is in the file and was not understood.
func (o *Options) unread(key string, value *time.Duration) bool {
	return value == nil && o.Places.find(key) >= 0
}

// checkHeartbeat reports how long probes wait of a socket that does not probe, once it has its defaults.
func (p *parser) checkHeartbeat(o *Options) {
	for _, key := range []string{"heartbeat_timeout", "heartbeat_ttl"} {
		if o.Places.Own(key) && !o.beats() && !o.unread("heartbeat", o.Heartbeat) {
			d := p.report(heartbeatAlone, o.Places.Key(key, Span{}), "%s has no effect without heartbeat: nobody is probed", key).
				help("give heartbeat too, such as heartbeat: 5s")
			if o.Heartbeat != nil {
				d.related(o.Places.Value("heartbeat", Span{}), "0 is never")
			}
		}
	}
}

// checkImmediate reports a socket from which libzmq would take a connection in the middle of a message that the socket reads.
func (p *parser) checkImmediate(s *Socket) {
	if !s.Options.Immediate || s.Type == "" || !s.Type.receives() || len(s.Connect) == 0 {
		return
	}
	p.report(immediateReceives, s.Options.Places.Key("immediate", s.Name.Span),
		"%s socket that connects has no immediate: if a peer goes while a message of it is read, libzmq ends the process or joins two messages", s.Type.one()).
		help("leave it out: push, pub and xpub may have it")
}

// checkReconnect reports a longest wait that is shorter than the first, once the socket has its defaults.
func (p *parser) checkReconnect(o *Options) {
	if !o.Places.Own("reconnect_max") || o.ReconnectMax == nil || *o.ReconnectMax >= o.firstWait() || o.unread("reconnect", o.Reconnect) {
		return
	}
	d := p.report(reconnectMax, o.Places.Value("reconnect_max", Span{}), "reconnect_max %s is less than reconnect, %s, and has no effect", *o.ReconnectMax, o.firstWait()).
		help("more than reconnect, or leave it out")
	if o.Reconnect != nil {
		d.related(o.Places.Value("reconnect", Span{}), "reconnect")
	}
}
