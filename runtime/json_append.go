package runtime

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
)

// This file writes JSON as protobuf's mapping has it: each function appends one value to a slice. Names
// and commas, and which values are left out, are generated code's: it writes every field of an object
// behind a comma, and EndJSONObject makes the first one a brace.

// EndJSONObject ends the object whose fields, each behind a comma, were appended to b since it was start
// bytes long.
func EndJSONObject(b []byte, start int) []byte {
	if len(b) == start {
		return append(b, '{', '}')
	}
	b[start] = '{'
	return append(b, '}')
}

// EndJSONList ends the list whose items, each behind a comma, were appended to b since it was start bytes
// long.
func EndJSONList(b []byte, start int) []byte {
	if len(b) == start {
		return append(b, '[', ']')
	}
	b[start] = '['
	return append(b, ']')
}

// AppendJSONBool appends a bool.
func AppendJSONBool(b []byte, v bool) []byte { return strconv.AppendBool(b, v) }

// AppendJSONInt32 appends an integer of 32 bits as a number.
func AppendJSONInt32(b []byte, v int32) []byte { return strconv.AppendInt(b, int64(v), 10) }

// AppendJSONUint32 appends an integer of 32 bits as a number.
func AppendJSONUint32(b []byte, v uint32) []byte { return strconv.AppendUint(b, uint64(v), 10) }

// AppendJSONInt64 appends an integer of 64 bits, which is a string: the numbers of JavaScript end at 2^53.
func AppendJSONInt64(b []byte, v int64) []byte {
	return append(strconv.AppendInt(append(b, '"'), v, 10), '"')
}

// AppendJSONUint64 appends an integer of 64 bits, which is a string.
func AppendJSONUint64(b []byte, v uint64) []byte {
	return append(strconv.AppendUint(append(b, '"'), v, 10), '"')
}

// AppendJSONFloat32 appends a float32.
func AppendJSONFloat32(b []byte, v float32) []byte { return appendJSONFloat(b, float64(v), 32) }

// AppendJSONFloat64 appends a float64.
func AppendJSONFloat64(b []byte, v float64) []byte { return appendJSONFloat(b, v, 64) }

// appendJSONFloat appends the shortest number that is read as v again, in the form of ECMAScript.
func appendJSONFloat(b []byte, v float64, bits int) []byte {
	switch {
	case v != v:
		return append(b, `"NaN"`...)
	case v > math.MaxFloat64:
		return append(b, `"Infinity"`...)
	case v < -math.MaxFloat64:
		return append(b, `"-Infinity"`...)
	}
	a := math.Abs(v)
	if a == 0 || a >= 1e-6 && a < 1e21 {
		return strconv.AppendFloat(b, v, 'f', -1, bits)
	}
	b = strconv.AppendFloat(b, v, 'e', -1, bits)
	if n := len(b); b[n-4] == 'e' && b[n-3] == '-' && b[n-2] == '0' { // e-09 is e-9
		b[n-2] = b[n-1]
		b = b[:n-1]
	}
	return b
}

// plainInJSON are the bytes that stand for themselves in a string.
var plainInJSON = func() (plain [256]bool) {
	for c := range plain {
		plain[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return plain
}()

const hexDigits = "0123456789abcdef"

// AppendJSONString appends a string. It must be valid UTF-8.
func AppendJSONString(b []byte, v string) ([]byte, error) {
	if !validText(v) {
		return b, errUTF8
	}
	b = append(b, '"')
	start := 0
	for i := 0; i < len(v); i++ {
		c := v[i]
		if plainInJSON[c] {
			continue
		}
		b = append(b, v[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\b':
			b = append(b, '\\', 'b')
		case '\f':
			b = append(b, '\\', 'f')
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(append(b, v[start:]...), '"'), nil
}

// AppendJSONBytes appends bytes as base64.
func AppendJSONBytes(b, v []byte) []byte {
	return append(base64.StdEncoding.AppendEncode(append(b, '"'), v), '"')
}

// AppendJSONUUID appends the canonical text of v.
func AppendJSONUUID(b []byte, v UUID) []byte { return append(v.Append(append(b, '"')), '"') }

// AppendJSONDecimal appends a decimal as a string.
func AppendJSONDecimal(b []byte, v Decimal) ([]byte, error) {
	if err := v.Check(); err != nil {
		return b, err
	}
	return append(append(append(b, '"'), v...), '"'), nil
}

// AppendJSONDocument appends a JSON document as it is. An empty one is null.
func AppendJSONDocument(b []byte, v json.RawMessage) ([]byte, error) {
	if len(v) == 0 {
		return append(b, "null"...), nil
	}
	if !validUTF8(v) {
		return b, errUTF8
	}
	// The reader's own rules: what is sent can be received.
	r := NewJSONReader(v)
	r.End(v, r.skip(v, r.Start(v), maxDocument))
	if r.err != nil {
		return b, r.err
	}
	return append(b, v...), nil
}

// AppendJSONTimestamp appends t, in UTC, with no fractional digits, 3, 6 or 9.
func AppendJSONTimestamp(b []byte, t time.Time) ([]byte, error) {
	s := t.Unix()
	if s < minTimestamp || s > maxTimestamp {
		return b, fmt.Errorf("time %d s from 1970 is outside the years 1 to 9999", s)
	}
	t = t.UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	b = append2(append2(append(b, '"'), year/100), year%100)
	b = append2(append(b, '-'), int(month))
	b = append2(append(b, '-'), day)
	b = append2(append(b, 'T'), hour)
	b = append2(append(b, ':'), minute)
	b = append2(append(b, ':'), second)
	b = appendFraction(b, t.Nanosecond())
	return append(b, 'Z', '"'), nil
}

// AppendJSONDuration appends d in seconds: "1.500s".
func AppendJSONDuration(b []byte, d time.Duration) []byte {
	b = append(b, '"')
	u := uint64(d)
	if d < 0 {
		u = -u
		b = append(b, '-')
	}
	b = strconv.AppendUint(b, u/uint64(time.Second), 10)
	b = appendFraction(b, int(u%uint64(time.Second)))
	return append(b, 's', '"')
}

// append2 appends n in two digits.
func append2(b []byte, n int) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }

// appendFraction appends a fraction of a second in 3, 6 or 9 digits, or not at all.
func appendFraction(b []byte, nanos int) []byte {
	if nanos == 0 {
		return b
	}
	digits := 9
	for nanos%1000 == 0 {
		nanos /= 1000
		digits -= 3
	}
	b = append(b, '.')
	at := len(b)
	b = append(b, "000000000"[:digits]...)
	for i := at + digits - 1; nanos > 0; i-- {
		b[i] = byte('0' + nanos%10)
		nanos /= 10
	}
	return b
}
