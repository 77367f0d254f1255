package schema

import (
	"slices"
	"strings"
)

// This file finds topics and subscriptions that do not do what they seem to: ZeroMQ compares nothing
// but the first bytes.

// maxTopicMatches bounds how many subscriptions are compared with how many topics.
const maxTopicMatches = 1 << 20

// checkTopics warns of topics whose values run into what follows, and of subscriptions without a topic.
func (p *parser) checkTopics() {
	for _, pattern := range p.topology.Patterns {
		for _, m := range pattern.Messages {
			if m.Topic != nil && !p.broken[pattern] {
				p.checkDelimiters(m.Topic)
			}
		}
	}
	matches := maxTopicMatches
	for _, node := range p.topology.Nodes {
		for _, s := range node.Sockets {
			if s.Pattern == nil || p.broken[s.Pattern] || !s.Pattern.HasTopic() {
				continue
			}
			for _, prefix := range s.Subscribe {
				if matches -= len(s.Pattern.Messages); matches < 0 {
					return
				}
				p.checkSubscription(s.Pattern, prefix)
			}
		}
	}
}

// checkDelimiters reports the first placeholder of a topic that nothing ends.
func (p *parser) checkDelimiters(t *Topic) {
	n := p.templates[t]
	at := 0
	for i, segment := range t.Segments {
		if segment.Field == nil {
			at += len(segment.Literal)
			continue
		}
		end := at + len(segment.Field.Name.Value) + len("{}")
		placeholder := n.part(at, end)
		switch next := t.Segments[i+1:]; {
		case endsItself(segment.Field.Type):
		case len(next) == 0:
			p.report(topicDelimiter, placeholder, "topic %q ends with a placeholder: a subscription to one value matches longer ones too", clip(n.value)).
				help("end it with a character that no value contains, such as \".\"")
			return
		case next[0].Field != nil:
			p.report(topicDelimiter, placeholder, "nothing stands between {%s} and {%s}: different values make the same topic", segment.Field.Name.Value, next[0].Field.Name.Value).
				help("put a character between them that no value contains, such as \".\"")
			return
		}
		at = end
	}
}

// endsItself reports whether no text of a type is the start of another.
func endsItself(t Type) bool { return t.Scalar == Bool || t.Scalar == UUID }

// checkSubscription reports a prefix that no topic of the pattern can start with.
func (p *parser) checkSubscription(pattern *Pattern, prefix Text) {
	if prefix.Value == "" {
		return
	}
	matched := false
	for _, m := range pattern.Messages {
		if name := placeholderIn(m.Topic, prefix.Value); name != "" {
			p.report(topicUnpublished, prefix.Span, "the subscription %q holds {%s}, which is not replaced", clip(prefix.Value), name).
				help("subscriptions are plain prefixes: end it before the {, or give a value").relatedIn(p, pattern.Topology, m.Topic.Span, "topic")
			return
		}
		matched = matched || m.Topic.CanStartWith(prefix.Value)
	}
	if matched {
		return
	}
	const most = 3
	var topics []string
	for _, m := range pattern.Messages {
		if t := clip(m.Topic.Value); len(topics) < most && !slices.Contains(topics, t) {
			topics = append(topics, t)
		}
	}
	p.report(topicUnpublished, prefix.Span, "no topic of pattern %q starts with %q", clip(pattern.Name.Value), clip(prefix.Value)).
		help("topics: %s", strings.Join(topics, ", ")).relatedIn(p, pattern.Topology, pattern.Name.Span, "declared")
}

// CanStartWith reports whether a topic of the template may start with prefix. It looks up to the first placeholder that may be any
// text, at how long that may be, and at what the values of those before it are made of, not which values there are.
func (t *Topic) CanStartWith(prefix string) bool {
	if len(t.Segments) == 0 {
		return true
	}
	for i, s := range t.Segments {
		if s.Field == nil {
			if !strings.HasPrefix(prefix, s.Literal) {
				return strings.HasPrefix(s.Literal, prefix)
			}
			prefix = prefix[len(s.Literal):]
			continue
		}
		next := t.Segments[i+1:]
		if s.Field.Type.Scalar == String && s.Field.outgrown(prefix, next) {
			return false
		}
		if s.Field.Type.Scalar == String || len(next) > 0 && (next[0].Field != nil || inTopic(s.Field.Type, next[0].Literal[0])) {
			return true
		}
		value := 0
		for value < len(prefix) && inTopic(s.Field.Type, prefix[value]) {
			value++
		}
		if value == len(prefix) {
			return true
		}
		if value == 0 {
			return false
		}
		prefix = prefix[value:]
	}
	return prefix == ""
}

// maxValueTries bounds at how many places of a subscription a text is taken to end.
const maxValueTries = 64

// outgrown reports whether prefix is longer than texts of the field can be, and does not go on as the template does where they end.
func (f *Field) outgrown(prefix string, next []TopicSegment) bool {
	if f.Limits.MaxLen == nil || *f.Limits.MaxLen > maxValueTries || *f.Limits.MaxLen >= len(prefix) {
		return false
	}
	longest := *f.Limits.MaxLen
	if len(next) == 0 {
		return true
	}
	for end := 0; end <= longest && next[0].Field == nil; end++ {
		if rest := prefix[end:]; strings.HasPrefix(rest, next[0].Literal) || strings.HasPrefix(next[0].Literal, rest) {
			return false
		}
	}
	return next[0].Field == nil
}

// placeholderIn returns the name of a placeholder of the template that stands in prefix, or "".
func placeholderIn(t *Topic, prefix string) string {
	if len(prefix) > maxTopicLength || !strings.Contains(prefix, "{") {
		return ""
	}
	for _, segment := range t.Segments {
		if segment.Field != nil && strings.Contains(prefix, "{"+segment.Field.Name.Value+"}") {
			return segment.Field.Name.Value
		}
	}
	return ""
}
