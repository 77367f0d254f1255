package gen

import (
	"encoding/json"
	"math"
	"regexp"
	"time"

	"github.com/zmqgen/zmqgen/internal/jsonschema"
	"github.com/zmqgen/zmqgen/schema"
)

// This file says what a value is in JSON, by its type and its limits.

// integerRanges are the ranges of the integers that JSON has as numbers.
var integerRanges = map[schema.Scalar][2]int64{
	schema.Int32: {math.MinInt32, math.MaxInt32}, schema.Sint32: {math.MinInt32, math.MaxInt32}, schema.Sfixed32: {math.MinInt32, math.MaxInt32},
	schema.Uint32: {0, math.MaxUint32}, schema.Fixed32: {0, math.MaxUint32},
}

// What texts are. Those of numbers are as generated code writes them.
const (
	signedText   = `^(0|-?[1-9][0-9]*)$`
	unsignedText = `^(0|[1-9][0-9]*)$`
	base64Text   = `^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$`
	durationText = `^-?[0-9]+(\.([0-9]{3}){1,3})?s$`
	decimalText  = `^([+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)?$`
	uuidText     = `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`
)

// value is the schema of a value of type t. Limits that no keyword can say exactly are in x-limits besides.
func (j jsonTypes) value(t schema.Type, l schema.Limits) *jsonschema.Schema {
	switch {
	case t.IsMap():
		out := &jsonschema.Schema{Type: "object", PropertyNames: keySchema(t.Key), AdditionalProperties: j.value(*t.Elem, schema.Limits{})}
		out.MinProperties, out.MaxProperties = atLeast(l.MinItems), l.MaxItems
		return out
	case t.IsList():
		return &jsonschema.Schema{Type: "array", Items: j.value(*t.Elem, l), MinItems: atLeast(l.MinItems), MaxItems: l.MaxItems}
	case t.Enum != nil:
		return &jsonschema.Schema{Ref: j.ref + fullName(j.in, t.Enum.Topology, t.Enum.Name.Value)}
	case t.Message != nil:
		return &jsonschema.Schema{Ref: j.ref + fullName(j.in, t.Message.Topology, t.Message.Name.Value)}
	}
	out := scalarSchema(t, l)
	if l.MinItems, l.MaxItems, l.Required = nil, nil, false; inexact(t, l, out) {
		out.XLimits = irLimitsOf(l)
	}
	return out
}

func scalarSchema(t schema.Type, l schema.Limits) *jsonschema.Schema {
	if r, is := integerRanges[t.Scalar]; is {
		return &jsonschema.Schema{Type: "integer", Minimum: numberOr(l.Min, r[0]), Maximum: numberOr(l.Max, r[1])}
	}
	switch t.Scalar {
	case schema.Bool:
		return &jsonschema.Schema{Type: "boolean"}
	case schema.Int64, schema.Sint64, schema.Sfixed64:
		return &jsonschema.Schema{Type: "string", Format: "int64", Pattern: signedText}
	case schema.Uint64, schema.Fixed64:
		return &jsonschema.Schema{Type: "string", Format: "uint64", Pattern: unsignedText}
	case schema.Float32, schema.Float64:
		return floatSchema(l)
	case schema.String:
		out := &jsonschema.Schema{Type: "string", MaxLength: l.MaxLen}
		if l.MinLen != nil {
			out.MinLength = (*l.MinLen + 3) / 4 // a character has at most four bytes
		}
		if l.Pattern.IsSet() {
			out.Pattern = ecmaPattern(l.Pattern.Value)
		}
		return out
	case schema.Bytes:
		out := &jsonschema.Schema{Type: "string", ContentEncoding: "base64", Pattern: base64Text}
		if l.MinLen != nil {
			out.MinLength = (*l.MinLen + 2) / 3 * 4
		}
		if l.MaxLen != nil && *l.MaxLen < math.MaxInt32/2 {
			most := (*l.MaxLen + 2) / 3 * 4
			out.MaxLength = &most
		}
		return out
	case schema.Timestamp:
		return &jsonschema.Schema{Type: "string", Format: "date-time"}
	case schema.Duration:
		return &jsonschema.Schema{Type: "string", Pattern: durationText}
	case schema.UUID:
		return &jsonschema.Schema{Type: "string", Format: "uuid", Pattern: uuidText}
	case schema.Decimal:
		return &jsonschema.Schema{Type: "string", Format: "decimal", Pattern: decimalText}
	}
	return &jsonschema.Schema{} // a JSON document
}

// floatSchema is a number, or the text of what JSON has no number for, if the limits leave room for it.
func floatSchema(l schema.Limits) *jsonschema.Schema {
	number := &jsonschema.Schema{Type: "number", Minimum: numberOr(l.Min, nil), Maximum: numberOr(l.Max, nil)}
	var rest []any
	if !l.Max.IsSet() {
		rest = append(rest, "Infinity")
	}
	if !l.Min.IsSet() {
		rest = append(rest, "-Infinity")
	}
	if !l.Min.IsSet() && !l.Max.IsSet() {
		rest = append(rest, "NaN")
	}
	if rest == nil {
		return number
	}
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{number, {Enum: rest}}}
}

// keySchema is that of the keys of a map; nil if all are.
func keySchema(t schema.Scalar) *jsonschema.Schema {
	switch t {
	case schema.String:
		return nil
	case schema.Bool:
		return &jsonschema.Schema{Enum: []any{"true", "false"}}
	case schema.Uint32, schema.Uint64, schema.Fixed32, schema.Fixed64:
		return &jsonschema.Schema{Pattern: unsignedText}
	}
	return &jsonschema.Schema{Pattern: signedText}
}

// inexact reports whether the keywords of a scalar say less than its limits.
func inexact(t schema.Type, l schema.Limits, said *jsonschema.Schema) bool {
	if l.MinLen != nil || l.MaxLen != nil || l.Pattern.IsSet() && said.Pattern == "" {
		return true
	}
	switch t.Scalar {
	case schema.Timestamp, schema.Duration, schema.Decimal:
		return l.Min.IsSet() || l.Max.IsSet()
	}
	return isLong(t) && (l.Min.IsSet() || l.Max.IsSet())
}

func atLeast(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

// numberOr is a limit as a number of JSON, as the topology writes it.
func numberOr(v schema.Value, usual any) any {
	if !v.IsSet() {
		return usual
	}
	return json.Number(v.Value)
}

// signOf is the sign of a limit of a number or a duration; 0 if there is none.
func signOf(v schema.Value) int {
	sign := func(positive, negative bool) int {
		switch {
		case positive:
			return 1
		case negative:
			return -1
		}
		return 0
	}
	switch v := v.Parsed.(type) {
	case int64:
		return sign(v > 0, v < 0)
	case uint64:
		return sign(v > 0, false)
	case float64:
		return sign(v > 0, v < 0)
	case time.Duration:
		return sign(v > 0, v < 0)
	}
	return 0
}

// matchesAll reports whether a pattern of a valid topology matches all of a text.
func matchesAll(pattern, text string) bool {
	return regexp.MustCompile("^(?:" + pattern + ")$").MatchString(text)
}
