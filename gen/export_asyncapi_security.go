package gen

import (
	"slices"

	"github.com/zmqgen/zmqgen/internal/jsonschema"
	"github.com/zmqgen/zmqgen/schema"
)

// This file writes the security schemes of an AsyncAPI document: by what a server and those who connect to it prove who they are.

// schemeTypes are AsyncAPI's types of what mechanisms do. It has none for NULL, by which a handler knows no more than addresses.
var schemeTypes = map[schema.Mechanism]string{
	schema.MechanismCurve: "asymmetricEncryption", schema.MechanismPlain: "userPassword",
}

// secured refers to the scheme of a security.
func (x *asyncAPI) secured(s *schema.Security) object {
	if !slices.Contains(x.securities, s) {
		x.securities = append(x.securities, s)
	}
	return ref("components", "securitySchemes", fullName(x.in, s.Topology, s.Name.Value))
}

// securitySchemes are those that servers refer to.
func (x *asyncAPI) securitySchemes() object {
	var all object
	for _, s := range x.securities {
		scheme := withText(object{{Name: "type", Value: schemeTypes[s.Mechanism]}}, "description", s.Doc)
		about := object{{Name: "mechanism", Value: string(s.Mechanism)}, {Name: "domain", Value: domainOf(s)}}
		all = append(all, jsonschema.Member{
			Name: fullName(x.in, s.Topology, s.Name.Value), Value: append(scheme, jsonschema.Member{Name: "x-zeromq", Value: about}),
		})
	}
	return all
}
