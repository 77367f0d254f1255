package schema

import (
	"math"
	"strings"
)

// This file turns enums into the model, and reads what is reserved in enums and messages.

// unspecified is the name of zero in an enum that does not name it.
const unspecified = "UNSPECIFIED"

// parseEnum reads {BUY: 1}, or the long form {doc: …, values: {BUY: 1}}: its keys are lower case,
// the names of values are not.
func (p *parser) parseEnum(e *Enum, at pair) {
	before := len(p.findings)
	p.parseEnumBody(e, at)
	p.broken[e] = len(p.findings) > before || at.value.kind == refusedNode
}

func (p *parser) parseEnumBody(e *Enum, at pair) {
	what := called("enum", e.Name)
	n := at.value
	values := n
	var taken reserved
	if isLongEnum(n) {
		r, ok := p.record(n, &enumKeys, what, e.Name.Span)
		if !ok {
			return
		}
		e.Doc, e.GoName, e.Deprecated = r.doc(), p.goName(r), p.deprecated(r)
		taken = p.parseReserved(r, math.MinInt32, math.MaxInt32, upperSnake, "an enum value")
		e.Reserved = taken.list
		values = r.get("values")
		if values == nil {
			return
		}
	}
	if values.kind == refusedNode {
		return
	}
	if values.kind != mappingNode && !values.isEmpty() {
		p.report(wrongKind, values.span, "%s is %s; a mapping is expected", what, values.describe()).
			help("numbers by name, such as {BUY: 1, SELL: 2}")
		return
	}
	if len(values.pairs) == 0 {
		if !values.partial {
			p.report(noValues, e.Name.Span, "%s has no values", what).help("numbers by name, such as {BUY: 1, SELL: 2}")
		}
		return
	}
	p.parseEnumValues(e, values, taken)
}

func isLongEnum(n *node) bool {
	for _, pair := range n.pairs {
		if k := pair.key.value; k != "" && 'a' <= k[0] && k[0] <= 'z' && enumKeys.key(k) != nil {
			return true
		}
	}
	return false
}

func (p *parser) parseEnumValues(e *Enum, values *node, taken reserved) {
	numbers := map[int32]Text{}
	camels := map[string]Text{}
	broken := values.partial
	var named *EnumValue // the zero
	for _, pair := range values.pairs {
		v := EnumValue{Name: pair.key.text()}
		p.checkName(pair.key, upperSnake, "an enum value")
		if upperSnake.pattern.MatchString(v.Name.Value) {
			p.checkCamel(camels, v.Name, "value")
		}
		p.checkReserved(taken, v.Name, nil)
		id := pair.value
		if id.kind == mappingNode {
			r, ok := p.record(id, &enumValueKeys, called("value", v.Name), v.Name.Span)
			if !ok {
				continue
			}
			v.Doc, v.GoName, v.Deprecated = r.doc(), p.goName(r), p.deprecated(r)
			id = r.get("id")
		}
		if id == nil || id.kind == refusedNode {
			broken = true
			continue
		}
		if id.kind != scalarNode || id.isEmpty() {
			broken = true
			p.report(wrongKind, pair.key.span, "value %q is %s; a number is expected", clip(v.Name.Value), id.describe()).
				help("NAME: NUMBER, or NAME: {id: NUMBER, doc: TEXT}")
			continue
		}
		number, ok := p.integer(id.text(), "number", math.MinInt32, math.MaxInt32)
		if !ok {
			broken = true
			continue
		}
		v.Number = int32(number)
		if other, twice := numbers[v.Number]; twice {
			p.report(duplicateID, id.span, "value %q has the number %d of %q", clip(v.Name.Value), v.Number, clip(other.Value)).
				related(other.Span, "first used")
			continue
		}
		numbers[v.Number] = v.Name
		p.checkReserved(taken, Text{}, &numbered{v.Number, id.span})
		if v.Number == 0 {
			named = &v
			continue
		}
		e.Values = append(e.Values, v)
	}
	if named == nil {
		named = &EnumValue{Name: Text{Value: unspecified}}
		for _, v := range e.Values {
			if v.Name.Value == unspecified && !broken {
				p.report(enumZero, v.Name.Span, "%s is the name of zero and cannot have the number %d", unspecified, v.Number).
					help("write %s: 0, or give zero a name", unspecified)
			}
		}
	}
	e.Values = append([]EnumValue{*named}, e.Values...)
}

// reserved is what an enum or a message does not use again, with the place where it says so.
type reserved struct {
	numbers map[int32]Span
	names   map[string]Span
	list    []Reserved // in the order of the file
}

type numbered struct {
	number int32
	Span
}

// parseReserved reads a list of numbers and names.
func (p *parser) parseReserved(r record, low, high int64, c nameCase, what string) reserved {
	found := reserved{numbers: map[int32]Span{}, names: map[string]Span{}}
	for _, item := range p.texts(r, "reserved") {
		var other Span
		if strings.IndexAny(item.value, "-0123456789") == 0 {
			n, ok := p.integer(item.text(), "reserved number", low, high)
			if !ok {
				continue
			}
			other = found.numbers[int32(n)]
			found.numbers[int32(n)] = item.span
			found.list = append(found.list, Reserved{From: int32(n), To: int32(n)})
		} else {
			p.checkName(item, c, what)
			other = found.names[item.value]
			found.names[item.value] = item.span
			found.list = append(found.list, Reserved{Name: item.value})
		}
		if other.Line > 0 {
			p.report(duplicateID, item.span, "%q is reserved twice", clip(item.value)).related(other, "first reserved")
		}
	}
	return found
}

// checkReserved reports a name, or a number, that is reserved.
func (p *parser) checkReserved(taken reserved, name Text, id *numbered) {
	if at, is := taken.names[name.Value]; is && name.IsSet() {
		p.report(reservedReused, name.Span, "the name %q is reserved", clip(name.Value)).related(at, "reserved")
	}
	if id == nil {
		return
	}
	if at, is := taken.numbers[id.number]; is {
		p.report(reservedReused, id.Span, "the number %d is reserved", id.number).related(at, "reserved")
	}
}
