package gen

import (
	"math"
	"slices"
	"strconv"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns a message into an example of it: of each field the example of the topology, or else a value that
// is made up, within the field's limits. The same message always has the same example.

// An example is to be read by people, and what it is made of is to end.
const (
	exampleDepth  = 8    // messages within messages
	exampleValues = 200  // in one example, but for those that stand in the topology
	exampleItems  = 100  // of one list or map
	exampleText   = 1024 // bytes of one text
)

// example is a value of a message.
type example struct {
	message *schema.Message
	fields  []exampleField // in the order of the file, without those that are absent
}

// given are the fields by what they are an example of.
func (e *example) given() map[*schema.Field]exampleField {
	given := make(map[*schema.Field]exampleField, len(e.fields))
	for _, f := range e.fields {
		given[f.field] = f
	}
	return given
}

// exampleField is what one field holds. A value is what a schema.Value holds when it is parsed, or an *example.
type exampleField struct {
	field  *schema.Field // a oneof itself
	chosen *schema.Field // of a oneof: the alternative that is there
	keys   []any         // of a map: in their order
	values []any         // one, or those of a list or a map
}

// missingValue is a field whose limits no value was found for.
type missingValue struct {
	path string
	why  string
}

// tooLarge is said of messages with limits that an example has no room for, among them those that hold themselves.
const tooLarge = "would make the example too large"

// exampleMaker makes one example.
type exampleMaker struct {
	l       *lowering
	open    []*schema.Message // those that are being made, the outermost first
	left    int               // how many more values may be made up; below zero where some had to be
	least   int               // what left may fall to: then the example is given up
	missing []missingValue
}

// exampleOf returns an example of a message, and where it is not within its limits.
func (l *lowering) exampleOf(m *schema.Message) (*example, []missingValue) {
	x := &exampleMaker{l: l, left: exampleValues, least: math.MinInt}
	return x.message(m, ""), x.missing
}

func (x *exampleMaker) message(m *schema.Message, path string) *example {
	x.open = append(x.open, m)
	defer func() { x.open = x.open[:len(x.open)-1] }()
	out := &example{message: m}
	for _, f := range m.Fields {
		if x.left < x.least {
			break
		}
		at := path + f.Name.Value
		made := exampleField{field: f}
		switch {
		case f.OneOf != nil:
			x.alternative(&made, at)
		case f.Type.IsMap():
			x.entries(&made, at)
		case f.Type.IsList():
			x.items(&made, at)
		case f.Type.Message != nil:
			x.nested(&made, at)
		default:
			made.values = []any{x.value(f, f.Type, 0, at)}
		}
		if len(made.values) > 0 {
			out.fields = append(out.fields, made)
		}
	}
	return out
}

// lack notes that a field is not within its limits.
func (x *exampleMaker) lack(path, why string) {
	x.missing = append(x.missing, missingValue{path, why})
}

// room reports whether one more message m may be made here.
func (x *exampleMaker) room(m *schema.Message) bool {
	return !slices.Contains(x.open, m) && len(x.open) < exampleDepth && x.left > 0
}

// nested makes a message that is always there, or one that may be absent.
func (x *exampleMaker) nested(made *exampleField, path string) {
	f := made.field
	switch m := f.Type.Message; {
	case x.room(m):
		made.values = []any{x.message(m, path+".")}
	case !f.Type.Optional:
		made.values = []any{&example{message: m}}
		if x.l.limited[m] {
			x.lack(path, tooLarge)
		}
	case f.Limits.Required:
		x.lack(path, tooLarge)
	}
}

// alternative makes the first alternative of a oneof that ends.
func (x *exampleMaker) alternative(made *exampleField, path string) {
	for _, a := range made.field.OneOf {
		at := path + "." + a.Name.Value
		switch {
		case a.Type.Message == nil:
			made.chosen, made.values = a, []any{x.value(a, a.Type, 0, at)}
			return
		case x.room(a.Type.Message):
			made.chosen, made.values = a, []any{x.message(a.Type.Message, at+".")}
			return
		}
	}
	if made.field.Limits.Required {
		x.lack(path, tooLarge)
	}
}

// count is how many items a list or a map is made with: two, if that is within its limits.
func (x *exampleMaker) count(f *schema.Field, path string) int {
	n, least := 2, 0
	if f.Limits.Required {
		least = 1
	}
	if f.Limits.MinItems != nil {
		least = max(least, *f.Limits.MinItems)
	}
	if f.Limits.MaxItems != nil {
		n = min(n, *f.Limits.MaxItems)
	}
	n = max(n, least)
	if m := messageIn(f.Type); m != nil && !x.room(m) {
		n = 0
	}
	if most := min(exampleItems, x.left); n > most {
		n = most
	}
	if n < least {
		x.lack(path, "has too many items for an example")
		return 0
	}
	return n
}

func (x *exampleMaker) items(made *exampleField, path string) {
	f := made.field
	if list, given := f.Example.Parsed.([]any); given {
		made.values = list
		return
	}
	made.values = x.values(f, x.count(f, path), path)
}

// values makes up the values of a list or a map.
func (x *exampleMaker) values(f *schema.Field, n int, path string) []any {
	var values []any
	for i := range n {
		at := path + "[" + strconv.Itoa(i) + "]"
		if m := messageIn(f.Type); m == nil {
			values = append(values, x.value(f, *f.Type.Elem, i, at))
		} else if x.room(m) {
			values = append(values, x.message(m, at+"."))
		} else {
			values = append(values, &example{message: m})
			if x.l.limited[m] {
				x.lack(at, tooLarge)
			}
		}
	}
	return values
}

func (x *exampleMaker) entries(made *exampleField, path string) {
	f := made.field
	n := x.count(f, path)
	if f.Type.Key == schema.Bool && n > 2 {
		x.lack(path, "has more items than it has keys")
		n = 0
	}
	for i := range n {
		var key any = uint64(i + 1)
		switch f.Type.Key {
		case schema.Bool:
			key = i == 1
		case schema.String:
			key = "key" + string([]byte{'0' + byte(i/100), '0' + byte(i/10%10), '0' + byte(i%10)}) // in the order of text too
		case schema.Int32, schema.Int64, schema.Sint32, schema.Sint64, schema.Sfixed32, schema.Sfixed64:
			key = int64(i) - 1 // one is negative
		}
		made.keys = append(made.keys, key)
	}
	made.values = x.values(f, n, path)
}

// value makes a value of a scalar or an enum, the i-th of those of its field.
func (x *exampleMaker) value(f *schema.Field, t schema.Type, i int, path string) any {
	x.left--
	if f.Const.IsSet() { // its frame is always this one, and so is what is read from it
		return f.Const.Parsed
	}
	if f.Example.IsSet() && !f.Type.IsList() {
		return f.Example.Parsed
	}
	needed := f.Limits.Required && f.Type.Elem == nil && !f.Type.Optional
	v, found := x.l.madeUp(f, t, i, needed)
	if !found {
		x.lack(path, "has limits that no value was found for")
	}
	return v
}
