package breaking

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file compares nodes, and finds which of their sockets are the same. A device is a node whose sockets are its sides.

func nodeThing(n *schema.Node) thing {
	if n.Device != nil {
		return thing{n.Topology, n.Name.Span, "devices." + n.Name.Value}
	}
	return thing{n.Topology, n.Name.Span, "nodes." + n.Name.Value}
}

func socketThing(s *schema.Socket) thing {
	if s.Node.Device != nil {
		return thing{s.Node.Topology, s.Name.Span, "devices." + s.Node.Name.Value + "." + s.Name.Value}
	}
	return thing{s.Node.Topology, s.Name.Span, "nodes." + s.Node.Name.Value + ".sockets." + s.Name.Value}
}

// devicesOf are the devices of a topology, as nodes.
func devicesOf(t *schema.Topology) []*schema.Node {
	var all []*schema.Node
	for _, d := range t.Devices {
		all = append(all, d.Node)
	}
	return all
}

// kindOf says whether a node is one or a device, in words.
func kindOf(n *schema.Node) string {
	if n.Device != nil {
		return "device"
	}
	return "node"
}

// pairNodes pairs nodes and their sockets.
func (c *comparison) pairNodes(old, new *schema.Topology) {
	c.pairSome(old.Nodes, new.Nodes)
	c.pairSome(devicesOf(old), devicesOf(new))
}

func (c *comparison) pairSome(old, new []*schema.Node) {
	pairs := paired(old, new, func(n *schema.Node) string { return n.Name.Value }, func(n *schema.Node) string {
		var sockets []string
		for _, s := range n.Sockets {
			sockets = append(sockets, s.Name.Value+" "+c.socketLook(s))
		}
		slices.Sort(sockets)
		return strings.Join(sockets, "\n")
	})
	for o, n := range pairs {
		c.nodePairs[o] = n
		for os, ns := range paired(o.Sockets, n.Sockets, func(s *schema.Socket) string { return s.Name.Value }, c.socketLook) {
			c.socketPairs[os] = ns
		}
	}
}

func (c *comparison) compareNodes(old, new *schema.Topology) {
	back := turned(c.nodePairs)
	for _, n := range slices.Concat(new.Nodes, devicesOf(new)) {
		if back[n] != nil {
			c.compareNode(back[n], n)
			continue
		}
		rule := nodeAdded
		if n.Device != nil {
			rule = deviceAdded
		}
		c.add(rule, []Level{Topology}, "%s %q is new", kindOf(n), n.Name.Value).at(thing{}, nodeThing(n), thing{}).
			between(c.socketUsers(n.Sockets...)).nothing()
	}
	for _, o := range slices.Concat(old.Nodes, devicesOf(old)) {
		if c.nodePairs[o] != nil {
			continue
		}
		rule := nodeRemoved
		if o.Device != nil {
			rule = deviceRemoved
		}
		c.gone(c.add(rule, []Level{Source, Topology}, "%s %q is gone", kindOf(o), o.Name.Value).
			at(nodeThing(o), thing{}, topologyThing(new)), o.Sockets)
	}
}

// gone says of a node or a socket that those who meet it are replaced before it goes.
func (c *comparison) gone(b *builder, sockets []*schema.Socket) {
	u := c.socketUsers(sockets...)
	b.between(u)
	lost := Reading{Lost, "meet nobody there"}
	b.OldReadsNew, b.NewReadsOld = lost, lost
	node := c.nodeName(b.nodeOf(sockets))
	w := &way{senders: []string{node}}
	for _, way := range u.ways {
		for _, name := range slices.Concat(way.senders, way.receivers) {
			if name != node {
				w.receivers = append(w.receivers, name)
			}
		}
	}
	only := &users{}
	only.addWay(w)
	b.ways = only.ways
	b.order(ReceiversFirst)
	if len(b.ways) == 0 {
		b.order(Any)
	}
}

// nodeOf is the node of sockets, or one without a name where there are none.
func (b *builder) nodeOf(sockets []*schema.Socket) *schema.Node {
	if len(sockets) == 0 {
		return &schema.Node{Topology: b.in.old}
	}
	return sockets[0].Node
}

// socketUsers are the ways between sockets and those that they meet, as the file says: by the names in connect.
func (c *comparison) socketUsers(sockets ...*schema.Socket) *users { return c.usersOf(true, sockets) }

// usersOf is socketUsers, where sends is false without what the sockets send themselves.
func (c *comparison) usersOf(sends bool, sockets []*schema.Socket) *users {
	u := &users{}
	for _, s := range sockets {
		if s == nil {
			continue
		}
		peers := slices.Clone(c.connectors[s])
		for _, e := range s.Connect {
			if e.Ref != nil {
				peers = append(peers, e.Ref)
			}
		}
		if u.looked += len(peers) + 1; u.looked > maxLooked {
			break
		}
		u.external = u.external || s.External || s.Pattern == nil || s.Pattern.External
		if sends && sendsAny(s) {
			u.addSockets(c, []*schema.Socket{s}, peers)
		}
		if receivesAny(s) {
			u.addSockets(c, peers, []*schema.Socket{s})
		}
	}
	return u
}

func sendsAny(s *schema.Socket) bool {
	return s.Type != schema.Sub && s.Type != schema.XSub && s.Type != schema.Pull
}

func receivesAny(s *schema.Socket) bool {
	return s.Type != schema.Pub && s.Type != schema.XPub && s.Type != schema.Push
}

// socketLook is what a socket that is renamed keeps.
func (c *comparison) socketLook(s *schema.Socket) string {
	parts := []string{string(s.Type)}
	if s.Pattern != nil {
		parts = append(parts, s.Pattern.Topology.Name.Value, c.patternName(s.Pattern))
	}
	for _, list := range [][]schema.Endpoint{s.Bind, s.Connect} {
		parts = append(parts, "|")
		for _, e := range list {
			parts = append(parts, e.Value)
		}
	}
	return strings.Join(parts, " ")
}

// patternName is the name of a pattern in the new version, if it is there.
func (c *comparison) patternName(p *schema.Pattern) string {
	if n := c.patternPairs[p]; n != nil {
		return n.Name.Value
	}
	return p.Name.Value
}

func (c *comparison) compareNode(o, n *schema.Node) {
	u := c.socketUsers(slices.Concat(n.Sockets, o.Sockets)...)
	what := fmt.Sprintf("%s %q", kindOf(n), n.Name.Value)
	at := func(b *builder) *builder { return b.at(nodeThing(o), nodeThing(n), thing{}).between(u) }
	if o.Name.Value != n.Name.Value {
		at(c.add(nodeRenamed, []Level{Source, Topology}, "%s %q is now called %q: its endpoints are overridden by its name", kindOf(n), o.Name.Value, n.Name.Value))
	}
	c.compareGoName(what, o.Name, o.GoName, n.Name, n.GoName, nodeThing(o), nodeThing(n))
	if was, is := hostOf(o), hostOf(n); was != is {
		b := at(c.add(hostChanged, []Level{Topology}, "the host of %s was %q and is %q", what, was, is))
		if slices.ContainsFunc(n.Sockets, func(s *schema.Socket) bool { return len(c.connectors[s]) > 0 || s.External }) {
			lost := Reading{Lost, "connect to the other host, and meet nobody there unless both are the same"}
			b.reads(lost, lost)
		} else {
			b.as(schema.Warning)
		}
	}
	if o.Replicated != n.Replicated {
		said := "has replicas from now on: what it receives and what it binds is shared or is there several times"
		if o.Replicated {
			said = "has no replicas any more"
		}
		at(c.add(replicasChanged, []Level{Topology}, "%s %s", what, said)).reads(readsIt, readsIt)
	}
	if o.Device != nil {
		c.compareDevice(o.Device, n.Device, what, at)
	}
	back := map[*schema.Socket]*schema.Socket{}
	for _, s := range o.Sockets {
		back[c.socketPairs[s]] = s
	}
	delete(back, nil)
	for _, s := range n.Sockets {
		if back[s] == nil {
			c.add(socketAdded, []Level{Topology}, "socket %q is new", c.socketName(s)).at(thing{}, socketThing(s), thing{}).
				between(c.socketUsers(s)).nothing()
			continue
		}
		c.compareSocket(back[s], s)
	}
	for _, s := range o.Sockets {
		if c.socketPairs[s] == nil {
			c.gone(c.add(socketRemoved, []Level{Source, Topology}, "socket %q is gone", c.socketName(s)).at(socketThing(s), thing{}, nodeThing(n)), []*schema.Socket{s})
		}
	}
}

// compareDevice compares what a device passes on. Its sides are compared as sockets.
func (c *comparison) compareDevice(o, n *schema.Device, what string, at func(*builder) *builder) {
	lost := Reading{Lost, "do not get through it to those who speak the other"}
	switch {
	case o.Kind != n.Kind:
		at(c.add(deviceChanged, []Level{Wire, Topology}, "%s was a %s and is a %s", what, o.Kind, n.Kind)).reads(lost, lost)
	case c.patternPairs[o.Pattern] != n.Pattern:
		at(c.add(deviceChanged, []Level{Wire, Topology}, "%s passed on pattern %q and passes on %q", what, o.Pattern.Name.Value, n.Pattern.Name.Value)).reads(lost, lost)
	}
}

// hostOf is where others connect to a node.
func hostOf(n *schema.Node) string {
	if n.Host.IsSet() {
		return n.Host.Value
	}
	return "127.0.0.1"
}
