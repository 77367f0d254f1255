package gen

import (
	"math"
	"strconv"
	"time"

	"github.com/zmqgen/zmqgen/schema"
)

// This file makes up values of scalars and enums within limits: what is wanted, or else the bound that is next to it.

// madeUp returns a value within the limits of a field, which is not zero if that is needed, or the zero value if
// none was found.
func (l *lowering) madeUp(f *schema.Field, t schema.Type, i int, needed bool) (v any, found bool) {
	id := int64(f.ID%1000) + int64(i)
	if t.Enum != nil {
		values := t.Enum.Values // zero is the first
		if len(values) == 1 {
			return &values[0], !needed
		}
		return &values[1+i%(len(values)-1)], true
	}
	switch t.Scalar {
	case schema.Bool:
		return i%2 == 0, true
	case schema.Int32, schema.Int64:
		return madeUpInt(f, t, 1000+id, needed)
	case schema.Sint32, schema.Sint64, schema.Sfixed32, schema.Sfixed64:
		return madeUpInt(f, t, -1000-id, needed)
	case schema.Uint32, schema.Uint64, schema.Fixed32, schema.Fixed64:
		return madeUpUint(f, uint64(1000+id), needed)
	case schema.Float32, schema.Float64:
		return madeUpFloat(f, float64(id)+0.5, needed)
	case schema.Timestamp:
		return madeUpTime(f, time.Date(2024, 1, 2, 3, 4, 5+i, 6_000_000, time.UTC), needed)
	case schema.Duration:
		return madeUpSpan(f, 1500*time.Millisecond+time.Duration(i)*time.Second, needed)
	case schema.UUID:
		u := [16]byte{0: 0x12, 1: 0x3e, 2: 0x45, 3: 0x67, 6: 0x40, 8: 0x80, 14: byte(f.ID), 15: byte(i)}
		return u, true
	case schema.Decimal:
		switch { // the bounds are within the bounds
		case f.Limits.Min.IsSet():
			return f.Limits.Min.Parsed, true
		case f.Limits.Max.IsSet():
			return f.Limits.Max.Parsed, true
		}
		return strconv.Itoa(12+i) + ".50", true
	case schema.JSON:
		return `{"` + schema.JSONName(f.Name.Value) + `":` + strconv.Itoa(i+1) + `}`, true
	case schema.Bytes:
		text, found := l.madeUpText(f, string([]byte{1, 2, 3 + byte(i)}), needed)
		return []byte(text), found
	}
	name := schema.JSONName(f.Name.Value)
	if i > 0 {
		name += strconv.Itoa(i + 1)
	}
	return l.madeUpText(f, name, needed)
}

func madeUpInt(f *schema.Field, t schema.Type, want int64, needed bool) (any, bool) {
	low, high := int64(math.MinInt64), int64(math.MaxInt64)
	if t.Scalar[len(t.Scalar)-2:] == "32" {
		low, high = math.MinInt32, math.MaxInt32
	}
	if v, is := f.Limits.Min.Parsed.(int64); is {
		low = v
	}
	if v, is := f.Limits.Max.Parsed.(int64); is {
		high = v
	}
	v := min(max(want, low), high)
	switch {
	case v != 0 || !needed:
	case high > 0:
		v = 1
	case low < 0:
		v = -1
	}
	return v, v != 0 || !needed
}

func madeUpUint(f *schema.Field, want uint64, needed bool) (any, bool) {
	v := want
	if low, is := f.Limits.Min.Parsed.(uint64); is {
		v = max(v, low)
	}
	if high, is := f.Limits.Max.Parsed.(uint64); is {
		v = min(v, high)
	}
	return v, v != 0 || !needed
}

func madeUpFloat(f *schema.Field, want float64, needed bool) (any, bool) {
	low, high := math.Inf(-1), math.Inf(1)
	if v, is := f.Limits.Min.Parsed.(float64); is {
		low = v
	}
	if v, is := f.Limits.Max.Parsed.(float64); is {
		high = v
	}
	v := min(max(want, low), high)
	if v == 0 && needed { // then 0 is the greatest
		v = max(low, -0.5)
	}
	return v, v != 0 || !needed
}

func madeUpTime(f *schema.Field, want time.Time, needed bool) (any, bool) {
	if low, is := f.Limits.Min.Parsed.(time.Time); is && want.Before(low) {
		want = low
	}
	if high, is := f.Limits.Max.Parsed.(time.Time); is && want.After(high) {
		want = high
	}
	return want, !want.IsZero() || !needed
}

func madeUpSpan(f *schema.Field, want time.Duration, needed bool) (any, bool) {
	low, high := time.Duration(math.MinInt64), time.Duration(math.MaxInt64)
	if v, is := f.Limits.Min.Parsed.(time.Duration); is {
		low = v
	}
	if v, is := f.Limits.Max.Parsed.(time.Duration); is {
		high = v
	}
	v := min(max(want, low), high)
	if v == 0 && needed {
		v = max(low, -time.Second)
	}
	return v, v != 0 || !needed
}
