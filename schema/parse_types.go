package schema

import (
	"slices"
	"strings"
)

// This file turns the text of a field's type, such as list<Leg> or float64?, into the model.

// parseType reads the type that stands in n.value[from:to]. The zero Type is one that was reported.
func (p *parser) parseType(n *node, from, to int) Type {
	from, to = trim(n.value, from, to)
	s := n.value[from:to]
	at := n.part(from, to)
	switch {
	case s == "":
		p.report(badType, at, "a type is missing").help("such as string @1")
		return Type{}
	case len(s) > maxTypeTextLength:
		p.report(badType, at, "a type of %d bytes is too long", len(s))
		return Type{}
	case strings.HasSuffix(s, "?"):
		return p.parseOptional(n, from, to)
	case strings.HasPrefix(s, "list<"):
		return p.parseList(n, from, to)
	case strings.HasPrefix(s, "map<"), strings.HasPrefix(s, "map["), s == "map":
		p.report(notSupported, at, "the type map is not supported yet")
		return Type{}
	case strings.HasPrefix(s, "oneof<"), s == "oneof":
		p.report(notSupported, at, "the type oneof is not supported yet")
		return Type{}
	case s == "list":
		p.report(badType, at, "a list of what?").help("write list<T>, such as list<string>")
		return Type{}
	}
	if t := respelled(s); t != "" && p.enums[s] == nil && p.messages[s] == nil {
		p.report(badType, at, "%q is no type", s).help("write %s", t)
		return Type{}
	}
	return p.namedType(s, at)
}

func (p *parser) parseOptional(n *node, from, to int) Type {
	t := p.parseType(n, from, to-1)
	switch {
	case t == Type{}:
		return t
	case t.Elem != nil:
		p.report(badType, n.part(from, to), "a list cannot be optional").help("an empty list is not written at all; leave the ? out")
		return Type{}
	case t.Optional:
		p.report(badType, n.part(from, to), "%q is optional twice", n.value[from:to])
		return Type{}
	}
	t.Optional = true
	return t
}

func (p *parser) parseList(n *node, from, to int) Type {
	s := n.value[from:to]
	if !strings.HasSuffix(s, ">") {
		p.report(badType, n.part(from, to), "%q has no closing >", s).help("write list<T>, such as list<string>")
		return Type{}
	}
	elem := p.parseType(n, from+len("list<"), to-1)
	switch {
	case elem == Type{}:
		return elem
	case elem.Elem != nil:
		p.report(badType, n.part(from, to), "a list of lists is not a type").help("put the inner list into a message")
		return Type{}
	case elem.Optional:
		p.report(badType, n.part(from, to), "a list of optional values is not a type").help("put the value into a message")
		return Type{}
	}
	return Type{Elem: &elem}
}

// namedType returns the scalar, enum or message called name.
func (p *parser) namedType(name string, at Span) Type {
	if isScalar(name) {
		return Type{Scalar: Scalar(name)}
	}
	if e := p.enums[name]; e != nil {
		return Type{Enum: e}
	}
	if m := p.messages[name]; m != nil {
		return Type{Message: m}
	}
	switch {
	case strings.ContainsAny(name, "<>()[]?@=|, \t\n"):
		p.report(badType, at, "%q is no type", name).help("a scalar, an enum, a message, list<T> or T?")
	case strings.Contains(name, "."):
		p.report(notSupported, at, "%q: types of other topologies are not supported yet", name)
	case p.broken["enums"] || p.broken["messages"]:
		// It may be declared in what could not be read.
	default:
		d := p.report(unknownType, at, "unknown type %q", name)
		if s, foreign := foreignTypes[strings.ToLower(name)]; foreign {
			d.help("did you mean %q?", string(s))
			break
		}
		if s := p.suggest(name, p.typeNames()); s != "" {
			d.help("did you mean %q?", s)
			break
		}
		d.help("a scalar (%s), an enum, a message, list<T> or T?", strings.Join(scalarNames(), ", "))
	}
	return Type{}
}

func trim(s string, from, to int) (int, int) {
	space := []byte(" \t\n")
	for from < to && slices.Contains(space, s[from]) {
		from++
	}
	for to > from && slices.Contains(space, s[to-1]) {
		to--
	}
	return from, to
}
