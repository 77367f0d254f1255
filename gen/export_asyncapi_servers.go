package gen

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/zmqgen/zmqgen/internal/jsonschema"
	"github.com/zmqgen/zmqgen/schema"
)

// This file writes the servers of an AsyncAPI document: the endpoints at which sockets are reached from other programs.
// Those of inproc, and of ipc with a path that ZeroMQ chooses, are none. The captures of devices are none either: what they
// publish has no type.

// servers fills in the servers and which of them speak a pattern.
func (x *asyncAPI) servers() {
	x.serverList, x.speaks, x.reached = object{}, map[*schema.Pattern][]string{}, map[*schema.Socket]int{}
	spoken := map[*schema.Pattern]bool{}
	for _, p := range x.patterns() {
		spoken[p] = true
	}
	bound := map[string]bool{}
	for _, t := range x.in.All() {
		for s := range t.AllSockets() {
			if !spoken[s.Pattern] {
				continue
			}
			reached, own := s.Bind, true
			if len(s.Advertise) > 0 {
				reached, own = s.Advertise, false
			}
			for _, e := range reached {
				bound[e.Value] = true
				x.addServer(s, e.Value, own)
			}
		}
	}
	for s := range x.in.AllSockets() { // and what is not in the file
		if s.Pattern == nil {
			continue
		}
		for _, e := range s.Connect {
			if e.Ref == nil && !bound[e.Value] {
				bound[e.Value] = true
				x.addServer(s, e.Value, false)
			}
		}
	}
}

// addServer adds the server at an endpoint that socket s binds, if own is set, advertises, or connects to.
func (x *asyncAPI) addServer(s *schema.Socket, endpoint string, own bool) {
	transport, address, _ := strings.Cut(endpoint, "://")
	var server object
	switch {
	case transport == "tcp":
		server = tcpServer(s, address, own)
	case transport == "ipc" && address != "*":
		server = object{{Name: "host", Value: "localhost"}, {Name: "pathname", Value: address}, {Name: "protocol", Value: "zmq"}}
	default:
		return
	}
	// Names of sockets have no number for a part, so that these are distinct.
	socket := fullName(x.in, s.Node.Topology, s.FullName())
	name := socket
	if x.reached[s]++; x.reached[s] > 1 {
		name += "." + strconv.Itoa(x.reached[s])
	}
	server = withText(server, "description", s.Node.Doc)
	about := object{{Name: "endpoint", Value: endpoint}, {Name: "transport", Value: transport}}
	if own || len(s.Advertise) > 0 {
		about = append(about, jsonschema.Member{Name: "bound_by", Value: socket})
	}
	if s.Node.Device != nil {
		about = append(about, jsonschema.Member{Name: "device", Value: string(s.Node.Device.Kind)})
	}
	if s.Security != nil {
		about = append(about, jsonschema.Member{Name: "mechanism", Value: string(s.Security.Mechanism)})
		if schemeTypes[s.Security.Mechanism] != "" {
			server = append(server, jsonschema.Member{Name: "security", Value: []object{x.secured(s.Security)}})
		}
	}
	server = append(server, jsonschema.Member{Name: "x-zeromq", Value: about})
	x.serverList = append(x.serverList, jsonschema.Member{Name: name, Value: server})
	x.speaks[s.Pattern] = append(x.speaks[s.Pattern], name)
}

// tcpServer is where others connect to: the host of the node, if it binds every interface or one by its name.
func tcpServer(s *schema.Socket, address string, own bool) object {
	colon := strings.LastIndexByte(address, ':')
	host, port := address[:colon], address[colon+1:]
	if addr, err := netip.ParseAddr(strings.Trim(host, "[]")); own && (err != nil || addr.IsUnspecified()) {
		host = hostOf(s.Node)
	}
	if port != "*" && port != "0" {
		return object{{Name: "host", Value: host + ":" + port}, {Name: "protocol", Value: "zmq"}}
	}
	variable := object{{Name: "description", Value: "The port that the system chooses when the socket is opened."}}
	return object{
		{Name: "host", Value: host + ":{port}"}, {Name: "protocol", Value: "zmq"},
		{Name: "variables", Value: object{{Name: "port", Value: variable}}},
	}
}
