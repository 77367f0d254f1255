package schema

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

var limitCases = []badCase{
	{"limits of numbers at other types", fields + "      a: {type: string, id: 1, «min»: 1, «max»: 2}\n      b: {type: E, id: 2, «min»: 1}\n      c: {type: B, id: 3, «max»: 1}\n" +
		"      d: {type: bool, id: 4, «min»: 1}\n      e: {type: uuid, id: 5, «max»: 1}\n      f: {type: 'map<int32, int32>', id: 6, «max»: 1}\n",
		[]string{"misplaced-key", "misplaced-key", "misplaced-key", "misplaced-key", "misplaced-key", "misplaced-key", "misplaced-key"}},
	{"limits of text at other types", fields + "      a: {type: bytes, id: 1, «pattern»: x}\n      b: {type: int32, id: 2, «min_len»: 1, «max_len»: 1, «pattern»: x}\n      c: {type: decimal, id: 3, «max_len»: 3}\n      d: {type: 'map<string, string>', id: 4, «max_len»: 3, «pattern»: x}\n",
		[]string{"misplaced-key", "misplaced-key", "misplaced-key", "misplaced-key", "misplaced-key", "misplaced-key", "misplaced-key"}},
	{"limits of lists at other types", fields + "      a: {type: string, id: 1, «min_items»: 1, «max_items»: 2}\n", []string{"misplaced-key", "misplaced-key"}},
	{"examples of what has none", fields + "      a: {type: B, id: 1, «example»: x}\n      b: {type: list<B>, id: 2, «example»: [x]}\n      c: {type: 'map<string, string>', id: 3, «example»: x}\n      d: {oneof: {e: B @4}, «example»: x}\n",
		[]string{"misplaced-key", "misplaced-key", "misplaced-key", "misplaced-key"}},
	{"limits of a oneof", fields + "      a: {oneof: {b: {type: B, id: 1, «required»: true}}, required: «maybe», «min_items»: 1}\n", []string{"misplaced-key", "bad-choice", "misplaced-key"}},
	{"a field that is required as in YAML", fields + "      a: {type: B, id: 1, required: «yes»}\n", []string{"bad-choice"}},
	{"limits that are lists", fields + "      a: {type: int32, id: 1, min: «[1]»}\n", []string{"wrong-kind"}},

	{"limits beyond their types", fields + "      a: {type: int32, id: 1, min: «-2147483649», max: «2147483648»}\n      b: {type: uint32, id: 2, min: «-1», max: «4294967296»}\n" +
		"      c: {type: sfixed64, id: 3, min: «-9223372036854775809», max: «9223372036854775808»}\n      d: {type: fixed64, id: 4, min: «-0», max: «18446744073709551616»}\n" +
		"      e: {type: float32, id: 5, max: «1e39»}\n      f: {type: float64, id: 6, min: «-1e309», max: «NaN»}\n      g: {type: duration, id: 7, max: «3000000h»}\n",
		[]string{"bad-value", "bad-value", "bad-value", "bad-value", "bad-value", "bad-value", "bad-value", "bad-value", "bad-value", "bad-value", "bad-value", "bad-value"}},
	{"values that are none of their types", fields + "      a: {type: int64?, id: 1, min: «1.5», example: «0x10»}\n      b: {type: list<float64>, id: 2, min: «.5», max: «1_000», example: [1, «ten»]}\n" +
		"      c: {type: timestamp, id: 3, min: «2024-01-02», max: «2024-02-30T00:00:00Z», example: «0000-01-01T00:00:00Z»}\n      d: {type: duration, id: 4, min: «5», max: «1d»}\n" +
		"      e: {type: decimal, id: 5, min: «.», max: «1e», example: «" + strings.Repeat("1", maxDecimal+1) + "»}\n      f: {type: bool, id: 6, example: «yes»}\n" +
		"      g: {type: uuid, id: 7, example: «123»}\n      h: {type: json, id: 8, example: «'{a: 1}'»}\n      i: {type: bytes, id: 9, example: «hello»}\n",
		[]string{"bad-value", "bad-value", "bad-value", "bad-value", "bad-value", "bad-value", "bad-value", "bad-value", "bad-value", "bad-value", "bad-value", "bad-value", "bad-value", "bad-value", "bad-value", "bad-value", "bad-value"}},
	{"an example that is no value of its enum", fields + "      a: {type: E, id: 1, example: «Y»}\n      b: {type: list<E>, id: 2, example: [X, UNSPECIFIED, «1»]}\n", []string{"bad-value", "bad-value"}},
	{"numbers of bytes and items that are out of range", fields + "      a: {type: string, id: 1, min_len: «-1», max_len: «0»}\n      b: {type: list<B>, id: 2, min_items: «x», max_items: «65537»}\n",
		[]string{"bad-number", "bad-number", "bad-number", "bad-number"}},

	{"limits that leave nothing", fields + "      a: {type: int32, id: 1, min: 5, max: «4»}\n      b: {type: string, id: 2, min_len: 5, max_len: «4», example: abc}\n      c: {type: list<B>, id: 3, min_items: 5, max_items: «4»}\n" +
		"      d: {type: timestamp, id: 4, min: \"2024-01-01T00:00:00+01:00\", max: «\"2023-12-31T22:59:59Z\"»}\n      e: {type: decimal, id: 5, min: 1e999999999999, max: «99e999999999997»}\n      f: {type: uint64, id: 6, min: 18446744073709551615, max: «1», example: 3}\n",
		[]string{"bad-limits", "bad-limits", "bad-limits", "bad-limits", "bad-limits", "bad-limits"}},

	{"patterns that cannot be read", fields + "      a: {type: string, id: 1, pattern: «\"(x\"»}\n      b: {type: list<string>, id: 2, pattern: «'\\Qx'»}\n      c: {type: string, id: 3, pattern: «a)(b», example: ab}\n      d: {type: string, id: 4, pattern: «\"a(?=b)\"»}\n",
		[]string{"bad-pattern", "bad-pattern", "bad-pattern", "bad-pattern"}},
	{"a pattern that is too large", fields + "      a: {type: string, id: 1, pattern: «\"(abcdefghijk){1000}\"»}\n      b: {type: string, id: 2, pattern: «\"((a{100}){10}){10}\"»}\n", []string{"bad-pattern", "bad-pattern"}},
	{"no second finding for an example of a pattern that is too large", fields + "      a: {type: string, id: 1, pattern: «\"(abcdefghijk){1000}\"», example: x}\n", []string{"bad-pattern"}},

	{"a list for the example of one", fields + "      a: {type: string, id: 1, example: «[a]»}\n", []string{"wrong-kind"}},
	{"one for the example of a list", fields + "      a: {type: list<string>, id: 1, example: «a»}\n", []string{"wrong-kind"}},
	{"a mapping for an example", fields + "      a: {type: json, id: 1, example: «{a: 1}»}\n      b: {type: list<string>, id: 2, example: [a, «{b: c}»]}\n", []string{"wrong-kind", "wrong-kind"}},
	{"examples outside of their limits", fields + "      a: {type: int32, id: 1, min: 5, example: «4»}\n      b: {type: float64?, id: 2, max: 0.5, example: «0.51»}\n      c: {type: list<duration>, id: 3, min: 1s, max: 2s, example: [1s, «999ms», «3s»]}\n" +
		"      d: {type: string, id: 4, min_len: 3, example: «ab»}\n      e: {type: bytes, id: 5, max_len: 3, example: «AAAAAA==»}\n      f: {type: list<string>, id: 6, pattern: 'a|b', example: [a, «ab», b, «cb»]}\n" +
		"      g: {type: list<E>, id: 7, min_items: 2, example: «[X]»}\n      h: {type: list<E>, id: 8, max_items: 1, example: «[X, X]»}\n",
		[]string{"bad-example", "bad-example", "bad-example", "bad-example", "bad-example", "bad-example", "bad-example", "bad-example", "bad-example", "bad-example"}},
	{"examples that are not there", fields + "      a: {type: string, id: 1, required: true, example: «\"\"»}\n      b: {type: list<E>, id: 2, required: true, example: «[]»}\n      c: {type: E, id: 3, required: true, example: «UNSPECIFIED»}\n" +
		"      d: {type: float32, id: 4, required: true, example: «0.0»}\n      e: {type: uuid, id: 5, required: true, example: «00000000-0000-0000-0000-000000000000»}\n      f: {type: bool, id: 6, required: true, example: «false»}\n" +
		"      g: {type: timestamp, id: 7, required: true, example: «0001-01-01T00:00:00Z»}\n      h: {type: uint32, id: 8, required: true, example: «0»}\n      i: {type: duration, id: 9, required: true, example: «0s»}\n      j: {type: bytes, id: 10, required: true, example: «\"\"»}\n",
		[]string{"bad-example", "bad-example", "bad-example", "bad-example", "bad-example", "bad-example", "bad-example", "bad-example", "bad-example", "bad-example"}},

	{"no second finding for limits of an unknown type", fields + "      a: {type: «Strin», id: 1, min: 5, pattern: '('}\n", []string{"unknown-type"}},
	{"no second finding for an example of a broken limit", fields + "      a: {type: int32, id: 1, min: «x», max: 1, example: 5}\n", []string{"bad-value"}},
	{"no second finding for an example of a broken enum", "enums: {E: {«x»: 1}}\nmessages: {A: {fields: {a: {type: E, id: 1, example: X}}}}\n", []string{"bad-name"}},
	{"no second finding for an example that is refused", fields + "      a: {type: list<string>, id: 1, min_items: 2, example: [a, «!b» c]}\n", []string{"no-tag"}},
}

func TestLimits(t *testing.T) { checkBadCases(t, limitCases) }

func TestLimitsAreValuesOfTheirTypes(t *testing.T) {
	day := time.Date(2024, 12, 31, 22, 59, 59, 5e8, time.UTC)
	for _, c := range []struct {
		typ, min, max string
		low, high     any
	}{
		{"int32", "-2147483648", "2147483647", int64(-2147483648), int64(2147483647)},
		{"sint64?", "-9223372036854775808", "0", int64(-9223372036854775808), int64(0)},
		{"list<fixed64>", "0", "18446744073709551615", uint64(0), uint64(18446744073709551615)},
		{"uint32", "1", "1", uint64(1), uint64(1)},
		{"float32", "-0.1", "1e38", float64(float32(-0.1)), float64(float32(1e38))},
		{"float64", "-12", "2.5e-3", -12.0, 0.0025},
		{"timestamp", "2024-12-31T23:59:59.5+01:00", "9999-12-31T23:59:59Z", day, time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)},
		{"duration", "-1ns", "1h30m", time.Duration(-1), 90 * time.Minute},
		{"decimal", "-12.50", "+.5e10", "-12.50", "+.5e10"},
	} {
		top := mustParse(t, fmt.Sprintf("messages: {A: {fields: {a: {type: %s, id: 1, min: %s, max: %s}}}}\n", c.typ, c.min, c.max))
		l := top.Messages[0].Fields[0].Limits
		if l.Min.Value != c.min || !reflect.DeepEqual(l.Min.Parsed, c.low) || !reflect.DeepEqual(l.Max.Parsed, c.high) || !l.Max.IsSet() {
			t.Errorf("%s: %+v", c.typ, l)
		}
	}
}

func TestFieldsHaveTheirLimits(t *testing.T) {
	top := mustParse(t, fields+`
      a: {type: string, id: 1, required: true, min_len: 0, max_len: 12, pattern: '[A-Z]+|x', example: EURUSD}
      b: {type: list<B>, id: 2, min_items: 1, max_items: 65536}
      c: {type: 'map<string, B>', id: 3, required: false, max_items: 2}
      d: {oneof: {e: {type: bytes, id: 4, max_len: 2147483647}}, required: true}
      f: {type: B?, id: 5, required: true}
      g: B @6
`)
	f := top.Messages[1].Fields
	if a := f[0].Limits; !a.Required || *a.MinLen != 0 || *a.MaxLen != 12 || a.Pattern.Value != "[A-Z]+|x" || a.Min.IsSet() || a.MinItems != nil {
		t.Errorf("a: %+v", a)
	}
	if b := f[1].Limits; b.Required || *b.MinItems != 1 || *b.MaxItems != 65536 || b.MinLen != nil || b.Pattern.IsSet() {
		t.Errorf("b: %+v", b)
	}
	if c := f[2].Limits; c.Required || c.MinItems != nil || *c.MaxItems != 2 {
		t.Errorf("c: %+v", c)
	}
	if d := f[3]; !d.Limits.Required || *d.OneOf[0].Limits.MaxLen != 2147483647 {
		t.Errorf("d: %+v", d)
	}
	if !f[4].Limits.Required || f[5].Limits != (Limits{}) {
		t.Errorf("f: %+v, g: %+v", f[4].Limits, f[5].Limits)
	}
}

func TestPatternsAreMeasuredByTheirSteps(t *testing.T) {
	for _, pattern := range []string{`[\pL\pN _.-]{1,100}`, `(\pL{1,10} ){0,90}x`, `(abcdefg){1000}`, `\Qa(\E`, `(?i)[a-z]+|(?m)^x$`, ``} {
		mustParse(t, fields+"      a: {type: string, id: 1, pattern: '"+pattern+"'}\n")
	}
}

func TestExamplesAreValuesOfTheirTypes(t *testing.T) {
	for _, c := range []struct {
		typ, text string
		want      any
	}{
		{"string", "NO", "NO"},
		{"string?", `""`, ""},
		{"bool", "true", true},
		{"bytes", "SGVsbG8=", []byte("Hello")},
		{"uuid", "123E4567-e89b-12d3-a456-426614174000", [16]byte{0x12, 0x3e, 0x45, 0x67, 0xe8, 0x9b, 0x12, 0xd3, 0xa4, 0x56, 0x42, 0x66, 0x14, 0x17, 0x40, 0}},
		{"json", `'{"a": [1]}'`, `{"a": [1]}`},
		{"json", "null", "null"},
		{"list<int32>", "[1, -2]", []any{int64(1), int64(-2)}},
		{"list<string>", "[]", []any{}},
	} {
		top := mustParse(t, fmt.Sprintf("messages: {A: {fields: {a: {type: %s, id: 1, example: %s}}}}\n", c.typ, c.text))
		if e := top.Messages[0].Fields[0].Example; !e.IsSet() || !reflect.DeepEqual(e.Parsed, c.want) {
			t.Errorf("%s: %+v", c.typ, e)
		}
	}
	top := mustParse(t, fields+"      a: {type: E, id: 1, example: X}\n      b: {type: list<E>, id: 2, example: [UNSPECIFIED, X]}\n      c: E @3\n")
	e, f := top.Enums[0], top.Messages[1].Fields
	if f[0].Example.Parsed != &e.Values[1] || f[2].Example.IsSet() {
		t.Errorf("a: %+v, c: %+v", f[0].Example, f[2].Example)
	}
	if b := f[1].Example.Parsed.([]any); b[0] != &e.Values[0] || b[1] != &e.Values[1] {
		t.Errorf("b: %+v", b)
	}
}

func TestDecimalsAreComparedByTheirWorth(t *testing.T) {
	ordered := []string{"-1e99999999999999999999", "-12.50", "-2", "-1.5", "-.5", "0", "1e-99999999999999999999", "0.05", "0.5", "9", "10", "123", "1e3", "1.01e3", "1e99999999999999999999"}
	for i, a := range ordered {
		for j, b := range ordered {
			if got := compareDecimals(a, b); got < 0 != (i < j) || got > 0 != (i > j) {
				t.Errorf("%s and %s: %d", a, b, got)
			}
		}
	}
	for _, same := range [][2]string{{"0", "-0.00e5"}, {"1", "+1.0"}, {"100", "1e2"}, {".5", "5e-1"}, {"-12.50", "-125e-1"}, {"0012", "12."}} {
		if got := compareDecimals(same[0], same[1]); got != 0 {
			t.Errorf("%s and %s: %d", same[0], same[1], got)
		}
	}
}
