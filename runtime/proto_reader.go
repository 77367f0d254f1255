package runtime

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
)

// This file reads the wire format of protobuf from bytes that nobody vouches for. Generated code keeps
// the bytes of a message and an index into them in variables, for speed: each read takes the index where
// it begins and returns the one behind it, or failed, which is behind everything. So a loop that goes on
// while the index is within the message ends after an error too, and generated code checks once.

// FieldNames maps the numbers of a message's fields to their names.
type FieldNames map[uint32]string

// ProtoReader is what the reading of a message and of those within it shares: the first error, and the limits on
// depth and memory. It is for one goroutine.
//
// Its methods that read take b, all bytes of the message at hand, and the index i, at most len(b), where the value
// begins. They return the value and the index behind it. After an error, which the ProtoReader keeps, the value is of
// no use and the index greater than len(b).
type ProtoReader struct{ reading }

var (
	errTruncated  = errors.New("ends in the middle of a value")
	errVarint     = errors.New("varint is over 64 bits")
	errTag        = errors.New("invalid tag")
	errWireType   = errors.New("wrong wire type")
	errGroup      = errors.New("groups are not accepted")
	errTimeRange  = errors.New("time out of range")
	errUUIDLength = errors.New("a uuid has 16 bytes")
)

// NewProtoReader returns what reads b.
func NewProtoReader(b []byte) ProtoReader {
	return ProtoReader{newReading(b)}
}

// Begin makes a new ProtoReader one that reads b, which saves the copies of NewProtoReader.
func (r *ProtoReader) Begin(b []byte) { r.begin(len(b)) }

// BeginLists is Begin for a message with lists or maps of what may have text, of which many may come unless b is small.
func (r *ProtoReader) BeginLists(b []byte) {
	r.begin(len(b))
	r.shares = len(b) > sharedBy
}

// Err returns the first error, a *FieldError, or nil.
func (r *ProtoReader) Err() error { return r.failure() }

// LongTag reads a tag of several bytes, the first of which, just before i, has been seen: the number of a
// field times 8 plus its wire type. The tags of one byte are those below 0x80, and for the caller to read.
func (r *ProtoReader) LongTag(b []byte, i int) (tag uint32, next int) {
	v, next := r.Uint64(b, i-1)
	if next == failed {
		return 0, failed
	}
	if v < 1<<3 || v > math.MaxUint32 { // field 0, or a number over 2^29-1
		return 0, r.fail(errTag)
	}
	return uint32(v), next
}

// Locate notes which field of a message could not be read: that of tag. The message is the innermost that is not
// located yet.
func (r *ProtoReader) Locate(tag uint32, names FieldNames) {
	if tag>>3 == 0 {
		return // in no field: its tag could not be read
	}
	name := names[tag>>3]
	if name == "" {
		name = fmt.Sprintf("#%d", tag>>3)
	}
	r.in(name)
}

// Skip passes over a field that is none of the message's own. If its number is that of one, the wire type is
// wrong.
func (r *ProtoReader) Skip(b []byte, i int, tag uint32, names FieldNames) (next int) {
	if i == failed {
		return failed // the tag could not be read
	}
	if tag>>3 == 0 {
		return r.fail(errTag)
	}
	if _, own := names[tag>>3]; own {
		return r.fail(errWireType)
	}
	switch tag & 7 {
	case 0:
		_, next = r.Uint64(b, i)
	case 1:
		_, next = r.Fixed64(b, i)
	case 2:
		_, next = r.block(b, i)
	case 5:
		_, next = r.Fixed32(b, i)
	case 3, 4:
		next = r.fail(errGroup)
	default:
		next = r.fail(errWireType)
	}
	return next
}

// Enter steps into the message that a field holds and returns its bytes, which are part of b, and the index
// behind them. Leave steps out again.
func (r *ProtoReader) Enter(b []byte, i int) (inner []byte, next int) {
	if r.depth++; r.depth > maxDepth {
		return nil, r.fail(errDepth)
	}
	if uint(i) < uint(len(b)) {
		if next = i + 1 + int(b[i]); b[i] < 0x80 && next <= len(b) {
			return b[i+1 : next], next
		}
	}
	return r.block(b, i)
}

// Leave steps out of a message and returns i, or what says that reading the message failed.
func (r *ProtoReader) Leave(i int) (next int) {
	r.depth--
	if r.err != nil {
		return failed
	}
	return i
}

// block returns the bytes behind a length, which are part of b.
func (r *ProtoReader) block(b []byte, i int) (value []byte, next int) {
	if uint(i) < uint(len(b)) {
		if next = i + 1 + int(b[i]); b[i] < 0x80 && next <= len(b) {
			return b[i+1 : next], next
		}
	}
	n, i := r.Uint64(b, i)
	if i == failed {
		return nil, failed
	}
	if n > uint64(len(b)-i) {
		return nil, r.fail(errTruncated)
	}
	next = i + int(n)
	return b[i:next], next
}

// Uint64 reads a uint64.
func (r *ProtoReader) Uint64(b []byte, i int) (v uint64, next int) {
	if uint(i) < uint(len(b)) && b[i] < 0x80 {
		return uint64(b[i]), i + 1
	}
	return r.longVarint(b, i)
}

// longVarint is the part of Uint64 that is too large to be inlined: for two bytes and more.
func (r *ProtoReader) longVarint(b []byte, i int) (v uint64, next int) {
	if i <= len(b)-10 {
		word := binary.LittleEndian.Uint64(b[i:])
		if last := ^word & continued; last != 0 {
			n := bits.TrailingZeros64(last) + 1
			return gather(word & (1<<n - 1) &^ continued), i + n/8
		}
		if b[i+8] >= 0x80 && b[i+9] == 1 { // as all negative numbers end
			return gather(word&^continued) | uint64(b[i+8]&0x7f)<<56 | 1<<63, i + 10
		}
	}
	var shift uint
	for ; uint(i) < uint(len(b)); i++ {
		c := b[i]
		if c < 0x80 {
			if shift == 63 && c > 1 {
				return 0, r.fail(errVarint)
			}
			return v | uint64(c)<<shift, i + 1
		}
		if shift == 63 {
			return 0, r.fail(errVarint)
		}
		v |= uint64(c&0x7f) << shift
		shift += 7
	}
	return 0, r.fail(errTruncated)
}

// Fixed32 reads a fixed32.
func (r *ProtoReader) Fixed32(b []byte, i int) (v uint32, next int) {
	if len(b)-i < 4 {
		return 0, r.fail(errTruncated)
	}
	return binary.LittleEndian.Uint32(b[i:]), i + 4
}

// Fixed64 reads a fixed64.
func (r *ProtoReader) Fixed64(b []byte, i int) (v uint64, next int) {
	if len(b)-i < 8 {
		return 0, r.fail(errTruncated)
	}
	return binary.LittleEndian.Uint64(b[i:]), i + 8
}
