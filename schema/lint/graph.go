package lint

import "github.com/zmqgen/zmqgen/schema"

// This file finds sockets that meet, though not as their types are meant to.

var (
	dynamicBinds     = &schema.Rule{ID: "dynamic-binds", Severity: schema.Info, Summary: "what comes and goes connects, and what stays binds"}
	pairTCP          = &schema.Rule{ID: "pair-tcp", Severity: schema.Warning, Summary: "a PAIR stays within a process"}
	dealerDealerMany = &schema.Rule{ID: "dealer-dealer-many", Severity: schema.Info, Summary: "dealers that meet dealers have one peer"}
	dupConnect       = &schema.Rule{ID: "dup-connect", Severity: schema.Warning, Summary: "a socket connects once to another"}
)

// checkDynamicBinds reports sockets that replicas bind at endpoints of ZeroMQ's choice, for peers of which there is one.
func (p *pass) checkDynamicBinds() {
	p.eachSocket(func(s *schema.Socket) {
		if !s.Node.Replicated || len(s.Advertise) > 0 || !bindsAnywhere(s) {
			return
		}
		seekers := p.meetings.named[s]
		for _, l := range seekers {
			if l.from.Node.Replicated || l.from.Node == s.Node {
				return
			}
		}
		if len(seekers) > 0 {
			one := seekers[0].from
			p.report(dynamicBinds, s.Bind[0].Span, "replicas of %q bind, and %q, of which there is one, has to find them", s.Node.Name.Value, one.FullName()).
				Helpf("let %q bind and the replicas connect: either side of a pattern may bind", one.FullName()).
				RelateTo(one.Node.Topology, one.Name.Span, "connects")
		}
	})
}

// checkPairTCP reports PAIR sockets between processes.
func (p *pass) checkPairTCP() {
	p.eachSocket(func(s *schema.Socket) {
		if s.Type != schema.PairSocket {
			return
		}
		for _, list := range [][]schema.Endpoint{s.Bind, s.Connect} {
			for _, e := range list {
				if t := transport(e.Value); e.Ref == nil && t != "inproc" {
					p.report(pairTCP, e.Span, "%q is a PAIR over %s: who connects anew while ZeroMQ still holds the old connection is turned away in silence", s.FullName(), t).
						Helpf("a PAIR is for inproc; between processes declare both sockets as dealer, or use kind dealer-router")
				}
			}
		}
	})
}

// checkDealerDealer reports dealers of a pair pattern that several others connect to.
func (p *pass) checkDealerDealer() {
	p.eachSocket(func(s *schema.Socket) {
		if s.Type != schema.Dealer || s.Pattern.Kind != schema.Pair {
			return
		}
		links := append(p.meetings.named[s], p.meetings.certain[s]...)
		switch {
		case len(links) > 1:
			other := links[1].from
			p.report(dealerDealerMany, s.Name.Span, "%q has %d peers, and sends each message to one of them, in turn", s.FullName(), len(links)).
				Helpf("kind dealer-router says which peer a message is for, and from which it is").
				RelateTo(other.Node.Topology, links[1].by.Span, "the second")
		case len(links) == 1 && links[0].from.Node.Replicated && !s.Node.Replicated:
			node := links[0].from.Node
			p.report(dealerDealerMany, s.Name.Span, "every replica of %q is a peer of %q, which sends each message to one of them, in turn", node.Name.Value, s.FullName()).
				Helpf("kind dealer-router says which peer a message is for, and from which it is").
				RelateTo(node.Topology, links[0].by.Span, "connects")
		}
	})
}

// checkDupConnect reports endpoints of one socket that are one place under two names.
func (p *pass) checkDupConnect() {
	p.eachSocket(func(s *schema.Socket) {
		first := map[*schema.Socket]schema.Endpoint{}
		for _, e := range s.Connect {
			t := e.Ref
			if t == nil {
				t = p.meetings.whose[e.Span]
			}
			other, twice := first[t]
			switch {
			case t == nil || t.Node.Replicated: // nowhere in the file, or at many places
			case !twice:
				first[t] = e
			case (e.Ref == nil) != (other.Ref == nil):
				p.report(dupConnect, e.Span, "%q connects to %q twice", s.FullName(), t.FullName()).
					Helpf("leave one of them out: depending on its type, the socket ignores it, or has two connections and their messages twice").
					RelateTo(p.topology, other.Span, "first")
			}
		}
	})
}
