package parity

import (
	"math"
	"math/rand/v2"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/zmqgen/zmqgen/schema"
)

// This file makes random messages, as Go's protobuf has them.

// maker makes the values of one topology.
type maker struct {
	r     *rand.Rand
	types map[string]protoreflect.MessageDescriptor
	// loose leaves out messages that are always there in a topology, and has zero durations, as other
	// senders may: these are read to the same values but not written again as the same bytes.
	loose bool
}

// message makes a message, in which others are nested so many levels deep at most.
func (k *maker) message(m *schema.Message, depth int) protoreflect.Message {
	out := dynamicpb.NewMessage(k.types[m.Name.Value])
	for _, f := range m.Fields {
		if f.OneOf != nil {
			if n := k.r.IntN(len(f.OneOf) + 1); n < len(f.OneOf) && (f.OneOf[n].Type.Message == nil || depth > 0) {
				a := f.OneOf[n]
				out.Set(field(out, a), k.value(a.Type, out.NewField(field(out, a)), depth-1))
			}
			continue
		}
		k.field(out, f, depth)
	}
	return out
}

func field(m protoreflect.Message, f *schema.Field) protoreflect.FieldDescriptor {
	return m.Descriptor().Fields().ByName(protoreflect.Name(f.Name.Value))
}

func (k *maker) field(out protoreflect.Message, f *schema.Field, depth int) {
	fd, t := field(out, f), f.Type
	switch {
	case t.IsMap():
		entries := out.NewField(fd).Map()
		for range k.count(t, depth) {
			key := k.scalar(t.Key).MapKey()
			entries.Set(key, k.value(*t.Elem, entries.NewValue(), depth-1))
		}
		if entries.Len() > 0 {
			out.Set(fd, protoreflect.ValueOfMap(entries))
		}
	case t.IsList():
		items := out.NewField(fd).List()
		for range k.count(t, depth) {
			items.Append(k.value(*t.Elem, items.NewElement(), depth-1))
		}
		if items.Len() > 0 {
			out.Set(fd, protoreflect.ValueOfList(items))
		}
	case t.Optional:
		if k.r.IntN(2) == 0 && (t.Message == nil || depth > 0) {
			out.Set(fd, k.value(t, out.NewField(fd), depth-1))
		}
	case t.Message != nil:
		if !k.loose || k.r.IntN(2) == 0 {
			out.Set(fd, k.value(t, out.NewField(fd), depth-1))
		}
	case t.Scalar == schema.Duration:
		if v := k.value(t, out.NewField(fd), depth); k.loose || !isZeroTime(v.Message()) {
			out.Set(fd, v)
		}
	case t.Scalar == schema.Bytes, t.Scalar == schema.JSON, t.Scalar == schema.UUID, t.Scalar == schema.Decimal, t.Scalar == schema.Timestamp:
		if k.r.IntN(3) > 0 {
			out.Set(fd, k.value(t, out.NewField(fd), depth))
		}
	default:
		if k.r.IntN(4) > 0 {
			out.Set(fd, k.value(t, out.NewField(fd), depth))
		}
	}
}

// count is how many items a list or a map has.
func (k *maker) count(t schema.Type, depth int) int {
	switch {
	case t.Elem.Message != nil && depth <= 0:
		return 0
	case t.Elem.Message == nil && k.r.IntN(20) == 0:
		return k.r.IntN(300) // so that lengths have more than one byte
	}
	return k.r.IntN(4)
}

// value makes one value; fresh is an empty one of the same type.
func (k *maker) value(t schema.Type, fresh protoreflect.Value, depth int) protoreflect.Value {
	switch {
	case t.Enum != nil:
		if k.r.IntN(4) == 0 {
			return protoreflect.ValueOfEnum(protoreflect.EnumNumber(int32(k.bits())))
		}
		return protoreflect.ValueOfEnum(protoreflect.EnumNumber(t.Enum.Values[k.r.IntN(len(t.Enum.Values))].Number))
	case t.Message != nil:
		return protoreflect.ValueOfMessage(k.message(t.Message, depth))
	case t.Scalar == schema.Timestamp:
		const first, last = -62135596800, 253402300799 // the first is the zero time, which is absent
		setTime(fresh.Message(), k.within(first+1, last), int32(k.within(0, 999999999)))
		return fresh
	case t.Scalar == schema.Duration:
		d := int64(k.bits())
		setTime(fresh.Message(), d/1e9, int32(d%1e9))
		return fresh
	}
	return k.scalar(t.Scalar)
}

func setTime(m protoreflect.Message, seconds int64, nanos int32) {
	fields := m.Descriptor().Fields()
	m.Set(fields.ByName("seconds"), protoreflect.ValueOfInt64(seconds))
	m.Set(fields.ByName("nanos"), protoreflect.ValueOfInt32(nanos))
}

func timeOf(m protoreflect.Message) (seconds int64, nanos int32) {
	fields := m.Descriptor().Fields()
	return m.Get(fields.ByName("seconds")).Int(), int32(m.Get(fields.ByName("nanos")).Int())
}

func isZeroTime(m protoreflect.Message) bool {
	seconds, nanos := timeOf(m)
	return seconds == 0 && nanos == 0
}

// within is a number from low to high, often one of them or close to zero.
func (k *maker) within(low, high int64) int64 {
	switch k.r.IntN(6) {
	case 0:
		return low
	case 1:
		return high
	case 2:
		return max(low, min(high, 0))
	}
	return low + k.r.Int64N(high-low+1)
}

// bits is a number of any size: as many are small as are large.
func (k *maker) bits() uint64 {
	n := k.r.Uint64() >> k.r.IntN(64)
	switch k.r.IntN(8) {
	case 0:
		return 0
	case 1:
		return math.MaxUint64
	case 2:
		return 1 << 63
	case 3:
		return -n
	}
	return n
}

func (k *maker) scalar(s schema.Scalar) protoreflect.Value {
	switch s {
	case schema.Bool:
		return protoreflect.ValueOfBool(k.r.IntN(2) == 0)
	case schema.Int32, schema.Sint32, schema.Sfixed32:
		return protoreflect.ValueOfInt32(int32(k.bits() >> (32 * k.r.IntN(2))))
	case schema.Int64, schema.Sint64, schema.Sfixed64:
		return protoreflect.ValueOfInt64(int64(k.bits()))
	case schema.Uint32, schema.Fixed32:
		return protoreflect.ValueOfUint32(uint32(k.bits() >> (32 * k.r.IntN(2))))
	case schema.Uint64, schema.Fixed64:
		return protoreflect.ValueOfUint64(k.bits())
	case schema.Float32:
		return protoreflect.ValueOfFloat32(float32(k.float(32)))
	case schema.Float64:
		return protoreflect.ValueOfFloat64(k.float(64))
	case schema.String:
		return protoreflect.ValueOfString(k.text())
	case schema.Bytes:
		return protoreflect.ValueOfBytes([]byte(k.text()))
	case schema.UUID:
		b := make([]byte, 16)
		for i := range b {
			b[i] = byte(k.r.Uint32())
		}
		return protoreflect.ValueOfBytes(b)
	case schema.Decimal:
		return protoreflect.ValueOfString(decimals[k.r.IntN(len(decimals))])
	case schema.JSON:
		return protoreflect.ValueOfString(documents[k.r.IntN(len(documents))])
	}
	panic("no scalar " + string(s))
}

var (
	decimals  = []string{"0", "-0", "12.50", "+3", ".5", "5.", "1e-9", "-1E+10", strings.Repeat("9", 128)}
	documents = []string{"null", "true", "0", `""`, `"\u00e9\n"`, "[]", ` { "a" : [1, 2.50, {"b": null}] } `, `{"html":"<&>"}`}
	texts     = []string{"", "a", "plain", "h\u00e9\u4e16\U0001f600", "\x00\x01\x1f\"\\/\b\f\n\r\t\x7f", "\u2028\u2029<>&", "\ufeff\uffff\U0010ffff"}
)

func (k *maker) text() string {
	text := texts[k.r.IntN(len(texts))]
	switch k.r.IntN(30) {
	case 0:
		return strings.Repeat(text, 100)
	case 1:
		return strings.Repeat(text, 5000)
	}
	return text
}

func (k *maker) float(bits int) float64 {
	switch k.r.IntN(10) {
	case 0:
		return math.NaN()
	case 1:
		return math.Inf(1)
	case 2:
		return math.Inf(-1)
	case 3:
		return math.Copysign(0, -1)
	case 4:
		return float64(k.r.IntN(2000)-1000) / 8
	}
	if bits == 32 {
		if f := math.Float32frombits(k.r.Uint32()); f == f {
			return float64(f)
		}
		return 0.1
	}
	if f := math.Float64frombits(k.r.Uint64()); f == f {
		return f
	}
	return 0.1
}
