package runtime

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"math/bits"
	"time"
	"unicode/utf8"
	"unsafe"
)

// This file reads the values of fields: scalars, times, and the items of lists.

// Bool reads a bool.
func (r *ProtoReader) Bool() bool { return r.Varint() != 0 }

// Int32 reads an int32 or an enum; as in protobuf, the upper half of a longer number is cut off.
func (r *ProtoReader) Int32() int32 { return int32(r.Varint()) }

// Int64 reads an int64.
func (r *ProtoReader) Int64() int64 { return int64(r.Varint()) }

// Uint32 reads a uint32.
func (r *ProtoReader) Uint32() uint32 { return uint32(r.Varint()) }

// Uint64 reads a uint64.
func (r *ProtoReader) Uint64() uint64 { return r.Varint() }

// Sint32 reads a sint32.
func (r *ProtoReader) Sint32() int32 {
	v := uint32(r.Varint())
	return int32(v>>1) ^ -int32(v&1)
}

// Sint64 reads a sint64.
func (r *ProtoReader) Sint64() int64 {
	v := r.Varint()
	return int64(v>>1) ^ -int64(v&1)
}

// Fixed32 reads a fixed32.
func (r *ProtoReader) Fixed32() uint32 {
	b := r.take(4)
	if b == nil {
		return 0
	}
	return binary.LittleEndian.Uint32(b)
}

// Fixed64 reads a fixed64.
func (r *ProtoReader) Fixed64() uint64 {
	b := r.take(8)
	if b == nil {
		return 0
	}
	return binary.LittleEndian.Uint64(b)
}

// Sfixed32 reads an sfixed32.
func (r *ProtoReader) Sfixed32() int32 { return int32(r.Fixed32()) }

// Sfixed64 reads an sfixed64.
func (r *ProtoReader) Sfixed64() int64 { return int64(r.Fixed64()) }

// Float32 reads a float32.
func (r *ProtoReader) Float32() float32 { return math.Float32frombits(r.Fixed32()) }

// Float64 reads a float64.
func (r *ProtoReader) Float64() float64 { return math.Float64frombits(r.Fixed64()) }

// Text reads a string.
func (r *ProtoReader) Text() string {
	b := r.block()
	if !utf8.Valid(b) {
		r.fail(errUTF8)
		return ""
	}
	return string(b)
}

// Bytes reads bytes into a slice of their own, never nil.
func (r *ProtoReader) Bytes() []byte {
	b := r.block()
	return append(make([]byte, 0, len(b)), b...)
}

// UUID reads a uuid; no bytes at all are the zero one.
func (r *ProtoReader) UUID() (u UUID) {
	b := r.block()
	if len(b) != 0 && len(b) != len(u) {
		r.fail(errUUIDLength)
		return UUID{}
	}
	copy(u[:], b)
	return u
}

// Decimal reads a decimal.
func (r *ProtoReader) Decimal() Decimal {
	b := r.block()
	if len(b) == 0 {
		return ""
	}
	d := Decimal(b)
	if err := d.Check(); err != nil {
		r.fail(err)
		return ""
	}
	return d
}

// JSON reads a JSON document into a slice of its own.
func (r *ProtoReader) JSON() json.RawMessage {
	b := r.Bytes()
	if len(b) > 0 && !utf8.Valid(b) {
		r.fail(errUTF8)
	} else if len(b) > 0 && !json.Valid(b) {
		r.fail(errJSON)
	}
	return b
}

// Timestamp reads a google.protobuf.Timestamp, in UTC.
func (r *ProtoReader) Timestamp() time.Time {
	s, n := r.secondsNanos()
	if s < minTimestamp || s > maxTimestamp || n < 0 || n >= 1e9 {
		r.fail(errTimeRange)
	}
	if r.err != nil {
		return time.Time{}
	}
	return time.Unix(s, int64(n)).UTC()
}

// Duration reads a google.protobuf.Duration of at most 292 years.
func (r *ProtoReader) Duration() time.Duration {
	s, n := r.secondsNanos()
	hi, lo := bits.Mul64(uint64(max(s, -s)), uint64(time.Second))
	if hi != 0 || lo > math.MaxInt64 || n <= -1e9 || n >= 1e9 || s > 0 && n < 0 || s < 0 && n > 0 {
		r.fail(errTimeRange)
		return 0
	}
	d := time.Duration(s)*time.Second + time.Duration(n)
	if s > 0 && d < 0 || s < 0 && d > 0 { // it went round
		r.fail(errTimeRange)
		return 0
	}
	return d
}

var secondsNanosFields = FieldNames{1: "seconds", 2: "nanos"}

func (r *ProtoReader) secondsNanos() (s int64, n int32) {
	if s, n, ok := r.plainSecondsNanos(); ok {
		return s, n
	}
	return r.anySecondsNanos()
}

func (r *ProtoReader) anySecondsNanos() (s int64, n int32) {
	outer := r.Enter()
	for r.Next() {
		switch r.tag {
		case 1 << 3:
			s = r.Int64()
		case 2 << 3:
			n = r.Int32()
		default:
			r.Skip(secondsNanosFields)
		}
	}
	r.Locate(secondsNanosFields)
	r.Leave(outer)
	return s, n
}

// plainSecondsNanos is secondsNanos for what nearly every sender writes: seconds, nanos, and no more. It
// reads nothing and returns false if there is anything else.
func (r *ProtoReader) plainSecondsNanos() (s int64, n int32, ok bool) {
	b := r.buf[r.pos:r.end]
	if len(b) < 2 || b[0] == 0 || b[0] >= 0x80 || int(b[0]) > len(b)-1 || b[1] != 1<<3 || r.depth >= maxDepth {
		return 0, 0, false
	}
	b = b[1 : 1+b[0]]
	v, size := binary.Uvarint(b[1:])
	if size <= 0 {
		return 0, 0, false
	}
	rest := b[1+size:]
	var nanos uint64
	if len(rest) > 0 {
		if rest[0] != 2<<3 {
			return 0, 0, false
		}
		if nanos, size = binary.Uvarint(rest[1:]); size <= 0 || size != len(rest)-1 {
			return 0, 0, false
		}
	}
	r.pos += 1 + len(b)
	return int64(v), int32(nanos), true
}

// AppendItem appends one item to a list, within the limits on its length and on memory.
func AppendItem[T any](r *ProtoReader, list []T, item T) []T {
	if r.err != nil {
		return list
	}
	if len(list) >= MaxItems {
		r.fail(errItems)
		return list
	}
	if len(list) < cap(list) {
		return append(list, item)
	}
	longer := append(list, item)
	r.charge(cap(longer) * int(unsafe.Sizeof(item)))
	return longer
}

// NewItem returns a new T for an optional field, within the limit on memory.
func NewItem[T any](r *ProtoReader) *T {
	v := new(T)
	r.charge(int(unsafe.Sizeof(*v)))
	return v
}

// Packed reads a packed list of values, each read by read, and appends them to list. The values take
// size bytes each, or are varints if size is 0.
func Packed[T any](r *ProtoReader, list []T, size int, read func(*ProtoReader) T) []T {
	outer := r.Enter()
	if n := r.packedLen(size); r.err == nil && n > 0 {
		var item T
		if len(list)+n > MaxItems {
			r.fail(errItems)
		} else if list == nil && r.charge(n*int(unsafe.Sizeof(item))) {
			list = make([]T, 0, n)
		}
		for r.pos < r.end && r.err == nil {
			list = AppendItem(r, list, read(r))
		}
	}
	r.Leave(outer)
	return list
}

// packedLen counts the values in the packed list that was entered.
func (r *ProtoReader) packedLen(size int) (n int) {
	if r.err != nil {
		return 0
	}
	b := r.buf[r.pos:r.end]
	if size > 0 {
		return (len(b) + size - 1) / size
	}
	for _, c := range b {
		if c < 0x80 {
			n++
		}
	}
	if n == 0 && len(b) > 0 {
		r.fail(errTruncated)
	}
	return n
}
