package gen

import (
	"fmt"

	"github.com/dave/jennifer/jen"
)

// This file emits ParseProto: a loop over tags that keeps its place in a variable.

// func (m *Quote) ParseProto(b []byte) error { *m = Quote{}; … }
func parseProto(msg message) jen.Code {
	return jen.Func().Params(jen.Id("m").Op("*").Id(msg.goName)).Id("ParseProto").
		Params(jen.Id("b").Index().Byte()).Error().Block(
		jen.Op("*").Id("m").Op("=").Id(msg.goName).Values(),
		jen.Id("r").Op(":=").Add(rtNewProtoRead.call(jen.Id("b"))),
		mDot("parseProto").Call(jen.Op("&").Id("r"), jen.Id("b")),
		jen.Return(jen.Id("r").Dot("Err").Call()),
	)
}

// parseFields emits the loop over a message's fields. The index is behind the message after an error, and that of
// every read.
//
//	func (m *Quote) parseProto(r *zmqrt.ProtoReader, b []byte) {
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
	skip := jen.Id("i").Op("=").Add(rDot("Skip").Call(jen.Id("b"), jen.Id("i"), jen.Id("tag"), jen.Id(msg.fieldsVar)))
	parse := skip
	if len(msg.fields) > 0 {
		parse = jen.Switch(jen.Id("tag")).BlockFunc(func(g *jen.Group) {
			for _, f := range byNumber(msg.fields) {
				g.Case(tagLit(f.tag)).Block(parseField(f)...)
				if f.packed {
					g.Case(tagLit(f.itemTag)).Block(parseItem(f)...)
				}
			}
			g.Default().Block(skip)
		})
	}
	end := jen.Len(jen.Id("b"))
	return jen.Func().Params(jen.Id("m").Op("*").Id(msg.goName)).Id("parseProto").
		Params(jen.Id("r").Op("*").Add(rtProtoReader.q()), jen.Id("b").Index().Byte()).Block(
		jen.Var().Id("tag").Uint32(),
		jen.Id("i").Op(":=").Lit(0),
		jen.For(jen.Id("i").Op("<").Add(end)).Block(
			jen.If(
				jen.List(jen.Id("tag"), jen.Id("i")).Op("=").List(
					jen.Uint32().Call(jen.Id("b").Index(jen.Id("i"))), jen.Id("i").Op("+").Lit(1)),
				jen.Id("tag").Op(">=").Add(hexByte(0x80)),
			).Block(read(jen.Id("tag"), rDot("LongTag").Call(jen.Id("b"), jen.Id("i")))),
			parse,
		),
		jen.If(jen.Id("i").Op(">").Add(end)).Block(rDot("Locate").Call(jen.Id("tag"), jen.Id(msg.fieldsVar))),
	)
}

// var quoteFields = zmqrt.FieldNames{1: "symbol", …}
func fieldTable(msg message) jen.Code {
	var entries []jen.Code
	for _, f := range byNumber(msg.fields) {
		entries = append(entries, entry(integer(int64(f.number)), jen.Lit(f.name)))
	}
	return jen.Var().Id(msg.fieldsVar).Op("=").Add(rtFieldNames.q()).Add(lines("{", "}", entries))
}

// rDot is a method of the reader.
func rDot(method string) *jen.Statement { return jen.Id("r").Dot(method) }

// 0x0a
func tagLit(tag uint32) jen.Code { return jen.Id(fmt.Sprintf("0x%02x", tag)) }

// read assigns what a reading function returns: into, i = call
func read(into, call jen.Code) jen.Code { return jen.List(into, jen.Id("i")).Op("=").Add(call) }

// r.Float64(b, i), or zmqrt.ReadEnum[Side](r, b, i)
func readValue(v value) jen.Code {
	if v.isEnum {
		return readFunc(v).Call(jen.Id("r"), jen.Id("b"), jen.Id("i"))
	}
	return rDot(v.read).Call(jen.Id("b"), jen.Id("i"))
}

// (*zmqrt.ProtoReader).Float64, or zmqrt.ReadEnum[Side]
func readFunc(v value) *jen.Statement {
	if v.isEnum {
		return rtReadEnum.q().Index(v.typ.code())
	}
	return jen.Parens(jen.Op("*").Add(rtProtoReader.q())).Dot(v.read)
}

// m.Symbol, i = r.Text(b, i), and its like for every shape
func parseField(f field) []jen.Code {
	switch {
	case f.packed:
		return []jen.Code{read(mDot(f.goName), rtPacked.call(
			jen.Id("r"), mDot(f.goName), jen.Id("b"), jen.Id("i"), jen.Lit(f.value.size), readFunc(f.value)))}
	case f.value.isMessage():
		return parseNested(f)
	case f.shape == list:
		return parseItem(f)
	case f.pointer:
		return []jen.Code{
			jen.Var().Id("v").Add(f.value.typ.code()),
			read(jen.Id("v"), readValue(f.value)),
			mDot(f.goName).Op("=").Op("&").Id("v"),
		}
	}
	return []jen.Code{read(mDot(f.goName), readValue(f.value))}
}

// parseItem reads one value of a list.
//
//	var v string
//	v, i = r.Text(b, i)
//	m.Tags, i = zmqrt.AppendItem(r, m.Tags, v, i)
func parseItem(f field) []jen.Code {
	return []jen.Code{
		jen.Var().Id("v").Add(f.value.typ.code()),
		read(jen.Id("v"), readValue(f.value)),
		appendItem(f),
	}
}

// m.Tags, i = zmqrt.AppendItem(r, m.Tags, v, i)
func appendItem(f field) jen.Code {
	return read(mDot(f.goName), rtAppendItem.call(jen.Id("r"), mDot(f.goName), jen.Id("v"), jen.Id("i")))
}

// parseNested reads a message within the message. One that comes twice is merged, as protobuf does.
//
//	var inner []byte
//	inner, i = r.Enter(b, i)
//	m.Leg.parseProto(r, inner)
//	i = r.Leave(i)
func parseNested(f field) []jen.Code {
	into := mDot(f.goName)
	if f.shape == list {
		into = jen.Id("v")
	}
	parse := []jen.Code{
		jen.Var().Id("inner").Index().Byte(),
		read(jen.Id("inner"), rDot("Enter").Call(jen.Id("b"), jen.Id("i"))),
		into.Clone().Dot("parseProto").Call(jen.Id("r"), jen.Id("inner")),
		jen.Id("i").Op("=").Add(rDot("Leave").Call(jen.Id("i"))),
	}
	switch f.shape {
	case list:
		parse = append([]jen.Code{jen.Var().Id("v").Add(f.value.typ.code())}, append(parse, appendItem(f))...)
	case optional:
		newItem := rtNewItem.q().Index(f.value.typ.code()).Call(jen.Id("r"))
		parse = append([]jen.Code{
			jen.If(into.Clone().Op("==").Nil()).Block(into.Clone().Op("=").Add(newItem)),
		}, parse...)
	}
	return parse
}
