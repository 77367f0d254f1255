package gen

import "github.com/dave/jennifer/jen"

// This file emits Equal: one expression over all fields.

// equality is how two values are compared.
type equality int

const (
	sameValue   equality = iota // a == b
	sameFloat                   // or neither is a number
	sameBytes                   // none and nil are the same
	sameInstant                 // whatever the time zone
	sameMessage
)

func (v value) equality() equality {
	switch {
	case v.isMessage():
		return sameMessage
	case v.zero == bits32 || v.zero == bits64:
		return sameFloat
	case v.zero == hasLen:
		return sameBytes
	case v.zero == timeSet:
		return sameInstant
	}
	return sameValue
}

// func (m Order) Equal(other Order) bool { return m.Symbol == other.Symbol && … }
func equal(msg message) jen.Code {
	var same []jen.Code
	for _, f := range msg.fields {
		same = append(same, equalField(f, mDot(f.goName), jen.Id("other").Dot(f.goName)))
	}
	if msg.keeps {
		same = append(same, jen.Qual("bytes", "Equal").Call(mDot("unknown"), jen.Id("other").Dot("unknown")))
	}
	if len(same) == 0 {
		return jen.Func().Params(jen.Id(msg.goName)).Id("Equal").Params(jen.Id(msg.goName)).Bool().Block(jen.Return(jen.True()))
	}
	all := jen.Add(same[0])
	for _, s := range same[1:] {
		all = all.Op("&&").Line().Add(s)
	}
	return jen.Func().Params(jen.Id("m").Id(msg.goName)).Id("Equal").Params(jen.Id("other").Id(msg.goName)).Bool().Block(jen.Return(all))
}

func equalField(f field, a, b *jen.Statement) jen.Code {
	how := f.value.equality()
	switch {
	case f.shape == choice:
		return jen.Id(f.equalFn).Call(a, b)
	case f.shape == list && how == sameValue:
		return jen.Qual("slices", "Equal").Call(a, b)
	case f.shape == list:
		return jen.Qual("slices", "EqualFunc").Call(a, b, equalFunc(f.value))
	case f.shape == mapping && how == sameValue:
		return jen.Qual("maps", "Equal").Call(a, b)
	case f.shape == mapping:
		return jen.Qual("maps", "EqualFunc").Call(a, b, equalFunc(f.value))
	case f.pointer && how == sameValue:
		return rtEqualOptional.call(a, b)
	case f.pointer:
		return rtEqualOptionalFunc.call(a, b, equalFunc(f.value))
	case f.shape == optional:
		return rtEqualOptionalBytes.call(a, b)
	}
	return equalValue(f.value, a, b)
}

// m.Symbol == other.Symbol, and its like for every type
func equalValue(v value, a, b *jen.Statement) jen.Code {
	switch v.equality() {
	case sameMessage, sameInstant:
		return a.Dot("Equal").Call(b)
	case sameFloat:
		return rtEqualFloats.call(a, b)
	case sameBytes:
		return jen.Qual("bytes", "Equal").Call(a, b)
	}
	return a.Op("==").Add(b)
}

// Leg.Equal, time.Time.Equal, zmqrt.EqualFloats[float64]
func equalFunc(v value) jen.Code {
	switch v.equality() {
	case sameFloat:
		return rtEqualFloats.q().Index(v.typ.code())
	case sameBytes:
		return rtEqualBytes.q().Index(v.typ.code())
	}
	return v.typ.code().Dot("Equal")
}

// equalChoice emits the function that compares what two oneofs hold.
//
//	func equalOrderSettle(a, b OrderSettle) bool {
//		switch v := a.(type) {
//		case *OrderSettleCash:
//			w, ok := b.(*OrderSettleCash)
//			return ok && (v == w || v != nil && w != nil && v.Cash.Equal(w.Cash))
//		}
//		return a == nil && b == nil
//	}
func equalChoice(f field) jen.Code {
	v, w := jen.Id("v"), jen.Id("w")
	return jen.Func().Id(f.equalFn).Params(jen.List(jen.Id("a"), jen.Id("b")).Id(f.union)).Bool().Block(
		jen.Switch(v.Clone().Op(":=").Id("a").Assert(jen.Type())).BlockFunc(func(g *jen.Group) {
			for _, a := range f.alternatives {
				same := equalValue(a.value, v.Clone().Dot(a.goName), w.Clone().Dot(a.goName))
				g.Case(jen.Op("*").Id(a.wrapper)).Block(
					jen.List(w, jen.Id("ok")).Op(":=").Id("b").Assert(jen.Op("*").Id(a.wrapper)),
					jen.Return(jen.Id("ok").Op("&&").Parens(v.Clone().Op("==").Add(w).Op("||").
						Add(v).Op("!=").Nil().Op("&&").Add(w).Op("!=").Nil().Op("&&").Add(same))),
				)
			}
		}),
		jen.Return(jen.Id("a").Op("==").Nil().Op("&&").Id("b").Op("==").Nil()),
	)
}
