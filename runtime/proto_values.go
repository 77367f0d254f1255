package runtime

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"math/bits"
	"time"
	"unsafe"
)

// This file reads the values of fields: scalars, times, and the items of lists.

// Bool reads a bool.
func (r *ProtoReader) Bool(b []byte, i int) (v bool, next int) {
	n, i := r.Uint64(b, i)
	return n != 0, i
}

// Int32 reads an int32; as in protobuf, the upper half of a longer number is cut off.
func (r *ProtoReader) Int32(b []byte, i int) (v int32, next int) {
	n, i := r.Uint64(b, i)
	return int32(n), i
}

// Int64 reads an int64.
func (r *ProtoReader) Int64(b []byte, i int) (v int64, next int) {
	n, i := r.Uint64(b, i)
	return int64(n), i
}

// Uint32 reads a uint32; as in protobuf, the upper half of a longer number is cut off.
func (r *ProtoReader) Uint32(b []byte, i int) (v uint32, next int) {
	n, i := r.Uint64(b, i)
	return uint32(n), i
}

// Sint32 reads a sint32.
func (r *ProtoReader) Sint32(b []byte, i int) (v int32, next int) {
	n, i := r.Uint32(b, i)
	return int32(n>>1) ^ -int32(n&1), i
}

// Sint64 reads a sint64.
func (r *ProtoReader) Sint64(b []byte, i int) (v int64, next int) {
	n, i := r.Uint64(b, i)
	return int64(n>>1) ^ -int64(n&1), i
}

// Sfixed32 reads an sfixed32.
func (r *ProtoReader) Sfixed32(b []byte, i int) (v int32, next int) {
	n, i := r.Fixed32(b, i)
	return int32(n), i
}

// Sfixed64 reads an sfixed64.
func (r *ProtoReader) Sfixed64(b []byte, i int) (v int64, next int) {
	n, i := r.Fixed64(b, i)
	return int64(n), i
}

// Float32 reads a float32.
func (r *ProtoReader) Float32(b []byte, i int) (v float32, next int) {
	n, i := r.Fixed32(b, i)
	return math.Float32frombits(n), i
}

// Float64 reads a float64.
func (r *ProtoReader) Float64(b []byte, i int) (v float64, next int) {
	n, i := r.Fixed64(b, i)
	return math.Float64frombits(n), i
}

// ReadEnum reads a number of enum E, declared or not.
func ReadEnum[E ~int32](r *ProtoReader, b []byte, i int) (v E, next int) {
	n, i := r.Uint64(b, i)
	return E(n), i
}

// Text reads a string.
func (r *ProtoReader) Text(b []byte, i int) (v string, next int) {
	free := len(r.text)
	if uint(i) >= uint(len(b)) || uint(b[i])-4 > 16-4 || int(b[i]) >= len(b)-i || int(b[i]) > cap(r.text)-free {
		return r.anyText(b, i)
	}
	// It is short, as most are, and there is memory to share: it is checked and copied at once, by words that overlap.
	n := int(b[i])
	from, to := unsafe.Pointer(&b[i+1]), unsafe.Add(unsafe.Pointer(unsafe.SliceData(r.text)), free)
	var all uint64 // the bits of all bytes together
	if n >= 8 {
		first, last := load64(from, 0), load64(from, n-8)
		store64(to, 0, first)
		store64(to, n-8, last)
		all = first | last
	} else {
		first, last := load32(from, 0), load32(from, n-4)
		store32(to, 0, first)
		store32(to, n-4, last)
		all = uint64(first | last)
	}
	if all&notASCII != 0 {
		return r.anyText(b, i)
	}
	r.text = r.text[:free+n]
	return unsafe.String((*byte)(to), n), i + 1 + n
}

// anyText is Text for all that is not so short, not ASCII, or has no memory to share yet.
func (r *ProtoReader) anyText(b []byte, i int) (v string, next int) {
	s, next := r.block(b, i)
	if !validUTF8(s) {
		return "", r.fail(errUTF8)
	}
	return r.keep(s, cap(s)), next
}

// Texts reads a string for a list, and those that follow it with the same tag, if it is one of a single byte.
func (r *ProtoReader) Texts(list []string, b []byte, i int, tag uint32) (longer []string, next int) {
	for {
		if len(list) == cap(list) {
			if list, i = MakeRoom(r, list, b, i, tag); i == failed {
				return list, failed
			}
		}
		var v string
		if v, i = r.Text(b, i); i == failed {
			return list, failed
		}
		list = append(list, v)
		if tag >= 0x80 || i == len(b) || uint32(b[i]) != tag {
			return list, i
		}
		i++
	}
}

// Bytes reads bytes into a slice of their own, never nil.
func (r *ProtoReader) Bytes(b []byte, i int) (v []byte, next int) {
	s, i := r.block(b, i)
	v = make([]byte, len(s)) // Go does not clear it, since it is copied into at once
	copy(v, s)
	return v, i
}

// UUID reads a uuid; no bytes at all are the zero one.
func (r *ProtoReader) UUID(b []byte, i int) (v UUID, next int) {
	s, i := r.block(b, i)
	if len(s) != 0 && len(s) != len(v) {
		return v, r.fail(errUUIDLength)
	}
	copy(v[:], s)
	return v, i
}

// Decimal reads a decimal.
func (r *ProtoReader) Decimal(b []byte, i int) (v Decimal, next int) {
	s, i := r.block(b, i)
	if len(s) == 0 {
		return "", i
	}
	v = Decimal(s)
	if err := v.Check(); err != nil {
		return "", r.fail(err)
	}
	return v, i
}

// JSON reads a JSON document into a slice of its own.
func (r *ProtoReader) JSON(b []byte, i int) (v json.RawMessage, next int) {
	v, i = r.Bytes(b, i)
	if err := checkJSON(v); err != nil {
		return nil, r.fail(err)
	}
	return v, i
}

// Timestamp reads a google.protobuf.Timestamp, in UTC.
func (r *ProtoReader) Timestamp(b []byte, i int) (v time.Time, next int) {
	s, n, next := plainSecondsNanos(b, i)
	if next == 0 {
		s, n, next = r.anySecondsNanos(b, i)
	}
	if s < minTimestamp || s > maxTimestamp || n < 0 || n >= 1e9 {
		next = r.fail(errTimeRange)
	}
	if next == failed {
		return time.Time{}, failed
	}
	return time.Unix(s, int64(n)).UTC(), next
}

// Duration reads a google.protobuf.Duration of at most 292 years.
func (r *ProtoReader) Duration(b []byte, i int) (v time.Duration, next int) {
	s, n, i := r.secondsNanos(b, i)
	hi, lo := bits.Mul64(uint64(max(s, -s)), uint64(time.Second))
	if hi != 0 || lo > math.MaxInt64 || n <= -1e9 || n >= 1e9 || s > 0 && n < 0 || s < 0 && n > 0 {
		return 0, r.fail(errTimeRange)
	}
	v = time.Duration(s)*time.Second + time.Duration(n)
	if s > 0 && v < 0 || s < 0 && v > 0 { // it went round
		return 0, r.fail(errTimeRange)
	}
	return v, i
}

// secondsNanos reads the message {1: int64 seconds, 2: int32 nanos}. It is a value, and no level of depth.
func (r *ProtoReader) secondsNanos(b []byte, i int) (s int64, n int32, next int) {
	if s, n, next = plainSecondsNanos(b, i); next != 0 {
		return s, n, next
	}
	return r.anySecondsNanos(b, i)
}

var secondsNanosFields = FieldNames{1: "seconds", 2: "nanos"}

func (r *ProtoReader) anySecondsNanos(b []byte, i int) (s int64, n int32, next int) {
	b, next = r.block(b, i)
	var tag uint32
	for i = 0; i < len(b); {
		if tag, i = uint32(b[i]), i+1; tag >= 0x80 {
			tag, i = r.LongTag(b, i)
		}
		switch tag {
		case 1 << 3:
			s, i = r.Int64(b, i)
		case 2 << 3:
			n, i = r.Int32(b, i)
		default:
			i = r.Skip(b, i, tag, secondsNanosFields)
		}
	}
	if i > len(b) {
		r.Locate(tag, secondsNanosFields)
		return s, n, failed
	}
	return s, n, next
}

// plainSecondsNanos is secondsNanos for what nearly every sender writes: seconds, nanos, and no more. It
// returns 0 for next if there is anything else.
func plainSecondsNanos(b []byte, i int) (s int64, n int32, next int) {
	if len(b)-i < 3 || b[i+1] != 1<<3 {
		return 0, 0, 0
	}
	next = i + 1 + int(b[i])
	seconds, i := shortVarint(b, i+2)
	if i == next {
		return int64(seconds), 0, next
	}
	if i <= 0 || i >= len(b) || b[i] != 2<<3 {
		return 0, 0, 0
	}
	nanos, i := shortVarint(b, i+1)
	if i != next {
		return 0, 0, 0
	}
	return int64(seconds), int32(nanos), next
}

// shortVarint reads a varint of at most eight bytes and returns the index behind it, -1 if there is none.
func shortVarint(b []byte, i int) (v uint64, next int) {
	if i <= len(b)-8 {
		word := binary.LittleEndian.Uint64(b[i:])
		last := ^word & continued
		if last == 0 {
			return 0, -1
		}
		n := bits.TrailingZeros64(last) + 1
		return gather(word & (1<<n - 1) &^ continued), i + n/8
	}
	for shift := 0; i < len(b); shift += 7 {
		c := b[i]
		i++
		if v |= uint64(c&0x7f) << shift; c < 0x80 {
			return v, i
		}
	}
	return 0, -1
}

// AppendItem appends an item, behind which reading goes on at i, to a list, within the limits on its length and on
// memory.
func AppendItem[T any](r *ProtoReader, list []T, item T, i int) (longer []T, next int) {
	return appendItem(&r.reading, list, item, 0, i)
}

// MakeRoom gives a list that has no room left some for the item at i, which stands behind its tag, and for those that
// follow it at once: usually all there are. It keeps to the limits on length and on memory.
func MakeRoom[T any](r *ProtoReader, list []T, b []byte, i int, tag uint32) (longer []T, next int) {
	if r.err != nil {
		return list, failed
	}
	if len(list) >= MaxItems {
		return list, r.fail(errItems)
	}
	var item T
	size := int(unsafe.Sizeof(item))
	n := min(len(list)+max(itemsAhead(b, i, tag), len(list), 1), MaxItems)
	if n*size > r.budget { // more than may come, perhaps
		n = min(2*len(list)+1, MaxItems)
	}
	if !r.charge(n * size) {
		return list, failed
	}
	longer = make([]T, 0, n)
	if len(list) > 0 {
		longer = append(longer, list...)
	}
	return longer, i
}

// itemsAhead counts the blocks from i on that have tags between them, up to the most that a list may have.
func itemsAhead(b []byte, i int, tag uint32) (n int) {
	for uint(i) < uint(len(b)) {
		size, k := uint64(b[i]), 1
		if size >= 0x80 {
			size, k = binary.Uvarint(b[i:])
		}
		if i += k; k <= 0 || size > uint64(len(b)-i) {
			break
		}
		i += int(size)
		if n++; n == MaxItems || i == len(b) {
			break
		}
		another, k := uint64(b[i]), 1
		if another >= 0x80 {
			another, k = binary.Uvarint(b[i:])
		}
		if another != uint64(tag) || k <= 0 {
			break
		}
		i += k
	}
	return n
}

// ItemAt returns a new T, within the limit on memory, for an optional field or an alternative whose value is at i.
func ItemAt[T any](r *ProtoReader, i int) (item *T, next int) { return itemAt[T](&r.reading, i) }

// Packed reads a packed list of values, each read by read, and appends them to list. The values take
// size bytes each, or are varints if size is 0.
func Packed[T any](r *ProtoReader, list []T, b []byte, i int, size int, read func(*ProtoReader, []byte, int) (T, int)) (longer []T, next int) {
	b, next = r.block(b, i)
	n := packedLen(b, size)
	if n == 0 {
		if len(b) > 0 {
			next = r.fail(errTruncated)
		}
		return list, next
	}
	if len(list)+n > MaxItems {
		return list, r.fail(errItems)
	}
	if list == nil {
		var item T
		if !r.charge(n * int(unsafe.Sizeof(item))) {
			return nil, failed
		}
		list = make([]T, 0, n)
	}
	for i = 0; i < len(b); {
		var v T
		v, i = read(r, b, i)
		list, i = AppendItem(r, list, v, i)
	}
	if i == failed {
		return list, failed
	}
	return list, next
}

// packedLen counts the values in a packed list.
func packedLen(b []byte, size int) (n int) {
	if size > 0 {
		return (len(b) + size - 1) / size
	}
	for _, c := range b {
		if c < 0x80 {
			n++
		}
	}
	return n
}
