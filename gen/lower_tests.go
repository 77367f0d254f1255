package gen

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns messages and patterns into the tests of them. The names of tests are taken even where there is
// nothing to test yet, so that a new limit never makes a topology invalid.

func (l *lowering) tests() {
	examples := map[*schema.Message]testedExample{}
	for _, m := range l.t.Messages {
		examples[m] = l.messageTest(m)
	}
	for _, p := range l.t.Patterns {
		if p.Encoding != schema.EncodingFrames {
			continue
		}
		for _, f := range p.Flows() {
			l.framesTest(p, f, examples)
		}
	}
}

// testedExample is an example and what its test became.
type testedExample struct {
	*example
	fn  string
	why string // why it is not tested at all; "" if it is
}

func (l *lowering) messageTest(m *schema.Message) testedExample {
	name := l.messageName(m)
	declare := func(goName, what string) string {
		l.names.declare(goName, origin{namePlace(m.GoName, m.Name), what + " of message " + m.Name.Value, goNameHelp})
		return goName
	}
	out := messageTest{
		message:   name,
		exampleFn: declare("example"+name, "the example"),
		proto:     testFunc{fn: declare("Test"+name+"Proto", "a test")},
		json:      testFunc{fn: declare("Test"+name+"JSON", "a test")},
		validate:  testFunc{fn: declare("Test"+name+"Validate", "a test")},
		fuzzProto: declare("Fuzz"+name+"Proto", "a fuzz target"),
		fuzzJSON:  declare("Fuzz"+name+"JSON", "a fuzz target"),
	}
	e, missing := l.exampleOf(m)
	wire, why := protoOf(e)
	if why != "" {
		l.p.tests = append(l.p.tests, messageTest{proto: testFunc{fn: out.proto.fn, skip: why}})
		return testedExample{e, out.exampleFn, why}
	}
	out.wire, out.example = wire, l.sample(e)
	out.exampleOf = "is " + name + " with the examples of the topology, and with values made up where it has none."
	if at := documentNotSent(e); at != "" {
		out.json.skip = "the document in " + at + " is not written as JSON"
	} else {
		out.text = jsonOf(e)
	}
	switch {
	case !l.limited[m]:
		out.validate = testFunc{}
	case len(missing) > 0:
		out.validate.skip = describeMissing(missing)
	}
	l.p.tests = append(l.p.tests, out)
	return testedExample{e, out.exampleFn, ""}
}

// describeMissing says which fields of an example are not within their limits, the first of them.
func describeMissing(missing []missingValue) string {
	const most = 3
	var parts []string
	for _, m := range missing[:min(most, len(missing))] {
		parts = append(parts, m.path+" "+m.why)
	}
	if more := len(missing) - most; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, "; ")
}

// documentNotSent finds a document that protobuf carries and JSON does not: it is nested too deep, or has half a
// surrogate pair. It returns where that is, "" if it is nowhere.
func documentNotSent(e *example) string {
	for _, f := range e.fields {
		t, name := f.field.Type, f.field.Name.Value
		if f.chosen != nil {
			t, name = f.chosen.Type, f.chosen.Name.Value
		}
		if t.Elem != nil {
			t = *t.Elem
		}
		for _, v := range f.values {
			switch v := v.(type) {
			case *example:
				if at := documentNotSent(v); at != "" {
					return name + "." + at
				}
			case string:
				if t.Scalar == schema.JSON && !sentAsJSON(v) {
					return name
				}
			}
		}
	}
	return ""
}

// sentAsJSON reports whether a document is nested at most 64 deep and all its text is Unicode.
func sentAsJSON(document string) bool {
	const deepest = 64
	depth, inText := 0, false
	for i := 0; i < len(document); i++ {
		switch c := document[i]; {
		case c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '{' || c == '[':
			if depth++; depth > deepest {
				return false
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	// What is read of half a pair is the replacement character, which is in the document itself only as such.
	var v any
	if json.Unmarshal([]byte(document), &v) != nil {
		return false
	}
	text, _ := json.Marshal(v)
	written := strings.Contains(document, string(utf8.RuneError)) || strings.Contains(strings.ToLower(document), `\ufffd`)
	return written || !strings.Contains(string(text), string(utf8.RuneError))
}

// sample lowers an example. What holds the zero value is left out.
func (l *lowering) sample(e *example) sample {
	out := sample{typ: l.messageType(e.message)}
	for _, f := range e.fields {
		lowered := l.field(f.field)
		field := sampleField{goName: lowered.goName, shape: lowered.shape, pointer: lowered.pointer, key: lowered.key.typ, typ: lowered.value.typ}
		t := f.field.Type
		switch {
		case f.chosen != nil:
			t = f.chosen.Type
			field.inner = l.fieldName(f.chosen)
			field.wrapper = l.qualified(e.message.Topology, l.messageName(e.message)+lowered.goName+field.inner)
		case t.IsMap():
			for _, k := range f.keys {
				field.keys = append(field.keys, l.sampleValue(schema.Type{Scalar: t.Key}, k))
			}
			t = *t.Elem
		case t.IsList():
			t = *t.Elem
		case !t.Optional && isZeroValue(f.values[0]):
			continue
		}
		for _, v := range f.values {
			field.values = append(field.values, l.sampleValue(t, v))
		}
		if nested := field.values[0]; lowered.shape == plain && t.Message != nil && len(nested.fields) == 0 {
			continue
		}
		out.fields = append(out.fields, field)
	}
	return out
}

func (l *lowering) sampleValue(t schema.Type, v any) sample {
	out := sample{typ: l.value(t).typ, value: v}
	switch v := v.(type) {
	case *example:
		return l.sample(v)
	case *schema.EnumValue:
		out.value, out.name = nil, l.goName(v.GoName, l.enumName(t.Enum)+exported(v.Name.Value))
	case time.Duration:
		out.value = durationOf(v)
	}
	return out
}

func (l *lowering) framesTest(p *schema.Pattern, f *schema.Flow, examples map[*schema.Message]testedExample) {
	name := l.flowName(p, f)
	out := framesTest{fn: "Test" + name + "Frames", codec: name + "Codec"}
	l.names.declare(out.fn, origin{namePlace(p.GoName, p.Name), "the test of " + describeFlow(p, f), goNameHelp})
	if f.Union {
		out.union = l.unionName(p, f)
	}
	for _, m := range f.Messages {
		e, own := examples[m.Message]
		made := framesExample{exampleFn: e.fn, skip: e.why}
		if !own {
			made.skip = "it is a message of topology " + m.Message.Topology.Name.Value
		}
		if made.skip == "" {
			made.frames, made.skip = framesOf(p, f, m, e.example)
		}
		if made.skip != "" {
			made.skip = m.Message.Name.Value + " is left out: " + made.skip
		}
		out.messages = append(out.messages, made)
	}
	l.p.framesTests = append(l.p.framesTests, out)
}

// framesOf returns an example as the frames that a pattern makes of it, or why it cannot be sent.
func framesOf(p *schema.Pattern, f *schema.Flow, m *schema.PatternMessage, e *example) (frames []string, why string) {
	given := e.given()
	if m.Topic != nil {
		topic, why := topicOf(p, m, given)
		if why != "" {
			return nil, why
		}
		frames = append(frames, topic)
	}
	if f.Union && p.Tag == schema.TagName {
		frames = append(frames, m.Message.WireName.Value)
	}
	body, why := bodyFramesOf(p, m.Message, given)
	return append(frames, body...), why
}

// bodyFramesOf are the frames of a body that has one for each field.
func bodyFramesOf(p *schema.Pattern, m *schema.Message, given map[*schema.Field]exampleField) (frames []string, why string) {
	for _, f := range p.BodyFields(m) {
		held := given[f]
		switch {
		case f.IsRest():
			for _, v := range held.values {
				frames = append(frames, frameOf(f, v))
			}
		case f.As == schema.AsProto:
			w := protoWriter{most: wireSize}
			switch {
			case f.Type.Message != nil && !f.Type.Optional:
				w.message(held.values[0].(*example))
			case held.field != nil:
				w.field(held)
			}
			frames = append(frames, string(w.b))
		case f.As == schema.AsJSON:
			frames = append(frames, jsonFrameOf(f, held))
		default:
			v := held.values[0]
			if t, is := v.(time.Time); is && (t.IsZero() || !time.Unix(0, t.UnixNano()).Equal(t)) {
				return nil, f.Name.Value + " is a time that is not sent as a frame"
			}
			frames = append(frames, frameOf(f, v))
		}
	}
	return frames, ""
}

// topicOf is the topic of an example, or why it cannot be sent.
func topicOf(p *schema.Pattern, m *schema.PatternMessage, given map[*schema.Field]exampleField) (topic, why string) {
	var b strings.Builder
	for i, s := range m.Topic.Segments {
		if s.Field == nil {
			b.WriteString(s.Literal)
			continue
		}
		text := topicText(given[s.Field].values[0])
		if s.Field.Type.Scalar == schema.String && p.ReadsTopic(m) && i+1 < len(m.Topic.Segments) {
			if end := m.Topic.Segments[i+1].Literal[:1]; strings.Contains(text, end) {
				return "", fmt.Sprintf("%s contains %q, which ends it in the topic", s.Field.Name.Value, end)
			}
		}
		b.WriteString(text)
	}
	return b.String(), ""
}

// topicText is a value as a topic holds it.
func topicText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case uint64:
		return strconv.FormatUint(v, 10)
	case [16]byte:
		return fmt.Sprintf("%x-%x-%x-%x-%x", v[:4], v[4:6], v[6:8], v[8:10], v[10:])
	case *schema.EnumValue:
		return v.Name.Value
	}
	panic(fmt.Sprintf("gen: a value of type %T in the topic of a valid topology", v))
}
