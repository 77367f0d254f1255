package runtime

import (
	"errors"
	"math"
	"strconv"
	"time"
)

// This file reads timestamps and durations from JSON.

var (
	errJSONTime     = errors.New("invalid timestamp, want RFC 3339 such as 2006-01-02T15:04:05Z")
	errJSONDuration = errors.New("invalid duration, want seconds such as 1.5s")
)

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
