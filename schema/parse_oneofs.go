package schema

import "strings"

// This file turns a oneof, a choice of fields of which at most one is there, into the model.

const oneOfHelp = "write {oneof: {cash: Cash @8, swap: Swap @9}}"

// parseOneOf reads {oneof: {cash: Cash @8, swap: Swap @9}}. Its alternatives have their numbers and
// names beside those of the message's other fields.
func (p *parser) parseOneOf(f *Field, at pair, s *fieldScope) {
	what := called("oneof", f.Name)
	n := *at.value
	n.pairs = nil
	for _, pair := range at.value.pairs {
		key := pair.key.value
		if oneofKeys.key(key) != nil || fieldKeys.key(key) == nil {
			n.pairs = append(n.pairs, pair)
			continue
		}
		n.partial = true
		p.report(misplacedKey, pair.key.span, "a oneof has no %q", key).
			help("it has %s; what is said of a value stands at the alternatives", oneofKeys.accepted())
	}
	r, ok := p.record(&n, &oneofKeys, what, f.Name.Span)
	if !ok {
		return
	}
	f.Doc, f.GoName, f.Deprecated = r.doc(), p.goName(r), p.deprecated(r)
	f.Limits.Required = p.choice(r, "required") == "true"
	if as := r.scalarText("as"); as.IsSet() {
		p.forms[f] = r.keySpan("as")
		f.As = p.parseAs(as, nestedForms, "a oneof", what)
	}
	choice := r.get("oneof")
	if choice == nil {
		return
	}
	if len(choice.pairs) == 0 && !choice.partial {
		p.report(noAlternatives, r.keySpan("oneof"), "%s has no alternatives", what).help(oneOfHelp)
	}
	f.OneOf = []*Field{}
	for _, pair := range choice.pairs {
		a := p.addField(pair, s, f)
		p.oneofs[a] = f
		f.OneOf = append(f.OneOf, a)
	}
}

// isOneOf reports whether a field's mapping is that of a oneof.
func isOneOf(n *node) bool { return n.pair("oneof") != nil }

// alternative refuses the types that an alternative of a oneof cannot have.
func (p *parser) alternative(t Type, n *node, from, to int) Type {
	from, to = trim(n.value, from, to)
	switch at := n.part(from, to); {
	case t.Elem != nil:
		p.report(badType, at, "%s in a oneof is not a type", t.kind()).help("put it into a message")
		return Type{}
	case t.Optional:
		p.report(badType, at, "an optional value in a oneof is not a type").
			help("leave the ? out: of a oneof no alternative needs to be there")
		return Type{}
	}
	return t
}

// looksLikeOneOf reports whether a type is how other languages write a choice: oneof<A, B> or A | B.
func looksLikeOneOf(s string) bool {
	return s == "oneof" || strings.HasPrefix(s, "oneof<") || strings.HasPrefix(s, "oneof ") || strings.Contains(s, "|")
}
