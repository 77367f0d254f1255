package runtime

import (
	"bytes"
	"errors"
	"math"
	"strconv"
	"unsafe"
)

// This file reads numbers from JSON: as numbers, or as strings that hold one.

var (
	errJSONRange   = errors.New("number out of range")
	errJSONInteger = errors.New("not an integer")
	errJSONNumber  = errors.New("not a number")
)

// endOfNumber returns the index behind the number at i, or i if there is none.
func endOfNumber(b []byte, i int) (end int) {
	start := i
	if i < len(b) && b[i] == '-' {
		i++
	}
	switch {
	case i < len(b) && b[i] == '0':
		i++
	default:
		whole := i
		if i = digits(b, i); i == whole {
			return start
		}
	}
	if i < len(b) && b[i] == '.' {
		part := i + 1
		if i = digits(b, part); i == part {
			return start
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		exponent := i
		if i = digits(b, i); i == exponent {
			return start
		}
	}
	return i
}

// digits returns the index behind the digits at i.
func digits(b []byte, i int) int {
	for i < len(b) && b[i]-'0' <= 9 {
		i++
	}
	return i
}

// number reads a number, or a string that holds one, and returns its text; none for null.
func (r *JSONReader) number(b []byte, i int) (text []byte, next int) {
	if uint(i) >= uint(len(b)) {
		return nil, r.failAt(b, i, "")
	}
	if b[i] == '"' {
		s, next := r.str(b, i)
		if next == failed {
			return nil, failed
		}
		if len(s) == 0 || endOfNumber(s, 0) != len(s) {
			return s, r.fail(errJSONNumber)
		}
		return s, next
	}
	if b[i] == 'n' {
		return nil, r.Null(b, i)
	}
	if next = endOfNumber(b, i); next == i {
		return nil, r.failAt(b, i, "a number")
	}
	return b[i:next], next
}

// integer reads an integer as a sign and what follows it, at most limit, or limit+1 if it is negative.
func (r *JSONReader) integer(b []byte, i int, limit uint64) (negative bool, v uint64, next int) {
	text, next := r.number(b, i)
	if next == failed || len(text) == 0 {
		return false, 0, next
	}
	negative = text[0] == '-'
	s := text
	if negative {
		s = s[1:]
		limit++
	}
	v, exact := uint64(0), len(s) <= 19
	for _, c := range s {
		if c -= '0'; c > 9 {
			exact = false
			break
		}
		v = v*10 + uint64(c)
	}
	if !exact {
		var err error
		if v, err = longInteger(s); err != nil {
			return false, 0, r.fail(err)
		}
	}
	if v > limit {
		return false, 0, r.fail(errJSONRange)
	}
	return negative, v, next
}

// longInteger reads a number of 20 digits or more, or one that has a point or an exponent and may be an
// integer all the same, such as 1.50e2.
func longInteger(s []byte) (v uint64, err error) {
	exponent := 0
	if at := bytes.IndexAny(s, "eE"); at >= 0 {
		// One that is out of range is cut to 2^30, which is beyond the digits of every message and so of every number
		// but zero, and has room for a length.
		n, _ := strconv.ParseInt(string(s[at+1:]), 10, 31)
		exponent = int(n)
		s = s[:at]
	}
	whole, part := s, []byte(nil)
	if at := bytes.IndexByte(s, '.'); at >= 0 {
		whole, part = s[:at], bytes.TrimRight(s[at+1:], "0")
	}
	all := append(bytes.Clone(whole), part...)
	exponent -= len(part)
	all = bytes.TrimLeft(all, "0")
	for len(all) > 0 && exponent < 0 && all[len(all)-1] == '0' {
		all = all[:len(all)-1]
		exponent++
	}
	switch {
	case len(all) == 0:
		return 0, nil
	case exponent < 0:
		return 0, errJSONInteger
	case len(all)+exponent > 20:
		return 0, errJSONRange
	}
	all = append(all, "00000000000000000000"[:exponent]...)
	if v, err = strconv.ParseUint(string(all), 10, 64); err != nil {
		return 0, errJSONRange
	}
	return v, nil
}

// Int32 reads an integer of 32 bits.
func (r *JSONReader) Int32(b []byte, i int) (v int32, next int) {
	negative, u, next := r.integer(b, i, math.MaxInt32)
	if v = int32(u); negative {
		v = -v
	}
	return v, next
}

// Int64 reads an integer of 64 bits.
func (r *JSONReader) Int64(b []byte, i int) (v int64, next int) {
	negative, u, next := r.integer(b, i, math.MaxInt64)
	if v = int64(u); negative {
		v = -v
	}
	return v, next
}

// Uint32 reads an unsigned integer of 32 bits.
func (r *JSONReader) Uint32(b []byte, i int) (v uint32, next int) {
	u, next := r.unsigned(b, i, math.MaxUint32)
	return uint32(u), next
}

// Uint64 reads an unsigned integer of 64 bits.
func (r *JSONReader) Uint64(b []byte, i int) (v uint64, next int) {
	return r.unsigned(b, i, math.MaxUint64)
}

// unsigned reads an integer of at most limit. It is the same as integer, for what has no sign.
func (r *JSONReader) unsigned(b []byte, i int, limit uint64) (v uint64, next int) {
	text, end := r.number(b, i)
	if end == failed || len(text) == 0 {
		return 0, end
	}
	if text[0] == '-' {
		if v, err := longInteger(text[1:]); v != 0 || err != nil {
			return 0, r.fail(errJSONRange)
		}
		return 0, end
	}
	if len(text) <= 19 {
		exact := true
		for _, c := range text {
			if c -= '0'; c > 9 {
				exact = false
				break
			}
			v = v*10 + uint64(c)
		}
		if exact && v <= limit {
			return v, end
		}
	}
	v, err := longInteger(text)
	if err == nil && v > limit {
		err = errJSONRange
	}
	if err != nil {
		return 0, r.fail(err)
	}
	return v, end
}

// Float32 reads a float32.
func (r *JSONReader) Float32(b []byte, i int) (v float32, next int) {
	f, next := r.float(b, i, 32)
	return float32(f), next
}

// Float64 reads a float64.
func (r *JSONReader) Float64(b []byte, i int) (v float64, next int) { return r.float(b, i, 64) }

func (r *JSONReader) float(b []byte, i int, bits int) (v float64, next int) {
	if uint(i) < uint(len(b)) && b[i] == '"' {
		s, next := r.str(b, i)
		switch string(s) {
		case "NaN":
			return math.NaN(), next
		case "Infinity":
			return math.Inf(1), next
		case "-Infinity":
			return math.Inf(-1), next
		}
	}
	text, next := r.number(b, i)
	if next == failed || len(text) == 0 {
		return 0, next
	}
	// ParseFloat keeps nothing of its argument: its errors have a copy.
	v, err := strconv.ParseFloat(unsafe.String(&text[0], len(text)), bits)
	if err != nil {
		return 0, r.fail(errJSONRange)
	}
	return v, next
}
