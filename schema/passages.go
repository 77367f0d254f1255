package schema

import "slices"

// This file says who sends a message and who receives it, which the patterns and the sockets of a topology know together.

// Part is what a message is in its pattern.
type Part string

// The parts.
const (
	PartMessage Part = "message"
	PartRequest Part = "request"
	PartReply   Part = "reply"
	PartError   Part = "error"
)

// Passage is one way that a message travels: in which pattern, from which sockets to which.
type Passage struct {
	Message   *Message
	Pattern   *Pattern
	Flow      *Flow           // nil in a req-rep pattern
	Carried   *PatternMessage // likewise
	Method    *Method         // nil in any other
	Part      Part
	Senders   []*Socket // in the order of the files, those of imports last
	Receivers []*Socket // likewise; without those whose subscriptions match no topic of the message
}

// Passages returns all ways that messages travel in the patterns of the topology, and in those of its imports that its
// own sockets speak or its devices pass on: in the order of the file. Devices neither send nor receive messages: those on both of
// their sides do, who speak the same pattern.
func (t *Topology) Passages() []*Passage {
	sockets := map[*Pattern][]*Socket{}
	patterns := slices.Clone(t.Patterns)
	for s := range t.AllSockets() {
		if s.Pattern != nil && s.Pattern.Topology != t && !slices.Contains(patterns, s.Pattern) {
			patterns = append(patterns, s.Pattern)
		}
	}
	for _, in := range t.All() {
		for _, n := range in.Nodes {
			for _, s := range n.Sockets {
				sockets[s.Pattern] = append(sockets[s.Pattern], s)
			}
		}
	}
	var all []*Passage
	for _, p := range patterns {
		all = append(all, p.passages(sockets[p])...)
	}
	return all
}

// passages returns the ways that messages travel in the pattern, among sockets that speak it.
func (p *Pattern) passages(sockets []*Socket) []*Passage {
	if p.Kind == ReqRep {
		return p.callPassages(sockets)
	}
	var all []*Passage
	for _, f := range p.Flows() {
		var senders, receivers []*Socket // of all messages that nobody leaves out
		choosy := false
		for _, s := range sockets {
			sends, receives := s.Flows()
			if sends == f {
				senders = append(senders, s)
			}
			if receives == f {
				receivers = append(receivers, s)
				choosy = choosy || len(s.Subscribe) > 1 || len(s.Subscribe) == 1 && s.Subscribe[0].Value != ""
			}
		}
		senders, receivers = slices.Clip(senders), slices.Clip(receivers)
		for _, m := range f.Messages {
			way := &Passage{Message: m.Message, Pattern: p, Flow: f, Carried: m, Part: PartMessage, Senders: senders, Receivers: receivers}
			if choosy && m.Topic != nil {
				way.Receivers = nil
				for _, s := range receivers {
					if s.hears(m) {
						way.Receivers = append(way.Receivers, s)
					}
				}
			}
			all = append(all, way)
		}
	}
	return all
}

// hears reports whether the socket may subscribe to a message. What it subscribes to later is not in the file, so that one
// without any subscription yet hears all.
func (s *Socket) hears(m *PatternMessage) bool {
	if m.Topic == nil || s.Type != Sub && s.Type != XSub || len(s.Subscribe) == 0 {
		return true
	}
	return slices.ContainsFunc(s.Subscribe, func(prefix Text) bool { return m.Topic.CanStartWith(prefix.Value) })
}

// callPassages is passages of a req-rep pattern.
func (p *Pattern) callPassages(sockets []*Socket) []*Passage {
	var clients, servers []*Socket
	for _, s := range sockets {
		if s.Type == Req || s.Type == Dealer {
			clients = append(clients, s)
		} else {
			servers = append(servers, s)
		}
	}
	var all []*Passage
	for _, m := range p.Methods {
		add := func(message *Message, part Part, from, to []*Socket) {
			if message != nil {
				all = append(all, &Passage{Message: message, Pattern: p, Method: m, Part: part, Senders: from, Receivers: to})
			}
		}
		add(m.Request, PartRequest, clients, servers)
		add(m.Reply, PartReply, servers, clients)
		for _, e := range m.Errors {
			add(e, PartError, servers, clients)
		}
	}
	return all
}

// Contents are the messages and enums that a message is made of.
type Contents struct {
	Messages map[*Message]bool // the message itself among them
	Enums    map[*Enum]bool
}

// Contents returns the messages and enums that values of the message may hold, at any depth.
func (m *Message) Contents() Contents {
	c := Contents{map[*Message]bool{m: true}, map[*Enum]bool{}}
	for left := []*Message{m}; len(left) > 0; {
		next := left[len(left)-1]
		left = left[:len(left)-1]
		next.EachField(func(f *Field) {
			t := f.Type
			if t.Elem != nil {
				t = *t.Elem
			}
			if t.Enum != nil {
				c.Enums[t.Enum] = true
			}
			if t.Message != nil && !c.Messages[t.Message] {
				c.Messages[t.Message] = true
				left = append(left, t.Message)
			}
		})
	}
	return c
}

// EachField calls f for each field of the message that has a number: with the alternatives of its oneofs, and without these.
func (m *Message) EachField(f func(*Field)) {
	for _, field := range m.Fields {
		if field.OneOf == nil {
			f(field)
		}
		for _, alternative := range field.OneOf {
			f(alternative)
		}
	}
}
