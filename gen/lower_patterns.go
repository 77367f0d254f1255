package gen

import (
	"fmt"
	"strings"
	"time"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns patterns into the intermediate representation: topics and codecs. All of it is
// emitted whoever needs it: sockets of topologies that import this one may.

func (l *lowering) patternName(p *schema.Pattern) string {
	return l.goName(p.GoName, exported(p.Name.Value))
}

func (l *lowering) pattern(p *schema.Pattern) {
	if p.Kind == schema.ReqRep {
		l.service(p)
		return
	}
	for _, f := range p.Flows() {
		l.codec(p, f)
	}
}

func (l *lowering) codec(p *schema.Pattern, f *schema.Flow) {
	name := l.flowName(p, f)
	out := codec{pattern: p.Name.Value, carries: describeFlow(p, f), goName: name + "Codec", layout: "[body]", json: p.Encoding == schema.EncodingJSON}
	by := origin{namePlace(p.GoName, p.Name), "the codec of " + out.carries, goNameHelp}
	l.names.declare(out.goName, by)

	if f.Union {
		out.union = l.unionName(p, f)
		by.what = "the message type of " + out.carries
		l.names.declare(out.union, by)
	}
	out.element = l.elementOf(p, f)
	if f.HasTopic() {
		out.lead = 1
	}
	if p.Encoding == schema.EncodingFrames {
		out.frames = true
		out.framesFn = name + "Frames"
		by.what = "the function that returns the frames of " + out.carries
		l.names.declare(out.framesFn, by)
	}
	var pointers []string
	for _, m := range f.Messages {
		cm := codecMessage{wireName: m.Message.WireName.Value, typ: l.messageType(m.Message), limited: l.limited[m.Message]}
		out.limited = out.limited || cm.limited
		pointers = append(pointers, "*"+l.shown(cm.typ))
		if m.Topic != nil {
			t := l.topic(p, m)
			cm.topic = t.appendFn
			for _, par := range t.params {
				cm.args = append(cm.args, par.field)
			}
			cm.reader = l.topicReader(p, m, t)
		}
		if out.frames {
			body := l.layout(p, m.Message)
			cm.appendFn, cm.parseFn = body.appendFn, body.parseFn
			if out.layout = body.describe(); f.Union {
				out.layout = "[body]…"
			}
		}
		out.messages = append(out.messages, cm)
	}
	out.layout = strings.TrimSpace(describeLead(p, f) + " " + out.layout)
	l.tag(&out, p, f)
	if f.Union {
		out.unionDoc = deprecated(unionDoc(out, p.Doc, pointers), p.Deprecated.Value)
	}
	l.p.codecs = append(l.p.codecs, out)
}

// unionName is the Go name of the interface of what a side of a pattern sends.
func (l *lowering) unionName(p *schema.Pattern, f *schema.Flow) string {
	return l.flowName(p, f) + "Message"
}

func unionDoc(c codec, doc string, pointers []string) []string {
	text := fmt.Sprintf("%s is a message of %s: %s.", c.union, c.carries, either(pointers))
	lines := docLines(text)
	if doc != "" {
		lines = with(lines, "%s", doc)
	}
	return lines
}

// elementOf is the type of what a side of a pattern sends.
func (l *lowering) elementOf(p *schema.Pattern, f *schema.Flow) goType {
	if f.Union {
		return l.qualified(p.Topology, l.unionName(p, f))
	}
	return l.messageType(f.Messages[0].Message)
}

// topic lowers a template. Patterns that carry a message under the same template share its
// functions.
func (l *lowering) topic(p *schema.Pattern, m *schema.PatternMessage) topic {
	name, message := l.messageName(m.Message), l.shown(l.messageType(m.Message))
	out := topic{
		goName:   l.goName(m.Topic.GoName, name+"Topic"),
		template: m.Topic.Value,
		message:  message,
	}
	out.appendFn = "append" + out.goName
	if known, ok := l.topics[out.goName]; ok && known.template == out.template && known.message == message {
		return known
	}
	l.params(&out, m.Topic)
	by := origin{
		span: namePlace(m.Topic.GoName, m.Topic.Text),
		what: fmt.Sprintf("the topic of %s in pattern %s", m.Message.Name.Value, p.Name.Value),
		help: fmt.Sprintf("give the topic another Go name: topic: {template: %q, go_name: %sOf%sTopic}",
			out.template, name, l.patternName(p)),
	}
	l.names.declare(out.goName, by)
	by.what = "the encoder of " + by.what
	if _, twice := l.topics[out.goName]; !twice { // or else the same would be said again
		l.names.declare(out.appendFn, by)
		l.topics[out.goName] = out
	}
	l.p.topics = append(l.p.topics, out)
	return out
}

// params lowers the segments of a template. A parameter has the name of its field; where that is
// taken in the function, with an underscore.
func (l *lowering) params(out *topic, t *schema.Topic) {
	byField := map[*schema.Field]string{}
	used := map[string]bool{"b": true, out.appendFn: true}
	for _, s := range t.Segments {
		if s.Field == nil {
			out.parts = append(out.parts, topicPart{literal: s.Literal})
			continue
		}
		name, known := byField[s.Field]
		v := l.value(s.Field.Type)
		if !known {
			goName := l.fieldName(s.Field)
			name = unexported(goName)
			for used[name] || taken(name) != "" {
				name += "_"
			}
			used[name], byField[s.Field] = true, name
			out.params = append(out.params, param{name: name, field: goName, typ: v.typ})
		}
		part := topicPart{param: name}
		part.write, part.convert = writeTopic(s.Field.Type, v)
		out.parts = append(out.parts, part)
	}
}

// writeTopic is how a value is written in a topic, and the type it is first converted to.
func writeTopic(t schema.Type, v value) (write topicWrite, convert string) {
	switch {
	case v.isEnum:
		return asEnum, ""
	case t.Scalar == schema.String:
		return asText, ""
	case t.Scalar == schema.Bool:
		return asBool, ""
	case t.Scalar == schema.UUID:
		return asUUID, ""
	}
	switch v.typ.name {
	case "int32":
		return asInt, "int64"
	case "int64":
		return asInt, ""
	case "uint32":
		return asUint, "uint64"
	case "uint64":
		return asUint, ""
	}
	panic(fmt.Sprintf("gen: %s in the topic of a valid topology", t.Scalar))
}

// either joins a list in English: a, b or c.
func either(items []string) string {
	text := all(items)
	if n := len(items); n > 1 {
		text = text[:len(text)-len(" and "+items[n-1])] + " or " + items[n-1]
	}
	return text
}

// durationOf is the shortest way to write d in Go.
func durationOf(d time.Duration) duration {
	if d == 0 || d == -1 {
		return duration{count: int64(d)}
	}
	for _, u := range []struct {
		size time.Duration
		name string
	}{
		{time.Hour, "Hour"}, {time.Minute, "Minute"}, {time.Second, "Second"},
		{time.Millisecond, "Millisecond"}, {time.Microsecond, "Microsecond"},
	} {
		if d%u.size == 0 {
			return duration{int64(d / u.size), u.name}
		}
	}
	return duration{int64(d), "Nanosecond"}
}
