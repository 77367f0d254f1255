package gen

import (
	"fmt"
	"slices"

	"github.com/dave/jennifer/jen"
)

// This file emits ParseProto: a loop over tags that keeps its place in a variable.

// func (m *Quote) ParseProto(b []byte) error { *m = Quote{}; … }
func parseProto(msg message) jen.Code {
	begin := "Begin"
	if slices.ContainsFunc(msg.fields, field.hasTexts) {
		begin = "BeginLists"
	}
	return jen.Func().Params(jen.Id("m").Op("*").Id(msg.goName)).Id("ParseProto").
		Params(jen.Id("b").Index().Byte()).Error().Block(
		jen.Op("*").Id("m").Op("=").Id(msg.goName).Values(),
		jen.Var().Id("r").Add(rtProtoReader.q()),
		rDot(begin).Call(idB),
		mDot("ReadProto").Call(jen.Op("&").Id("r"), clipped()),
		jen.Return(jen.Id("r").Dot("Err").Call()),
	)
}

// hasTexts reports whether the field is a list or a map that may hold many strings.
func (f field) hasTexts() bool {
	switch f.shape {
	case list:
		return f.value.isMessage() || f.value.read == "Text"
	case mapping:
		return f.value.isMessage() || f.value.read == "Text" || f.key.read == "Text"
	}
	return false
}

// clipped is b without the memory behind it: b[:len(b):len(b)]. What remains of the message is then the capacity of
// any part of it, which tells the reader how much text may come.
func clipped() jen.Code {
	end := jen.Len(idB)
	return jen.Id("b").Index(jen.Empty(), end, end)
}

// parseFields emits the loop over a message's fields. The index is behind the message after an error, and that of
// every read.
//
//	func (m *Quote) ReadProto(r *zmqrt.ProtoReader, b []byte) {
//		var tag uint32
//		i := 0
//		for i < len(b) {
//			if tag, i = uint32(b[i]), i+1; tag >= 0x80 {
//				tag, i = r.LongTag(b, i)
//			}
//			switch tag { … }
//		}
//		if i > len(b) {
//			r.Locate(tag, quoteFields)
//		}
//	}
func parseFields(msg message) jen.Code {
	fields := jen.Id(msg.fieldsVar)
	unknown := jen.Add(iIs, rDot("Skip").Call(idB, idI, jen.Id("tag"), fields))
	if msg.keeps {
		unknown = jen.Add(read(mDot("unknown"), rDot("Keep").Call(mDot("unknown"), idB, idI, jen.Id("tag"), fields)))
	}
	return jen.Func().Params(jen.Id("m").Op("*").Id(msg.goName)).Id("ReadProto").
		Params(jen.Id("r").Op("*").Add(rtProtoReader.q()), jen.Id("b").Index().Byte()).Block(
		parseLoop(fields, unknown, func(g *jen.Group) {
			for _, f := range byNumber(msg.fields) {
				if f.shape == choice {
					for _, a := range byNumber(f.alternatives) {
						g.Case(tagLit(a.tag)).Block(parseAlternative(f, a)...)
					}
					continue
				}
				g.Case(tagLit(f.tag)).Block(parseField(f, mDot(f.goName))...)
				if f.packed {
					g.Case(tagLit(f.itemTag)).Block(parseUnpacked(f)...)
				}
			}
		}, len(msg.fields) > 0)...)
}

// parseLoop is the loop over the fields of b: a switch of cases over tags, with unknown for all other tags.
func parseLoop(fields, unknown jen.Code, cases func(*jen.Group), any bool) []jen.Code {
	parse := unknown
	if any {
		parse = jen.Switch(jen.Id("tag")).BlockFunc(func(g *jen.Group) {
			cases(g)
			g.Default().Block(unknown)
		})
	}
	end := jen.Len(idB)
	return []jen.Code{
		jen.Var().Id("tag").Uint32(),
		jen.Id("i").Op(":=").Lit(0),
		jen.For(jen.Id("i").Op("<").Add(end)).Block(
			jen.If(
				jen.List(jen.Id("tag"), idI).Op("=").List(
					jen.Uint32().Call(jen.Id("b").Index(idI)), jen.Id("i").Op("+").Lit(1)),
				jen.Id("tag").Op(">=").Add(hexByte(0x80)),
			).Block(read(jen.Id("tag"), rDot("LongTag").Call(idB, idI))),
			parse,
		),
		jen.If(jen.Id("i").Op(">").Add(end)).Block(rDot("Locate").Call(jen.Id("tag"), fields)),
	}
}

// entryReader emits the function that reads an entry of a map, in which key and value may be missing:
//
//	func parseOrderLabels(r *zmqrt.ProtoReader, b []byte) (k string, v string) { … }
func entryReader(f field) jen.Code {
	key, value := field{value: f.key}, field{value: f.value}
	fields := rtEntryFields.q()
	loop := parseLoop(fields, jen.Add(iIs, rDot("Skip").Call(idB, idI, jen.Id("tag"), fields)), func(g *jen.Group) {
		g.Case(tagLit(keyNumber<<3 | f.key.wire)).Block(parseField(key, jen.Id("k"))...)
		g.Case(tagLit(valueNumber<<3 | f.value.wire)).Block(parseField(value, jen.Id("v"))...)
	}, true)
	return jen.Func().Id(f.entryFn).Params(jen.Id("r").Op("*").Add(rtProtoReader.q()), jen.Id("b").Index().Byte()).
		Params(jen.Id("k").Add(f.key.typ.code()), jen.Id("v").Add(f.value.typ.code())).
		Block(append(loop, jen.Return(idK, idV))...)
}

// var quoteFields = zmqrt.FieldNames{1: "symbol", …}
func fieldTable(msg message) jen.Code {
	var entries []jen.Code
	for _, f := range numbered(msg.fields) {
		entries = append(entries, entry(integer(int64(f.number)), jen.Lit(f.name)))
	}
	return jen.Var().Id(msg.fieldsVar).Op("=").Add(rtFieldNames.q()).Add(lines("{", "}", entries))
}

// numbered are all that have a number, in the order of their numbers: fields, and the alternatives of choices.
func numbered(fields []field) []field {
	if !slices.ContainsFunc(fields, func(f field) bool { return f.shape == choice }) {
		return byNumber(fields)
	}
	var all []field
	for _, f := range fields {
		if f.shape == choice {
			all = append(all, f.alternatives...)
			continue
		}
		all = append(all, f)
	}
	return byNumber(all)
}

// rDot is a method of the reader.
func rDot(method string) *jen.Statement { return jen.Id("r." + method) }

// 0x0a
func tagLit(tag uint32) jen.Code { return jen.Id(fmt.Sprintf("0x%02x", tag)) }

// read assigns what a reading function returns: into, i = call
func read(into, call jen.Code) jen.Code { return jen.Add(into, andIIs, call) }

// r.Float64(b, i), or zmqrt.ReadEnum[Side](r, b, i)
func readValue(v value) jen.Code {
	if v.isEnum {
		return readFunc(v).Call(idR, idB, idI)
	}
	return rDot(v.read).Call(idB, idI)
}

// (*zmqrt.ProtoReader).Float64, or zmqrt.ReadEnum[Side]
func readFunc(v value) *jen.Statement {
	if v.isEnum {
		return rtReadEnum.q().Index(v.typ.code())
	}
	return jen.Parens(jen.Op("*").Add(rtProtoReader.q())).Dot(v.read)
}

// parseField reads into what into names: into, i = r.Text(b, i), and its like for every shape
func parseField(f field, into *jen.Statement) []jen.Code {
	switch {
	case f.packed:
		return []jen.Code{read(into, rtPacked.call(
			idR, into, idB, idI, jen.Lit(f.value.size), readFunc(f.value)))}
	case f.shape == mapping:
		return parseEntry(f)
	case f.value.isMessage():
		return parseNested(f, into)
	case f.shape == list:
		return parseItem(f)
	case f.pointer:
		return []jen.Code{
			jen.Var().Id("v").Op("*").Add(f.value.typ.code()),
			ifRead(read(idV, rtItemAt.q().Index(f.value.typ.code()).Call(idR, idI)),
				read(jen.Op("*").Id("v"), readValue(f.value)), into.Clone().Op("=").Id("v")),
		}
	}
	return []jen.Code{read(into, readValue(f.value))}
}

// parseEntry reads one entry of a map.
//
//	var inner []byte
//	inner, i = r.Enter(b, i)
//	k, v := parseOrderLabels(r, inner)
//	m.Labels, i = zmqrt.PutEntry(r, m.Labels, k, v, r.Leave(i))
func parseEntry(f field) []jen.Code {
	return []jen.Code{
		jen.Var().Id("inner").Index().Byte(),
		read(jen.Id("inner"), rDot("Enter").Call(idB, idI)),
		jen.List(idK, idV).Op(":=").Id(f.entryFn).Call(idR, jen.Id("inner")),
		read(mDot(f.goName), rtPutEntry.call(idR, mDot(f.goName), idK, idV, rDot("Leave").Call(idI))),
	}
}

// parseAlternative reads one alternative of a oneof, which takes the place of any other. A message that comes
// twice is merged.
//
//	v, same := m.Settle.(*OrderSettleCash)
//	if !same {
//		v, i = zmqrt.ItemAt[OrderSettleCash](r, i)
//		m.Settle = v
//	}
//	if i <= len(b) { … }
func parseAlternative(f, a field) []jen.Code {
	create := read(idV, rtItemAt.q().Index(jen.Id(a.wrapper)).Call(idR, idI))
	head := []jen.Code{
		jen.List(idV, jen.Id("same")).Op(":=").Add(mDot(f.goName)).Assert(jen.Op("*").Id(a.wrapper)),
		jen.If(jen.Op("!").Id("same")).Block(create, mDot(f.goName).Op("=").Id("v")),
	}
	there := jen.If(jen.Id("i").Op("<=").Len(idB)).Block(parseField(a, jen.Id("v").Dot(a.goName))...)
	return append(head, there)
}

// parseItem reads one value of a list, or, of strings, all that follow one another:
//
//	m.Tags, i = r.Texts(m.Tags, b, i, 0x32)
//
//	if len(m.Times) == cap(m.Times) {
//		m.Times, i = zmqrt.MakeRoom(r, m.Times, b, i, 0x3a)
//	}
//	var v time.Time
//	if v, i = r.Timestamp(b, i); i <= len(b) {
//		m.Times = append(m.Times, v)
//	}
func parseItem(f field) []jen.Code {
	if f.value.read == "Text" {
		list := mDot(f.goName)
		return []jen.Code{read(list, rDot("Texts").Call(list, idB, idI, tagLit(f.tag)))}
	}
	return []jen.Code{
		makeRoom(f),
		jen.Var().Id("v").Add(f.value.typ.code()),
		ifRead(read(idV, readValue(f.value)), appendTo(f, idV)),
	}
}

// makeRoom makes room in a list for an item and those that follow it, if there is none.
func makeRoom(f field) jen.Code {
	list := mDot(f.goName)
	room := rtMakeRoom.call(idR, list, idB, idI, tagLit(f.tag))
	return jen.If(jen.Len(list).Op("==").Cap(list)).Block(read(list, room))
}

// ifRead does more if the reading did not fail.
func ifRead(reading jen.Code, more ...jen.Code) jen.Code {
	return jen.If(reading, jen.Id("i").Op("<=").Len(idB)).Block(more...)
}

// m.Tags = append(m.Tags, v), for which there is room
func appendTo(f field, v jen.Code) jen.Code {
	return mDot(f.goName).Op("=").Append(mDot(f.goName), v)
}

// parseUnpacked reads one value of a list that is packed, where a sender does not pack it.
//
//	var v int32
//	v, i = r.Int32(b, i)
//	m.Sizes, i = zmqrt.AppendItem(r, m.Sizes, v, i)
func parseUnpacked(f field) []jen.Code {
	return []jen.Code{
		jen.Var().Id("v").Add(f.value.typ.code()),
		read(idV, readValue(f.value)),
		read(mDot(f.goName), rtAppendItem.call(idR, mDot(f.goName), idV, idI)),
	}
}

// parseNested reads a message within the message. One that comes twice is merged, as protobuf does.
//
//	var inner []byte
//	inner, i = r.Enter(b, i)
//	m.Leg.ReadProto(r, inner)
//	i = r.Leave(i)
func parseNested(f field, into *jen.Statement) []jen.Code {
	inner := jen.Var().Id("inner").Index().Byte()
	enter := read(jen.Id("inner"), rDot("Enter").Call(idB, idI))
	leave := jen.Add(iIs, rDot("Leave").Call(idI))
	parse := func(into *jen.Statement) jen.Code {
		return into.Clone().Dot("ReadProto").Call(idR, jen.Id("inner"))
	}
	switch f.shape {
	case list:
		// Where it is in the list; after an error there is none to read into.
		//
		//	if inner, i = r.Enter(b, i); i <= len(b) {
		//		m.Legs = append(m.Legs, Leg{})
		//		m.Legs[len(m.Legs)-1].ReadProto(r, inner)
		//		i = r.Leave(i)
		//	}
		last := mDot(f.goName).Index(jen.Len(mDot(f.goName)).Op("-").Lit(1))
		return []jen.Code{makeRoom(f), inner,
			ifRead(enter, appendTo(f, jen.Add(f.value.typ.code()).Values()), parse(last), leave)}
	case optional:
		item := rtItemAt.q().Index(f.value.typ.code()).Call(idR, idI)
		create := jen.If(into.Clone().Op("==").Nil()).Block(read(into, item))
		return []jen.Code{create, inner, ifRead(enter, parse(into), leave)}
	}
	return []jen.Code{inner, enter, parse(into), leave}
}
