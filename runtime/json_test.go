package runtime

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
)

// This file tests the reading and writing of single JSON values; gen/internal/golden tests messages.

// readJSON reads all of src by read.
func readJSON[T any](src string, read func(*JSONReader, []byte, int) (T, int)) (T, error) {
	b := []byte(src)
	r := NewJSONReader(b)
	v, i := read(&r, b, r.Start(b))
	r.End(b, i)
	return v, r.Err()
}

// jsonIs checks what each text is read as, and that the others are errors.
func jsonIs[T comparable](t *testing.T, read func(*JSONReader, []byte, int) (T, int), values map[string]T, wrong ...string) {
	t.Helper()
	for src, want := range values {
		if got, err := readJSON(src, read); err != nil || got != want {
			t.Errorf("%s is read as %v, %v, want %v", src, got, err, want)
		}
	}
	for _, src := range wrong {
		if got, err := readJSON(src, read); err == nil {
			t.Errorf("%s is read as %v", src, got)
		}
	}
}

func TestJSONIntegersHaveTheRangeOfTheirTypes(t *testing.T) {
	jsonIs(t, (*JSONReader).Int32, map[string]int32{
		"2147483647": math.MaxInt32, "-2147483648": math.MinInt32, "-0": 0, "1.0e1": 10, "1200e-2": 12, "0e99999999999": 0,
		`"7"`: 7, "null": 0, "0.00": 0, "1e-0": 1, "21474836.47e2": math.MaxInt32,
	}, "2147483648", "-2147483649", "1e10", "0.5", "1e-1", "01", "+1", "1.", ".5", "1e", "-", `" 1"`, `""`, "true", "0x1", "1_0", "nul", "")
	jsonIs(t, (*JSONReader).Int64, map[string]int64{
		"9223372036854775807": math.MaxInt64, `"-9223372036854775808"`: math.MinInt64, "9.223372036854775807e18": math.MaxInt64,
	}, "9223372036854775808", "-9223372036854775809", "99999999999999999999999", "1e19", "1e99999999999999999999", "1e-99999999999999999999")
	jsonIs(t, (*JSONReader).Uint32, map[string]uint32{"4294967295": math.MaxUint32, "-0": 0}, "4294967296", "-1")
	jsonIs(t, (*JSONReader).Uint64, map[string]uint64{
		"18446744073709551615": math.MaxUint64, "1844674407370955161.50e1": math.MaxUint64, "1e19": 1e19, "-0.0": 0,
	}, "18446744073709551616", "-1", "1e20", "-1e-1")
}

// Exponents at the ends of what an int can hold, to which nothing can be added.
func TestJSONIntegersWithHugeExponents(t *testing.T) {
	for _, exponent := range []string{"1073741823", "1073741824", "2147483647", "2147483648", "9223372036854775807", "9223372036854775808"} {
		jsonIs(t, (*JSONReader).Int64, map[string]int64{
			"0e" + exponent: 0, "0.0e-" + exponent: 0, "-0.00E+" + exponent: 0,
		}, "1e"+exponent, "1e-"+exponent, "-1.5e"+exponent, "1.5e-"+exponent, `"12.5e+`+exponent+`"`, "10e-"+exponent)
		jsonIs(t, (*JSONReader).Uint32, map[string]uint32{"0e" + exponent: 0, "-0e-" + exponent: 0},
			"1e"+exponent, "1.25e-"+exponent, "-1e"+exponent)
	}
}

func TestJSONFloatsAreReadAndWritten(t *testing.T) {
	jsonIs(t, (*JSONReader).Float64, map[string]float64{
		`"Infinity"`: math.Inf(1), `"-Infinity"`: math.Inf(-1), "1e-400": 0, `"1e3"`: 1000, "0": 0, "5e-324": 5e-324,
	}, "1e400", "Infinity", "NaN", `"nan"`, `"0x1p1"`, `"1_0"`, `" 1"`, "1.e1")
	jsonIs(t, (*JSONReader).Float32, map[string]float32{"3.4028234e38": math.MaxFloat32}, "3.5e38", "-1e39")
	for want, v := range map[string]float64{
		"0": 0, "-0": math.Copysign(0, -1), "100000000000000000000": 1e20, "1e+21": 1e21, "0.000001": 1e-6, "1e-7": 1e-7, "1.5e-10": 1.5e-10,
		`"NaN"`: math.NaN(), `"-Infinity"`: math.Inf(-1),
	} {
		if got := string(AppendJSONFloat64(nil, v)); got != want {
			t.Errorf("%v is written as %s, want %s", v, got, want)
		}
	}
	if got := string(AppendJSONFloat32(nil, 0.1)); got != "0.1" {
		t.Errorf("the float32 0.1 is written as %s", got)
	}
}

func TestJSONTimesAreReadAndWritten(t *testing.T) {
	at := func(s int64, n int64) time.Time { return time.Unix(s, n).UTC() }
	jsonIs(t, (*JSONReader).Timestamp, map[string]time.Time{
		`"0001-01-01T00:00:00Z"`:           at(minTimestamp, 0),
		`"9999-12-31T23:59:59.999999999Z"`: at(maxTimestamp, 999999999),
		`"1970-01-01T00:00:00.5Z"`:         at(0, 5e8),
		`"1970-01-01T01:30:00+01:30"`:      at(0, 0),
		`"1969-12-31T23:00:00-01:00"`:      at(0, 0),
		`"2000-02-29T00:00:00Z"`:           at(951782400, 0),
	}, `"1900-02-29T00:00:00Z"`, `"0000-01-01T00:00:00Z"`, `"9999-12-31T23:59:59-00:01"`, `"2000-13-01T00:00:00Z"`, `"2000-00-01T00:00:00Z"`,
		`"2000-01-00T00:00:00Z"`, `"2000-01-01T24:00:00Z"`, `"2000-01-01T00:60:00Z"`, `"2000-01-01T00:00:00"`, `"2000-01-01 00:00:00Z"`, `"2000-01-01T00:00:00.Z"`,
		`"2000-01-01T00:00:00z"`, `"2000-01-01T00:00:00+1:00"`, `"2000-01-01T00:00:00Z "`, `"20a0-01-01T00:00:00Z"`, "0", `""`)
	jsonIs(t, (*JSONReader).Duration, map[string]time.Duration{
		`"9223372036.854775807s"`: math.MaxInt64, `"-9223372036.854775808s"`: math.MinInt64, `"-0.5s"`: -5e8, `"1s"`: 1e9, "null": 0,
	}, `"9223372036.854775808s"`, `"1.0000000000s"`, `"1ms"`, `"s"`, `"-s"`, `"1"`, `"99999999999999999999s"`, "1")
	for _, d := range []time.Duration{0, 1, -1, 1e3, 1500 * time.Millisecond, math.MaxInt64, math.MinInt64} {
		text := AppendJSONDuration(nil, d)
		if got, err := readJSON(string(text), (*JSONReader).Duration); err != nil || got != d {
			t.Errorf("%s is read as %v, %v, want %v", text, got, err, d)
		}
	}
	if _, err := AppendJSONTimestamp(nil, time.Unix(maxTimestamp+1, 0)); err == nil {
		t.Error("the year 10000 is written")
	}
}

func TestJSONStringsAreReadAndWritten(t *testing.T) {
	jsonIs(t, (*JSONReader).Text, map[string]string{
		`""`: "", `"\"\\\/\b\f\n\r\t"`: "\"\\/\b\f\n\r\t", `"\u0000\u00E9\uD83D\uDE00x"`: "\x00é😀x", "null": "", `"😀é"`: "😀é", `"a\\"`: `a\`,
	}, `"`, `"a`, `"\`, `"\"`, `"\u12"`, `"\u12g4"`, `"\ud83d"`, `"\ud83d\n"`, `"\ud83d\ud83d"`, `"\ude00"`, `"\q"`, "\"\x00\"", "\"\xff\"", "\"\\n\xff\"", "1", "'a'")
	for _, s := range []string{"", "a\"\\/\b\f\n\r\t\x00\x1f\x7f<&>\u2028é😀", strings.Repeat("x", 1000) + "\n"} {
		text, err := AppendJSONString(nil, s)
		if err != nil || !json.Valid(text) {
			t.Errorf("%q is written as %s, %v", s, text, err)
		}
		if got, err := readJSON(string(text), (*JSONReader).Text); err != nil || got != s {
			t.Errorf("%s is read as %q, %v", text, got, err)
		}
	}
}

func TestJSONDocumentsAreSentOnlyIfTheyCanBeReceived(t *testing.T) {
	for _, doc := range []string{"null", " [1] ", `{"a":{}}`, strings.Repeat("[", maxDocument) + strings.Repeat("]", maxDocument)} {
		b, err := AppendJSONDocument(nil, json.RawMessage(doc))
		if err != nil || string(b) != doc {
			t.Errorf("%s is written as %s, %v", doc, b, err)
		}
	}
	for _, doc := range []string{"{", "[1]]", "\"\xff\"", " ", strings.Repeat("[", maxDocument+1) + strings.Repeat("]", maxDocument+1)} {
		if b, err := AppendJSONDocument(nil, json.RawMessage(doc)); err == nil {
			t.Errorf("%s is written as %s", doc, b)
		}
	}
}

// FuzzJSONSkip passes over whatever comes: only JSON is passed over to its end.
func FuzzJSONSkip(f *testing.F) {
	for _, src := range []string{`{"a":[1,-2.5e+3,"\ud83d\ude00",true,false,null,{}]}`, "[", "01", `"\x"`} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := NewJSONReader(b)
		i := r.Skip(b, r.Start(b))
		r.End(b, i)
		if r.Err() == nil && !json.Valid(b) {
			t.Errorf("%q is passed over, and is no JSON", b)
		}
	})
}

// A map's entries are messages to protobuf, and count in how deep a message is nested; one without entries has none.
func TestJSONMapWithoutEntriesIsNoLevelDeeper(t *testing.T) {
	for src, want := range map[string]bool{`{}`: true, `{ }`: true, `{"a":1}`: false} {
		b := []byte(src)
		r := NewJSONReader(b)
		r.depth = maxDepth // as within a hundred messages
		m, _ := JSONEntryValues(&r, map[string]int32(nil), b, 0, (*JSONReader).Int32)
		if err := r.Err(); (err == nil) != want || len(m) > 0 {
			t.Errorf("%s at the greatest depth is read as %v, %v", src, m, err)
		}
	}
}
