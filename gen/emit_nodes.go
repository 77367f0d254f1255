package gen

import "github.com/dave/jennifer/jen"

// This file emits nodes_zmqgen.go: for each node a struct with its open sockets, and what opens them all or none.

func emitNodes(p *program) *source {
	s := newSource(p, "nodes_zmqgen.go", true)
	for _, n := range p.nodes {
		s.section(func(s *section) {
			s.add(n.doc, nodeType(n))
			s.add(n.openDoc, openNode(n))
			s.add(docLines("Close ends all sockets of the node and waits until they have closed, which the longest linger among them bounds. "+
				"What their channels hold is sent before; the channels that messages are sent to stay the user's to close."), closeNode(n))
		})
	}
	return s
}

// type DeskNode struct { Quotes <-chan Quote; Chat zmqrt.Duplex[…]; node *zmqrt.Node }
func nodeType(n node) jen.Code {
	return jen.Type().Id(n.goName).StructFunc(func(g *jen.Group) {
		for _, f := range n.fields {
			for _, c := range comments(f.doc) {
				g.Add(c)
			}
			g.Id(f.goName).Add(openSocket(f.socket))
		}
		g.Line()
		g.Id("node").Op("*").Add(rtNode.q())
	})
}

// openSocket is what an open socket is in the struct of its node.
func openSocket(s socket) jen.Code {
	switch s.use {
	case sends:
		return sendChan(s.sent)
	case receives:
		return receiveChan(s.received)
	case calls, serves:
		return jen.Op("*").Add(s.service.code())
	}
	return rtDuplex.q().Index(jen.List(s.sent.element.code(), s.received.element.code()))
}

// partOf is the function of the runtime that opens a socket as a part of its node.
func partOf(s socket) rt {
	switch s.use {
	case sends:
		return rtSenderPart
	case receives, calls, serves:
		return rtPart
	}
	return rtDuplexPart
}

// n := new(DeskNode)
// node, err := zmqrt.OpenNode(ctx, pump, &topology, "desk", opts, zmqrt.Part("quotes", NewDeskQuotes, &n.Quotes), …) …
func openNode(n node) jen.Code {
	items := []jen.Code{jen.List(jen.Id("ctx"), jen.Id("pump"), jen.Op("&").Id(topologyVar), jen.Lit(n.name), jen.Id("opts"))}
	for _, f := range n.fields {
		items = append(items, partOf(f.socket).call(jen.Lit(f.name), jen.Id(f.socket.openFn), jen.Op("&").Id("n").Dot(f.goName)))
	}
	return jen.Func().Id(n.openFn).Params(
		jen.Id("ctx").Qual("context", "Context"),
		pumpParam(),
		jen.Id("opts").Op("...").Add(rtNodeOption.q()),
	).Params(jen.Op("*").Id(n.goName), jen.Error()).Block(
		jen.Id("n").Op(":=").New(jen.Id(n.goName)),
		jen.List(jen.Id("node"), idErr).Op(":=").Add(rtOpenNode.q()).Add(lines("(", ")", items)),
		returnOnError(),
		jen.Id("n").Dot("node").Op("=").Id("node"),
		jen.Return(jen.Id("n"), idNil),
	)
}

// func (n *DeskNode) Close() error { return n.node.Close() }
func closeNode(n node) jen.Code {
	return jen.Func().Params(jen.Id("n").Op("*").Id(n.goName)).Id("Close").Params().Error().Block(
		jen.Return(jen.Id("n").Dot("node").Dot("Close").Call()),
	)
}
