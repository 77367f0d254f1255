//go:build linux

package hosts

import (
	"cmp"
	"slices"
	"time"

	"github.com/zmqgen/zmqgen/hosts/ledger"
)

// This file measures how soon messages flow again after a fault, and how soon a peer that has vanished is missed.

// flow is a stream from one host to another.
type flow struct {
	stream   ledger.Stream
	from, to string
}

// recoveries returns for each flow that a fault is about how long after the end of the fault the first message came that was sent
// after it; -1 if none did.
func (a *account) recoveries(f fault) map[flow]time.Duration {
	all := make(map[flow]time.Duration)
	sentAt := make(map[ledger.Stream]map[message]time.Time)
	for _, p := range a.processes {
		for _, e := range p.Entries {
			if e.Event != ledger.Sent && e.Event != ledger.Called || !e.At.After(f.to) {
				continue
			}
			if sentAt[e.Stream] == nil {
				sentAt[e.Stream] = make(map[message]time.Time)
			}
			sentAt[e.Stream][message{p.Number, e.Number}] = e.At
		}
	}
	for _, p := range a.processes {
		for _, e := range p.Entries {
			var k flow
			switch e.Event {
			case ledger.Received, ledger.Served:
				k = flow{e.Stream, a.hosts[e.From], a.hosts[p.Number]}
			case ledger.Answered:
				k = flow{e.Stream, "", a.hosts[p.Number]}
			default:
				continue
			}
			about := a.about(f, k)
			if e.Event == ledger.Answered { // calls go both ways, and are over when they are answered
				k.from = a.hostOf("source")
				about = a.about(f, k)
			} else if e.Event == ledger.Served {
				continue
			}
			if !about {
				continue
			}
			if _, ok := all[k]; !ok {
				all[k] = -1
			}
			// A call may have begun before, and be answered now: it is repeated.
			after := e.At.After(f.to) && (e.Event == ledger.Answered || !sentAt[e.Stream][message{e.From, e.Number}].IsZero())
			if took := e.At.Sub(f.to); after && (all[k] < 0 || took < all[k]) {
				all[k] = took
			}
		}
	}
	return all
}

// about says whether a fault is about a flow: what goes through a device does not go from the one host to the other.
func (a *account) about(f fault, k flow) bool {
	if k.stream.Device() {
		return f.between(k.from, a.hostOf("hub")) || f.between(a.hostOf("hub"), k.to)
	}
	return f.between(k.from, k.to)
}

// touches says whether a fault is about any flow of a stream.
func (a *account) touches(f fault, s ledger.Stream) bool {
	for _, from := range a.hosts {
		for _, to := range a.hosts {
			if from != to && a.about(f, flow{s, from, to}) {
				return true
			}
		}
	}
	return false
}

// hostOf returns the host on which a role runs.
func (a *account) hostOf(role string) string {
	for _, p := range a.processes {
		if p.Name == role {
			return a.hosts[p.Number]
		}
	}
	return ""
}

// within is how long the recovery of a stream may take.
func (a *account) within(s ledger.Stream) time.Duration {
	if s == ledger.LineOut || s == ledger.LineBack {
		return a.recovery() + 2*silence + a.allowance() // it may be turned away once before the other end is found dead, and once after
	}
	return a.recovery() + a.allowance()
}

// found is how long it may take until a fault is found out.
func (a *account) found(f fault) time.Duration {
	if f.oneWay {
		return 2*a.detection() + a.allowance()
	}
	return a.detection() + a.allowance()
}

// refused returns how often somebody was refused who belongs to the fleet, and whether a fault was that somebody was not listed.
func (a *account) refused() (times uint64, unlisted bool) {
	for _, p := range a.processes {
		for _, e := range p.Entries {
			if e.Event == ledger.Refused {
				times++
			}
		}
	}
	return times, slices.ContainsFunc(a.faults, func(f fault) bool { return f.unlisted })
}

// missed is when a socket of a process that lived on found that a host had vanished.
type missed struct {
	process string
	host    string
	stream  ledger.Stream
	after   time.Duration // -1: not while the fault lasted
}

// connected says whether the sockets of a stream on a host are connected over what a fault is about: those of devices with everybody
// else's, and the source's with those of sinks, or of the mate.
func (a *account) connected(f fault, s ledger.Stream, on string) bool {
	center := a.hostOf("source")
	if s.Device() {
		center = a.hostOf("hub")
	}
	if on != center {
		return f.between(on, center)
	}
	for _, p := range a.processes {
		other := a.hosts[p.Number]
		if other != center && f.between(other, center) && slices.ContainsFunc(p.Entries, func(e ledger.Entry) bool { return concerns(e.Stream, s) }) {
			return true
		}
	}
	return false
}

// detections returns when the sockets that were connected over what a fault is about found that their peers had vanished, those on
// other hosts than the one that did.
func (a *account) detections(f fault) []missed {
	var all []missed
	for _, p := range a.processes {
		on := a.hosts[p.Number]
		switch at := a.killed[p.Number]; {
		case !at.IsZero() && at.Before(f.to):
			continue
		case len(f.hosts) == 1 && on == f.hosts[0]:
			continue
		case len(f.hosts) == 2 && !slices.Contains(f.hosts, on):
			continue
		}
		for _, s := range ledger.Streams {
			if !a.connected(f, s, on) {
				continue
			}
			peers, after := 0, time.Duration(-1)
			for _, e := range p.Entries {
				switch {
				case e.Stream != s || e.At.After(f.to):
				case e.Event == ledger.Up && e.At.Before(f.from):
					peers++
				case e.Event == ledger.Down && e.At.After(f.from) && after < 0:
					after = e.At.Sub(f.from)
				}
			}
			if peers > 0 {
				all = append(all, missed{p.Name, on, s, after})
			}
		}
	}
	slices.SortFunc(all, func(x, y missed) int { return cmp.Or(cmp.Compare(x.stream, y.stream), cmp.Compare(x.host, y.host)) })
	return all
}
