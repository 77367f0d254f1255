package compat

import (
	"time"

	"github.com/zmqgen/zmqgen/compat/wire"
)

// This file is the table of what is exchanged with whom.

// pairing is one way to exchange messages.
type pairing struct {
	name      string
	frames    string // on the wire, for docs/compat.md
	form      string // the same, for peers
	ends      [2]end // left and right
	binds     side
	transport string // tcp if empty
}

// end is one end of a pairing: a socket of ours, or the same of the peer's.
type end struct {
	socket string // its type
	work   string // what a peer does with it
	name   string // of ours, in topology.yaml
	open   opener // of ours
}

var (
	publishTicks   = end{"PUB", "send", "left.ticks", sending(wire.NewLeftTicks, plain, true)}
	subscribeTicks = end{"SUB", "receive", "right.ticks", receiving(wire.NewRightTicks, plain)}
	publishEvents  = end{"PUB", "send", "left.events", sending(wire.NewLeftEvents, event, true)}
	receiveEvents  = end{"SUB", "receive", "right.events", receiving(wire.NewRightEvents, event)}
	pushJobs       = end{"PUSH", "send", "left.jobs", sending(wire.NewLeftJobs, job, false)}
	pullJobs       = end{"PULL", "receive", "right.jobs", receiving(wire.NewRightJobs, job)}
	dealerCalls    = end{"DEALER", "ask", "left.calls_dealer", asking(wire.NewLeftCallsDealer, 64, call)}
	routerServes   = end{"ROUTER", "answer", "right.calls_router", serving(wire.NewRightCallsRouter)}
)

const (
	framesTopic   = "`[topic] [body]`"
	framesName    = "`[name] [body]`"
	framesMethods = "`[method] [body]?`, `[status] [body]?`"
)

var pairings = []*pairing{
	{name: "PUB → SUB", frames: framesTopic, form: "topic", ends: [2]end{publishTicks, subscribeTicks}},
	{name: "PUB → SUB, which binds", frames: framesTopic, form: "topic", ends: [2]end{publishTicks, subscribeTicks}, binds: right},
	{name: "PUB → SUB, names", frames: framesName, form: "name", ends: [2]end{publishEvents, receiveEvents}},
	{name: "PUB → SUB, names, ipc", frames: framesName, form: "name", ends: [2]end{publishEvents, receiveEvents}, transport: "ipc"},
	{name: "PUSH → PULL", frames: framesName, form: "name", ends: [2]end{pushJobs, pullJobs}},
	{name: "PUSH → PULL, which binds", frames: framesName, form: "name", ends: [2]end{pushJobs, pullJobs}, binds: right},
	{name: "PUSH → PULL, ipc", frames: framesName, form: "name", ends: [2]end{pushJobs, pullJobs}, transport: "ipc"},
	{name: "DEALER → ROUTER", frames: framesMethods, form: "methods", ends: [2]end{dealerCalls, routerServes}, binds: right},
	{name: "DEALER, which binds → ROUTER", frames: framesMethods, form: "methods", ends: [2]end{dealerCalls, routerServes}},
	{name: "DEALER → ROUTER, ipc", frames: framesMethods, form: "methods", ends: [2]end{dealerCalls, routerServes}, binds: right, transport: "ipc"},
}

// limitation says that cells of the table cannot work, and how they fail.
type limitation struct {
	pairing, library string
	ours             side
	why              string        // for docs/compat.md
	symptom          string        // a regular expression
	within           time.Duration // so soon
}

var limitations = []*limitation{}

// limitation returns what is known of a cell, or nil.
func (c cell) limitation() *limitation {
	for _, l := range limitations {
		if l.pairing == c.pairing.name && l.library == c.library.name && l.ours == c.ours {
			return l
		}
	}
	return nil
}
