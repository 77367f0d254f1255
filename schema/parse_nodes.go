package schema

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// This file turns nodes and their sockets into the model. What sockets connect to is found later.

const (
	maxBuffer = 1 << 20
	maxBatch  = 1024
)

func (p *parser) parseNode(at pair) {
	node := &Node{Topology: p.topology, Name: at.key.text()}
	p.checkName(at.key, lowerSnake, "a node")
	p.checkNotImport(node.Name, "a node")
	enter(p.nodes, "", node.Name.Value, lowerSnake, node)
	p.topology.Nodes = append(p.topology.Nodes, node)
	r, ok := p.record(at.value, &nodeKeys, called("node", node.Name), node.Name.Span)
	if !ok {
		p.broken[node] = true
		return
	}
	node.Doc, node.GoName = r.doc(), p.goName(r)
	node.Host = r.scalarText("host")
	p.checkHost(node.Host)
	t := r.scalarText("replicas")
	node.Replicas = t
	if t.IsSet() && !slices.Contains(r.words("replicas"), t.Value) {
		if strings.ContainsAny(t.Value, "0123456789") {
			n, _ := p.number(r, "replicas")
			node.Replicated = n > 1
		} else {
			p.report(badChoice, t.Span, "replicas %q is neither a number nor many", clip(t.Value)).help("replicas: many, or a number from 1")
		}
	} else {
		node.Replicated = t.IsSet()
	}
	p.defaults = p.topologyDefaults
	if d := p.parseDefaults(r); d != nil {
		p.defaults = append([]*defaults{d}, p.topologyDefaults...)
	}
	sockets := r.get("sockets")
	p.broken[node] = r.excused || sockets != nil && sockets.partial
	for _, pair := range r.entries("sockets") {
		p.parseSocket(node, pair)
	}
}

// checkNotImport reports a node or a device that has the name of an import.
func (p *parser) checkNotImport(name Text, what string) {
	if i := p.imports[name.Value]; i != nil {
		p.report(duplicateName, name.Span, "%q is the name of %s and of an import", clip(name.Value), what).
			help("what is connected to is named by both: give the import another name").related(i.alias.Span, "imported")
	}
}

var hostAndPort = regexp.MustCompile(`^([^:]+|\[.*\]):([0-9]+|\*)$`)

func (p *parser) checkHost(host Text) {
	if !host.IsSet() {
		return
	}
	h := host.Value
	if addr, err := netip.ParseAddr(h); err == nil && addr.Is6() {
		p.report(badHost, host.Span, "the IPv6 address %q stands without brackets", h).help("write %q", "["+h+"]").
			fix(fmt.Sprintf("write %q", "["+h+"]"), Replace(host.Span, `"[`+h+`]"`))
		return
	}
	bare := h
	if _, rest, found := strings.Cut(bare, "://"); found {
		bare = rest
	}
	if m := hostAndPort.FindStringSubmatch(bare); m != nil {
		bare = m[1]
	}
	if bare != h && checkConnectHost(bare) == "" {
		part := "port"
		if strings.Contains(h, "://") {
			part = "scheme"
		}
		p.report(badHost, host.Span, "host %q: a host has no %s", clip(h), part).help("write %q", bare).
			fix(fmt.Sprintf("write %q", bare), Replace(host.Span, fmt.Sprintf("%q", bare)))
		return
	}
	if problem := checkConnectHost(h); problem != "" {
		p.report(badHost, host.Span, "host %q %s", clip(h), problem).help("a name, an IPv4 address, or an IPv6 address in brackets")
	}
}

func (p *parser) parseSocket(node *Node, at pair) {
	s := &Socket{Node: node, Name: at.key.text(), Buffer: -1}
	p.checkName(at.key, lowerSnake, "a socket")
	enter(p.sockets, node.Name.Value+".", s.Name.Value, lowerSnake, s)
	node.Sockets = append(node.Sockets, s)
	what := called("socket", s.Name)
	r, ok := p.record(at.value, &socketKeys, what, s.Name.Span)
	if !ok {
		p.broken[s] = true
		return
	}
	s.Doc, s.GoName, s.Places = r.doc(), p.goName(r), r.places()
	p.parseSocketType(s, r, what)
	p.parsePlaces(s, r, what)
	p.broken[s] = p.broken[s] || r.excused || s.Pattern == nil
	p.checkPairSide(s, r, what)
	p.parseSubscribe(s, r)
	s.External = p.choice(r, "external") == "true"
	if n, ok := p.number(r, "buffer"); ok {
		s.Buffer = int(n)
	}
	p.parseOverflow(s, r)
	p.parseBatch(s, r)
	p.parseRoutingID(s, r, what)
	p.parseOptions(s, r)
	s.Security = p.parseSecured(r)
	p.takeDefaults(s)
}

// parsePlaces reads where a socket, or a side of a device, binds and connects.
func (p *parser) parsePlaces(s *Socket, r record, what string) {
	s.Bind = p.parseEndpoints(s, r, "bind")
	s.Connect = p.parseEndpoints(s, r, "connect")
	s.Advertise = p.parseEndpoints(s, r, "advertise")
	if r.get("bind") == nil && r.get("connect") == nil && !r.excused {
		p.report(orphanSocket, s.Name.Span, "%s neither binds nor connects", what).
			help("such as bind: \"tcp://*:5556\", or connect: NODE.SOCKET")
	}
}

// parseSocketType reads the key that is a socket type: its value is the pattern.
func (p *parser) parseSocketType(s *Socket, r record, what string) {
	var key *node
	for _, t := range socketTypes {
		pair, there := r.values[string(t)]
		switch {
		case !there:
		case key != nil:
			p.report(socketType, pair.key.span, "%s is both %s and %s", what, s.Type, t).
				help("a socket has one type; declare a second socket").related(key.span, "the other type")
			s.Type = ""
			return
		default:
			key, s.Type = pair.key, t
		}
	}
	if key == nil {
		if !r.excused {
			p.report(socketType, s.Name.Span, "%s has no type", what).
				help("one of %s, with the name of the pattern", joined(socketTypes, ", "))
		}
		return
	}
	pattern := p.findPattern(r.get(string(s.Type)))
	if pattern == nil {
		return
	}
	s.Pattern = pattern
	if pattern.Kind != "" && counterparts(pattern.Kind, s.Type) == nil {
		p.report(patternSocketMismatch, key.span, "%s socket cannot speak pattern %q of kind %s", s.Type.one(), pattern.Name.Value, pattern.Kind).
			help("%s has %s", pattern.Kind, showSides(pattern.Kind)).relatedIn(p, pattern.Topology, pattern.Name.Span, "declared")
		s.Pattern = nil
	}
}

// findPattern returns the pattern of a name, of the file or of an import; nil if there is none, which is reported.
func (p *parser) findPattern(name *node) *Pattern {
	pattern := p.patterns[name.value]
	if i, rest := p.importOf(name.value); i != nil && i.from != nil && pattern == nil {
		pattern = i.from.patterns[rest]
	}
	switch {
	case pattern != nil:
	case strings.Contains(name.value, "."):
		p.reportUnknownMember(unknownPattern, name.value, name.span, "pattern", patternMembers, "patterns")
	case p.broken[section{p, "patterns"}]:
	default:
		d := p.report(unknownPattern, name.span, "unknown pattern %q", clip(name.value))
		p.suggestAny(d, name.value, "pattern", patternMembers(p), patternMembers)
	}
	return pattern
}

func (p *parser) parseSubscribe(s *Socket, r record) {
	if r.get("subscribe") == nil {
		if s.Type == Sub || s.Type == XSub {
			s.Subscribe = []Text{{}}
		}
		return
	}
	if s.Type != Sub && s.Type != XSub {
		if s.Type != "" {
			p.report(subscribeOnNonSub, r.keySpan("subscribe"), "%s socket does not subscribe", s.Type.one()).help("only sub and xsub do")
		}
		return
	}
	topics := s.Pattern == nil || p.broken[s.Pattern] || s.Pattern.HasTopic()
	for _, n := range p.texts(r, "subscribe") {
		if n.value != "" && !topics {
			p.report(subscribeNoTopic, n.span, "pattern %q has no topics to subscribe to", s.Pattern.Name.Value).
				help("leave subscribe out, or give the pattern's messages a topic").relatedIn(p, s.Pattern.Topology, s.Pattern.Name.Span, "declared")
			continue
		}
		s.Subscribe = append(s.Subscribe, n.text())
	}
}

func (p *parser) parseOverflow(s *Socket, r record) {
	t := r.scalarText("overflow")
	if !t.IsSet() {
		return
	}
	known := r.words("overflow")
	switch {
	case !slices.Contains(known, t.Value):
		d := p.report(badChoice, t.Span, "%q is no overflow policy", clip(t.Value))
		p.suggestChoice(d, t.Value, known)
		return
	case s.Type == "":
		return
	case !s.receivesMessages():
		p.report(optionType, r.keySpan("overflow"), "%s socket%s has no overflow", s.Type.one(), s.ofKind()).
			help("only sub, xsub and pull have, and dealer, router and pair of patterns whose sides both send")
		return
	case t.Value == string(Latest) && s.Type != Sub:
		p.report(optionType, t.Span, "%s socket cannot keep the latest message of each topic", s.Type.one()).help("only sub can")
		return
	case t.Value == string(Latest) && s.Pattern != nil && !p.broken[s.Pattern] && !s.Pattern.HasTopic() && !conflates(r):
		p.report(optionType, t.Span, "pattern %q has no topics to keep the latest message of", s.Pattern.Name.Value).
			help("options: {conflate: true} keeps the latest of all, where a message is one frame; or block, drop_newest or drop_oldest").
			relatedIn(p, s.Pattern.Topology, s.Pattern.Name.Span, "declared")
		return
	}
	s.Overflow = Overflow(t.Value)
	if s.Buffer == 0 && (s.Overflow == DropOldest || s.Overflow == Latest) {
		p.report(badNumber, r.get("buffer").span, "a buffer of 0 keeps nothing to drop").
			help("1 or more with overflow %s; drop_newest takes 0", s.Overflow).related(t.Span, "the overflow")
	}
}

// parseBatch reads how many messages a slice of the channel holds. It comes after the overflow, which
// a channel of slices has less of.
func (p *parser) parseBatch(s *Socket, r record) {
	t := r.scalarText("batch")
	if !t.IsSet() {
		return
	}
	if !slices.Contains([]SocketType{Pub, Sub, Push, Pull, ""}, s.Type) {
		p.report(optionType, r.keySpan("batch"), "%s socket has no batch", s.Type.one()).help("only pub, sub, push and pull have")
		return
	}
	if s.Overflow == Latest {
		p.report(misplacedKey, r.keySpan("batch"), "with overflow latest messages come one by one, and not in batches").
			help("leave batch out, or let overflow be block, drop_newest or drop_oldest").related(r.get("overflow").span, "the overflow")
		return
	}
	if n, ok := p.number(r, "batch"); ok {
		s.Batch = int(n)
	}
}
