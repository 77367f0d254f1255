package schema

import (
	"regexp"
	"strings"
)

// This file turns messages and their fields into the model.

const (
	maxFieldID        = 1<<29 - 1
	firstProtobufOwn  = 19000 // protobuf keeps 19000 to 19999 for itself
	lastProtobufOwn   = 19999
	maxTypeTextLength = 256
)

func (p *parser) parseMessage(m *Message, at pair) {
	before := len(p.findings)
	p.parseMessageBody(m, at)
	p.broken[m] = len(p.findings) > before || at.value.kind == refusedNode
}

func (p *parser) parseMessageBody(m *Message, at pair) {
	r, ok := p.record(at.value, &messageKeys, called("message", m.Name), m.Name.Span)
	if !ok {
		return
	}
	m.Doc, m.GoName, m.Deprecated = r.doc(), p.goName(r), p.deprecated(r)
	m.WireName = p.wireName(r, m.Name)
	m.IsError = p.choice(r, "error") == "true"
	m.KeepUnknown = p.choice(r, "unknown") == "keep"
	taken := p.parseReserved(r, 1, maxFieldID, lowerSnake, "a field")
	m.Reserved = taken.list
	p.fields[m] = map[string]*Field{}
	s := &fieldScope{message: m, taken: taken, ids: map[int32]Text{}, camels: map[string]Text{}, offer: "the next number is %d"}
	var dense bool
	if s.next, dense = nextID(r.entries("fields"), taken); dense {
		s.offer = "the next free number is %d"
	}
	for _, pair := range r.entries("fields") {
		m.Fields = append(m.Fields, p.addField(pair, s, nil))
	}
}

// fieldScope is what the fields of a message share, those of its oneofs among them.
type fieldScope struct {
	message *Message
	taken   reserved
	ids     map[int32]Text  // the fields by number
	camels  map[string]Text // the fields by the name they have in JSON
	next    int64           // a number that is free
	offer   string          // how it is offered
}

// addField reads one field of a message or, if oneof is not nil, one of its alternatives.
func (p *parser) addField(at pair, s *fieldScope, oneof *Field) *Field {
	f := &Field{Name: at.key.text()}
	p.checkName(at.key, lowerSnake, "a field")
	known := p.fields[s.message]
	if other := known[f.Name.Value]; other != nil {
		p.report(duplicateName, f.Name.Span, "%q is the name of another field of message %q", clip(f.Name.Value), clip(s.message.Name.Value)).
			help("the alternatives of a oneof share the names of the message's fields").related(other.Name.Span, "first declared")
	} else {
		known[f.Name.Value] = f
	}
	if lowerSnake.pattern.MatchString(f.Name.Value) && !isOneOf(at.value) { // a oneof has no name in JSON
		p.checkCamel(s.camels, f.Name, "field")
	}
	p.checkReserved(s.taken, f.Name, nil)
	id := p.parseField(f, at, s, oneof)
	if id.Line == 0 {
		return f
	}
	if other, twice := s.ids[f.ID]; twice {
		p.report(duplicateID, id, "field %q has the number %d of %q", clip(f.Name.Value), f.ID, clip(other.Value)).
			help(s.offer, s.next).related(other.Span, "first used")
		s.next++
	} else {
		s.ids[f.ID] = f.Name
	}
	p.checkReserved(s.taken, Text{}, &numbered{f.ID, id})
	return f
}

// parseField reads TYPE @ID or a mapping. It returns the place of the field's number, if it has a
// good one.
func (p *parser) parseField(f *Field, at pair, s *fieldScope, oneof *Field) Span {
	what, next := called("field", f.Name), s.next
	n := at.value
	switch {
	case n.kind == refusedNode:
		return Span{}
	case n.kind == sequenceNode || n.isEmpty():
		d := p.report(wrongKind, at.key.span, "%s is %s; TYPE @ID or a mapping is expected", what, n.describe())
		if len(n.items) == 1 {
			if t := respelled("[" + n.items[0].value + "]"); t != "" {
				d.help("write %q", t+" @"+itoa(next))
				return Span{}
			}
		}
		d.help("such as %s: string @%d, or {type: string, id: %d, doc: TEXT}", clip(f.Name.Value), next, next)
		return Span{}
	case isOneOf(n) && oneof != nil:
		p.report(badType, n.pair("oneof").key.span, "a oneof in a oneof is not a type").help("put the inner one into a message")
		return Span{}
	case isOneOf(n):
		p.parseOneOf(f, at, s)
		return Span{}
	case n.kind == mappingNode:
		r, ok := p.record(n, &fieldKeys, what, f.Name.Span)
		if !ok {
			return Span{}
		}
		f.Doc, f.GoName, f.Deprecated, f.Places = r.doc(), p.goName(r), p.deprecated(r), r.places()
		if t := r.get("type"); t != nil {
			if i := strings.LastIndexByte(t.value, '@'); i >= 0 {
				p.report(badType, t.part(i, len(t.value)), "the number of %s is given with its type", what).
					help("in a mapping, the number is the value of id")
				return Span{}
			}
			f.Type = p.fieldType(t, 0, len(t.value), oneof)
		}
		p.parseLimits(f, r, what, oneof)
		p.parseForm(f, r, what, oneof)
		id := r.get("id")
		if id == nil {
			return Span{}
		}
		return p.parseFieldID(f, id.text())
	}
	i := strings.LastIndexByte(n.value, '@')
	if i < 0 {
		if p.reportForeignField(n, what, next) {
			return Span{}
		}
		f.Type = p.fieldType(n, 0, len(n.value), oneof)
		p.report(missingID, n.span, "%s has no number", what).help("write %q", clip(n.value)+" @"+itoa(next))
		return Span{}
	}
	f.Places = Places{{Key: "type", At: at.key.span, Value: n.part(0, len(strings.TrimRight(n.value[:i], " \t")))}}
	f.Type = p.fieldType(n, 0, i, oneof)
	return p.parseFieldID(f, Text{n.value[i+1:], n.part(i+1, len(n.value))})
}

// fieldType reads the type of a field or, if oneof is not nil, of one of its alternatives.
func (p *parser) fieldType(n *node, from, to int, oneof *Field) Type {
	t := p.parseType(n, from, to)
	if oneof != nil {
		return p.alternative(t, n, from, to)
	}
	return t
}

// foreignNumber is a field as protobuf writes it: string = 2.
var foreignNumber = regexp.MustCompile(`^(.*\S)\s*=\s*([1-9][0-9]*)$`)

// reportForeignField reports a field without @ that is written as in another language.
func (p *parser) reportForeignField(n *node, what string, next int64) bool {
	given, id := n.value, itoa(next)
	m := foreignNumber.FindStringSubmatch(given)
	if m != nil {
		given, id = m[1], m[2]
	}
	t := respelled(given)
	switch {
	case m != nil:
		if t = ourType(given); t == "" {
			t = given
		}
		p.report(missingID, n.span, "the number of %s stands after = instead of @", what).help("write %q", clip(t)+" @"+id)
	case t != "" && t != given:
		p.report(badType, n.span, "%q is no type", given).help("write %q", t+" @"+id)
	default:
		return false
	}
	return true
}

func (p *parser) parseFieldID(f *Field, t Text) Span {
	id, ok := p.integer(t, "field number", 1, maxFieldID)
	if !ok {
		return Span{}
	}
	if firstProtobufOwn <= id && id <= lastProtobufOwn {
		p.report(badID, t.Span, "field number %d is one of protobuf's own", id).
			help("from 1 to %d, without %d to %d", maxFieldID, firstProtobufOwn, lastProtobufOwn)
		return Span{}
	}
	f.ID = int32(id)
	return t.Span
}

// nextID returns a number that is free, to be offered, and whether all below it are taken.
func nextID(fields []pair, taken reserved) (next int64, dense bool) {
	used := map[int64]bool{}
	highest := int64(0)
	use := func(id int64) {
		if 0 < id && id < firstProtobufOwn-1 {
			used[id] = true
			highest = max(highest, id)
		}
	}
	for _, pair := range fields {
		n := pair.value
		all := []*node{n}
		if choice := n.pair("oneof"); choice != nil {
			all = nil
			for _, pair := range choice.value.pairs {
				all = append(all, pair.value)
			}
		}
		for _, n := range all {
			id := strings.TrimSpace(n.value[strings.LastIndexAny(n.value, "@=")+1:])
			if pair := n.pair("id"); pair != nil {
				id = pair.value.value
			}
			if n, ok := atoi(id); ok {
				use(n)
			}
		}
	}
	for id := range taken.numbers {
		use(int64(id))
	}
	return highest + 1, int64(len(used)) == highest
}
