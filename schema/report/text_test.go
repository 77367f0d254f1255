package report

import (
	"strings"
	"testing"
	"unicode"

	"github.com/zmqgen/zmqgen/schema"
)

func at(line, col, end int) schema.Span { return schema.Span{Line: line, Col: col, EndCol: end} }

func TestText(t *testing.T) {
	_, ds := schema.Parse("topology.yaml", []byte("version: 1\nname: m\nmessages:\n  A:\n    fields:\n      price: uint46 @1\n      bid: string @1\n"))
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

func textOf(t *testing.T, ds schema.Diagnostics) string {
	t.Helper()
	out := strings.Builder{}
	if err := Text(&out, ds, Options{}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTextOfNotesAndFixes(t *testing.T) {
	ds := schema.Diagnostics{{
		File: "t.yaml", Span: schema.Span{Line: 2, Col: 1, EndCol: 3}, Severity: schema.Info, Rule: "r", Message: "m", Help: "h", Source: "abc",
		Notes: []schema.Note{{Label: "received by", Text: "desk.quotes"}}, Fix: &schema.Fix{Message: "quote it"},
	}}
	want := `t.yaml:2:1: info: m [r]
    2 | abc
      | ^~
      help: h
      received by: desk.quotes
      fix: quote it (zmqgen lint --fix)
`
	if got := textOf(t, ds); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTextInColours(t *testing.T) {
	ds := schema.Diagnostics{{
		File: "t.yaml", Span: schema.Span{Line: 2, Col: 2, EndCol: 4}, Severity: schema.Warning, Rule: "r", Message: "m", Help: "h", Source: "abcd",
	}}
	out := strings.Builder{}
	if err := Text(&out, ds, Options{Colour: true}); err != nil {
		t.Fatal(err)
	}
	want := "\x1b[1mt.yaml:2:2:\x1b[0m \x1b[1;33mwarning:\x1b[0m m \x1b[2m[r]\x1b[0m\n" +
		"\x1b[2m    2 |\x1b[0m abcd\n\x1b[2m      |\x1b[0m  \x1b[1;33m^~\x1b[0m\n      \x1b[1mhelp:\x1b[0m h\n"
	if got := out.String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestUnderline(t *testing.T) {
	long := strings.Repeat("a", 150) + "BCD" + strings.Repeat("e", 150)
	for _, c := range []struct {
		name, source string
		span         schema.Span
		shown, caret string
	}{
		{"a word", "a: bcd", at(1, 4, 7), "a: bcd", "   ^~~"},
		{"nothing", "a:", at(1, 3, 3), "a:", "  ^"},
		{"past the end", "a:", at(1, 9, 12), "a:", "  ^"},
		{"a tab", "\ta: b", at(1, 5, 6), "    a: b", "       ^"},
		{"wide text", "界: b界", at(1, 4, 6), "界: b界", "    ^~~"},
		{"a combining mark", "e\u0301: b", at(1, 5, 6), "e\u0301: b", "   ^"},
		{"a control character", "\x1b[2Jb", at(1, 5, 6), `\u001b[2Jb`, "         ^"},
		{"a mark that turns text around", "\u202eab", at(1, 2, 3), `\u202eab`, "      ^"},
		{"a long line", long, at(1, 151, 154), "…" + strings.Repeat("a", 33) + "BCD" + strings.Repeat("e", 64) + "…", strings.Repeat(" ", 34) + "^~~"},
		{"a long span", "a: " + long, at(1, 4, 307), "a: " + long[:97] + "…", "   ^" + strings.Repeat("~", 96)},
	} {
		shown, blanks, mark := underline(c.source, c.span)
		caret := blanks + mark
		if shown != c.shown || caret != c.caret {
			t.Errorf("%s:\n%s\n%s\nwant\n%s\n%s", c.name, shown, caret, c.shown, c.caret)
		}
	}
}

func TestTextEscapesWhatSteersATerminal(t *testing.T) {
	ds := schema.Diagnostics{{
		File: "a\x1b.yaml", Span: at(1, 1, 2), Severity: schema.Error, Rule: "x", Message: "m\x1b[2J\n",
		Help: "h\u202e", Notes: []schema.Note{{Label: "l\x1b", Text: "t\x1b"}}, Fix: &schema.Fix{Message: "f\n"}, Related: []schema.Related{{File: "f\x1b", Span: at(1, 1, 1), Message: "r\x07"}}, Source: "s\x9b",
	}}
	for _, r := range textOf(t, ds) {
		if r != '\n' && !unicode.IsPrint(r) {
			t.Errorf("%U is written raw", r)
		}
	}
}
