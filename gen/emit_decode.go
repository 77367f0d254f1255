package gen

import (
	"fmt"

	"github.com/dave/jennifer/jen"
)

// This file emits ParseProto: a switch over tags. The reader's first error sticks, so the code
// checks once, at the end.

// func (m *Quote) ParseProto(b []byte) error { *m = Quote{}; … }
func parseProto(msg message) jen.Code {
	return jen.Func().Params(jen.Id("m").Op("*").Id(msg.goName)).Id("ParseProto").
		Params(jen.Id("b").Index().Byte()).Error().Block(
		jen.Op("*").Id("m").Op("=").Id(msg.goName).Values(),
		jen.Id("r").Op(":=").Add(rtNewProtoRead.call(jen.Id("b"))),
		mDot("parseProto").Call(jen.Op("&").Id("r")),
		jen.Return(jen.Id("r").Dot("Err").Call()),
	)
}

// func (m *Quote) parseProto(r *zmqrt.ProtoReader) { for r.Next() { switch r.Tag() { … } } … }
func parseFields(msg message) jen.Code {
	skip := rDot("Skip").Call(jen.Id(msg.fieldsVar))
	loop := jen.For(rDot("Next").Call()).Block(skip)
	if len(msg.fields) > 0 {
		loop = jen.For(rDot("Next").Call()).Block(
			jen.Switch(rDot("Tag").Call()).BlockFunc(func(g *jen.Group) {
				for _, f := range byNumber(msg.fields) {
					g.Case(tagLit(f.tag)).Block(parseField(f)...)
					if f.packed {
						g.Case(tagLit(f.itemTag)).Block(appendItem(f, readValue(f.value)))
					}
				}
				g.Default().Block(skip)
			}),
		)
	}
	return jen.Func().Params(jen.Id("m").Op("*").Id(msg.goName)).Id("parseProto").
		Params(jen.Id("r").Op("*").Add(rtProtoReader.q())).Block(
		loop,
		rDot("Locate").Call(jen.Id(msg.fieldsVar)),
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

// r.Float64(), or Side(r.Int32())
func readValue(v value) jen.Code {
	read := rDot(v.read).Call()
	if v.isEnum {
		return v.typ.code().Call(read)
	}
	return read
}

// m.Tags = zmqrt.AppendItem(r, m.Tags, r.Text())
func appendItem(f field, item jen.Code) jen.Code {
	return mDot(f.goName).Op("=").Add(rtAppendItem.call(jen.Id("r"), mDot(f.goName), item))
}

// m.Symbol = r.Text(), and its like for every shape
func parseField(f field) []jen.Code {
	switch {
	case f.packed:
		return []jen.Code{mDot(f.goName).Op("=").Add(rtPacked.call(
			jen.Id("r"), mDot(f.goName), jen.Lit(f.value.size), readFunc(f.value)))}
	case f.value.isMessage():
		return parseNested(f)
	case f.shape == list:
		return []jen.Code{appendItem(f, readValue(f.value))}
	case f.pointer:
		return []jen.Code{
			jen.Id("v").Op(":=").Add(readValue(f.value)),
			mDot(f.goName).Op("=").Op("&").Id("v"),
		}
	}
	return []jen.Code{mDot(f.goName).Op("=").Add(readValue(f.value))}
}

// (*zmqrt.ProtoReader).Float64, or func(r *zmqrt.ProtoReader) Side { return Side(r.Int32()) }
func readFunc(v value) jen.Code {
	if v.isEnum {
		return jen.Func().Params(jen.Id("r").Op("*").Add(rtProtoReader.q())).Add(v.typ.code()).
			Block(jen.Return(readValue(v)))
	}
	return jen.Parens(jen.Op("*").Add(rtProtoReader.q())).Dot(v.read)
}

// parseNested reads a message within the message. One that comes twice is merged, as protobuf does.
//
//	outer := r.Enter()
//	m.Leg.parseProto(r)
//	r.Leave(outer)
func parseNested(f field) []jen.Code {
	enter := jen.Id("outer").Op(":=").Add(rDot("Enter").Call())
	leave := rDot("Leave").Call(jen.Id("outer"))
	into := mDot(f.goName)
	if f.shape == list {
		return []jen.Code{
			enter,
			jen.Var().Id("v").Add(f.value.typ.code()),
			jen.Id("v").Dot("parseProto").Call(jen.Id("r")),
			leave,
			appendItem(f, jen.Id("v")),
		}
	}
	parse := []jen.Code{enter, into.Clone().Dot("parseProto").Call(jen.Id("r")), leave}
	if f.shape == plain {
		return parse
	}
	newItem := rtNewItem.q().Index(f.value.typ.code()).Call(jen.Id("r"))
	return append([]jen.Code{
		jen.If(into.Clone().Op("==").Nil()).Block(into.Clone().Op("=").Add(newItem)),
	}, parse...)
}
