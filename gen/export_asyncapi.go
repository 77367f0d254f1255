package gen

import (
	"strings"

	"github.com/zmqgen/zmqgen/internal/jsonschema"
	"github.com/zmqgen/zmqgen/schema"
)

// This file turns a topology into an AsyncAPI document, for tools that know those: its head and its channels. What is
// ZeroMQ's own, for which AsyncAPI has no binding, stands under x-zeromq. export_asyncapi_operations.go has the operations,
// export_asyncapi_servers.go the servers, export_asyncapi_security.go how they are secured.

// object is a JSON object whose keys keep their order.
type object = jsonschema.Members

// ExportAsyncAPI returns a valid topology as an AsyncAPI document, version 3.0.0, in JSON: its patterns as channels, its
// endpoints as servers, what its sockets do as operations, and its messages with their JSON Schemas. The same topology
// always becomes the same bytes.
func ExportAsyncAPI(t *schema.Topology) ([]byte, schema.Diagnostics) {
	x := &asyncAPI{in: t, channels: map[*schema.PatternMessage]string{}}
	x.servers()
	channels := x.allChannels()
	info := object{{Name: "title", Value: t.Name.Value}, {Name: "version", Value: asyncAPIInfoVersion}}
	info = withText(info, "description", t.Doc)
	doc := object{
		{Name: "asyncapi", Value: "3.0.0"},
		{Name: "x-generated", Value: generatedComment + " Source: " + SourceName(t.File)},
		{Name: "info", Value: info},
	}
	for _, section := range []jsonschema.Member{
		{Name: "servers", Value: x.serverList},
		{Name: "channels", Value: channels},
		{Name: "operations", Value: x.operations()},
	} {
		if len(section.Value.(object)) > 0 {
			doc = append(doc, section)
		}
	}
	components := object{}
	if schemas := (jsonTypes{t, "#/components/schemas/"}).definitions(); len(schemas) > 0 {
		components = append(components, jsonschema.Member{Name: "schemas", Value: schemas})
	}
	if schemes := x.securitySchemes(); len(schemes) > 0 {
		components = append(components, jsonschema.Member{Name: "securitySchemes", Value: schemes})
	}
	if len(components) > 0 {
		doc = append(doc, jsonschema.Member{Name: "components", Value: components})
	}
	return jsonschema.Marshal(doc), nil
}

// asyncAPIInfoVersion is the version of what the document describes: topologies have none but that of their language.
const asyncAPIInfoVersion = "1"

// asyncAPI is what the parts of a document know of each other.
type asyncAPI struct {
	in         *schema.Topology
	serverList object
	speaks     map[*schema.Pattern][]string // the names of the servers of a pattern
	reached    map[*schema.Socket]int       // how many servers a socket has
	channels   map[*schema.PatternMessage]string
	securities []*schema.Security // those of servers
}

func withText(o object, key, text string) object {
	if text != "" {
		o = append(o, jsonschema.Member{Name: key, Value: text})
	}
	return o
}

// ref refers to something in the document.
func ref(path ...string) object {
	for i, p := range path {
		path[i] = strings.NewReplacer("~", "~0", "/", "~1").Replace(p)
	}
	return object{{Name: "$ref", Value: "#/" + strings.Join(path, "/")}}
}

// patterns are those of the topology, and those of imports that its sockets speak.
func (x *asyncAPI) patterns() []*schema.Pattern {
	all := append([]*schema.Pattern{}, x.in.Patterns...)
	seen := map[*schema.Pattern]bool{}
	for _, p := range all {
		seen[p] = true
	}
	for s := range x.in.AllSockets() {
		if s.Pattern != nil && !seen[s.Pattern] {
			seen[s.Pattern] = true
			all = append(all, s.Pattern)
		}
	}
	return all
}

// patternName is the name of a pattern, which is that of its channel.
func (x *asyncAPI) patternName(p *schema.Pattern) string {
	return fullName(x.in, p.Topology, p.Name.Value)
}

// messageKey is the name of a message within a channel.
func (x *asyncAPI) messageKey(m *schema.Message) string {
	return fullName(x.in, m.Topology, m.Name.Value)
}

// allChannels returns a channel for each pattern or, if its messages have several topics, for each topic.
func (x *asyncAPI) allChannels() object {
	all := object{}
	for _, p := range x.patterns() {
		name := x.patternName(p)
		if p.Kind == schema.ReqRep {
			all = append(all, jsonschema.Member{Name: name, Value: x.channel(p, nil, x.callMessages(p))})
			continue
		}
		byTopic := map[string]int{} // where its channel is in all
		first := len(all)
		for _, f := range p.Flows() {
			for _, m := range f.Messages {
				topic := ""
				if m.Topic != nil {
					topic = m.Topic.Value
				}
				at, there := byTopic[topic]
				if !there {
					at = len(all)
					byTopic[topic] = at
					all = append(all, jsonschema.Member{Name: name + "." + x.messageKey(m.Message), Value: x.channel(p, m.Topic, nil)})
				}
				x.channels[m] = all[at].Name
				all[at].Value = withMessage(all[at].Value.(object), x.messageKey(m.Message), x.message(p, f, m))
			}
		}
		if len(all) == first+1 { // one channel is the pattern
			all[first].Name = name
			for _, f := range p.Flows() {
				for _, m := range f.Messages {
					x.channels[m] = name
				}
			}
		}
	}
	return all
}

// withMessage adds a message to a channel, unless both its sides send it.
func withMessage(channel object, key string, message object) object {
	for i := range channel {
		if channel[i].Name != "messages" {
			continue
		}
		messages := channel[i].Value.(object)
		for _, m := range messages {
			if m.Name == key {
				return channel
			}
		}
		channel[i].Value = append(messages, jsonschema.Member{Name: key, Value: message})
	}
	return channel
}

// channel is the channel of a pattern, with the address that its topic is.
func (x *asyncAPI) channel(p *schema.Pattern, topic *schema.Topic, messages object) object {
	var address any
	if topic != nil {
		address = topic.Value
	}
	if messages == nil {
		messages = object{}
	}
	out := object{{Name: "address", Value: address}, {Name: "title", Value: p.Name.Value}}
	out = withText(out, "description", described(p.Doc, p.Deprecated))
	if servers := x.speaks[p]; len(servers) > 0 {
		var refs []object
		for _, s := range servers {
			refs = append(refs, ref("servers", s))
		}
		out = append(out, jsonschema.Member{Name: "servers", Value: refs})
	}
	if parameters := topicParameters(topic); len(parameters) > 0 {
		out = append(out, jsonschema.Member{Name: "parameters", Value: parameters})
	}
	about := object{{Name: "kind", Value: string(p.Kind)}, {Name: "encoding", Value: string(p.Encoding)}}
	if p.Kind == schema.ReqRep {
		about = append(about, jsonschema.Member{Name: "correlation", Value: string(p.Correlation)})
	}
	if p.Metadata {
		about = append(about, jsonschema.Member{Name: "metadata", Value: true})
	}
	return append(out, jsonschema.Member{Name: "messages", Value: messages}, jsonschema.Member{Name: "x-zeromq", Value: about})
}

func described(doc string, deprecated schema.Text) string {
	var s jsonschema.Schema
	describe(&s, doc, deprecated)
	return s.Description
}

// topicParameters are the placeholders of a topic.
func topicParameters(topic *schema.Topic) object {
	if topic == nil {
		return nil
	}
	var out object
	seen := map[*schema.Field]bool{}
	for _, s := range topic.Segments {
		f := s.Field
		if f == nil || seen[f] {
			continue
		}
		seen[f] = true
		p := withText(object{}, "description", f.Doc)
		if e := f.Type.Enum; e != nil {
			var names []string
			for _, v := range e.Values {
				names = append(names, v.Name.Value)
			}
			p = append(p, jsonschema.Member{Name: "enum", Value: names})
		}
		if f.Example.IsSet() {
			p = append(p, jsonschema.Member{Name: "examples", Value: []string{topicText(f.Example.Parsed)}})
		}
		p = append(p, jsonschema.Member{Name: "location", Value: "$message.payload#/" + schema.JSONName(f.Name.Value)})
		out = append(out, jsonschema.Member{Name: f.Name.Value, Value: p})
	}
	return out
}

// contentTypes are those of the bodies.
var contentTypes = map[schema.Encoding]string{
	schema.EncodingProto: "application/protobuf", schema.EncodingJSON: "application/json", schema.EncodingFrames: "application/octet-stream",
}

// message is a message as a flow of a pattern carries it.
func (x *asyncAPI) message(p *schema.Pattern, f *schema.Flow, m *schema.PatternMessage) object {
	return x.body(p, m.Message, flowFrames(p, f, m), m.Message.Name.Value)
}

// body is a message, or none, that travels in the frames.
func (x *asyncAPI) body(p *schema.Pattern, m *schema.Message, frames []Frame, title string) object {
	out := object{{Name: "name", Value: title}}
	if m != nil {
		out = withText(out, "description", described(m.Doc, m.Deprecated))
		out = append(out, jsonschema.Member{Name: "contentType", Value: contentTypes[p.Encoding]})
		out = append(out, jsonschema.Member{Name: "payload", Value: ref("components", "schemas", x.messageKey(m))})
	}
	if p.Metadata {
		frames = append(frames, Frame{Part: FrameMetadata})
	}
	all := []object{}
	for _, f := range frames {
		all = append(all, asyncFrame(p, f))
	}
	return append(out, jsonschema.Member{Name: "x-zeromq", Value: object{{Name: "frames", Value: all}}})
}

// asyncFrame is a frame by its part, and what is in it.
func asyncFrame(p *schema.Pattern, f Frame) object {
	switch f.Part {
	case FrameBody:
		return object{{Name: "body", Value: string(p.Encoding)}}
	case FrameMetadata:
		return object{{Name: "metadata", Value: "optional"}}
	case FrameField, FrameRest:
		frame := object{{Name: "field", Value: f.Field.Name.Value}}
		switch {
		case f.Part == FrameRest:
			frame = append(frame, jsonschema.Member{Name: "all_that_are_left", Value: true})
		case f.Field.Const.IsSet():
			frame = append(frame, jsonschema.Member{Name: "const", Value: f.Field.Const.Value})
		}
		return withText(frame, "as", string(f.Field.As))
	}
	return object{{Name: string(f.Part), Value: f.Text}}
}
