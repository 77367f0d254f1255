package gen

import (
	"fmt"
	"strings"
	"time"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns patterns into the intermediate representation: topics and codecs, clients and
// servers. All of it is emitted whoever needs it: sockets of topologies that import this one may.

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

func (l *lowering) service(p *schema.Pattern) {
	name := l.patternName(p)
	out := service{pattern: p.Name.Value, client: name + "Client", server: name + "Server"}
	by := origin{namePlace(p.GoName, p.Name), "the client of pattern " + out.pattern, goNameHelp}
	l.names.declare(out.client, by)
	by.what = "what opens the client of pattern " + out.pattern
	l.names.declare(openName(out.client), by)
	by.what = "the server of pattern " + out.pattern
	l.names.declare(out.server, by)
	by.what = "what opens the server of pattern " + out.pattern
	l.names.declare(openName(out.server), by)
	out.clientDoc = docLines(fmt.Sprintf("%s calls the methods of pattern %s. It is safe for concurrent use.", out.client, out.pattern))
	out.serverDoc = docLines(fmt.Sprintf("%s serves the methods of pattern %s, with a channel for the calls of each. "+
		"Every call is to be answered, by Reply or Fail, once. The channels are closed when the socket ends.", out.server, out.pattern))
	if p.Doc != "" {
		out.clientDoc = with(out.clientDoc, "%s", p.Doc)
		out.serverDoc = with(out.serverDoc, "%s", p.Doc)
	}
	out.clientDoc, out.serverDoc = deprecated(out.clientDoc, p.Deprecated.Value), deprecated(out.serverDoc, p.Deprecated.Value)
	methods := newScope(l.t, &l.ds, serviceMethods)
	for _, m := range p.Methods {
		lowered := l.method(p, m)
		by := origin{namePlace(m.GoName, m.Name), "method " + lowered.name, "give the method another Go name: go_name"}
		methods.declare(lowered.goName, by)
		by.what = fmt.Sprintf("the table of method %s of pattern %s", lowered.name, out.pattern)
		l.names.declare(lowered.table, by)
		out.methods = append(out.methods, lowered)
	}
	l.p.services = append(l.p.services, out)
}

func (l *lowering) method(p *schema.Pattern, m *schema.Method) method {
	out := method{name: m.Name.Value, wireName: m.WireName.Value, goName: l.goName(m.GoName, m.Name.Value), json: p.Encoding == schema.EncodingJSON}
	out.table = unexported(l.patternName(p)) + out.goName
	out.request, out.reply = l.methodMessage(p, m.Request), l.methodMessage(p, m.Reply)
	var pointers []string
	for _, e := range m.Errors {
		d := declaredError{e.WireName.Value, l.methodMessage(p, e)}
		out.errors = append(out.errors, d)
		pointers = append(pointers, "*"+l.shown(d.typ))
	}
	out.timeout = durationOf(m.Timeout)
	out.clientDoc = docOf(out.goName, m.Doc, fmt.Sprintf("calls method %s.", out.name))
	out.serverDoc = docLines(m.Doc)
	declares := ""
	if len(pointers) > 0 {
		declares = "The errors it declares: " + all(pointers) + "."
		out.serverDoc = append(out.serverDoc, docLines("It may fail with "+either(pointers)+".")...)
	}
	waits := ""
	if m.Timeout > 0 {
		waits = fmt.Sprintf("Without a deadline in ctx it waits %s.", m.Timeout)
	}
	switch {
	case declares != "" && waits != "":
		out.clientDoc = with(out.clientDoc, "%s %s", waits, declares)
	case declares+waits != "":
		out.clientDoc = with(out.clientDoc, "%s", declares+waits)
	}
	out.clientDoc, out.serverDoc = deprecated(out.clientDoc, m.Deprecated.Value), deprecated(out.serverDoc, m.Deprecated.Value)
	return out
}

// methodMessage lowers a message of a method, which may be nil.
func (l *lowering) methodMessage(p *schema.Pattern, m *schema.Message) methodMessage {
	if m == nil {
		return methodMessage{}
	}
	out := methodMessage{typ: l.messageType(m), limited: l.limited[m], foreign: l.prefixOf(m.Topology) != ""}
	if p.Encoding == schema.EncodingFrames {
		body := l.layout(p, m)
		out.appendFn, out.parseFn = body.appendFn, body.parseFn
	}
	return out
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
