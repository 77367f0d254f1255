package gen

import (
	"slices"
	"strconv"

	"github.com/dave/jennifer/jen"
)

// This file emits JSON: AppendJSON, straight-line code like AppendProto, and ReadJSON, a loop over keys
// like ReadProto.

// forImporters is said of what is exported for the code that messages of other packages need: those that hold
// a message or an enum of this one.
const forImporters = "It is for generated code, also that of topologies that import this one."

func emitJSON(s *source, p *program) {
	for _, e := range p.enums {
		s.section(func(s *section) {
			s.add(docLines("AppendJSON appends the name of s, or its number, in protobuf's JSON mapping to b. "+forImporters), appendEnumJSON(e))
			s.add(docLines("ReadJSON reads a name or a number at b[i] into s. "+forImporters), parseEnumJSON(e))
		})
	}
	for _, msg := range p.messages {
		s.section(func(s *section) { emitMessageJSON(s, msg) })
	}
}

func emitMessageJSON(s *section, msg message) {
	s.add(docLines("MarshalJSON returns m in protobuf's JSON mapping. It fails on a value that the format cannot carry."), marshalJSON(msg))
	s.add(docLines("AppendJSON appends m in protobuf's JSON mapping to b. It fails on a value that the format cannot carry."), appendJSON(msg))
	s.add(docLines("UnmarshalJSON sets m to what b, in protobuf's JSON mapping, holds. It keeps no part of b."), unmarshalJSON(msg))
	s.add(docLines("ReadJSON reads the object at b[i] into m. "+forImporters), parseFieldsJSON(msg))
}

// func (s Side) AppendJSON(b []byte) []byte { switch s { case SideBuy: return append(b, `"SIDE_BUY"`...) … } }
func appendEnumJSON(e enum) jen.Code {
	return jen.Func().Params(jen.Id("s").Id(e.goName)).Id("AppendJSON").
		Params(jen.Id("b").Index().Byte()).Index().Byte().Block(
		jen.Switch(jen.Id("s")).BlockFunc(func(g *jen.Group) {
			for _, v := range e.values {
				g.Case(jen.Id(v.goName)).Block(jen.Return(jen.Append(idB, raw(strconv.Quote(v.proto)).Op("..."))))
			}
		}),
		jen.Return(jen.Qual("strconv", "AppendInt").Call(idB, jen.Int64().Call(jen.Id("s")), jen.Lit(10))),
	)
}

// parseEnumJSON emits what reads a name or a number.
//
//	func (s *Side) ReadJSON(r *zmqrt.JSONReader, b []byte, i int) int {
//		name, number, i := r.Enum(b, i)
//		*s = Side(number)
//		switch string(name) {
//		case "SIDE_BUY":
//			*s = SideBuy
//		case "":
//		default:
//			r.UnknownName()
//		}
//		return i
//	}
func parseEnumJSON(e enum) jen.Code {
	s := jen.Op("*").Id("s")
	return parseJSONFunc("s", e.goName,
		jen.List(jen.Id("name"), jen.Id("number"), idI).Op(":=").Add(rDot("Enum").Call(idB, idI)),
		s.Clone().Op("=").Id(e.goName).Call(jen.Id("number")),
		jen.Switch(jen.String().Call(jen.Id("name"))).BlockFunc(func(g *jen.Group) {
			for _, v := range e.values {
				g.Case(jen.Lit(v.proto)).Block(s.Clone().Op("=").Id(v.goName))
			}
			g.Case(jen.Lit(""))
			g.Default().Block(rDot("UnknownName").Call())
		}),
		jen.Return(idI),
	)
}

// func (m *Quote) ReadJSON(r *zmqrt.JSONReader, b []byte, i int) int { … }
func parseJSONFunc(receiver, goName string, body ...jen.Code) jen.Code {
	return jen.Func().Params(jen.Id(receiver).Op("*").Id(goName)).Id("ReadJSON").
		Params(jen.Id("r").Op("*").Add(rtJSONReader.q()), jen.Id("b").Index().Byte(), jen.Id("i").Int()).Int().
		Block(body...)
}

// raw is a string literal between backquotes, which s does not hold.
func raw(s string) *jen.Statement { return jen.Id("`" + s + "`") }

// func (m Quote) MarshalJSON() ([]byte, error) { return m.AppendJSON(make([]byte, 0, 256)) }
func marshalJSON(msg message) jen.Code {
	const perField = 32 // bytes, as a guess
	room := jen.Make(jen.Index().Byte(), jen.Lit(0), jen.Lit(perField*(len(msg.fields)+1)))
	return jen.Func().Params(jen.Id("m").Id(msg.goName)).Id("MarshalJSON").Params().
		Params(jen.Index().Byte(), jen.Error()).Block(jen.Return(mDot("AppendJSON").Call(room)))
}

// appendJSON emits AppendJSON: each field behind a comma, the first of which becomes a brace.
//
//	func (m Quote) AppendJSON(b []byte) ([]byte, error) {
//		var err error
//		start := len(b)
//		…
//		return zmqrt.EndJSONObject(b, start), nil
//	}
func appendJSON(msg message) jen.Code {
	var body []jen.Code
	if slices.ContainsFunc(msg.fields, field.canFailJSON) {
		body = append(body, jen.Var().Err().Error())
	}
	body = append(body, jen.Id("start").Op(":=").Len(idB))
	for _, f := range byNumber(msg.fields) {
		body = append(body, appendFieldJSON(f)...)
	}
	body = append(body, jen.Return(rtEndJSONObject.call(idB, jen.Id("start")), idNil))
	return jen.Func().Params(jen.Id("m").Id(msg.goName)).Id("AppendJSON").
		Params(jen.Id("b").Index().Byte()).Params(jen.Index().Byte(), jen.Error()).Block(body...)
}

// canFailJSON reports whether writing the field to JSON may fail.
func (f field) canFailJSON() bool {
	if f.shape == choice { // which returns its own error
		return slices.ContainsFunc(f.alternatives, field.canFailJSON)
	}
	return f.shape >= list || f.value.isMessage() || f.value.json.fails
}

// if m.Symbol != "" { … }, if m.Limit != nil { … }, or what appendListJSON says
func appendFieldJSON(f field) []jen.Code {
	value := mDot(f.goName)
	key := appendKeyJSON(f)
	switch {
	case f.shape == mapping:
		return []jen.Code{jen.If(jen.Len(value).Op(">").Lit(0)).Block(append([]jen.Code{key}, appendMapJSON(f)...)...)}
	case f.shape == choice:
		return []jen.Code{onAlternative(f, func(a field, value *jen.Statement) []jen.Code {
			return []jen.Code{appendKeyJSON(a), appendValueJSON(a, value)}
		})}
	case f.shape == list:
		return []jen.Code{jen.If(jen.Len(value).Op(">").Lit(0)).Block(append([]jen.Code{key}, appendListJSON(f)...)...)}
	case f.shape == optional:
		return []jen.Code{jen.If(value.Clone().Op("!=").Nil()).Block(key, appendValueJSON(f, held(f, value)))}
	case f.value.isMessage():
		return []jen.Code{key, appendValueJSON(f, value)}
	}
	return []jen.Code{jen.If(isSet(f.value.zero, value)).Block(key, appendValueJSON(f, value.Clone()))}
}

// held is what an optional field holds, as the functions want it that append JSON: a message or an enum may be a pointer.
func held(f field, value *jen.Statement) *jen.Statement {
	if f.pointer && !f.value.isMessage() && !f.value.isEnum {
		return jen.Op("*").Add(value)
	}
	return value.Clone()
}

// b = append(b, `,"symbol":`...)
func appendKeyJSON(f field) jen.Code {
	return jen.Id("b").Op("=").Append(idB, raw(`,"`+f.jsonName+`":`).Op("..."))
}

// appendMapJSON writes the entries of a map in the order of their keys:
//
//	for _, k := range zmqrt.SortedKeys(m.Labels, few[:0]) {
//		if b, err = zmqrt.AppendJSONKey(append(b, ','), k); err != nil { … }
//		…
//	}
func appendMapJSON(f field) []jen.Code {
	key := rtAppendJSONKey.call(jen.Append(idB, jen.LitRune(',')), idK)
	return []jen.Code{
		ifFailed(jen.Add(errIs, rtCheckItems.call(jen.Len(mDot(f.goName)))), returnInField(f)),
		jen.Id("entries").Op(":=").Len(idB),
		f.fewKeys(),
		f.eachKey(idK).Block(
			ifFailed(jen.Add(bErrIs, key), returnInField(f)),
			appendValueJSON(f, mDot(f.goName).Index(idK)),
		),
		jen.Add(bIs, rtEndJSONObject.call(idB, jen.Id("entries"))),
	}
}

// b = zmqrt.AppendJSONFloat64(b, m.Bid), b = m.Side.AppendJSON(b), or, where that may fail:
// if b, err = m.Leg.AppendJSON(b); err != nil { … }
func appendValueJSON(f field, expr *jen.Statement) jen.Code {
	var call jen.Code
	fails := f.value.json.fails
	switch {
	case f.value.isMessage():
		call, fails = expr.Dot("AppendJSON").Call(idB), true
	case f.value.isEnum:
		call = expr.Dot("AppendJSON").Call(idB)
	default:
		call = jen.Qual(runtimePath, f.value.json.write).Call(idB, expr)
	}
	if !fails {
		return jen.Add(bIs, call)
	}
	return ifFailed(jen.Add(bErrIs, call), returnInField(f))
}

// appendListJSON writes the items of a list, each behind a comma, the first of which becomes a bracket.
//
//	if err = zmqrt.CheckItems(len(m.Tags)); err != nil { … }
//	list := len(b)
//	for i := range m.Tags {
//		b = append(b, ',')
//		…
//	}
//	b = zmqrt.EndJSONList(b, list)
func appendListJSON(f field) []jen.Code {
	return []jen.Code{
		ifFailed(jen.Add(errIs, rtCheckItems.call(jen.Len(mDot(f.goName)))), returnInField(f)),
		jen.Id("list").Op(":=").Len(idB),
		jen.For(jen.Id("i").Op(":=").Range().Add(mDot(f.goName))).Block(
			jen.Id("b").Op("=").Append(idB, jen.LitRune(',')),
			appendValueJSON(f, mDot(f.goName).Index(idI)),
		),
		jen.Add(bIs, rtEndJSONList.call(idB, jen.Id("list"))),
	}
}

// unmarshalJSON emits UnmarshalJSON.
//
//	*m = Quote{}
//	r := zmqrt.NewJSONReader(b)
//	r.End(b, m.ReadJSON(&r, b, r.Start(b)))
//	return r.Err()
func unmarshalJSON(msg message) jen.Code {
	parse := mDot("ReadJSON").Call(jen.Op("&").Id("r"), idB, rDot("Start").Call(idB))
	return jen.Func().Params(jen.Id("m").Op("*").Id(msg.goName)).Id("UnmarshalJSON").
		Params(jen.Id("b").Index().Byte()).Error().Block(
		jen.Op("*").Id("m").Op("=").Id(msg.goName).Values(),
		jen.Id("r").Op(":=").Add(rtNewJSONReader.call(idB)),
		rDot("End").Call(idB, parse),
		jen.Return(rDot("Err").Call()),
	)
}

// parseFieldsJSON emits the loop over the keys of an object. The index is behind all bytes after an error.
//
//	func (m *Quote) ReadJSON(r *zmqrt.JSONReader, b []byte, i int) int {
//		var (
//			key   []byte
//			field uint32
//			seen  [1]uint64
//		)
//		for i = r.Enter(b, i); i < len(b) && b[i] != '}'; i = r.More(b, i) {
//			field = 0
//			key, i = r.Key(b, i)
//			switch string(key) { … }
//		}
//		if i > len(b) {
//			r.Locate(field, quoteFields)
//		}
//		return r.Leave(b, i)
//	}
//
// More may fail too, behind a field that was read; then the field is where the error is.
func parseFieldsJSON(msg message) jen.Code {
	b, i := idB, jen.Id("i")
	loop := jen.For(
		jen.Add(iIs, rDot("Enter").Call(b, i)),
		jen.Id("i").Op("<").Len(b).Op("&&").Id("b").Index(i).Op("!=").LitRune('}'),
		jen.Add(iIs, rDot("More").Call(b, i)),
	)
	skip := jen.Add(iIs, rDot("Skip").Call(b, i))
	if len(msg.fields) == 0 {
		return parseJSONFunc("m", msg.goName,
			loop.Block(jen.List(jen.Id("_"), idI).Op("=").Add(rDot("Key").Call(b, i)), skip),
			jen.Return(rDot("Leave").Call(b, i)),
		)
	}
	fields := numbered(msg.fields)
	unions := make(map[int32]field) // by the numbers of their alternatives
	for _, f := range msg.fields {
		for _, a := range f.alternatives {
			unions[a.number] = f
		}
	}
	return parseJSONFunc("m", msg.goName,
		jen.Var().Defs(
			jen.Id("key").Index().Byte(),
			jen.Id("field").Uint32(),
			jen.Id("seen").Index(jen.Lit((len(fields)+63)/64)).Uint64(),
		),
		loop.Block(
			jen.Id("field").Op("=").Lit(0),
			read(jen.Id("key"), rDot("Key").Call(b, i)),
			jen.Switch(jen.String().Call(jen.Id("key"))).BlockFunc(func(g *jen.Group) {
				for at, f := range fields {
					names := []jen.Code{jen.Lit(f.jsonName)}
					if f.jsonName != f.name {
						names = append(names, jen.Lit(f.name))
					}
					bit := jen.Lit(1).Op("<<").Lit(at % 64)
					once := rDot("Once").Call(jen.Op("&").Id("seen").Index(jen.Lit(at/64)), bit, i)
					g.Case(names...).Block(append([]jen.Code{
						jen.List(jen.Id("field"), idI).Op("=").List(integer(int64(f.number)), once),
					}, parseAnyJSON(f, unions)...)...)
				}
				g.Default().Block(skip)
			}),
		),
		jen.If(jen.Id("i").Op(">").Len(b)).Block(rDot("Locate").Call(jen.Id("field"), jen.Id(msg.fieldsVar))),
		jen.Return(rDot("Leave").Call(b, i)),
	)
}

// parseAnyJSON reads a field, or an alternative of one of the unions.
func parseAnyJSON(f field, unions map[int32]field) []jen.Code {
	if union, ok := unions[f.number]; ok {
		return parseAlternativeJSON(union, f)
	}
	return parseFieldJSON(f, mDot(f.goName))
}

// parseAlternativeJSON reads one alternative of a oneof, which must be the only one. A null is none, unless it is
// a document.
//
//	if next := r.Null(b, i); next > i {
//		i = next
//	} else {
//		i = r.Alone(m.Settle != nil, i)
//		var v *OrderSettleCash
//		if v, i = zmqrt.JSONItemAt[OrderSettleCash](r, i); i <= len(b) {
//			m.Settle = v
//			i = v.Cash.ReadJSON(r, b, i)
//		}
//	}
func parseAlternativeJSON(union, a field) []jen.Code {
	into := jen.Id("v").Dot(a.goName)
	parse := read(into, rDot(a.value.json.read).Call(idB, idI))
	if a.value.isMessage() || a.value.isEnum {
		parse = jen.Add(iIs, into).Dot("ReadJSON").Call(idR, idB, idI)
	}
	body := []jen.Code{
		jen.Add(iIs, rDot("Alone").Call(mDot(union.goName).Op("!=").Nil(), idI)),
		jen.Var().Id("v").Op("*").Id(a.wrapper),
		ifRead(read(idV, rtJSONItemAt.q().Index(jen.Id(a.wrapper)).Call(idR, idI)),
			mDot(union.goName).Op("=").Id("v"), parse),
	}
	if a.value.json.read == "JSON" {
		return body
	}
	return []jen.Code{unlessNullJSON(body)}
}

// unlessNullJSON passes over a null, or does what body says.
func unlessNullJSON(body []jen.Code) jen.Code {
	return jen.If(jen.Id("next").Op(":=").Add(rDot("Null").Call(idB, idI)), jen.Id("next").Op(">").Id("i")).
		Block(jen.Id("i").Op("=").Id("next")).
		Else().Block(body...)
}

// m.Symbol, i = r.Text(b, i), and its like for every shape
func parseFieldJSON(f field, into *jen.Statement) []jen.Code {
	rbi := []jen.Code{idR, idB, jen.Id("i")}
	parses := f.value.isMessage() || f.value.isEnum // by ReadJSON
	method := jen.Parens(jen.Op("*").Add(rtJSONReader.q())).Dot(f.value.json.read)
	switch {
	case f.shape == mapping && parses:
		method = jen.Parens(jen.Op("*").Add(f.value.typ.code())).Dot("ReadJSON")
		return []jen.Code{read(into, rtJSONEntries.call(idR, into.Clone(), idB, idI, method))}
	case f.shape == mapping:
		return []jen.Code{read(into, rtJSONEntryValues.call(idR, into.Clone(), idB, idI, method))}
	case f.shape == list && parses:
		method = jen.Parens(jen.Op("*").Add(f.value.typ.code())).Dot("ReadJSON")
		return []jen.Code{read(into, rtJSONItems.call(idR, into.Clone(), idB, idI, method))}
	case f.shape == list:
		return []jen.Code{read(into, rtJSONValues.call(idR, into.Clone(), idB, idI, method))}
	case parses:
		return parseNestedJSON(f)
	case f.pointer:
		return []jen.Code{read(into, rtJSONOptional.call(append(rbi, method)...))}
	}
	return []jen.Code{read(into, rDot(f.value.json.read).Call(idB, idI))}
}

// parseNestedJSON reads a message within the message, or an enum, unless it is null.
//
//	if next := r.Null(b, i); next > i {
//		i = next
//	} else {
//		i = m.Leg.ReadJSON(r, b, i)
//	}
func parseNestedJSON(f field) []jen.Code {
	parse := []jen.Code{jen.Add(iIs, mDot(f.goName)).Dot("ReadJSON").Call(idR, idB, idI)}
	if f.shape == optional {
		item := rtJSONItemAt.q().Index(f.value.typ.code()).Call(idR, idI)
		parse = []jen.Code{ifRead(read(mDot(f.goName), item), parse...)}
	}
	return []jen.Code{unlessNullJSON(parse)}
}
