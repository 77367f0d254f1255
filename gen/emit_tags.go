package gen

import (
	"strconv"

	"github.com/dave/jennifer/jen"
)

// This file emits what reads topics, and the codecs of patterns whose messages carry no names: they are told
// apart by a constant or by their topics.

// emitReaders adds the functions that read topics, and enums in them, to frames_zmqgen.go.
func emitReaders(s *section, p *program) {
	called := map[string]bool{}
	for _, t := range p.readers {
		for _, piece := range t.pieces {
			called[piece.read.name] = true
		}
		s.add(docLines(t.fn+" sets the fields of m that stand in the topic "+quoted(t.template)+"."), topicReaderFunc(t))
	}
	for _, e := range p.enumReaders {
		if called[e.reader] {
			s.add(docLines(e.reader+" reads the name of a value, or a number."), enumReaderFunc(e))
		}
	}
}

// topicReaderFunc emits
//
//	func readQuoteTopic(topic []byte, m *Quote) error {
//		t := zmqrt.NewTopicReader(topic)
//		t.Literal("quote.")
//		symbol := t.Value('.')
//		t.Literal(".")
//		if err := t.End("quote.{symbol}."); err != nil { return err }
//		if err := zmqrt.ReadText(symbol, &m.Symbol); err != nil { return zmqrt.InField("symbol", err) }
//		return nil
//	}
func topicReaderFunc(t *topicReader) jen.Code {
	step := func(method string) *jen.Statement { return jen.Id("t").Dot(method) }
	body := []jen.Code{jen.Id("t").Op(":=").Add(rtNewTopicReader.call(jen.Id("topic")))}
	var reads []jen.Code
	for _, piece := range t.pieces {
		if piece.goName == "" {
			body = append(body, step("Literal").Call(jen.Lit(piece.literal)))
			continue
		}
		v := "v" + strconv.Itoa(len(reads))
		if piece.end == "" {
			body = append(body, jen.Id(v).Op(":=").Add(step("Rest")).Call())
		} else {
			body = append(body, jen.Id(v).Op(":=").Add(step("Value")).Call(jen.Id(strconv.QuoteRuneToASCII(rune(piece.end[0])))))
		}
		read := piece.read.code().Call(jen.Id(v), jen.Op("&").Add(mDot(piece.goName)))
		reads = append(reads, ifFailed(jen.Add(errBecomes, read), jen.Return(rtInField.call(jen.Lit(piece.name), idErr))))
	}
	end := step("End").Call(jen.Lit(t.template))
	if len(reads) == 0 {
		body = append(body, jen.Return(end))
	} else {
		body = append(body, ifFailed(jen.Add(errBecomes, end), jen.Return(idErr)))
		body = append(append(body, reads...), jen.Return(idNil))
	}
	m := jen.Id("m")
	if len(reads) == 0 {
		m = jen.Id("_")
	}
	return jen.Func().Id(t.fn).Params(jen.Id("topic").Index().Byte(), m.Op("*").Add(t.message.code())).Error().Block(body...)
}

// func readColorText(b []byte, v *Color) error { switch string(b) { case "RED": *v = ColorRed … } return nil }
func enumReaderFunc(e enum) jen.Code {
	named := func(name string) jen.Code { return goType{path: e.path, name: name}.code() }
	return jen.Func().Id(e.reader).Params(jen.Id("b").Index().Byte(), jen.Id("v").Op("*").Add(named(e.goName))).Error().Block(
		jen.Switch(jen.String().Call(idB)).BlockFunc(func(g *jen.Group) {
			for _, v := range e.values {
				g.Case(jen.Lit(v.name)).Block(jen.Op("*").Id("v").Op("=").Add(named(v.goName)))
			}
			g.Default().Block(jen.Return(jen.Qual(runtimePath, "ReadIntText").Call(idB, idV)))
		}),
		jen.Return(idNil),
	)
}

// checkTopic emits checks of the strings in a topic that is read again:
//
//	if err := zmqrt.CheckTopicText(m.Symbol, "."); err != nil { return zmqrt.InField("symbol", err) }
func checkTopic(t *topicReader, v string) []jen.Code {
	var checks []jen.Code
	for _, piece := range t.pieces {
		if piece.text {
			check := rtCheckTopicText.call(jen.Id(v).Dot(piece.goName), jen.Lit(piece.end))
			checks = append(checks, ifFailed(jen.Add(errBecomes, check), jen.Return(rtInField.call(jen.Lit(piece.name), idErr))))
		}
	}
	return checks
}

// readTopic emits the reading of a topic: if err := readQuoteTopic(frames[0], m); err != nil { return err }
func readTopic(msg codecMessage, v string) []jen.Code {
	if msg.reader == nil {
		return nil
	}
	read := jen.Id(msg.reader.fn).Call(jen.Id("frames").Index(jen.Lit(0)), jen.Id(v))
	return []jen.Code{ifFailed(jen.Add(errBecomes, read), jen.Return(idErr))}
}

// parseByConst emits ParseFrames of a pattern whose messages are told apart by a constant:
//
//	tag, body, err := zmqrt.TaggedFrames(frames, 0, 1); …; switch string(tag) { case "\x01": … }
func parseByConst(c codec) jen.Code {
	return parseFrames(c,
		jen.List(jen.Id("tag"), jen.Id("body"), idErr).Op(":=").Add(rtTaggedFrames.call(jen.Id("frames"), jen.Lit(c.lead), jen.Lit(c.tagAt))),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(idErr)),
		parseCases(c, jen.Id("tag")),
		jen.Return(rtUnknownTag.call(jen.Id("tag"))),
	)
}

// parseByTopic emits ParseFrames of a pattern whose messages are told apart by their topics, of which no two are
// the same:
//
//	if zmqrt.TopicStarts(frames[0], "trade.") {
//		v := new(Trade)
//		if readTradeTopic(frames[0], v) == nil { *m = v; return v.parseFrames(body) }
//	}
func parseByTopic(c codec) jen.Code {
	split := rtBodyFrame
	if c.frames {
		split = rtBodyFrames
	}
	topic := jen.Id("frames").Index(jen.Lit(0))
	body := []jen.Code{
		jen.List(jen.Id("body"), idErr).Op(":=").Add(split.call(jen.Id("frames"), jen.Lit(c.lead))),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(idErr)),
	}
	for _, msg := range c.messages {
		try := []jen.Code{
			jen.Id("v").Op(":=").New(msg.typ.code()),
			jen.If(jen.Id(msg.reader.fn).Call(topic.Clone(), idV).Op("==").Nil()).Block(
				jen.Op("*").Id("m").Op("=").Id("v"),
				jen.Return(readBody(c, msg, "v")),
			),
		}
		if prefix := msg.reader.prefix(); prefix != "" {
			has := rtTopicStarts.call(topic.Clone(), jen.Lit(prefix))
			body = append(body, jen.If(has).Block(try...))
		} else {
			body = append(body, jen.Block(try...))
		}
	}
	return parseFrames(c, append(body, jen.Return(rtUnknownTopic.call(topic)))...)
}
