package lint

import "github.com/zmqgen/zmqgen/schema"

// This file finds securities that protect less than they seem to.

var (
	curveMissing   = &schema.Rule{ID: "curve-missing", Severity: schema.Warning, Summary: "where some sockets have a security, none is open to the network without"}
	plainCleartext = &schema.Rule{ID: "plain-cleartext", Severity: schema.Warning, Summary: "passwords do not cross a network in the clear"}
	securityInproc = &schema.Rule{ID: "security-inproc", Severity: schema.Warning, Summary: "a security is of a socket that it can protect"}
	securityUnused = &schema.Rule{ID: "security-unused", Severity: schema.Warning, Summary: "some socket has each security"}
)

// checkPlain reports passwords that travel over tcp beyond the machine.
func (p *pass) checkPlain() {
	for s := range p.topology.AllSockets() {
		if s.Security == nil || s.Security.Mechanism != schema.MechanismPlain {
			continue
		}
		for _, e := range beyondMachine(s) {
			p.report(plainCleartext, e.Span, "%q sends names and passwords over tcp in the clear, and so all that follows", s.FullName()).
				Helpf("mechanism curve encrypts and needs no password; PLAIN is for tcp://127.0.0.1 and ipc").
				RelateTo(s.Security.Topology, s.Security.Name.Span, "mechanism plain")
			break
		}
	}
}

// beyondMachine returns the endpoints by which a socket may meet others on other machines.
func beyondMachine(s *schema.Socket) []schema.Endpoint {
	var all []schema.Endpoint
	for _, list := range [][]schema.Endpoint{s.Bind, s.Connect} {
		for _, e := range list {
			at := e
			if e.Ref != nil {
				found, there := outside(e.Ref)
				if !there || hostOf(e.Ref.Node) == hostOf(s.Node) && !s.Node.Host.IsSet() {
					continue // its own end is reported where it is bound
				}
				at = found
			}
			if host, _ := split(at.Value); transport(at.Value) == "tcp" && !isLoopback(host) {
				all = append(all, e)
			}
		}
	}
	return all
}

// checkInprocSecurity reports securities of sockets that others meet in their own process alone.
func (p *pass) checkInprocSecurity() {
	for s := range p.topology.AllSockets() {
		if s.Security != nil && isInproc(s) {
			p.report(securityInproc, s.Places.Key("security", s.Name.Span), "%q meets others in its own process alone, over inproc, which has no security", s.FullName()).
				Helpf("leave security out")
		}
	}
}

// isInproc reports whether all endpoints of a socket are inproc.
func isInproc(s *schema.Socket) bool { return onlyTransports(s, "inproc") }

// onlyTransports reports whether all endpoints of a socket, and of those that it names, are of some transports.
func onlyTransports(s *schema.Socket, transports ...string) bool {
	is := func(e schema.Endpoint) bool {
		for _, t := range transports {
			if transport(e.Value) == t {
				return true
			}
		}
		return false
	}
	for _, e := range s.Bind {
		if !is(e) {
			return false
		}
	}
	for _, e := range s.Connect {
		if e.Ref == nil && !is(e) || e.Ref != nil && !bindsOnly(e.Ref, is) {
			return false
		}
	}
	return true
}

// bindsOnly reports whether all that others connect to at a socket is as is says.
func bindsOnly(s *schema.Socket, is func(schema.Endpoint) bool) bool {
	for _, list := range [][]schema.Endpoint{s.Bind, s.Advertise} {
		for _, e := range list {
			if !is(e) {
				return false
			}
		}
	}
	return true
}

// checkSecurityUse reports securities that no socket has.
func (p *pass) checkSecurityUse() {
	if !p.hasSockets() {
		return
	}
	used := map[*schema.Security]bool{}
	for s := range p.topology.AllSockets() {
		used[s.Security] = true
	}
	for _, s := range p.topology.Securities {
		if !used[s] {
			p.report(securityUnused, s.Name.Span, "no socket has security %q", s.Name.Value).
				Helpf("give it to sockets, security: %s, or to all by defaults; or leave it out", s.Name.Value)
		}
	}
}
