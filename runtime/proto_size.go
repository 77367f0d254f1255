package runtime

import (
	"math/bits"
	"time"
)

// This file says how many bytes a value takes in protobuf wire format, without its tag: exactly as many as the
// function of proto_append.go appends that has the same name.

// SizeVarint is the size of v in base 128: 1 to 10.
func SizeVarint(v uint64) int { return (9*bits.Len64(v) + 64) / 64 }

// SizeInt is the size of an int32, int64 or enum.
func SizeInt(v int64) int { return SizeVarint(uint64(v)) }

// SizeSint is the size of a sint32 or sint64.
func SizeSint(v int64) int { return SizeVarint(uint64(v)<<1 ^ uint64(v>>63)) }

// SizeBlock is the size of n bytes behind their length: of a string, of bytes, a message, or a packed list.
func SizeBlock(n int) int { return SizeVarint(uint64(n)) + n }

// SizeTimestamp is the size of a google.protobuf.Timestamp behind its length.
func SizeTimestamp(t time.Time) int { return sizeSecondsNanos(t.Unix(), int64(t.Nanosecond())) }

// SizeDuration is the size of a google.protobuf.Duration behind its length.
func SizeDuration(d time.Duration) int {
	return sizeSecondsNanos(int64(d/time.Second), int64(d%time.Second))
}

func sizeSecondsNanos(s, n int64) int {
	size := 1 // the length
	if s != 0 {
		size += 1 + SizeInt(s)
	}
	if n != 0 {
		size += 1 + SizeInt(n)
	}
	return size
}
