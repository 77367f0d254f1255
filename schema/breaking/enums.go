package breaking

import (
	"fmt"

	"github.com/zmqgen/zmqgen/schema"
)

// This file compares enums and their values.

func enumThing(e *schema.Enum) thing {
	return thing{e.Topology, e.Name.Span, "enums." + e.Name.Value}
}

func valueThing(e *schema.Enum, v *schema.EnumValue) thing {
	span := v.Name.Span
	if span.Line == 0 { // the UNSPECIFIED of our own making
		span = e.Name.Span
	}
	return thing{e.Topology, span, "enums." + e.Name.Value + ".values." + v.Name.Value}
}

func (c *comparison) compareEnums(old, new *schema.Topology) {
	back := turned(c.enumPairs)
	for _, n := range new.Enums {
		if back[n] == nil {
			c.add(enumAdded, []Level{Source}, "enum %q is new", n.Name.Value).at(thing{}, enumThing(n), thing{}).nothing()
			continue
		}
		c.compareEnum(back[n], n)
	}
	for _, o := range old.Enums {
		if c.enumPairs[o] == nil {
			c.add(enumRemoved, []Level{Source}, "enum %q is gone", o.Name.Value).at(enumThing(o), thing{}, topologyThing(new)).
				between(c.enumUsers(o, nil)).nothing()
		}
	}
}

// unknownName is what readers make in JSON of the name of a value that their version of the enum does not have.
func (c *comparison) unknownName(reader *schema.Enum, u *users) Reading {
	if u.checked && c.required[reader] {
		return Reading{Refuses, "answer !bad-request where a value is required: they do not know the name"}
	}
	return Reading{Default, "read zero: they do not know the name"}
}

func (c *comparison) compareEnum(o, n *schema.Enum) {
	u := c.enumUsers(o, n)
	what := fmt.Sprintf("enum %q", n.Name.Value)
	c.compareGoName(what, o.Name, o.GoName, n.Name, n.GoName, enumThing(o), enumThing(n))
	if o.Name.Value != n.Name.Value {
		r := u.readings(func(f form) both {
			if f == asJSON {
				return both{c.unknownName(o, u), c.unknownName(n, u)}
			}
			return both{readsIt, readsIt}
		})
		b := c.add(enumRenamed, []Level{JSON, Source}, "enum %q is now called %q", o.Name.Value, n.Name.Value).
			at(enumThing(o), enumThing(n), thing{}).between(u).reads(r.old, r.new)
		if u.forms[asJSON] {
			b.order(Together)
		} else {
			b.as(schema.Warning)
		}
	}
	byName, byNumber := map[string]*schema.EnumValue{}, map[int32]*schema.EnumValue{}
	newNames := map[string]bool{}
	for i := range o.Values {
		byName[o.Values[i].Name.Value], byNumber[o.Values[i].Number] = &o.Values[i], &o.Values[i]
	}
	for i := range n.Values {
		newNames[n.Values[i].Name.Value] = true
	}
	kept := map[*schema.EnumValue]bool{}
	for i := range n.Values {
		nv := &n.Values[i]
		ov := byName[nv.Name.Value]
		if other := byNumber[nv.Number]; ov == nil && other != nil && !newNames[other.Name.Value] {
			ov = other
		}
		if ov == nil {
			c.enumValueAdded(o, n, nv, u)
			continue
		}
		kept[ov] = true
		c.compareEnumValue(o, n, ov, nv, u)
	}
	for i := range o.Values {
		if ov := &o.Values[i]; !kept[ov] && ov.Name.IsSet() {
			c.enumValueRemoved(o, n, ov, u)
		}
	}
	c.compareReserved(what, o.Reserved, n.Reserved, enumThing(o), enumThing(n), u)
}

func (c *comparison) enumValueAdded(o, n *schema.Enum, v *schema.EnumValue, u *users) {
	if !v.Name.IsSet() {
		return
	}
	if isReserved(o.Reserved, v.Number, "") {
		c.add(numberReused, []Level{Wire}, "number %d, which enum %q had reserved, is now that of value %q", v.Number, n.Name.Value, v.Name.Value).
			at(enumThing(o), valueThing(n, v), thing{}).between(u).reads(takesOther, takesOther).order(NoOrder)
		return
	}
	r := u.readings(func(f form) both {
		if f == asJSON {
			return both{c.unknownName(o, u), readsIt}
		}
		return both{Reading{KeepsNumber, "keep its number, and have no name for it"}, readsIt}
	})
	c.add(enumValueAdded, []Level{Wire, JSON}, "value %q, number %d, of enum %q is new", v.Name.Value, v.Number, n.Name.Value).
		at(thing{}, valueThing(n, v), thing{}).between(u).reads(r.old, r.new).order(ReceiversFirst)
}

func (c *comparison) enumValueRemoved(o, n *schema.Enum, v *schema.EnumValue, u *users) {
	r := u.readings(func(f form) both {
		if f == asJSON {
			return both{readsIt, c.unknownName(n, u)}
		}
		return both{readsIt, Reading{KeepsNumber, "keep its number, and have no name for it"}}
	})
	rule, levels, said := enumValueRemoved, []Level{Wire, JSON, Source}, "and reserved"
	if !isReserved(n.Reserved, v.Number, "") || u.forms[asJSON] && !isReserved(n.Reserved, 0, v.Name.Value) {
		rule, said = enumValueUnreserved, "and its number and name are not both reserved"
	}
	c.add(rule, levels, "value %q, number %d, of enum %q is gone, %s", v.Name.Value, v.Number, n.Name.Value, said).
		at(valueThing(o, v), thing{}, enumThing(n)).between(u).reads(r.old, r.new).order(SendersFirst)
}

func (c *comparison) compareEnumValue(o, n *schema.Enum, ov, nv *schema.EnumValue, u *users) {
	what := fmt.Sprintf("value %q of enum %q", nv.Name.Value, n.Name.Value)
	c.compareGoName(what, ov.Name, ov.GoName, nv.Name, nv.GoName, valueThing(o, ov), valueThing(n, nv))
	if ov.Name.Value != nv.Name.Value {
		c.enumValueRenamed(o, n, ov, nv, u)
	}
	if ov.Number == nv.Number {
		return
	}
	r := u.readings(func(f form) both {
		if f == asJSON {
			return both{readsIt, readsIt}
		}
		return both{takesOther, takesOther}
	})
	b := c.add(enumValueNumber, []Level{Wire, Source}, "%s had number %d and has %d", what, ov.Number, nv.Number).
		at(valueThing(o, ov), valueThing(n, nv), thing{}).between(u).reads(r.old, r.new)
	if b.OldReadsNew.Outcome.Harms() {
		b.order(NoOrder)
	}
}

func (c *comparison) enumValueRenamed(o, n *schema.Enum, ov, nv *schema.EnumValue, u *users) {
	inTopic := c.inTopics[o] || c.inTopics[n]
	r := u.readings(func(f form) both {
		if f == asJSON && nv.Number != 0 {
			return both{c.unknownName(o, u), c.unknownName(n, u)}
		}
		return both{readsIt, readsIt}
	})
	if inTopic {
		lost := Reading{Lost, "do not get it if they subscribe to the other name"}
		r = both{worse(r.old, lost), worse(r.new, lost)}
	}
	levels := []Level{JSON, Source}
	if inTopic {
		levels = []Level{Wire, JSON, Source}
	}
	b := c.add(enumValueRenamed, levels, "value %d of enum %q was called %q and is called %q", nv.Number, n.Name.Value, ov.Name.Value, nv.Name.Value).
		at(valueThing(o, ov), valueThing(n, nv), thing{}).between(u).reads(r.old, r.new)
	switch {
	case inTopic || r.old.Outcome != Same:
		b.order(Together)
	default:
		b.as(schema.Warning)
	}
}

// Readings that several changes have.
var (
	readsIt    = Reading{Same, "read it without loss"}
	takesOther = Reading{Misreads, "take it for another value"}
)

// isReserved reports whether a number, unless it is 0, or a name, unless it is "", is reserved.
func isReserved(list []schema.Reserved, number int32, name string) bool {
	for _, r := range list {
		if name != "" && r.Name == name || name == "" && r.Name == "" && r.From <= number && number <= r.To {
			return true
		}
	}
	return false
}

// maxReserved is how many entries of reserved are compared with each other, in each of two lists.
const maxReserved = 500

// compareReserved reports what is not reserved any more.
func (c *comparison) compareReserved(what string, old, new []schema.Reserved, o, n thing, u *users) {
	names := map[string]bool{}
	for _, r := range new {
		if r.Name != "" {
			names[r.Name] = true
		}
	}
	ranges := 0
	for _, r := range old {
		if r.Name != "" {
			if !names[r.Name] {
				c.add(reservedRemoved, []Level{JSON, Source}, "the name %q is not reserved any more in %s", r.Name, what).at(o, n, n).between(u)
			}
			continue
		}
		if ranges++; ranges > maxReserved || covered(r, new) {
			continue
		}
		numbers := fmt.Sprint(r.From)
		if r.To != r.From {
			numbers = fmt.Sprintf("%d to %d", r.From, r.To)
		}
		c.add(reservedRemoved, []Level{Wire}, "%s, which was reserved in %s, is so no more", numbers, what).at(o, n, n).between(u)
	}
}

// covered reports whether all numbers of a range are in one of the others, as far as those are looked at.
func covered(r schema.Reserved, list []schema.Reserved) bool {
	for i, other := range list {
		if i >= maxReserved*20 {
			return true
		}
		if other.Name == "" && other.From <= r.From && r.To <= other.To {
			return true
		}
	}
	return false
}
