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
	s.add(svc.clientDoc, clientType(svc))
	s.add(openDoc(svc.client, "calls", svc.pattern), openClient(svc))
	for _, method := range svc.methods {
		s.add(method.clientDoc, clientMethod(svc, method))
	}
	s.add(svc.serverDoc, serverType(svc))
	s.add(openDoc(svc.server, "serves", svc.pattern), openServer(svc))
	s.add(svc.handlerDoc, handlerType(svc))
	s.add(svc.serveDoc, serveFunc(svc))
	for _, method := range svc.methods {
		s.add(nil, methodTable(method))
	}
}

// type ReferenceClient struct{ client *zmqrt.Client }
func clientType(s service) jen.Code {
	return jen.Type().Id(s.client).Struct(jen.Id("client").Op("*").Add(rtClient.q()))
}

// openName is the function that opens a client or a server.
func openName(service string) string { return "Open" + service }

func openDoc(service, does, pattern string) []string {
	return docLines(openName(service) + " opens the named socket of a topology, which " + does + " pattern " + pattern + ". " + forImporters)
}

// func OpenReferenceClient(ctx context.Context, pump *zmqrt.Pump, topology *zmqrt.Topology, socket string, …)
func openFunc(service string, body ...jen.Code) jen.Code {
	return jen.Func().Id(openName(service)).Params(
		jen.Id("ctx").Qual("context", "Context"),
		pumpParam(),
		jen.Id("topology").Op("*").Add(rtTopology.q()),
		jen.Id("socket").String(),
		jen.Id("opts").Index().Add(rtSocketOption.q()),
	).Params(jen.Op("*").Id(service), jen.Error()).Block(body...)
}

func returnOnError() jen.Code {
	return jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(idNil, idErr))
}

// client, err := zmqrt.OpenClient(…); …; return &ReferenceClient{client: client}, nil
func openClient(s service) jen.Code {
	args := []jen.Code{jen.Id("ctx"), jen.Id("pump"), jen.Id("topology"), jen.Id("socket"), jen.Id("opts")}
	return openFunc(s.client,
		jen.List(jen.Id("client"), idErr).Op(":=").Add(rtOpenClient.call(args...)),
		returnOnError(),
		jen.Return(jen.Op("&").Id(s.client).Values(setting("client", jen.Id("client"))), idNil),
	)
}

// s := new(ReferenceServer); err := zmqrt.OpenServer(…, zmqrt.Serve(&referenceLookup, &s.Lookup)); …
func openServer(s service) jen.Code {
	items := []jen.Code{jen.List(jen.Id("ctx"), jen.Id("pump"), jen.Id("topology"), jen.Id("socket"), jen.Id("opts"))}
	for _, method := range s.methods {
		items = append(items, rtServe.call(jen.Op("&").Id(method.table), jen.Op("&").Id("s").Dot(method.channel)))
	}
	return openFunc(s.server,
		jen.Id("s").Op(":=").New(jen.Id(s.server)),
		jen.Add(errBecomes, rtOpenServer.q()).Add(lines("(", ")", items)),
		returnOnError(),
		jen.Return(jen.Id("s"), idNil),
	)
}

// func (c *ReferenceClient) Lookup(ctx context.Context, req LookupRequest) (Instrument, error)
func clientMethod(s service, method method) jen.Code {
	request := jen.Code(rtNone.q().Values())
	if method.request.typ.name != "" {
		request = jen.Id("req")
	}
	invoke := rtInvoke.call(jen.Id("ctx"), jen.Id("c").Dot("client"), jen.Op("&").Id(method.table), request)
	f := jen.Func().Params(jen.Id("c").Op("*").Id(s.client)).Add(signature(method))
	if method.reply.typ.name != "" {
		return f.Block(jen.Return(invoke))
	}
	return f.Block(
		jen.List(jen.Id("_"), idErr).Op(":=").Add(invoke),
		jen.Return(idErr),
	)
}

// Lookup(ctx context.Context, req LookupRequest) (Instrument, error)
func signature(method method) *jen.Statement {
	in := []jen.Code{jen.Id("ctx").Qual("context", "Context")}
	if method.request.typ.name != "" {
		in = append(in, jen.Id("req").Add(method.request.typ.code()))
	}
	f := jen.Id(method.goName).Params(in...)
	if method.reply.typ.name != "" {
		return f.Params(method.reply.typ.code(), jen.Error())
	}
	return f.Error()
}

// type ReferenceServer struct { Lookup <-chan *zmqrt.Call[LookupRequest, Instrument] }
func serverType(s service) jen.Code {
	return jen.Type().Id(s.server).StructFunc(func(g *jen.Group) {
		for _, method := range s.methods {
			for _, c := range comments(method.serverDoc) {
				g.Add(c)
			}
			g.Id(method.channel).Op("<-").Chan().Op("*").Add(rtCall.q()).Index(bodies(method))
		}
	})
}

// LookupRequest, Instrument
func bodies(method method) jen.Code {
	return jen.List(bodyType(method.request), bodyType(method.reply))
}

// bodyType is the type of a request or a reply as the runtime knows it: zmqrt.None for none.
func bodyType(m methodMessage) *jen.Statement {
	if m.typ.name == "" {
		return rtNone.q()
	}
	return m.typ.code()
}

// var referenceLookup = zmqrt.Method[LookupRequest, Instrument]{Name: "Lookup", …}
func methodTable(method method) jen.Code {
	settings := []jen.Code{setting("Name", jen.Lit(method.wireName))}
	if method.timeout != (duration{}) {
		settings = append(settings, setting("Timeout", method.timeout.code()))
	}
	settings = append(settings, retrySettings(method)...)
	if method.request.typ.name != "" {
		settings = append(settings, setting("Request", methodBody(method, method.request)))
	}
	if method.reply.typ.name != "" {
		settings = append(settings, setting("Reply", methodBody(method, method.reply)))
	}
	if method.request.limited {
		settings = append(settings, setting("ValidateRequest", method.request.typ.code().Dot("Validate")))
	}
	if method.reply.limited {
		settings = append(settings, setting("ValidateReply", method.reply.typ.code().Dot("Validate")))
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

// Bare: true, Metadata: true, Idempotent: true, Attempts: 3, RetryEvery: 100 * time.Millisecond
func retrySettings(method method) []jen.Code {
	var out []jen.Code
	if method.bare {
		out = append(out, setting("Bare", jen.True()))
	}
	if method.metadata {
		out = append(out, setting("Metadata", jen.True()))
	}
	if method.idempotent {
		out = append(out, setting("Idempotent", jen.True()))
	}
	if method.attempts > 0 {
		out = append(out, setting("Attempts", jen.Lit(method.attempts)))
	}
	if method.retryEvery != (duration{}) {
		out = append(out, setting("RetryEvery", method.retryEvery.code()))
	}
	return out
}

// zmqrt.OneFrame(Instrument.AppendProto, (*Instrument).ParseProto), or
// zmqrt.FrameByField((*Instrument).appendFrames, (*Instrument).parseFrames), or
// zmqrt.FrameByField(appendCommonInstrumentFrames, parseCommonInstrumentFrames)
func methodBody(m method, body methodMessage) jen.Code {
	method := func(name string) jen.Code { return jen.Parens(jen.Op("*").Add(body.typ.code())).Dot(name) }
	switch {
	case body.appendFn != "" && body.foreign:
		return rtFrameByField.call(jen.Id(body.appendFn), jen.Id(body.parseFn))
	case body.appendFn != "":
		return rtFrameByField.call(method(body.appendFn), method(body.parseFn))
	}
	return rtOneFrame.call(body.typ.code().Dot(appendBody(m.json)), method(parseBody(m.json)))
}
