package gen

import (
	"github.com/zmqgen/zmqgen/internal/jsonschema"
	"github.com/zmqgen/zmqgen/schema"
)

// This file writes the operations of an AsyncAPI document: what each socket of the topology sends and receives.

// operations returns one for each socket and direction; of a socket whose messages have several topics one for each of
// them, and of a client or a server one for each method.
func (x *asyncAPI) operations() object {
	sent, received := x.carried()
	all := object{}
	for _, n := range x.in.Nodes {
		for _, s := range n.Sockets {
			if s.Pattern.Kind == schema.ReqRep {
				all = append(all, x.calls(s)...)
				continue
			}
			suffixes := [2]string{}
			if len(sent[s]) > 0 && len(received[s]) > 0 {
				suffixes = [2]string{".send", ".receive"}
			}
			all = append(all, x.ways(s, "send", suffixes[0], sent[s])...)
			all = append(all, x.ways(s, "receive", suffixes[1], received[s])...)
		}
	}
	return all
}

// carried are the messages that sockets send and receive.
func (x *asyncAPI) carried() (sent, received map[*schema.Socket][]*schema.PatternMessage) {
	sent, received = map[*schema.Socket][]*schema.PatternMessage{}, map[*schema.Socket][]*schema.PatternMessage{}
	for _, way := range x.in.Passages() {
		for _, s := range way.Senders {
			sent[s] = append(sent[s], way.Carried)
		}
		for _, s := range way.Receivers {
			received[s] = append(received[s], way.Carried)
		}
	}
	return sent, received
}

// ways are the operations of one direction of a socket: one for each channel.
func (x *asyncAPI) ways(s *schema.Socket, action, suffix string, messages []*schema.PatternMessage) object {
	var channels []string
	of := map[string][]object{}
	for _, m := range messages {
		channel := x.channels[m]
		if of[channel] == nil {
			channels = append(channels, channel)
		}
		of[channel] = append(of[channel], ref("channels", channel, "messages", x.messageKey(m.Message)))
	}
	var all object
	for _, channel := range channels {
		name := s.FullName() + suffix
		if channel != x.patternName(s.Pattern) {
			name = s.Node.Name.Value + "." + s.Name.Value + suffix + channel[len(x.patternName(s.Pattern)):]
		}
		all = append(all, jsonschema.Member{Name: name, Value: x.operation(s, action, channel, of[channel], nil, s.Doc)})
	}
	return all
}

// operation is what a socket does with messages of a channel.
func (x *asyncAPI) operation(s *schema.Socket, action, channel string, messages []object, reply object, doc string) object {
	out := object{{Name: "action", Value: action}, {Name: "channel", Value: ref("channels", channel)}, {Name: "title", Value: s.FullName()}}
	out = withText(out, "description", doc)
	out = append(out, jsonschema.Member{Name: "messages", Value: messages})
	if reply != nil {
		out = append(out, jsonschema.Member{Name: "reply", Value: reply})
	}
	return append(out, jsonschema.Member{Name: "x-zeromq", Value: irSocketOf(s)})
}

// calls are the operations of a client or a server: one for each method.
func (x *asyncAPI) calls(s *schema.Socket) object {
	action := "receive"
	if s.Type == schema.Req || s.Type == schema.Dealer {
		action = "send"
	}
	channel := x.patternName(s.Pattern)
	var all object
	for _, m := range s.Pattern.Methods {
		name := s.FullName()
		if !s.Pattern.Bare {
			name += "." + m.Name.Value
		}
		var answers []object
		for _, answer := range x.answers(s.Pattern, m) {
			answers = append(answers, ref("channels", channel, "messages", answer.Name))
		}
		reply := object{{Name: "channel", Value: ref("channels", channel)}, {Name: "messages", Value: answers}}
		request := []object{ref("channels", channel, "messages", requestKey(s.Pattern, m))}
		all = append(all, jsonschema.Member{Name: name, Value: x.operation(s, action, channel, request, reply, described(m.Doc, m.Deprecated))})
	}
	return all
}

func requestKey(p *schema.Pattern, m *schema.Method) string {
	if p.Bare {
		return "request"
	}
	return m.Name.Value
}

// callMessages are the messages of a req-rep pattern: each method's request and its answers.
func (x *asyncAPI) callMessages(p *schema.Pattern) object {
	var all object
	for _, m := range p.Methods {
		frames := callFrames(p, m, schema.PartRequest, m.Request)
		all = append(all, jsonschema.Member{Name: requestKey(p, m), Value: x.body(p, m.Request, frames, requestKey(p, m))})
		all = append(all, x.answers(p, m)...)
	}
	return all
}

// answers are what a server may answer: the reply and the declared errors.
func (x *asyncAPI) answers(p *schema.Pattern, m *schema.Method) object {
	answer := func(key string, part schema.Part, message *schema.Message) jsonschema.Member {
		return jsonschema.Member{Name: key, Value: x.body(p, message, callFrames(p, m, part, message), key)}
	}
	if p.Bare {
		return object{answer("reply", schema.PartReply, m.Reply)}
	}
	all := object{answer(m.Name.Value+".reply", schema.PartReply, m.Reply)}
	for _, e := range m.Errors {
		all = append(all, answer(m.Name.Value+".error."+x.messageKey(e), schema.PartError, e))
	}
	return all
}
