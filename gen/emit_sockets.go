package gen

import "github.com/dave/jennifer/jen"

// This file emits sockets_zmqgen.go: the topology's table, and a constructor and a handle for every
// socket.

func emitSockets(p *program) *source {
	s := newSource(p, "sockets_zmqgen.go", true)
	if len(p.sockets) == 0 {
		return s
	}
	s.section(func(s *section) {
		s.add(docLines(topologyVar+" is what the sockets of "+p.source+" need to open."), topologyTable(p))
		s.add(docLines(topologyFunc+" returns what the sockets of topology "+p.topology+" need to open. "+forImporters), topologyGetter())
	})
	for _, sock := range p.sockets {
		s.section(func(s *section) {
			s.add(sock.openDoc, constructor(sock))
			s.add(sock.handleDoc, handle(p, sock))
		})
	}
	return s
}

// var topology = zmqrt.Topology{Name: "market", Sockets: …}
func topologyTable(p *program) jen.Code {
	var specs []jen.Code
	for _, s := range p.sockets {
		specs = append(specs, entry(jen.Lit(s.fullName), lines("{", "}", socketSpec(s))))
	}
	settings := []jen.Code{setting("Name", jen.Lit(p.topology))}
	if len(p.tables) > 0 {
		var tables []jen.Code
		for _, t := range p.tables {
			tables = append(tables, t.code().Call())
		}
		settings = append(settings, setting("Imports", jen.Index().Op("*").Add(rtTopology.q()).Values(tables...)))
	}
	settings = append(settings, setting("Sockets", jen.Map(jen.String()).Add(rtSocketSpec.q()).Add(lines("{", "}", specs))))
	return jen.Var().Id(topologyVar).Op("=").Add(rtTopology.q()).Add(lines("{", "}", settings))
}

// func TopologyTable() *zmqrt.Topology { return &topology }
func topologyGetter() jen.Code {
	return jen.Func().Id(topologyFunc).Params().Op("*").Add(rtTopology.q()).Block(jen.Return(jen.Op("&").Id(topologyVar)))
}

// Type: zmqrt.Sub, Connect: []string{"feed.quotes"}, …
func socketSpec(s socket) []jen.Code {
	out := []jen.Code{setting("Type", jen.Qual(runtimePath, s.socketType))}
	set := func(given bool, name string, value func() jen.Code) {
		if given {
			out = append(out, setting(name, value()))
		}
	}
	set(s.host != "", "Host", func() jen.Code { return jen.Lit(s.host) })
	set(s.replicated, "Replicated", func() jen.Code { return jen.True() })
	set(len(s.bind) > 0, "Bind", func() jen.Code { return literals(s.bind) })
	set(len(s.connect) > 0, "Connect", func() jen.Code { return literals(s.connect) })
	set(len(s.advertise) > 0, "Advertise", func() jen.Code { return literals(s.advertise) })
	set(s.subscribes, "Subscribe", func() jen.Code { return literals(s.subscribe) })
	set(s.buffer != nil, "Buffer", func() jen.Code { return rtLimit.call(jen.Lit(*s.buffer)) })
	set(s.batch > 0, "Batch", func() jen.Code { return jen.Lit(s.batch) })
	set(s.routingID != "", "RoutingID", func() jen.Code { return jen.Lit(s.routingID) })
	set(s.overflow != "", "Overflow", func() jen.Code { return jen.Qual(runtimePath, s.overflow) })
	set(s.sendHWM != nil, "SendHWM", func() jen.Code { return rtLimit.call(jen.Lit(*s.sendHWM)) })
	set(s.recvHWM != nil, "RecvHWM", func() jen.Code { return rtLimit.call(jen.Lit(*s.recvHWM)) })
	set(s.linger != nil, "Linger", func() jen.Code { return rtLingering.call(s.linger.code()) })
	set(s.uncorrelated, "Uncorrelated", func() jen.Code { return jen.True() })
	set(s.maxSize != nil, "MaxMessageSize", func() jen.Code { return rtSize.call(integer(*s.maxSize)) })
	set(s.conflate, "Conflate", func() jen.Code { return jen.True() })
	set(s.handover, "Handover", func() jen.Code { return jen.True() })
	return out
}

// func FeedQuotesSocket(pump *zmqrt.Pump) *zmqrt.Socket { return pump.Socket("market", "feed.quotes") }
func handle(p *program, s socket) jen.Code {
	return jen.Func().Id(s.handleFn).Params(pumpParam()).Op("*").Add(rtSocket.q()).Block(
		jen.Return(jen.Id("pump").Dot("Socket").Call(jen.Lit(p.topology), jen.Lit(s.fullName))),
	)
}

func pumpParam() jen.Code { return jen.Id("pump").Op("*").Add(rtPump.q()) }

// func NewFeedQuotes(ctx context.Context, pump *zmqrt.Pump, opts ...zmqrt.SocketOption) (…, error)
func constructor(s socket) jen.Code {
	var opened []jen.Code
	var body jen.Code
	switch s.use {
	case sends:
		opened = []jen.Code{sendChan(s.sent)}
		body = openChannel(s, rtOpenSender, rtOpenBatchSender, s.sent.code())
	case receives:
		opened = []jen.Code{receiveChan(s.received)}
		body = openChannel(s, rtOpenReceiver, rtOpenBatchReceiver, s.received.code())
	case sendsAndReceives:
		opened = []jen.Code{sendChan(s.sent), receiveChan(s.received)}
		body = open(s, rtOpenDuplex, s.sent.code(), s.received.code())
	case publishes:
		opened = []jen.Code{sendChan(s.sent), receiveChan(s.received)}
		body = open(s, rtOpenXPub, s.sent.code())
	case subscribes:
		opened = []jen.Code{sendChan(s.sent), receiveChan(s.received)}
		body = open(s, rtOpenXSub, s.received.code())
	case calls, serves:
		opened = []jen.Code{jen.Op("*").Add(s.service.code())}
		body = openService(s)
	}
	return jen.Func().Id(s.openFn).Params(
		jen.Id("ctx").Qual("context", "Context"),
		pumpParam(),
		jen.Id("opts").Op("...").Add(rtSocketOption.q()),
	).Params(append(opened, jen.Error())...).Block(body)
}

// chan<- Quote, and <-chan zmqrt.Routed[ChatDealerMessage]
func sendChan(c carried) jen.Code    { return jen.Chan().Op("<-").Add(c.element.code()) }
func receiveChan(c carried) jen.Code { return jen.Op("<-").Chan().Add(c.element.code()) }

// code is the codec of the elements: QuotesCodec{}, zmqrt.ByPeer(ChatDealerCodec{}) or zmqrt.Items(QuotesCodec{}, 2)
func (c carried) code() jen.Code {
	codec := c.codec.code().Values()
	switch {
	case c.wrap == "":
		return codec
	case c.frames == 0:
		return c.wrap.call(codec)
	}
	return c.wrap.call(codec, jen.Lit(c.frames))
}

// return zmqrt.OpenSender(ctx, pump, &topology, "feed.quotes", QuotesCodec{}, opts)
func openChannel(s socket, single, batch rt, codec jen.Code) jen.Code {
	if s.batch > 0 {
		return open(s, batch, codec)
	}
	return open(s, single, codec)
}

// return zmqrt.OpenDuplex(ctx, pump, &topology, "hub.chat", zmqrt.ByPeer(ChatRouterCodec{}), zmqrt.ByPeer(ChatDealerCodec{}), opts)
func open(s socket, by rt, codecs ...jen.Code) jen.Code {
	args := []jen.Code{jen.Id("ctx"), jen.Id("pump"), jen.Op("&").Id(topologyVar), jen.Lit(s.fullName)}
	return jen.Return(by.call(append(append(args, codecs...), jen.Id("opts"))...))
}

// return OpenReferenceClient(ctx, pump, &topology, "desk.reference", opts)
func openService(s socket) jen.Code {
	return jen.Return(goType{path: s.service.path, name: openName(s.service.name)}.code().Call(
		jen.Id("ctx"), jen.Id("pump"), jen.Op("&").Id(topologyVar), jen.Lit(s.fullName), jen.Id("opts")))
}
