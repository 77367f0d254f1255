package graph

import (
	"net/netip"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file finds which sockets meet: by reference, and by literal endpoints that another socket binds or advertises.

// maxSharing is how many sockets that give out the same endpoint, as those behind a load balancer do, are drawn as
// reached by one that connects to it. Without a limit, many that share and many that connect would be as many edges as
// their product.
const maxSharing = 16

// connect joins the sockets that meet, and notes which of the sockets of own topologies have peers that are in no file.
func (b *builder) connect(own []*schema.Topology) {
	given := b.given()
	isOwn := map[*schema.Topology]bool{}
	for _, t := range own {
		isOwn[t] = true
	}
	for _, t := range b.root.All() {
		for s := range t.AllSockets() {
			b.connectSocket(s, given, isOwn[t])
		}
	}
}

// connectSocket joins a socket with those that it connects to.
func (b *builder) connectSocket(s *schema.Socket, given map[string][]*schema.Socket, own bool) {
	outside := false
	for _, e := range s.Connect {
		reached := []*schema.Socket{e.Ref}
		if e.Ref == nil {
			reached = b.reached(s, e.Value, given)
		}
		for _, t := range reached {
			b.join(b.sockets[s], b.sockets[t], b.spoken(s), isFrom(s))
		}
		if len(reached) == 0 && own {
			outside = true
			b.outside = append(b.outside, outsider{socket: s, endpoint: e.Value})
		}
	}
	open := s.Pattern != nil && s.Pattern.External && len(s.Bind)+len(s.Advertise) > 0
	if own && !outside && (s.External || open) {
		b.outside = append(b.outside, outsider{socket: s})
	}
}

// given returns the sockets that can be reached at a literal endpoint, by the endpoint in the form of addressOf.
func (b *builder) given() map[string][]*schema.Socket {
	given := map[string][]*schema.Socket{}
	enter := func(s *schema.Socket, address string) {
		if all := given[address]; address != "" && len(all) < maxSharing && (len(all) == 0 || all[len(all)-1] != s) {
			given[address] = append(all, s)
		}
	}
	for _, t := range b.root.All() {
		for s := range t.AllSockets() {
			for _, e := range s.Advertise {
				enter(s, addressOf(s.Node, e.Value))
			}
			for _, e := range s.Bind {
				enter(s, addressOf(s.Node, e.Value))
				enter(s, atHost(s.Node, e.Value))
			}
		}
	}
	return given
}

// reached returns the sockets that s reaches at a literal endpoint, without those that it could not talk to.
func (b *builder) reached(s *schema.Socket, endpoint string, given map[string][]*schema.Socket) []*schema.Socket {
	var all []*schema.Socket
	for _, t := range given[addressOf(s.Node, endpoint)] {
		if t != s && t.Pattern == s.Pattern && isFrom(t) != isFrom(s) {
			all = append(all, t)
		}
	}
	return all
}

// addressOf returns an endpoint in a form that is the same for all endpoints at one place, as seen from a node: what is
// local, as ipc, inproc and loopback addresses are, is so at the node's host. It is "" for a place that is not known.
func addressOf(n *schema.Node, endpoint string) string {
	transport, address, _ := strings.Cut(endpoint, "://")
	if transport != "tcp" {
		if transport == "ipc" && address == "*" {
			return ""
		}
		return transport + "://" + hostOf(n) + "/" + address
	}
	colon := strings.LastIndexByte(address, ':')
	if colon < 0 || strings.HasSuffix(address, ":*") || strings.HasSuffix(address, ":0") {
		return ""
	}
	host := canonicalHost(address[:colon])
	if host == loopback {
		host = hostOf(n)
	}
	return "tcp://" + host + address[colon:]
}

// atHost returns where others find what a node binds, if that is every address or an interface of its host.
func atHost(n *schema.Node, endpoint string) string {
	address, tcp := strings.CutPrefix(endpoint, "tcp://")
	colon := strings.LastIndexByte(address, ':')
	if !tcp || colon < 0 {
		return ""
	}
	return addressOf(n, "tcp://"+hostOf(n)+address[colon:])
}

const loopback = "127.0.0.1"

// hostOf returns the host of a node.
func hostOf(n *schema.Node) string {
	if n.Host.Value == "" {
		return loopback
	}
	return canonicalHost(n.Host.Value)
}

// canonicalHost returns the one form of a host of an endpoint.
func canonicalHost(host string) string {
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if addr, err := netip.ParseAddr(host); err == nil {
		host = addr.String()
		if addr.IsLoopback() {
			return loopback
		}
	}
	if host == "localhost" {
		return loopback
	}
	return host
}
