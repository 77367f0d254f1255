package schema

import (
	"strings"
	"testing"
	"unicode"
)

func TestWriteText(t *testing.T) {
	_, ds := Parse("topology.yaml", []byte(header+"messages:\n  A:\n    fields:\n      price: uint46 @1\n      bid: string @1\n"))
	want := `topology.yaml:6:14: error: unknown type "uint46" [unknown-type]
    6 |       price: uint46 @1
      |              ^~~~~~
      help: did you mean "uint64"?
topology.yaml:7:20: error: field "bid" has the number 1 of "price" [duplicate-id]
    7 |       bid: string @1
      |                    ^
      help: the next free number is 2
      first used at 6:7
`
	if got := textOf(t, ds); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func textOf(t *testing.T, ds Diagnostics) string {
	t.Helper()
	out := strings.Builder{}
	if err := WriteText(&out, ds); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestUnderline(t *testing.T) {
	long := strings.Repeat("a", 150) + "BCD" + strings.Repeat("e", 150)
	for _, c := range []struct {
		name, source string
		span         Span
		shown, caret string
	}{
		{"a word", "a: bcd", Span{1, 4, 7}, "a: bcd", "   ^~~"},
		{"nothing", "a:", Span{1, 3, 3}, "a:", "  ^"},
		{"past the end", "a:", Span{1, 9, 12}, "a:", "  ^"},
		{"a tab", "\ta: b", Span{1, 5, 6}, "    a: b", "       ^"},
		{"wide text", "界: b界", Span{1, 4, 6}, "界: b界", "    ^~~"},
		{"a combining mark", "e\u0301: b", Span{1, 5, 6}, "e\u0301: b", "   ^"},
		{"a control character", "\x1b[2Jb", Span{1, 5, 6}, `\u001b[2Jb`, "         ^"},
		{"a mark that turns text around", "\u202eab", Span{1, 2, 3}, `\u202eab`, "      ^"},
		{"a long line", long, Span{1, 151, 154}, "…" + strings.Repeat("a", 33) + "BCD" + strings.Repeat("e", 64) + "…", strings.Repeat(" ", 34) + "^~~"},
		{"a long span", "a: " + long, Span{1, 4, 307}, "a: " + long[:97] + "…", "   ^" + strings.Repeat("~", 96)},
	} {
		shown, caret := underline(c.source, c.span)
		if shown != c.shown || caret != c.caret {
			t.Errorf("%s:\n%s\n%s\nwant\n%s\n%s", c.name, shown, caret, c.shown, c.caret)
		}
	}
}

func TestWriteTextEscapesWhatSteersATerminal(t *testing.T) {
	ds := Diagnostics{{
		File: "a\x1b.yaml", Span: Span{1, 1, 2}, Severity: Error, Rule: "x", Message: "m\x1b[2J\n",
		Help: "h\u202e", Related: []Related{{"f\x1b", Span{1, 1, 1}, "r\x07"}}, Source: "s\x9b",
	}}
	for _, r := range textOf(t, ds) {
		if r != '\n' && !unicode.IsPrint(r) {
			t.Errorf("%U is written raw", r)
		}
	}
}
