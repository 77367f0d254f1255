package gen

import "github.com/dave/jennifer/jen"

// This file emits calls_zmqgen.go: typed clients and servers of req-rep patterns, each a thin shell
// around a table that the runtime works by.

func emitCalls(p *program) *source {
	s := newSource(p, "calls_zmqgen.go", true)
	for _, svc := range p.services {
		s.add(svc.clientDoc, clientType(svc))
		s.add(openDoc(svc.client, "calls", svc.pattern), openClient(svc))
		for _, method := range svc.methods {
			s.add(method.clientDoc, clientMethod(svc, method))
		}
		s.add(svc.serverDoc, serverType(svc))
		s.add(openDoc(svc.server, "serves", svc.pattern), openServer(svc))
		for _, method := range svc.methods {
			s.add(nil, methodTable(method))
		}
	}
	return s
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
	return jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err()))
}

// client, err := zmqrt.OpenClient(…); …; return &ReferenceClient{client: client}, nil
func openClient(s service) jen.Code {
	args := []jen.Code{jen.Id("ctx"), jen.Id("pump"), jen.Id("topology"), jen.Id("socket"), jen.Id("opts")}
	return openFunc(s.client,
		jen.List(jen.Id("client"), jen.Err()).Op(":=").Add(rtOpenClient.call(args...)),
		returnOnError(),
		jen.Return(jen.Op("&").Id(s.client).Values(setting("client", jen.Id("client"))), jen.Nil()),
	)
}

// s := new(ReferenceServer); err := zmqrt.OpenServer(…, zmqrt.Serve(&referenceLookup, &s.Lookup)); …
func openServer(s service) jen.Code {
	items := []jen.Code{jen.List(jen.Id("ctx"), jen.Id("pump"), jen.Id("topology"), jen.Id("socket"), jen.Id("opts"))}
	for _, method := range s.methods {
		items = append(items, rtServe.call(jen.Op("&").Id(method.table), jen.Op("&").Id("s").Dot(method.goName)))
	}
	return openFunc(s.server,
		jen.Id("s").Op(":=").New(jen.Id(s.server)),
		jen.Err().Op(":=").Add(rtOpenServer.q()).Add(lines("(", ")", items)),
		returnOnError(),
		jen.Return(jen.Id("s"), jen.Nil()),
	)
}

// func (c *ReferenceClient) Lookup(ctx context.Context, req LookupRequest) (Instrument, error)
func clientMethod(s service, method method) jen.Code {
	in := []jen.Code{jen.Id("ctx").Qual("context", "Context")}
	request := jen.Code(rtNone.q().Values())
	if method.request.name != "" {
		in = append(in, jen.Id("req").Add(method.request.code()))
		request = jen.Id("req")
	}
	invoke := rtInvoke.call(jen.Id("ctx"), jen.Id("c").Dot("client"), jen.Op("&").Id(method.table), request)
	f := jen.Func().Params(jen.Id("c").Op("*").Id(s.client)).Id(method.goName).Params(in...)
	if method.reply.name != "" {
		return f.Params(method.reply.code(), jen.Error()).Block(jen.Return(invoke))
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
	body := func(typ goType) jen.Code {
		if typ.name == "" {
			return rtNone.q()
		}
		return typ.code()
	}
	return jen.List(body(method.request), body(method.reply))
}

// var referenceLookup = zmqrt.Method[LookupRequest, Instrument]{Name: "Lookup", …}
func methodTable(method method) jen.Code {
	settings := []jen.Code{setting("Name", jen.Lit(method.wireName))}
	if method.timeout != (duration{}) {
		settings = append(settings, setting("Timeout", method.timeout.code()))
	}
	if method.request.name != "" {
		settings = append(settings, setting("AppendRequest", method.request.code().Dot(appendBody(method.json))),
			setting("ParseRequest", parseMethod(method, method.request)))
	}
	if method.reply.name != "" {
		settings = append(settings, setting("AppendReply", method.reply.code().Dot(appendBody(method.json))),
			setting("ParseReply", parseMethod(method, method.reply)))
	}
	if method.requestLimited {
		settings = append(settings, setting("ValidateRequest", method.request.code().Dot("Validate")))
	}
	if method.replyLimited {
		settings = append(settings, setting("ValidateReply", method.reply.code().Dot("Validate")))
	}
	var errors []jen.Code
	declare := rtDeclareError
	if method.json {
		declare = rtDeclareJSONError
	}
	for _, e := range method.errors {
		errors = append(errors, declare.q().Index(e.typ.code()).Call(jen.Lit(e.wireName)))
	}
	if len(errors) > 0 {
		settings = append(settings, setting("Errors", jen.Index().Add(rtDeclared.q()).Values(errors...)))
	}
	return jen.Var().Id(method.table).Op("=").Add(rtMethod.q()).Index(bodies(method)).Add(lines("{", "}", settings))
}

// (*Instrument).ParseProto
func parseMethod(m method, typ goType) jen.Code {
	return jen.Parens(jen.Op("*").Add(typ.code())).Dot(parseBody(m.json))
}
