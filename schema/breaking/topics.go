package breaking

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file compares topics with what subscribers of the other version ask for.

// topicLook is a template with numbers in place of the names of fields, which are not on the wire.
func topicLook(t *schema.Topic) string {
	b := strings.Builder{}
	for _, s := range t.Segments {
		if s.Field != nil {
			fmt.Fprintf(&b, "\x00%d\x00", s.Field.ID)
		} else {
			b.WriteString(s.Literal)
		}
	}
	return b.String()
}

// startsWith reports whether a topic of the template may start with a prefix, as far as the file tells.
func startsWith(t *schema.Topic, prefix string) bool {
	if len(t.Segments) == 0 {
		return prefix == ""
	}
	literal, open := t.Segments[0].Literal, len(t.Segments) > 1 || t.Segments[0].Field != nil
	return strings.HasPrefix(literal, prefix) || open && strings.HasPrefix(prefix, literal)
}

// noteTopics remembers the enums whose values stand in topics.
func (c *comparison) noteTopics(t *schema.Topology) {
	for _, p := range t.Patterns {
		for _, m := range p.Messages {
			if m.Topic == nil {
				continue
			}
			for _, s := range m.Topic.Segments {
				if s.Field != nil && s.Field.Type.Enum != nil {
					c.inTopics[s.Field.Type.Enum] = true
				}
			}
		}
	}
}

// reachesSame reports whether the part of a prefix behind what a template begins with is compared with the same fields as with the
// other template: "quote.EUR" asks for a symbol of quote.{symbol}, and for a venue of quote.{venue}.{symbol}.
func reachesSame(t, other *schema.Topic, prefix string) bool {
	var fields []*schema.Field
	for _, s := range other.Segments {
		if s.Field != nil {
			fields = append(fields, s.Field)
		}
	}
	for _, s := range t.Segments {
		if s.Field != nil {
			if prefix == "" {
				return true
			}
			if len(fields) == 0 || fields[0].ID != s.Field.ID {
				return false
			}
			fields = fields[1:]
			continue
		}
		// A literal is where the value of the field before it ends, as far as can be told.
		at := strings.Index(prefix, s.Literal)
		if at < 0 {
			return true
		}
		prefix = prefix[at+len(s.Literal):]
	}
	return true
}

func (c *comparison) compareTopic(op, np *schema.Pattern, om, nm *schema.PatternMessage, at func(*builder) *builder) {
	if topicLook(om.Topic) == topicLook(nm.Topic) {
		return
	}
	b := at(c.add(topicChanged, []Level{Wire, Topology}, "the topic of %q in pattern %q was %q and is %q",
		nm.Message.Name.Value, np.Name.Value, om.Topic.Value, nm.Topic.Value))
	b.Old.Span, b.New.Span = om.Topic.Span, nm.Topic.Span
	b.Old, b.New = thing{op.Topology, om.Topic.Span, ""}.place(), thing{np.Topology, nm.Topic.Span, ""}.place()
	if np.Tag == schema.TagTopic || op.Tag == schema.TagTopic || len(np.TopicOnly) > 0 || len(op.TopicOnly) > 0 {
		refuse := Reading{Refuses, "refuse it: they read topics by the other template"}
		b.reads(refuse, refuse)
		return
	}
	old, oldLost := c.hear(op, om.Topic, nm.Topic)
	new, newLost := c.hear(np, nm.Topic, om.Topic)
	b.reads(old, new)
	// A subscriber that asks in the new version, too, for what is no longer sent gets nothing whenever it is replaced.
	_, never := c.hear(np, om.Topic, nm.Topic)
	switch {
	case never:
		b.order(NoOrder)
	case !oldLost && !newLost:
		b.as(schema.Warning)
	}
}

// maxSubscriptions is how many subscriptions of a pattern are compared with a topic.
const maxSubscriptions = 2000

// hear says whether subscribers of a version whose topics are those of one template get what is sent with those of another.
func (c *comparison) hear(p *schema.Pattern, own, other *schema.Topic) (r Reading, lost bool) {
	looked := 0
	for _, s := range c.sockets[p] {
		if s.Type != schema.Sub && s.Type != schema.XSub {
			continue
		}
		if len(s.Subscribe) == 0 {
			continue // it subscribes while it runs
		}
		if looked += len(s.Subscribe); looked > maxSubscriptions {
			break
		}
		hears := func(t *schema.Topic) bool {
			return slices.ContainsFunc(s.Subscribe, func(prefix schema.Text) bool {
				return startsWith(t, prefix.Value) && reachesSame(t, own, prefix.Value)
			})
		}
		if hears(own) && !hears(other) {
			return Reading{Lost, fmt.Sprintf("do not get it: %s does not subscribe to %q", c.socketName(s), other.Value)}, true
		}
	}
	return Reading{Same, "get it, as far as they subscribe as the file says"}, false
}
