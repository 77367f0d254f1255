package runtime

import (
	"bytes"
	"cmp"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// This file holds what the Validate methods of generated code say of values that are not within their
// limits. The comparisons stand in generated code; here are the errors, which cost nothing until then.

// LimitError says which of a field's limits its value does not keep. It stands in a *FieldError, which
// says where.
type LimitError struct {
	Limit  string // required, min, max, min_len, max_len, min_items, max_items, pattern or depth
	Reason string // what was found, cut to a length that is safe to log, and what is accepted
}

func (e *LimitError) Error() string { return e.Reason }

// InItem puts err, which may be a *FieldError of a message, into one item of the named list, or the value
// of one key of the named map.
func InItem(name string, key any, err error) error {
	if s, ok := key.(string); ok {
		key = quoteFrame([]byte(s))
	}
	return InField(fmt.Sprintf("%s[%v]", name, key), err)
}

// Missing is the error of a required value that is absent, zero or empty.
func Missing() error { return &LimitError{"required", "missing, a value is required"} }

// BelowMin is the error of a value that is less than its min.
func BelowMin[T any](v, min T) error {
	return &LimitError{"min", fmt.Sprintf("%v, want at least %v", asDeclared(v), asDeclared(min))}
}

// AboveMax is the error of a value that is greater than its max.
func AboveMax[T any](v, max T) error {
	return &LimitError{"max", fmt.Sprintf("%v, want at most %v", asDeclared(v), asDeclared(max))}
}

// asDeclared returns what prints v as a topology declares values of its type: a time has a notation of its
// own in Go.
func asDeclared(v any) any {
	if t, is := v.(time.Time); is {
		return t.UTC().Format(time.RFC3339Nano)
	}
	return v
}

// TooShort is the error of a string, or of bytes, of n bytes.
func TooShort(n, min int) error {
	return &LimitError{"min_len", fmt.Sprintf("%s, want at least %d", count(n, "byte"), min)}
}

// TooLong is the error of a string, or of bytes, of n bytes.
func TooLong(n, max int) error {
	return &LimitError{"max_len", fmt.Sprintf("%s, want at most %d", count(n, "byte"), max)}
}

// TooFew is the error of a list or map of n items.
func TooFew(n, min int) error {
	return &LimitError{"min_items", fmt.Sprintf("%s, want at least %d", count(n, "item"), min)}
}

// TooMany is the error of a list or map of n items.
func TooMany(n, max int) error {
	return &LimitError{"max_items", fmt.Sprintf("%s, want at most %d", count(n, "item"), max)}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprint(n, " ", what, "s")
}

// CheckDepth refuses messages within messages that no receiver would take, and so ends in a message
// that contains itself.
func CheckDepth(depth int) error {
	if depth > maxDepth {
		return &FieldError{Err: &LimitError{"depth", errDepth.Error()}}
	}
	return nil
}

// TextPattern is what all of a text has to match. It is compiled when it is first needed.
type TextPattern struct {
	expr string
	once sync.Once
	re   *regexp.Regexp
}

// NewPattern returns the pattern of an expression, which zmqgen has checked.
func NewPattern(expr string) *TextPattern { return &TextPattern{expr: expr} }

// Matches reports whether the pattern matches all of s.
func (p *TextPattern) Matches(s string) bool {
	p.once.Do(func() { p.re = regexp.MustCompile("^(?:" + p.expr + ")$") })
	return p.re.MatchString(s)
}

// Mismatch is the error of a text that does not match.
func (p *TextPattern) Mismatch(s string) error {
	return &LimitError{"pattern", fmt.Sprintf("%s, want what matches %s", quoteFrame([]byte(s)), p.expr)}
}

// CheckDecimal holds v to a least and a greatest value; an empty one is no limit. A decimal that is
// absent is within all limits.
func CheckDecimal(v, min, max Decimal) error {
	if v == "" {
		return nil
	}
	if err := v.Check(); err != nil {
		return err
	}
	if min != "" && compareDecimals(v, min) < 0 {
		return BelowMin(v, min)
	}
	if max != "" && compareDecimals(v, max) > 0 {
		return AboveMax(v, max)
	}
	return nil
}

// compareDecimals orders two decimals by what they are worth. None is ever written out, so that a
// large exponent costs no memory.
func compareDecimals(a, b Decimal) int {
	var bufA, bufB [maxDecimal]byte
	signA, placeA, digitsA := a.split(bufA[:0])
	signB, placeB, digitsB := b.split(bufB[:0])
	if signA != signB || signA == 0 {
		return cmp.Compare(signA, signB)
	}
	c := placeA.compare(placeB)
	if c == 0 {
		c = bytes.Compare(digitsA, digitsB)
	}
	return c * signA
}

// split returns a decimal as sign × 0.digits × 10^place; the sign of zero is 0. The digits are put into
// buf, as far as that has room.
func (d Decimal) split(buf []byte) (sign int, at place, digits []byte) {
	s := cutSign(string(d))
	if e := strings.IndexAny(s, "eE"); e >= 0 {
		s, at.exponent = s[:e], s[e+1:]
	}
	whole, part, _ := strings.Cut(s, ".")
	digits = bytes.TrimLeft(append(append(buf, whole...), part...), "0")
	at.point = len(digits) - len(part)
	digits = bytes.TrimRight(digits, "0")
	switch {
	case len(digits) == 0:
		return 0, at, nil
	case d[0] == '-':
		return -1, at, digits
	}
	return 1, at, digits
}

// place is a power of ten: point plus exponent.
type place struct {
	point    int
	exponent string // an optional sign and digits; empty for 0
}

func (p place) compare(q place) int {
	a, smallA := p.small()
	b, smallB := q.small()
	if smallA && smallB {
		return cmp.Compare(a, b)
	}
	return p.large().Cmp(q.large())
}

// small is the place if an int64 is sure to hold it.
func (p place) small() (n int64, ok bool) {
	const most = 18 // characters of an exponent: far from what is too much, whatever the point
	switch {
	case len(p.exponent) > most:
		return 0, false
	case p.exponent != "":
		n, _ = strconv.ParseInt(p.exponent, 10, 64) // cannot fail: the decimal was checked
	}
	return n + int64(p.point), true
}

// large is the place, whatever its exponent.
func (p place) large() *big.Int {
	n := new(big.Int)
	if p.exponent != "" {
		n.SetString(strings.TrimPrefix(p.exponent, "+"), 10)
	}
	return n.Add(n, big.NewInt(int64(p.point)))
}
