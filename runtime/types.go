package runtime

import (
	"encoding/hex"
	"errors"
	"fmt"
)

// This file holds the two scalar types of topologies that Go has no type for.

// UUID is an RFC 9562 UUID. It travels as 16 bytes and is written as canonical text.
type UUID [16]byte

// ParseUUID reads the canonical text of a UUID, 36 characters in either case.
func ParseUUID(s string) (u UUID, err error) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return UUID{}, fmt.Errorf("invalid uuid %q, want 8-4-4-4-12 hexadecimal digits", s)
	}
	digits := s[:8] + s[9:13] + s[14:18] + s[19:23] + s[24:]
	if _, err := hex.Decode(u[:], []byte(digits)); err != nil {
		return UUID{}, fmt.Errorf("invalid uuid %q, want 8-4-4-4-12 hexadecimal digits", s)
	}
	return u, nil
}

// String returns the canonical text, in lower case.
func (u UUID) String() string { return string(u.Append(nil)) }

// Append appends the canonical text to b.
func (u UUID) Append(b []byte) []byte {
	for i, c := range [...][2]int{{0, 4}, {4, 6}, {6, 8}, {8, 10}, {10, 16}} {
		if i > 0 {
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, u[c[0]:c[1]])
	}
	return b
}

// MarshalText implements encoding.TextMarshaler.
func (u UUID) MarshalText() ([]byte, error) { return u.Append(nil), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (u *UUID) UnmarshalText(b []byte) (err error) {
	*u, err = ParseUUID(string(b))
	return err
}

// Decimal is a decimal number kept as its text: an optional sign, digits with an optional point
// among, before or after them, and an optional exponent, at most 128 characters. The empty Decimal
// is absent.
type Decimal string

const maxDecimal = 128

var errDecimal = errors.New("invalid decimal, want digits such as -12.50 or 1e-9")

// Check returns an error unless d is a decimal number or empty.
func (d Decimal) Check() error {
	if d == "" {
		return nil
	}
	s := string(d)
	if len(s) > maxDecimal {
		return fmt.Errorf("decimal of %d characters, at most %d are accepted", len(s), maxDecimal)
	}
	s = cutSign(s)
	whole, s := cutDigits(s)
	part := 0
	if s != "" && s[0] == '.' {
		part, s = cutDigits(s[1:])
	}
	if whole+part == 0 {
		return errDecimal
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		var n int
		if n, s = cutDigits(cutSign(s[1:])); n == 0 {
			return errDecimal
		}
	}
	if s != "" {
		return errDecimal
	}
	return nil
}

func cutSign(s string) string {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		return s[1:]
	}
	return s
}

// cutDigits counts the digits that s starts with and returns what follows them.
func cutDigits(s string) (n int, rest string) {
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n, s[n:]
}
