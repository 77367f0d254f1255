package runtime

import (
	"errors"
	"fmt"
	"math"
	"strconv"
)

// This file is the forms of the encoding frames that are decimal text. What is written is canonical. What is
// read is strict: no sign but a minus, no spaces and no leading zeros, so that a frame of another form is not
// taken for a number by chance; but any digits and any exponent of a float.

// maxNumberText is more than the longest number in common use has, a float64 written out in full.
const maxNumberText = 400

var (
	errIntText   = errors.New("not a decimal integer, such as -12")
	errUintText  = errors.New("not a decimal integer of 0 or more, such as 12")
	errFloatText = errors.New("not a decimal number, such as -12.5 or 1e-9")
	errFinite    = errors.New("infinities and NaN have no decimal text")
	errBoolText  = errors.New("a bool as text is 0 or 1")
	errTextRange = errors.New("a number out of range")
)

// AppendIntText appends a signed integer as decimal text.
func AppendIntText[T ~int32 | ~int64](b []byte, v T) []byte {
	return strconv.AppendInt(b, int64(v), 10)
}

// AppendUintText appends an unsigned integer as decimal text.
func AppendUintText[T ~uint32 | ~uint64](b []byte, v T) []byte {
	return strconv.AppendUint(b, uint64(v), 10)
}

// AppendFloatText appends a float as the shortest decimal text that stands for it and no other, with an
// exponent if it is below 1e-6 or from 1e21 on.
func AppendFloatText[T float32 | float64](b []byte, v T) ([]byte, error) {
	f := float64(v)
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return b, errFinite
	}
	format := byte('f')
	if a := T(math.Abs(f)); a != 0 && (a < 1e-6 || a >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(b, f, format, -1, sizeOf[T]()), nil
}

// AppendBoolText appends a bool as 0 or 1.
func AppendBoolText(b []byte, v bool) []byte {
	if v {
		return append(b, '1')
	}
	return append(b, '0')
}

// isIntegerText reports whether b is digits without a leading zero.
func isIntegerText(b []byte) bool {
	if len(b) == 0 || len(b) > maxNumberText || b[0] == '0' && len(b) > 1 {
		return false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// ReadIntText reads a signed integer that is decimal text.
func ReadIntText[T ~int32 | ~int64](b []byte, v *T) error {
	digits := b
	if len(b) > 1 && b[0] == '-' && b[1] != '0' {
		digits = b[1:]
	}
	if !isIntegerText(digits) {
		return errIntText
	}
	n, err := strconv.ParseInt(string(b), 10, sizeOf[T]())
	if err != nil {
		return errTextRange
	}
	*v = T(n)
	return nil
}

// ReadUintText reads an unsigned integer that is decimal text.
func ReadUintText[T ~uint32 | ~uint64](b []byte, v *T) error {
	if !isIntegerText(b) {
		return errUintText
	}
	n, err := strconv.ParseUint(string(b), 10, sizeOf[T]())
	if err != nil {
		return errTextRange
	}
	*v = T(n)
	return nil
}

// ReadFloatText reads a float that is decimal text.
func ReadFloatText[T float32 | float64](b []byte, v *T) error {
	if len(b) > maxNumberText {
		return fmt.Errorf("a number of %d characters, at most %d are accepted", len(b), maxNumberText)
	}
	if !isFloatText(string(b)) {
		return errFloatText
	}
	f, err := strconv.ParseFloat(string(b), sizeOf[T]())
	if err != nil {
		return errTextRange
	}
	*v = T(f)
	return nil
}

// isFloatText reports whether s is a number as JSON writes one.
func isFloatText(s string) bool {
	if s != "" && s[0] == '-' {
		s = s[1:]
	}
	whole, rest := cutDigits(s)
	if whole == 0 || s[0] == '0' && whole > 1 {
		return false
	}
	if rest != "" && rest[0] == '.' {
		var n int
		if n, rest = cutDigits(rest[1:]); n == 0 {
			return false
		}
	}
	if rest != "" && (rest[0] == 'e' || rest[0] == 'E') {
		var n int
		if n, rest = cutDigits(cutSign(rest[1:])); n == 0 {
			return false
		}
	}
	return rest == ""
}

// ReadBoolText reads a bool that is the text 0 or 1.
func ReadBoolText(b []byte, v *bool) error {
	if len(b) != 1 || b[0] != '0' && b[0] != '1' {
		return errBoolText
	}
	*v = b[0] == '1'
	return nil
}
