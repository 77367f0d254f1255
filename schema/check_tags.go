package schema

import (
	"fmt"
	"strings"
	"time"
)

// This file checks what a receiver has to read from topics and constants: fields that travel in the topic
// alone, and which of several messages without a name one is.

// maxTagWork bounds how much of topics is compared with one another.
const maxTagWork = 1 << 24

// parseTopicOnly reads the names of the fields that travel in the topic alone. In a pattern of several messages
// a name is that of a field in each message that has one.
func (p *parser) parseTopicOnly(pattern *Pattern, r record) {
	if r.get("topic_only") == nil {
		return
	}
	if pattern.Encoding != EncodingFrames {
		p.report(misplacedKey, r.keySpan("topic_only"), "topic_only needs encoding: frames").
			help("other encodings carry all fields in the body")
		return
	}
	for _, n := range p.texts(r, "topic_only") {
		found := false
		for _, m := range pattern.Messages {
			f := p.fields[m.Message][n.value]
			if f == nil {
				continue
			}
			found = true
			switch times := m.timesInTopic(f); {
			case p.broken[m.Message]:
			case times == 1:
				pattern.TopicOnly = append(pattern.TopicOnly, f)
			case times == 0:
				p.report(badTopicOnly, n.span, "field %q is not in the topic of message %q", clip(n.value), clip(m.Message.Name.Value)).
					related(m.Span, "the message")
			default:
				p.report(badTopicOnly, n.span, "field %q is in the topic of message %q more than once", clip(n.value), clip(m.Message.Name.Value)).
					related(m.Topic.Span, "the topic")
			}
		}
		if !found && len(pattern.Messages) > 0 {
			d := p.report(badTopicOnly, n.span, "%s has no message with a field %q", called("pattern", pattern.Name), clip(n.value))
			p.suggestOf(d, n.value, "field", namesOf(p, pattern.Messages[0].Message.Fields, func(f *Field) string { return f.Name.Value }))
		}
	}
}

// timesInTopic counts the placeholders of a field.
func (m *PatternMessage) timesInTopic(f *Field) (n int) {
	if m.Topic == nil {
		return 0
	}
	for _, s := range m.Topic.Segments {
		if s.Field == f {
			n++
		}
	}
	return n
}

// ReadsTopic reports whether a receiver reads the topic of the message.
func (p *Pattern) ReadsTopic(m *PatternMessage) bool {
	if m.Topic == nil {
		return false
	}
	for _, f := range p.TopicOnly {
		if m.timesInTopic(f) > 0 {
			return true
		}
	}
	return p.Union && p.Tag == TagTopic
}

func (p *parser) checkTags() {
	work := 0
	for _, pattern := range p.topology.Patterns {
		if p.broken[pattern] || p.anyBroken(pattern) {
			continue
		}
		readable := true
		for _, m := range pattern.Messages {
			if pattern.ReadsTopic(m) {
				readable = p.checkReadable(m) && readable
			}
		}
		for _, f := range pattern.Flows() {
			if f.Union && pattern.Tag == TagConst {
				p.checkConstTag(pattern, f)
			}
		}
		switch {
		case !pattern.Union:
		case pattern.Tag == TagTopic && !pattern.HasTopic():
			p.report(badTag, p.tags[pattern], "%s has no topics to tell its messages apart by", called("pattern", pattern.Name)).
				help("give each message a topic, or use tag: name")
		case pattern.Tag == TagTopic && readable:
			p.checkTopicTag(pattern, &work)
		}
	}
}

func (p *parser) anyBroken(pattern *Pattern) bool {
	for _, f := range pattern.Flows() {
		for _, m := range f.Messages {
			if p.broken[m.Message] {
				return true
			}
		}
	}
	return false
}

// checkReadable checks that the values in a topic end where a receiver sees it: at the byte that comes next
// in the template, or at the end.
func (p *parser) checkReadable(m *PatternMessage) bool {
	segments := m.Topic.Segments
	for i, s := range segments {
		if s.Field == nil || i == len(segments)-1 {
			continue
		}
		name, next := clip(s.Field.Name.Value), segments[i+1]
		if next.Field != nil {
			p.report(badTopicOnly, m.Topic.Span, "nothing stands between {%s} and {%s}, so that the topic cannot be read", name, clip(next.Field.Name.Value)).
				help("put a character between them that no value contains, such as \".\"")
			return false
		}
		if end := next.Literal[0]; s.Field.Type.Scalar != String && inTopic(s.Field.Type, end) {
			p.report(badTopicOnly, m.Topic.Span, "%q behind {%s} may be part of its value, so that the topic cannot be read", end, name).
				help("put a character there that no value contains, such as \".\"")
			return false
		}
	}
	return true
}

// inTopic reports whether a byte may be part of a value of a type in a topic.
func inTopic(t Type, c byte) bool {
	switch {
	case t.Enum != nil:
		return c == '-' || c == '_' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z'
	case t.Scalar == String:
		return true
	case t.Scalar == Bool:
		return strings.IndexByte("truefalse", c) >= 0
	case t.Scalar == UUID:
		return c == '-' || '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
	}
	return c == '-' || '0' <= c && c <= '9'
}

// TagIndex returns the first frame of the body that is a constant of one type and form in all messages, and
// another one in each message of the flow; -1 if there is none.
func (p *Pattern) TagIndex(flow *Flow) int {
	for i, f := range p.BodyFields(flow.Messages[0].Message) {
		if f.Const.IsSet() && p.tellsApart(flow, i, f) {
			return i
		}
	}
	return -1
}

func (p *Pattern) tellsApart(flow *Flow, i int, first *Field) bool {
	seen := map[string]bool{}
	for _, m := range flow.Messages {
		fields := p.BodyFields(m.Message)
		if len(fields) <= i || !fields[i].Const.IsSet() || fields[i].Type != first.Type || fields[i].As != first.As {
			return false
		}
		key := constKey(fields[i].Const.Parsed)
		if seen[key] {
			return false
		}
		seen[key] = true
	}
	return true
}

// constKey is text that differs for constants of one type that differ.
func constKey(v any) string {
	switch v := v.(type) {
	case *EnumValue:
		return itoa(int64(v.Number))
	case time.Time:
		return itoa(v.UnixNano())
	}
	return fmt.Sprint(v)
}

func (p *parser) checkConstTag(pattern *Pattern, flow *Flow) {
	if len(flow.Messages) > 0 && pattern.TagIndex(flow) < 0 {
		what := called("pattern", pattern.Name)
		if flow.Sender != "" {
			what = flow.Key() + " of " + what
		}
		d := p.report(ambiguousUnion, p.tags[pattern], "no frame tells the messages of %s apart", what).
			help("give each a const field with the same place and type, and another value")
		if a, b := pattern.sameConst(flow); b != nil {
			d.help("messages %q and %q have the same constant; give each another", clip(a.Name.Value), clip(b.Name.Value)).
				relatedIn(p, a.Topology, a.Name.Span, "the one").relatedIn(p, b.Topology, b.Name.Span, "the other")
		}
	}
}

// sameConst returns two messages whose constants would tell all messages of the flow apart if they were not the same, or nil.
func (p *Pattern) sameConst(flow *Flow) (a, b *Message) {
	for i, f := range p.BodyFields(flow.Messages[0].Message) {
		seen := map[string]*Message{}
		a, b = nil, nil
		for _, m := range flow.Messages {
			fields := p.BodyFields(m.Message)
			if !f.Const.IsSet() || len(fields) <= i || !fields[i].Const.IsSet() || fields[i].Type != f.Type || fields[i].As != f.As {
				a, b = nil, nil
				break
			}
			key := constKey(fields[i].Const.Parsed)
			if first := seen[key]; first != nil && b == nil {
				a, b = first, m.Message
			}
			seen[key] = m.Message
		}
		if b != nil && len(seen) > 1 { // else it is a constant that all have, such as the name of a protocol
			return a, b
		}
	}
	return nil, nil
}

// checkTopicTag checks that no topic may be that of two messages.
func (p *parser) checkTopicTag(pattern *Pattern, work *int) {
	for i, a := range pattern.Messages {
		for _, b := range pattern.Messages[:i] {
			if *work += len(a.Topic.Value) * len(b.Topic.Value); *work > maxTagWork {
				p.report(ambiguousUnion, p.tags[pattern], "the topics of %s are too many and too long to be compared", called("pattern", pattern.Name))
				return
			}
			if topicsMeet(a.Topic, b.Topic) {
				p.report(ambiguousUnion, a.Topic.Span, "a topic may be that of message %q and of message %q", clip(a.Message.Name.Value), clip(b.Message.Name.Value)).
					help("start them with different text").related(b.Topic.Span, "the other topic")
				return
			}
		}
	}
}

// topicStep is a byte of a template, or a value: any number of the bytes that it may have.
type topicStep struct {
	literal byte
	value   *Type // nil for a byte
	end     byte  // the byte that ends the value
	last    bool  // nothing ends the value but the end
}

func (s topicStep) takes(c byte) bool {
	if s.value == nil {
		return s.literal == c
	}
	return inTopic(*s.value, c) && (s.last || c != s.end)
}

func topicSteps(t *Topic) []topicStep {
	var steps []topicStep
	for i, s := range t.Segments {
		if s.Field == nil {
			for _, c := range []byte(s.Literal) {
				steps = append(steps, topicStep{literal: c})
			}
			continue
		}
		step := topicStep{value: &s.Field.Type, last: i == len(t.Segments)-1}
		if !step.last {
			step.end = t.Segments[i+1].Literal[0]
		}
		steps = append(steps, step)
	}
	return steps
}

// topicsMeet reports whether two templates may make the same topic. It walks all pairs of places in them that
// the same text leads to.
func topicsMeet(a, b *Topic) bool {
	x, y := topicSteps(a), topicSteps(b)
	width := len(y) + 1
	seen := make([]bool, (len(x)+1)*width)
	var walk [][2]int
	reach := func(i, j int) {
		if at := i*width + j; !seen[at] {
			seen[at] = true
			walk = append(walk, [2]int{i, j})
		}
	}
	reach(0, 0)
	for len(walk) > 0 {
		i, j := walk[len(walk)-1][0], walk[len(walk)-1][1]
		walk = walk[:len(walk)-1]
		if i == len(x) && j == len(y) {
			return true
		}
		if i < len(x) && x[i].value != nil {
			reach(i+1, j) // the value ends
		}
		if j < len(y) && y[j].value != nil {
			reach(i, j+1)
		}
		if i == len(x) || j == len(y) {
			continue
		}
		switch p, q := x[i], y[j]; {
		case p.value == nil && q.value == nil:
			if p.literal == q.literal {
				reach(i+1, j+1)
			}
		case p.value == nil && q.takes(p.literal):
			reach(i+1, j)
		case q.value == nil && p.takes(q.literal):
			reach(i, j+1)
		}
	}
	return false
}
