package breaking

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zmqgen/zmqgen/schema"
)

// This file compares limits. Who sends validates them, and servers validate requests: nobody else does, unless told to.

// compareLimits compares the limits of a field or of a oneof.
func (c *comparison) compareLimits(p *fieldPairs, of, nf *schema.Field, u *users) {
	if nf.Limits.Required && !of.Limits.Required {
		c.requiredAdded(p, fieldThing(p.old, of), nf, u)
	}
	tighter, looser := limitChanges(of.Limits, nf.Limits)
	if of.Limits.Required && !nf.Limits.Required {
		looser = append(looser, "required is gone")
	}
	what := fmt.Sprintf("field %q of message %q", nf.Name.Value, p.new.Name.Value)
	if len(tighter) > 0 {
		c.limitChange(limitsTightened, "tighter", what, tighter, fieldThing(p.old, of), fieldThing(p.new, nf), u, both{readsIt, c.refusal(u)})
	}
	if len(looser) > 0 {
		b := c.limitChange(limitsLoosened, "looser", what, looser, fieldThing(p.old, of), fieldThing(p.new, nf), u, both{c.refusal(u), readsIt})
		if !u.checked {
			b.as(schema.Info)
		}
	}
}

// limitsText is all that the limits of a message's fields and oneofs are.
func limitsText(m *schema.Message) string {
	var all []string
	add := func(f *schema.Field) {
		l := f.Limits
		all = append(all, fmt.Sprintf("%s %t %q %q %s %s %s %s %q", f.Name.Value, l.Required, l.Min.Value, l.Max.Value,
			countText(l.MinLen), countText(l.MaxLen), countText(l.MinItems), countText(l.MaxItems), l.Pattern.Value))
	}
	for _, f := range m.Fields {
		add(f)
		for _, a := range f.OneOf {
			add(a)
		}
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

func (c *comparison) limitChange(rule *schema.Rule, how, what string, list []string, o, n thing, u *users, r both) *builder {
	b := c.add(rule, []Level{Wire, JSON}, "the limits of %s are %s: %s", what, how, strings.Join(list, ", ")).
		at(o, n, thing{}).between(u).reads(r.old, r.new)
	return b
}

// refusal is what happens to a value that is outside of the limits of its reader.
func (c *comparison) refusal(u *users) Reading {
	if u.checked {
		return Reading{Refuses, "answer !bad-request to a request with a value outside of their limits"}
	}
	return Reading{Same, "read it: limits are checked by those who send"}
}

// requiredAdded reports a field that has to be there from now on; old is none if the field is new.
func (c *comparison) requiredAdded(p *fieldPairs, old thing, f *schema.Field, u *users) {
	b := c.add(requiredAdded, []Level{Wire, JSON}, "field %q of message %q is required from now on", f.Name.Value, p.new.Name.Value).
		at(old, fieldThing(p.new, f), thing{}).between(u)
	missing := Reading{Default, "find nothing in its place, and accept that"}
	if u.checked {
		missing = Reading{Refuses, "answer !bad-request to a request without it"}
	}
	b.reads(readsIt, missing)
	if old.in == nil {
		b.OldReadsNew = Reading{Ignores, "skip it"}
	}
	b.order(SendersFirst)
}

// absence is what readers make of a message in which a field of theirs is missing; text says what, if they take it.
func (c *comparison) absence(f *schema.Field, u *users, text string) Reading {
	if u.checked && c.neverAbsent(f) {
		return Reading{Refuses, "answer !bad-request to a request without it"}
	}
	return Reading{Default, text}
}

// noteRequired remembers the enums of which a field requires a value, which zero is not.
func (c *comparison) noteRequired(t *schema.Topology) {
	for _, m := range t.Messages {
		m.EachField(func(f *schema.Field) {
			if f.Limits.Required && f.Type.Enum != nil {
				c.required[f.Type.Enum] = true
			}
		})
	}
}

// neverAbsent reports whether the limits of a field, or of what stands in it, refuse it where nothing was written.
func (c *comparison) neverAbsent(f *schema.Field) bool {
	l, t := f.Limits, f.Type
	switch {
	case l.Required:
		return true
	case t.Optional || t.Scalar == schema.Timestamp || t.Scalar == schema.Decimal:
		return false
	case t.Elem != nil:
		return l.MinItems != nil && *l.MinItems > 0
	case t.Message != nil:
		never, known := c.never[t.Message]
		if !known {
			for _, inner := range t.Message.Fields { // alternatives of a oneof are not there
				never = never || c.neverAbsent(inner)
			}
			c.never[t.Message] = never
		}
		return never
	case l.Pattern.IsSet():
		if matches, err := regexp.MatchString("^(?:"+l.Pattern.Value+")$", ""); err == nil && !matches {
			return true
		}
	}
	least, _ := asFloat(l.Min.Parsed)
	most, _ := asFloat(l.Max.Parsed)
	return l.MinLen != nil && *l.MinLen > 0 || least > 0 || most < 0
}

// limitChanges says which limits are tighter and which looser in n.
func limitChanges(o, n schema.Limits) (tighter, looser []string) {
	add := func(name, was, is string, way int) {
		if way == 0 {
			return
		}
		said := name + " " + is
		switch {
		case is == "":
			said = name + " is gone"
		case was != "":
			said += ", was " + was
		}
		if way > 0 {
			tighter = append(tighter, said)
		} else {
			looser = append(looser, said)
		}
	}
	add("min", o.Min.Value, n.Min.Value, boundWay(o.Min, n.Min, 1))
	add("max", o.Max.Value, n.Max.Value, boundWay(o.Max, n.Max, -1))
	for _, l := range []struct {
		name   string
		o, n   *int
		upward int
	}{
		{"min_len", o.MinLen, n.MinLen, 1}, {"max_len", o.MaxLen, n.MaxLen, -1},
		{"min_items", o.MinItems, n.MinItems, 1}, {"max_items", o.MaxItems, n.MaxItems, -1},
	} {
		add(l.name, countText(l.o), countText(l.n), countWay(l.o, l.n, l.upward))
	}
	switch was, is := o.Pattern.Value, n.Pattern.Value; {
	case was == is:
	case is == "":
		add("pattern", was, is, -1)
	default:
		add("pattern", was, is, 1)
		if was != "" { // which texts it lets through that the other does not is not known
			add("pattern", was, is, -1)
		}
	}
	return tighter, looser
}

func countText(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

// countWay is 1 if a limit has become tighter, -1 if it has become looser. It is tighter when greater if upward is 1.
func countWay(o, n *int, upward int) int {
	switch {
	case o == nil && n == nil:
		return 0
	case o == nil:
		return 1
	case n == nil:
		return -1
	}
	return upward * cmp.Compare(*n, *o)
}

// boundWay is countWay of min or max.
func boundWay(o, n schema.Value, upward int) int {
	switch {
	case !o.IsSet() && !n.IsSet():
		return 0
	case !o.IsSet():
		return 1
	case !n.IsSet():
		return -1
	}
	return upward * compareBounds(n.Parsed, o.Parsed)
}

// compareBounds compares two values of one type as numbers or times are.
func compareBounds(a, b any) int {
	switch x := a.(type) {
	case int64:
		if y, is := b.(int64); is {
			return cmp.Compare(x, y)
		}
	case uint64:
		if y, is := b.(uint64); is {
			return cmp.Compare(x, y)
		}
	case float64:
		if y, is := b.(float64); is {
			return cmp.Compare(x, y)
		}
	case time.Time:
		if y, is := b.(time.Time); is {
			return x.Compare(y)
		}
	case time.Duration:
		if y, is := b.(time.Duration); is {
			return cmp.Compare(x, y)
		}
	case string: // a decimal
		if y, is := b.(string); is {
			f, _ := strconv.ParseFloat(x, 64)
			g, _ := strconv.ParseFloat(y, 64)
			return cmp.Compare(f, g)
		}
	}
	x, first := asFloat(a)
	y, second := asFloat(b)
	if first && second { // the field has another type
		return cmp.Compare(x, y)
	}
	return 0
}

func asFloat(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case uint64:
		return float64(v), true
	case float64:
		return v, true
	case time.Duration:
		return float64(v), true
	}
	return 0, false
}
