package schema

// This file finds sockets that one ROUTER would know by the same routing id: it refuses the second.

// peerOf is a place that sockets connect to, and what one of them is known by there.
type peerOf struct {
	at string // a socket's full name or an endpoint, as the file writes it
	id string
}

func (p *parser) checkRoutingIDs() {
	known := map[peerOf]*Socket{}
	for _, node := range p.topology.Nodes {
		for _, s := range node.Sockets {
			if !s.RoutingID.IsSet() || p.broken[s] {
				continue
			}
			for _, e := range s.Connect {
				peer := peerOf{e.Value, s.RoutingID.Value}
				if other := known[peer]; other != nil && other != s {
					p.report(routingIDDup, s.RoutingID.Span, "%q has the routing_id of %q, and both connect to %q", s.FullName(), other.FullName(), clip(e.Value)).
						help("give one of them another").related(other.RoutingID.Span, "the other one")
					break
				}
				known[peer] = s
			}
		}
	}
}
