package lint

import (
	"strconv"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file finds options of connections that do nothing where they stand, and such as are missed where a host or a peer goes.

var (
	immediateRoundrobin = &schema.Rule{ID: "immediate-roundrobin", Severity: schema.Off, Summary: "what goes to several peers in turn waits for none that has gone"}
	immediateBind       = &schema.Rule{ID: "immediate-bind", Severity: schema.Warning, Summary: "immediate is of a socket that connects"}
	heartbeatMissing    = &schema.Rule{ID: "heartbeat-missing", Severity: schema.Off, Summary: "a host that goes without a word is noticed"}
	optionTransport     = &schema.Rule{ID: "option-transport", Severity: schema.Warning, Summary: "an option is of a transport that the socket has"}
	optionUnused        = &schema.Rule{ID: "option-unused", Severity: schema.Warning, Summary: "an option is of a side that the socket takes: it connects, or binds"}
	backlogShort        = &schema.Rule{ID: "backlog", Severity: schema.Info, Summary: "all replicas can connect at one time"}
)

// checkImmediate reports sockets that send in turn to several peers, for each of which messages wait whether it is there or not. Those
// that receive too cannot help it.
func (p *pass) checkImmediate() {
	p.eachSocket(func(s *schema.Socket) {
		if s.Options.Immediate || s.Type != schema.Push || len(s.Connect) < 2 {
			return
		}
		p.report(immediateRoundrobin, s.Connect[1].Span, "%q sends to its peers in turn, and what falls to one that is down waits for it", s.FullName()).
			Helpf("options: {immediate: true} leaves out who is not connected")
	})
}

// The options that need a transport, and those that need a side.
var (
	ofNetwork = []string{"tcp_keepalive", "tos", "connect_timeout", "ipv6"}
	ofWire    = []string{"heartbeat", "heartbeat_timeout", "heartbeat_ttl", "reconnect", "reconnect_max", "handshake_timeout", "backlog"}
	ofConnect = []string{"reconnect", "reconnect_max", "connect_timeout"}
	ofBind    = []string{"backlog"}
)

// checkUselessOptions reports options that a socket has of its own, and that do nothing there. Those of defaults are for others.
func (p *pass) checkUselessOptions() {
	for s := range p.topology.AllSockets() {
		o := &s.Options
		report := func(rule *schema.Rule, keys []string, why string) {
			for _, key := range keys {
				if o.Places.Own(key) {
					p.report(rule, o.Places.Key(key, s.Name.Span), "%s of %q has no effect: %s", key, s.FullName(), why).Helpf("leave it out")
				}
			}
		}
		switch {
		case isInproc(s):
			report(optionTransport, append(ofNetwork[:len(ofNetwork):len(ofNetwork)], ofWire...), "inproc has no connections that could break")
			continue
		case onlyTransports(s, "inproc", "ipc"):
			report(optionTransport, ofNetwork, "no tcp is among its endpoints")
		}
		if len(s.Connect) == 0 {
			report(optionUnused, ofConnect, "the socket does not connect")
			report(immediateBind, []string{"immediate"}, "it is about peers that are connected to, and the socket binds")
		}
		if len(s.Bind) == 0 {
			report(optionUnused, ofBind, "the socket does not bind")
		}
	}
}

// checkHeartbeats reports sockets that connect over tcp to another host and would not notice that it has gone.
func (p *pass) checkHeartbeats() {
	p.eachSocket(func(s *schema.Socket) {
		if s.Options.Heartbeat != nil {
			return
		}
		for _, e := range beyondMachine(s) {
			if len(s.Bind) == 0 {
				p.report(heartbeatMissing, e.Span, "if the host at the other end goes without a word, %q does not notice until TCP gives up, in minutes or hours", s.FullName()).
					Helpf("options: {heartbeat: 5s}, or for all sockets defaults: {options: {heartbeat: 5s}}")
				return
			}
		}
	})
}

// usualBacklog is how many connections wait to be accepted if the file is silent.
const usualBacklog = 100

// checkBacklog reports sockets that more replicas connect to than can wait.
func (p *pass) checkBacklog() {
	p.eachSocket(func(s *schema.Socket) {
		room := usualBacklog
		if s.Options.Backlog != nil {
			room = *s.Options.Backlog
		}
		total := 0
		var most *schema.Socket
		for _, l := range p.meetings.named[s] {
			n, err := strconv.Atoi(strings.TrimSpace(l.from.Node.Replicas.Value))
			if err != nil {
				n = 1
			}
			total = min(total+n, 1<<30)
			if most == nil || n > 1 {
				most = l.from
			}
		}
		if total <= room || len(s.Bind) == 0 || isInproc(s) {
			return
		}
		p.report(backlogShort, s.Options.Places.Value("backlog", s.Bind[0].Span), "%d sockets connect to %q, and no more than %d may wait to be accepted: when all start at one time some try again", total, s.FullName(), room).
			Helpf("options: {backlog: %d}; the system has a limit of its own, net.core.somaxconn in Linux", min(total, 65535)).
			RelateTo(most.Node.Topology, most.Name.Span, "connects")
	})
}
