package schema

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// This file turns the text of a value into the value, by the type of the field that it is for.

// typedValue returns the value that n writes, of a scalar or an enum. name is the key it stands at,
// what the field that it is for.
func (p *parser) typedValue(n *node, t Type, name, what string) Value {
	if t.Enum != nil {
		return p.enumValue(n, t.Enum, name, what)
	}
	parsed := parseScalar(n.value, t.Scalar)
	if parsed == nil {
		p.report(badValue, n.span, "%s %q of %s is no %s", name, clip(n.value), what, t.Scalar).help("%s", accepted(t.Scalar))
		return Value{}
	}
	return Value{n.text(), parsed}
}

func (p *parser) enumValue(n *node, e *Enum, name, what string) Value {
	for i := range e.Values {
		if e.Values[i].Name.Value == n.value {
			return Value{n.text(), &e.Values[i]}
		}
	}
	if !p.broken[e] {
		d := p.report(badValue, n.span, "%s %q of %s is no value of enum %q", name, clip(n.value), what, clip(e.Name.Value))
		p.suggestOf(d, n.value, "value", namesOf(p, e.Values, func(v EnumValue) string { return v.Name.Value }))
	}
	return Value{}
}

// integers are the ranges of the integer types.
var integers = map[Scalar]struct {
	low  int64
	high uint64
}{
	Int32: {math.MinInt32, math.MaxInt32}, Sint32: {math.MinInt32, math.MaxInt32}, Sfixed32: {math.MinInt32, math.MaxInt32},
	Int64: {math.MinInt64, math.MaxInt64}, Sint64: {math.MinInt64, math.MaxInt64}, Sfixed64: {math.MinInt64, math.MaxInt64},
	Uint32: {0, math.MaxUint32}, Fixed32: {0, math.MaxUint32},
	Uint64: {0, math.MaxUint64}, Fixed64: {0, math.MaxUint64},
}

var (
	floatPattern     = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)
	timestampPattern = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$`)
	uuidPattern      = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
	decimalPattern   = regexp.MustCompile(`^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$`)
)

// maxDecimal is how long the text of a decimal may be.
const maxDecimal = 128

// accepted says what parseScalar takes.
func accepted(t Scalar) string {
	if r, is := integers[t]; is {
		return fmt.Sprintf("a decimal integer from %d to %d, without leading zeros", r.low, r.high)
	}
	switch t {
	case Bool:
		return "true or false"
	case Float32, Float64:
		return "a number such as 12.5, -3 or 1e-9, in the range of the type"
	case Bytes:
		return "base64 with its padding, such as SGVsbG8="
	case Timestamp:
		return "RFC 3339 in the years 1 to 9999, such as 2024-12-31T23:59:59.5Z"
	case Duration:
		return "a number with a unit, such as 500ms, 2s or 1m30s"
	case UUID:
		return "canonical text, such as 123e4567-e89b-12d3-a456-426614174000"
	case Decimal:
		return fmt.Sprintf("digits such as -12.50 or 1e-9, at most %d characters", maxDecimal)
	case JSON:
		return `a JSON document as text, such as '{"a": 1}'`
	}
	return "text"
}

// parseScalar returns the value of a scalar type that s writes, or nil if it writes none.
func parseScalar(s string, t Scalar) any {
	if r, is := integers[t]; is {
		return parseInteger(s, r.low, r.high)
	}
	switch t {
	case String:
		return s
	case Bool:
		if s == "true" || s == "false" {
			return s == "true"
		}
	case Float32, Float64:
		bits := 64
		if t == Float32 {
			bits = 32
		}
		if f, err := strconv.ParseFloat(s, bits); err == nil && floatPattern.MatchString(s) {
			return f
		}
	case Bytes:
		if b, err := base64.StdEncoding.Strict().DecodeString(s); err == nil && !strings.ContainsAny(s, "\r\n") {
			return b
		}
	case Timestamp:
		u, err := time.Parse(time.RFC3339Nano, s)
		if u = u.UTC(); err == nil && timestampPattern.MatchString(s) && 1 <= u.Year() && u.Year() <= 9999 {
			return u
		}
	case Duration:
		if d, err := time.ParseDuration(s); err == nil && durationPattern.MatchString(s) {
			return d
		}
	case UUID:
		if uuidPattern.MatchString(s) {
			var u [16]byte
			_, _ = hex.Decode(u[:], []byte(strings.ReplaceAll(s, "-", ""))) // these are 32 digits
			return u
		}
	case Decimal:
		if m := decimalPattern.FindStringSubmatch(s); m != nil && m[2]+m[3] != "" && len(s) <= maxDecimal {
			return s
		}
	case JSON:
		if json.Valid([]byte(s)) {
			return s
		}
	}
	return nil
}

// parseInteger returns an int64, or a uint64 of a type that has no negative numbers; nil if s is not
// in its range.
func parseInteger(s string, low int64, high uint64) any {
	if !integerPattern.MatchString(s) {
		return nil
	}
	if low == 0 {
		if n, err := strconv.ParseUint(s, 10, 64); err == nil && n <= high {
			return n
		}
		return nil
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && low <= n && n <= int64(high) {
		return n
	}
	return nil
}

// isOrdered reports whether values of a scalar type have an order that limits can speak of.
func isOrdered(t Scalar) bool {
	_, integer := integers[t]
	return integer || slices.Contains([]Scalar{Float32, Float64, Timestamp, Duration, Decimal}, t)
}

// compareValues orders two values of one ordered type.
func compareValues(a, b any) int {
	switch a := a.(type) {
	case int64:
		return cmp.Compare(a, b.(int64))
	case uint64:
		return cmp.Compare(a, b.(uint64))
	case float64:
		return cmp.Compare(a, b.(float64))
	case time.Duration:
		return cmp.Compare(a, b.(time.Duration))
	case time.Time:
		return a.Compare(b.(time.Time))
	}
	return compareDecimals(a.(string), b.(string))
}

// compareDecimals orders two decimals by what they are worth, whatever their exponents: none is ever
// written out.
func compareDecimals(a, b string) int {
	signA, pointA, digitsA := splitDecimal(a)
	signB, pointB, digitsB := splitDecimal(b)
	if signA != signB || signA == 0 {
		return cmp.Compare(signA, signB)
	}
	c := pointA.Cmp(pointB)
	if c == 0 {
		c = strings.Compare(digitsA, digitsB)
	}
	return c * signA
}

// splitDecimal returns a decimal as sign × 0.digits × 10^point; the sign of zero is 0.
func splitDecimal(s string) (sign int, point *big.Int, digits string) {
	m := decimalPattern.FindStringSubmatch(s)
	point = new(big.Int)
	if m[4] != "" {
		point.SetString(m[4], 10)
	}
	digits = strings.TrimLeft(m[2]+m[3], "0")
	point.Add(point, big.NewInt(int64(len(digits)-len(m[3]))))
	digits = strings.TrimRight(digits, "0")
	switch {
	case digits == "":
		return 0, point, ""
	case m[1] == "-":
		return -1, point, digits
	}
	return 1, point, digits
}

// isZero reports whether a value is the zero of its type.
func isZero(v any) bool {
	switch v := v.(type) {
	case bool:
		return !v
	case int64:
		return v == 0
	case uint64:
		return v == 0
	case float64:
		return v == 0
	case string:
		return v == ""
	case []byte:
		return len(v) == 0
	case time.Time:
		return v.IsZero()
	case time.Duration:
		return v == 0
	case [16]byte:
		return v == [16]byte{}
	case *EnumValue:
		return v.Number == 0
	}
	return false
}
