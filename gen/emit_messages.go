package gen

import "github.com/dave/jennifer/jen"

// This file emits messages_zmqgen.go: what of a topology's messages people use, and nothing of the
// wire. Above each function stands, in short, the Go that it emits.

func emitMessages(p *program) *source {
	s := newSource(p, "messages_zmqgen.go", false)
	s.section(func(s *section) { s.add(fitDoc, fit()) })
	for _, e := range p.enums {
		s.section(func(s *section) { emitEnum(s, e) })
	}
	for _, msg := range p.messages {
		s.section(func(s *section) { emitMessage(s, msg) })
	}
	return s
}

func emitEnum(s *section, e enum) {
	s.add(e.doc, enumType(e))
	s.add(nil, enumValues(e))
	s.add(docLines("String returns the name of s as the topology declares it, or its number."), enumString(e))
}

func emitMessage(s *section, msg message) {
	s.add(msg.doc, messageType(msg))
	s.add(docLines("String shows m for people to read, without the fields that are zero."), messageString(msg))
	for _, f := range msg.fields {
		if f.shape == choice {
			emitChoice(s, f)
			s.add(nil, cloneChoice(f))
			s.add(nil, equalChoice(f))
		}
	}
	emitValidate(s, msg)
	s.add(docLines("Clone returns a copy of m that shares nothing with it. What is nil stays nil."), clone(msg))
	s.add(docLines("Equal reports whether m and other have equal fields: nil lists, maps and bytes equal empty ones, times are equal at the same instant, and NaN equals NaN."), equal(msg))
	if msg.isError {
		s.add(msg.errorDoc, messageError(msg))
	}
}

var fitDoc = docLines("This line fails to compile when the zmqgen runtime in go.mod is older than the zmqgen that wrote " +
	"this file. The cure: go get github.com/zmqgen/zmqgen@latest")

// const _ = zmqrt.GeneratedCode1
func fit() jen.Code { return jen.Const().Id("_").Op("=").Add(rtGeneratedCode.q()) }

// type Side int32
func enumType(e enum) jen.Code { return jen.Type().Id(e.goName).Int32() }

// const ( SideBuy Side = 1 … )
func enumValues(e enum) jen.Code {
	return jen.Const().DefsFunc(func(g *jen.Group) {
		for _, v := range e.values {
			for _, c := range comments(v.doc) {
				g.Add(c)
			}
			g.Id(v.goName).Id(e.goName).Op("=").Lit(int(v.number))
		}
	})
}

// func (s Side) String() string { switch s { case SideBuy: return "BUY" … } }
func enumString(e enum) jen.Code {
	return jen.Func().Params(jen.Id("s").Id(e.goName)).Id("String").Params().String().Block(
		jen.Switch(jen.Id("s")).BlockFunc(func(g *jen.Group) {
			for _, v := range e.values {
				g.Case(jen.Id(v.goName)).Block(jen.Return(jen.Lit(v.name)))
			}
		}),
		jen.Return(jen.Qual("strconv", "Itoa").Call(jen.Int().Call(jen.Id("s")))),
	)
}

// type Quote struct { Symbol string … }
func messageType(msg message) jen.Code {
	return jen.Type().Id(msg.goName).StructFunc(func(g *jen.Group) {
		for _, f := range msg.fields {
			for _, c := range comments(f.doc) {
				g.Add(c)
			}
			g.Id(f.goName).Add(fieldType(f))
		}
		if msg.keeps {
			g.Line().Id("unknown").Index().Byte().Comment("fields that are not known, as they came")
		}
	})
}

// []string, *float64, Side
func fieldType(f field) jen.Code {
	switch {
	case f.shape == list:
		return jen.Index().Add(f.value.typ.code())
	case f.shape == mapping:
		return jen.Map(f.key.typ.code()).Add(f.value.typ.code())
	case f.shape == choice:
		return jen.Id(f.union)
	case f.pointer:
		return jen.Op("*").Add(f.value.typ.code())
	}
	return f.value.typ.code()
}

// func (m Quote) String() string { return zmqrt.Format("Quote", "symbol", m.Symbol, …) }
func messageString(msg message) jen.Code {
	var fields []jen.Code
	for _, f := range msg.fields {
		value := mDot(f.goName)
		switch {
		case f.shape == list:
			value = rtList.call(value)
		case f.shape == mapping:
			value = rtMap.call(value, f.sortedKeys(idNil))
		case f.pointer:
			value = rtOptional.call(value)
		}
		fields = append(fields, jen.List(jen.Lit(f.name), value))
	}
	format := rtFormat.call(jen.Lit(msg.goName))
	if len(fields) > 0 {
		format = rtFormat.q().Add(lines("("+quoted(msg.goName)+",", ")", fields))
	}
	return jen.Func().Params(jen.Id("m").Id(msg.goName)).Id("String").Params().String().Block(jen.Return(format))
}

// func (m *NotFound) Error() string { return m.String() }
func messageError(msg message) jen.Code {
	return jen.Func().Params(jen.Id("m").Op("*").Id(msg.goName)).Id("Error").Params().String().
		Block(jen.Return(mDot("String").Call()))
}

// emitChoice emits the interface of a oneof and the structs of its alternatives.
func emitChoice(s *section, f field) {
	s.add(f.unionDoc, jen.Type().Id(f.union).Interface(jen.Id("is"+f.union).Params()))
	for _, a := range f.alternatives {
		s.add(docLines(a.wrapper+" is "+f.union+" with "+a.name+"."), wrapperType(a))
		s.add(nil, jen.Func().Params(jen.Op("*").Id(a.wrapper)).Id("is"+f.union).Params().Block())
		s.add(docLines("String shows v for people to read."), wrapperString(a))
	}
}

// type OrderSettleCash struct { Cash Cash }
func wrapperType(a field) jen.Code {
	return jen.Type().Id(a.wrapper).StructFunc(func(g *jen.Group) {
		for _, c := range comments(a.doc) {
			g.Add(c)
		}
		g.Id(a.goName).Add(fieldType(a))
	})
}

// func (v *OrderSettleCash) String() string { return zmqrt.Format("", "cash", zmqrt.Optional(&v.Cash)) }
func wrapperString(a field) jen.Code {
	return jen.Func().Params(jen.Id("v").Op("*").Id(a.wrapper)).Id("String").Params().String().Block(
		jen.Return(rtFormat.call(jen.Lit(""), jen.Lit(a.name), rtOptional.call(jen.Op("&").Id("v").Dot(a.goName)))))
}
