package runtime

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"time"
	"unicode/utf8"
	"unsafe"
)

// This file reads the protobuf wire format from bytes that nobody vouches for. A ProtoReader's first
// error sticks: after it every read returns zero and Next ends the loop, so that generated code
// checks once.

const (
	maxDepth    = 100 // messages within messages
	budgetTimes = 64  // decoded memory may be this many times the input,
	budgetPlus  = 64 << 10
)

// FieldNames maps the numbers of a message's fields to their names.
type FieldNames map[uint32]string

// ProtoReader reads one message in protobuf wire format, and those within it. It is for one
// goroutine.
type ProtoReader struct {
	buf    []byte // what is left of the current message is buf[pos:end]
	pos    int
	end    int
	tag    uint32 // of the field being read
	depth  int
	budget int // bytes of memory that may still be decoded into
	err    error
	path   string // of the field that err is in
}

// Nest is the state of a ProtoReader outside a nested message.
type Nest struct {
	end int
	tag uint32
}

var (
	errTruncated  = errors.New("ends in the middle of a value")
	errVarint     = errors.New("varint is over 64 bits")
	errTag        = errors.New("invalid tag")
	errWireType   = errors.New("wrong wire type")
	errGroup      = errors.New("groups are not accepted")
	errDepth      = fmt.Errorf("messages nested deeper than %d", maxDepth)
	errBudget     = fmt.Errorf("decodes to over %d times its size", budgetTimes)
	errTimeRange  = errors.New("time out of range")
	errUUIDLength = errors.New("a uuid has 16 bytes")
)

// NewProtoReader returns a reader of b.
func NewProtoReader(b []byte) ProtoReader {
	return ProtoReader{buf: b, end: len(b), budget: budgetTimes*len(b) + budgetPlus}
}

// Err returns the first error, a *FieldError, or nil.
func (r *ProtoReader) Err() error {
	if r.err == nil {
		return nil
	}
	return &FieldError{r.path, r.err}
}

func (r *ProtoReader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	r.pos = r.end
}

// Next reads the next field's tag. It returns false at the end of the message and after an error, which
// ends the message too.
func (r *ProtoReader) Next() bool {
	if r.pos < r.end {
		if c := r.buf[r.pos]; 8 <= c && c < 0x80 {
			r.pos++
			r.tag = uint32(c)
			return true
		}
	}
	return r.nextLong()
}

// nextLong is Next for a tag of several bytes, and for all that is no tag.
func (r *ProtoReader) nextLong() bool {
	if r.pos >= r.end {
		return false
	}
	r.tag = 0
	v := r.Varint()
	if v > math.MaxUint32 {
		v = 0 // a number over 2^29-1: as invalid as field 0
	}
	r.tag = uint32(v)
	if r.tag>>3 == 0 && r.err == nil {
		r.fail(errTag)
	}
	return r.err == nil
}

// Tag returns the tag that Next read: the field's number times 8 plus its wire type.
func (r *ProtoReader) Tag() uint32 { return r.tag }

// Locate ends the reading of a message: if it failed, it notes in which of its fields.
func (r *ProtoReader) Locate(names FieldNames) {
	if r.err == nil {
		return
	}
	if r.tag == 0 {
		return // in no field: it could not be entered, or its tag not be read
	}
	name := names[r.tag>>3]
	if name == "" {
		name = fmt.Sprintf("#%d", r.tag>>3)
	}
	if r.path == "" {
		r.path = name
	} else {
		r.path = name + "." + r.path
	}
}

// Skip passes over the field whose tag was read, which must not be one of the message's own: that
// would be one with a wrong wire type.
func (r *ProtoReader) Skip(names FieldNames) {
	if _, own := names[r.tag>>3]; own {
		r.fail(errWireType)
		return
	}
	switch r.tag & 7 {
	case 0:
		r.Varint()
	case 1:
		r.take(8)
	case 2:
		r.block()
	case 5:
		r.take(4)
	case 3, 4:
		r.fail(errGroup)
	default:
		r.fail(errWireType)
	}
}

// Enter steps into the message, or the packed list, that the field holds.
func (r *ProtoReader) Enter() Nest {
	outer := Nest{r.end, r.tag}
	n := r.length()
	if r.depth++; r.depth > maxDepth {
		r.fail(errDepth)
	}
	if r.err == nil {
		r.end = r.pos + n
	}
	r.tag = 0
	return outer
}

// Leave steps out again, also after an error.
func (r *ProtoReader) Leave(outer Nest) {
	r.depth--
	r.end, r.tag = outer.end, outer.tag
	if r.err != nil {
		r.pos = r.end
	}
}

// length reads a length and checks that so many bytes are there.
func (r *ProtoReader) length() int {
	v := r.Varint()
	if v > uint64(r.end-r.pos) {
		r.fail(errTruncated)
		return 0
	}
	return int(v)
}

// take returns the next n bytes, which alias the input, or nil.
func (r *ProtoReader) take(n int) []byte {
	if n > r.end-r.pos {
		r.fail(errTruncated)
		return nil
	}
	b := r.buf[r.pos : r.pos+n]
	r.pos += n
	return b
}

// block returns the bytes behind a length, which alias the input.
func (r *ProtoReader) block() []byte { return r.take(r.length()) }

// charge takes n bytes from the memory that may be decoded into.
func (r *ProtoReader) charge(n int) bool {
	if r.budget -= n; r.budget < 0 {
		r.fail(errBudget)
	}
	return r.err == nil
}

// Varint reads an unsigned varint.
func (r *ProtoReader) Varint() uint64 {
	if r.pos < r.end {
		if c := r.buf[r.pos]; c < 0x80 {
			r.pos++
			return uint64(c)
		}
	}
	return r.varintLong()
}

// varintLong is Varint for one of several bytes, and for none at all.
func (r *ProtoReader) varintLong() uint64 {
	var v uint64
	for i, c := range r.buf[r.pos:r.end] {
		if i == binary.MaxVarintLen64-1 && c > 1 {
			r.fail(errVarint)
			return 0
		}
		v |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			r.pos += i + 1
			return v
		}
	}
	r.fail(errTruncated)
	return 0
}

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
