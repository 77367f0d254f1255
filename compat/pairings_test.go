package compat

import "github.com/zmqgen/zmqgen/compat/wire"

// This file is the table of what is exchanged with whom.

// pairing is one way to exchange messages.
type pairing struct {
	name      string
	frames    string // on the wire, for docs/compat.md
	form      string // the same, for peers
	ends      [2]end // left and right
	binds     side
	transport string // tcp if empty
	n         int    // so many messages, if not as many as in other cells
}

// end is one end of a pairing: a socket of ours, or the same of the peer's.
type end struct {
	socket string // its type
	work   string // what a peer does with it
	name   string // of ours, in topology.yaml
	open   opener // of ours
}

var (
	publishTicks       = end{"PUB", "send", "left.ticks", sending(wire.NewLeftTicks, plain, true)}
	publishWhenHeard   = end{"PUB", "send", "left.ticks", sendingWhenSubscribed(wire.NewLeftTicks, plain)}
	publishXTicks      = end{"XPUB", "send", "left.xticks", opening(wire.NewLeftXticks, publishToSubscribers)}
	publishEvents      = end{"PUB", "send", "left.events", sending(wire.NewLeftEvents, event, true)}
	pushJobs           = end{"PUSH", "send", "left.jobs", sending(wire.NewLeftJobs, named[wire.JobsMessage], false)}
	subscribeTicks     = end{"SUB", "receive", "right.ticks", receiving(wire.NewRightTicks, plain)}
	subscribeXTicks    = end{"XSUB", "receive", "right.xticks", opening(wire.NewRightXticks, subscribeByMessages)}
	subscribeEvents    = end{"SUB", "receive", "right.events", receiving(wire.NewRightEvents, event)}
	pullJobs           = end{"PULL", "receive", "right.jobs", receiving(wire.NewRightJobs, named[wire.JobsMessage])}
	reqCalls           = end{"REQ", "ask", "left.calls_req", asking(wire.NewLeftCallsReq, 1, call)}
	dealerCalls        = end{"DEALER", "ask", "left.calls_dealer", asking(wire.NewLeftCallsDealer, window, call)}
	repServes          = end{"REP", "answer", "right.calls_rep", serving(wire.NewRightCallsRep, serve)}
	routerServes       = end{"ROUTER", "answer", "right.calls_router", serving(wire.NewRightCallsRouter, serve)}
	reqAsksEmpty       = end{"REQ", "ask", "left.calls_req", asking(wire.NewLeftCallsReq, 1, askEmpty)}
	repAnswersEmpty    = end{"REP", "answer", "right.calls_rep", serving(wire.NewRightCallsRep, answerEmpty)}
	reqAsks            = end{"REQ", "ask", "left.asks_req", asking(wire.NewLeftAsksReq, 1, ask)}
	dealerAsks         = end{"DEALER", "ask", "left.asks_dealer", asking(wire.NewLeftAsksDealer, window, ask)}
	repAnswers         = end{"REP", "answer", "right.asks_rep", serving(wire.NewRightAsksRep, answerAsks)}
	routerAnswers      = end{"ROUTER", "answer", "right.asks_router", serving(wire.NewRightAsksRouter, answerAsks)}
	reqAsksPlain       = end{"REQ", "ask", "left.plain_req", asking(wire.NewLeftPlainReq, window, askPlain)}
	dealerAsksPlain    = end{"DEALER", "ask", "left.plain_dealer", asking(wire.NewLeftPlainDealer, window, askPlain)}
	repAnswersPlain    = end{"REP", "answer", "right.plain_rep", serving(wire.NewRightPlainRep, answerPlain)}
	routerAnswersPlain = end{"ROUTER", "answer", "right.plain_router", serving(wire.NewRightPlainRouter, answerPlain)}
	dealerChats        = end{"DEALER", "ask", "left.chat", opening(wire.NewLeftChat, converse[wire.ChatRouterMessage])}
	routerChats        = end{"ROUTER", "answer", "right.chat", opening(wire.NewRightChat, route[wire.ChatRouterMessage])}
	pairBound          = end{"PAIR", "ask", "left.link", opening(wire.NewLeftLink, converse[wire.LinkConnectMessage])}
	pairConnected      = end{"PAIR", "answer", "right.link", opening(wire.NewRightLink, respond[wire.LinkConnectMessage])}
	dealerBound        = end{"DEALER", "ask", "left.dealers", opening(wire.NewLeftDealers, converse[wire.LinkConnectMessage])}
	dealerConnected    = end{"DEALER", "answer", "right.dealers", opening(wire.NewRightDealers, respond[wire.LinkConnectMessage])}
)

const (
	framesTopic   = "`[topic] [body]`"
	framesName    = "`[name] [body]`"
	framesMethods = "`[method] [body]?`, `[status] [body]?`"
	framesBare    = "`[body]`, `[body]`"
	framesChat    = "`[body]`, `[name] [body]`"
)

var pairings = []*pairing{
	{name: "PUB → SUB", frames: framesTopic, form: "topic", ends: [2]end{publishTicks, subscribeTicks}},
	{name: "PUB → SUB, which binds", frames: framesTopic, form: "topic", ends: [2]end{publishWhenHeard, subscribeTicks}, binds: right},
	{name: "PUB → SUB, names, ipc", frames: framesName, form: "name", ends: [2]end{publishEvents, subscribeEvents}, transport: "ipc"},
	{name: "XPUB → SUB", frames: framesTopic, form: "topic", ends: [2]end{publishXTicks, subscribeTicks}},
	{name: "PUB → XSUB", frames: framesTopic, form: "topic", ends: [2]end{publishTicks, subscribeXTicks}},
	{name: "XPUB → XSUB", frames: framesTopic, form: "topic", ends: [2]end{publishXTicks, subscribeXTicks}},
	{name: "PUSH → PULL", frames: framesName, form: "name", ends: [2]end{pushJobs, pullJobs}},
	{name: "PUSH → PULL, which binds", frames: framesName, form: "name", ends: [2]end{pushJobs, pullJobs}, binds: right},
	{name: "PUSH → PULL, ipc", frames: framesName, form: "name", ends: [2]end{pushJobs, pullJobs}, transport: "ipc"},
	{name: "REQ → REP", frames: framesMethods, form: "methods", ends: [2]end{reqCalls, repServes}, binds: right},
	{name: "REQ → ROUTER", frames: framesMethods, form: "methods", ends: [2]end{reqCalls, routerServes}, binds: right},
	{name: "DEALER → REP", frames: framesMethods, form: "methods", ends: [2]end{dealerCalls, repServes}, binds: right},
	{name: "DEALER → ROUTER", frames: framesMethods, form: "methods", ends: [2]end{dealerCalls, routerServes}, binds: right},
	{name: "DEALER → ROUTER, the left one binds", frames: framesMethods, form: "methods", ends: [2]end{dealerCalls, routerServes}},
	{name: "DEALER → ROUTER, ipc", frames: framesMethods, form: "methods", ends: [2]end{dealerCalls, routerServes}, binds: right, transport: "ipc"},
	{name: "REQ → REP, 1,000 empty bodies", frames: framesMethods, form: "empty", n: 1000, ends: [2]end{reqAsksEmpty, repAnswersEmpty}, binds: right},
	{name: "REQ → REP, bare", frames: framesBare, form: "bare", ends: [2]end{reqAsks, repAnswers}, binds: right},
	{name: "DEALER → ROUTER, bare", frames: framesBare, form: "bare", ends: [2]end{dealerAsks, routerAnswers}, binds: right},
	{name: "REQ → ROUTER, without call ids", frames: framesBare, form: "uncorrelated", ends: [2]end{reqAsksPlain, routerAnswersPlain}, binds: right},
	{name: "DEALER → REP, without call ids", frames: framesBare, form: "uncorrelated", ends: [2]end{dealerAsksPlain, repAnswersPlain}, binds: right},
	{name: "DEALER → ROUTER, without call ids", frames: framesBare, form: "uncorrelated", ends: [2]end{dealerAsksPlain, routerAnswersPlain}, binds: right},
	{name: "DEALER ↔ ROUTER", frames: framesChat, form: "chat", ends: [2]end{dealerChats, routerChats}, binds: right},
	{name: "DEALER ↔ ROUTER, the left one binds", frames: framesChat, form: "chat", ends: [2]end{dealerChats, routerChats}},
	{name: "PAIR ↔ PAIR", frames: framesChat, form: "chat", ends: [2]end{pairBound, pairConnected}},
	{name: "PAIR ↔ PAIR, ipc", frames: framesChat, form: "chat", ends: [2]end{pairBound, pairConnected}, transport: "ipc"},
	{name: "DEALER ↔ DEALER", frames: framesChat, form: "chat", ends: [2]end{dealerBound, dealerConnected}},
}

// limitation says that a cell of the table cannot work, or not all of it.
type limitation struct {
	pairing, library string
	ours             side
	why              string // for docs/compat.md
	symptom          string // a regular expression: how that shows
}

const (
	keepsSubscriptions = "An XPUB of go-zeromq does not receive subscriptions as messages; it lists them by `Topics`. Messages come all the same."
	lastDelimiter      = "A REP of go-zeromq takes the last empty frame of a request for the delimiter (`splitReq` in its rep.go), where [RFC 28](https://rfc.zeromq.org/spec/28/) " +
		"has the first one: after a request with an empty body, as that of a message whose fields are all zero is, the reply has frames of the request in front. " +
		"Our client returns a `*StatusError`. A ROUTER of go-zeromq, whose user looks for the delimiter, has no such difficulty."
)

var limitations = []*limitation{
	{"XPUB → SUB", "go-zeromq", right, keepsSubscriptions, "but no subscription was received"},
	{"XPUB → XSUB", "go-zeromq", right, keepsSubscriptions, "but no subscription was received"},
	{"REQ → REP, 1,000 empty bodies", "go-zeromq", left, lastDelimiter, `unknown status "Echo" with a body of 0 bytes`},
}

// limitation returns what is known of a cell, or nil.
func (c cell) limitation() *limitation {
	for _, l := range limitations {
		if l.pairing == c.pairing.name && l.library == c.library.name && l.ours == c.ours {
			return l
		}
	}
	return nil
}
