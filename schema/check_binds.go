package schema

import (
	"net/netip"
	"slices"
	"strings"
)

// This file finds endpoints that two sockets would bind.

// place is where an endpoint is bound: two sockets cannot have the same. For tcp, any stands for
// every address of the host, and empty for one of them, whichever.
type place struct {
	host, transport, address, port string
}

// binding is a socket and an endpoint that it binds.
type binding struct {
	socket *Socket
	at     Endpoint
}

const anyAddress = "*"

// checkBinds reports an endpoint that is bound twice on a host, and one that replicas share.
func (p *parser) checkBinds() {
	bound := map[place]binding{}
	for s := range p.topology.AllSockets() {
		host := hostOf(s.Node)
		for _, e := range s.Bind {
			transport, address, _ := strings.Cut(e.Value, "://")
			if hasWildcardPort(e.Value) {
				continue
			}
			free := p.bind(bound, place{host: host, transport: transport, address: address}, binding{s, e})
			if free && s.Node.Replicated && transport != "inproc" {
				p.report(replicaBind, e.Span, "every replica of node %q on a host would bind %q", s.Node.Name.Value, clip(e.Value)).
					help("bind port * and give the endpoints at run time, or run one replica per host")
			}
		}
	}
}

// hostOf returns what stands for the host of a node.
func hostOf(node *Node) string {
	if host := node.Host.Value; host != "" && host != "localhost" {
		return host
	}
	return "127.0.0.1"
}

// bind enters an endpoint, unless its place is taken. It returns whether it was free.
func (p *parser) bind(bound map[place]binding, at place, b binding) bool {
	same := []place{at}  // taken by one of these, it is taken
	enter := []place{at} // what later ones find
	if at.transport == "tcp" {
		colon := strings.LastIndexByte(at.address, ':')
		at.address, at.port = bindAddress(at.address[:colon]), at.address[colon+1:]
		one, every := at, at
		one.address, every.address = "", anyAddress
		enter = []place{at, one}
		same = []place{at, every}
		if at.address == anyAddress {
			same = []place{one}
		}
	}
	for _, other := range same {
		if first, taken := bound[other]; taken {
			d := p.report(doubleBind, b.at.Span, "%q is bound twice on host %s", clip(b.at.Value), at.host).
				help("give one of them another endpoint, or its node another host").related(first.at.Span, "first bound")
			if s := b.socket; s.Pattern != nil && s.Pattern == first.socket.Pattern && slices.Contains(counterparts(s.Pattern.Kind, s.Type), first.socket.Type) {
				d.help("of two sockets that meet one binds, and the other connects: connect: %s", first.socket.FullName())
			}
			return false
		}
	}
	for _, other := range enter {
		if _, taken := bound[other]; !taken {
			bound[other] = b
		}
	}
	return true
}

// bindAddress returns the canonical text of a host to bind.
func bindAddress(host string) string {
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	switch {
	case err != nil:
		return host
	case addr.IsUnspecified():
		return anyAddress
	}
	return addr.String()
}
