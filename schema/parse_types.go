package schema

import (
	"slices"
	"strings"
)

// This file turns the text of a field's type, such as list<Leg>, map<string, Leg> or float64?, into the model.

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
	case strings.HasPrefix(s, "map<"):
		return p.parseMap(n, from, to)
	case looksLikeOneOf(s):
		p.report(badType, at, "a choice of types is written as a mapping").help(oneOfHelp)
		return Type{}
	case s == "list":
		p.report(badType, at, "a list of what?").help("write list<T>, such as list<string>")
		return Type{}
	case s == "map":
		p.report(badType, at, "a map of what?").help(mapHelp)
		return Type{}
	}
	if t := respelled(s); t != "" && p.enums[s] == nil && p.messages[s] == nil {
		d := p.report(badType, at, "%q is no type", s).help("write %s", t)
		if n.textCol > 0 {
			p.fixSpelling(d, at, s, t)
		}
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
		p.report(badType, n.part(from, to), "%s cannot be optional", t.kind()).
			help("an empty one is not written at all; leave the ? out")
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
		p.report(badType, n.part(from, to), "%s in a list is not a type", elem.kind()).help("put the inner one into a message")
		return Type{}
	case elem.Optional:
		p.report(badType, n.part(from, to), "a list of optional values is not a type").help("put the value into a message")
		return Type{}
	}
	return Type{Elem: &elem}
}

const mapHelp = "write map<K, V>, such as map<string, float64>"

// mapKeys are the scalars that a map's key can be: those that protobuf has, and whose text is a key
// of a JSON object.
var mapKeys = []Scalar{
	Bool, Int32, Int64, Uint32, Uint64, Sint32, Sint64, Fixed32, Fixed64, Sfixed32, Sfixed64, String,
}

// parseMap reads map<K, V>. K is a scalar without a comma, so the first comma ends it.
func (p *parser) parseMap(n *node, from, to int) Type {
	s := n.value[from:to]
	comma := from + strings.IndexByte(s, ',')
	switch {
	case !strings.HasSuffix(s, ">"):
		p.report(badType, n.part(from, to), "%q has no closing >", s).help(mapHelp)
		return Type{}
	case comma < from:
		p.report(badType, n.part(from, to), "a map has the type of its keys and that of its values").help(mapHelp)
		return Type{}
	}
	key := p.mapKey(n, from+len("map<"), comma)
	elem := p.parseType(n, comma+1, to-1)
	switch {
	case key == "" || elem == Type{}:
		return Type{}
	case elem.Elem != nil:
		p.report(badType, n.part(from, to), "%s in a map is not a type", elem.kind()).help("put the inner one into a message")
		return Type{}
	case elem.Optional:
		p.report(badType, n.part(from, to), "a map of optional values is not a type").
			help("leave the key out where there is no value, or put the value into a message")
		return Type{}
	}
	return Type{Key: key, Elem: &elem}
}

// mapKey returns the type of a map's keys; "" after reporting why it cannot be one.
func (p *parser) mapKey(n *node, from, to int) Scalar {
	before := len(p.findings)
	t := p.parseType(n, from, to)
	switch {
	case slices.Contains(mapKeys, t.Scalar) && !t.Optional:
		return t.Scalar
	case len(p.findings) == before && t != Type{}:
		from, to = trim(n.value, from, to)
		p.report(badType, n.part(from, to), "%q cannot be the key of a map", n.value[from:to]).
			help("an integer type, bool or string")
	}
	return ""
}

// kind says in words what a list or a map is.
func (t Type) kind() string {
	if t.IsMap() {
		return "a map"
	}
	return "a list"
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
	if i, rest := p.importOf(name); i != nil && i.from != nil {
		if e := i.from.enums[rest]; e != nil {
			return Type{Enum: e}
		}
		if m := i.from.messages[rest]; m != nil {
			return Type{Message: m}
		}
	}
	switch {
	case strings.ContainsAny(name, "<>()[]?@=|, \t\n"):
		p.report(badType, at, "%q is no type", name).help("a scalar, an enum, a message, list<T>, map<K, V> or T?")
	case strings.Contains(name, "."):
		p.reportUnknownMember(unknownType, name, at, "type", typeMembers, "enums", "messages")
	case p.broken[section{p, "enums"}] || p.broken[section{p, "messages"}]:
		// It may be declared in what could not be read.
	default:
		d := p.report(unknownType, at, "unknown type %q", name)
		if s := p.importedExactly(name, typeMembers); s != "" {
			d.help("did you mean %q?", s)
			break
		}
		if s, foreign := foreignTypes[strings.ToLower(name)]; foreign {
			d.help("did you mean %q?", string(s))
			break
		}
		if s := p.suggest(name, p.typeNames()); s != "" {
			d.help("did you mean %q?", s)
			break
		}
		if s := p.importedNearly(name, typeMembers); s != "" {
			d.help("did you mean %q?", s)
			break
		}
		d.help("a scalar (%s), an enum, a message, list<T>, map<K, V> or T?", strings.Join(scalarNames(), ", "))
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
