package gen

import (
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"
)

// This file emits messages_zmqgen_test.go: an example of each message, and the tests and fuzz targets of it, each a
// call of package zmqtest.

const (
	testPath  = "github.com/zmqgen/zmqgen/zmqtest"
	testsFile = "messages_zmqgen_test.go"
)

// zt is an identifier of package zmqtest.
type zt string

const (
	ztPointer   zt = "Pointer"
	ztProto     zt = "Proto"
	ztJSON      zt = "JSON"
	ztValid     zt = "Valid"
	ztFrames    zt = "Frames"
	ztFuzzProto zt = "FuzzProto"
	ztFuzzJSON  zt = "FuzzJSON"
)

// testNames is every identifier above.
var testNames = []zt{ztPointer, ztProto, ztJSON, ztValid, ztFrames, ztFuzzProto, ztFuzzJSON}

// q is the identifier as generated code writes it: zmqtest.Name.
func (n zt) q() *jen.Statement { return jen.Qual(testPath, string(n)) }

func emitTests(p *program) *source {
	s := newSource(p, testsFile, false)
	for _, t := range p.tests {
		s.section(func(s *section) { emitMessageTests(s, t) })
	}
	for _, t := range p.framesTests {
		s.section(func(s *section) { s.add(nil, framesTestFunc(t)) })
	}
	return s
}

func emitMessageTests(s *section, t messageTest) {
	if t.exampleFn != "" {
		s.add(docLines(t.exampleFn+" "+t.exampleOf), exampleFunc(t))
	}
	call := func(fn zt, args ...jen.Code) jen.Code { // of the example
		return fn.q().Call(append([]jen.Code{jen.Id("t"), jen.Id(t.exampleFn).Call()}, args...)...)
	}
	s.add(nil, testFuncOf(t.proto, func() jen.Code { return call(ztProto, hexText(t.wire)) }))
	s.add(nil, testFuncOf(t.json, func() jen.Code { return call(ztJSON, longText(t.text)) }))
	s.add(nil, testFuncOf(t.validate, func() jen.Code { return call(ztValid) }))
	if t.fuzzProto != "" {
		s.add(nil, fuzzFunc(t.fuzzProto, ztFuzzProto, jen.Id(t.exampleFn).Call()))
		seed := jen.Id(t.exampleFn).Call()
		if t.json.skip != "" { // nothing but zero is sure to be written
			seed = jen.New(jen.Id(t.message))
		}
		s.add(nil, fuzzFunc(t.fuzzJSON, ztFuzzJSON, seed))
	}
}

// func exampleQuote() *Quote { return &Quote{ … } }
func exampleFunc(t messageTest) jen.Code {
	return jen.Func().Id(t.exampleFn).Params().Op("*").Id(t.message).Block(jen.Return(jen.Op("&").Add(t.example.code())))
}

// func TestQuoteProto(t *testing.T) { zmqtest.Proto(t, exampleQuote(), "0a06…") }
func testFuncOf(f testFunc, check func() jen.Code) jen.Code {
	switch {
	case f.fn == "":
		return nil
	case f.skip != "":
		return testOf(f.fn, jen.Id("t").Dot("Skip").Call(jen.Lit(f.skip)))
	}
	return testOf(f.fn, check())
}

func testOf(fn string, body ...jen.Code) jen.Code {
	return jen.Func().Id(fn).Params(jen.Id("t").Op("*").Qual("testing", "T")).Block(body...)
}

// func FuzzQuoteProto(f *testing.F) { zmqtest.FuzzProto(f, exampleQuote()) }
func fuzzFunc(fn string, call zt, seed jen.Code) jen.Code {
	return jen.Func().Id(fn).Params(jen.Id("f").Op("*").Qual("testing", "F")).Block(call.q().Call(jen.Id("f"), seed))
}

// framesTestFunc emits
//
//	func TestTapeFrames(t *testing.T) {
//		zmqtest.Frames[TapeMessage](t, TapeCodec{}, exampleTrade(), "…", "…")
//	}
func framesTestFunc(t framesTest) jen.Code {
	var body []jen.Code
	for _, m := range t.messages {
		if m.skip != "" {
			body = append(body, jen.Id("t").Dot("Log").Call(jen.Lit(m.skip)))
			continue
		}
		call, value := ztFrames.q(), jen.Id(m.exampleFn).Call()
		if t.union != "" {
			call = call.Index(jen.Id(t.union))
		} else {
			value = jen.Op("*").Add(value)
		}
		args := []jen.Code{jen.Id("t"), jen.Id(t.codec).Values(), value}
		for _, frame := range m.frames {
			args = append(args, hexText([]byte(frame)))
		}
		body = append(body, call.Call(args...))
	}
	return testOf(t.fn, body...)
}

// hexText is bytes in hexadecimal digits, 32 bytes a line.
func hexText(b []byte) jen.Code {
	const line = 32
	if len(b) <= line {
		return jen.Lit(hex.EncodeToString(b))
	}
	s := jen.Lit("")
	for ; len(b) > 0; b = b[min(line, len(b)):] {
		s.Op("+").Line().Lit(hex.EncodeToString(b[:min(line, len(b))]))
	}
	return s
}

// longText is JSON, over several lines if it is long, each but the first of which starts with a member's name.
func longText(s string) jen.Code {
	const line = 100
	if len(s) <= line {
		return textLiteral(s)
	}
	out := jen.Lit("")
	for len(s) > 0 {
		end := len(s)
		if end > line {
			end = line
			if at := strings.LastIndex(s[:line], `,"`); at > 0 {
				end = at + 1
			}
			for !utf8.RuneStart(s[end]) {
				end++
			}
		}
		out.Op("+").Line().Add(textLiteral(s[:end]))
		s = s[end:]
	}
	return out
}

// textLiteral is text between backquotes, if it can be. What does not print, such as what turns the direction of
// text, is escaped.
func textLiteral(s string) *jen.Statement {
	hidden := strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
	if strconv.CanBackquote(s) && !hidden {
		return raw(s)
	}
	return jen.Lit(s)
}

// code is the value as a test writes it.
func (s sample) code() *jen.Statement {
	switch v := s.value.(type) {
	case nil:
		if s.name != "" {
			return goType{path: s.typ.path, name: s.name}.code()
		}
		return s.typ.code().Add(s.body())
	case bool:
		return jen.Lit(v)
	case int64:
		return integer(v)
	case uint64:
		return jen.Id(strconv.FormatUint(v, 10))
	case float64:
		if v == 0 && math.Signbit(v) {
			zero := jen.Qual("math", "Copysign").Call(jen.Lit(0), jen.Lit(-1))
			if s.typ.name == "float32" {
				return jen.Float32().Call(zero)
			}
			return zero
		}
		return jen.Id(strconv.FormatFloat(v, 'g', -1, 64))
	case string:
		if s.typ.name == "RawMessage" {
			return s.typ.code().Call(textLiteral(v))
		}
		return jen.Lit(v)
	case []byte:
		return s.typ.code().Call(jen.Lit(string(v)))
	case [16]byte:
		return s.typ.code().Add(s.body())
	case time.Time:
		if v.IsZero() {
			return s.typ.code().Add(s.body())
		}
		at := []jen.Code{jen.Lit(v.Year()), jen.Lit(int(v.Month())), jen.Lit(v.Day()), jen.Lit(v.Hour()), jen.Lit(v.Minute()),
			jen.Lit(v.Second()), jen.Lit(v.Nanosecond()), jen.Qual("time", "UTC")}
		return jen.Qual("time", "Date").Call(at...)
	case duration:
		return jen.Add(v.code())
	}
	panic(fmt.Sprintf("gen: a sample of type %T", s.value))
}

// body is a composite literal without its type: { Symbol: "EURUSD", … }
func (s sample) body() *jen.Statement {
	if id, is := s.value.([16]byte); is {
		var bytes []jen.Code
		for _, b := range id {
			bytes = append(bytes, hexByte(uint32(b)))
		}
		return jen.Values(bytes...)
	}
	var fields []jen.Code
	for _, f := range s.fields {
		fields = append(fields, setting(f.goName, f.code()))
	}
	return lines("{", "}", fields)
}

// elided is the value in a list or a map, which say its type.
func (s sample) elided() *jen.Statement {
	at, isTime := s.value.(time.Time)
	_, isUUID := s.value.([16]byte)
	if s.isMessage() || isUUID || isTime && at.IsZero() {
		return s.body()
	}
	return s.code()
}

func (s sample) isMessage() bool { return s.value == nil && s.name == "" }

// code is what the field holds.
func (f sampleField) code() jen.Code {
	switch f.shape {
	case list:
		var items []jen.Code
		for _, v := range f.values {
			items = append(items, v.elided())
		}
		return jen.Index().Add(f.typ.code()).Values(items...)
	case mapping:
		var entries []jen.Code
		for i, v := range f.values {
			entries = append(entries, entry(f.keys[i].code(), v.elided()))
		}
		return jen.Map(f.key.code()).Add(f.typ.code()).Add(lines("{", "}", entries))
	case choice:
		return jen.Op("&").Add(f.wrapper.code()).Values(setting(f.inner, f.values[0].code()))
	}
	v := f.values[0]
	switch {
	case !f.pointer:
		return v.code()
	case v.isMessage():
		return jen.Op("&").Add(v.code())
	}
	return ztPointer.q().Index(f.typ.code()).Call(v.code())
}
