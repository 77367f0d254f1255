package breaking

import (
	"fmt"

	"github.com/zmqgen/zmqgen/schema"
)

// This file compares the two versions of a field.

func (c *comparison) compareField(p *fieldPairs, o, n *slot, u *users) {
	of, nf := o.field, n.field
	what := fmt.Sprintf("field %q of message %q", nf.Name.Value, p.new.Name.Value)
	oldAt, newAt := fieldThing(p.old, of), fieldThing(p.new, nf)
	c.compareGoName(what, of.Name, of.GoName, nf.Name, nf.GoName, oldAt, newAt)
	if of.Name.Value != nf.Name.Value {
		c.fieldRenamed(p, o, n, u)
	}
	moved := (o.oneof == nil) != (n.oneof == nil) || p.oneofs[o.oneof] != n.oneof
	if of.ID != nf.ID {
		c.fieldNumberChanged(p, o, n, u)
		if u.forms[asJSON] || u.forms[asFrames] { // to protobuf it is another field, of which nothing else can be said
			c.compareLimits(p, of, nf, u)
		}
		if moved && u.forms[asJSON] {
			c.fieldMoved(p, o, n, u)
		}
		return
	}
	if moved {
		c.fieldMoved(p, o, n, u)
		// A oneof tells zero from absent, as ? does outside of it.
		if c.sameType(plain(of.Type), plain(nf.Type)) {
			c.compareLimits(p, of, nf, u)
			return
		}
	}
	if !c.sameType(of.Type, nf.Type) {
		c.fieldTypeChanged(p, o, n, u)
	}
	c.compareLimits(p, of, nf, u)
}

func (c *comparison) fieldRenamed(p *fieldPairs, o, n *slot, u *users) {
	of, nf := o.field, n.field
	json := schema.JSONName(of.Name.Value) != schema.JSONName(nf.Name.Value)
	var levels []Level
	if json {
		levels = append(levels, JSON)
	}
	if !sameGoName(of.Name, of.GoName, nf.Name, nf.GoName) {
		levels = append(levels, Source)
	}
	if len(levels) == 0 {
		return
	}
	r := u.readings(func(f form) both {
		if f == asJSON && json {
			const missing = "find nothing under the name that they know"
			return both{c.absence(of, u, missing), c.absence(nf, u, missing)}
		}
		return both{readsIt, readsIt}
	})
	b := c.add(fieldRenamed, levels, "field %d of message %q was called %q and is called %q", nf.ID, p.new.Name.Value, of.Name.Value, nf.Name.Value).
		at(fieldThing(p.old, of), fieldThing(p.new, nf), thing{}).between(u).reads(r.old, r.new)
	if r.old.Outcome == Same {
		b.as(schema.Warning)
	} else {
		b.order(Together)
	}
}

// fieldNumberChanged reports a field whose value the other side takes for that of the field which has the number there, if
// there is one.
func (c *comparison) fieldNumberChanged(p *fieldPairs, o, n *slot, u *users) {
	read := func(f form, w *slot, readers map[int32]*slot) Reading {
		r := readers[w.field.ID]
		switch {
		case f == asJSON:
			return c.readField(f, typed{w.field.Type, ""}, typed{p.other(w).field.Type, ""}, p.other(w), u)
		case f == asFrames && !tagged(w):
			return readsIt // what frames there are is compared with the patterns
		case r == nil:
			return c.absence(p.other(w).field, u, "read zero: they look for it under another number")
		case f == asFrames: // by its number the frame sets another field, which has a frame of its own
			return worse(c.readElsewhere(asProto, w, r), c.absence(p.other(w).field, u, "read zero: they look for it under another number"))
		}
		return c.readElsewhere(f, w, r)
	}
	r := u.readings(func(f form) both {
		return both{read(f, n, p.oldByID), read(f, o, p.newByID)}
	})
	b := c.add(fieldNumberChanged, []Level{Wire}, "field %q of message %q had number %d and has %d", n.field.Name.Value, p.new.Name.Value, o.field.ID, n.field.ID).
		at(fieldThing(p.old, o.field), fieldThing(p.new, n.field), thing{}).between(u).reads(r.old, r.new)
	switch {
	case r.old.Outcome == Same && r.new.Outcome == Same:
		b.as(schema.Warning)
	case u.forms[asProto] || !u.travelling():
		b.order(NoOrder)
	}
}

// tagged reports whether the number of a field stands in its frame, where the encoding is frames.
func tagged(s *slot) bool {
	t := s.field.Type
	return s.within().As == schema.AsProto && (s.oneof != nil || t.Elem != nil || t.Optional)
}

// other is the same field in the other version.
func (p *fieldPairs) other(s *slot) *slot {
	if o := p.back[s.field]; o != nil {
		return o
	}
	return p.forth[s.field]
}

// fieldMoved reports a field that has come into a oneof or out of one.
func (c *comparison) fieldMoved(p *fieldPairs, o, n *slot, u *users) {
	r := u.readings(func(f form) both {
		return both{c.readChoice(p, f, n, o, u), c.readChoice(p, f, o, n, u)}
	})
	where := func(s *slot) string {
		if s.oneof == nil {
			return "of no oneof"
		}
		return fmt.Sprintf("of oneof %q", s.oneof.Name.Value)
	}
	b := c.add(fieldOneofChanged, []Level{Wire, JSON, Source}, "field %q of message %q was %s and is %s", n.field.Name.Value, p.new.Name.Value, where(o), where(n)).
		at(fieldThing(p.old, o.field), fieldThing(p.new, n.field), thing{}).between(u).reads(r.old, r.new)
	if !r.old.Outcome.Harms() && !r.new.Outcome.Harms() {
		b.as(schema.Warning)
	}
}

// readChoice is how a field of w, which may be set with others, is read by r, where it may be an alternative to these.
func (c *comparison) readChoice(p *fieldPairs, f form, w, r *slot, u *users) Reading {
	if r.oneof == nil && u.checked && c.neverAbsent(r.field) {
		return c.absence(r.field, u, "")
	}
	if r.oneof != nil {
		for _, a := range r.oneof.OneOf {
			if a == r.field {
				continue
			}
			written := p.otherOf(a)
			if written == nil || written.oneof != nil && written.oneof == w.oneof {
				continue
			}
			if f == asJSON {
				return Reading{Refuses, "refuse a message in which several alternatives are set"}
			}
			return Reading{Misreads, "of several alternatives that are set keep the last alone"}
		}
	}
	if w.field.Type.Optional || r.field.Type.Optional {
		return readsIt
	}
	return Reading{Default, "do not tell zero from absent as the other side does"}
}

// otherOf is the other version of an alternative.
func (p *fieldPairs) otherOf(f *schema.Field) *slot { return p.other(&slot{field: f}) }

// readField is readType of a field r, which may also not be there where it was optional to those who wrote.
func (c *comparison) readField(f form, from, to typed, r *slot, u *users) Reading {
	reading := c.readType(f, from, to)
	if from.Optional && !to.Optional && r.oneof == nil && u.checked && c.neverAbsent(r.field) {
		reading = worse(reading, c.absence(r.field, u, ""))
	}
	return reading
}

// fieldTypeChanged reports a field of another type.
func (c *comparison) fieldTypeChanged(p *fieldPairs, o, n *slot, u *users) {
	r := u.readings(func(f form) both {
		if f == asFrames {
			return both{readsIt, readsIt} // compared with the patterns
		}
		w, v := typed{o.field.Type, o.within().As}, typed{n.field.Type, n.within().As}
		return both{c.readField(f, v, w, o, u), c.readField(f, w, v, n, u)}
	})
	if u.framesOnly() {
		r.old, r.new = c.readFrame(typed{n.field.Type, n.within().As}, typed{o.field.Type, o.within().As}), c.readFrame(typed{o.field.Type, o.within().As}, typed{n.field.Type, n.within().As})
	}
	rule, levels := fieldTypeChanged, []Level{Wire, JSON, Source}
	switch {
	case r.old.Outcome.Harms() && r.new.Outcome.Harms():
	case r.old.Outcome.Harms() || r.new.Outcome.Harms():
		rule = fieldTypeOneWay
	case c.sameType(plain(o.field.Type), plain(n.field.Type)):
		rule = fieldOptionChanged
	default:
		rule = fieldTypeAlike
	}
	b := c.add(rule, levels, "field %q, number %d, of message %q was %s and is %s", n.field.Name.Value, n.field.ID, p.new.Name.Value, typeText(o.field.Type), typeText(n.field.Type)).
		at(fieldThing(p.old, o.field), fieldThing(p.new, n.field), thing{}).between(u).reads(r.old, r.new)
	if rule == fieldTypeChanged {
		b.order(NoOrder)
	}
}
