package gen

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/dave/jennifer/jen"
)

// This file emits AppendProto: straight-line code that writes a message's fields, in the order of
// their numbers, in protobuf wire format.

func quoted(s string) string { return strconv.Quote(s) }

// byNumber are the fields in the order that they are written in.
func byNumber(fields []field) []field {
	fields = slices.Clone(fields)
	slices.SortStableFunc(fields, func(a, b field) int { return cmp.Compare(a.number, b.number) })
	return fields
}

// canFail reports whether writing the field may fail.
func (f field) canFail() bool { return f.shape == list || f.value.isMessage() || f.value.fails }

// func (m Quote) AppendProto(b []byte) ([]byte, error) { … return b, nil }
func appendProto(msg message) jen.Code {
	var body []jen.Code
	if slices.ContainsFunc(msg.fields, field.canFail) {
		body = append(body, jen.Var().Err().Error())
	}
	marked := false // whether at is declared already
	for _, f := range byNumber(msg.fields) {
		if f.shape == plain && f.value.isMessage() {
			body = append(body, appendNested(f, mDot(f.goName), !marked)...)
			marked = true
			continue
		}
		body = append(body, appendField(f))
	}
	body = append(body, jen.Return(jen.Id("b"), jen.Nil()))
	return jen.Func().Params(jen.Id("m").Id(msg.goName)).Id("AppendProto").
		Params(jen.Id("b").Index().Byte()).Params(jen.Index().Byte(), jen.Error()).Block(body...)
}

// if m.Symbol != "" { … }, if m.Limit != nil { … }, or what appendList says
func appendField(f field) jen.Code {
	value := mDot(f.goName)
	switch f.shape {
	case list:
		return appendList(f)
	case optional:
		given := jen.If(mDot(f.goName).Op("!=").Nil())
		if f.value.isMessage() {
			return given.Block(appendNested(f, value, true)...)
		}
		if f.pointer {
			value = jen.Op("*").Add(value)
		}
		return given.Block(appendValue(f, f.value, value, f.tag))
	}
	return jen.If(isSet(f.value.zero, value)).Block(appendValue(f, f.value, value.Clone(), f.tag))
}

// m.Symbol != ""
func isSet(test zeroTest, value *jen.Statement) jen.Code {
	switch test {
	case isTrue:
		return value.Clone()
	case bits32:
		return jen.Qual("math", "Float32bits").Call(value).Op("!=").Lit(0)
	case bits64:
		return jen.Qual("math", "Float64bits").Call(value).Op("!=").Lit(0)
	case notEmpty:
		return value.Clone().Op("!=").Lit("")
	case hasLen:
		return jen.Len(value).Op(">").Lit(0)
	case timeSet:
		return jen.Op("!").Add(value).Dot("IsZero").Call()
	case uuidSet:
		return value.Clone().Op("!=").Parens(rtUUID.q().Values())
	}
	return value.Clone().Op("!=").Lit(0)
}

// b = zmqrt.AppendFloat64(append(b, 0x11), m.Bid), or, where that may fail:
// if b, err = zmqrt.AppendString(append(b, 0x0a), m.Symbol); err != nil { … }
func appendValue(f field, v value, expr jen.Code, tag uint32) jen.Code {
	if v.convert != "" {
		expr = jen.Id(v.convert).Call(expr)
	}
	into := jen.Id("b")
	if tag != 0 {
		into = appendTag(tag)
	}
	call := jen.Qual(runtimePath, v.write).Call(into, expr)
	if !v.fails {
		return jen.Id("b").Op("=").Add(call)
	}
	return ifFailed(jen.List(jen.Id("b"), jen.Err()).Op("=").Add(call), returnInField(f))
}

// return b, zmqrt.InField("symbol", err)
func returnInField(f field) jen.Code {
	return jen.Return(jen.Id("b"), rtInField.call(jen.Lit(f.name), jen.Err()))
}

// append(b, 0x82, 0x01)
func appendTag(tag uint32, more ...jen.Code) *jen.Statement {
	args := []jen.Code{jen.Id("b")}
	for ; tag >= 0x80; tag >>= 7 {
		args = append(args, hexByte(tag&0x7f|0x80))
	}
	args = append(args, hexByte(tag))
	return jen.Append(append(args, more...)...)
}

// 0x0a
func hexByte(v uint32) jen.Code { return jen.Id(fmt.Sprintf("0x%02x", v)) }

// appendNested writes a message behind a length that is filled in afterwards:
//
//	b = append(b, 0x1a, 0)
//	at := len(b) - 1
//	if b, err = m.Leg.AppendProto(b); err != nil { … }
//	b = zmqrt.EndNested(b, at)
func appendNested(f field, value *jen.Statement, declare bool) []jen.Code {
	call := value.Clone().Dot("AppendProto").Call(jen.Id("b"))
	return behindLength(f.tag, declare,
		ifFailed(jen.List(jen.Id("b"), jen.Err()).Op("=").Add(call), returnInField(f)))
}

// behindLength leaves a byte free for the length of what body appends, and fills it in.
func behindLength(tag uint32, declare bool, body jen.Code) []jen.Code {
	assign := "="
	if declare {
		assign = ":="
	}
	return []jen.Code{
		jen.Id("b").Op("=").Add(appendTag(tag, jen.Lit(0))),
		jen.Id("at").Op(assign).Len(jen.Id("b")).Op("-").Lit(1),
		body,
		jen.Id("b").Op("=").Add(rtEndNested.call(jen.Id("b"), jen.Id("at"))),
	}
}

// if len(m.Tags) > 0 { check; for _, v := range m.Tags { … } }
func appendList(f field) jen.Code {
	body := []jen.Code{
		ifFailed(jen.Err().Op("=").Add(rtCheckItems.call(jen.Len(mDot(f.goName)))), returnInField(f)),
	}
	each := func(item ...jen.Code) jen.Code {
		return jen.For(jen.List(jen.Id("_"), jen.Id("v")).Op(":=").Range().Add(mDot(f.goName))).Block(item...)
	}
	switch {
	case f.packed:
		body = append(body, behindLength(f.tag, true, each(appendValue(f, f.value, jen.Id("v"), 0)))...)
	case f.value.isMessage():
		// By index: items may be large.
		item := mDot(f.goName).Index(jen.Id("i"))
		body = append(body, jen.For(jen.Id("i").Op(":=").Range().Add(mDot(f.goName))).Block(appendNested(f, item, true)...))
	default:
		body = append(body, each(appendValue(f, f.value, jen.Id("v"), f.tag)))
	}
	return jen.If(jen.Len(mDot(f.goName)).Op(">").Lit(0)).Block(body...)
}
