package schema

import "slices"

// This file reads the keys of a socket that some types have only: what a ROUTER knows it by, what its queues keep, and
// which side of a pair it is.

const maxRoutingID = 255 // bytes, as ZeroMQ takes them

// receivesMessages reports whether a Go channel brings the messages that the socket receives. That of an unknown
// pattern may.
func (s *Socket) receivesMessages() bool {
	switch s.Type {
	case Sub, XSub, Pull, PairSocket:
		return true
	case Dealer, Router:
		return s.Pattern == nil || s.Pattern.Kind != ReqRep
	}
	return false
}

// ofKind says of which kind of pattern a socket is, where its type is not enough to know.
func (s *Socket) ofKind() string {
	if s.Pattern == nil || s.Type != Dealer && s.Type != Router {
		return ""
	}
	return " of kind " + string(s.Pattern.Kind)
}

// checkPairSide reports a socket that is both sides of a pair pattern.
func (p *parser) checkPairSide(s *Socket, r record, what string) {
	if s.Pattern == nil || s.Pattern.Kind != Pair || r.get("bind") == nil || r.get("connect") == nil {
		return
	}
	p.report(pairSide, r.keySpan("connect"), "%s both binds and connects, and so would be both sides of pattern %q", what, s.Pattern.Name.Value).
		help("one side of a pair binds and the other connects; declare a second socket").related(r.keySpan("bind"), "binds")
	p.broken[s] = true
}

// parseRoutingID reads what a ROUTER knows the socket by.
func (p *parser) parseRoutingID(s *Socket, r record, what string) {
	t := r.scalarText("routing_id")
	switch id := t.Value; {
	case !t.IsSet() || s.Type == "":
		return
	case s.Type != Dealer && s.Type != Req:
		p.report(routingIDIgnored, r.keySpan("routing_id"), "%s socket has no routing_id", s.Type.one()).
			help("dealer and req have: a router knows them by it")
		return
	case id == "":
		p.report(routingIDForm, t.Span, "the routing_id of %s is empty", what).help("left out, the router chooses one")
		return
	case len(id) > maxRoutingID:
		p.report(routingIDForm, t.Span, "the routing_id of %s has %d bytes; at most %d are allowed", what, len(id), maxRoutingID)
		return
	case id[0] == 0:
		p.report(routingIDForm, t.Span, "the routing_id of %s starts with a zero byte, as those do that routers choose", what)
		return
	case s.Node.Replicated:
		p.report(routingIDDup, t.Span, "node %q is replicated, and two peers of one router differ in their routing ids", clip(s.Node.Name.Value)).
			help("give each its own at run time: the option RoutingID")
		return
	}
	s.RoutingID = t
}

// conflating are the socket types whose queues ZeroMQ conflates.
var conflating = []SocketType{Pub, Sub, Push, Pull, Dealer}

// conflates reports whether the options of a socket say conflate, which has findings of its own about the other keys.
func conflates(r record) bool {
	n := r.get("options")
	if n == nil {
		return false
	}
	for _, pair := range n.pairs {
		if pair.key.value == "conflate" && pair.value.value == "true" {
			return true
		}
	}
	return false
}

// parseConflate reads whether queues keep the last message only. ZeroMQ counts frames there, and no messages.
func (p *parser) parseConflate(s *Socket, r, o record) {
	if p.choice(o, "conflate") != "true" || s.Type == "" {
		return
	}
	key := o.keySpan("conflate")
	switch {
	case s.Node.Device != nil:
		p.report(conflateType, key, "a side of a device has no conflate: it passes on messages of any number of frames").
			help("sockets of nodes have: pub, sub, push and pull, and dealers of patterns whose sides both send")
		return
	case !slices.Contains(conflating, s.Type), s.Pattern != nil && s.Pattern.Kind == ReqRep:
		p.report(conflateType, key, "%s socket%s has no conflate", s.Type.one(), s.ofKind()).
			help("pub, sub, push and pull have, and dealers of patterns whose sides both send")
		return
	case s.Pattern == nil || p.broken[s.Pattern] || p.anyBroken(s.Pattern):
		return
	}
	for _, f := range s.Pattern.Flows() {
		if why := s.Pattern.severalFrames(f); why != "" {
			d := p.report(conflateMultipart, key, "conflate keeps the last frame, and not the last message: messages of pattern %q %s", clip(s.Pattern.Name.Value), why)
			d.help("conflate one message that is one frame: without a name, a topic or metadata").relatedIn(p, s.Pattern.Topology, s.Pattern.Name.Span, "declared")
			return
		}
	}
	s.Options.Conflate = true
	for _, hwm := range []string{"send_hwm", "recv_hwm"} {
		if o.get(hwm) != nil {
			d := p.report(conflateHWM, o.keySpan(hwm), "with conflate queues hold one message, and %s says nothing", hwm).
				help("leave it out").related(key, "conflate")
			if name, value := o.keySpan(hwm), o.get(hwm); value.textCol > 0 && value.span.Line == name.Line {
				p.drop(d, "leave it out", Span{name.Line, name.Col, value.span.EndCol})
			}
		}
	}
	for _, other := range []string{"overflow", "batch"} {
		if r.get(other) != nil && s.receivesMessages() {
			p.report(misplacedKey, r.keySpan(other), "with conflate %s socket brings the newest message, one at a time, and has no %s", s.Type.one(), other).
				help("leave it out").related(key, "conflate")
		}
	}
}

// severalFrames says why messages may be several frames; "" if each is one.
func (p *Pattern) severalFrames(f *Flow) string {
	switch {
	case f.HasTopic():
		return "have topics"
	case f.Union && p.Tag == TagName:
		return "have names on the wire"
	case p.Metadata:
		return "carry metadata"
	case p.Encoding != EncodingFrames:
		return ""
	}
	for _, m := range f.Messages {
		if fields := p.BodyFields(m.Message); len(fields) != 1 || fields[0].IsRest() {
			return "have a frame for each field"
		}
	}
	return ""
}

// parseHandover reads whether a peer takes over the routing id of another one.
func (p *parser) parseHandover(s *Socket, o record) {
	if p.choice(o, "handover") != "true" || s.Type == "" {
		return
	}
	if s.Type != Router {
		p.report(optionType, o.keySpan("handover"), "%s socket has no handover", s.Type.one()).help("only router has: its peers have routing ids")
		return
	}
	s.Options.Handover = true
}
