package schema

import (
	"cmp"
	"slices"
)

// This file finds messages that cannot become frames, a frame for each field, and forms of frames that no
// frame will have.

func (p *parser) checkFrames() {
	checked := map[*Message]bool{}
	for _, pattern := range p.topology.Patterns {
		if pattern.Encoding != EncodingFrames {
			continue
		}
		for _, b := range pattern.bodies() {
			if !checked[b.message] && !p.broken[b.message] {
				p.checkBodyFrames(pattern, b)
			}
			checked[b.message], p.carried[b.message] = true, true
			if !p.broken[b.message] && !p.broken[pattern] {
				p.checkFrameCount(pattern, b)
			}
		}
		for _, m := range pattern.Messages {
			p.checkConstTopic(m)
		}
	}
}

// body is a message that a pattern carries, and where it says so.
type body struct {
	message *Message
	at      Span
	flow    *Flow // nil for that of a method
}

// bodies are all messages that the pattern carries.
func (p *Pattern) bodies() []body {
	var all []body
	for _, f := range p.Flows() {
		for _, m := range f.Messages {
			all = append(all, body{m.Message, m.Span, f})
		}
	}
	for _, m := range p.Methods {
		for _, b := range append([]*Message{m.Request, m.Reply}, m.Errors...) {
			if b != nil {
				all = append(all, body{b, m.Name.Span, nil})
			}
		}
	}
	return all
}

const (
	maxFrames   = 1024 // that a receiver takes for one message
	maxEnvelope = 17   // of these, in the envelope of a call with its delimiter
)

func (p *parser) checkFrameCount(pattern *Pattern, b body) {
	n, most := len(pattern.BodyFields(b.message)), maxFrames
	if b.flow != nil && b.flow.HasTopic() {
		n++
	}
	if b.flow != nil && b.flow.Union && pattern.Tag == TagName {
		n++
	}
	switch pattern.Kind {
	case ReqRep:
		most -= maxEnvelope
		if !pattern.Bare { // the method, or the status
			n++
		}
	case DealerRouter: // the routing id, which a ROUTER receives before them
		most--
	}
	switch name := clip(b.message.Name.Value); {
	case n == 0:
		p.report(frameCount, b.at, "message %q has no fields, so that nothing would be sent", name).
			help("give it a field, or the pattern a topic or messages with names")
	case n > most:
		p.report(frameCount, b.at, "message %q would have %d frames; at most %d are received", name, n, most).
			help("put fields into a message of their own, as: proto")
	}
}

// checkConstTopic reports constants in a topic, which is made of what fields hold.
func (p *parser) checkConstTopic(m *PatternMessage) {
	if m.Topic == nil {
		return
	}
	for _, s := range m.Topic.Segments {
		if s.Field != nil && s.Field.Const.IsSet() {
			p.report(topicField, m.Topic.Span, "field %q is a constant and cannot be in a topic", clip(s.Field.Name.Value)).
				help("write its value into the topic").relatedIn(p, m.Message.Topology, s.Field.Const.Span, "const")
		}
	}
}

// FrameOrder returns fields in the order of their frames.
func FrameOrder(fields []*Field) []*Field {
	fields = slices.Clone(fields)
	slices.SortStableFunc(fields, func(a, b *Field) int { return cmp.Compare(a.firstID(), b.firstID()) })
	return fields
}

// BodyFields returns the fields of a message that are frames of its body where the pattern carries it.
func (p *Pattern) BodyFields(m *Message) []*Field {
	return slices.DeleteFunc(FrameOrder(m.Fields), func(f *Field) bool { return slices.Contains(p.TopicOnly, f) })
}

// firstID is the number of a field, or the least of those of a oneof.
func (f *Field) firstID() int32 {
	id := f.ID
	for i, alternative := range f.OneOf {
		if i == 0 || alternative.ID < id {
			id = alternative.ID
		}
	}
	return id
}

// IsRest reports whether the field takes all frames that are left.
func (f *Field) IsRest() bool {
	return f.As == AsUsual && f.Type.IsList() && (f.Type.Elem.Scalar == String || f.Type.Elem.Scalar == Bytes)
}

// checkBodyFrames checks that each field of a message is a frame, or the list that takes the rest.
func (p *parser) checkBodyFrames(pattern *Pattern, b body) {
	fields := pattern.BodyFields(b.message)
	for i, f := range fields {
		name := clip(f.Name.Value)
		at, why := f.Name.Span, Related{Span: b.at, Message: "in frames of pattern " + clip(pattern.Name.Value)}
		if b.message.Topology != p.topology { // this file is where they become frames
			at, why = b.at, Related{b.message.Topology.File, f.Name.Span, "the field"}
		}
		switch {
		case f.As != AsUsual, f.OneOf == nil && !isNested(f.Type), f.IsRest() && i == len(fields)-1:
		case f.IsRest():
			next := fields[i+1]
			d := p.report(restLast, at, "field %q takes all frames that are left, and %q comes after it", name, clip(next.Name.Value)).
				help("give the list the greatest number, or one frame: as: proto, or as: json")
			d.Related = append(d.Related, why)
		default:
			kind := "a oneof"
			if f.OneOf == nil {
				kind = nestedKind(f.Type)
			}
			d := p.report(nestedFrame, at, "field %q is %s and does not say how it becomes a frame", name, kind).help("as: proto, or as: json")
			d.Related = append(d.Related, why)
		}
	}
}

// checkUnusedForms warns of as and const where no frame will show them, of this file or of one that imports it. That
// is no error: a message may be made ready for a pattern to come.
func (p *parser) checkUnusedForms() {
	for _, m := range p.topology.Messages {
		for _, f := range m.Fields {
			if at, has := p.forms[f]; has && !p.carried[m] {
				p.report(unusedForm, at, "as and const of field %q say nothing: no pattern carries message %q as frames", clip(f.Name.Value), clip(m.Name.Value)).
					help("encoding: frames at a pattern of the message")
			}
		}
	}
}
