package schema

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// This file checks endpoints: literals by the rules of ZeroMQ's transports, references by shape.

const (
	maxIPCPath    = 107 // of sun_path on Linux, less the final NUL
	maxInprocName = 256
	zapEndpoint   = "zeromq.zap.01"
)

var (
	referencePattern = regexp.MustCompile(`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)?$`)
	interfacePattern = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[0-9]+)*$`) // eth0.100 is a VLAN
	hostPattern      = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$`)
	numericHost      = regexp.MustCompile(`^[0-9.]+$`)
)

// parseEndpoints reads the endpoints of bind, connect or advertise.
func (p *parser) parseEndpoints(s *Socket, r record, key string) []Endpoint {
	first := map[string]Span{}
	var endpoints []Endpoint
	if n := r.get(key); n != nil && n.kind == sequenceNode && len(n.items) == 0 {
		p.report(orphanSocket, n.span, "%s of socket %q is an empty list", key, s.Name.Value).help("leave %s out, or name an endpoint", key)
	}
	for _, n := range p.texts(r, key) {
		if other, twice := first[n.value]; twice && !hasWildcardPort(n.value) {
			d := p.report(duplicateEndpoint, n.span, "%q stands twice in %s", clip(n.value), key).related(other, "first")
			if n.textCol > 0 {
				p.drop(d, "leave it out", n.span)
			}
			continue
		}
		first[n.value] = n.span
		before := len(p.findings)
		if p.checkEndpoint(n, key); len(p.findings) > before {
			p.broken[s] = true
			continue
		}
		endpoints = append(endpoints, Endpoint{Text: n.text()})
	}
	return endpoints
}

// isReference reports whether an endpoint has the shape of node.socket or import.node.socket.
func isReference(endpoint string) bool { return referencePattern.MatchString(endpoint) }

func (p *parser) checkEndpoint(n *node, key string) {
	transport, address, literal := strings.Cut(n.value, "://")
	bind := key == "bind"
	switch {
	case isReference(n.value) && key == "connect":
		return
	case !literal:
		d := p.report(badEndpoint, n.span, "%q is no endpoint", clip(n.value))
		switch {
		case key == "connect" && lowerSnake.pattern.MatchString(n.value):
			d.help("a socket is named with its node: NODE.SOCKET")
		case key == "connect":
			d.help("tcp://HOST:PORT, ipc://PATH, inproc://NAME, or NODE.SOCKET")
		case isReference(n.value):
			d.help("only connect takes NODE.SOCKET; %s takes tcp://HOST:PORT, ipc://PATH or inproc://NAME", key)
		default:
			d.help("tcp://HOST:PORT, ipc://PATH or inproc://NAME")
		}
		return
	case strings.ContainsFunc(n.value, func(r rune) bool { return r < ' ' || 0x7f <= r && r <= 0x9f }):
		p.report(badEndpoint, n.span, "endpoint %q holds a control character", clip(n.value))
		return
	}
	switch transport {
	case "tcp":
		p.checkTCP(n, address, bind)
	case "ipc":
		p.checkIPC(n, address, bind)
	case "inproc":
		switch {
		case address == "":
			p.report(badEndpoint, n.span, "endpoint %q has no name", n.value).help("inproc://NAME")
		case len(address) > maxInprocName:
			p.report(inprocName, n.span, "the inproc name has %d bytes; at most %d are allowed", len(address), maxInprocName)
		case address == zapEndpoint:
			p.report(inprocName, n.span, "%q is ZeroMQ's own, for authentication", n.value).help("use another name")
		}
	default:
		at := n.part(0, len(transport))
		if slices.Contains([]string{"udp", "pgm", "epgm", "norm", "tipc", "vmci", "ws", "wss", "vsock", "hvsocket"}, transport) {
			p.report(notSupported, at, "transport %q is not supported yet", transport).help("tcp, ipc or inproc")
			return
		}
		d := p.report(badEndpoint, at, "unknown transport %q", clip(transport))
		p.suggestChoice(d, transport, []string{"tcp", "ipc", "inproc"})
	}
}

func (p *parser) checkTCP(n *node, address string, bind bool) {
	start := len("tcp://")
	colon := strings.LastIndexByte(address, ':')
	if colon < 0 || colon < strings.LastIndexByte(address, ']') {
		p.report(badEndpoint, n.span, "endpoint %q has no port", clip(n.value)).help("tcp://HOST:PORT")
		return
	}
	host, port := address[:colon], address[colon+1:]
	hostAt, portAt := n.part(start, start+colon), n.part(start+colon+1, len(n.value))

	switch number, err := strconv.Atoi(port); {
	case port == "*" || port == "0":
		if !bind {
			p.report(connectWildcard, portAt, "port %s is no place to connect to", port).help("a port from 1 to 65535")
		}
	case err != nil || !integerPattern.MatchString(port) || number < 1 || number > 65535:
		d := p.report(badEndpoint, portAt, "%q is no port", clip(port))
		if bind {
			d.help("from 1 to 65535, or * for any free one")
		} else {
			d.help("from 1 to 65535")
		}
	}
	if bind {
		p.checkBindHost(n.value, host, hostAt)
		return
	}
	if host == "*" {
		p.report(connectWildcard, hostAt, "host * is no place to connect to").help("a name or an address")
	} else if problem := checkConnectHost(host); problem != "" {
		p.report(badEndpoint, hostAt, "host %q of %q %s", clip(host), clip(n.value), problem).
			help("a name, an IPv4 address, or an IPv6 address in brackets")
	}
}

func (p *parser) checkBindHost(endpoint, host string, at Span) {
	const accepted = "*, an IPv4 address, an IPv6 address in brackets, or a network interface such as eth0"
	switch {
	case host == "*":
	case numericHost.MatchString(host) || strings.ContainsAny(host, "[]:"):
		if problem := checkConnectHost(host); problem != "" {
			p.report(badEndpoint, at, "host %q of %q %s", clip(host), clip(endpoint), problem).help(accepted)
		}
	case host == "" || !hostPattern.MatchString(host):
		p.report(badEndpoint, at, "host %q of %q is not well formed", clip(host), clip(endpoint)).help(accepted)
	case strings.EqualFold(host, "localhost") || !interfacePattern.MatchString(host):
		p.report(bindHostname, at, "bind to the host name %q: ZeroMQ binds interfaces and addresses", clip(host)).help(accepted)
	}
}

// checkConnectHost returns what is wrong with a host to connect to, or "".
func checkConnectHost(host string) string {
	switch {
	case host == "":
		return "is empty"
	case strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]"):
		if addr, err := netip.ParseAddr(host[1 : len(host)-1]); err != nil || !addr.Is6() {
			return "is no IPv6 address"
		}
	case strings.Contains(host, ":"):
		return "is no IPv6 address in brackets"
	case numericHost.MatchString(host):
		if addr, err := netip.ParseAddr(host); err != nil || !addr.Is4() {
			return "is no IPv4 address"
		}
	case len(host) > 253 || !hostPattern.MatchString(host):
		return "is not well formed"
	}
	return ""
}

func (p *parser) checkIPC(n *node, path string, bind bool) {
	switch {
	case path == "":
		p.report(badEndpoint, n.span, "endpoint %q has no path", n.value).help("ipc://PATH")
	case len(path) > maxIPCPath:
		p.report(ipcLength, n.span, "the ipc path has %d bytes; at most %d are allowed", len(path), maxIPCPath)
	case path == "*" && !bind:
		p.report(connectWildcard, n.span, "%q is no place to connect to", n.value).help("ipc://PATH")
	}
}

// hasWildcardPort reports whether ZeroMQ chooses where the endpoint is, so that two are not the same.
func hasWildcardPort(endpoint string) bool {
	transport, address, _ := strings.Cut(endpoint, "://")
	switch transport {
	case "tcp":
		return strings.HasSuffix(address, ":*") || strings.HasSuffix(address, ":0")
	case "ipc":
		return address == "*"
	}
	return false
}
