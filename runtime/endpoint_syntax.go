//go:build cgo

package runtime

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/zmqgen/zmqgen/runtime/internal/config"
)

// This file checks endpoints that come in while a program runs, by the same rules and in the same words as package schema those
// of a topology, which may not be imported here: testdata/endpoints.txt is a table that the tests of both go by.

const maxInprocName = 256

// Where endpoints are given: what they may be depends on it.
const (
	toBind      = "bind"
	toConnect   = "connect"
	toAdvertise = "advertise"
	toReach     = "reach" // a literal one to connect to
)

var (
	referencePattern = regexp.MustCompile(`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)?$`)
	interfacePattern = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[0-9]+)*$`) // eth0.100 is a VLAN
	hostPattern      = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$`)
	numericHost      = regexp.MustCompile(`^[0-9.]+$`)
	integerPattern   = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)
)

var foreignTransports = []string{"udp", "pgm", "epgm", "norm", "tipc", "vmci", "ws", "wss", "vsock", "hvsocket"}

// syntaxError says what is wrong with something that was written, and what is accepted.
type syntaxError struct{ problem, accepted string }

func (e *syntaxError) Error() string {
	if e.accepted == "" {
		return e.problem
	}
	return e.problem + ": " + e.accepted
}

func wrong(accepted, problem string, args ...any) *syntaxError {
	return &syntaxError{fmt.Sprintf(problem, args...), accepted}
}

// isReference reports whether an endpoint has the shape of node.socket or topology.node.socket.
func isReference(endpoint string) bool { return referencePattern.MatchString(endpoint) }

// checkEndpoint returns what is wrong with an endpoint that is given for key; nil if nothing is.
func checkEndpoint(key, endpoint string) *syntaxError {
	transport, address, literal := strings.Cut(endpoint, "://")
	switch {
	case isReference(endpoint) && key == toConnect:
		return nil
	case !literal:
		return wrong(endpointShape(key, endpoint), "%q is no endpoint", config.Clip(endpoint))
	case strings.ContainsFunc(endpoint, func(r rune) bool { return r < ' ' || 0x7f <= r && r <= 0x9f }):
		return wrong("", "endpoint %q holds a control character", config.Clip(endpoint))
	}
	switch transport {
	case "tcp":
		return checkTCP(key, endpoint, address)
	case "ipc":
		return checkIPC(key, endpoint, address)
	case "inproc":
		switch {
		case address == "":
			return wrong("inproc://NAME", "endpoint %q has no name", endpoint)
		case len(address) > maxInprocName:
			return wrong("", "the inproc name has %d bytes; at most %d are allowed", len(address), maxInprocName)
		case endpoint == zapEndpoint:
			return wrong("use another name", "%q is ZeroMQ's own, for authentication", endpoint)
		}
		return nil
	}
	if slices.Contains(foreignTransports, transport) {
		return wrong("tcp, ipc or inproc", "transport %q is not supported yet", transport)
	}
	return wrong("one of: tcp, ipc, inproc", "unknown transport %q", config.Clip(transport))
}

// endpointShape says what an endpoint for key looks like.
func endpointShape(key, endpoint string) string {
	switch {
	case key == toConnect:
		return "tcp://HOST:PORT, ipc://PATH, inproc://NAME, or NODE.SOCKET"
	case isReference(endpoint) && key != toReach:
		return "only connect takes NODE.SOCKET; " + key + " takes tcp://HOST:PORT, ipc://PATH or inproc://NAME"
	}
	return "tcp://HOST:PORT, ipc://PATH or inproc://NAME"
}

func checkTCP(key, endpoint, address string) *syntaxError {
	colon := strings.LastIndexByte(address, ':')
	if colon < 0 || colon < strings.LastIndexByte(address, ']') {
		return wrong("tcp://HOST:PORT", "endpoint %q has no port", config.Clip(endpoint))
	}
	host, port := address[:colon], address[colon+1:]
	switch number, err := strconv.Atoi(port); {
	case port == "*" || port == "0":
		if key != toBind {
			return wrong("a port from 1 to 65535", "port %s is no place to connect to", port)
		}
	case err != nil || !integerPattern.MatchString(port) || number < 1 || number > 65535:
		accepted := "from 1 to 65535"
		if key == toBind {
			accepted += ", or * for any free one"
		}
		return wrong(accepted, "%q is no port", config.Clip(port))
	}
	if key == toBind {
		return checkBindHost(endpoint, host)
	}
	if host == "*" {
		return wrong("a name or an address", "host * is no place to connect to")
	}
	if problem := checkConnectHost(host); problem != "" {
		return wrong("a name, an IPv4 address, or an IPv6 address in brackets", "host %q of %q %s", config.Clip(host), config.Clip(endpoint), problem)
	}
	return nil
}

func checkBindHost(endpoint, host string) *syntaxError {
	const accepted = "*, an IPv4 address, an IPv6 address in brackets, or a network interface such as eth0"
	switch {
	case host == "*":
	case numericHost.MatchString(host) || strings.ContainsAny(host, "[]:"):
		if problem := checkConnectHost(host); problem != "" {
			return wrong(accepted, "host %q of %q %s", config.Clip(host), config.Clip(endpoint), problem)
		}
	case host == "" || !hostPattern.MatchString(host):
		return wrong(accepted, "host %q of %q is not well formed", config.Clip(host), config.Clip(endpoint))
	case strings.EqualFold(host, "localhost") || !interfacePattern.MatchString(host):
		return wrong(accepted, "bind to the host name %q: ZeroMQ binds interfaces and addresses", config.Clip(host))
	}
	return nil
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

func checkIPC(key, endpoint, path string) *syntaxError {
	switch {
	case path == "":
		return wrong("ipc://PATH", "endpoint %q has no path", endpoint)
	case len(path) > sunPath:
		return wrong("", "the ipc path has %d bytes; at most %d are allowed", len(path), sunPath)
	case path == "*" && key != toBind:
		return wrong("ipc://PATH", "%q is no place to connect to", endpoint)
	}
	return nil
}

// checkEndpoints returns what is wrong with the first bad one of endpoints, and where they are from.
func checkEndpoints(key, from string, endpoints []string) error {
	for _, e := range endpoints {
		if err := checkEndpoint(key, e); err != nil {
			return fmt.Errorf("%s: %w", from, err)
		}
	}
	return nil
}

// hasWildcardPort reports whether ZeroMQ chooses where the endpoint is.
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
