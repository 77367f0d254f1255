package runtime

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"sync/atomic"
	"time"
	"unicode/utf8"
	"unsafe"
)

// This file reads the values of fields from JSON. A null is the zero value: protobuf's mapping has null for
// a field that is absent.

type jsonDocument = json.RawMessage

var (
	errJSONRange    = errors.New("number out of range")
	errJSONInteger  = errors.New("not an integer")
	errJSONNumber   = errors.New("not a number")
	errJSONBase64   = errors.New("invalid base64")
	errJSONUUID     = errors.New("invalid uuid")
	errJSONTime     = errors.New("invalid timestamp, want RFC 3339 such as 2006-01-02T15:04:05Z")
	errJSONDuration = errors.New("invalid duration, want seconds such as 1.5s")
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

// str reads a string. The bytes it returns are part of b unless there are escapes.
func (r *JSONReader) str(b []byte, i int) (s []byte, next int) {
	if uint(i) >= uint(len(b)) || b[i] != '"' {
		return nil, r.failAt(b, i, "a string")
	}
	start := i + 1
	all := byte(0) // the bits of all bytes together
	for i = start; i < len(b) && plainInJSON[b[i]]; i++ {
		all |= b[i]
	}
	switch {
	case i >= len(b):
		return nil, r.fail(errTruncated)
	case b[i] == '\\':
		return r.escaped(b, start, i)
	case b[i] != '"':
		return nil, r.failAt(b, i, "no control character")
	}
	s = b[start:i]
	if all >= utf8.RuneSelf && !utf8.Valid(s) {
		return nil, r.fail(errUTF8)
	}
	return s, i + 1
}

// escaped reads the string that begins at start and has its first escape at i.
func (r *JSONReader) escaped(b []byte, start, i int) (s []byte, next int) {
	s = append(make([]byte, 0, i-start+32), b[start:i]...)
	for i < len(b) {
		switch c := b[i]; {
		case c == '"':
			if !utf8.Valid(s) {
				return nil, r.fail(errUTF8)
			}
			return s, i + 1
		case c < ' ':
			return nil, r.failAt(b, i, "no control character")
		case c != '\\':
			s = append(s, c)
			i++
			continue
		}
		if i+1 >= len(b) {
			break
		}
		c := b[i+1]
		i += 2
		switch c {
		case '"', '\\', '/':
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 't':
			c = '\t'
		case 'u':
			v := hex4(b, i)
			i += 4
			if 0xd800 <= v && v < 0xe000 { // half of a character, whose other half has to follow
				low := rune(-1)
				if i+1 < len(b) && b[i] == '\\' && b[i+1] == 'u' {
					low = hex4(b, i+2)
				}
				i += 6
				if v >= 0xdc00 || low < 0xdc00 || low >= 0xe000 {
					v = -1
				} else {
					v = (v-0xd800)<<10 + (low - 0xdc00) + 0x10000
				}
			}
			if v < 0 {
				return nil, r.fail(errJSONEscape)
			}
			s = utf8.AppendRune(s, v)
			continue
		default:
			return nil, r.fail(errJSONEscape)
		}
		s = append(s, c)
	}
	return nil, r.fail(errTruncated)
}

// hex4 reads four hexadecimal digits; it returns -1 if there are none.
func hex4(b []byte, i int) (v rune) {
	if len(b)-i < 4 {
		return -1
	}
	for _, c := range b[i : i+4] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		v = v<<4 | rune(c)
	}
	return v
}

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
		// One that is no int is beyond every number but zero.
		if exponent, err = strconv.Atoi(string(s[at+1:])); err != nil {
			exponent = math.MaxInt32
			if s[at+1] == '-' {
				exponent = -exponent
			}
		}
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
	return string(s), next
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
	depth := r.depth
	r.depth = maxDepth - maxDocument
	next = r.Skip(b, i)
	r.depth = depth
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

// Timestamp reads RFC 3339 with up to nine fractional digits and returns it in UTC.
func (r *JSONReader) Timestamp(b []byte, i int) (v time.Time, next int) {
	s, next := r.text(b, i)
	if s == nil || next == failed {
		return v, next
	}
	const shortest = len("2006-01-02T15:04:05Z")
	if len(s) < shortest || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return v, r.fail(errJSONTime)
	}
	year := two(s, 0)*100 + two(s, 2)
	month, day, hour, minute, second := two(s, 5), two(s, 8), two(s, 11), two(s, 14), two(s, 17)
	if two(s, 0)|two(s, 2)|month|day|hour|minute|second < 0 {
		return v, r.fail(errJSONTime)
	}
	nanos, rest := fraction(s[19:])
	if month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59 || nanos < 0 {
		return v, r.fail(errJSONTime)
	}
	offset := 0
	switch {
	case len(rest) == 1 && rest[0] == 'Z':
	case len(rest) == 6 && (rest[0] == '+' || rest[0] == '-') && rest[3] == ':':
		h, m := two(rest, 1), two(rest, 4)
		if h|m < 0 || h > 23 || m > 59 {
			return v, r.fail(errJSONTime)
		}
		if offset = (h*60 + m) * 60; rest[0] == '-' {
			offset = -offset
		}
	default:
		return v, r.fail(errJSONTime)
	}
	v = time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC)
	if offset != 0 {
		v = v.Add(time.Duration(-offset) * time.Second)
	}
	if unix := v.Unix(); unix < minTimestamp || unix > maxTimestamp {
		return time.Time{}, r.fail(errTimeRange)
	}
	return v, next
}

// two reads two digits; it returns a negative number if there are none.
func two(s []byte, i int) int {
	a, b := s[i]-'0', s[i+1]-'0'
	if a > 9 || b > 9 {
		return -1
	}
	return int(a)*10 + int(b)
}

// fraction reads a point and one to nine digits behind it, in nanoseconds, if there is a point. It returns
// -1 if what is there is something else.
func fraction(s []byte) (nanos int, rest []byte) {
	if len(s) == 0 || s[0] != '.' {
		return 0, s
	}
	end := digits(s, 1)
	if end == 1 || end > 10 {
		return -1, nil
	}
	for _, c := range s[1:end] {
		nanos = nanos*10 + int(c-'0')
	}
	for i := end; i < 10; i++ {
		nanos *= 10
	}
	return nanos, s[end:]
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// Duration reads seconds with up to nine fractional digits, such as "1.5s", of at most 292 years.
func (r *JSONReader) Duration(b []byte, i int) (v time.Duration, next int) {
	s, next := r.text(b, i)
	if s == nil || next == failed {
		return 0, next
	}
	negative := len(s) > 0 && s[0] == '-'
	if negative {
		s = s[1:]
	}
	end := digits(s, 0)
	nanos, rest := fraction(s[end:])
	if end == 0 || nanos < 0 || len(rest) != 1 || rest[0] != 's' {
		return 0, r.fail(errJSONDuration)
	}
	seconds, err := strconv.ParseUint(string(s[:end]), 10, 64)
	if err != nil || seconds > math.MaxInt64/uint64(time.Second) {
		return 0, r.fail(errTimeRange)
	}
	u := seconds*uint64(time.Second) + uint64(nanos)
	limit := uint64(math.MaxInt64)
	if negative {
		limit++
	}
	if u > limit {
		return 0, r.fail(errTimeRange)
	}
	if v = time.Duration(u); negative {
		v = -v
	}
	return v, next
}
