package gen

import "github.com/dave/jennifer/jen"

// This file emits Validate: straight-line code that holds a message's fields, in the order of the
// file, to their limits.

func emitValidate(s *section, msg message) {
	if !msg.limited {
		s.add(docLines("Validate returns nil: "+msg.goName+" has no limits."),
			jen.Func().Params(jen.Id(msg.goName)).Id("Validate").Params().Error().Block(jen.Return(idNil)))
		return
	}
	for _, f := range numbered(msg.fields) {
		if v := f.limits.patternVar; v != "" {
			s.add(nil, jen.Var().Id(v).Op("=").Add(rtNewPattern.call(jen.Lit(f.limits.pattern))))
		}
	}
	s.add(docLines("Validate returns the first value in m that is not within the limits of the topology, as a *zmqrt.FieldError."),
		jen.Func().Params(jen.Id("m").Id(msg.goName)).Id("Validate").Params().Error().Block(
			jen.Return(mDot("ValidateNested").Call(jen.Lit(0))),
		))
	s.add(docLines("ValidateNested is Validate of m as part of depth messages. "+forImporters), validate(msg))
}

// func (m *Order) ValidateNested(depth int) error { … return nil }
func validate(msg message) jen.Code {
	return jen.Func().Params(jen.Id("m").Op("*").Id(msg.goName)).Id("ValidateNested").Params(jen.Id("depth").Int()).Error().
		BlockFunc(func(g *jen.Group) {
			for _, f := range numbered(msg.fields) {
				if f.limits.nested {
					g.Add(ifFailed(jen.Add(errBecomes, rtCheckDepth.call(jen.Id("depth"))), jen.Return(idErr)))
					break
				}
			}
			for _, f := range msg.fields {
				for _, c := range checks(f) {
					g.Add(c)
				}
			}
			g.Return(idNil)
		})
}

// checks are all that is checked of one field.
func checks(f field) []jen.Code {
	l, value := f.limits, mDot(f.goName)
	fail := func(err jen.Code) jen.Code { return jen.Return(rtInField.call(jen.Lit(f.name), err)) }
	failItem := func(err jen.Code) jen.Code {
		return jen.Return(rtInItem.call(jen.Lit(f.name), idI, err))
	}
	var out []jen.Code
	if zero := isZero(f, value); l.required && zero != nil {
		out = append(out, jen.If(zero).Block(fail(rtMissing.call())))
	}
	if f.shape == choice {
		return append(out, alternativeChecks(f)...)
	}
	if l.minItems > 0 {
		out = append(out, outside(jen.Len(value), "<", l.minItems, fail, rtTooFew))
	}
	if l.maxItems > 0 {
		out = append(out, outside(jen.Len(value), ">", l.maxItems, fail, rtTooMany))
	}
	switch l.container {
	case ifGiven:
		if f.pointer && !f.value.isMessage() {
			value = jen.Op("*").Add(value)
		}
		if inner := valueChecks(f, value, fail); len(inner) > 0 {
			out = append(out, jen.If(mDot(f.goName).Op("!=").Nil()).Block(inner...))
		}
	case inList, inMap:
		item := jen.Id("v")
		each := jen.List(idI, idV)
		if l.container == inList && l.nested { // by index: items may be large
			item, each = value.Clone().Index(idI), jen.Id("i")
		}
		inner := valueChecks(f, item, failItem)
		switch {
		case len(inner) == 0:
		case l.container == inMap: // in the order of the keys, so that of two errors it is always the same that is first
			entry := jen.Id("v").Op(":=").Add(value.Clone()).Index(idI)
			out = append(out, jen.If(jen.Len(value).Op(">").Lit(0)).Block(
				f.fewKeys(),
				f.eachKey(idI).Block(append([]jen.Code{entry}, inner...)...),
			))
		default:
			out = append(out, jen.For(each.Op(":=").Range().Add(value)).Block(inner...))
		}
	default:
		out = append(out, valueChecks(f, value, fail)...)
	}
	return out
}

// alternativeChecks are those of what a oneof holds: of nothing at all, if that may be, and of no nil pointer.
func alternativeChecks(f field) []jen.Code {
	var cases []jen.Code
	for _, a := range f.alternatives {
		fail := func(err jen.Code) jen.Code { return jen.Return(rtInField.call(jen.Lit(a.name), err)) }
		if inner := valueChecks(a, jen.Id("v").Dot(a.goName), fail); len(inner) > 0 {
			cases = append(cases, jen.Case(jen.Op("*").Id(a.wrapper)).Block(jen.If(jen.Id("v").Op("!=").Nil()).Block(inner...)))
		}
	}
	if len(cases) == 0 {
		return nil
	}
	return []jen.Code{jen.Switch(jen.Id("v").Op(":=").Add(mDot(f.goName)).Assert(jen.Type())).Block(cases...)}
}

// isZero is the test that a required value must not pass; nil for a message that is always there.
func isZero(f field, value *jen.Statement) jen.Code {
	switch l := f.limits; {
	case l.container == inList || l.container == inMap:
		return jen.Len(value).Op("==").Lit(0)
	case l.container == ifGiven || l.oneOf:
		return value.Clone().Op("==").Nil()
	case f.value.isMessage():
		return nil
	}
	switch f.value.zero {
	case isTrue:
		return jen.Op("!").Add(value)
	case notEmpty:
		return value.Clone().Op("==").Lit("")
	case hasLen:
		return jen.Len(value).Op("==").Lit(0)
	case timeSet:
		return value.Clone().Dot("IsZero").Call()
	case uuidSet:
		return value.Clone().Op("==").Parens(rtUUID.q().Values())
	}
	return value.Clone().Op("==").Lit(0)
}

// valueChecks are those of one value.
func valueChecks(f field, value *jen.Statement, fail func(jen.Code) jen.Code) []jen.Code {
	l := f.limits
	var out []jen.Code
	switch {
	case l.nested:
		check := value.Clone().Dot("ValidateNested").Call(jen.Id("depth").Op("+").Lit(1))
		return []jen.Code{ifFailed(jen.Add(errBecomes, check), fail(idErr))}
	case l.decimal && (l.min.isSet() || l.max.isSet()):
		check := rtCheckDecimal.call(value, jen.Lit(l.min.literal), jen.Lit(l.max.literal))
		return []jen.Code{ifFailed(jen.Add(errBecomes, check), fail(idErr))}
	}
	if l.min.isSet() {
		out = append(out, boundCheck(l, value, l.min, "Before", "<", ">=", fail, rtBelowMin))
	}
	if l.max.isSet() {
		out = append(out, boundCheck(l, value, l.max, "After", ">", "<=", fail, rtAboveMax))
	}
	if l.minLen > 0 {
		out = append(out, outside(jen.Len(value), "<", l.minLen, fail, rtTooShort))
	}
	if l.maxLen > 0 {
		out = append(out, outside(jen.Len(value), ">", l.maxLen, fail, rtTooLong))
	}
	if l.patternVar != "" {
		out = append(out, jen.If(jen.Op("!").Id(l.patternVar).Dot("Matches").Call(value)).
			Block(fail(jen.Id(l.patternVar).Dot("Mismatch").Call(value))))
	}
	return out
}

// if m.Quantity < 1 { … }; !(m.Price >= 0.5) of a float, so that NaN fails; a timestamp by its method
func boundCheck(l limits, value *jen.Statement, b bound, method, op, within string, fail func(jen.Code) jen.Code, err rt) jen.Code {
	limit := b.code()
	out := value.Clone().Op(op).Add(limit)
	switch {
	case b.seconds != nil: // the zero time is absent
		at := value.Clone()
		if l.container == ifGiven {
			at = jen.Parens(value) // a selector binds closer than the * of an optional value
		}
		out = jen.Op("!").Add(at).Dot("IsZero").Call().Op("&&").Add(at.Clone()).Dot(method).Call(limit)
	case l.float:
		out = jen.Op("!").Parens(value.Clone().Op(within).Add(limit))
	}
	return jen.If(out).Block(fail(err.call(value, limit)))
}

// code is the bound as generated code writes it.
func (b bound) code() jen.Code {
	switch {
	case b.span != nil:
		return b.span.code()
	case b.seconds != nil:
		return jen.Qual("time", "Unix").Call(integer(*b.seconds), integer(b.nanos)).Dot("UTC").Call()
	}
	return jen.Id(b.literal)
}

// if len(m.Tags) > 8 { return zmqrt.InField("tags", zmqrt.TooMany(len(m.Tags), 8)) }
func outside(n *jen.Statement, op string, limit int, fail func(jen.Code) jen.Code, err rt) jen.Code {
	return jen.If(n.Clone().Op(op).Lit(limit)).Block(fail(err.call(n, jen.Lit(limit))))
}

// func (QuotesCodec) ValidateMessage(m *Quote) error { return m.Validate() }
func codecValidate(c codec) jen.Code {
	body := []jen.Code{jen.Return(mDot("ValidateNested").Call(jen.Lit(0)))}
	if c.union != "" {
		body = []jen.Code{
			jen.Switch(jen.Id("v").Op(":=").Parens(jen.Op("*").Id("m")).Assert(jen.Type())).BlockFunc(func(g *jen.Group) {
				for _, msg := range c.messages {
					if msg.limited {
						g.Case(jen.Op("*").Add(msg.typ.code())).Block(jen.If(jen.Id("v").Op("!=").Nil()).Block(
							jen.Return(jen.Id("v").Dot("ValidateNested").Call(jen.Lit(0))),
						))
					}
				}
			}),
			jen.Return(idNil),
		}
	}
	return jen.Func().Params(jen.Id(c.goName)).Id("ValidateMessage").Params(jen.Id("m").Op("*").Add(c.element.code())).Error().
		Block(body...)
}
