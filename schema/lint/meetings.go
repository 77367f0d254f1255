package lint

import (
	"net/netip"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file finds out who meets whom: sockets that name each other, and those that name one endpoint. A literal endpoint may be
// another one in production, and the host of a node that says none is not known; so some meetings are certain, others possible.

// link is a socket that connects, and by which of its endpoints.
type link struct {
	from *schema.Socket
	by   schema.Endpoint
}

// meetings is who connects to what. A socket that binds is also found by what it advertises.
type meetings struct {
	named   map[*schema.Socket][]link // by naming the socket
	certain map[*schema.Socket][]link // by a literal endpoint that is certainly the socket's
	might   map[*schema.Socket][]link // by a literal endpoint that may be
	met     map[schema.Span]bool      // literal endpoints of the topology itself that may be a socket's
	lost    map[*schema.Socket]bool   // sockets with a literal endpoint that is certainly none's
	whose   map[schema.Span]*schema.Socket
}

// binding is an endpoint of a socket that binds.
type binding struct {
	socket *schema.Socket
	host   string // of tcp
}

// most bounds with how many bindings of one port, path or name a literal endpoint is compared.
const most = 64

// meet finds all meetings of the sockets of a topology and of those that it imports.
func meet(t *schema.Topology) meetings {
	m := meetings{
		named: map[*schema.Socket][]link{}, certain: map[*schema.Socket][]link{}, might: map[*schema.Socket][]link{},
		met: map[schema.Span]bool{}, lost: map[*schema.Socket]bool{}, whose: map[schema.Span]*schema.Socket{},
	}
	bound := map[string][]binding{}
	each := func(f func(*schema.Socket)) {
		for _, in := range t.All() {
			for s := range speaking(in) {
				f(s)
			}
		}
	}
	each(func(s *schema.Socket) {
		for _, list := range [][]schema.Endpoint{s.Bind, s.Advertise} {
			for _, e := range list {
				host, key := split(e.Value)
				if at := bound[key]; len(at) < most {
					bound[key] = append(at, binding{s, host})
				}
			}
		}
	})
	each(func(s *schema.Socket) {
		for _, e := range s.Connect {
			if e.Ref != nil {
				m.named[e.Ref] = append(m.named[e.Ref], link{s, e})
				continue
			}
			own := s.Node.Topology == t
			host, key := split(e.Value)
			met := len(bound[key]) == most // or it may be one that was not looked at
			for _, b := range bound[key] {
				switch isCertain := certainly(s, host, b); {
				case b.socket == s || key == "":
				case isCertain:
					m.certain[b.socket] = append(m.certain[b.socket], link{s, e})
					if own && m.whose[e.Span] == nil {
						m.whose[e.Span] = b.socket
					}
					fallthrough
				case possibly(s, host, b):
					m.might[b.socket] = append(m.might[b.socket], link{s, e})
					met = true
				}
			}
			m.met[e.Span] = m.met[e.Span] || met && own
			m.lost[s] = m.lost[s] || !met
		}
	})
	return m
}

// split takes a literal endpoint apart: the host, of tcp, and what two ends have in common whatever they call the host.
func split(endpoint string) (host, key string) {
	address, isTCP := strings.CutPrefix(endpoint, "tcp://")
	if !isTCP {
		return "", endpoint
	}
	colon := strings.LastIndexByte(address, ':')
	if port := address[colon+1:]; port != "*" && port != "0" {
		key = "tcp:" + port
	}
	return address[:colon], key
}

// certainly reports whether s, connecting to host, finds what is bound at b.
func certainly(s *schema.Socket, host string, b binding) bool {
	same := hostOf(s.Node) == hostOf(b.socket.Node)
	switch {
	case host == "": // ipc and inproc
		return same
	case b.host == host && !isLoopback(host):
		return true
	case isLoopback(host):
		return same && (isAny(b.host) || isLoopback(b.host))
	}
	return isAny(b.host) && host == b.socket.Node.Host.Value
}

// possibly is certainly where hosts that are not given may be any.
func possibly(s *schema.Socket, host string, b binding) bool {
	known := s.Node.Host.IsSet() && b.socket.Node.Host.IsSet()
	switch {
	case host == "":
		return !known || hostOf(s.Node) == hostOf(b.socket.Node)
	case isLoopback(b.host):
		return isLoopback(host) && (!known || hostOf(s.Node) == hostOf(b.socket.Node))
	}
	return true
}

// hostOf returns what stands for the host of a node.
func hostOf(n *schema.Node) string {
	if isLoopback(n.Host.Value) {
		return ""
	}
	return n.Host.Value
}

// isLoopback reports whether a host, as an endpoint or a node has it, is the machine itself.
func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return strings.EqualFold(host, "localhost") || err == nil && addr.IsLoopback()
}

// isAny reports whether a host that is bound stands for every address of the machine.
func isAny(host string) bool {
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "*" || err == nil && addr.IsUnspecified()
}

// hasWildcard reports whether an endpoint to bind is another one at each start.
func hasWildcard(endpoint string) bool {
	_, key := split(endpoint)
	return key == "" || endpoint == "ipc://*"
}

// transport returns the part of a literal endpoint before ://.
func transport(endpoint string) string {
	t, _, _ := strings.Cut(endpoint, "://")
	return t
}
