package lint

import "github.com/zmqgen/zmqgen/schema"

// This file finds devices that pass messages on to themselves.

var proxyCycle = &schema.Rule{ID: "proxy-cycle", Severity: schema.Warning, Summary: "no device gets back what it has passed on"}

// checkCycles reports devices whose backend leads, by way of others perhaps, to their own frontend. A cycle is reported once, at its first
// device in the file.
func (p *pass) checkCycles() {
	next := p.nextDevices()
	const entered, left = 1, 2
	state := map[*schema.Device]int{}
	var path []*schema.Device
	var visit func(d *schema.Device)
	visit = func(d *schema.Device) {
		state[d] = entered
		path = append(path, d)
		for _, l := range next[d] {
			switch to := l.to; state[to] {
			case entered:
				if d.Topology == p.topology {
					p.reportCycle(d, to, l.at)
				}
			case left:
			default:
				visit(to)
			}
		}
		path = path[:len(path)-1]
		state[d] = left
	}
	for _, d := range p.topology.Devices {
		if state[d] == 0 {
			visit(d)
		}
	}
}

// hop is a device that another passes messages on to.
type hop struct {
	to *schema.Device
	at schema.Span // of the endpoint that says so, in the file of one of them
}

// nextDevices returns to which devices each passes messages on: those whose frontend its backend meets.
func (p *pass) nextDevices() map[*schema.Device][]hop {
	next := map[*schema.Device][]hop{}
	for _, in := range p.topology.All() {
		for _, d := range in.Devices {
			for _, side := range []*schema.Socket{d.Frontend, d.Backend} {
				for _, list := range [][]link{p.meetings.named[side], p.meetings.certain[side]} {
					for _, l := range list {
						from := l.from.Node.Device
						switch {
						case from == nil:
						case side == d.Frontend && l.from == from.Backend:
							next[from] = append(next[from], hop{d, l.by.Span})
						case side == d.Backend && l.from == from.Frontend:
							next[d] = append(next[d], hop{from, l.by.Span})
						}
					}
				}
			}
		}
	}
	return next
}

func (p *pass) reportCycle(d, to *schema.Device, at schema.Span) {
	text := "device %q passes on to %q what has come from there: every message goes round for ever"
	if d == to {
		text = "device %q passes on to itself, %q, what it has passed on: every message goes round for ever"
	}
	found := p.report(proxyCycle, at, text, d.Name.Value, p.inFile(to.Topology, to.Name.Value)).
		Helpf("connect in one direction: frontends take from publishers, clients or those who push, backends give to subscribers, servers or workers")
	if d != to {
		found.RelateTo(to.Topology, to.Name.Span, "where it comes round")
	}
}
