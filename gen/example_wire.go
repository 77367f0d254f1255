package gen

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns an example into protobuf wire format, from the topology alone: it shares nothing with the code that
// is generated, nor with what generates that, so that a test may hold the one to the other.

// Beyond these an example is not tested: no receiver takes messages that are nested deeper, and nobody reads a longer
// one.
const (
	wireDepth = 100
	wireSize  = 16 << 10
)

// protoWriter writes an example, as far as it is worth it.
type protoWriter struct {
	b     []byte
	most  int // bytes
	depth int
	why   string // why there is no more of it; "" if it is whole
}

// protoOf returns an example in protobuf wire format, or why it is not tested.
func protoOf(e *example) (b []byte, why string) {
	w := protoWriter{most: wireSize}
	w.message(e)
	return w.b, w.why
}

func (w *protoWriter) message(e *example) {
	given := e.given()
	for _, f := range schema.FrameOrder(e.message.Fields) {
		held := given[f]
		if held.field == nil {
			if f.OneOf != nil || f.Type.Message == nil || f.Type.Optional {
				continue
			}
			// A message without ? is always there.
			held = exampleField{field: f, values: []any{&example{message: f.Type.Message}}}
		}
		if w.field(held); w.why != "" {
			return
		}
	}
}

// field writes a field that is there, but for zero where that says nothing.
func (w *protoWriter) field(held exampleField) {
	f := held.field
	switch {
	case held.chosen != nil:
		w.value(held.chosen.ID, held.chosen.Type, held.values[0])
	case f.Type.IsMap():
		for i, v := range held.values {
			w.block(f.ID, func() {
				w.value(1, schema.Type{Scalar: f.Type.Key}, held.keys[i])
				w.value(2, *f.Type.Elem, v)
			})
		}
	case f.Type.IsList() && wireTypeOf(*f.Type.Elem) != wireBlock:
		if len(held.values) > 0 {
			w.block(f.ID, func() {
				for _, v := range held.values {
					w.b = appendScalar(w.b, f.Type.Elem.Scalar, v)
				}
			})
		}
	case f.Type.IsList():
		for _, v := range held.values {
			w.value(f.ID, *f.Type.Elem, v)
		}
	case f.Type.Optional || !isZeroValue(held.values[0]):
		w.value(f.ID, f.Type, held.values[0])
	}
}

// value writes a tag and a value.
func (w *protoWriter) value(id int32, t schema.Type, v any) {
	if nested, is := v.(*example); is {
		if w.depth++; w.depth > wireDepth {
			w.why = fmt.Sprintf("messages are nested deeper than %d", wireDepth)
			return
		}
		w.block(id, func() { w.message(nested) })
		w.depth--
		return
	}
	w.tag(id, wireTypeOf(t))
	w.b = appendScalar(w.b, t.Scalar, v)
}

// block writes a tag and, behind its length, what write writes.
func (w *protoWriter) block(id int32, write func()) {
	w.tag(id, wireBlock)
	outer := w.b
	w.b = nil
	if write(); len(outer)+len(w.b) > w.most && w.why == "" {
		w.why = fmt.Sprintf("the example has over %d bytes", w.most)
	}
	w.b = append(binary.AppendUvarint(outer, uint64(len(w.b))), w.b...)
}

func (w *protoWriter) tag(id int32, wireType int) {
	w.b = binary.AppendUvarint(w.b, uint64(id)<<3|uint64(wireType))
}

func wireTypeOf(t schema.Type) int {
	switch t.Scalar {
	case schema.Fixed32, schema.Sfixed32, schema.Float32:
		return wireFixed32
	case schema.Fixed64, schema.Sfixed64, schema.Float64:
		return wireFixed64
	case schema.String, schema.Bytes, schema.Timestamp, schema.Duration, schema.UUID, schema.Decimal, schema.JSON:
		return wireBlock
	case "":
		if t.Enum == nil {
			return wireBlock
		}
	}
	return wireVarint
}

// appendScalar appends a value behind its tag.
func appendScalar(b []byte, s schema.Scalar, v any) []byte {
	switch v := v.(type) {
	case bool:
		if v {
			return append(b, 1)
		}
		return append(b, 0)
	case int64:
		switch s {
		case schema.Sfixed32:
			return binary.LittleEndian.AppendUint32(b, uint32(v))
		case schema.Sfixed64:
			return binary.LittleEndian.AppendUint64(b, uint64(v))
		case schema.Sint32, schema.Sint64:
			return binary.AppendVarint(b, v) // which is zigzag
		}
		return binary.AppendUvarint(b, uint64(v))
	case uint64:
		switch s {
		case schema.Fixed32:
			return binary.LittleEndian.AppendUint32(b, uint32(v))
		case schema.Fixed64:
			return binary.LittleEndian.AppendUint64(b, v)
		}
		return binary.AppendUvarint(b, v)
	case float64:
		if s == schema.Float32 {
			return binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
		}
		return binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	case string:
		return append(binary.AppendUvarint(b, uint64(len(v))), v...)
	case []byte:
		return append(binary.AppendUvarint(b, uint64(len(v))), v...)
	case [16]byte:
		return append(append(b, 16), v[:]...)
	case time.Time:
		return appendSpan(b, v.Unix(), int64(v.Nanosecond()))
	case time.Duration:
		return appendSpan(b, int64(v/time.Second), int64(v%time.Second))
	case *schema.EnumValue:
		return binary.AppendUvarint(b, uint64(int64(v.Number)))
	}
	panic(fmt.Sprintf("gen: an example of type %T in a valid topology", v))
}

// appendSpan appends a google.protobuf.Timestamp or Duration.
func appendSpan(b []byte, seconds, nanos int64) []byte {
	var in []byte
	if seconds != 0 {
		in = binary.AppendUvarint(append(in, 1<<3), uint64(seconds))
	}
	if nanos != 0 {
		in = binary.AppendUvarint(append(in, 2<<3), uint64(nanos))
	}
	return append(append(b, byte(len(in))), in...)
}

// isZeroValue reports whether a value that is always there is not written: it is the zero one of its type. The
// negative zero is another.
func isZeroValue(v any) bool {
	switch v := v.(type) {
	case bool:
		return !v
	case int64:
		return v == 0
	case uint64:
		return v == 0
	case float64:
		return math.Float64bits(v) == 0
	case string:
		return v == ""
	case []byte:
		return len(v) == 0
	case [16]byte:
		return v == [16]byte{}
	case time.Time:
		return v.IsZero()
	case time.Duration:
		return v == 0
	case *schema.EnumValue:
		return v.Number == 0
	}
	return false
}
