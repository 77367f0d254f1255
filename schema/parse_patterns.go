package schema

import (
	"slices"
	"strings"
)

// This file turns patterns and their messages into the model.

// kindKeys are the keys of a pattern that belong to some kinds only.
var kindKeys = map[PatternKind][]string{
	PubSub:       {"message", "messages", "reserved", "topic", "tag", "topic_only"},
	PushPull:     {"message", "messages", "reserved", "tag"},
	ReqRep:       {"methods", "request", "reply", "timeout", "idempotent", "retry", "correlation", "reserved"},
	DealerRouter: {"dealer_sends", "router_sends", "reserved", "tag"},
	Pair:         {"bind_sends", "connect_sends", "reserved", "tag"},
}

// kindsKeys are all of these, in the order of the table of keys. Where names are reserved is a matter of more than
// the kind.
var kindsKeys = func() []string {
	var all []string
	for _, key := range patternKeys.names() {
		for _, keys := range kindKeys {
			if key != "reserved" && !slices.Contains(all, key) && slices.Contains(keys, key) {
				all = append(all, key)
			}
		}
	}
	return all
}()

func (p *parser) parsePattern(at pair) {
	pattern := &Pattern{Topology: p.topology, Name: at.key.text()}
	p.checkName(at.key, lowerSnake, "a pattern")
	enter(p.patterns, "", pattern.Name.Value, lowerSnake, pattern)
	p.topology.Patterns = append(p.topology.Patterns, pattern)
	before := len(p.findings)
	p.parsePatternBody(pattern, at.value)
	if len(p.findings) > before || at.value.kind == refusedNode {
		p.broken[pattern] = true
	}
}

func (p *parser) parsePatternBody(pattern *Pattern, n *node) {
	what := called("pattern", pattern.Name)
	r, ok := p.record(n, &patternKeys, what, pattern.Name.Span)
	if !ok {
		return
	}
	p.broken[pattern] = r.excused
	pattern.Doc, pattern.GoName, pattern.Deprecated = r.doc(), p.goName(r), p.deprecated(r)
	pattern.Encoding = p.parseEncoding(r, p.encoding)
	pattern.External = p.choice(r, "external") == "true"
	kind := r.scalarText("kind")
	if pattern.Kind = PatternKind(kind.Value); !slices.Contains(r.words("kind"), kind.Value) {
		if kind.IsSet() {
			d := p.report(badChoice, kind.Span, "%q is no kind of pattern", clip(kind.Value))
			given := kind.Value
			if ours, foreign := foreignKinds[strings.ToLower(given)]; foreign {
				given = string(ours)
			}
			p.suggestChoice(d, given, r.words("kind"))
		}
		pattern.Kind = ""
		return
	}
	for _, key := range kindsKeys {
		if r.get(key) != nil && !slices.Contains(kindKeys[pattern.Kind], key) {
			r.excused = true
			p.report(misplacedKey, r.keySpan(key), "a pattern of kind %s has no %q", pattern.Kind, key).
				help("it has %s", strings.Join(kindKeys[pattern.Kind], ", "))
			delete(r.values, key)
		}
	}
	pattern.Reserved = p.reservedNames(r)
	p.parseMetadata(pattern, r)
	switch pattern.Kind {
	case ReqRep:
		p.parseCalls(pattern, r, what)
	case DealerRouter, Pair:
		p.parseFlows(pattern, r, what)
	default:
		p.parsePatternMessages(pattern, r, what)
	}
}

func (p *parser) parsePatternMessages(pattern *Pattern, r record, what string) {
	one, several := r.get("message"), r.get("messages")
	switch {
	case one != nil && several != nil:
		p.report(misplacedKey, r.keySpan("messages"), "%s has both message and messages", what).
			help("message: the only one, without its name on the wire; messages: one or several, each with its name").
			related(r.keySpan("message"), "message")
		return
	case one == nil && several == nil:
		if !r.excused {
			p.report(noMessages, pattern.Name.Span, "%s does not say which messages it carries", what).help("add message: NAME, or messages")
		}
		return
	}
	pattern.Tag = TagName
	if tag := r.scalarText("tag"); tag.IsSet() {
		p.parseTag(pattern, tag, r.keySpan("tag"), several != nil)
	}
	defer p.parseTopicOnly(pattern, r)
	if named := several != nil && pattern.Tag == TagName; !named && r.get("reserved") != nil {
		p.reportNothingReserved(r, what, "messages")
	}
	if one != nil {
		if m := p.message(one); m != nil {
			pm := &PatternMessage{Message: m, Span: one.span}
			pm.Topic = p.parseTopic(r, m)
			pattern.Messages = []*PatternMessage{pm}
		}
		return
	}
	pattern.Union = true
	if r.get("topic") != nil {
		p.report(misplacedKey, r.keySpan("topic"), "with messages, a topic stands at each of them").
			help("such as messages: {Quote: {topic: \"quote.{symbol}.\"}}")
	}
	p.parseUnion(pattern, several, r, what)
}

func (p *parser) parseUnion(pattern *Pattern, several *node, r record, what string) {
	if len(several.pairs) == 0 && !several.partial {
		p.report(noMessages, r.keySpan("messages"), "%s carries no messages", what).help("name at least one")
	}
	var with, without *node // the first message with a topic and the first without
	names := newWireNames(pattern.Reserved)
	for _, pair := range several.pairs {
		m := p.message(pair.key)
		entry := *pair.value
		if entry.kind == scalarNode && entry.plain && (entry.value == "null" || entry.value == "~") {
			entry.value = "" // as other tools write nothing
		}
		er, ok := p.record(&entry, &patternMessageKeys, called("message", pair.key.text()), pair.key.span)
		if !ok || er.excused || several.partial {
			p.broken[pattern] = true
		}
		if !ok || m == nil {
			continue
		}
		pm := &PatternMessage{Message: m, Span: pair.key.span}
		pattern.Messages = append(pattern.Messages, pm)
		if pattern.Tag == TagName {
			p.addWireName(names, p.wireNamedMessage("message", m, pair.key.span))
		}
		if er.get("topic") != nil {
			pm.Topic = p.parseTopic(er, m)
			if with == nil {
				with = pair.key
			}
		} else if without == nil && !er.excused {
			without = pair.key
		}
	}
	if with != nil && without != nil {
		p.report(topicMixed, without.span, "%q has no topic, other messages of %s have one", without.value, what).
			help("give all messages a topic, or none").related(with.span, "has a topic")
	}
}

func (p *parser) parseTag(pattern *Pattern, tag Text, key Span, union bool) {
	switch t := Tag(tag.Value); {
	case !slices.Contains(patternKeys.key("tag").of.words, tag.Value):
		d := p.report(badChoice, tag.Span, "%q is no tag", clip(tag.Value))
		p.suggestChoice(d, tag.Value, patternKeys.key("tag").of.words)
	case !union && flowKeys[pattern.Kind] != [2]string{}:
		p.report(misplacedKey, key, "a pattern whose sides send one message each has no tag").help("a list, even of one, has names on the wire")
	case !union && t == TagName:
		p.report(misplacedKey, key, "a pattern with one message has no tag").help("use messages to put the name on the wire")
	case !union:
		p.report(misplacedKey, key, "a pattern with one message has no tag").help("use messages for several")
	case t == TagTopic && flowKeys[pattern.Kind] != [2]string{}:
		p.report(badTag, tag.Span, "tag: topic needs topics, which a pattern of kind %s has not", pattern.Kind).
			help("tag: name, or tag: const with encoding: frames")
	case t == TagConst && pattern.Encoding != EncodingFrames:
		d := p.report(badTag, tag.Span, "tag: const needs encoding: frames, where constants are frames")
		if flowKeys[pattern.Kind] != [2]string{} {
			d.help("tag: name")
			break
		}
		d.help("tag: name or tag: topic")
	default:
		pattern.Tag = t
		p.tags[pattern] = tag.Span
	}
}

// message returns the message that n names, or nil after reporting.
func (p *parser) message(n *node) *Message {
	name := n.value
	if m := p.messages[name]; m != nil {
		return m
	}
	i, rest := p.importOf(name)
	if i != nil && i.from != nil && i.from.messages[rest] != nil {
		return i.from.messages[rest]
	}
	switch {
	case i != nil && i.from != nil && i.from.enums[rest] != nil:
		p.report(unknownMessage, n.span, "%q is an enum; a message is expected", clip(name)).
			relatedIn(p, i.from.topology, i.from.enums[rest].Name.Span, "declared")
	case p.enums[name] != nil:
		p.report(unknownMessage, n.span, "%q is an enum; a message is expected", clip(name)).
			related(p.enums[name].Name.Span, "declared")
	case isScalar(name):
		p.report(unknownMessage, n.span, "%q is a scalar; a message is expected", name).help("put it into a message")
	case strings.Contains(name, "."):
		p.reportUnknownMember(unknownMessage, name, n.span, "message", messageMembers, "messages")
	case p.broken[section{p, "messages"}]:
	default:
		d := p.report(unknownMessage, n.span, "unknown message %q", clip(name))
		p.suggestAny(d, name, "message", p.messageNames(), messageMembers)
	}
	return nil
}
