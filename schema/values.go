package schema

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// This file turns the text of scalars into numbers, durations and sizes.

var integerPattern = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)

// integer returns the number that t writes, between low and high.
func (p *parser) integer(t Text, what string, low, high int64) (int64, bool) {
	if !integerPattern.MatchString(t.Value) {
		d := p.report(badNumber, t.Span, "%s %q is not a number", what, clip(t.Value))
		d.help("a decimal integer from %d to %d, without leading zeros", low, high)
		return 0, false
	}
	n, err := strconv.ParseInt(t.Value, 10, 64)
	if err != nil || n < low || n > high {
		p.report(badNumber, t.Span, "%s %s is out of range", what, clip(t.Value)).help("from %d to %d", low, high)
		return 0, false
	}
	return n, true
}

var durationPattern = regexp.MustCompile(`^-?([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$|^0$`)

// duration returns the time that t writes, at least low. ZeroMQ counts whole milliseconds in 32 bits.
func (p *parser) duration(t Text, what string, low time.Duration) (time.Duration, bool) {
	const most = math.MaxInt32 * time.Millisecond
	d, err := time.ParseDuration(t.Value)
	if err != nil && durationPattern.MatchString(t.Value) {
		d, err = math.MaxInt64, nil // well formed, so it is too long
	}
	switch {
	case err != nil || !durationPattern.MatchString(t.Value):
		p.report(badDuration, t.Span, "%s %q is not a duration", what, clip(t.Value)).
			help("a number with a unit, such as 500ms, 2s or 1m30s")
	case d < low || d > most:
		p.report(badDuration, t.Span, "%s %s is out of range", what, clip(t.Value)).help("from %s to %s", low, most)
	case d%time.Millisecond != 0:
		p.report(badDuration, t.Span, "%s %s is not a whole number of milliseconds", what, t.Value)
	default:
		return d, true
	}
	return 0, false
}

var sizeUnits = map[string]int64{"": 1, "kB": 1e3, "MB": 1e6, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}

// size returns the bytes that t writes.
func (p *parser) size(t Text, what string) (int64, bool) {
	digits := strings.TrimRight(t.Value, "BGKMik")
	unit, known := sizeUnits[t.Value[len(digits):]]
	if !known || !integerPattern.MatchString(digits) {
		p.report(badSize, t.Span, "%s %q is not a size", what, clip(t.Value)).
			help("a number of bytes, or one with kB, MB, KiB, MiB or GiB, such as 16MiB")
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 1 || n > math.MaxInt32/unit {
		p.report(badSize, t.Span, "%s %s is out of range", what, clip(t.Value)).help("from 1 byte to 2 GiB less a byte")
		return 0, false
	}
	return n * unit, true
}

// atoi reads a number that may be anything, for a guess.
func atoi(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
