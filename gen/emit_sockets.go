package gen

import "github.com/dave/jennifer/jen"

// This file emits sockets_zmqgen.go: the topology's table, and a constructor and a handle for every
// socket of a node.

func emitSockets(p *program) *source {
	s := newSource(p, "sockets_zmqgen.go", true)
	if len(p.sockets) == 0 && len(p.sides) == 0 {
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
