//go:build cgo

package runtime

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/runtime/internal/config"
)

// This file turns the tree of a file of overrides into what the file says, as far as that can be understood without the topology
// that it is for. What is wrong is a problem of the file.

// configFile is what one file says.
type configFile struct {
	name     string // as its user named it
	problems config.Problems

	topology   string
	at         config.Place // of that name
	defaults   []override
	nodes      []configNode // and devices
	securities []configSecurity
}

// configNode is what a file says of a node or of a device.
type configNode struct {
	name     string
	at       config.Place
	device   bool
	host     string // "" if the file is silent
	defaults []override
	sockets  []configSocket // or the sides of the device
}

// configSocket is what a file says of a socket.
type configSocket struct {
	name      string
	at        config.Place
	overrides []override
	endpoints map[string]configEndpoints // by bind, connect and advertise, of those that are there
}

// configEndpoints are those of one key.
type configEndpoints struct {
	at   config.Place // of the key
	list []string
	ats  []config.Place // of each
}

// override is an option or the buffer, of a socket or of defaults.
type override struct {
	option *configOption
	at     config.Place // of its value
	set    func(*SocketSpec)
}

// configSecurity is what a file says of a security.
type configSecurity struct {
	name string
	at   config.Place
	keys []configCredential
}

// configCredential says where one side of a security finds something.
type configCredential struct {
	side, key string
	at        config.Place
	source    KeySource
	any       bool // instead of a source: allow: any
}

// configReader reads one file.
type configReader struct{ *configFile }

// entries returns the values of a mapping by key, and has each key that o does not have be a problem. Only if there is
// no more to say, because n is no mapping, ok is false.
func (r configReader) entries(n *config.Node, o *configObject, what string) (entries []config.Key, ok bool) {
	switch n.Kind {
	case config.Nothing:
		return nil, true
	case config.Mapping:
	case config.Refused:
		return nil, false
	default:
		r.problems.Add(n.At, "%s is %v; a mapping is expected: keys: %s", what, n.Kind, o.accepted())
		return nil, false
	}
	for _, k := range n.Keys {
		if !slices.Contains(o.keys, k.Name) {
			if !r.problems.Full() {
				r.problems.Add(k.At, "%v", o.unknown(k.Name, what))
			} else {
				r.problems.More++
			}
			continue
		}
		entries = append(entries, k)
	}
	return entries, true
}

// named returns the entries of a mapping whose keys are names.
func (r configReader) named(k config.Key) []config.Key {
	switch k.Value.Kind {
	case config.Mapping, config.Nothing, config.Refused:
		return k.Value.Keys
	}
	r.problems.Add(k.Value.At, "%s is %v; a mapping is expected, by name", k.Name, k.Value.Kind)
	return nil
}

// text returns the text of a key.
func (r configReader) text(k config.Key) (string, bool) {
	switch {
	case k.Value.Kind == config.Scalar && k.Value.Text != "":
		return k.Value.Text, true
	case k.Value.Kind == config.Scalar:
		r.problems.Add(k.Value.At, "%s is empty", k.Name)
	case k.Value.Kind != config.Refused:
		r.problems.Add(k.Value.At, "%s is %v; text is expected", k.Name, k.Value.Kind)
	}
	return "", false
}

// root reads the whole file.
func (r configReader) root(n *config.Node) {
	if n.Kind == config.Nothing {
		r.problems.Add(config.Place{Line: 1, Column: 1}, "the file is empty: start with topology: NAME")
		return
	}
	entries, ok := r.entries(n, &rootObject, "the file")
	named := !ok
	for _, k := range entries {
		switch k.Name {
		case "topology":
			r.topology, _ = r.text(k)
			r.at, named = k.Value.At, true
		case "defaults":
			r.defaults = r.defaultsOf(k.Value, "defaults")
		case "nodes":
			for _, k := range r.named(k) {
				r.nodes = append(r.nodes, r.node(k))
			}
		case "devices":
			for _, k := range r.named(k) {
				r.nodes = append(r.nodes, r.device(k))
			}
		case "security":
			for _, k := range r.named(k) {
				r.securities = append(r.securities, r.security(k))
			}
		}
	}
	if !named {
		r.problems.Add(n.At, "the file does not say of which topology it is: topology: NAME")
	}
}

func (r configReader) defaultsOf(n *config.Node, what string) []override {
	var out []override
	entries, _ := r.entries(n, &defaultsObject, what)
	for _, k := range entries {
		if k.Name == "options" {
			out = append(out, r.options(k.Value)...)
		} else {
			out = append(out, r.override(k)...)
		}
	}
	return out
}

func (r configReader) options(n *config.Node) []override {
	var out []override
	entries, _ := r.entries(n, &optionsObject, "options")
	for _, k := range entries {
		out = append(out, r.override(k)...)
	}
	return out
}

// override reads one option, or buffer; none if it is wrong.
func (r configReader) override(k config.Key) []override {
	text, ok := r.text(k)
	if !ok {
		return nil
	}
	o := optionOf(k.Name)
	set, err := o.read(k.Name, text)
	if err != nil {
		r.problems.Add(k.Value.At, "%v", err)
		return nil
	}
	return []override{{o, k.Value.At, set}}
}

func (r configReader) node(at config.Key) configNode {
	node := configNode{name: at.Name, at: at.At}
	entries, _ := r.entries(at.Value, &nodeObject, quoted("node", at.Name))
	for _, k := range entries {
		switch k.Name {
		case "host":
			node.host = r.host(k)
		case "defaults":
			node.defaults = r.defaultsOf(k.Value, "defaults of "+quoted("node", at.Name))
		case "sockets":
			for _, k := range r.named(k) {
				node.sockets = append(node.sockets, r.socket(k, &socketObject, quoted("socket", k.Name)))
			}
		}
	}
	return node
}

func (r configReader) device(at config.Key) configNode {
	device := configNode{name: at.Name, at: at.At, device: true}
	entries, _ := r.entries(at.Value, &deviceObject, quoted("device", at.Name))
	for _, k := range entries {
		if k.Name == "host" {
			device.host = r.host(k)
		} else {
			device.sockets = append(device.sockets, r.socket(k, &sideObject, k.Name+" of "+quoted("device", at.Name)))
		}
	}
	return device
}

func quoted(what, name string) string { return what + " \"" + config.Clip(name) + "\"" }

var hostAndPort = regexp.MustCompile(`^([^:]+|\[.*\]):([0-9]+|\*)$`)

// host reads what others connect to where a bind says *.
func (r configReader) host(k config.Key) string {
	host, ok := r.text(k)
	if !ok {
		return ""
	}
	bare := host
	if _, rest, found := strings.Cut(bare, "://"); found {
		bare = rest
	}
	if m := hostAndPort.FindStringSubmatch(bare); m != nil {
		bare = m[1]
	}
	switch addr, err := netip.ParseAddr(host); {
	case err == nil && addr.Is6():
		r.problems.Add(k.Value.At, "the IPv6 address %q stands without brackets: write %q", host, "["+host+"]")
	case strings.Contains(host, "://"):
		r.problems.Add(k.Value.At, "host %q: a host has no scheme: write %q", config.Clip(host), config.Clip(bare))
	case bare != host:
		r.problems.Add(k.Value.At, "host %q: a host has no port: write %q", config.Clip(host), config.Clip(bare))
	default:
		if problem := checkConnectHost(host); problem != "" {
			r.problems.Add(k.Value.At, "host %q %s: a name, an IPv4 address, or an IPv6 address in brackets", config.Clip(host), problem)
		}
	}
	return host
}

func (r configReader) socket(at config.Key, o *configObject, what string) configSocket {
	s := configSocket{name: at.Name, at: at.At, endpoints: make(map[string]configEndpoints)}
	entries, _ := r.entries(at.Value, o, what)
	for _, k := range entries {
		switch k.Name {
		case toBind, toConnect, toAdvertise:
			s.endpoints[k.Name] = r.endpoints(k)
		case "options":
			s.overrides = append(s.overrides, r.options(k.Value)...)
		default:
			s.overrides = append(s.overrides, r.override(k)...)
		}
	}
	return s
}

// endpoints reads one endpoint or a list of them. An empty list is none: it takes away those that the topology has.
func (r configReader) endpoints(k config.Key) configEndpoints {
	out := configEndpoints{at: k.At}
	items := []*config.Node{k.Value}
	if k.Value.Kind == config.List {
		items = k.Value.Items
	}
	seen := make(map[string]bool)
	for _, n := range items {
		text, ok := r.text(config.Key{Name: k.Name, Value: n})
		if !ok {
			continue
		}
		if seen[text] && !hasWildcardPort(text) {
			r.problems.Add(n.At, "%q stands twice in %s", config.Clip(text), k.Name)
			continue
		}
		seen[text] = true
		if err := checkEndpoint(k.Name, text); err != nil {
			r.problems.Add(n.At, "%v", err)
			continue
		}
		out.list, out.ats = append(out.list, text), append(out.ats, n.At)
	}
	return out
}

// security reads where the two sides of a security find what they need.
func (r configReader) security(at config.Key) configSecurity {
	s := configSecurity{name: at.Name, at: at.At}
	sides, _ := r.entries(at.Value, &securityObject, quoted("security", at.Name))
	for _, side := range sides {
		o := &serverObject
		if side.Name == "client" {
			o = &clientObject
		}
		keys, _ := r.entries(side.Value, o, side.Name+" of "+quoted("security", at.Name))
		for _, k := range keys {
			c := configCredential{side: side.Name, key: k.Name, at: k.At}
			if k.Name == "allow" && k.Value.Kind == config.Scalar && k.Value.Text == "any" {
				c.any = true
			} else if c.source = r.source(k); !c.source.isSet() {
				continue
			}
			s.keys = append(s.keys, c)
		}
	}
	return s
}

var envPattern = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// source reads where something is found. What stands where a reference to it should is not repeated: it may be the secret.
func (r configReader) source(k config.Key) (source KeySource) {
	const accepted = "{env: NAME} or {file: PATH}"
	switch {
	case k.Value.Kind == config.Refused:
		return source
	case k.Value.Kind == config.Scalar && k.Name == "allow":
		r.problems.Add(k.Value.At, "that is no value of allow: any, or where the list is: %s", accepted)
		return source
	case k.Value.Kind == config.Scalar:
		r.problems.Add(k.Value.At, "%s stands in the file, where whoever reads the file finds it: say where it is: %s", k.Name, accepted)
		return source
	case k.Value.Kind != config.Mapping:
		r.problems.Add(k.Value.At, "%s is %v: %s", k.Name, k.Value.Kind, accepted)
		return source
	}
	before := len(r.problems.List) + r.problems.More
	for _, k := range k.Value.Keys {
		if !slices.Contains(sourceObject.keys, k.Name) {
			r.problems.Add(k.At, "unknown key: %s", accepted)
			continue
		}
		text, ok := r.text(k)
		switch {
		case !ok:
		case k.Name == "env" && !envPattern.MatchString(text):
			r.problems.Add(k.Value.At, "what env says is no name of an environment variable: letters, digits and _, without a $, such as FEED_SECRET")
		case k.Name == "env":
			source.Env = text
		case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }):
			r.problems.Add(k.Value.At, "what file says is no path: such as keys/feed.key")
		default:
			source.File = text
		}
	}
	switch {
	case len(r.problems.List)+r.problems.More > before:
		return KeySource{}
	case source.Env != "" && source.File != "":
		r.problems.Add(k.At, "%s is in a variable and in a file: %s", k.Name, accepted)
		return KeySource{}
	case !source.isSet():
		r.problems.Add(k.At, "%s is nowhere: %s", k.Name, accepted)
	}
	return source
}
