package schema

import (
	"slices"
	"strings"
	"time"
)

// This file reads the forms that fields have where the encoding is frames.

// parseForm reads the form of a field's frame and its constant value. The type is known, or was reported.
func (p *parser) parseForm(f *Field, r record, what string, oneof *Field) {
	for _, key := range []string{"const", "as"} {
		switch {
		case r.get(key) == nil:
		case oneof != nil:
			p.report(misplacedKey, r.keySpan(key), "an alternative of a oneof has no %q", key).
				help("a frame holds the whole oneof: as: proto, or as: json, beside oneof")
		default:
			p.forms[f] = r.keySpan(key)
		}
	}
	if oneof != nil {
		return
	}
	if f.Type == (Type{}) {
		return
	}
	if as := r.scalarText("as"); as.IsSet() {
		f.As = p.parseAs(as, formsOf(f.Type), typeKind(f.Type), what)
	}
	n := r.get("const")
	switch {
	case n == nil:
	case isNested(f.Type):
		p.report(misplacedKey, r.keySpan("const"), "%s is %s and has no const", what, nestedKind(f.Type)).
			help("const is for scalars and enums whose value is always there")
	default:
		f.Const = p.typedValue(n, f.Type, "const", what)
		p.checkConstTime(f.Const, what)
	}
}

// checkConstTime reports a time that is over the nanoseconds that a frame can count.
func (p *parser) checkConstTime(v Value, what string) {
	if t, is := v.Parsed.(time.Time); is && !time.Unix(0, t.UnixNano()).Equal(t) {
		p.report(badValue, v.Span, "const %q of %s is over the nanoseconds from 1970 that 64 bits can count", clip(v.Value), what).
			help("the years 1678 to 2261")
	}
}

// parseAs returns the form that as names, if it is one of the forms that a field of that kind has.
func (p *parser) parseAs(as Text, forms []As, kind, what string) As {
	given := As(as.Value)
	switch {
	case slices.Contains(fieldKeys.key("as").of.words, as.Value):
	case given == "big", given == "big_endian", given == "network":
		p.report(badChoice, as.Span, "%q is no form of a frame", as.Value).help("big endian is the usual form; leave as out")
		return AsUsual
	default:
		d := p.report(badChoice, as.Span, "%q is no form of a frame", clip(as.Value))
		p.suggestChoice(d, as.Value, fieldKeys.key("as").of.words)
		return AsUsual
	}
	if slices.Contains(forms, given) {
		return given
	}
	d := p.report(badForm, as.Span, "%s is %s and has no form %q", what, kind, given)
	switch {
	case kind == enumKind:
		d.help("an enum is an int32 in big endian; as an int32 the field may have another form")
	case len(forms) == 0:
		d.help("leave as out")
	default:
		var names []string
		for _, form := range forms {
			names = append(names, string(form))
		}
		d.help("as: %s", strings.Join(names, ", or "))
	}
	return AsUsual
}

// nestedForms are the forms of what holds more, or less, than one value.
var nestedForms = []As{AsProto, AsJSON}

// formsOf are the forms that a type has beside the usual one.
func formsOf(t Type) []As {
	_, integer := integers[t.Scalar]
	switch {
	case t.Optional && t.Scalar == JSON: // a null would be a document or absent
		return []As{AsProto}
	case isNested(t):
		return nestedForms
	case integer, t.Scalar == Float32, t.Scalar == Float64:
		return []As{AsLittle, AsText}
	case t.Scalar == Bool:
		return []As{AsText}
	}
	return nil
}

// isNested reports whether a type holds more, or less, than the one value that a frame is.
func isNested(t Type) bool { return t.Elem != nil || t.Message != nil || t.Optional }

// nestedKind says what is nested, with an article.
func nestedKind(t Type) string {
	switch {
	case t.IsMap():
		return "a map"
	case t.Elem != nil:
		return "a list"
	case t.Optional:
		return "optional"
	}
	return "a message"
}

const enumKind = "an enum"

// typeKind names a type, with its article.
func typeKind(t Type) string {
	switch {
	case isNested(t):
		return nestedKind(t)
	case t.Enum != nil:
		return enumKind
	case strings.HasPrefix(string(t.Scalar), "int"):
		return "an " + string(t.Scalar)
	case t.Scalar == Bytes:
		return "bytes"
	}
	return "a " + string(t.Scalar)
}
