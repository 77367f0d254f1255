package lint

import (
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file finds topics and subscriptions that bring more, or less, than they seem to.

var (
	topicPrefix        = &schema.Rule{ID: "topic-prefix", Severity: schema.Warning, Summary: "no topic is the start of another, so that who subscribes to one gets no other"}
	topicUnsubscribed  = &schema.Rule{ID: "topic-unsubscribed", Severity: schema.Warning, Summary: "a message with a topic is subscribed to"}
	subscribeRedundant = &schema.Rule{ID: "subscribe-redundant", Severity: schema.Warning, Summary: "no subscription of a socket includes another"}
)

// shape is the text of a topic with all placeholders alike, and no byte that a template has.
func shape(t *schema.Topic) string {
	var b strings.Builder
	for _, s := range t.Segments {
		if s.Field != nil {
			b.WriteByte(0)
			continue
		}
		b.WriteString(s.Literal)
	}
	return b.String()
}

// isDelimiter reports whether a topic that ends with the byte is complete: what goes on after it is another level, below it.
func isDelimiter(c byte) bool {
	return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == 0 || c >= 0x80)
}

// checkTopicPrefixes reports topics that start as another one is whole. Sorted, a topic comes right before those that it starts.
func (p *pass) checkTopicPrefixes() {
	type topic struct {
		shape string
		of    *schema.PatternMessage
	}
	for _, pattern := range p.topology.Patterns {
		if !pattern.HasTopic() || len(pattern.Messages) < 2 {
			continue
		}
		var topics []topic
		for _, m := range pattern.Messages {
			topics = append(topics, topic{shape(m.Topic), m})
		}
		slices.SortStableFunc(topics, func(a, b topic) int { return strings.Compare(a.shape, b.shape) })
		var open []topic // each the start of the next
		for _, t := range topics {
			for len(open) > 0 && !strings.HasPrefix(t.shape, open[len(open)-1].shape) {
				open = open[:len(open)-1]
			}
			if len(open) > 0 {
				if a := open[len(open)-1]; a.shape != t.shape && !isDelimiter(a.shape[len(a.shape)-1]) && a.shape[len(a.shape)-1] != 0 {
					p.report(topicPrefix, t.of.Topic.Span, "the topic of message %q starts with all of that of %q: who subscribes to that one gets both",
						t.of.Message.Name.Value, a.of.Message.Name.Value).
						Helpf("end both with a character that none of them contains, such as \".\"").
						RelateTo(p.topology, a.of.Topic.Span, "the other topic")
				}
			}
			if len(open) == 0 || open[len(open)-1].shape != t.shape {
				open = append(open, t)
			}
		}
	}
}

// maxTopicMatches bounds how many topics are compared with how many subscriptions.
const maxTopicMatches = 1 << 20

// checkUnsubscribed reports messages that are published, in a pattern that is subscribed to, and that nobody subscribes to. A
// subscription to no message at all is a finding itself, and may be one to any that is misspelt.
func (p *pass) checkUnsubscribed() {
	left := maxTopicMatches
	for _, pattern := range p.topology.Patterns {
		both := p.sides[pattern]
		if both == nil || !pattern.HasTopic() || both[0].open || both[1].open || len(both[0].sockets) == 0 || len(both[1].sockets) == 0 {
			continue
		}
		prefixes, all := subscriptions(both[1].sockets)
		if left -= len(prefixes) * len(pattern.Messages); all || left < 0 {
			continue
		}
		if slices.ContainsFunc(prefixes, func(prefix string) bool { return !heard(pattern.Messages, prefix) }) {
			continue
		}
		for _, m := range pattern.Messages {
			if !slices.ContainsFunc(prefixes, m.Topic.CanStartWith) {
				first := both[1].sockets[0]
				p.report(topicUnsubscribed, m.Span, "no socket subscribes to a topic of message %q", m.Message.Name.Value).
					Helpf("subscribe to the start of its topic; or, where others do, say external: true at the pattern").
					RelateTo(first.Node.Topology, first.Name.Span, "subscribes to other topics")
			}
		}
	}
}

// subscriptions returns what sockets subscribe to, each prefix once; and whether that is or may become everything.
func subscriptions(sockets []*schema.Socket) (prefixes []string, all bool) {
	seen := map[string]bool{}
	for _, s := range sockets {
		if len(s.Subscribe) == 0 { // what it subscribes to later is not in the file
			return nil, true
		}
		for _, t := range s.Subscribe {
			if t.Value == "" {
				return nil, true
			}
			if !seen[t.Value] {
				seen[t.Value] = true
				prefixes = append(prefixes, t.Value)
			}
		}
	}
	return prefixes, false
}

// heard reports whether a subscription brings one of the messages.
func heard(messages []*schema.PatternMessage, prefix string) bool {
	return slices.ContainsFunc(messages, func(m *schema.PatternMessage) bool { return m.Topic.CanStartWith(prefix) })
}

// checkRedundant reports subscriptions of a socket that another one of it includes.
func (p *pass) checkRedundant() {
	p.eachSocket(func(s *schema.Socket) {
		if len(s.Subscribe) < 2 {
			return
		}
		sorted := slices.Clone(s.Subscribe)
		slices.SortStableFunc(sorted, func(a, b schema.Text) int { return strings.Compare(a.Value, b.Value) })
		whole := sorted[0]
		for _, t := range sorted[1:] {
			if !strings.HasPrefix(t.Value, whole.Value) {
				whole = t
				continue
			}
			d := p.report(subscribeRedundant, t.Span, "this is included in another subscription of %q", s.FullName()).
				Helpf("leave one of them out").RelateTo(p.topology, whole.Span, "the other one")
			if whole.Value == "" {
				d.Helpf("leave one of them out: \"\" subscribes to everything")
			}
			if p.fixes++; p.fixes <= maxFixes {
				d.DropFrom(p.topology, "leave it out", t)
			}
		}
	})
}
