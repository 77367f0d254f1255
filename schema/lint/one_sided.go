package lint

import "github.com/zmqgen/zmqgen/schema"

// This file finds patterns of which one side alone is in the file: nobody hears what is sent, or nobody sends what is waited for.

// oneSided are the rules, by the kind of pattern and the side that is there.
var oneSided = map[schema.PatternKind][2]*schema.Rule{
	schema.PubSub:       {pubWithoutSub, subWithoutPub},
	schema.PushPull:     {pushWithoutPull, pullWithoutPush},
	schema.ReqRep:       {clientWithoutServer, serverWithoutClient},
	schema.DealerRouter: {dealerWithoutRouter, routerWithoutDealer},
	schema.Pair:         {pairWithoutPeer, pairWithoutPeer},
}

var (
	pubWithoutSub       = &schema.Rule{ID: "pub-without-sub", Severity: schema.Warning, Summary: "what is published is subscribed to"}
	subWithoutPub       = &schema.Rule{ID: "sub-without-pub", Severity: schema.Warning, Summary: "what is subscribed to is published"}
	pushWithoutPull     = &schema.Rule{ID: "push-without-pull", Severity: schema.Warning, Summary: "what is pushed is pulled"}
	pullWithoutPush     = &schema.Rule{ID: "pull-without-push", Severity: schema.Warning, Summary: "what is pulled is pushed"}
	clientWithoutServer = &schema.Rule{ID: "client-without-server", Severity: schema.Warning, Summary: "what is called is served"}
	serverWithoutClient = &schema.Rule{ID: "server-without-client", Severity: schema.Warning, Summary: "what is served is called"}
	dealerWithoutRouter = &schema.Rule{ID: "dealer-without-router", Severity: schema.Warning, Summary: "dealers have a router"}
	routerWithoutDealer = &schema.Rule{ID: "router-without-dealer", Severity: schema.Warning, Summary: "a router has dealers"}
	pairWithoutPeer     = &schema.Rule{ID: "pair-without-peer", Severity: schema.Warning, Summary: "one side of a pair binds and another connects"}
)

// missing says in words what the other side would do, by the kind of pattern and the side that is there.
var missing = map[schema.PatternKind][2]string{
	schema.PubSub:       {"subscribes to", "publishes"},
	schema.PushPull:     {"pulls", "pushes"},
	schema.ReqRep:       {"serves", "calls"},
	schema.DealerRouter: {"is the router of", "is a dealer of"},
	schema.Pair:         {"connects in", "binds in"},
}

// checkOneSided reports the first socket of each pattern whose other side is nowhere.
func (p *pass) checkOneSided() {
	seen := map[*schema.Pattern]bool{}
	p.eachSocket(func(s *schema.Socket) {
		if seen[s.Pattern] || isDevices(s) {
			return
		}
		seen[s.Pattern] = true
		if len(p.others(s).sockets) > 0 || p.own(s).open {
			return
		}
		kind, at := s.Pattern.Kind, sideOf(s)
		p.report(oneSided[kind][at], s.Name.Span, "no socket %s pattern %q, which %q speaks", missing[kind][at],
			p.inFile(s.Pattern.Topology, s.Pattern.Name.Value), s.FullName()).
			Helpf("add the other side; or, where it is no part of this topology, external: true at the pattern or the socket").
			RelateTo(s.Pattern.Topology, s.Pattern.Name.Span, "declared")
	})
}
