package gen

import "github.com/zmqgen/zmqgen/schema"

// This file says how each scalar type is held in Go, written to protobuf's wire format and read from
// it.

// Protobuf's wire types.
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBlock   = 2
	wireFixed32 = 5
)

func predeclaredType(name string) goType { return goType{name: name} }
func runtimeType(n rt) goType            { return goType{path: runtimePath, name: string(n)} }

var scalars = map[schema.Scalar]value{
	schema.Bool:     {typ: predeclaredType("bool"), wire: wireVarint, zero: isTrue, write: "AppendBool", read: "Bool"},
	schema.Int32:    {typ: predeclaredType("int32"), wire: wireVarint, write: "AppendInt", convert: "int64", tagged: "AppendTaggedVarint", taggedAs: "uint64", read: "Int32"},
	schema.Int64:    {typ: predeclaredType("int64"), wire: wireVarint, write: "AppendInt", tagged: "AppendTaggedVarint", taggedAs: "uint64", read: "Int64"},
	schema.Uint32:   {typ: predeclaredType("uint32"), wire: wireVarint, write: "AppendVarint", convert: "uint64", tagged: "AppendTaggedVarint", taggedAs: "uint64", read: "Uint32"},
	schema.Uint64:   {typ: predeclaredType("uint64"), wire: wireVarint, write: "AppendVarint", tagged: "AppendTaggedVarint", read: "Uint64"},
	schema.Sint32:   {typ: predeclaredType("int32"), wire: wireVarint, write: "AppendSint", convert: "int64", read: "Sint32"},
	schema.Sint64:   {typ: predeclaredType("int64"), wire: wireVarint, write: "AppendSint", read: "Sint64"},
	schema.Fixed32:  {typ: predeclaredType("uint32"), wire: wireFixed32, size: 4, write: "AppendFixed32", read: "Fixed32"},
	schema.Fixed64:  {typ: predeclaredType("uint64"), wire: wireFixed64, size: 8, write: "AppendFixed64", read: "Fixed64"},
	schema.Sfixed32: {typ: predeclaredType("int32"), wire: wireFixed32, size: 4, write: "AppendFixed32", convert: "uint32", read: "Sfixed32"},
	schema.Sfixed64: {typ: predeclaredType("int64"), wire: wireFixed64, size: 8, write: "AppendFixed64", convert: "uint64", read: "Sfixed64"},
	schema.Float32:  {typ: predeclaredType("float32"), wire: wireFixed32, size: 4, zero: bits32, write: "AppendFloat32", read: "Float32"},
	schema.Float64:  {typ: predeclaredType("float64"), wire: wireFixed64, size: 8, zero: bits64, write: "AppendFloat64", tagged: "AppendTaggedFloat64", read: "Float64"},

	schema.String: {typ: predeclaredType("string"), wire: wireBlock, zero: notEmpty, write: "AppendString", tagged: "AppendTaggedString", fails: true, read: "Text"},
	schema.Bytes:  {typ: goType{name: "byte", slice: true}, wire: wireBlock, zero: hasLen, shares: true, write: "AppendBytes", read: "Bytes"},

	schema.Timestamp: {typ: goType{path: "time", name: "Time"}, wire: wireBlock, zero: timeSet, write: "AppendTimestamp", fails: true, read: "Timestamp"},
	schema.Duration:  {typ: goType{path: "time", name: "Duration"}, wire: wireBlock, write: "AppendDuration", read: "Duration"},
	schema.UUID:      {typ: runtimeType(rtUUID), wire: wireBlock, zero: uuidSet, write: "AppendUUID", read: "UUID"},
	schema.Decimal:   {typ: runtimeType(rtDecimal), wire: wireBlock, zero: notEmpty, write: "AppendDecimal", fails: true, read: "Decimal"},
	schema.JSON:      {typ: goType{path: "encoding/json", name: "RawMessage"}, wire: wireBlock, zero: hasLen, shares: true, write: "AppendJSON", fails: true, read: "JSON"},
}

// enumOf is a value of an enum: an int32 on the wire.
func enumOf(typ goType) value {
	return value{typ: typ, wire: wireVarint, write: "AppendInt", convert: "int64", tagged: "AppendTaggedVarint", taggedAs: "uint64", isEnum: true}
}

// messageOf is a nested message.
func messageOf(typ goType, shares bool) value {
	return value{typ: typ, wire: wireBlock, shares: shares}
}

// hasNil reports whether a value's type has a nil that can stand for an absent one.
func hasNil(s schema.Scalar) bool { return s == schema.Bytes || s == schema.JSON }
