package schema

import (
	"slices"
	"strings"
)

// This file turns the template of a topic, such as quote.{symbol}., into segments.

const maxTopicLength = 1024

// parseTopic reads the topic of a message; nil if r has none.
func (p *parser) parseTopic(r record, m *Message) *Topic {
	n := r.get("topic")
	if n == nil {
		return nil
	}
	t := &Topic{}
	if n.kind == mappingNode {
		tr, ok := p.record(n, &topicKeys, "the topic", r.keySpan("topic"))
		if !ok || tr.get("template") == nil {
			return t
		}
		t.GoName = p.goName(tr)
		n = tr.get("template")
	}
	t.Text = n.text()
	p.templates[t] = n
	p.parseTemplate(t, n, m)
	return t
}

func (p *parser) parseTemplate(t *Topic, n *node, m *Message) {
	s := n.value
	if s == "" {
		p.report(badTopic, n.span, "the topic is empty").help("leave topic out if there is none")
		return
	}
	if len(s) > maxTopicLength {
		p.report(badTopic, n.span, "the topic has %d bytes; at most %d are allowed", len(s), maxTopicLength)
		return
	}
	for at := 0; at < len(s); {
		brace := strings.IndexAny(s[at:], "{}")
		if brace < 0 {
			t.Segments = append(t.Segments, TopicSegment{Literal: s[at:]})
			return
		}
		if brace > 0 {
			t.Segments = append(t.Segments, TopicSegment{Literal: s[at : at+brace]})
			at += brace
		}
		end := strings.IndexAny(s[at+1:], "{}")
		if s[at] == '}' || end < 0 || s[at+1+end] == '{' {
			p.report(badTopic, n.part(at, at+1), "%q in topic %q has no partner", s[at:at+1], clip(s)).
				help("a placeholder is the name of a field in braces, such as {symbol}")
			return
		}
		name := s[at+1 : at+1+end]
		if f := p.topicField(m, name, n.part(at, at+end+2)); f != nil {
			t.Segments = append(t.Segments, TopicSegment{Field: f})
		}
		at += end + 2
	}
}

// topicScalars are the scalars that a placeholder can hold: their text is the same everywhere.
var topicScalars = []Scalar{
	String, Bool, UUID, Int32, Int64, Uint32, Uint64, Sint32, Sint64, Fixed32, Fixed64, Sfixed32, Sfixed64,
}

func (p *parser) topicField(m *Message, name string, at Span) *Field {
	f := p.fields[m][name]
	if f == nil {
		if !p.broken[m] {
			d := p.report(topicField, at, "message %q has no field %q", m.Name.Value, clip(name))
			p.suggestOf(d, name, "field", namesOf(p, m.Fields, func(f *Field) string { return f.Name.Value }))
		}
		return nil
	}
	switch oneof := p.oneofs[f]; {
	case f.OneOf != nil:
		p.report(topicField, at, "field %q is a oneof and cannot be in a topic", name).
			relatedIn(p, m.Topology, f.Name.Span, "declared")
	case oneof != nil:
		p.report(topicField, at, "field %q is an alternative of oneof %q and cannot be in a topic", name, oneof.Name.Value).
			relatedIn(p, m.Topology, f.Name.Span, "declared")
	case f.Type == Type{}: // reported
	case f.Type.Optional:
		p.report(topicField, at, "field %q is optional and cannot be in a topic", name).
			relatedIn(p, m.Topology, f.Name.Span, "declared")
	case f.Type.Enum == nil && !slices.Contains(topicScalars, f.Type.Scalar):
		p.report(topicField, at, "field %q is no text, integer, enum, bool or uuid and cannot be in a topic", name).
			relatedIn(p, m.Topology, f.Name.Span, "declared")
	default:
		return f
	}
	return nil
}
