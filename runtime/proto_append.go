package runtime

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"
	"unsafe"
)

// This file writes the protobuf wire format: each function appends one value, without its tag, to a
// slice. Which values are left out, being zero, generated code decides.

// MaxItems is the most items that a list may have, sent or received.
const MaxItems = 65536

// FieldError says which field of a message could not be written or read.
type FieldError struct {
	Path string // as the topology names it: order.legs.symbol; empty if it is between two fields
	Err  error
}

func (e *FieldError) Error() string {
	if e.Path == "" {
		return e.Err.Error()
	}
	return "field " + e.Path + ": " + e.Err.Error()
}

func (e *FieldError) Unwrap() error { return e.Err }

// InField puts err, which may be a *FieldError of a nested message, into the named field.
func InField(name string, err error) error {
	var inner *FieldError
	if errors.As(err, &inner) && inner.Path != "" {
		return &FieldError{name + "." + inner.Path, inner.Err}
	}
	return &FieldError{name, err}
}

// InPart puts err into the named field, which was read as the message that it is part of, unless err says already
// where in the message it is.
func InPart(name string, err error) error {
	var inner *FieldError
	if errors.As(err, &inner) && inner.Path != "" {
		return err
	}
	return InField(name, err)
}

var (
	errUTF8  = errors.New("invalid UTF-8")
	errJSON  = errors.New("invalid JSON")
	errItems = fmt.Errorf("more than %d items", MaxItems)
)

// CheckItems refuses a list that no receiver would take.
func CheckItems(n int) error {
	if n > MaxItems {
		return errItems
	}
	return nil
}

// AppendVarint appends v in base 128.
func AppendVarint(b []byte, v uint64) []byte {
	if v < 1<<7 {
		return append(b, byte(v))
	}
	return appendLongVarint(b, v)
}

// appendLongVarint is the part of AppendVarint that is too large to be inlined: for two bytes and more.
func appendLongVarint(b []byte, v uint64) []byte {
	switch {
	case v < 1<<14:
		return append(b, byte(v)|0x80, byte(v>>7))
	case v < 1<<21:
		return append(b, byte(v)|0x80, byte(v>>7)|0x80, byte(v>>14))
	case v < 1<<28:
		return append(b, byte(v)|0x80, byte(v>>7)|0x80, byte(v>>14)|0x80, byte(v>>21))
	case v < 1<<35:
		return append(b, byte(v)|0x80, byte(v>>7)|0x80, byte(v>>14)|0x80, byte(v>>21)|0x80, byte(v>>28))
	case v >= 1<<63: // as all negative numbers are
		b = binary.LittleEndian.AppendUint64(b, spread(v)|continued)
		return append(b, byte(v>>56)|0x80, 1)
	}
	return binary.AppendUvarint(b, v)
}

// continued are the bits that say of each of eight bytes of a varint that more follow.
const continued = 0x8080808080808080

// spread puts seven of the lower 56 bits of v into each byte; gather takes them out again.
func spread(v uint64) uint64 {
	v = v&0x000000000fffffff | v<<4&0x0fffffff00000000
	v = v&0x00003fff00003fff | v<<2&0x3fff00003fff0000
	return v&0x007f007f007f007f | v<<1&0x7f007f007f007f00
}

func gather(v uint64) uint64 {
	v = v&0x007f007f007f007f | v&0x7f007f007f007f00>>1
	v = v&0x00003fff00003fff | v&0x3fff00003fff0000>>2
	return v&0x000000000fffffff | v&0x0fffffff00000000>>4
}

// AppendInt appends an int32, int64 or enum as a varint, negative ones in ten bytes.
func AppendInt(b []byte, v int64) []byte { return AppendVarint(b, uint64(v)) }

// AppendSint appends a sint32 or sint64 as a zigzag varint.
func AppendSint(b []byte, v int64) []byte { return AppendVarint(b, uint64(v<<1^v>>63)) }

// AppendBool appends a bool as a varint.
func AppendBool(b []byte, v bool) []byte {
	if v {
		return append(b, 1)
	}
	return append(b, 0)
}

// AppendFixed32 appends a fixed32 or sfixed32.
func AppendFixed32(b []byte, v uint32) []byte { return binary.LittleEndian.AppendUint32(b, v) }

// AppendFixed64 appends a fixed64 or sfixed64.
func AppendFixed64(b []byte, v uint64) []byte { return binary.LittleEndian.AppendUint64(b, v) }

// AppendFloat32 appends a float32.
func AppendFloat32(b []byte, v float32) []byte { return AppendFixed32(b, math.Float32bits(v)) }

// AppendFloat64 appends a float64.
func AppendFloat64(b []byte, v float64) []byte { return AppendFixed64(b, math.Float64bits(v)) }

// AppendTaggedVarint is AppendVarint behind a tag.
func AppendTaggedVarint(b []byte, tag byte, v uint64) []byte {
	if v < 1<<7 {
		return append(b, tag, byte(v))
	}
	return appendLongVarint(append(b, tag), v)
}

// AppendTaggedFloat64 is AppendFloat64 behind a tag.
func AppendTaggedFloat64(b []byte, tag byte, v float64) []byte {
	n := math.Float64bits(v)
	return append(b, tag, byte(n), byte(n>>8), byte(n>>16), byte(n>>24), byte(n>>32), byte(n>>40), byte(n>>48), byte(n>>56))
}

// AppendBytes appends bytes behind their length.
func AppendBytes(b, v []byte) []byte { return append(AppendVarint(b, uint64(len(v))), v...) }

// AppendString appends a string behind its length. It must be valid UTF-8.
func AppendString(b []byte, v string) ([]byte, error) {
	if !validText(v) {
		return b, errUTF8
	}
	return append(AppendVarint(b, uint64(len(v))), v...), nil
}

// AppendTaggedString is AppendString behind a tag.
func AppendTaggedString(b []byte, tag byte, v string) ([]byte, error) {
	at, n := len(b)+1, len(v)
	if n > 16 || n >= cap(b)-at {
		return AppendString(append(b, tag), v)
	}
	// It is short, as most are: it is checked and copied at once, by words that overlap.
	b = b[:at+1+n]
	b[at-1] = tag
	b[at] = byte(n)
	from, to := unsafe.Pointer(unsafe.StringData(v)), unsafe.Pointer(unsafe.SliceData(b))
	var all uint64 // the bits of all bytes together
	switch {
	case n >= 8:
		first, last := load64(from, 0), load64(from, n-8)
		store64(to, at+1, first)
		store64(to, at+1+n-8, last)
		all = first | last
	case n >= 4:
		first, last := load32(from, 0), load32(from, n-4)
		store32(to, at+1, first)
		store32(to, at+1+n-4, last)
		all = uint64(first | last)
	default:
		for i := range n {
			b[at+1+i] = v[i]
			all |= uint64(v[i])
		}
	}
	if all&notASCII != 0 {
		return AppendString(b[:at], v)
	}
	return b, nil
}

// AppendUUID appends the 16 bytes of v behind their length.
func AppendUUID(b []byte, v UUID) []byte { return append(append(b, 16), v[:]...) }

// AppendDecimal appends a decimal as text behind its length.
func AppendDecimal(b []byte, v Decimal) ([]byte, error) {
	if err := v.Check(); err != nil {
		return b, err
	}
	return append(AppendVarint(b, uint64(len(v))), v...), nil
}

// checkJSON checks a JSON document. An empty one is none.
func checkJSON(b []byte) error {
	switch {
	case !validUTF8(b):
		return errUTF8
	case len(b) > 0 && !json.Valid(b):
		return errJSON
	}
	return nil
}

// AppendJSON appends a JSON document as text behind its length. An empty one is none.
func AppendJSON(b []byte, v json.RawMessage) ([]byte, error) {
	if err := checkJSON(v); err != nil {
		return b, err
	}
	return AppendBytes(b, v), nil
}

// The seconds that google.protobuf.Timestamp can carry: the years 1 to 9999.
const (
	minTimestamp = -62135596800
	maxTimestamp = 253402300799
)

// AppendTimestamp appends t as a google.protobuf.Timestamp behind its length.
func AppendTimestamp(b []byte, t time.Time) ([]byte, error) {
	s := t.Unix()
	if s < minTimestamp || s > maxTimestamp {
		return b, fmt.Errorf("time %d s from 1970 is outside the years 1 to 9999", s)
	}
	return appendSecondsNanos(b, s, int64(t.Nanosecond())), nil
}

// AppendDuration appends d as a google.protobuf.Duration behind its length.
func AppendDuration(b []byte, d time.Duration) []byte {
	return appendSecondsNanos(b, int64(d/time.Second), int64(d%time.Second))
}

// appendSecondsNanos appends the message {1: int64 seconds, 2: int32 nanos} behind its length, which
// is at most 22 and so one byte.
func appendSecondsNanos(b []byte, s, n int64) []byte {
	if 1<<28 <= s && s < 1<<35 && 1<<21 <= n && n < 1<<30 {
		// From 1978 to 3058, at nearly any nanosecond: five bytes, and four or five.
		size, more := 12, byte(0x80)
		if n < 1<<28 {
			size, more = 11, 0
		}
		b = append(b, byte(size),
			1<<3, byte(s)|0x80, byte(s>>7)|0x80, byte(s>>14)|0x80, byte(s>>21)|0x80, byte(s>>28),
			2<<3, byte(n)|0x80, byte(n>>7)|0x80, byte(n>>14)|0x80, byte(n>>21)|more, byte(n>>28))
		return b[:len(b)-12+size]
	}
	b = append(b, 0)
	at := len(b)
	if s != 0 {
		b = AppendInt(append(b, 1<<3), s)
	}
	if n != 0 {
		b = AppendInt(append(b, 2<<3), n)
	}
	b[at-1] = byte(len(b) - at)
	return b
}

// EndNested fills in the length of what was appended to b since it was start bytes long, where one
// byte, at b[start], was left free for it. It makes room for the other bytes of a length of several; one of a single byte
// generated code fills in itself.
func EndNested(b []byte, start int) []byte {
	n := len(b) - start - 1
	if n < 1<<7 {
		b[start] = byte(n)
		return b
	}
	var length [binary.MaxVarintLen64]byte
	k := binary.PutUvarint(length[:], uint64(n))
	b = append(b, length[:k-1]...)
	copy(b[start+k:], b[start+1:start+1+n])
	copy(b[start:], length[:k])
	return b
}
