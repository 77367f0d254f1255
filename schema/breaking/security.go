package breaking

import (
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file compares the securities of sockets: by what they are, whatever they are called.

// compareSecurity compares how a socket and its peers know each other.
func (c *comparison) compareSecurity(o, n *schema.Socket, what string, at func(*builder) *builder) {
	was, is := mechanismOf(o), mechanismOf(n)
	if was != is {
		lost := Reading{Lost, "do not shake hands with it: both ends have one mechanism"}
		at(c.add(securityChanged, []Level{Wire, Topology}, "the security mechanism of %s was %s and is %s", what, was, is)).reads(lost, lost)
		return
	}
	if o.Security == nil || n.Security == nil || len(o.Bind) > 0 != (len(n.Bind) > 0) {
		return
	}
	var other []string
	before := sources(o)
	for i, source := range sources(n) {
		if source.from != before[i].from {
			other = append(other, source.key)
		}
	}
	if len(other) > 0 {
		at(c.add(securityKeys, []Level{Topology}, "%s has another %s", what, strings.Join(other, ", ")))
	}
}

func mechanismOf(s *schema.Socket) schema.Mechanism {
	if s.Security == nil {
		return schema.MechanismNull
	}
	return s.Security.Mechanism
}

// source is where a socket has a part of its security from, in words.
type source struct{ key, from string }

// sources are what a socket takes of its security: as its server if it binds, else as a client. Sockets of one side have as many.
func sources(s *schema.Socket) []source {
	security := s.Security
	server, client := security.Server, security.Client
	if len(s.Bind) > 0 {
		allow := sourceOf(server.Allow)
		if server.AllowAny {
			allow = "any"
		}
		return []source{
			{"domain", security.Domain.Value}, {"server.public_key", sourceOf(server.PublicKey)},
			{"server.secret_key", sourceOf(server.SecretKey)}, {"server.allow", allow},
		}
	}
	return []source{
		{"server.public_key", sourceOf(server.PublicKey)}, {"client.public_key", sourceOf(client.PublicKey)},
		{"client.secret_key", sourceOf(client.SecretKey)}, {"client.username", sourceOf(client.Username)},
		{"client.password", sourceOf(client.Password)},
	}
}

func sourceOf(k schema.KeySource) string {
	switch {
	case k.Env.IsSet():
		return "env " + k.Env.Value
	case k.File.IsSet():
		return "file " + k.File.Value
	}
	return ""
}
