package gen

import (
	"cmp"
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns the patterns and nodes of a topology into their share of the JSON for generators of
// other languages.

type irPattern struct {
	Name       string             `json:"name"`
	Doc        string             `json:"doc,omitempty"`
	Deprecated string             `json:"deprecated,omitempty"`
	Reserved   *irReserved        `json:"reserved,omitempty"`
	Kind       string             `json:"kind"`
	Encoding   string             `json:"encoding"`
	Metadata   bool               `json:"metadata,omitempty"`
	Union      bool               `json:"union,omitempty"`
	Tag        string             `json:"tag,omitempty"`
	TopicOnly  []string           `json:"topic_only,omitempty"`
	Messages   []irPatternMessage `json:"messages,omitempty"`
	Sends      []irFlow           `json:"sends,omitempty"` // of a kind whose sides both send
	Methods    []irMethod         `json:"methods,omitempty"`
	Call       *irCall            `json:"call,omitempty"` // of a req-rep pattern without methods
	// Correlation is that of a req-rep pattern.
	Correlation string `json:"correlation,omitempty"`
}

type irFlow struct {
	Sender   string             `json:"sender"`
	Union    bool               `json:"union,omitempty"`
	Messages []irPatternMessage `json:"messages"`
}

type irPatternMessage struct {
	Message string   `json:"message"`
	Topic   *irTopic `json:"topic,omitempty"`
}

type irTopic struct {
	Template string           `json:"template"`
	Segments []irTopicSegment `json:"segments"`
}

type irTopicSegment struct {
	Literal string `json:"literal,omitempty"`
	Field   string `json:"field,omitempty"`
}

type irNode struct {
	Name       string     `json:"name"`
	Doc        string     `json:"doc,omitempty"`
	Host       string     `json:"host"`
	Replicated bool       `json:"replicated,omitempty"`
	Sockets    []irSocket `json:"sockets"`
}

type irSocket struct {
	Name      string      `json:"name"`
	FullName  string      `json:"full_name"`
	Doc       string      `json:"doc,omitempty"`
	Type      string      `json:"type"`
	Pattern   string      `json:"pattern,omitempty"` // the capture of a device has none
	Bind      []string    `json:"bind,omitempty"`
	Connect   []irConnect `json:"connect,omitempty"`
	Advertise []string    `json:"advertise,omitempty"`
	RoutingID string      `json:"routing_id,omitempty"`
	Sends     string      `json:"sends,omitempty"`     // of a pattern whose sides both send: which side's messages
	Subscribe *[]string   `json:"subscribe,omitempty"` // of a sub or xsub, also where it is empty
	Buffer    *int        `json:"buffer,omitempty"`
	Batch     int         `json:"batch,omitempty"`
	Overflow  string      `json:"overflow,omitempty"`
	Security  string      `json:"security,omitempty"`
	Options   *irOptions  `json:"options,omitempty"`
}

type irConnect struct {
	Socket    string   `json:"socket,omitempty"`
	Endpoints []string `json:"endpoints"`
}

func irPatternOf(p *schema.Pattern) irPattern {
	out := irPattern{
		Name: p.Name.Value, Doc: p.Doc, Deprecated: p.Deprecated.Value, Kind: string(p.Kind),
		Encoding: cmp.Or(string(p.Encoding), string(schema.EncodingProto)), Union: p.Union, Metadata: p.Metadata,
	}
	if len(p.Reserved) > 0 {
		out.Reserved = &irReserved{}
		for _, name := range p.Reserved {
			out.Reserved.Names = append(out.Reserved.Names, name.Value)
		}
	}
	if slices.ContainsFunc(p.Flows(), func(f *schema.Flow) bool { return f.Union }) {
		out.Tag = cmp.Or(string(p.Tag), string(schema.TagName))
	}
	// The fields of the messages that stand in their topics alone have one name in all of them.
	seen := map[string]bool{}
	for _, f := range p.TopicOnly {
		if !seen[f.Name.Value] {
			seen[f.Name.Value] = true
			out.TopicOnly = append(out.TopicOnly, f.Name.Value)
		}
	}
	out.Messages = irMessagesOf(p, p.Messages)
	for _, f := range p.BothWays {
		out.Sends = append(out.Sends, irFlow{f.Sender, f.Union, irMessagesOf(p, f.Messages)})
	}
	irAddCalls(&out, p)
	return out
}

func irMessagesOf(p *schema.Pattern, list []*schema.PatternMessage) []irPatternMessage {
	var out []irPatternMessage
	for _, m := range list {
		message := irPatternMessage{Message: fullName(p.Topology, m.Message.Topology, m.Message.Name.Value)}
		if m.Topic != nil {
			message.Topic = irTopicOf(m.Topic)
		}
		out = append(out, message)
	}
	return out
}

func irTopicOf(t *schema.Topic) *irTopic {
	out := &irTopic{Template: t.Value}
	for _, s := range t.Segments {
		segment := irTopicSegment{Literal: s.Literal}
		if s.Field != nil {
			segment.Field = s.Field.Name.Value
		}
		out.Segments = append(out.Segments, segment)
	}
	return out
}

func irNodeOf(n *schema.Node) irNode {
	out := irNode{Name: n.Name.Value, Doc: n.Doc, Host: hostOf(n), Replicated: n.Replicated, Sockets: []irSocket{}}
	for _, s := range n.Sockets {
		out.Sockets = append(out.Sockets, irSocketOf(s))
	}
	return out
}

func irSocketOf(s *schema.Socket) irSocket {
	out := irSocket{
		Name: s.Name.Value, FullName: s.FullName(), Doc: s.Doc, Type: string(s.Type), Bind: endpoints(s.Bind),
		Advertise: endpoints(s.Advertise), Batch: s.Batch, RoutingID: s.RoutingID.Value, Options: irOptionsOf(s.Options),
	}
	if s.Security != nil {
		out.Security = fullName(s.Node.Topology, s.Security.Topology, s.Security.Name.Value)
	}
	if s.Pattern != nil {
		out.Pattern = fullName(s.Node.Topology, s.Pattern.Topology, s.Pattern.Name.Value)
	}
	for _, e := range s.Connect {
		if e.Ref == nil {
			out.Connect = append(out.Connect, irConnect{Endpoints: []string{e.Value}})
			continue
		}
		out.Connect = append(out.Connect, irConnect{Socket: fullName(s.Node.Topology, e.Ref.Node.Topology, e.Ref.FullName()), Endpoints: ReachedAt(e.Ref)})
	}
	if s.Node.Device == nil { // whose messages are not read
		irChannelOf(&out, s)
	}
	return out
}

// irChannelOf says what the program that opens the socket sends and receives by it.
func irChannelOf(out *irSocket, s *schema.Socket) {
	sent, received := s.Flows()
	if sent != nil {
		out.Sends = sent.Sender
	}
	if s.Type == schema.Sub || s.Type == schema.XSub {
		prefixes := []string{}
		for _, prefix := range s.Subscribe {
			prefixes = append(prefixes, prefix.Value)
		}
		out.Subscribe = &prefixes
	}
	if s.Buffer >= 0 {
		out.Buffer = &s.Buffer
	}
	if received != nil && !s.Options.Conflate {
		out.Overflow = cmp.Or(string(s.Overflow), string(schema.Block))
	}
}

func hostOf(n *schema.Node) string {
	if n.Host.Value == "" {
		return "127.0.0.1"
	}
	return n.Host.Value
}

// ReachedAt returns the endpoints at which a socket that names s reaches it, by the rules of the runtime, as
// far as the topology knows them: none if they are known only when programs run.
func ReachedAt(s *schema.Socket) []string {
	switch {
	case len(s.Advertise) > 0:
		return endpoints(s.Advertise)
	case s.Node.Replicated || len(s.Bind) == 0:
		return []string{}
	}
	found := s.Bind[0].Value
	for _, e := range s.Bind { // another program does not reach an inproc endpoint
		if !strings.HasPrefix(e.Value, "inproc://") {
			found = e.Value
			break
		}
	}
	for _, everywhere := range []string{"tcp://*:", "tcp://0.0.0.0:", "tcp://[::]:"} {
		if port, is := strings.CutPrefix(found, everywhere); is {
			found = "tcp://" + hostOf(s.Node) + ":" + port
		}
	}
	if strings.HasSuffix(found, ":*") || strings.HasPrefix(found, "tcp://") && strings.HasSuffix(found, ":0") || found == "ipc://*" {
		return []string{}
	}
	return []string{found}
}
