//go:build cgo

package runtime

import (
	"errors"
	"fmt"
	"strings"
)

// This file turns what a topology says of endpoints into the literal endpoints to bind and to connect
// to, when a socket opens.

// zapEndpoint is where libzmq looks for the handler that authenticates its peers. It aborts the process
// if it meets a socket of a type there that is none of a handler's.
const zapEndpoint = "inproc://zeromq.zap.01"

// bindEndpoints returns what the socket binds, its option, else the environment's, else its own, and where that is from.
func (p *Pump) bindEndpoints(c *socketConfig) (endpoints []string, from string) {
	if c.bound {
		return c.Bind, "option Bind"
	}
	if v, from := p.env(c.name, "_BIND"); v != nil {
		return v, from
	}
	return c.Bind, "topology " + c.topology.Name
}

// connectEndpoints returns what the socket connects to: its option, else the environment's, else its
// own, with every reference resolved.
func (p *Pump) connectEndpoints(c *socketConfig) ([]string, error) {
	targets, from := c.Connect, "topology "+c.topology.Name
	if c.connected {
		from = "option Connect"
	} else if v, variable := p.env(c.name, "_CONNECT"); v != nil {
		targets, from = v, variable
	}
	if err := checkEndpoints(toConnect, from, targets); err != nil {
		return nil, err
	}
	var out []string
	for _, target := range targets {
		if strings.Contains(target, "://") {
			out = append(out, target)
			continue
		}
		found, err := p.resolve(c.topology, target)
		if err != nil {
			return nil, fmt.Errorf("connect to %s: %w", target, err)
		}
		out = append(out, found...)
	}
	return out, nil
}

// resolve returns the endpoints of the socket that target names: a real one if it is open on this pump,
// else an override, else what it advertises, else one that it binds.
func (p *Pump) resolve(t *Topology, target string) ([]string, error) {
	owner, name := t.owner(target)
	spec, ok := owner.Sockets[name]
	if !ok {
		return nil, fmt.Errorf("topology %s has no such socket; a literal endpoint has ://", owner.Name)
	}
	if s := p.Socket(owner.Name, name); s != nil {
		if real := s.Endpoints(); len(real) > 0 {
			return reachable(one(real, true), "127.0.0.1"), nil
		}
	}
	// Of another topology only what names it is meant: this one may have a socket of the same node.socket.
	full, prefix := owner.Name+"."+name, p.envPrefix
	target = full
	if owner == t {
		target = name
	} else if prefix != "" {
		prefix = strings.ToUpper(owner.Name)
	}
	for _, key := range []string{target, full} {
		if v := p.overrides[key]; len(v) > 0 {
			return v, nil
		}
	}
	if v, from := envEndpoints(prefix, name, ""); v != nil {
		return v, checkEndpoints(toAdvertise, from, v)
	}
	if len(spec.Advertise) > 0 {
		return spec.Advertise, nil
	}
	if spec.Replicated {
		return nil, fmt.Errorf("its node is replicated: give the endpoints of the replicas with WithEndpoint(%q, …)", target)
	}
	if len(spec.Bind) == 0 {
		return nil, errors.New("it binds nothing")
	}
	host := spec.Host
	if host == "" {
		host = "127.0.0.1"
	}
	found := reachable(one(spec.Bind, false), host)
	for _, e := range found {
		if hasWildcardPort(e) {
			return nil, fmt.Errorf("its port is chosen when it binds %s: give its endpoint with WithEndpoint(%q, …)", e, target)
		}
	}
	return found, nil
}

// owner returns the topology of the socket that target names, and the socket's node.socket there. Three parts
// name a socket of an imported topology, or of t itself.
func (t *Topology) owner(target string) (*Topology, string) {
	topology, name, _ := strings.Cut(target, ".")
	if !strings.Contains(name, ".") {
		return t, target
	}
	for _, in := range append([]*Topology{t}, t.Imports...) {
		if in.Name == topology {
			return in, name
		}
	}
	return t, target
}

// one chooses one of the endpoints that a single socket has bound: a peer that connected to all of them
// would get every message as often. Within a pump inproc is the best of them, elsewhere it is no use;
// else the first is what the topology's author put first.
func one(endpoints []string, samePump bool) []string {
	for i, e := range endpoints {
		if strings.HasPrefix(e, "inproc://") == samePump {
			return endpoints[i : i+1]
		}
	}
	return endpoints[:1]
}

// reachable replaces the address of tcp endpoints that means every interface by host.
func reachable(endpoints []string, host string) []string {
	out := make([]string, len(endpoints))
	for i, e := range endpoints {
		out[i] = e
		for _, any := range []string{"tcp://*:", "tcp://0.0.0.0:", "tcp://[::]:"} {
			if port, ok := strings.CutPrefix(e, any); ok {
				out[i] = "tcp://" + host + ":" + port
			}
		}
	}
	return out
}
