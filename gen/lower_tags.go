package gen

import (
	"fmt"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns topics that receivers read, and what tells messages without names apart, into the
// intermediate representation.

// tag fills in how a codec tells its messages apart.
func (l *lowering) tag(out *codec, p *schema.Pattern, f *schema.Flow) {
	switch {
	case !f.Union:
	case p.Tag == schema.TagConst:
		out.tag, out.tagAt = byConst, p.TagIndex(f)
		for i, m := range f.Messages {
			out.messages[i].wireName = constFrame(p.BodyFields(m.Message)[out.tagAt])
		}
	case p.Tag == schema.TagTopic:
		out.tag = byTopic
	}
}

// topicReader lowers what reads the topic of a message; nil if no receiver reads it. Patterns that carry a
// message under the same template share it.
func (l *lowering) topicReader(p *schema.Pattern, m *schema.PatternMessage, t topic) *topicReader {
	if !p.ReadsTopic(m) {
		return nil
	}
	if known := l.readers[t.goName]; known != nil {
		return known
	}
	out := &topicReader{fn: "read" + t.goName, message: l.messageType(m.Message), template: t.template}
	l.names.declare(out.fn, origin{
		span: namePlace(m.Topic.GoName, m.Topic.Text),
		what: fmt.Sprintf("what reads the topic of %s in pattern %s", m.Message.Name.Value, p.Name.Value),
		help: goNameHelp,
	})
	segments := m.Topic.Segments
	for i, s := range segments {
		piece := topicPiece{literal: s.Literal}
		if s.Field != nil {
			piece.name, piece.goName = s.Field.Name.Value, l.fieldName(s.Field)
			piece.text = s.Field.Type.Scalar == schema.String
			piece.read = l.readTopicValue(s.Field.Type)
			if i+1 < len(segments) {
				piece.end = segments[i+1].Literal[:1]
			}
		}
		out.pieces = append(out.pieces, piece)
	}
	l.readers[t.goName] = out
	l.p.readers = append(l.p.readers, out)
	return out
}

// readTopicValue is what reads a value of a topic.
func (l *lowering) readTopicValue(t schema.Type) goType {
	switch {
	case t.Enum != nil:
		return goType{name: l.enumReader(t.Enum)}
	case t.Scalar == schema.String:
		return goType{path: runtimePath, name: "ReadText"}
	case t.Scalar == schema.Bool:
		return goType{path: runtimePath, name: "ReadTopicBool"}
	case t.Scalar == schema.UUID:
		return goType{path: runtimePath, name: "ReadTopicUUID"}
	}
	return goType{path: runtimePath, name: frameForms[formKey{t.Scalar, schema.AsText}].read}
}

// enumReader is the function that reads the text of an enum, which is lowered when first needed.
func (l *lowering) enumReader(e *schema.Enum) string {
	typ := l.enumType(e)
	out := enum{goName: typ.name, path: typ.path, reader: "read" + l.prefixOf(e.Topology) + typ.name + "Text"}
	for _, known := range l.p.enumReaders {
		if known.path == out.path && known.goName == out.goName {
			return out.reader
		}
	}
	by := origin{namePlace(e.GoName, e.Name), "what reads enum " + e.Name.Value, goNameHelp}
	if typ.path != "" {
		by.span = l.importOf(e.Topology).Alias.Span
	}
	l.names.declare(out.reader, by)
	for _, v := range e.Values {
		out.values = append(out.values, enumValue{name: v.Name.Value, goName: l.valueName(out.goName, v)})
	}
	l.p.enumReaders = append(l.p.enumReaders, out)
	return out.reader
}

// prefix is the text that all topics of a template start with.
func (t *topicReader) prefix() string {
	if t.pieces[0].goName != "" {
		return ""
	}
	return t.pieces[0].literal
}

// layoutFns names the methods of a message that write and read its frames in a pattern. Where fields travel in
// the topic alone they are the pattern's own.
func (l *lowering) layoutFns(p *schema.Pattern, m *schema.Message) (appendFn, parseFn string) {
	own := ""
	if len(p.BodyFields(m)) < len(m.Fields) {
		own = l.patternName(p)
	}
	if prefix := l.prefixOf(m.Topology); prefix != "" {
		own = prefix + l.messageName(m) + own
	}
	return "append" + own + "Frames", "parse" + own + "Frames"
}

// describeLead is the layout before the body.
func describeLead(p *schema.Pattern, f *schema.Flow) string {
	var lead []string
	if f.HasTopic() {
		lead = append(lead, "[topic]")
	}
	if f.Union && p.Tag == schema.TagName {
		lead = append(lead, "[name]")
	}
	return strings.Join(lead, " ")
}
