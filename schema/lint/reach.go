package lint

import "github.com/zmqgen/zmqgen/schema"

// This file finds sockets that name each other and are in places that do not reach each other.

var (
	inprocCross           = &schema.Rule{ID: "inproc-cross", Severity: schema.Warning, Summary: "an inproc name is bound and connected to by one node"}
	inprocUnbound         = &schema.Rule{ID: "inproc-unbound", Severity: schema.Warning, Summary: "an inproc name that is connected to is bound"}
	unreachableBind       = &schema.Rule{ID: "unreachable-bind", Severity: schema.Warning, Summary: "what is bound can be reached from where it is connected to"}
	ephemeralUndiscovered = &schema.Rule{ID: "ephemeral-undiscoverable", Severity: schema.Info, Summary: "what nodes connect to has a fixed endpoint"}
)

// checkInproc reports inproc endpoints that are bound in another node, or nowhere.
func (p *pass) checkInproc() {
	binders := map[string][]*schema.Socket{} // by endpoint; of each node one
	p.eachSocket(func(s *schema.Socket) {
		for _, e := range s.Bind {
			if at := binders[e.Value]; transport(e.Value) == "inproc" && (len(at) == 0 || at[len(at)-1].Node != s.Node) {
				binders[e.Value] = append(at, s)
			}
		}
	})
	p.eachSocket(func(s *schema.Socket) {
		for _, e := range s.Connect {
			switch {
			case e.Ref != nil && e.Ref.Node != s.Node && onlyInproc(e.Ref):
				p.crosses(s, e, e.Ref)
			case e.Ref != nil || transport(e.Value) != "inproc":
			case len(binders[e.Value]) == 0 && !isOpen(s):
				p.report(inprocUnbound, e.Span, "no socket binds what %q connects to, and what is not in the process is not at an inproc name", s.FullName()).
					Helpf("bind it by a socket of node %q; or say external: true where the program does without zmqgen", s.Node.Name.Value)
			default:
				p.checkBinders(s, e, binders[e.Value])
			}
		}
	})
}

// mostBinders bounds how many nodes that bind one name are looked through. More than one is hardly meant.
const mostBinders = 16

func (p *pass) checkBinders(s *schema.Socket, e schema.Endpoint, binders []*schema.Socket) {
	for _, t := range binders[:min(len(binders), mostBinders)] {
		if t.Node == s.Node {
			return
		}
	}
	if len(binders) > 0 && len(binders) <= mostBinders {
		p.crosses(s, e, binders[0])
	}
}

func (p *pass) crosses(s *schema.Socket, e schema.Endpoint, t *schema.Socket) {
	p.report(inprocCross, e.Span, "inproc joins sockets of one process, and %q is of another node, %q", p.inFile(t.Node.Topology, t.FullName()), t.Node.Name.Value).
		Helpf("bind tcp or ipc between nodes, or put both sockets into node %q", s.Node.Name.Value).
		RelateTo(t.Node.Topology, t.Name.Span, "bound here")
}

// onlyInproc reports whether nobody outside of its process finds the socket.
func onlyInproc(s *schema.Socket) bool {
	for _, e := range append(s.Advertise[:len(s.Advertise):len(s.Advertise)], s.Bind...) {
		if transport(e.Value) != "inproc" {
			return false
		}
	}
	return true
}

// outside returns the endpoint at which other nodes look for a socket; false if there is none.
func outside(s *schema.Socket) (schema.Endpoint, bool) {
	for _, list := range [][]schema.Endpoint{s.Advertise, s.Bind} {
		for _, e := range list {
			if transport(e.Value) != "inproc" {
				return e, true
			}
		}
	}
	return schema.Endpoint{}, false
}

// checkReach reports sockets that name another which is out of reach: on a host of its own that it tells nobody of, or at a
// port that nobody can know.
func (p *pass) checkReach() {
	told := map[*schema.Socket]bool{}
	p.eachSocket(func(s *schema.Socket) {
		for _, e := range s.Connect {
			t := e.Ref
			if t == nil || t.Node == s.Node {
				continue
			}
			at, there := outside(t)
			switch {
			case !there:
			case len(t.Advertise) == 0 && !t.Node.Replicated && hasWildcard(at.Value):
				if !told[t] {
					p.reportEphemeral(s, e, t, at)
				}
				told[t] = true
			case isElsewhere(s, t, at.Value):
				p.report(unreachableBind, e.Span, "node %q is on host %s, and %q can be reached on its own host alone", s.Node.Name.Value, s.Node.Host.Value, e.Value).
					Helpf("bind tcp://*:PORT, and say at node %q which host it is on", t.Node.Name.Value).
					RelateTo(t.Node.Topology, at.Span, "bound here")
			}
		}
	})
}

// reportEphemeral reports that s, by e, looks for t at an endpoint of ZeroMQ's choice: where it is bound, if that is in the file.
func (p *pass) reportEphemeral(s *schema.Socket, e schema.Endpoint, t *schema.Socket, at schema.Endpoint) {
	here, there, in := at, e, p.topology
	if t.Node.Topology != p.topology {
		here, there, in = e, at, t.Node.Topology
	}
	p.report(ephemeralUndiscovered, here.Span, "%q is another endpoint at each start, and %q has to be told which", at.Value, s.FullName()).
		Helpf("bind a fixed port, or give the endpoint at run time").
		RelateTo(in, there.Span, "the other end")
}

// isElsewhere reports whether s is on a host of its own, and t tells of none but the one that it is on itself.
func isElsewhere(s, t *schema.Socket, endpoint string) bool {
	host, _ := split(endpoint)
	switch {
	case hostOf(s.Node) == "" || hostOf(s.Node) == hostOf(t.Node):
		return false
	case transport(endpoint) == "ipc" || isLoopback(host):
		return true
	}
	return isAny(host) && hostOf(t.Node) == ""
}
