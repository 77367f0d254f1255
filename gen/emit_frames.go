package gen

import (
	"strconv"

	"github.com/dave/jennifer/jen"
)

// This file emits frames_zmqgen.go: straight-line code that turns messages into frames, one for each field,
// and back.

func emitFrames(p *program) *source {
	s := newSource(p, "frames_zmqgen.go", false)
	s.section(func(s *section) {
		alone := map[string]bool{}
		for _, l := range p.layouts {
			s.add(docLines(l.appendFn+" writes m as "+framesText(l)+"."), appendLayout(l))
			for _, f := range l.fields {
				if fn := l.message.path + "." + l.message.name + "." + l.partFn(f); f.kind == partFrame && !alone[fn] {
					alone[fn] = true
					emitAlone(s, l, f)
				}
			}
			s.add(docLines(l.parseFn+" sets m from such frames and keeps no part of them."), parseLayout(l))
		}
		emitReaders(s, p)
	})
	return s
}

func framesText(l layout) string {
	if len(l.fields) == 0 {
		return "no frames"
	}
	return l.describe()
}

// func (m *Tick) appendFrames(w *zmqrt.FrameWriter) error { … return nil }
func appendLayout(l layout) jen.Code {
	var body []jen.Code
	for _, f := range l.fields {
		body = append(body, appendFrame(l, f))
	}
	body = append(body, jen.Return(idNil))
	return l.onMessage(l.appendFn, jen.Id("w").Op("*").Add(rtFrameWriter.q())).Error().Block(body...)
}

// appendFrame writes one field:
//
//	w.End(zmqrt.AppendBig64(w.Begin(), m.Seq)), or, where that may fail,
//	if err := w.EndBody(zmqrt.AppendText(w.Begin(), m.Symbol)); err != nil { return zmqrt.InField("symbol", err) }
func appendFrame(l layout, f frameField) jen.Code {
	value, begin := mDot(f.goName), wDot("Begin").Call()
	switch {
	case f.constant != nil:
		return wDot("FrameString").Call(jen.Lit(*f.constant))
	case f.kind == restFrames:
		return ifFailed(jen.Add(errBecomes, rtAppendRest.call(idW, value)), returnFrameError(f))
	case f.kind == messageFrame:
		return ifFailed(jen.Add(errBecomes, wDot("EndBody")).Call(value.Dot(appendBody(f.json)).Call(begin)), returnFrameError(f))
	case f.kind == partFrame: // the error names the field already
		return ifFailed(jen.Add(errBecomes, wDot("EndBody")).Call(l.call(l.partFn(f), begin)), jen.Return(idErr))
	case f.form.sliced:
		return wDot("Frame").Call(value.Index(jen.Op(":")))
	case f.form.write == "":
		return wDot("Frame").Call(value)
	case f.form.fails:
		call := jen.Qual(runtimePath, f.form.write).Call(begin, value)
		return ifFailed(jen.Add(errBecomes, wDot("EndBody")).Call(call), returnFrameError(f))
	}
	return wDot("End").Call(jen.Qual(runtimePath, f.form.write).Call(begin, value))
}

// appendLegsFrame, or appendCommonOrderLegsFrame
func (l layout) partFn(f frameField) string { return "append" + l.prefix + f.goName + "Frame" }

// m.appendLegsFrame(w.Begin()), or appendCommonOrderLegsFrame(m, w.Begin())
func (l layout) call(fn string, arg jen.Code) jen.Code {
	if l.prefix != "" {
		return jen.Id(fn).Call(idM, arg)
	}
	return mDot(fn).Call(arg)
}

// onMessage is the head of a method of the message, or of a function where the message is of another package.
func (l layout) onMessage(fn string, param jen.Code) *jen.Statement {
	m := jen.Id("m").Op("*").Add(l.message.code())
	if l.prefix != "" {
		return jen.Func().Id(fn).Params(m, param)
	}
	return jen.Func().Params(m).Id(fn).Params(param)
}

// parseLegsFrame, or parseCommonOrderLegsFrame
func (l layout) parsePartFn(f frameField) string { return "parse" + l.prefix + f.goName + "Frame" }

// emitAlone emits the methods that write a field alone and, in JSON, read it.
func emitAlone(s *section, l layout, f frameField) {
	if !f.json {
		s.add(docLines(l.partFn(f)+" appends field "+f.name+" alone in protobuf wire format to b."), appendAlone(l, f))
		return
	}
	s.add(docLines(l.partFn(f)+" appends field "+f.name+" in JSON to b."), appendAloneJSON(l, f))
	if f.part.shape != choice {
		s.add(docLines(l.parsePartFn(f)+" sets field "+f.name+" from JSON."), parseAloneJSON(l, f))
	}
}

// func (m *Order) appendLegsFrame(b []byte) ([]byte, error) { … return b, nil }
func appendAlone(l layout, f frameField) jen.Code {
	var body []jen.Code
	if f.part.canFail() {
		body = append(body, jen.Var().Err().Error())
	}
	body = append(body, appendField(f.part), jen.Return(idB, idNil))
	return aloneFunc(l, f, body)
}

// appendAloneJSON writes a list or a map, empty or not, a value or null, or an object with the alternative that is
// there.
func appendAloneJSON(l layout, f frameField) jen.Code {
	var body []jen.Code
	if f.part.canFailJSON() {
		body = append(body, jen.Var().Err().Error())
	}
	switch value := mDot(f.goName); f.part.shape {
	case list:
		body = append(body, appendListJSON(f.part)...)
	case mapping:
		body = append(body, appendMapJSON(f.part)...)
	case choice:
		body = append(body, jen.Id("start").Op(":=").Len(idB))
		body = append(body, appendFieldJSON(f.part)...)
		body = append(body, jen.Add(bIs, rtEndJSONObject.call(idB, jen.Id("start"))))
	default:
		body = append(body,
			jen.If(value.Clone().Op("==").Nil()).Block(jen.Return(jen.Append(idB, jen.Lit("null").Op("...")), idNil)),
			appendValueJSON(f.part, held(f.part, value)),
		)
	}
	return aloneFunc(l, f, append(body, jen.Return(idB, idNil)))
}

func aloneFunc(l layout, f frameField, body []jen.Code) jen.Code {
	return l.onMessage(l.partFn(f), jen.Id("b").Index().Byte()).Params(jen.Index().Byte(), jen.Error()).Block(body...)
}

// parseAloneJSON reads what appendAloneJSON writes, but for a oneof, which is read as the message that it is part of.
//
//	func (m *Order) parseLegsFrame(b []byte) error {
//		reader := zmqrt.NewJSONReader(b)
//		r, i := &reader, reader.Start(b)
//		m.Legs = nil
//		m.Legs, i = zmqrt.JSONItems(r, m.Legs, b, i, (*Leg).parseJSON)
//		r.End(b, i)
//		return r.Err()
//	}
func parseAloneJSON(l layout, f frameField) jen.Code {
	reader := jen.Id("reader")
	body := []jen.Code{
		reader.Clone().Op(":=").Add(rtNewJSONReader.call(idB)),
		jen.List(idR, idI).Op(":=").List(jen.Op("&").Add(reader), reader.Clone().Dot("Start").Call(idB)),
	}
	body = append(body, mDot(f.goName).Op("=").Nil())
	body = append(body, parseFieldJSON(f.part, mDot(f.goName))...)
	body = append(body, rDot("End").Call(idB, idI), jen.Return(rDot("Err").Call()))
	return l.onMessage(l.parsePartFn(f), jen.Id("b").Index().Byte()).Error().Block(body...)
}

// return zmqrt.InField("symbol", err)
func returnFrameError(f frameField) jen.Code {
	return jen.Return(rtInField.call(jen.Lit(f.name), idErr))
}

// func (m *Tick) parseFrames(frames [][]byte) error { … return nil }
func parseLayout(l layout) jen.Code {
	check, want := rtCheckBody, len(l.fields)
	if want > 0 && l.fields[want-1].kind == restFrames {
		check, want = rtCheckBodyStart, want-1
	}
	frames := jen.Id("frames")
	body := []jen.Code{ifFailed(jen.Add(errBecomes, check.call(frames, jen.Lit(want))), jen.Return(idErr))}
	for i, f := range l.fields {
		body = append(body, parseFrame(l, f, i)...)
	}
	body = append(body, jen.Return(idNil))
	return l.onMessage(l.parseFn, jen.Id("frames").Index().Index().Byte()).Error().Block(body...)
}

// parseFrame reads one field:
//
//	if err := zmqrt.ReadBig64(frames[0], &m.Seq); err != nil { return zmqrt.InField("seq", err) }
func parseFrame(l layout, f frameField, i int) []jen.Code {
	frame, into := jen.Id("frames").Index(jen.Lit(i)), mDot(f.goName)
	switch f.kind {
	case restFrames:
		rest := jen.Id("frames").Index(jen.Lit(i).Op(":"))
		return []jen.Code{ifFailed(jen.Add(errBecomes, rtReadRest.call(rest, jen.Op("&").Add(into))), returnFrameError(f))}
	case messageFrame:
		return []jen.Code{ifFailed(jen.Add(errBecomes, into).Dot(parseBody(f.json)).Call(frame), returnFrameError(f))}
	case partFrame:
		if f.json && f.part.shape != choice {
			return []jen.Code{ifFailed(jen.Add(errBecomes, l.call(l.parsePartFn(f), frame)), returnFrameError(f))}
		}
		part := "part" + strconv.Itoa(i)
		return []jen.Code{
			jen.Var().Id(part).Add(l.message.code()),
			ifFailed(jen.Err().Op(":=").Id(part).Dot(parseBody(f.json)).Call(frame), jen.Return(rtInPart.call(jen.Lit(f.name), idErr))),
			into.Op("=").Id(part).Dot(f.goName),
		}
	}
	var body []jen.Code
	if f.constant != nil {
		body = append(body, ifFailed(jen.Add(errBecomes, rtReadConst.call(frame, jen.Lit(*f.constant))), returnFrameError(f)))
	}
	read := jen.Qual(runtimePath, f.form.read).Call(frame.Clone(), jen.Op("&").Add(into))
	return append(body, ifFailed(jen.Add(errBecomes, read), returnFrameError(f)))
}

// func TicksFrames(m Tick) ([][]byte, error)
func framesFunc(c codec) jen.Code {
	return jen.Func().Id(c.framesFn).Params(jen.Id("m").Add(c.element.code())).
		Params(jen.Index().Index().Byte(), jen.Error()).Block(
		jen.Var().Id("w").Add(rtFrameWriter.q()),
		jen.Return(rtAppendMessage.call(jen.Op("&").Id("w"), jen.Id(c.goName).Values(), idM)),
	)
}

// parseSingleFrames emits ParseFrames of a pattern of one message.
func parseSingleFrames(c codec) jen.Code {
	msg := c.messages[0]
	if c.lead == 0 {
		return parseFrames(c, jen.Return(msg.onMessage(msg.parseFn, "m", jen.Id("frames"))))
	}
	body := []jen.Code{
		jen.List(jen.Id("body"), idErr).Op(":=").Add(rtBodyFrames.call(jen.Id("frames"), jen.Lit(c.lead))),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(idErr)),
	}
	body = append(body, readTopic(msg, "m")...)
	return parseFrames(c, append(body, jen.Return(msg.onMessage(msg.parseFn, "m", jen.Id("body"))))...)
}
