package docs

import (
	"cmp"
	"strings"

	"github.com/zmqgen/zmqgen/gen"
	"github.com/zmqgen/zmqgen/schema"
)

// This file says what there is to say of patterns: who speaks them, and what travels in which frames.

func (b *builder) pattern(p *schema.Pattern) *section {
	name := b.patternName(p)
	s := &section{ID: "pattern-" + name, Kind: "pattern", Name: name, Full: name, Doc: paragraphs(p.Doc), Badges: []string{string(p.Kind)}}
	b.labels(s, p.Topology, p.Deprecated)
	if p.External {
		s.Badges = append(s.Badges, "external")
	}
	b.speakers(s, p)
	b.passedOn(s, p)
	switch p.Encoding {
	case schema.EncodingJSON:
		s.add("Encoding", words("JSON"))
	case schema.EncodingFrames:
		s.add("Encoding", words("a frame for each field"))
	default:
		s.add("Encoding", words("protobuf"))
	}
	if p.Metadata {
		s.add("Metadata", words("headers and more, in a frame behind the body"))
	}
	if tag := tagged(p); tag != "" {
		s.add("Told apart by", words(tag))
	}
	if p.Kind == schema.ReqRep {
		if p.Correlation == schema.Uncorrelated {
			s.add("Correlation", words("none: a client has one call in flight"))
		} else {
			s.add("Correlation", words("by a call id, which the server sends back"))
		}
	}
	if len(p.TopicOnly) > 0 {
		s.add("In the topic alone", list(len(p.TopicOnly), func(i int) text { return code(p.TopicOnly[i].Name.Value) }))
	}
	if len(p.Reserved) > 0 {
		s.add("Names not used again", list(len(p.Reserved), func(i int) text { return code(p.Reserved[i].Value) }))
	}
	ways := b.ways[p]
	for _, m := range p.Methods {
		n := 0
		for n < len(ways) && ways[n].Method == m {
			n++
		}
		s.Sections = append(s.Sections, b.method(p, m, ways[:n]))
		ways = ways[n:]
	}
	for _, way := range ways {
		s.Sections = append(s.Sections, b.carried(way))
	}
	return s
}

// labels adds what is said beside a name of all kinds of things.
func (b *builder) labels(s *section, in *schema.Topology, deprecated schema.Text) {
	if in != b.t {
		s.Badges = append(s.Badges, "imported")
	}
	if deprecated.IsSet() {
		s.Badges = append(s.Badges, "deprecated")
		s.add("Deprecated", words(line(deprecated.Value)))
	}
}

// tagged says how the messages of a pattern are told apart, if there is a need.
func tagged(p *schema.Pattern) string {
	for _, f := range p.Flows() {
		if f.Union {
			switch p.Tag {
			case schema.TagConst:
				return "constant frames"
			case schema.TagTopic:
				return "their topics"
			}
			return "their names"
		}
	}
	return ""
}

// speakers lists the sockets that speak a pattern by their types.
func (b *builder) speakers(s *section, p *schema.Pattern) {
	types := []schema.SocketType{
		schema.Pub, schema.XPub, schema.Sub, schema.XSub, schema.Push, schema.Pull, schema.Req, schema.Dealer, schema.Rep, schema.Router, schema.PairSocket,
	}
	by := map[schema.SocketType][]*schema.Socket{}
	for _, socket := range b.speaks[p] {
		by[socket.Type] = append(by[socket.Type], socket)
	}
	var lines []text
	for _, t := range types {
		if all := by[t]; len(all) > 0 {
			lines = append(lines, words(strings.ToUpper(string(t))+" ").and(b.sockets(all)))
		}
	}
	if len(lines) == 0 {
		lines = append(lines, b.sockets(nil))
	}
	s.derive("Spoken by", lines...)
}

// carried says how a pattern carries a message.
func (b *builder) carried(way *schema.Passage) *section {
	p, m := way.Pattern, way.Message
	name := b.messageName(m)
	id := b.patternName(p) + "." + name
	if way.Flow.Sender != "" {
		id = b.patternName(p) + "." + way.Flow.Sender + "." + name
	}
	s := &section{ID: "carried-" + id, Kind: "carried", Name: name, Full: id}
	switch way.Flow.Sender {
	case "":
	case "bind", "connect":
		s.Badges = append(s.Badges, "sent by the side that "+way.Flow.Sender+"s")
	default:
		s.Badges = append(s.Badges, "sent by the "+way.Flow.Sender)
	}
	s.add("Message", b.toMessage(m))
	if way.Carried.Topic != nil {
		s.add("Topic", b.topic(way))
	}
	s.derive("Sent by", b.end(p, way.Senders))
	s.derive("Received by", b.end(p, way.Receivers))
	s.Tables = append(s.Tables, b.frames(words("Frames"), way))
	return s
}

// end lists the sockets at one end of what travels in a pattern.
func (b *builder) end(p *schema.Pattern, sockets []*schema.Socket) text {
	if len(sockets) == 0 && p.External {
		return aside("others, who are not in this file")
	}
	return b.sockets(sockets)
}

// topic shows a topic, with its placeholders as links.
func (b *builder) topic(way *schema.Passage) text {
	var out text
	for _, segment := range way.Carried.Topic.Segments {
		if segment.Field == nil {
			out = out.and(code(segment.Literal))
			continue
		}
		name := segment.Field.Name.Value
		out = out.and(link("{"+name+"}", b.fieldID(way.Message, segment.Field)))
	}
	return out
}

func (b *builder) method(p *schema.Pattern, m *schema.Method, ways []*schema.Passage) *section {
	s := &section{ID: b.methodID(p, m), Kind: "method", Name: m.Name.Value, Full: b.patternName(p) + "." + m.Name.Value, Doc: paragraphs(m.Doc)}
	if p.Bare {
		s.Name = "Call"
	}
	b.labels(s, b.t, m.Deprecated)
	body := func(label string, message *schema.Message) {
		if message != nil {
			s.add(label, b.toMessage(message))
		} else {
			s.add(label, aside("no body"))
		}
	}
	body("Request", m.Request)
	body("Reply", m.Reply)
	if len(m.Errors) > 0 {
		s.add("Errors", list(len(m.Errors), func(i int) text { return b.toMessage(m.Errors[i]) }))
	}
	if m.Timeout > 0 {
		s.add("Timeout", words(m.Timeout.String()))
	} else {
		s.add("Timeout", words("30s").and(aside(" by default")))
	}
	if m.Idempotent {
		attempts, every := cmp.Or(m.Attempts, 3), "1s"
		if m.RetryEvery > 0 {
			every = m.RetryEvery.String()
		}
		s.add("Idempotent", words("made up to "+counted(attempts, "time")+", the second after "+every+", then twice as long each time"))
	} else {
		s.add("Idempotent", words("no: a call is made once"))
	}
	b.callTables(s, p, m, ways)
	return s
}

// callTables adds the frames of a method's request, reply and errors, those without a body as well.
func (b *builder) callTables(s *section, p *schema.Pattern, m *schema.Method, ways []*schema.Passage) {
	bodiless := func(part schema.Part) *schema.Passage { return &schema.Passage{Pattern: p, Method: m, Part: part} }
	all := []*schema.Passage{bodiless(schema.PartRequest), bodiless(schema.PartReply)}
	for _, way := range ways {
		switch way.Part {
		case schema.PartRequest:
			all[0] = way
		case schema.PartReply:
			all[1] = way
		default:
			all = append(all, way)
		}
	}
	for _, way := range all {
		caption := words("Frames of the " + string(way.Part))
		if way.Part == schema.PartError {
			caption = caption.say(" ").and(b.toMessage(way.Message))
		}
		s.Tables = append(s.Tables, b.frames(caption, way))
	}
}

// frames is the table of the frames of a message.
func (b *builder) frames(caption text, way *schema.Passage) *table {
	t := &table{Kind: "frames", Caption: caption, Columns: []string{"Frame", "What it holds", "Example"}}
	example, why := b.examples.Frames(way)
	for _, f := range gen.Frames(way) {
		r := &row{Cells: []cell{{Lines: []text{words(string(f.Part))}}, {Lines: b.holds(way, f)}, {Derived: true}}}
		r.Key = string(f.Part)
		shown := &r.Cells[2].Lines
		switch {
		case f.Field != nil:
			r.Key = f.Field.Name.Value
			r.Cells[0] = cell{Lines: []text{code(f.Field.Name.Value)}}
		case f.Part == gen.FrameMetadata:
			*shown = []text{aside("not always there")}
		}
		switch {
		case f.Part == gen.FrameDelimiter:
			*shown = []text{aside("empty")}
		case f.Part == gen.FrameCallID:
			*shown = []text{aside("8 bytes of a DEALER, 4 of a REQ")}
		case f.Part == gen.FrameRoutingID:
			*shown = []text{aside("as the dealer names itself, or 5 bytes")}
		case f.Part.InEnvelope() || f.Part == gen.FrameMetadata:
		case f.Part == gen.FrameRest:
			for _, frame := range example[:min(len(example), listed)] {
				*shown = append(*shown, bytesShown(frame)...)
			}
			example = nil
		case len(example) > 0:
			*shown = bytesShown(example[0])
			example = example[1:]
		case why != "":
			*shown = []text{aside("none: " + why)}
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// holds says what a frame holds.
func (b *builder) holds(way *schema.Passage, f gen.Frame) []text {
	switch f.Part {
	case gen.FrameRoutingID:
		return []text{words("the dealer's, at the router alone")}
	case gen.FrameCallID:
		return []text{words("what the client chose, which the server sends back")}
	case gen.FrameDelimiter:
		return []text{words("ends the envelope")}
	case gen.FrameTopic:
		return []text{b.topic(way)}
	case gen.FrameName, gen.FrameMethod, gen.FrameStatus:
		return []text{code(f.Text)}
	case gen.FrameMetadata:
		return []text{words("headers and more")}
	case gen.FrameBody:
		format := " in protobuf wire format"
		if way.Pattern.Encoding == schema.EncodingJSON {
			format = " as JSON"
		}
		return []text{b.toMessage(f.Message).say(format)}
	}
	line := b.fieldType(f.Field)
	switch {
	case f.Field.Const.IsSet():
		line = line.say(", always ").and(bytesShown([]byte(f.Text))[0])
	case f.Part == gen.FrameRest:
		line = line.say(", a frame for each item: all that are left")
	default:
		line = line.say(form(f.Field.As))
	}
	return []text{line}
}

// form says in which form a field becomes a frame.
func form(as schema.As) string {
	switch as {
	case schema.AsLittle:
		return ", little endian"
	case schema.AsText:
		return ", as decimal text"
	case schema.AsJSON:
		return ", as JSON"
	case schema.AsProto:
		return ", as protobuf"
	}
	return ""
}
