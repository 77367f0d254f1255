package schema

import "strings"

// This file finds sockets whose peers would not be heard: a PAIR that has one already, and a client without correlation
// that nobody finds again.

// checkPairPeers reports PAIR sockets that would share a peer, or have several: ZeroMQ turns all but the first away
// without a word.
func (p *parser) checkPairPeers() {
	first := map[string]Endpoint{} // by what is connected to
	for _, node := range p.topology.Nodes {
		for _, s := range node.Sockets {
			if s.Type != PairSocket || p.broken[s] || len(s.Connect) == 0 {
				continue
			}
			e := s.Connect[0]
			d, other := (*Diagnostic)(nil), first[e.Value]
			switch shared := e.Ref != nil && !e.Ref.Node.Replicated; {
			case len(s.Connect) > 1:
				d = p.report(pairMany, s.Connect[1].Span, "socket %q is a PAIR, which has one peer, and connects to several", s.Name.Value)
			case shared && node.Replicated:
				d = p.report(pairMany, e.Span, "every replica of node %q would connect to %q, a PAIR, which hears the first alone", clip(node.Name.Value), clip(e.Value))
			case shared && other.IsSet():
				d = p.report(pairMany, e.Span, "another socket connects to %q, a PAIR, which hears the first alone", clip(e.Value)).related(other.Span, "the other one")
			default:
				first[e.Value] = e
				continue
			}
			d.help("declare a socket for each peer, or use kind dealer-router, whose router has many dealers")
		}
	}
}

// checkUncorrelatedBinds reports clients without correlation that bind what is another place when they open anew.
func (p *parser) checkUncorrelatedBinds() {
	for _, node := range p.topology.Nodes {
		for _, s := range node.Sockets {
			if s.Pattern == nil || s.Pattern.Correlation != Uncorrelated || s.Type != Dealer && s.Type != Req || p.broken[s] {
				continue
			}
			for _, e := range s.Bind {
				if strings.HasPrefix(e.Value, "inproc://") || e.Value == "ipc://*" {
					p.report(uncorrelatedBind, e.Span, "without correlation %s socket opens anew after a call without an answer, and nobody would find it at %q again", s.Type.one(), clip(e.Value)).
						help("let the server bind, or bind tcp or an ipc path").relatedIn(p, s.Pattern.Topology, s.Pattern.Name.Span, "declared")
				}
			}
		}
	}
}
