//go:build cgo

package runtime

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/zmqgen/zmqgen/runtime/internal/config"
)

// This file applies what a file of overrides says to the topology that it is for, and finds what does not fit it.

// applier applies one file to one topology.
type applier struct {
	*configFile
	t        *Topology   // a copy, whose maps may be changed
	names    [2][]string // of its nodes, and of its devices
	problems *config.Problems
}

// apply makes the overrides part of t, whose maps it replaces. What does not fit t is a problem.
func (f *configFile) apply(t *Topology, problems *config.Problems) {
	t.Sockets, t.Security = maps.Clone(t.Sockets), maps.Clone(t.Security)
	a := applier{f, t, t.nodeNames(), problems}
	given := make(map[string]configSocket) // by node.socket
	node := make(map[string]configNode)    // by its name
	for _, n := range f.nodes {
		if a.knows(n) {
			node[n.name] = n
			for _, s := range n.sockets {
				if name := n.name + "." + s.name; a.knowsSocket(n, s) {
					given[name] = s
				}
			}
		}
	}
	for _, name := range sortedKeys(t.Sockets) {
		owner, _, _ := strings.Cut(name, ".")
		a.socket(name, node[owner], given[name])
	}
	for _, s := range f.securities {
		a.security(s)
	}
}

// sortedKeys returns the keys of m in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// nodeNames returns the names of nodes, and of devices, in order.
func (t *Topology) nodeNames() (names [2][]string) {
	for name := range t.Sockets {
		node, _, _ := strings.Cut(name, ".")
		i := 0
		if _, device := t.Devices[node]; device {
			i = 1
		}
		names[i] = append(names[i], node)
	}
	for i := range names {
		slices.Sort(names[i])
		names[i] = slices.Compact(names[i])
	}
	return names
}

// knows reports a node or a device that the topology does not have.
func (a applier) knows(n configNode) bool {
	what, other, section := "node", "device", "devices"
	ours, others := a.names[0], a.names[1]
	if n.device {
		what, other, section = other, what, "nodes"
		ours, others = others, ours
	}
	if _, known := slices.BinarySearch(ours, n.name); known {
		return true
	}
	if _, known := slices.BinarySearch(others, n.name); known {
		a.problems.Add(n.at, "%q is a %s of topology %s: put it under %s", n.name, other, a.t.Name, section)
	} else {
		a.unknown(n.at, what, n.name, "topology "+a.t.Name, ours)
	}
	return false
}

// knowsSocket reports a socket that the node does not have, or a capture that the device has not.
func (a applier) knowsSocket(n configNode, s configSocket) bool {
	if _, known := a.t.Sockets[n.name+"."+s.name]; known {
		return true
	}
	if n.device {
		a.problems.Add(s.at, "the topology gives device %q no %s", n.name, s.name)
		return false
	}
	var names []string
	for _, name := range sortedKeys(a.t.Sockets) {
		if socket, of := strings.CutPrefix(name, n.name+"."); of {
			names = append(names, socket)
		}
	}
	a.unknown(s.at, "socket", s.name, "node "+n.name, names)
	return false
}

// unknown reports a name that nothing has, with the one that was likely meant.
func (a applier) unknown(at config.Place, what, name, of string, known []string) {
	if a.problems.Full() {
		a.problems.More++
		return
	}
	const most = 12
	hint := "there is none"
	if near := config.Nearest(name, known); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	} else if len(known) > most {
		hint = fmt.Sprintf("declared: %s and %d more", strings.Join(known[:most], ", "), len(known)-most)
	} else if len(known) > 0 {
		hint = "declared: " + strings.Join(known, ", ")
	}
	a.problems.Add(at, "%s has no %s %q: %s", of, what, config.Clip(name), hint)
}

// socket gives a socket what the file says of it, of its node and of all.
func (a applier) socket(name string, node configNode, given configSocket) {
	spec := a.t.Sockets[name]
	if node.host != "" {
		spec.Host = node.host
	}
	a.endpoints(name, &spec, given)
	o := overridden{applier: a, name: name, spec: &spec, own: make(map[string]config.Place)}
	_, o.device = a.t.Devices[strings.SplitN(name, ".", 2)[0]]
	for i := range options {
		o.apply(&options[i], given.overrides, node.defaults, a.defaults)
	}
	o.apply(&bufferOption, given.overrides, node.defaults, a.defaults)
	o.checkTimes()
	o.checkImmediate(given)
	a.t.Sockets[name] = spec
}

// endpoints gives a socket its endpoints.
func (a applier) endpoints(name string, spec *SocketSpec, given configSocket) {
	bind, binds := given.endpoints[toBind]
	connect, connects := given.endpoints[toConnect]
	advertise, advertises := given.endpoints[toAdvertise]
	if binds {
		spec.Bind = bind.list
	}
	if connects {
		spec.Connect = connect.list
		for i, e := range connect.list {
			a.reference(e, connect.ats[i])
		}
	}
	if advertises {
		spec.Advertise = advertise.list
	}
	at := bind.at
	if connects && !binds {
		at = connect.at
	}
	switch {
	case !binds && !connects && !advertises:
	case binds && !advertises && len(spec.Advertise) > 0:
		a.problems.Add(bind.at, "others would still connect to what the topology advertises of %s, %s: give advertise too, or advertise: [] for what it binds", name, spec.Advertise[0])
	case len(spec.Bind)+len(spec.Connect) == 0:
		a.problems.Add(at, "%s neither binds nor connects", name)
	case spec.Security != "" && len(remote(spec.Bind)) > 0 && len(remote(spec.Connect)) > 0:
		a.problems.Add(at, "%s would bind and connect, and so be server and client of security %s: it is one of them", name, spec.Security)
	}
}

// reference reports a node.socket to connect to that there is not.
func (a applier) reference(target string, at config.Place) {
	if strings.Contains(target, "://") {
		return
	}
	owner, name := a.t.owner(target)
	if _, known := owner.Sockets[name]; known {
		if device, side, _ := strings.Cut(name, "."); side == "capture" && owner.Devices[device].Capture {
			a.problems.Add(at, "%s is a capture, of which no socket of a node can read", target)
		}
		return
	}
	prefix := ""
	if owner != a.t {
		prefix = owner.Name + "."
	}
	var known []string
	for _, name := range sortedKeys(owner.Sockets) {
		known = append(known, prefix+name)
	}
	a.unknown(at, "socket", target, "topology "+owner.Name, known)
}

// overridden is a socket that is given its options.
type overridden struct {
	applier
	name   string
	spec   *SocketSpec
	device bool
	own    map[string]config.Place // of options that the file has for this socket alone
}

// apply applies one option, as the file has it for the socket itself, or else by defaults, those of its node first.
func (o *overridden) apply(option *configOption, own []override, defaults ...[]override) {
	of := func(list []override) int {
		return slices.IndexFunc(list, func(v override) bool { return v.option == option })
	}
	if i := of(own); i >= 0 {
		if why := o.misfit(option); why != "" {
			o.problems.Add(own[i].at, "%s", why)
			return
		}
		o.own[option.name] = own[i].at
		o.try(own[i])
		return
	}
	for _, list := range defaults {
		if i := of(list); i >= 0 {
			if o.misfit(option) == "" && o.fitsDefault(list[i]) {
				list[i].set(o.spec)
			}
			return
		}
	}
}

// try sets an option, and reports a buffer that keeps nothing where something is to be kept.
func (o *overridden) try(v override) {
	v.set(o.spec)
	if v.option == &bufferOption && !o.keeps() {
		o.problems.Add(v.at, "a buffer of 0 keeps nothing to drop: 1 or more, since %s drops what is oldest", o.name)
	}
}

// keeps reports whether the buffer has room for what its overflow policy needs.
func (o *overridden) keeps() bool {
	return *o.spec.Buffer > 0 || o.spec.Overflow != DropOldest && o.spec.Overflow != Latest
}

// misfit says why the socket has no such option; "" if it has.
func (o *overridden) misfit(option *configOption) string {
	typ := o.spec.Type.one()
	switch {
	case !o.spec.Type.does(option.of):
		does := map[direction]string{sending: "send", receiving: "receive"}[option.of]
		return fmt.Sprintf("%s socket does not %s and has no %s", typ, does, option.name)
	case option.name == "handover" && o.spec.Type != Router:
		return typ + " socket has no handover: only router has: its peers have routing ids"
	case o.spec.Conflate && (option.name == "send_hwm" || option.name == "recv_hwm"):
		return fmt.Sprintf("with conflate queues hold one message, and %s says nothing: leave it out", option.name)
	case o.device && option == &bufferOption:
		return "a device has no Go channels"
	}
	return ""
}

// one is the type with its article, as topologies have it: a pub, an xpub.
func (t SocketType) one() string {
	name := strings.ToLower(t.String())
	if strings.HasPrefix(name, "x") {
		return "an " + name
	}
	return "a " + name
}

// fitsDefault reports whether what defaults say has a meaning beside what the socket has.
func (o *overridden) fitsDefault(v override) bool {
	would := *o.spec
	v.set(&would)
	switch v.option.name {
	case "heartbeat_timeout", "heartbeat_ttl":
		return would.beats()
	case "reconnect", "reconnect_max":
		return would.waits()
	case "immediate":
		return !would.cutByPeers()
	case "buffer":
		return (&overridden{spec: &would}).keeps()
	}
	return true
}

// beats reports whether peers are probed.
func (s *SocketSpec) beats() bool { return s.Heartbeat != nil && *s.Heartbeat > 0 }

// waits reports whether the longest wait before connecting again is not shorter than the first.
func (s *SocketSpec) waits() bool {
	return s.ReconnectMax == nil || *s.ReconnectMax == 0 || *s.ReconnectMax >= s.firstWait()
}

func (s *SocketSpec) firstWait() time.Duration {
	if s.Reconnect == nil {
		return defaultReconnect
	}
	return *s.Reconnect
}

// checkTimes reports times that the file gives the socket and that say nothing beside the others that it has.
func (o *overridden) checkTimes() {
	for _, key := range []string{"heartbeat_timeout", "heartbeat_ttl"} {
		if at, own := o.own[key]; own && !o.spec.beats() {
			o.problems.Add(at, "%s has no effect without heartbeat: nobody is probed: give heartbeat too, such as heartbeat: 5s", key)
		}
	}
	most, ownMost := o.own["reconnect_max"]
	first, ownFirst := o.own["reconnect"]
	if (ownMost || ownFirst) && !o.spec.waits() {
		at := most
		if !ownMost {
			at = first
		}
		o.problems.Add(at, "reconnect_max %s of %s is less than reconnect, %s, and has no effect: more than reconnect, or leave it out", *o.spec.ReconnectMax, o.name, o.spec.firstWait())
	}
}

// checkImmediate reports a socket that the file has wait for connections that libzmq takes from it in the middle of a message, or connect
// though it waits for such.
func (o *overridden) checkImmediate(given configSocket) {
	at, own := o.own["immediate"]
	if connect, connects := given.endpoints[toConnect]; !own && connects {
		at, own = connect.at, true
	}
	if own && o.spec.cutByPeers() {
		o.problems.Add(at, "%s: leave it out, or say false: push, pub and xpub may have it", o.spec.Type.noImmediate())
	}
}

// credentialKeys are the keys of servers and clients that a mechanism has.
var credentialKeys = map[Mechanism]map[string][]string{
	Curve: {"server": {"public_key", "secret_key", "allow"}, "client": {"public_key", "secret_key"}},
	Plain: {"server": {"allow"}, "client": {"username", "password"}},
	Null:  {"server": {"allow"}, "client": nil},
}

// security says anew where a security finds its keys.
func (a applier) security(s configSecurity) {
	spec, known := a.t.Security[s.name]
	if !known {
		a.unknown(s.at, "security", s.name, "topology "+a.t.Name, sortedKeys(a.t.Security))
		return
	}
	mechanism := strings.ToLower(spec.Mechanism.String())
	for _, c := range s.keys {
		has := credentialKeys[spec.Mechanism][c.side]
		switch {
		case !slices.Contains(has, c.key):
			a.problems.Add(c.at, "mechanism %s has no %s: with %s a %s has %s", mechanism, c.key, mechanism, c.side, cmp.Or(strings.Join(has, ", "), "nothing"))
		case c.any && spec.Mechanism != Curve:
			a.problems.Add(c.at, "with mechanism %s, any would let in everyone: name a list: {env: NAME} or {file: PATH}", mechanism)
		case c.side == "server":
			spec.Server.take(c)
		default:
			spec.Client.take(c)
		}
	}
	a.t.Security[s.name] = spec
}

// take sets where one thing is found.
func (c *Credentials) take(from configCredential) {
	switch from.key {
	case "public_key":
		c.PublicKey = from.source
	case "secret_key":
		c.SecretKey = from.source
	case "username":
		c.Username = from.source
	case "password":
		c.Password = from.source
	case "allow":
		c.Allow, c.AllowAny = from.source, from.any
	}
}

// strangeEndpoints returns an error for each name of WithEndpoint that is nearly one of the sockets of the last of opened, and of none
// of them.
func strangeEndpoints(overrides map[string][]string, opened []*Topology) (strange []error) {
	t := opened[len(opened)-1]
	for _, name := range sortedKeys(overrides) {
		if slices.ContainsFunc(opened, func(t *Topology) bool {
			owner, socket := t.owner(name)
			_, known := owner.Sockets[socket]
			return known
		}) {
			continue
		}
		var names []string
		for _, known := range sortedKeys(t.Sockets) {
			names = append(names, known, t.Name+"."+known)
		}
		if near := config.Nearest(name, names); near != "" {
			strange = append(strange, fmt.Errorf("WithEndpoint(%q, …) names no socket of topology %s: did you mean %q?", config.Clip(name), t.Name, near))
		}
	}
	return strange
}
