package lint

import (
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file finds enums whose values repeat the enum's name, which zmqgen puts before them wherever they need it.

var enumValuePrefix = &schema.Rule{ID: "enum-value-prefix", Severity: schema.Warning, Summary: "the values of an enum do not repeat its name"}

// checkEnumNames reports enums all of whose values start with the enum's name, be it with an underscore between its words or not.
func (p *pass) checkEnumNames() {
	for _, e := range p.topology.Enums {
		prefix := strings.ToUpper(e.Name.Value)
		repeats, named := true, schema.EnumValue{}
		for _, v := range e.Values {
			if v.Number == 0 {
				continue // UNSPECIFIED, as a rule
			}
			repeats = repeats && !v.GoName.IsSet() && repeatsName(v.Name.Value, prefix)
			if !named.Name.IsSet() {
				named = v
			}
		}
		if repeats && named.Name.IsSet() {
			p.report(enumValuePrefix, named.Name.Span, "the values of enum %q start with its name: %s is one of %s already", e.Name.Value, named.Name.Value, e.Name.Value).
				Helpf("leave the name out: in Go and protobuf the enum's comes before that of each value").
				RelateTo(p.topology, e.Name.Span, "the enum")
		}
	}
}

// repeatsName reports whether an UPPER_SNAKE name is a prefix, with or without underscores, and a name of its own after it.
func repeatsName(name, prefix string) bool {
	for i := 0; i < len(name); i++ {
		switch {
		case prefix == "":
			return name[i] == '_' && i+1 < len(name) && 'A' <= name[i+1] && name[i+1] <= 'Z'
		case name[i] == prefix[0]:
			prefix = prefix[1:]
		case name[i] != '_':
			return false
		}
	}
	return false
}
