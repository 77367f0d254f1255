package parity

import (
	"encoding/hex"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file compares what one version wrote with what another read, by what their encoding knows a field by.

// seen is a message as its encoding has it: values by number, by name in JSON, or by place in frames. What has the
// zero value of a field without presence is not there, as nobody can tell whether it is.
type seen map[string]any

// entries is a map, by the keys as text.
type entries map[string]any

// see makes of a tree what the encoding has of it.
func see(m *schema.Message, tree any, encoding schema.Encoding) seen {
	out := seen{}
	for i, f := range m.Fields {
		value := tree.([]any)[i]
		if f.OneOf != nil {
			if value == nil {
				continue
			}
			for _, a := range f.OneOf {
				if goName(a.Name.Value) == value.([]any)[0] {
					out[knownBy(a, m, encoding)] = seeOne(a.Type, value.([]any)[1], inside(a, encoding))
				}
			}
			continue
		}
		if v := seeField(f.Type, value, inside(f, encoding)); v != nil {
			out[knownBy(f, m, encoding)] = v
		}
	}
	return out
}

// inside is the encoding of what a field holds.
func inside(f *schema.Field, encoding schema.Encoding) schema.Encoding {
	switch {
	case encoding != schema.EncodingFrames:
		return encoding
	case f.As == schema.AsJSON:
		return schema.EncodingJSON
	}
	return schema.EncodingProto
}

func knownBy(f *schema.Field, m *schema.Message, encoding schema.Encoding) string {
	switch encoding {
	case schema.EncodingJSON:
		return f.Name.Value
	case schema.EncodingFrames: // one after the other by their numbers
		before := 0
		m.EachField(func(other *schema.Field) {
			if other.ID < f.ID {
				before++
			}
		})
		return strconv.Itoa(before)
	}
	return strconv.Itoa(int(f.ID))
}

// seeField is nil for what is not there.
func seeField(t schema.Type, tree any, encoding schema.Encoding) any {
	switch {
	case t.IsMap():
		all := entries{}
		for _, e := range tree.([]any) {
			key := e.([]any)[0]
			if encoding != schema.EncodingJSON { // where all keys are text
				key = seeOne(schema.Type{Scalar: t.Key}, key, encoding)
			}
			all[fmt.Sprint(key)] = seeOne(*t.Elem, e.([]any)[1], encoding)
		}
		if len(all) == 0 {
			return nil
		}
		return all
	case t.IsList():
		items := []any{}
		for _, item := range tree.([]any) {
			items = append(items, seeOne(*t.Elem, item, encoding))
		}
		if len(items) == 0 {
			return nil
		}
		return items
	case tree == nil:
		return nil
	case t.Optional:
		if list, held := tree.([]any); held {
			tree = list[0]
		}
		return seeOne(t, tree, encoding)
	}
	switch v := seeOne(t, tree, encoding); v {
	case "0", "", "float 0":
		return nil
	default:
		return v
	}
}

// seeOne is a value as text, or a message. Numbers of all kinds look alike, as do texts and bytes.
func seeOne(t schema.Type, tree any, encoding schema.Encoding) any {
	if t.Message != nil {
		return see(t.Message, tree, encoding)
	}
	if name := nameOf(t.Enum, tree); name != "" && encoding == schema.EncodingJSON {
		return name + " = " + tree.(string)
	}
	switch v := tree.(type) {
	case bool:
		if v {
			return "1"
		}
		return "0"
	case nil:
		return ""
	case string:
		switch t.Scalar {
		case schema.Float32:
			bits, _ := strconv.ParseUint(v, 16, 32)
			return floatText(float64(math.Float32frombits(uint32(bits))), encoding)
		case schema.Float64:
			bits, _ := strconv.ParseUint(v, 16, 64)
			return floatText(math.Float64frombits(bits), encoding)
		case schema.String:
			return hex.EncodeToString([]byte(v))
		case schema.UUID:
			return strings.TrimPrefix(v, strings.Repeat("0", 32))
		}
		return v
	}
	panic(fmt.Sprintf("a value %v of type %v", tree, t))
}

// sameInJSON reports whether two values of enums, NAME = NUMBER or a number that has no name, are the same in JSON, where a
// value is its name if it has one.
func sameInJSON(a, b string) bool {
	name, number, named := strings.Cut(a, " = ")
	other, otherNumber, otherNamed := strings.Cut(b, " = ")
	switch {
	case named && otherNamed:
		return name == other
	case named:
		return number == b
	}
	return otherNamed && otherNumber == a
}

// floatText is a float as its encoding has it: JSON does not tell 50 from an integer.
func floatText(f float64, encoding schema.Encoding) string {
	if encoding == schema.EncodingJSON {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return "float " + strconv.FormatFloat(f, 'g', -1, 64)
}

// nameOf is the name of an enum's value that is not zero; "" if there is none.
func nameOf(e *schema.Enum, tree any) string {
	if e == nil || tree == "0" {
		return ""
	}
	for _, v := range e.Values {
		if strconv.Itoa(int(v.Number)) == tree {
			return v.Name.Value
		}
	}
	return ""
}

// show is a value as text that does not depend on the order of maps.
func show(v any) string {
	switch v := v.(type) {
	case seen:
		var all []string
		for key, value := range v {
			all = append(all, key+"="+show(value))
		}
		sort.Strings(all)
		return "(" + strings.Join(all, " ") + ")"
	case entries:
		return show(seen(v))
	case []any:
		var all []string
		for _, item := range v {
			all = append(all, show(item))
		}
		return "[" + strings.Join(all, " ") + "]"
	}
	return fmt.Sprint(v)
}

// lost compares what both versions know, and says what the reader lost; "" if nothing. What only one of them has a field
// for is a loss unless the claims have it.
func lost(written, read seen, writer, reader *schema.Message, encoding schema.Encoding, c claims) string {
	has := func(m *schema.Message) map[string]*schema.Field {
		all := map[string]*schema.Field{}
		m.EachField(func(f *schema.Field) { all[knownBy(f, m, encoding)] = f })
		return all
	}
	known, knows := has(writer), has(reader)
	for key, value := range written {
		f := knows[key]
		switch got, there := read[key]; {
		case f == nil && !c.ignores:
			return fmt.Sprintf("%s is dropped", key)
		case f == nil:
		case encoding == schema.EncodingFrames && isRaw(known[key]) != isRaw(f):
		case !there && c.defaults:
		case !there:
			if !isZero(value) || f.Type.Optional {
				return fmt.Sprintf("%s = %s is not there", key, show(value))
			}
		default:
			if d := differs(value, got, known[key], f, encoding, c); d != "" {
				return key + ": " + d
			}
		}
	}
	for key, value := range read {
		if _, there := written[key]; !there {
			if encoding == schema.EncodingFrames && known[key] != nil && isRaw(known[key]) != isRaw(knows[key]) {
				continue
			}
			if !isZero(value) && (known[key] != nil || !c.defaults) {
				return fmt.Sprintf("%s = %s was not written", key, show(value))
			}
		}
	}
	return ""
}

// differs compares two values of fields, the one written and the one read.
func differs(value, got any, from, to *schema.Field, encoding schema.Encoding, c claims) string {
	items, list := value.([]any)
	others, too := got.([]any)
	if list != too { // one value, and a list that holds it
		if list && len(items) == 1 {
			return differs(items[0], got, from, to, encoding, c)
		}
		if too && len(others) == 1 {
			return differs(value, others[0], from, to, encoding, c)
		}
	}
	if list {
		if !too || len(items) != len(others) {
			return fmt.Sprintf("%s became %s", show(value), show(got))
		}
		for i := range items {
			if d := differs(items[i], others[i], from, to, encoding, c); d != "" {
				return d
			}
		}
		return ""
	}
	if pairs, isMap := value.(entries); isMap {
		others, too := got.(entries)
		if !too || len(pairs) != len(others) {
			return fmt.Sprintf("%s became %s", show(value), show(got))
		}
		for key := range pairs {
			other, there := others[key]
			if !there {
				return fmt.Sprintf("%s has no key %s any more", show(got), key)
			}
			if d := differs(pairs[key], other, from, to, encoding, c); d != "" {
				return d
			}
		}
		return ""
	}
	// What is read as bytes is the encoding of a message, and the reverse: that nothing is refused is all that shows.
	if holdsMessage(from) != holdsMessage(to) {
		return ""
	}
	// The same goes for what JSON writes as text and a string reads.
	if inside(to, encoding) == schema.EncodingJSON && isText(from) != isText(to) {
		return ""
	}
	a, message := value.(seen)
	b, too := got.(seen)
	if message && too {
		return lost(a, b, messageOf(from), messageOf(to), inside(to, encoding), c)
	}
	// A name that the reader does not know is zero to it.
	if unnamed := inside(to, encoding) == schema.EncodingJSON && c.defaults && got == "0"; unnamed && isEnum(from) && isEnum(to) {
		return ""
	}
	if got, value := show(got), show(value); got != value && !sameInJSON(value, got) {
		return fmt.Sprintf("%s became %s", value, got)
	}
	return ""
}

func holdsMessage(f *schema.Field) bool {
	t := f.Type
	if t.Elem != nil {
		t = *t.Elem
	}
	return t.Message != nil || t.Scalar == schema.Timestamp || t.Scalar == schema.Duration
}

// isRaw reports whether the field has a frame of its own whose bytes are its value, as bytes and texts have. A number that is
// read as such is its bytes, and the reverse: that nothing is refused is all that shows.
func isRaw(f *schema.Field) bool {
	return f.Type.Scalar == schema.Bytes || f.Type.Scalar == schema.String || f.Type.Scalar == schema.JSON
}

func isText(f *schema.Field) bool {
	t := f.Type
	if t.Elem != nil {
		t = *t.Elem
	}
	return t.Scalar == schema.String
}

func isEnum(f *schema.Field) bool {
	return f.Type.Enum != nil || f.Type.Elem != nil && f.Type.Elem.Enum != nil
}

// isZero reports whether a value is one that a field without presence has if nothing was written.
func isZero(v any) bool {
	m, message := v.(seen)
	return message && len(m) == 0 || v == "0" || v == "" || v == "float 0"
}

func messageOf(f *schema.Field) *schema.Message {
	if f.Type.Elem != nil {
		return f.Type.Elem.Message
	}
	return f.Type.Message
}
