package runtime

import (
	"errors"
	"strings"
	"testing"
)

func TestPathsOfItems(t *testing.T) {
	inner := InField("symbol", Missing())
	for want, err := range map[string]error{
		"field order.legs[2].symbol: missing, a value is required": InField("order", InItem("legs", 2, inner)),
		`field labels["a\nb"]: missing, a value is required`:       InItem("labels", "a\nb", Missing()),
		"field by_id[-7].symbol: missing, a value is required":     InItem("by_id", int64(-7), inner),
		"field flags[true]: 1 byte, want at least 2":               InItem("flags", true, TooShort(1, 2)),
		"field next: messages nested deeper than 100":              InField("next", CheckDepth(101)),
		`field code: "x", want what matches [A-Z]+`:                InField("code", NewPattern("[A-Z]+").Mismatch("x")),
		"field tags: 0 items, want at least 1":                     InField("tags", TooFew(0, 1)),
		"field tags: 3 items, want at most 2":                      InField("tags", TooMany(3, 2)),
		"field n: 12, want at most 9":                              InField("n", AboveMax(12, 9)),
		"field data: 30 bytes, want at most 9":                     InField("data", TooLong(30, 9)),
	} {
		if err.Error() != want {
			t.Errorf("got %s\nwant %s", err, want)
		}
		if f := (*FieldError)(nil); !errors.As(err, &f) {
			t.Errorf("%v is no *FieldError", err)
		}
		if l := (*LimitError)(nil); !errors.As(err, &l) || l.Limit == "" {
			t.Errorf("%v has no *LimitError", err)
		}
	}
	if err := CheckDepth(100); err != nil {
		t.Error(err)
	}
}

func TestHostileValuesAreCut(t *testing.T) {
	long := strings.Repeat("\x1b", 1<<20)
	for _, err := range []error{NewPattern("a").Mismatch(long), InItem("labels", long, Missing())} {
		if text := err.Error(); len(text) > 500 || strings.Contains(text, "\x1b") {
			t.Errorf("%d bytes: %.500s", len(text), text)
		}
	}
}

func TestAPatternMatchesAllOfAText(t *testing.T) {
	p := NewPattern("a|bc")
	for text, want := range map[string]bool{"a": true, "bc": true, "ac": false, "abc": false, "a\n": false, "": false} {
		if p.Matches(text) != want {
			t.Errorf("%q matches: %v", text, !want)
		}
	}
}

func TestDecimalsAreOrderedByWhatTheyAreWorth(t *testing.T) {
	order := []Decimal{"-1e99999999999999999999", "-10", "-9.99", "-.5", "-1e-99999999999999999999", "0", "1e-400", "0.50001", "1", "9", "1e1", "10.01", "1e+2", "1e400",
		"1e99999999999999999", "1e999999999999999999", "2e999999999999999999", "1e1000000000000000000"}
	for i, a := range order {
		for j, b := range order {
			if got := compareDecimals(a, b); got < 0 != (i < j) || got > 0 != (i > j) {
				t.Errorf("%s and %s compare as %d", a, b, got)
			}
		}
	}
	for _, same := range [][2]Decimal{{"1", "1.0"}, {"0", "-0.00e7"}, {"10", "1e1"}, {".5", "5e-1"}, {"+5.", "0005"}, {"100", "1E+2"}, {"1e3", "1e0000000000000000000003"}, {"10e999999999999999999", "1e1000000000000000000"}} {
		if compareDecimals(same[0], same[1]) != 0 {
			t.Errorf("%s and %s differ", same[0], same[1])
		}
	}
	for v, ok := range map[Decimal]bool{"": true, "1": true, "1.50": true, "0.99": false, "1.51": false, "x": false, "2e99999999999": false} {
		if err := CheckDecimal(v, "1", "1.5"); (err == nil) != ok {
			t.Errorf("%q: %v", v, err)
		}
	}
}

func TestDecimalsAreComparedInPlace(t *testing.T) {
	for _, v := range []Decimal{"1", "-100.25e-3", Decimal(strings.Repeat("12", maxDecimal/2))} {
		if n := testing.AllocsPerRun(10, func() { CheckDecimal(v, "-1e400", "1e400") }); n > 0 {
			t.Errorf("%s: %v allocations", v, n)
		}
	}
}
