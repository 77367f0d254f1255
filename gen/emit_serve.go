package gen

import "github.com/dave/jennifer/jen"

// This file emits the handler of a req-rep pattern, an interface with a method for each call, and the server's method
// that gives calls to it.

// type ReferenceHandler interface { Lookup(ctx context.Context, req LookupRequest) (Instrument, error) }
func handlerType(s service) jen.Code {
	return jen.Type().Id(s.handler).InterfaceFunc(func(g *jen.Group) {
		for _, method := range s.methods {
			for _, c := range comments(method.handlerDoc) {
				g.Add(c)
			}
			g.Add(signature(method))
		}
	})
}

// func (s *ReferenceServer) Serve(ctx context.Context, h ReferenceHandler, opts ...zmqrt.ServeOption) error {
// return zmqrt.RunServer(ctx, opts, zmqrt.Handle(s.Lookup, h.Lookup), …) }
func serveFunc(s service) jen.Code {
	items := []jen.Code{jen.List(jen.Id("ctx"), jen.Id("opts"))}
	for _, method := range s.methods {
		items = append(items, rtHandle.call(jen.Id("s").Dot(method.channel), handlerFunc(method)))
	}
	return jen.Func().Params(jen.Id("s").Op("*").Id(s.server)).Id("Serve").Params(
		jen.Id("ctx").Qual("context", "Context"),
		jen.Id("h").Id(s.handler),
		jen.Id("opts").Op("...").Add(rtServeOption.q()),
	).Error().Block(jen.Return(rtRunServer.q().Add(lines("(", ")", items))))
}

// handlerFunc is the handler's method as the runtime calls it: with a request and a reply.
//
//	h.Lookup
//	zmqrt.WithoutReply(h.Forget)
func handlerFunc(method method) jen.Code {
	asks, answers := method.request.typ.name != "", method.reply.typ.name != ""
	handle := jen.Id("h").Dot(method.goName)
	switch {
	case asks && answers:
		return handle
	case asks:
		return rtWithoutReply.call(handle)
	case answers:
		return rtWithoutRequest.call(handle)
	}
	return rtWithoutBodies.call(handle)
}
