package gen

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns the limits of fields into what Validate checks.

// limits is what Validate holds a field to. The zero limits are none.
type limits struct {
	required           bool
	min, max           bound
	minLen, maxLen     int // 0: none
	minItems, maxItems int // 0: none
	pattern            string
	patternVar         string // the package's variable of the pattern; "" for none
	container          container
	nested             bool // the values are messages that have limits
	oneOf              bool // the field is an interface
	decimal            bool // the bounds are those of decimals
	float              bool // the bounds are those of floats, among which NaN is
}

// container is what holds the values of a field.
type container int

const (
	none    container = iota
	inList            // numbered from 0
	inMap             // by key
	ifGiven           // behind a pointer, or nil
)

// bound is a least or greatest value. The zero bound is none.
type bound struct {
	literal string    // as Go writes a number, or the text of a decimal
	span    *duration // of a duration
	seconds *int64    // of a timestamp, since 1970
	nanos   int64
}

func (b bound) isSet() bool { return b != bound{} }

// findLimited finds the messages that have limits, or that have messages in them that have. It goes from
// a message to those that hold it, so that each is looked at once however deep they lie.
func (l *lowering) findLimited() {
	holders := map[*schema.Message][]*schema.Message{}
	var found []*schema.Message
	find := func(m *schema.Message) {
		if !l.limited[m] {
			l.limited[m] = true
			found = append(found, m)
		}
	}
	look := func(m *schema.Message, f *schema.Field) {
		if hasLimits(f) {
			find(m)
		}
		if in := messageIn(f.Type); in != nil {
			holders[in] = append(holders[in], m)
		}
	}
	for _, t := range l.t.All() {
		for _, m := range t.Messages {
			for _, f := range m.Fields {
				look(m, f)
				for _, alternative := range f.OneOf {
					look(m, alternative)
				}
			}
		}
	}
	for len(found) > 0 {
		last := len(found) - 1
		in := found[last]
		found = found[:last]
		for _, m := range holders[in] {
			find(m)
		}
	}
}

func hasLimits(f *schema.Field) bool { return f.Limits != schema.Limits{} }

// messageIn is the message that the values of a type are; nil for any other type.
func messageIn(t schema.Type) *schema.Message {
	if t.Elem != nil {
		return t.Elem.Message
	}
	return t.Message
}

func (l *lowering) limits(m message, f *schema.Field, goName string) limits {
	in := f.Limits
	typ := f.Type
	out := limits{required: in.Required, nested: l.limited[messageIn(typ)], oneOf: f.OneOf != nil}
	switch {
	case typ.IsMap():
		out.container, typ = inMap, *typ.Elem
	case typ.IsList():
		out.container, typ = inList, *typ.Elem
	case typ.Optional:
		out.container = ifGiven
	}
	out.float = typ.Scalar == schema.Float32 || typ.Scalar == schema.Float64
	out.decimal = typ.Scalar == schema.Decimal
	out.min, out.max = boundOf(in.Min, typ.Scalar), boundOf(in.Max, typ.Scalar)
	for to, from := range map[*int]*int{
		&out.minLen: in.MinLen, &out.maxLen: in.MaxLen, &out.minItems: in.MinItems, &out.maxItems: in.MaxItems,
	} {
		if from != nil {
			*to = *from
		}
	}
	if in.Pattern.IsSet() {
		out.pattern = in.Pattern.Value
		out.patternVar = unexported(m.goName) + goName + "Pattern"
		l.names.declare(out.patternVar, origin{in.Pattern.Span, "the pattern of field " + f.Name.Value + " of message " + m.name, goNameHelp})
	}
	return out
}

// extremes are the bounds that every value of a Go type keeps; comparing with them says nothing.
var extremes = map[string][]string{
	"int32":  {strconv.Itoa(math.MinInt32), strconv.Itoa(math.MaxInt32)},
	"int64":  {strconv.Itoa(math.MinInt64), strconv.Itoa(math.MaxInt64)},
	"uint32": {"0", strconv.Itoa(math.MaxUint32)},
	"uint64": {"0", strconv.FormatUint(math.MaxUint64, 10)},
}

func boundOf(v schema.Value, t schema.Scalar) bound {
	if !v.IsSet() {
		return bound{}
	}
	switch p := v.Parsed.(type) {
	case int64:
		return integerBound(strconv.FormatInt(p, 10), t)
	case uint64:
		return integerBound(strconv.FormatUint(p, 10), t)
	case float64:
		return bound{literal: strconv.FormatFloat(p, 'g', -1, 64)}
	case string:
		return bound{literal: p}
	case time.Duration:
		d := durationOf(p)
		return bound{span: &d}
	case time.Time:
		s := p.Unix()
		return bound{seconds: &s, nanos: int64(p.Nanosecond())}
	}
	panic(fmt.Sprintf("gen: a bound of type %T in a valid topology", v.Parsed))
}

// integerBound leaves out a bound that every value of the type keeps.
func integerBound(literal string, t schema.Scalar) bound {
	for _, e := range extremes[scalars[t].typ.name] {
		if e == literal {
			return bound{}
		}
	}
	return bound{literal: literal}
}
