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

// byNumber are the fields in the order that they are written in. They are those of the file, if they stand in it in that
// order, and nobody changes them.
func byNumber(fields []field) []field {
	for i := 1; i < len(fields); i++ {
		if fields[i-1].first() > fields[i].first() {
			fields = slices.Clone(fields)
			slices.SortStableFunc(fields, func(a, b field) int { return cmp.Compare(a.first(), b.first()) })
			break
		}
	}
	return fields
}

// first is the number of the field, or the least of a choice's.
func (f *field) first() int32 {
	n := f.number
	for i := range f.alternatives {
		if a := &f.alternatives[i]; i == 0 || a.number < n {
			n = a.number
		}
	}
	return n
}

// canFail reports whether writing the field may fail.
func (f field) canFail() bool {
	if f.shape == choice { // which returns its own error
		return slices.ContainsFunc(f.alternatives, field.canFail)
	}
	return f.shape >= list || f.value.isMessage() || f.value.fails
}

// appendProto emits AppendProto, which makes the buffer itself, of the exact size, where it is given none.
//
//	func (m Quote) AppendProto(b []byte) ([]byte, error) {
//		if b == nil {
//			b = make([]byte, 0, m.SizeProto())
//		}
//		return m.appendProto(b)
//	}
func appendProto(msg message) jen.Code {
	return jen.Func().Params(jen.Id("m").Id(msg.goName)).Id("AppendProto").
		Params(jen.Id("b").Index().Byte()).Params(jen.Index().Byte(), jen.Error()).
		Block(
			jen.If(jen.Id("b").Op("==").Nil()).Block(
				jen.Id("b").Op("=").Make(jen.Index().Byte(), jen.Lit(0), mDot("SizeProto").Call())),
			jen.Return(mDot("appendProto").Call(idB)),
		)
}

// appendMethod is the method that appends a nested message. That by a pointer is the package's own.
func (v value) appendMethod() string {
	if v.typ.path != "" {
		return "AppendProto"
	}
	return "appendProto"
}

// appendFields is AppendProto by a pointer, so that messages within messages are not copied.
//
//	func (m *Quote) appendProto(b []byte) ([]byte, error) { … return b, nil }
func appendFields(msg message) jen.Code {
	var body []jen.Code
	if slices.ContainsFunc(msg.fields, field.canFail) {
		body = append(body, jen.Var().Err().Error())
	}
	marked := false // whether at is declared already
	for _, f := range byNumber(msg.fields) {
		if f.shape == plain && f.value.isMessage() {
			body = append(body, appendNested(f, mDot(f.goName).Dot(f.value.appendMethod()), !marked)...)
			marked = true
			continue
		}
		body = append(body, appendField(f))
	}
	end := jen.Id("b")
	if msg.keeps {
		end = jen.Append(idB, mDot("unknown").Op("..."))
	}
	body = append(body, jen.Return(end, idNil))
	return jen.Func().Params(jen.Id("m").Op("*").Id(msg.goName)).Id("appendProto").
		Params(jen.Id("b").Index().Byte()).Params(jen.Index().Byte(), jen.Error()).Block(body...)
}

// if m.Symbol != "" { … }, if m.Limit != nil { … }, or what appendList says
func appendField(f field) jen.Code {
	value := mDot(f.goName)
	switch f.shape {
	case list:
		return appendList(f)
	case mapping:
		return appendMap(f)
	case choice:
		return appendChoice(f)
	case optional:
		given := jen.If(mDot(f.goName).Op("!=").Nil())
		if f.value.isMessage() {
			return given.Block(appendNested(f, value.Dot(f.value.appendMethod()), true)...)
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

// b = zmqrt.AppendTaggedFloat64(b, 0x11, m.Bid), or, where that may fail:
// if b, err = zmqrt.AppendTaggedString(b, 0x0a, m.Symbol); err != nil { … }
func appendValue(f field, v value, expr jen.Code, tag uint32) jen.Code {
	call := writeValue(v, expr, tag)
	if !v.fails {
		return jen.Add(bIs, call)
	}
	return ifFailed(jen.Add(bErrIs, call), returnInField(f))
}

// writeValue is the call that appends a value behind its tag, if it has one: in one step where there is a function for
// that, else zmqrt.AppendUUID(append(b, 0x12), m.ID).
func writeValue(v value, expr jen.Code, tag uint32) *jen.Statement {
	converted := func(to string) jen.Code {
		if to == "" {
			return expr
		}
		return jen.Id(to).Call(expr)
	}
	switch {
	case tag == 0:
		return jen.Qual(runtimePath, v.write).Call(idB, converted(v.convert))
	case tag < 0x80 && v.tagged != "":
		return jen.Qual(runtimePath, v.tagged).Call(idB, hexByte(tag), converted(v.taggedAs))
	}
	return jen.Qual(runtimePath, v.write).Call(appendTag(tag), converted(v.convert))
}

// return b, zmqrt.InField("symbol", err)
func returnInField(f field) jen.Code {
	return jen.Return(idB, rtInField.call(jen.Lit(f.name), idErr))
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

// appendNested writes a message, by a method of it, behind a length that is filled in afterwards:
//
//	b = append(b, 0x1a, 0)
//	at := len(b) - 1
//	if b, err = m.Leg.appendProto(b); err != nil { … }
//	if n := len(b) - at - 1; n < 0x80 {
//		b[at] = byte(n)
//	} else {
//		b = zmqrt.EndNested(b, at)
//	}
func appendNested(f field, method jen.Code, declare bool) []jen.Code {
	call := jen.Add(method).Call(idB)
	return behindLength(f.tag, declare,
		ifFailed(jen.Add(bErrIs, call), returnInField(f)))
}

// behindLength leaves a byte free for the length of what body appends, and fills it in.
func behindLength(tag uint32, declare bool, body ...jen.Code) []jen.Code {
	assign := "="
	if declare {
		assign = ":="
	}
	begin := []jen.Code{
		jen.Add(bIs, appendTag(tag, jen.Lit(0))),
		jen.Id("at").Op(assign).Len(idB).Op("-").Lit(1),
	}
	n := jen.Id("n").Op(":=").Len(idB).Op("-").Id("at").Op("-").Lit(1)
	return append(append(begin, body...),
		jen.If(n, jen.Id("n").Op("<").Add(hexByte(0x80))).Block(
			jen.Id("b").Index(jen.Id("at")).Op("=").Byte().Call(jen.Id("n")),
		).Else().Block(
			jen.Add(bIs, rtEndNested.call(idB, jen.Id("at"))),
		))
}

// if len(m.Tags) > 0 { check; for _, v := range m.Tags { … } }
func appendList(f field) jen.Code {
	body := []jen.Code{
		ifFailed(jen.Add(errIs, rtCheckItems.call(jen.Len(mDot(f.goName)))), returnInField(f)),
	}
	each := func(item ...jen.Code) jen.Code {
		return jen.For(jen.List(jen.Id("_"), idV).Op(":=").Range().Add(mDot(f.goName))).Block(item...)
	}
	switch {
	case f.packed:
		body = append(body, behindLength(f.tag, true, each(appendValue(f, f.value, idV, 0)))...)
	case f.value.isMessage():
		// By index: items may be large.
		item := mDot(f.goName).Index(idI).Dot(f.value.appendMethod())
		body = append(body, jen.For(jen.Id("i").Op(":=").Range().Add(mDot(f.goName))).Block(appendNested(f, item, true)...))
	default:
		body = append(body, each(appendValue(f, f.value, idV, f.tag)))
	}
	return jen.If(jen.Len(mDot(f.goName)).Op(">").Lit(0)).Block(body...)
}

// The tags of the two fields of a map's entry are those of fields 1 and 2.
const (
	keyNumber   = 1
	valueNumber = 2
)

// appendMap writes a map in the order of its keys, so that equal messages have equal bytes:
//
//	var few [16]string
//	for _, k := range zmqrt.SortedKeys(m.Labels, few[:0]) {
//		b = append(b, 0x3a, 0)
//		at := len(b) - 1
//		… the key, and m.Labels[k]
//		b = zmqrt.EndNested(b, at)
//	}
func appendMap(f field) jen.Code {
	item := mDot(f.goName).Index(idK)
	write := appendValue(f, f.value, item, valueNumber<<3|f.value.wire)
	if f.value.isMessage() {
		inner := f
		inner.tag = valueNumber<<3 | wireBlock
		write = jen.Block(appendNested(inner, item.Dot("AppendProto"), true)...) // nothing points to a map's item
	}
	return jen.If(jen.Len(mDot(f.goName)).Op(">").Lit(0)).Block(
		ifFailed(jen.Add(errIs, rtCheckItems.call(jen.Len(mDot(f.goName)))), returnInField(f)),
		f.fewKeys(),
		f.eachKey(idK).Block(
			behindLength(f.tag, true, appendValue(f, f.key, idK, keyNumber<<3|f.key.wire), write)...),
	)
}

// fewKeys is room on the stack for the keys of a map that has no more of them: var few [16]string
func (f field) fewKeys() jen.Code {
	room := 16
	if f.key.zero == isTrue {
		room = 2
	}
	return jen.Var().Id("few").Index(jen.Lit(room)).Add(f.key.typ.code())
}

// eachKey is the head of a loop over the keys of a map in their order, which have room in what fewKeys declares:
//
//	for _, k := range zmqrt.SortedKeys(m.Labels, few[:0])
func (f field) eachKey(k jen.Code) *jen.Statement {
	room := jen.Id("few").Index(jen.Empty(), jen.Lit(0))
	return jen.For(jen.List(jen.Id("_"), k).Op(":=").Range().Add(f.sortedKeys(room)))
}

// zmqrt.SortedKeys(m.Labels, few[:0])
func (f field) sortedKeys(room jen.Code) jen.Code {
	if f.key.zero == isTrue {
		return rtSortedBools.call(mDot(f.goName), room)
	}
	return rtSortedKeys.call(mDot(f.goName), room)
}

// appendChoice writes the alternative that is there, even if it is zero:
//
//	switch v := m.Settle.(type) {
//	case nil:
//	case *OrderSettleCash: …
//	default: return b, zmqrt.InField("settle", zmqrt.WrongAlternative(v))
//	}
func appendChoice(f field) jen.Code {
	return onAlternative(f, func(a field, value *jen.Statement) []jen.Code {
		if a.value.isMessage() {
			return appendNested(a, value.Dot(a.value.appendMethod()), true)
		}
		return []jen.Code{appendValue(a, a.value, value, a.tag)}
	})
}

// onAlternative is a switch over what a oneof holds, with what write says for each alternative.
func onAlternative(f field, write func(a field, value *jen.Statement) []jen.Code) jen.Code {
	wrong := func(v jen.Code) jen.Code {
		return jen.Return(idB, rtInField.call(jen.Lit(f.name), rtWrongAlternative.call(v)))
	}
	return jen.Switch(jen.Id("v").Op(":=").Add(mDot(f.goName)).Assert(jen.Type())).BlockFunc(func(g *jen.Group) {
		g.Case(idNil)
		for _, a := range f.alternatives {
			body := []jen.Code{jen.If(jen.Id("v").Op("==").Nil()).Block(wrong(idV))}
			g.Case(jen.Op("*").Add(goType{path: a.wrapperPath, name: a.wrapper}.code())).Block(append(body, write(a, jen.Id("v").Dot(a.goName))...)...)
		}
		g.Default().Block(wrong(idV))
	})
}
