package gen

import "github.com/dave/jennifer/jen"

// This file emits calls_zmqgen.go: typed clients and servers of req-rep patterns, each a thin shell
// around a table that the runtime works by.

func emitCalls(p *program) *source {
	s := newSource(p, "calls_zmqgen.go", true)
	for _, svc := range p.services {
		s.section(func(s *section) { emitService(s, svc) })
	}
	return s
}

func emitService(s *section, svc service) {
	if svc.client != "" {
		s.add(svc.clientDoc, clientType(svc))
		for _, method := range svc.methods {
			s.add(method.clientDoc, clientMethod(svc, method))
		}
	}
	if svc.server != "" {
		s.add(svc.serverDoc, serverType(svc))
	}
	for _, method := range svc.methods {
		s.add(nil, methodTable(method))
	}
}

// type ReferenceClient struct{ client *zmqrt.Client }
func clientType(s service) jen.Code {
	return jen.Type().Id(s.client).Struct(jen.Id("client").Op("*").Add(rtClient.q()))
}

// func (c *ReferenceClient) Lookup(ctx context.Context, req LookupRequest) (Instrument, error)
func clientMethod(s service, method method) jen.Code {
	in := []jen.Code{jen.Id("ctx").Qual("context", "Context")}
	request := jen.Code(rtNone.q().Values())
	if method.request.goName != "" {
		in = append(in, jen.Id("req").Id(method.request.goName))
		request = jen.Id("req")
	}
	invoke := rtInvoke.call(jen.Id("ctx"), jen.Id("c").Dot("client"), jen.Op("&").Id(method.table), request)
	f := jen.Func().Params(jen.Id("c").Op("*").Id(s.client)).Id(method.goName).Params(in...)
	if method.reply.goName != "" {
		return f.Params(jen.Id(method.reply.goName), jen.Error()).Block(jen.Return(invoke))
	}
	return f.Error().Block(
		jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(invoke),
		jen.Return(jen.Err()),
	)
}

// type ReferenceServer struct { Lookup <-chan *zmqrt.Call[LookupRequest, Instrument] }
func serverType(s service) jen.Code {
	return jen.Type().Id(s.server).StructFunc(func(g *jen.Group) {
		for _, method := range s.methods {
			for _, c := range comments(method.serverDoc) {
				g.Add(c)
			}
			g.Id(method.goName).Op("<-").Chan().Op("*").Add(rtCall.q()).Index(bodies(method))
		}
	})
}

// LookupRequest, Instrument
func bodies(method method) jen.Code {
	body := func(goName string) jen.Code {
		if goName == "" {
			return rtNone.q()
		}
		return jen.Id(goName)
	}
	return jen.List(body(method.request.goName), body(method.reply.goName))
}

// var referenceLookup = zmqrt.Method[LookupRequest, Instrument]{Name: "Lookup", …}
func methodTable(method method) jen.Code {
	settings := []jen.Code{setting("Name", jen.Lit(method.wireName))}
	if method.timeout != (duration{}) {
		settings = append(settings, setting("Timeout", method.timeout.code()))
	}
	if method.request.goName != "" {
		settings = append(settings, setting("Request", methodBody(method, method.request)))
	}
	if method.reply.goName != "" {
		settings = append(settings, setting("Reply", methodBody(method, method.reply)))
	}
	if method.request.limited {
		settings = append(settings, setting("ValidateRequest", jen.Id(method.request.goName).Dot("Validate")))
	}
	if method.reply.limited {
		settings = append(settings, setting("ValidateReply", jen.Id(method.reply.goName).Dot("Validate")))
	}
	var errors []jen.Code
	for _, e := range method.errors {
		errors = append(errors, rtDeclareError.call(jen.Lit(e.wireName), methodBody(method, e.methodMessage)))
	}
	if len(errors) > 0 {
		settings = append(settings, setting("Errors", jen.Index().Add(rtDeclared.q()).Values(errors...)))
	}
	return jen.Var().Id(method.table).Op("=").Add(rtMethod.q()).Index(bodies(method)).Add(lines("{", "}", settings))
}

// zmqrt.OneFrame(Instrument.AppendProto, (*Instrument).ParseProto), or
// zmqrt.FrameByField((*Instrument).appendFrames, (*Instrument).parseFrames)
func methodBody(m method, body methodMessage) jen.Code {
	method := func(name string) jen.Code { return jen.Parens(jen.Op("*").Id(body.goName)).Dot(name) }
	if body.appendFn != "" {
		return rtFrameByField.call(method(body.appendFn), method(body.parseFn))
	}
	return rtOneFrame.call(jen.Id(body.goName).Dot(appendBody(m.json)), method(parseBody(m.json)))
}
