package gen

import (
	"slices"

	"github.com/dave/jennifer/jen"
)

// This file emits SizeProto: straight-line code that adds up what AppendProto appends.

// func (m Quote) SizeProto() int { n := 0; …; return n }
func sizeProto(msg message) jen.Code {
	n := jen.Lit(0)
	if msg.keeps {
		n = jen.Len(mDot("unknown"))
	}
	size := jen.Func().Params(jen.Id("m").Id(msg.goName)).Id("SizeProto").Params().Int()
	if len(msg.fields) == 0 {
		return size.Block(jen.Return(n))
	}
	body := []jen.Code{jen.Id("n").Op(":=").Add(n)}
	for _, f := range byNumber(msg.fields) {
		body = append(body, sizeField(f))
	}
	return size.Block(append(body, jen.Return(jen.Id("n")))...)
}

// if m.Symbol != "" { n += 1 + zmqrt.SizeBlock(len(m.Symbol)) }, or its like for every shape
func sizeField(f field) jen.Code {
	value := mDot(f.goName)
	switch f.shape {
	case list:
		return jen.If(jen.Len(value).Op(">").Lit(0)).Block(sizeList(f)...)
	case mapping:
		return sizeMap(f)
	case choice:
		return sizeChoice(f)
	case optional:
		held := value.Clone()
		if f.pointer && !f.value.isMessage() {
			held = jen.Op("*").Add(held)
		}
		return jen.If(value.Clone().Op("!=").Nil()).Block(addSize(f.tag, f.value, held))
	}
	if f.value.isMessage() {
		return addSize(f.tag, f.value, value)
	}
	return jen.If(isSet(f.value.zero, value.Clone())).Block(addSize(f.tag, f.value, value))
}

// n += 1 + zmqrt.SizeInt(int64(m.Side))
func addSize(tag uint32, v value, expr *jen.Statement) jen.Code {
	size, fixed := sizeOf(v, expr)
	if size == nil {
		return jen.Id("n").Op("+=").Lit(tagSize(tag) + fixed)
	}
	return jen.Id("n").Op("+=").Lit(tagSize(tag)).Op("+").Add(size)
}

// tagSize is how many bytes a tag takes.
func tagSize(tag uint32) int {
	n := 1
	for ; tag >= 0x80; tag >>= 7 {
		n++
	}
	return n
}

// sizeOf is the size of a value without its tag, or, if it is always the same, nil and that size.
func sizeOf(v value, expr *jen.Statement) (size *jen.Statement, fixed int) {
	if v.size > 0 {
		return nil, v.size
	}
	if v.isMessage() {
		return rtSizeBlock.call(expr.Clone().Dot("SizeProto").Call()), 0
	}
	if n := fixedSizes[v.write]; n > 0 {
		return nil, n
	}
	name, counts := runtimeSizes[v.write]
	if !counts {
		return rtSizeBlock.call(jen.Len(expr)), 0
	}
	if v.convert != "" {
		expr = jen.Id(v.convert).Call(expr)
	}
	return jen.Qual(runtimePath, name).Call(expr), 0
}

// fixedSizes are how much the functions append that append no fixed-size type, but always the same.
var fixedSizes = map[string]int{
	"AppendBool": 1,
	"AppendUUID": 17,
}

// runtimeSizes names, for the functions that append a value of varying size, what says how much. The others append
// a length and as many bytes.
var runtimeSizes = map[string]string{
	"AppendInt":       "SizeInt",
	"AppendVarint":    "SizeVarint",
	"AppendSint":      "SizeSint",
	"AppendTimestamp": "SizeTimestamp",
	"AppendDuration":  "SizeDuration",
}

// sizeList adds the size of a list that is not empty: of packed values behind one length, or each behind a tag.
func sizeList(f field) []jen.Code {
	items := mDot(f.goName)
	size, fixed := sizeOf(f.value, jen.Id("v"))
	switch {
	case f.packed && size == nil:
		count := jen.Len(items)
		if fixed > 1 {
			count = jen.Lit(fixed).Op("*").Add(count)
		}
		return []jen.Code{jen.Id("n").Op("+=").Lit(tagSize(f.tag)).Op("+").Add(rtSizeBlock.call(count))}
	case f.packed:
		return []jen.Code{
			jen.Id("size").Op(":=").Lit(0),
			jen.For(jen.List(jen.Id("_"), idV).Op(":=").Range().Add(items)).Block(jen.Id("size").Op("+=").Add(size)),
			jen.Id("n").Op("+=").Lit(tagSize(f.tag)).Op("+").Add(rtSizeBlock.call(jen.Id("size"))),
		}
	case size == nil:
		return []jen.Code{jen.Id("n").Op("+=").Lit(tagSize(f.tag) + fixed).Op("*").Len(items)}
	case f.value.isMessage():
		// By index: items may be large.
		item := mDot(f.goName).Index(idI)
		return []jen.Code{jen.For(jen.Id("i").Op(":=").Range().Add(items)).Block(addSize(f.tag, f.value, item))}
	}
	return []jen.Code{
		jen.For(jen.List(jen.Id("_"), jen.Id("v")).Op(":=").Range().Add(items)).Block(addSize(f.tag, f.value, jen.Id("v"))),
	}
}

// sizeMap adds the sizes of a map's entries, in any order.
//
//	for k, v := range m.Labels {
//		n += 1 + zmqrt.SizeBlock(2+zmqrt.SizeBlock(len(k))+zmqrt.SizeBlock(len(v)))
//	}
func sizeMap(f field) jen.Code {
	key, fixed := sizeOf(f.key, jen.Id("k"))
	value, more := sizeOf(f.value, jen.Id("v"))
	size := jen.Lit(2 + fixed + more) // a tag each
	k, v := jen.Id("_"), jen.Id("_")
	if key != nil {
		k = jen.Id("k")
		size = size.Op("+").Add(key)
	}
	if value != nil {
		v = jen.Id("v")
		size = size.Op("+").Add(value)
	}
	add := jen.Id("n").Op("+=").Lit(tagSize(f.tag)).Op("+").Add(rtSizeBlock.call(size))
	if key == nil && value == nil {
		return jen.Id("n").Op("+=").Lit(tagSize(f.tag) + 1 + 2 + fixed + more).Op("*").Len(mDot(f.goName)) // 1: the length
	}
	vars := []jen.Code{k}
	if value != nil {
		vars = append(vars, v)
	}
	return jen.For(jen.List(vars...).Op(":=").Range().Add(mDot(f.goName))).Block(add)
}

// sizeChoice adds the size of the alternative that is there. What cannot be sent has no size.
func sizeChoice(f field) jen.Code {
	held := mDot(f.goName).Assert(jen.Type())
	if slices.ContainsFunc(f.alternatives, func(a field) bool { size, _ := sizeOf(a.value, jen.Id("v")); return size != nil }) {
		held = jen.Id("v").Op(":=").Add(held)
	}
	return jen.Switch(held).BlockFunc(func(g *jen.Group) {
		for _, a := range f.alternatives {
			held := jen.Id("v").Dot(a.goName)
			add := addSize(a.tag, a.value, held)
			if size, _ := sizeOf(a.value, held); size != nil {
				add = jen.If(jen.Id("v").Op("!=").Nil()).Block(add)
			}
			g.Case(jen.Op("*").Id(a.wrapper)).Block(add)
		}
	})
}
