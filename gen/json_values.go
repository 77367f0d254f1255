package gen

import (
	"strings"
	"unicode"

	"github.com/zmqgen/zmqgen/schema"
)

// This file says how each scalar type is written to JSON and read from it, and what fields and the values
// of enums are called there.

// jsonValue is how one value is written and read. It is zero for enums and messages, which have methods of
// their own.
type jsonValue struct {
	write string // the runtime's function that appends it
	fails bool   // write returns an error as well
	read  string // the JSONReader's method that reads it
}

var jsonScalars = map[schema.Scalar]jsonValue{
	schema.Bool:     {write: "AppendJSONBool", read: "Bool"},
	schema.Int32:    {write: "AppendJSONInt32", read: "Int32"},
	schema.Int64:    {write: "AppendJSONInt64", read: "Int64"},
	schema.Uint32:   {write: "AppendJSONUint32", read: "Uint32"},
	schema.Uint64:   {write: "AppendJSONUint64", read: "Uint64"},
	schema.Sint32:   {write: "AppendJSONInt32", read: "Int32"},
	schema.Sint64:   {write: "AppendJSONInt64", read: "Int64"},
	schema.Fixed32:  {write: "AppendJSONUint32", read: "Uint32"},
	schema.Fixed64:  {write: "AppendJSONUint64", read: "Uint64"},
	schema.Sfixed32: {write: "AppendJSONInt32", read: "Int32"},
	schema.Sfixed64: {write: "AppendJSONInt64", read: "Int64"},
	schema.Float32:  {write: "AppendJSONFloat32", read: "Float32"},
	schema.Float64:  {write: "AppendJSONFloat64", read: "Float64"},

	schema.String: {write: "AppendJSONString", fails: true, read: "Text"},
	schema.Bytes:  {write: "AppendJSONBytes", read: "Bytes"},

	schema.Timestamp: {write: "AppendJSONTimestamp", fails: true, read: "Timestamp"},
	schema.Duration:  {write: "AppendJSONDuration", read: "Duration"},
	schema.UUID:      {write: "AppendJSONUUID", read: "UUID"},
	schema.Decimal:   {write: "AppendJSONDecimal", fails: true, read: "Decimal"},
	schema.JSON:      {write: "AppendJSONDocument", fails: true, read: "JSON"},
}

// protoValueName is the name of an enum's value in .proto and in JSON, where the values of all enums share
// one scope: BUY of Side is SIDE_BUY.
func protoValueName(enum, value string) string {
	var b strings.Builder
	for i, c := range enum {
		if i > 0 && unicode.IsUpper(c) {
			before, after := rune(enum[i-1]), rune(0)
			if i+1 < len(enum) {
				after = rune(enum[i+1])
			}
			if !unicode.IsUpper(before) || unicode.IsLower(after) { // HTTPCode has two words
				b.WriteByte('_')
			}
		}
		b.WriteRune(unicode.ToUpper(c))
	}
	return b.String() + "_" + value
}
