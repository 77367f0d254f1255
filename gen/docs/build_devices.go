package docs

import (
	"slices"

	"github.com/zmqgen/zmqgen/schema"
)

// This file says what there is to say of devices and securities.

// device describes a device. Its anchor is that of a node, of which none has its name.
func (b *builder) device(d *schema.Device) *section {
	s := b.node(d.Node)
	s.Kind = "device"
	s.Badges = append([]string{string(d.Kind)}, s.Badges...)
	s.Facts = append([]*fact{{Label: "Pattern", Lines: []text{b.toPattern(d.Pattern)}}}, s.Facts...)
	return s
}

func (b *builder) toDevice(d *schema.Device) text {
	return link(b.nodeName(d.Node), "node-"+b.nodeName(d.Node))
}

// passedOn lists the devices that pass on what travels in a pattern.
func (b *builder) passedOn(s *section, p *schema.Pattern) {
	if all := b.passes[p]; len(all) > 0 {
		s.derive("Passed on by", list(len(all), func(i int) text { return b.toDevice(all[i]) }))
	}
}

// findDevices finds which devices pass on which patterns, and the securities of the page: those of the topology, and those of imports
// that its sockets have.
func (b *builder) findDevices() {
	b.securities = slices.Clip(b.t.Securities)
	for _, in := range b.t.All() {
		for _, d := range in.Devices {
			b.passes[d.Pattern] = append(b.passes[d.Pattern], d)
		}
		for s := range in.AllSockets() {
			if s.Security == nil {
				continue
			}
			b.secured[s.Security] = append(b.secured[s.Security], s)
			if in == b.t && !slices.Contains(b.securities, s.Security) {
				b.securities = append(b.securities, s.Security)
			}
		}
	}
}

func (b *builder) security(s *schema.Security) *section {
	name := b.named(s.Topology, s.Name.Value)
	out := &section{ID: "security-" + name, Kind: "security", Name: name, Full: name, Doc: paragraphs(s.Doc), Badges: []string{string(s.Mechanism)}}
	if s.Topology != b.t {
		out.Badges = append(out.Badges, "imported")
	}
	out.add("Domain", code(s.Domain.Value))
	out.add("Servers find", sources(s.Server)...)
	switch {
	case s.Server.AllowAny:
		out.add("Let in", words("all who know the public key"))
	case s.Server.Allow.IsSet():
		out.add("Let in", words("who stands in ").and(source(s.Server.Allow)))
	default:
		out.add("Let in", words("whom the program's function does"))
	}
	out.add("Clients find", sources(s.Client)...)
	var servers, clients []*schema.Socket
	for _, socket := range b.secured[s] {
		if len(socket.Bind) > 0 {
			servers = append(servers, socket)
		} else {
			clients = append(clients, socket)
		}
	}
	out.derive("Servers", b.sockets(servers))
	out.derive("Clients", b.sockets(clients))
	return out
}

// sources says where one side finds what it needs.
func sources(c schema.Credentials) []text {
	var lines []text
	add := func(what string, k schema.KeySource) {
		if k.IsSet() {
			lines = append(lines, words(what+" in ").and(source(k)))
		}
	}
	add("the public key", c.PublicKey)
	add("the secret key", c.SecretKey)
	add("the name", c.Username)
	add("the password", c.Password)
	return lines
}

func source(k schema.KeySource) text {
	if k.Env.IsSet() {
		return words("variable ").and(code(k.Env.Value))
	}
	return words("file ").and(code(k.File.Value))
}

// securityOf says by what a socket is secured.
func (b *builder) securityOf(s *schema.Socket) text {
	name := b.named(s.Security.Topology, s.Security.Name.Value)
	role := " as a client"
	if len(s.Bind) > 0 {
		role = " as the server"
	}
	return link(name, "security-"+name).say(", " + string(s.Security.Mechanism) + "," + role)
}
