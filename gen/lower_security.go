package gen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns securities into entries of the topology's table, and into what comments say of them.

// mechanisms are the runtime's constants for mechanisms.
var mechanisms = map[schema.Mechanism]string{
	schema.MechanismNull: "Null", schema.MechanismPlain: "Plain", schema.MechanismCurve: "Curve",
}

// security enters a security into the table, once, and returns its name there.
func (l *lowering) security(s *schema.Security) string {
	name := fullName(l.t, s.Topology, s.Name.Value)
	if !slices.ContainsFunc(l.p.securities, func(known security) bool { return known.name == name }) {
		l.p.securities = append(l.p.securities, security{
			name: name, mechanism: mechanisms[s.Mechanism], domain: domainOf(s),
			server: credentials(s.Server), client: credentials(s.Client),
		})
	}
	return name
}

// domainOf is the domain that a handler is told.
func domainOf(s *schema.Security) string {
	if s.Domain.IsSet() {
		return s.Domain.Value
	}
	return s.Name.Value
}

// credentials are what one side of a security has, in the order of the runtime's struct.
func credentials(c schema.Credentials) []credential {
	var out []credential
	for _, k := range []struct {
		name   string
		source schema.KeySource
	}{
		{"PublicKey", c.PublicKey}, {"SecretKey", c.SecretKey}, {"Username", c.Username}, {"Password", c.Password}, {"Allow", c.Allow},
	} {
		if k.source.IsSet() {
			out = append(out, credential{k.name, k.source.Env.Value, k.source.File.Value})
		}
	}
	if c.AllowAny {
		out = append(out, credential{name: "AllowAny"})
	}
	return out
}

// securityDoc says by what a socket, which what names, proves who it is, and whom it lets in.
func securityDoc(what string, s *schema.Socket) string {
	security := s.Security
	role, does := "a client", clientDoc(security)
	if len(s.Bind) > 0 {
		role, does = "the server", serverDoc(security)
	}
	return fmt.Sprintf("In security %s, which is %s, %s is %s.%s", fullName(s.Node.Topology, security.Topology, security.Name.Value),
		strings.ToUpper(string(security.Mechanism)), what, role, does)
}

func serverDoc(s *schema.Security) string {
	text := finds("its public key in", s.Server.PublicKey, "its secret key in", s.Server.SecretKey)
	switch {
	case s.Server.AllowAny:
		return text + " All who know its public key are let in."
	case s.Server.Allow.IsSet():
		return text + " Who is let in stands in " + placeOf(s.Server.Allow) + "."
	}
	return text + " Who is let in says the function that " + runtimeAlias + ".WithAuthorizer sets."
}

func clientDoc(s *schema.Security) string {
	if s.Mechanism == schema.MechanismCurve {
		return finds("the server's public key in", s.Server.PublicKey, "its own in", s.Client.PublicKey, "its secret key in", s.Client.SecretKey)
	}
	return finds("its name in", s.Client.Username, "its password in", s.Client.Password)
}

// finds says where a socket finds what it needs, of what the topology gives: texts, each with its place behind it.
func finds(textsAndPlaces ...any) string {
	var found []string
	for i := 0; i < len(textsAndPlaces); i += 2 {
		if place := textsAndPlaces[i+1].(schema.KeySource); place.IsSet() {
			found = append(found, textsAndPlaces[i].(string)+" "+placeOf(place))
		}
	}
	if len(found) == 0 {
		return ""
	}
	return " When it opens, it finds " + all(found) + "."
}

func placeOf(k schema.KeySource) string {
	if k.Env.IsSet() {
		return "variable " + k.Env.Value
	}
	return "file " + k.File.Value
}
