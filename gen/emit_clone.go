package gen

import "github.com/dave/jennifer/jen"

// This file emits Clone: the message is a copy already, and what it shares with the original is copied too.

// func (m Order) Clone() Order { m.Tags = slices.Clone(m.Tags); …; return m }
func clone(msg message) jen.Code {
	var body []jen.Code
	for _, f := range msg.fields {
		if copied := cloneField(f); copied != nil {
			body = append(body, mDot(f.goName).Op("=").Add(copied))
		}
	}
	if msg.keeps {
		body = append(body, mDot("unknown").Op("=").Add(rtCloneBytes.call(mDot("unknown"))))
	}
	return jen.Func().Params(jen.Id("m").Id(msg.goName)).Id("Clone").Params().Id(msg.goName).
		Block(append(body, jen.Return(idM))...)
}

// cloneField is a copy of a field, or nil if the field shares nothing.
func cloneField(f field) jen.Code {
	value := mDot(f.goName)
	switch {
	case f.shape == choice:
		return jen.Id(f.cloneFn).Call(value)
	case f.shape == list && f.value.shares:
		return rtCloneListFunc.call(value, cloneFunc(f.value))
	case f.shape == list:
		return jen.Qual("slices", "Clone").Call(value)
	case f.shape == mapping && f.value.shares:
		return rtCloneMapFunc.call(value, cloneFunc(f.value))
	case f.shape == mapping:
		return jen.Qual("maps", "Clone").Call(value)
	case f.pointer && f.value.shares:
		return rtCloneOptionalFunc.call(value, cloneFunc(f.value))
	case f.pointer:
		return rtCloneOptional.call(value)
	case f.value.shares:
		return cloneValue(f.value, value)
	}
	return nil
}

// cloneValue is a copy of a value that shares something.
func cloneValue(v value, expr *jen.Statement) jen.Code {
	if v.isMessage() {
		return expr.Dot("Clone").Call()
	}
	return rtCloneBytes.call(expr)
}

// Leg.Clone, or zmqrt.CloneBytes[[]byte]
func cloneFunc(v value) jen.Code {
	if v.isMessage() {
		return v.typ.code().Dot("Clone")
	}
	return rtCloneBytes.q().Index(v.typ.code())
}

// cloneChoice emits the function that copies what a oneof holds.
//
//	func cloneOrderSettle(in OrderSettle) OrderSettle {
//		switch v := in.(type) {
//		case *OrderSettleCash:
//			return zmqrt.CloneOptional(v)
//		}
//		return nil
//	}
func cloneChoice(f field) jen.Code {
	return jen.Func().Id(f.cloneFn).Params(jen.Id("in").Id(f.union)).Id(f.union).Block(
		jen.Switch(jen.Id("v").Op(":=").Id("in").Assert(jen.Type())).BlockFunc(func(g *jen.Group) {
			for _, a := range f.alternatives {
				g.Case(jen.Op("*").Id(a.wrapper)).Block(cloneAlternative(a)...)
			}
		}),
		jen.Return(idNil),
	)
}

// cloneAlternative copies the alternative in v, which may be a nil pointer.
func cloneAlternative(a field) []jen.Code {
	if !a.value.shares {
		return []jen.Code{jen.Return(rtCloneOptional.call(idV))}
	}
	held := jen.Id("v").Dot(a.goName)
	return []jen.Code{
		jen.If(jen.Id("v").Op("!=").Nil()).Block(
			jen.Return(jen.Op("&").Id(a.wrapper).Values(cloneValue(a.value, held))),
		),
	}
}
