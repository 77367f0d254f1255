package breaking

import (
	"fmt"

	"github.com/zmqgen/zmqgen/schema"
)

// This file compares messages, and finds which of their fields are the same.

func messageThing(m *schema.Message) thing {
	return thing{m.Topology, m.Name.Span, "messages." + m.Name.Value}
}

func fieldThing(m *schema.Message, f *schema.Field) thing {
	return thing{m.Topology, f.Name.Span, "messages." + m.Name.Value + ".fields." + f.Name.Value}
}

func (c *comparison) compareMessages(old, new *schema.Topology) {
	back := turned(c.messagePairs)
	for _, n := range new.Messages {
		if back[n] == nil {
			c.add(messageAdded, []Level{Source}, "message %q is new", n.Name.Value).at(thing{}, messageThing(n), thing{}).
				between(c.messageUsers(nil, n)).nothing()
			continue
		}
		c.compareMessage(back[n], n)
	}
	for _, o := range old.Messages {
		if c.messagePairs[o] == nil {
			c.add(messageRemoved, []Level{Source}, "message %q is gone", o.Name.Value).at(messageThing(o), thing{}, topologyThing(new)).
				between(c.messageUsers(o, nil)).nothing()
		}
	}
}

func (c *comparison) compareMessage(o, n *schema.Message) {
	u := c.messageUsers(o, n)
	what := fmt.Sprintf("message %q", n.Name.Value)
	if o.Name.Value != n.Name.Value {
		kept := "; its name on the wire is compared in patterns"
		if o.WireName.Value == n.WireName.Value {
			kept = ", and has its old name on the wire"
		}
		c.add(messageRenamed, []Level{Source}, "message %q is now called %q%s", o.Name.Value, n.Name.Value, kept).
			at(messageThing(o), messageThing(n), thing{}).between(u)
	}
	c.compareGoName(what, o.Name, o.GoName, n.Name, n.GoName, messageThing(o), messageThing(n))
	if o.KeepUnknown != n.KeepUnknown {
		b := c.add(unknownChanged, []Level{Wire}, "%s keeps fields that it does not know from now on", what).as(schema.Info)
		if o.KeepUnknown {
			b.Severity, b.Message = schema.Warning, what+" drops fields that it does not know, which it sent again before"
		}
		b.at(messageThing(o), messageThing(n), thing{}).between(u)
	}
	if o.IsError && !n.IsError {
		c.add(messageErrorsChanged, []Level{Source}, "%s is marked as an error no more", what).at(messageThing(o), messageThing(n), thing{}).between(u)
	}
	p := c.pairFields(o, n)
	for _, nf := range p.newFields {
		if of := p.back[nf.field]; of != nil {
			c.compareField(p, of, nf, u)
		} else {
			c.fieldAdded(p, nf, u)
		}
	}
	for _, of := range p.oldFields {
		if !p.kept[of.field] {
			c.fieldRemoved(p, of, u)
		}
	}
	c.compareOneOfs(p, u)
	c.compareReserved(what, o.Reserved, n.Reserved, messageThing(o), messageThing(n), u)
}

// slot is a field with a number, and the oneof that it is of, or nil.
type slot struct {
	field *schema.Field
	oneof *schema.Field
}

// within is the field that stands in the message: that with the number, or the oneof that it is of.
func (s *slot) within() *schema.Field {
	if s.oneof != nil {
		return s.oneof
	}
	return s.field
}

// fieldPairs are the fields of both versions of a message.
type fieldPairs struct {
	old, new             *schema.Message
	oldFields, newFields []*slot
	oldByID, newByID     map[int32]*slot
	back                 map[*schema.Field]*slot // from new to old
	forth                map[*schema.Field]*slot
	kept                 map[*schema.Field]bool // of the old ones
	reused               map[*schema.Field]*slot
	oneofs               map[*schema.Field]*schema.Field // from old to new
}

func slots(m *schema.Message) (list []*slot, byID map[int32]*slot) {
	byID = map[int32]*slot{}
	for _, f := range m.Fields {
		for _, a := range alternatives(f) {
			s := &slot{field: a}
			if f.OneOf != nil {
				s.oneof = f
			}
			list = append(list, s)
			byID[a.ID] = s
		}
	}
	return list, byID
}

// pairFields pairs the fields of a message by name, and else by number. A number that another field has now, of a type that
// reads nothing of what the old one writes, is used again.
func (c *comparison) pairFields(o, n *schema.Message) *fieldPairs {
	p := &fieldPairs{
		old: o, new: n, back: map[*schema.Field]*slot{}, forth: map[*schema.Field]*slot{}, kept: map[*schema.Field]bool{},
		reused: map[*schema.Field]*slot{}, oneofs: map[*schema.Field]*schema.Field{},
	}
	p.oldFields, p.oldByID = slots(o)
	p.newFields, p.newByID = slots(n)
	oldNames, newNames := map[string]*slot{}, map[string]bool{}
	for _, s := range p.oldFields {
		oldNames[s.field.Name.Value] = s
	}
	for _, s := range p.newFields {
		newNames[s.field.Name.Value] = true
	}
	for _, s := range p.newFields {
		of := oldNames[s.field.Name.Value]
		if other := p.oldByID[s.field.ID]; of == nil && other != nil && !newNames[other.field.Name.Value] {
			if c.sameType(other.field.Type, s.field.Type) {
				of = other
			} else {
				p.reused[s.field] = other
			}
		}
		if of != nil {
			p.back[s.field], p.forth[of.field], p.kept[of.field] = of, s, true
		}
	}
	p.pairOneOfs()
	return p
}

// pairOneOfs pairs oneofs by name, and else by an alternative.
func (p *fieldPairs) pairOneOfs() {
	names := map[string]*schema.Field{}
	newNames := map[string]bool{}
	for _, f := range p.old.Fields {
		if f.OneOf != nil {
			names[f.Name.Value] = f
		}
	}
	for _, f := range p.new.Fields {
		if f.OneOf != nil {
			newNames[f.Name.Value] = true
		}
	}
	for _, f := range p.new.Fields {
		if f.OneOf == nil {
			continue
		}
		if o := names[f.Name.Value]; o != nil {
			p.oneofs[o] = f
			continue
		}
		for _, a := range f.OneOf {
			if o := p.back[a]; o != nil && o.oneof != nil && !newNames[o.oneof.Name.Value] && p.oneofs[o.oneof] == nil {
				p.oneofs[o.oneof] = f
				break
			}
		}
	}
}

// compareOneOfs reports oneofs with another name, and other limits.
func (c *comparison) compareOneOfs(p *fieldPairs, u *users) {
	for _, o := range p.old.Fields {
		n := p.oneofs[o]
		if n == nil {
			continue
		}
		if o.Name.Value != n.Name.Value && !sameGoName(o.Name, o.GoName, n.Name, n.GoName) {
			c.add(oneofRenamed, []Level{Source}, "oneof %q of message %q is now called %q", o.Name.Value, p.new.Name.Value, n.Name.Value).
				at(fieldThing(p.old, o), fieldThing(p.new, n), thing{}).between(u)
		}
		c.compareGoName(fmt.Sprintf("oneof %q of message %q", n.Name.Value, p.new.Name.Value), o.Name, o.GoName, n.Name, n.GoName, fieldThing(p.old, o), fieldThing(p.new, n))
		c.compareLimits(p, o, n, u)
	}
}

// framesOnly reports whether a message travels, and in frames alone, so that fields are compared with the patterns.
func (u *users) framesOnly() bool {
	return u.forms[asFrames] && !u.forms[asProto] && !u.forms[asJSON]
}

func (c *comparison) fieldAdded(p *fieldPairs, s *slot, u *users) {
	f := s.field
	what := fmt.Sprintf("field %q, number %d, of message %q", f.Name.Value, f.ID, p.new.Name.Value)
	other := p.reused[f]
	if other == nil {
		other = p.oldByID[f.ID] // of a field that has another number now
	}
	if other != nil {
		c.numberReused(p, s, other, u)
		return
	}
	if isReserved(p.old.Reserved, f.ID, "") {
		c.add(numberReused, []Level{Wire}, "%s has a number that was reserved: programs may still send what had it", what).
			at(messageThing(p.old), fieldThing(p.new, f), thing{}).between(u).reads(takesOther, takesOther).order(NoOrder)
		return
	}
	if u.framesOnly() {
		return
	}
	skip := Reading{Ignores, "skip it"}
	if p.old.KeepUnknown && !u.forms[asJSON] {
		skip.Text = "skip it, and send it again"
	}
	b := c.add(fieldAdded, []Level{Wire, JSON, Source}, "%s is new", what).at(thing{}, fieldThing(p.new, f), thing{}).between(u).
		reads(skip, Reading{Default, "read zero in its place"})
	if f.Type.Elem != nil || f.Type.Optional || s.oneof != nil {
		b.NewReadsOld.Text = "find nothing in its place"
	}
	if f.Limits.Required || u.checked && c.neverAbsent(f) {
		c.requiredAdded(p, thing{}, f, u)
	}
}

// numberReused reports a field that has the number of another, which is gone.
func (c *comparison) numberReused(p *fieldPairs, s, other *slot, u *users) {
	r := u.readings(func(fm form) both {
		if fm == asJSON { // by their names, which differ
			return both{Reading{Ignores, "skip it"}, Reading{Ignores, "skip it"}}
		}
		return both{c.readElsewhere(fm, s, other), c.readElsewhere(fm, other, s)}
	})
	c.add(numberReused, []Level{Wire, JSON, Source}, "number %d of message %q was that of %q, %s, and is that of %q, %s",
		s.field.ID, p.new.Name.Value, other.field.Name.Value, typeText(other.field.Type), s.field.Name.Value, typeText(s.field.Type)).
		at(fieldThing(p.old, other.field), fieldThing(p.new, s.field), thing{}).between(u).reads(r.old, r.new).order(NoOrder)
	p.kept[other.field] = true
}

// readElsewhere is how a reader takes a field that has the number of another field of its own.
func (c *comparison) readElsewhere(f form, w, r *slot) Reading {
	if reading := c.readType(f, typed{w.field.Type, w.within().As}, typed{r.field.Type, r.within().As}); reading.Outcome == Refuses {
		return reading
	}
	return takesOther
}

func (c *comparison) fieldRemoved(p *fieldPairs, s *slot, u *users) {
	f := s.field
	rule, said := fieldRemoved, "and reserved"
	if !isReserved(p.new.Reserved, f.ID, "") || u.forms[asJSON] && !isReserved(p.new.Reserved, 0, f.Name.Value) {
		rule, said = fieldUnreserved, "and its number and name are not both reserved"
	}
	if u.framesOnly() {
		rule, said = fieldRemoved, "and with it a frame"
	}
	old := c.absence(f, u, "read zero in its place")
	skip := Reading{Ignores, "skip it"}
	if p.new.KeepUnknown && !u.forms[asJSON] {
		skip.Text = "skip it, and send it again"
	}
	taken := p.newByID[f.ID] // by a field that had another number
	r := u.readings(func(fm form) both {
		if taken != nil && fm == asProto {
			return both{old, c.readElsewhere(fm, s, taken)}
		}
		return both{old, skip}
	})
	b := c.add(rule, []Level{Wire, JSON, Source}, "field %q, number %d, of message %q is gone, %s", f.Name.Value, f.ID, p.new.Name.Value, said).
		at(fieldThing(p.old, f), thing{}, messageThing(p.new)).between(u).reads(r.old, r.new).order(ReceiversFirst)
	if r.new.Outcome.Harms() {
		b.order(NoOrder)
	}
}
