package gen

import "github.com/dave/jennifer/jen"

// This file emits codec_zmqgen.go: the wire of messages, topics and patterns. It needs no ZeroMQ, so
// that codecs can be used and tested without.

func emitCodecs(p *program) *source {
	s := newSource(p, "codec_zmqgen.go", false)
	for _, msg := range p.messages {
		s.section(func(s *section) { emitProto(s, msg) })
	}
	emitJSON(s, p)
	for _, t := range p.topics {
		s.section(func(s *section) { emitTopic(s, t) })
	}
	for _, c := range p.codecs {
		s.section(func(s *section) { emitCodec(s, c) })
	}
	return s
}

func emitProto(s *section, msg message) {
	s.add(docLines("AppendProto appends m in protobuf wire format to b. It fails on a value that the format cannot carry."), appendProto(msg))
	s.add(nil, appendFields(msg))
	s.add(docLines("SizeProto returns how many bytes AppendProto appends for m, which it has to be able to."), sizeProto(msg))
	s.add(docLines("ParseProto sets m to what b, in protobuf wire format, holds. It keeps no part of b."), parseProto(msg))
	s.add(docLines("ReadProto reads the fields in b into m. "+forImporters), parseFields(msg))
	for _, f := range msg.fields {
		if f.shape == mapping {
			s.add(nil, entryReader(f))
		}
	}
	s.add(nil, fieldTable(msg))
}

func emitTopic(s *section, t topic) {
	s.add(docLines(t.goName+" returns the topic "+quoted(t.template)+" of "+article(t.message)+", to subscribe to."), topicFunc(t))
	s.add(nil, topicEncoder(t))
}

func emitCodec(s *section, c codec) {
	if c.union != "" {
		s.add(c.unionDoc, unionType(c))
	}
	s.add(docLines(c.goName+" speaks "+c.carries+": "+c.layout+"."), codecType(c))
	s.add(nil, codecFits(c))
	if c.limited {
		s.add(nil, codecValidate(c))
	}
	if c.framesFn != "" {
		s.add(docLines(c.framesFn+" returns the frames of m as pattern "+c.pattern+" sends them, for peers that sign them."), framesFunc(c))
	}
	if c.union != "" {
		s.add(nil, appendUnion(c))
		s.add(nil, parseAny(c))
		return
	}
	s.add(nil, appendSingle(c))
	s.add(nil, parseSingle(c))
}

// func QuoteTopic(symbol string) string { return string(appendQuoteTopic(nil, symbol)) }
func topicFunc(t topic) jen.Code {
	args := []jen.Code{jen.Nil()}
	for _, p := range t.params {
		args = append(args, jen.Id(p.name))
	}
	return jen.Func().Id(t.goName).Params(params(t.params)...).String().Block(
		jen.Return(jen.String().Call(jen.Id(t.appendFn).Call(args...))),
	)
}

// symbol string, or venue, symbol string
func params(list []param) []jen.Code {
	var out []jen.Code
	for i, p := range list {
		if i+1 < len(list) && list[i+1].typ == p.typ {
			out = append(out, jen.Id(p.name))
			continue
		}
		out = append(out, jen.Id(p.name).Add(p.typ.code()))
	}
	return out
}

// func appendQuoteTopic(b []byte, symbol string) []byte { b = append(b, "quote."...) … }
func topicEncoder(t topic) jen.Code {
	in := append([]jen.Code{jen.Id("b").Index().Byte()}, params(t.params)...)
	return jen.Func().Id(t.appendFn).Params(in...).Index().Byte().BlockFunc(func(g *jen.Group) {
		for i, part := range t.parts {
			if i == len(t.parts)-1 {
				g.Return(appendPart(part))
				return
			}
			g.Id("b").Op("=").Add(appendPart(part))
		}
		g.Return(idB)
	})
}

// append(b, "quote."...), or strconv.AppendInt(b, int64(side), 10)
func appendPart(p topicPart) jen.Code {
	b, arg := idB, jen.Id(p.param)
	if p.convert != "" {
		arg = jen.Id(p.convert).Call(arg)
	}
	switch {
	case p.param == "":
		return jen.Append(b, jen.Lit(p.literal).Op("..."))
	case p.write == asInt:
		return jen.Qual("strconv", "AppendInt").Call(b, arg, jen.Lit(10))
	case p.write == asUint:
		return jen.Qual("strconv", "AppendUint").Call(b, arg, jen.Lit(10))
	case p.write == asBool:
		return jen.Qual("strconv", "AppendBool").Call(b, arg)
	case p.write == asEnum:
		return jen.Append(b, arg.Dot("String").Call().Op("..."))
	case p.write == asUUID:
		return arg.Dot("Append").Call(b)
	}
	return jen.Append(b, arg.Op("..."))
}

// type TapeMessage interface{ zmqrt.Message }
func unionType(c codec) jen.Code {
	return jen.Type().Id(c.union).Interface(rtMessage.q())
}

// type QuotesCodec struct{}
func codecType(c codec) jen.Code { return jen.Type().Id(c.goName).Struct() }

// var _ zmqrt.Codec[Quote] = QuotesCodec{}, or zmqrt.LimitedCodec
func codecFits(c codec) jen.Code {
	fits := rtCodec
	if c.limited {
		fits = rtLimitedCodec
	}
	return jen.Var().Id("_").Add(fits.q()).Index(c.element.code()).Op("=").Id(c.goName).Values()
}

// func (QuotesCodec) AppendFrames(w *zmqrt.FrameWriter, m *Quote) error { … }
func appendFrames(c codec, body ...jen.Code) jen.Code {
	return jen.Func().Params(jen.Id(c.goName)).Id("AppendFrames").
		Params(jen.Id("w").Op("*").Add(rtFrameWriter.q()), jen.Id("m").Op("*").Add(c.element.code())).Error().
		Block(body...)
}

// func (QuotesCodec) ParseFrames(frames [][]byte, m *Quote) error { … }
func parseFrames(c codec, body ...jen.Code) jen.Code {
	return jen.Func().Params(jen.Id(c.goName)).Id("ParseFrames").
		Params(jen.Id("frames").Index().Index().Byte(), jen.Id("m").Op("*").Add(c.element.code())).Error().
		Block(body...)
}

// wDot is a method of the frame writer.
func wDot(method string) *jen.Statement { return jen.Id("w." + method) }

// appendBody is the method that appends a body.
func appendBody(json bool) string {
	if json {
		return "AppendJSON"
	}
	return "AppendProto"
}

// parseBody is the method that reads a body.
func parseBody(json bool) string {
	if json {
		return "UnmarshalJSON"
	}
	return "ParseProto"
}

// appendMessage writes the frames of one message, which variable v points to:
//
//	w.End(appendQuoteTopic(w.Begin(), m.Symbol))
//	return w.EndBody(m.AppendProto(w.Begin()))
func appendMessage(c codec, msg codecMessage, v string) []jen.Code {
	var body []jen.Code
	if msg.reader != nil {
		body = checkTopic(msg.reader, v)
	}
	if msg.topic != "" {
		args := []jen.Code{wDot("Begin").Call()}
		for _, field := range msg.args {
			args = append(args, jen.Id(v).Dot(field))
		}
		body = append(body, wDot("End").Call(jen.Id(msg.topic).Call(args...)))
	}
	if c.union != "" && c.tag == byName {
		body = append(body, wDot("FrameString").Call(jen.Lit(msg.wireName)))
	}
	if c.frames {
		return append(body, jen.Return(msg.onMessage(msg.appendFn, v, idW)))
	}
	return append(body, jen.Return(wDot("EndBody").Call(jen.Id(v).Dot(appendBody(c.json)).Call(wDot("Begin").Call()))))
}

func appendSingle(c codec) jen.Code { return appendFrames(c, appendMessage(c, c.messages[0], "m")...) }

// body, err := zmqrt.BodyFrame(frames, 1); …; return m.ParseProto(body)
func parseSingle(c codec) jen.Code {
	if c.frames {
		return parseSingleFrames(c)
	}
	return parseFrames(c,
		jen.List(jen.Id("body"), idErr).Op(":=").Add(rtBodyFrame.call(jen.Id("frames"), jen.Lit(c.lead))),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(idErr)),
		jen.Return(mDot(parseBody(c.json)).Call(jen.Id("body"))),
	)
}

// switch v := (*m).(type) { case *Trade: if v != nil { … } … }; return zmqrt.WrongType("tape", *m)
func appendUnion(c codec) jen.Code {
	return appendFrames(c,
		jen.Switch(jen.Id("v").Op(":=").Parens(jen.Op("*").Id("m")).Assert(jen.Type())).BlockFunc(func(g *jen.Group) {
			for _, msg := range c.messages {
				g.Case(jen.Op("*").Add(msg.typ.code())).Block(
					jen.If(jen.Id("v").Op("!=").Nil()).Block(appendMessage(c, msg, "v")...),
				)
			}
		}),
		jen.Return(rtWrongType.call(jen.Lit(c.pattern), jen.Op("*").Id("m"))),
	)
}

// parseAny emits ParseFrames of a pattern of several messages.
func parseAny(c codec) jen.Code {
	switch c.tag {
	case byConst:
		return parseByConst(c)
	case byTopic:
		return parseByTopic(c)
	}
	return parseUnion(c)
}

// name, body, err := zmqrt.NamedBody(frames, 1); …; switch string(name) { case "Trade": … }
func parseUnion(c codec) jen.Code {
	split := rtNamedBody
	if c.frames {
		split = rtNamedFrames
	}
	return parseFrames(c,
		jen.List(jen.Id("name"), jen.Id("body"), idErr).Op(":=").Add(split.call(jen.Id("frames"), jen.Lit(c.lead))),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(idErr)),
		parseCases(c, jen.Id("name")),
		jen.Return(rtUnknownName.call(jen.Id("name"))),
	)
}

// switch string(name) { case "Trade": v := new(Trade); *m = v; return v.ParseProto(body) … }
func parseCases(c codec, tag *jen.Statement) jen.Code {
	return jen.Switch(jen.String().Call(tag)).BlockFunc(func(g *jen.Group) {
		for _, msg := range c.messages {
			body := []jen.Code{
				jen.Id("v").Op(":=").New(msg.typ.code()),
				jen.Op("*").Id("m").Op("=").Id("v"),
			}
			body = append(body, readTopic(msg, "v")...)
			g.Case(jen.Lit(msg.wireName)).Block(append(body, jen.Return(readBody(c, msg, "v")))...)
		}
	})
}

// v.ParseProto(body), or v.parseFrames(body)
func readBody(c codec, msg codecMessage, v string) jen.Code {
	if c.frames {
		return msg.onMessage(msg.parseFn, v, jen.Id("body"))
	}
	return jen.Id(v).Dot(parseBody(c.json)).Call(jen.Id("body"))
}

// onMessage calls a method of the message that writes or reads its frames: m.parseFrames(body). For a message of
// another package it is a function: parseCommonMoneyFrames(m, body).
func (m codecMessage) onMessage(fn, v string, arg jen.Code) jen.Code {
	if m.typ.path != "" {
		return jen.Id(fn).Call(jen.Id(v), arg)
	}
	return jen.Id(v).Dot(fn).Call(arg)
}
