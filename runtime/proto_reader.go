package runtime

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
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
