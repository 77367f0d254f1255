package runtime

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"sync/atomic"
	"unsafe"
)

// This file reads the values of fields from JSON. A null is the zero value: protobuf's mapping has null for
// a field that is absent.

var (
	errJSONBase64 = errors.New("invalid base64")
	errJSONUUID   = errors.New("invalid uuid, want 8-4-4-4-12 hexadecimal digits")
)

var unknownEnumNames atomic.Uint64

// UnknownEnumNames returns how many names of enum values this program has read from JSON that its topologies
// do not declare, in messages that were received or read otherwise. Each was read as zero.
func UnknownEnumNames() uint64 { return unknownEnumNames.Load() }

// UnknownName counts the name of an enum value that the enum does not declare.
func (r *JSONReader) UnknownName() {
	if r.err == nil {
		unknownEnumNames.Add(1)
	}
}

// Bool reads a bool.
func (r *JSONReader) Bool(b []byte, i int) (v bool, next int) {
	if uint(i) < uint(len(b)) {
		switch b[i] {
		case 't':
			return true, r.word(b, i, "true")
		case 'f':
			return false, r.word(b, i, "false")
		case 'n':
			return false, r.Null(b, i)
		}
	}
	return false, r.failAt(b, i, "true or false")
}

// text reads a string; it is nil for null.
func (r *JSONReader) text(b []byte, i int) (s []byte, next int) {
	if uint(i) < uint(len(b)) && b[i] == 'n' {
		return nil, r.Null(b, i)
	}
	return r.str(b, i)
}

// Text reads a string.
func (r *JSONReader) Text(b []byte, i int) (v string, next int) {
	s, next := r.text(b, i)
	if next == failed {
		return "", failed
	}
	return r.keep(s, len(s)+len(b)-next), next
}

// Bytes reads base64, of either alphabet and padded or not, into a slice of its own. It is nil for null
// alone.
func (r *JSONReader) Bytes(b []byte, i int) (v []byte, next int) {
	s, next := r.text(b, i)
	if s == nil || next == failed {
		return nil, next
	}
	encoding := base64.StdEncoding
	if bytes.IndexByte(s, '-') >= 0 || bytes.IndexByte(s, '_') >= 0 {
		encoding = base64.URLEncoding
	}
	if len(s)%4 != 0 {
		encoding = encoding.WithPadding(base64.NoPadding)
	}
	v = make([]byte, encoding.DecodedLen(len(s)))
	n, err := encoding.Decode(v, s)
	if err != nil {
		return nil, r.fail(errJSONBase64)
	}
	return v[:n], next
}

// UUID reads the canonical text of a uuid, in either case; an empty string is the zero one.
func (r *JSONReader) UUID(b []byte, i int) (v UUID, next int) {
	s, next := r.text(b, i)
	if len(s) == 0 {
		return v, next
	}
	if len(s) != 36 {
		return v, r.fail(errJSONUUID)
	}
	v, err := ParseUUID(unsafe.String(&s[0], len(s)))
	if err != nil {
		return UUID{}, r.fail(errJSONUUID)
	}
	return v, next
}

// Decimal reads a decimal: a string, or a number as it is written.
func (r *JSONReader) Decimal(b []byte, i int) (v Decimal, next int) {
	var s []byte
	if uint(i) < uint(len(b)) && (b[i] == '-' || b[i]-'0' <= 9) {
		s, next = r.number(b, i)
	} else {
		s, next = r.text(b, i)
	}
	if next == failed {
		return "", failed
	}
	v = Decimal(s)
	if err := v.Check(); err != nil {
		return "", r.fail(err)
	}
	return v, next
}

// JSON reads a JSON document into a slice of its own. A null is a document.
func (r *JSONReader) JSON(b []byte, i int) (v json.RawMessage, next int) {
	next = r.skip(b, i, maxDocument)
	if next == failed {
		return nil, failed
	}
	return bytes.Clone(b[i:next]), next
}

// Enum reads an enum's value: its name, or, if name is empty, its number.
func (r *JSONReader) Enum(b []byte, i int) (name []byte, number int32, next int) {
	if uint(i) < uint(len(b)) && b[i] == '"' {
		name, next = r.str(b, i)
		if len(name) == 0 {
			r.UnknownName()
		}
		return name, 0, next
	}
	number, next = r.Int32(b, i)
	return nil, number, next
}
