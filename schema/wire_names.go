package schema

import (
	"strings"
	"unicode"
)

// This file reads the names that messages and methods have on the wire, and finds those that a
// receiver could not tell apart.

const maxWireName = 255

// wireName returns the wire_name of r, or name if there is none.
func (p *parser) wireName(r record, name Text) Text {
	t := r.scalarText("wire_name")
	switch {
	case !t.IsSet():
		return name
	case !isWireName(t.Value):
		p.report(badWireName, t.Span, "%q is no wire_name", clip(t.Value)).help(wireNameHelp, maxWireName)
		return name
	}
	return t
}

const wireNameHelp = "1 to %d bytes of text on one line; names that start with ! are built-in statuses"

func isWireName(s string) bool {
	return s != "" && len(s) <= maxWireName && s[0] != '!' &&
		!strings.ContainsFunc(s, func(c rune) bool { return !unicode.IsPrint(c) })
}

// reservedNames reads the names that nothing in a pattern has on the wire again.
func (p *parser) reservedNames(r record) []Text {
	var all []Text
	first := map[string]Span{}
	for _, n := range p.texts(r, "reserved") {
		switch other, twice := first[n.value]; {
		case !isWireName(n.value):
			p.report(badWireName, n.span, "%q is no name that could be reserved", clip(n.value)).help(wireNameHelp, maxWireName)
		case twice:
			p.report(duplicateID, n.span, "%q is reserved twice", clip(n.value)).related(other, "first reserved")
		default:
			first[n.value] = n.span
			all = append(all, n.text())
		}
	}
	return all
}

// wireNames are names that stand in one place of the wire.
type wireNames struct {
	reserved map[string]Span
	taken    map[string]wireNamed
}

func newWireNames(reserved []Text) wireNames {
	names := wireNames{map[string]Span{}, map[string]wireNamed{}}
	for _, r := range reserved {
		names.reserved[r.Value] = r.Span
	}
	return names
}

// wireNamed is what has a name on the wire.
type wireNamed struct {
	kind  string
	thing any    // the *Message or *Method
	name  string // as this file writes it
	wire  Text
	given bool      // wire is another one than the name
	owner *Topology // in whose file wire stands
	at    Span      // where the pattern names it
}

// wireNamedMessage is a message that a pattern of this file names at a place.
func (p *parser) wireNamedMessage(kind string, m *Message, at Span) wireNamed {
	return wireNamed{kind, m, p.shown(m.Topology, m.Name.Value), m.WireName, m.WireName != m.Name, m.Topology, at}
}

// addWireName reports a name that something else has already, or that is reserved.
func (p *parser) addWireName(names wireNames, n wireNamed) {
	if at, is := names.reserved[n.wire.Value]; is {
		p.report(reservedReused, n.at, "%s has the name %q on the wire, which is reserved", called(n.kind, Text{Value: n.name}), clip(n.wire.Value)).
			help("give it another name, or another wire_name").related(at, "reserved")
	}
	other, taken := names.taken[n.wire.Value]
	if !taken {
		names.taken[n.wire.Value] = n
		return
	}
	if other.thing == n.thing {
		return // named twice, which was reported
	}
	what, otherWhat := called(n.kind, Text{Value: n.name}), called(other.kind, Text{Value: other.name})
	d := p.report(sameWireName, n.at, "%s has the name %q on the wire, and so has %s", what, clip(n.wire.Value), otherWhat).
		help("give one of them another wire_name").related(other.at, otherWhat)
	for _, named := range []wireNamed{other, n} {
		if named.given {
			d.relatedIn(p, named.owner, named.wire.Span, "the wire_name of "+called(named.kind, Text{Value: named.name}))
		}
	}
}
