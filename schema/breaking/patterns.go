package breaking

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file compares patterns: what travels, in which frames, under which names.

func patternThing(p *schema.Pattern) thing {
	return thing{p.Topology, p.Name.Span, "patterns." + p.Name.Value}
}

func carriedThing(p *schema.Pattern, f *schema.Flow, m *schema.PatternMessage) thing {
	return thing{p.Topology, m.Span, "patterns." + p.Name.Value + "." + f.Key() + "." + m.Message.Name.Value}
}

func (c *comparison) comparePatterns(old, new *schema.Topology) {
	look := func(p *schema.Pattern) string { return c.patternLook(p) }
	pairs := paired(old.Patterns, new.Patterns, func(p *schema.Pattern) string { return p.Name.Value }, look)
	for o, n := range pairs {
		c.patternPairs[o] = n
	}
	back := turned(pairs)
	for _, n := range new.Patterns {
		if back[n] == nil {
			c.add(patternAdded, []Level{Source, Topology}, "pattern %q is new", n.Name.Value).at(thing{}, patternThing(n), thing{}).
				between(c.of(nil, c.newWays[n])).nothing()
			continue
		}
		c.comparePattern(back[n], n)
	}
	for _, o := range old.Patterns {
		if pairs[o] == nil {
			gone := Reading{Lost, "get nothing of it"}
			c.add(patternRemoved, []Level{Wire, Source, Topology}, "pattern %q is gone", o.Name.Value).at(patternThing(o), thing{}, topologyThing(new)).
				between(c.of(c.oldWays[o], nil)).reads(gone, gone).order(Any)
		}
	}
}

// patternLook is what a pattern that is renamed keeps.
func (c *comparison) patternLook(p *schema.Pattern) string {
	parts := []string{string(p.Kind), string(p.Encoding), string(p.Tag), fmt.Sprint(p.Metadata, p.Bare)}
	for _, f := range p.Flows() {
		parts = append(parts, f.Sender, fmt.Sprint(f.Union))
		for _, m := range f.Messages {
			topic := ""
			if m.Topic != nil {
				topic = m.Topic.Value
			}
			parts = append(parts, c.typeName(nil, m.Message), topic)
		}
	}
	for _, m := range p.Methods {
		parts = append(parts, m.WireName.Value, c.typeName(nil, m.Request), c.typeName(nil, m.Reply))
	}
	return strings.Join(parts, "|")
}

func (c *comparison) comparePattern(o, n *schema.Pattern) {
	u := c.of(c.oldWays[o], c.newWays[n])
	what := fmt.Sprintf("pattern %q", n.Name.Value)
	at := func(b *builder) *builder { return b.at(patternThing(o), patternThing(n), thing{}).between(u) }
	refuse := Reading{Refuses, "refuse it: it has other frames"}
	breaks := func(rule *schema.Rule, format string, args ...any) {
		at(c.add(rule, []Level{Wire, Source}, format, args...)).reads(refuse, refuse)
	}
	if o.Name.Value != n.Name.Value && !sameGoName(o.Name, o.GoName, n.Name, n.GoName) {
		at(c.add(patternRenamed, []Level{Source}, "pattern %q is now called %q", o.Name.Value, n.Name.Value))
	}
	c.compareGoName(what, o.Name, o.GoName, n.Name, n.GoName, patternThing(o), patternThing(n))
	if o.External != n.External {
		said := "is spoken by others too"
		if o.External {
			said = "is spoken by none but the sockets of the file"
		}
		at(c.add(externalChanged, []Level{Topology}, "%s %s from now on", what, said))
	}
	if o.Kind != n.Kind {
		breaks(kindChanged, "%s was %s and is %s", what, o.Kind, n.Kind)
		return
	}
	if o.Encoding != n.Encoding {
		at(c.add(encodingChanged, []Level{Wire, JSON}, "the encoding of %s was %s and is %s", what, o.Encoding, n.Encoding)).
			reads(Reading{Refuses, "refuse it: it has another encoding"}, Reading{Refuses, "refuse it: it has another encoding"})
	}
	if o.Metadata != n.Metadata {
		reads, said := both{Reading{Ignores, "skip the frame of metadata"}, Reading{Default, "find no metadata"}}, "carries metadata"
		if o.Metadata {
			reads, said = both{reads.new, reads.old}, "carries no metadata"
		}
		at(c.add(metadataChanged, []Level{Wire, Source}, "%s %s from now on", what, said)).reads(reads.old, reads.new)
	}
	c.compareReservedNames(o, n, u)
	if n.Kind == schema.ReqRep {
		c.compareCalls(o, n, u, breaks)
		return
	}
	if o.Tag != n.Tag && !slices.ContainsFunc(n.Flows(), func(f *schema.Flow) bool { return !f.Union }) {
		breaks(tagChanged, "%s told its messages apart by %s and does by %s", what, cmp.Or(o.Tag, schema.TagName), cmp.Or(n.Tag, schema.TagName))
	}
	oldFlows, newFlows := o.Flows(), n.Flows()
	for i := range min(len(oldFlows), len(newFlows)) {
		c.compareFlow(o, n, oldFlows[i], newFlows[i], u)
	}
}

// compareReservedNames reports names of the wire that are reserved no more.
func (c *comparison) compareReservedNames(o, n *schema.Pattern, u *users) {
	still := map[string]bool{}
	for _, r := range n.Reserved {
		still[r.Value] = true
	}
	for _, r := range o.Reserved {
		if !still[r.Value] {
			c.add(patternReservedGone, []Level{Wire}, "the name %q is not reserved any more in pattern %q", r.Value, n.Name.Value).
				at(thing{o.Topology, r.Span, patternThing(o).path}, patternThing(n), thing{}).between(u)
		}
	}
}

// carriedUsers returns who sends and receives a message of a pattern.
func (c *comparison) carriedUsers(om, nm *schema.PatternMessage) *users {
	var old, new []*schema.Passage
	if way := c.carriedWays[om]; way != nil {
		old = append(old, way)
	}
	if way := c.carriedWays[nm]; way != nil {
		new = append(new, way)
	}
	return c.of(old, new)
}

// compareFlow compares what one side of a pattern sends.
func (c *comparison) compareFlow(op, np *schema.Pattern, o, n *schema.Flow, u *users) {
	what := fmt.Sprintf("pattern %q", np.Name.Value)
	if n.Sender != "" {
		what = fmt.Sprintf("the %s of pattern %q", n.Sender, np.Name.Value)
	}
	refuse := Reading{Refuses, "refuse it: it has other frames"}
	if o.Union != n.Union {
		c.add(framingChanged, []Level{Wire, Source}, "%s sent %s and sends %s", what, unionText(o), unionText(n)).
			at(patternThing(op), patternThing(np), thing{}).between(u).reads(refuse, refuse)
	}
	if o.HasTopic() != n.HasTopic() {
		said := "begin with a topic from now on"
		if o.HasTopic() {
			said = "have no topic any more"
		}
		c.add(topicPresence, []Level{Wire, Topology}, "the messages of %s %s", what, said).
			at(patternThing(op), patternThing(np), thing{}).between(u).reads(refuse, refuse)
	}
	if !o.Union && !n.Union {
		c.compareCarried(op, np, o, n, o.Messages[0], n.Messages[0])
		return
	}
	c.compareUnion(op, np, o, n, what)
}

func unionText(f *schema.Flow) string {
	if f.Union {
		return "messages with their names"
	}
	return "one message without its name"
}

// compareUnion compares the alternatives that one side sends.
func (c *comparison) compareUnion(op, np *schema.Pattern, o, n *schema.Flow, what string) {
	back := map[*schema.Message]*schema.PatternMessage{}
	byWire := map[string]*schema.PatternMessage{}
	for _, m := range o.Messages {
		back[c.messagePairs[m.Message]] = m
		byWire[m.Message.WireName.Value] = m
	}
	delete(back, nil)
	kept := map[*schema.PatternMessage]bool{}
	for _, m := range n.Messages {
		om := back[m.Message]
		if other := byWire[m.Message.WireName.Value]; om == nil && other != nil && !c.carries(n, other.Message) {
			om = other
		}
		if om == nil {
			u := c.carriedUsers(nil, m)
			c.add(alternativeAdded, []Level{Wire, Source}, "%s sends %q too", what, m.Message.Name.Value).
				at(thing{}, carriedThing(np, n, m), thing{}).between(u).
				reads(Reading{Refuses, "count it as a decode error and skip it"}, Reading{None, "meet none of it"}).order(ReceiversFirst)
			continue
		}
		kept[om] = true
		c.compareCarried(op, np, o, n, om, m)
	}
	for _, m := range o.Messages {
		if kept[m] {
			continue
		}
		b := c.add(alternativeRemoved, []Level{Wire, Source}, "%s sends %q no more", what, m.Message.Name.Value).
			at(carriedThing(op, o, m), thing{}, patternThing(np)).between(c.carriedUsers(m, nil)).
			reads(Reading{None, "meet none of it"}, Reading{Refuses, "count it as a decode error and skip it"})
		if slices.ContainsFunc(np.Reserved, func(r schema.Text) bool { return r.Value == m.Message.WireName.Value }) || np.Tag != schema.TagName {
			b.as(schema.Warning)
		}
	}
}

// carries reports whether the new version of a message is one of the flow's.
func (c *comparison) carries(n *schema.Flow, old *schema.Message) bool {
	m := c.messagePairs[old]
	return m != nil && c.carriedBy(n)[m]
}

// carriedBy are the messages of a flow.
func (c *comparison) carriedBy(f *schema.Flow) map[*schema.Message]bool {
	set := c.carried[f]
	if set == nil {
		set = map[*schema.Message]bool{}
		for _, m := range f.Messages {
			set[m.Message] = true
		}
		c.carried[f] = set
	}
	return set
}

// compareCarried compares a message as both versions of a pattern carry it.
func (c *comparison) compareCarried(op, np *schema.Pattern, o, n *schema.Flow, om, nm *schema.PatternMessage) {
	u := c.carriedUsers(om, nm)
	at := func(b *builder) *builder {
		return b.at(carriedThing(op, o, om), carriedThing(np, n, nm), thing{}).between(u)
	}
	if !c.samePair(om.Message, nm.Message) {
		b := at(c.add(carriedChanged, []Level{Wire, JSON, Source}, "pattern %q carried %q and carries %q in its place", np.Name.Value, om.Message.Name.Value, nm.Message.Name.Value))
		if c.alike(om.Message, nm.Message) {
			b.as(schema.Warning)
		} else {
			b.reads(takesOther, takesOther).order(NoOrder)
		}
	} else if op.Encoding == schema.EncodingFrames && np.Encoding == schema.EncodingFrames {
		c.compareFrames(op, np, om.Message, nm.Message, u)
	}
	if was, is := om.Message.WireName.Value, nm.Message.WireName.Value; o.Union && n.Union && np.Tag == schema.TagName && op.Tag == schema.TagName && was != is {
		unknown := Reading{Refuses, "count it as a decode error and skip it: they do not know the name"}
		at(c.add(wireNameChanged, []Level{Wire}, "message %q of pattern %q had the name %q on the wire and has %q", nm.Message.Name.Value, np.Name.Value, was, is)).reads(unknown, unknown)
	}
	if om.Topic != nil && nm.Topic != nil {
		c.compareTopic(op, np, om, nm, at)
	}
}

// samePair reports whether two messages are the versions of one.
func (c *comparison) samePair(o, n *schema.Message) bool { return c.messagePairs[o] == n }
