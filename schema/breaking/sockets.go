package breaking

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file compares sockets: their types and patterns, where they bind and connect, what they subscribe to and how they
// queue.

func (c *comparison) compareSocket(o, n *schema.Socket) {
	u := c.socketUsers(n, o)
	what := fmt.Sprintf("socket %q", c.socketName(n))
	at := func(b *builder) *builder { return b.at(socketThing(o), socketThing(n), thing{}).between(u) }
	lost := Reading{Lost, "do not meet it"}
	if o.Name.Value != n.Name.Value {
		at(c.add(socketRenamed, []Level{Source, Topology}, "socket %q is now called %q: its endpoints are overridden by its name", c.socketName(o), c.socketName(n)))
	}
	c.compareGoName(what, o.Name, o.GoName, n.Name, n.GoName, socketThing(o), socketThing(n))
	if n.Node.Device != nil { // which says what passes it
	} else if c.patternPairs[o.Pattern] != n.Pattern {
		at(c.add(socketPattern, []Level{Wire, Source, Topology}, "the pattern of %s was %q and is %q", what, o.Pattern.Name.Value, n.Pattern.Name.Value)).reads(lost, lost)
	} else if o.Type != n.Type && o.Pattern.Kind == n.Pattern.Kind {
		b := at(c.add(socketType, []Level{Source, Topology}, "the type of %s was %s and is %s", what, o.Type, n.Type))
		if peersOf[o.Type] == peersOf[n.Type] {
			b.as(schema.Warning)
		} else {
			b.reads(lost, lost)
		}
	}
	if o.External != n.External {
		said := "has peers that are not in the file"
		if o.External {
			said = "has no peers but those in the file"
		}
		at(c.add(externalChanged, []Level{Topology}, "%s %s from now on", what, said))
	}
	c.compareEndpoints(o, n, what, at)
	c.compareSubscriptions(o, n, what, at)
	c.compareQueues(o, n, what, at)
	c.compareSecurity(o, n, what, at)
	if o.RoutingID.Value != n.RoutingID.Value {
		at(c.add(routingIDChanged, []Level{Wire, Topology}, "the routing id of %s was %s and is %s", what, idText(o), idText(n))).
			reads(Reading{Lost, "send to the routing id that they know"}, Reading{Lost, "send to the routing id that they know"}).order(Any)
	}
}

func idText(s *schema.Socket) string {
	if !s.RoutingID.IsSet() {
		return "the router's choice"
	}
	return fmt.Sprintf("%q", s.RoutingID.Value)
}

// peersOf are the types of socket by whom they meet: those with the same text meet the same.
var peersOf = map[schema.SocketType]string{
	schema.Pub: "subscribers", schema.XPub: "subscribers", schema.Sub: "publishers", schema.XSub: "publishers",
	schema.Push: "pull", schema.Pull: "push", schema.Req: "servers", schema.Dealer: "servers",
	schema.Rep: "clients", schema.Router: "clients", schema.PairSocket: "pair",
}

// addresses are where others connect to a socket.
func addresses(s *schema.Socket) []string {
	var all []string
	for _, e := range s.Advertise {
		all = append(all, e.Value)
	}
	if len(all) > 0 {
		return all
	}
	for _, e := range s.Bind {
		all = append(all, e.Value)
	}
	return all
}

// minus returns what is in a and not in b.
func minus(a, b []string) []string {
	in := make(map[string]bool, len(b))
	for _, s := range b {
		in[s] = true
	}
	var rest []string
	for _, s := range a {
		if !in[s] {
			rest = append(rest, s)
		}
	}
	return rest
}

func (c *comparison) compareEndpoints(o, n *schema.Socket, what string, at func(*builder) *builder) {
	lost := Reading{Lost, "look for it at the other place"}
	if len(o.Bind) > 0 != (len(n.Bind) > 0) || len(o.Connect) > 0 != (len(n.Connect) > 0) {
		b := at(c.add(sidesSwapped, []Level{Topology}, "%s %s and %s", what, sideText(o), strings.Replace(sideText(n), "did", "does", 1)))
		b.Message = fmt.Sprintf("%s %s before and %s now", what, sideText(o), sideText(n))
		b.reads(lost, lost)
		return
	}
	was, is := addresses(o), addresses(n)
	gone, come := minus(was, is), minus(is, was)
	switch {
	case len(gone) > 0:
		b := at(c.add(endpointChanged, []Level{Topology}, "%s is no more at %s%s", what, listed(gone), alsoText(come)))
		if slices.Contains(is, was[0]) && slices.Contains(was, is[0]) {
			// Those who name it in connect take the first, and find it in both versions.
			b.as(schema.Warning)
		} else {
			b.reads(lost, lost)
		}
	case len(come) > 0:
		b := at(c.add(endpointAdded, []Level{Topology}, "%s is at %s too", what, listed(come)))
		if is[0] != was[0] { // those who name it in connect take the first
			first := &way{senders: []string{}, receivers: []string{c.nodeName(n.Node)}}
			for _, s := range c.connectors[n] {
				first.senders = append(first.senders, c.nodeName(s.Node))
			}
			only := &users{}
			only.addWay(first)
			b.ways = only.ways
			b.NewReadsOld = lost
			b.order(ReceiversFirst)
		}
	case len(was) > 0 && was[0] != is[0]:
		at(c.add(endpointAdded, []Level{Topology}, "%s is at %s in the first place", what, is[0]))
	}
	c.compareConnections(o, n, what, at)
}

func alsoText(come []string) string {
	if len(come) == 0 {
		return ""
	}
	return ", but at " + listed(come)
}

func sideText(s *schema.Socket) string {
	switch {
	case len(s.Bind) > 0 && len(s.Connect) > 0:
		return "binds and connects"
	case len(s.Bind) > 0:
		return "binds"
	}
	return "connects"
}

// compareConnections compares what a socket connects to.
func (c *comparison) compareConnections(o, n *schema.Socket, what string, at func(*builder) *builder) {
	names := func(s *schema.Socket) []string {
		var all []string
		for _, e := range s.Connect {
			if e.Ref != nil {
				all = append(all, c.socketName(e.Ref))
			} else {
				all = append(all, e.Value)
			}
		}
		return all
	}
	was, is := names(o), names(n)
	for i, e := range o.Connect {
		if to := c.socketPairs[e.Ref]; to != nil { // by its new name, if it has one
			was[i] = c.socketName(to)
		}
	}
	gone, come := minus(was, is), minus(is, was)
	if len(gone)+len(come) == 0 {
		return
	}
	said := "connects to " + listed(come) + " too"
	switch {
	case len(come) == 0:
		said = "does not connect to " + listed(gone) + " any more"
	case len(gone) > 0:
		said = "connects to " + listed(come) + " in place of " + listed(gone)
	}
	b := at(c.add(connectChanged, []Level{Topology}, "%s %s", what, said))
	if len(gone) == 0 {
		b.as(schema.Info)
	}
}

// compareSubscriptions compares the prefixes that a subscriber asks for.
func (c *comparison) compareSubscriptions(o, n *schema.Socket, what string, at func(*builder) *builder) {
	if n.Type != schema.Sub && n.Type != schema.XSub || o.Type != schema.Sub && o.Type != schema.XSub {
		return
	}
	prefixes := func(s *schema.Socket) []string {
		var all []string
		for _, t := range s.Subscribe {
			all = append(all, t.Value)
		}
		return all
	}
	was, is := prefixes(o), prefixes(n)
	gone, come := minus(was, is), minus(is, was)
	if len(gone)+len(come) == 0 {
		return
	}
	uncovered := slices.DeleteFunc(slices.Clone(gone[:min(len(gone), maxSubscriptions)]), func(prefix string) bool {
		return slices.ContainsFunc(is[:min(len(is), maxSubscriptions)], func(s string) bool { return strings.HasPrefix(prefix, s) })
	})
	quoted := func(list []string) string {
		all := make([]string, 0, maxListed)
		for _, s := range list[:min(len(list), maxListed)] {
			all = append(all, fmt.Sprintf("%q", s))
		}
		return strings.Join(all, ", ")
	}
	if len(uncovered) > 0 {
		at(c.add(subscribeChanged, []Level{Topology}, "%s does not subscribe to %s any more", what, quoted(uncovered)))
		return
	}
	at(c.add(subscribeChanged, []Level{Topology}, "%s subscribes to %s", what, quoted(is))).as(schema.Info)
}

// defaultSize is max_message_size where the file is silent.
const defaultSize = 16 << 20

// compareQueues compares options, and what the Go channels are.
func (c *comparison) compareQueues(o, n *schema.Socket, what string, at func(*builder) *builder) {
	if was, is := sizeOf(o), sizeOf(n); was != is {
		large := Reading{Refuses, "refuse what is larger, and count it"}
		received := c.usersOf(false, []*schema.Socket{n, o}) // what it sends is its peers' to refuse
		if is < was {
			at(c.add(sizeLowered, []Level{Wire, Topology}, "%s receives messages of up to %d bytes, %d before", what, is, was)).
				between(received).reads(readsIt, large)
		} else {
			at(c.add(optionsChanged, []Level{Topology}, "%s receives messages of up to %d bytes, %d before", what, is, was)).
				between(received).reads(large, readsIt)
		}
	}
	if o.Options.Conflate != n.Options.Conflate {
		said := "keeps the last message only from now on"
		if o.Options.Conflate {
			said = "keeps more than the last message from now on"
		}
		at(c.add(conflateChanged, []Level{Topology}, "%s %s", what, said))
	}
	if (o.Batch > 0) != (n.Batch > 0) {
		said := "of slices"
		if o.Batch > 0 {
			said = "of single messages"
		}
		at(c.add(channelChanged, []Level{Source}, "the Go channel of %s is one %s from now on", what, said))
	}
	var other []string
	add := func(name string, same bool) {
		if !same {
			other = append(other, name)
		}
	}
	add("buffer", o.Buffer == n.Buffer)
	add("batch", o.Batch == n.Batch || (o.Batch > 0) != (n.Batch > 0))
	add("overflow", o.Overflow == n.Overflow)
	add("send_hwm", equal(o.Options.SendHWM, n.Options.SendHWM))
	add("recv_hwm", equal(o.Options.RecvHWM, n.Options.RecvHWM))
	add("linger", equal(o.Options.Linger, n.Options.Linger))
	was, is := o.Options, n.Options
	add("handover", was.Handover == is.Handover)
	add("max_frames", equal(was.MaxFrames, is.MaxFrames))
	add("heartbeat", equal(was.Heartbeat, is.Heartbeat))
	add("heartbeat_timeout", equal(was.HeartbeatTimeout, is.HeartbeatTimeout))
	add("heartbeat_ttl", equal(was.HeartbeatTTL, is.HeartbeatTTL))
	add("immediate", was.Immediate == is.Immediate)
	add("reconnect", equal(was.Reconnect, is.Reconnect))
	add("reconnect_max", equal(was.ReconnectMax, is.ReconnectMax))
	add("connect_timeout", equal(was.ConnectTimeout, is.ConnectTimeout))
	add("handshake_timeout", equal(was.HandshakeTimeout, is.HandshakeTimeout))
	add("backlog", equal(was.Backlog, is.Backlog))
	add("ipv6", was.IPv6 == is.IPv6)
	add("tcp_keepalive", equal(was.TCPKeepalive, is.TCPKeepalive))
	add("tos", equal(was.TOS, is.TOS))
	if len(other) > 0 {
		at(c.add(optionsChanged, []Level{Topology}, "%s has another %s", what, strings.Join(other, ", ")))
	}
}

func sizeOf(s *schema.Socket) int64 {
	if s.Options.MaxMessageSize == nil {
		return defaultSize
	}
	return *s.Options.MaxMessageSize
}

// equal reports whether both are nil, or neither is and they point to the same value.
func equal[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
