package schema

import "strings"

// This file finds sockets that cannot shake hands, since one side lacks a key or has another mechanism.

// checkSecurity takes securities from defaults away where they have no meaning, then compares sockets that meet.
func (p *parser) checkSecurity() {
	lacking := map[*Security]map[string]bool{} // by the side that has been looked at
	for s := range p.topology.AllSockets() {
		if s.Security != nil && !s.Places.Own("security") && s.isInproc() {
			s.Security = nil
			s.Places = s.Places.without("security")
		}
		if s.Security == nil {
			continue
		}
		if len(s.Bind) > 0 && len(s.Connect) > 0 {
			p.reportRoles(s)
			continue
		}
		side := s.securitySide()
		if lacking[s.Security] == nil {
			lacking[s.Security] = map[string]bool{}
		}
		if !lacking[s.Security][side] && !p.broken[s.Security] {
			lacking[s.Security][side] = true
			p.checkKeys(s, side)
		}
	}
	for s := range p.topology.AllSockets() {
		for _, e := range s.Connect {
			if e.Ref != nil {
				p.checkMechanisms(s, e)
			}
		}
	}
}

// securitySide is which side of its security a socket is.
func (s *Socket) securitySide() string {
	if len(s.Bind) > 0 {
		return "server"
	}
	return "client"
}

// isInproc reports whether the socket meets others in its own process alone, where ZeroMQ has no security.
func (s *Socket) isInproc() bool {
	some := false
	for _, list := range [][]Endpoint{s.Bind, s.Connect} {
		for _, e := range list {
			some = true
			switch {
			case e.Ref != nil && e.Ref.bindsInproc():
			case !strings.HasPrefix(e.Value, "inproc://"):
				return false
			}
		}
	}
	return some
}

// bindsInproc reports whether others reach the socket in its own process alone.
func (s *Socket) bindsInproc() bool {
	for _, list := range [][]Endpoint{s.Bind, s.Advertise} {
		for _, e := range list {
			if !strings.HasPrefix(e.Value, "inproc://") {
				return false
			}
		}
	}
	return len(s.Bind) > 0
}

// reportRoles reports a socket that would be a server and a client of its security.
func (p *parser) reportRoles(s *Socket) {
	d := p.report(securityRole, s.Places.Key("connect", s.Name.Span), "socket %q both binds and connects, and so would be server and client of security %q",
		s.FullName(), clip(s.Security.Name.Value))
	d.help("declare a second socket").related(s.Places.Key("bind", s.Name.Span), "binds")
	if !s.Places.Own("security") {
		d.help("declare a second socket, or switch the default off for this one: security: none").
			related(s.Places.Key("security", s.Name.Span), "the default")
	}
}

// checkKeys reports what the side of a security lacks that its first socket needs.
func (p *parser) checkKeys(s *Socket, side string) {
	sec := s.Security
	var lacks []string
	need := func(has KeySource, key string) {
		if !has.IsSet() {
			lacks = append(lacks, key)
		}
	}
	switch {
	case sec.Mechanism == MechanismCurve && side == "server":
		need(sec.Server.PublicKey, "server.public_key")
		need(sec.Server.SecretKey, "server.secret_key")
	case sec.Mechanism == MechanismCurve:
		need(sec.Server.PublicKey, "server.public_key")
		need(sec.Client.PublicKey, "client.public_key")
		need(sec.Client.SecretKey, "client.secret_key")
	case sec.Mechanism == MechanismPlain && side == "client":
		need(sec.Client.Username, "client.username")
		need(sec.Client.Password, "client.password")
	}
	if lacks == nil {
		return
	}
	does := map[string]string{"server": "binds", "client": "connects"}[side]
	if sec.Topology == p.topology {
		p.report(curveKeys, sec.Places.Key(side, sec.Name.Span), "security %q has no %s, which %q needs, since it %s",
			clip(sec.Name.Value), strings.Join(lacks, " and no "), s.FullName(), does).
			help("where a program finds it: {env: NAME} or {file: PATH}").related(s.Places.Value("security", s.Name.Span), "needed here")
		return
	}
	p.report(curveKeys, s.Places.Value("security", s.Name.Span), "security %q has no %s, which %q needs, since it %s",
		p.shown(sec.Topology, clip(sec.Name.Value)), strings.Join(lacks, " and no "), s.FullName(), does).
		help("where a program finds it: {env: NAME} or {file: PATH}").relatedIn(p, sec.Topology, sec.Name.Span, "declared")
}

// checkMechanisms reports a socket that has another mechanism than the one it connects to.
func (p *parser) checkMechanisms(s *Socket, e Endpoint) {
	t := e.Ref
	if p.broken[s] || p.broken[t] || t.bindsInproc() || s.Security != nil && p.broken[s.Security] || t.Security != nil && p.broken[t.Security] {
		return
	}
	ours, theirs := s.mechanism(), t.mechanism()
	if ours == theirs {
		return
	}
	d := p.report(mechanismMismatch, e.Span, "%q has the mechanism %s, and %q has %s: they would never shake hands", s.FullName(), ours, clip(e.Value), theirs)
	switch {
	case t.Security != nil:
		d.help("give both the same security: %s", p.shown(t.Security.Topology, t.Security.Name.Value))
	default:
		d.help("give both the same security, or none")
	}
	d.relatedIn(p, t.Node.Topology, t.Places.Value("security", t.Name.Span), "the other one")
}

// mechanism is what the socket shakes hands by.
func (s *Socket) mechanism() Mechanism {
	if s.Security == nil {
		return MechanismNull
	}
	return s.Security.Mechanism
}
