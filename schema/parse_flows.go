package schema

// This file turns what each side of a two-way pattern sends into the model: one message, or a list of them.

// flowKeys are the keys of the kinds of pattern whose two sides both send.
var flowKeys = map[PatternKind][2]string{
	DealerRouter: {"dealer_sends", "router_sends"},
	Pair:         {"bind_sends", "connect_sends"},
}

// Key is the key of the pattern that the flow stands under; "" if it stands under message or messages.
func (f *Flow) Key() string {
	if f.Sender == "" {
		return ""
	}
	return f.Sender + flowSuffix
}

const flowSuffix = "_sends"

// Flows are what the sides of the pattern send. A req-rep pattern has none, but methods.
func (p *Pattern) Flows() []*Flow {
	switch {
	case p.BothWays != nil:
		return p.BothWays
	case p.Kind == ReqRep:
		return nil
	}
	return []*Flow{&p.Flow}
}

// Flows returns what the socket sends and what it receives: nil for nothing, and of a req-rep pattern.
func (s *Socket) Flows() (sends, receives *Flow) {
	switch both := s.Pattern.BothWays; {
	case s.Pattern.Kind == ReqRep:
		return nil, nil
	case both == nil && s.Type.sends():
		return &s.Pattern.Flow, nil
	case both == nil:
		return nil, &s.Pattern.Flow
	case s.Pattern.Kind == DealerRouter && s.Type == Dealer, s.Pattern.Kind == Pair && len(s.Bind) > 0:
		return both[0], both[1]
	default:
		return both[1], both[0]
	}
}

// parseFlows reads what the two sides of a pattern send.
func (p *parser) parseFlows(pattern *Pattern, r record, what string) {
	pattern.Tag = TagName
	union := false
	for _, key := range flowKeys[pattern.Kind] {
		union = union || r.get(key) != nil && r.get(key).kind == sequenceNode
	}
	if tag := r.scalarText("tag"); tag.IsSet() {
		p.parseTag(pattern, tag, r.keySpan("tag"), union)
	}
	if r.get("reserved") != nil && (!union || pattern.Tag != TagName) {
		p.reportNothingReserved(r, what, "a list")
	}
	for _, key := range flowKeys[pattern.Kind] {
		flow := &Flow{Sender: key[:len(key)-len(flowSuffix)]}
		pattern.BothWays = append(pattern.BothWays, flow)
		switch n := r.get(key); {
		case n == nil && !r.excused:
			p.report(noMessages, pattern.Name.Span, "%s does not say what %s", what, senders[flow.Sender]).
				help("such as %s: NAME, or %s: [NAME, NAME], with the name on the wire", key, key)
		case n != nil && n.kind == sequenceNode:
			p.parseFlowList(pattern, flow, n, what)
		case n != nil:
			if m := p.message(n); m != nil {
				flow.Messages = []*PatternMessage{{Message: m, Span: n.span}}
			}
		}
	}
}

// senders are the sides of two-way patterns in words, with what they do.
var senders = map[string]string{
	"dealer": "the dealer sends", "router": "the router sends",
	"bind": "the side that binds sends", "connect": "the side that connects sends",
}

func (p *parser) parseFlowList(pattern *Pattern, flow *Flow, n *node, what string) {
	flow.Union = true
	if len(n.items) == 0 && !n.partial {
		p.report(noMessages, n.span, "%s names no message that %s", what, senders[flow.Sender]).help("name at least one")
	}
	first := map[string]Span{}
	names := newWireNames(pattern.Reserved)
	for _, item := range p.textsOf(n, flow.Key()) {
		if other, twice := first[item.value]; twice {
			p.report(duplicateMessage, item.span, "message %q is named twice", clip(item.value)).related(other, "first")
			continue
		}
		first[item.value] = item.span
		m := p.message(item)
		if m == nil {
			continue
		}
		flow.Messages = append(flow.Messages, &PatternMessage{Message: m, Span: item.span})
		if pattern.Tag == TagName {
			p.addWireName(names, p.wireNamedMessage("message", m, item.span))
		}
	}
}

// reportNothingReserved reports reserved names where none travel; with is what has names.
func (p *parser) reportNothingReserved(r record, what, with string) {
	p.report(misplacedKey, r.keySpan("reserved"), "%s has no names on the wire that could be reserved", what).
		help("names are there with %s, and without another tag", with)
}

// parseMetadata reads whether the messages of a pattern carry metadata.
func (p *parser) parseMetadata(pattern *Pattern, r record) {
	pattern.Metadata = p.choice(r, "metadata") == "true"
	if pattern.Metadata && pattern.Encoding == EncodingFrames {
		p.report(misplacedKey, r.keySpan("metadata"), "with encoding: frames no metadata follows the body, whose frames are the message's own").
			help("leave metadata out, or use encoding: proto or json")
		pattern.Metadata = false
	}
}
