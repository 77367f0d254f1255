package gen

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"
)

func TestDocs(t *testing.T) {
	for _, c := range []struct{ name, doc, want string }{
		{"Quote", "", "Quote is a message."},
		{"Quote", "The best bid.", "Quote: The best bid."},
		{"Quote", "Quote is the best bid.", "Quote is the best bid."},
		{"Quote", "Quotes are many.", "Quote: Quotes are many."},
		{"Quote", "one\ntwo", "Quote: one|two"},
		{"Quote", "one\r\n\r\n\r\ntwo\r", "Quote: one||two"},
		{"Quote", "a\n+build x\n  nolint", `Quote: a|\+build x|  \nolint`},
		{"Quote", "a\ngo:build x", `Quote: a|\go:build x`},
		{"Quote", "nul \x00 bel \a end", "Quote: nul   bel   end"},
		{"Quote", "bad \xff utf-8", "Quote: bad \uFFFD utf-8"},
		{"Quote", "left\u202Eright", "Quote: leftright"},
	} {
		if got := strings.Join(docOf(c.name, c.doc, "is a message."), "|"); got != c.want {
			t.Errorf("docOf(%q, %q) = %q, want %q", c.name, c.doc, got, c.want)
		}
	}
}

func TestDocsAreWrapped(t *testing.T) {
	words := strings.Repeat("four ", 60)
	for _, line := range docLines(words) {
		if n := len("// " + line); n > maxColumn || n < maxColumn-5 && !strings.HasSuffix(words, line+" ") {
			t.Errorf("a line of %d columns: %q", n, line)
		}
	}
	long := strings.Repeat("x", 200)
	if got := docLines("a " + long + " b"); len(got) != 3 || got[1] != long {
		t.Errorf("a long word became %q", got)
	}
}

func TestWhatIsDeprecatedSaysSoInAParagraph(t *testing.T) {
	files := generate(t, parseText(t, "t.yaml", `version: 1
name: t
enums: {Side: {deprecated: use Way, values: {BUY: {id: 1, doc: Bought., deprecated: "use\n\nIN"}}}}
messages: {Order: {doc: What is ordered., deprecated: "use Bid", fields: {price: {type: float64, id: 1, deprecated: use limit}}}}
`))
	for _, f := range files {
		if f.Name != "messages_zmqgen.go" {
			continue
		}
		for _, want := range []string{
			"//\n// Deprecated: use Way\ntype Side int32",
			"// Bought.\n\t//\n\t// Deprecated: use IN\n\tSideBuy ",
			"// Order: What is ordered.\n//\n// Deprecated: use Bid\ntype Order struct",
			"{\n\t// Deprecated: use limit\n\tPrice float64",
		} {
			if !strings.Contains(string(f.Content), want) {
				t.Errorf("%q is missing in\n%s", want, f.Content)
			}
		}
	}
}

func FuzzDocsStayInTheirComment(f *testing.F) {
	for _, seed := range []string{"", "a\nb", "*/", "//go:build x", "\r\n\r\n", "   x", "+build", "nolint", "\u2028", strings.Repeat("ab ", 99)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		for _, line := range docOf("Name", doc, "is.") {
			word := strings.ToLower(strings.TrimSpace(line))
			if strings.ContainsAny(line, "\r\n\x00\u2028\u2029\uFEFF") || !utf8.ValidString(line) ||
				strings.HasPrefix(word, "+build") || strings.HasPrefix(word, "go:") || strings.HasPrefix(word, "nolint") || strings.HasPrefix(word, "#nosec") {
				t.Errorf("%q gives the line %q", doc, line)
			}
		}
		s := newSource(&program{pkg: "p", source: "t.yaml"}, "p_zmqgen.go", false)
		s.section(func(s *section) { s.add(docOf("Name", doc, "is."), jen.Type().Id("Name").Int()) })
		out := render([]*source{s})[0].Content
		again, err := format.Source(out)
		if err != nil || !bytes.Equal(out, again) {
			t.Errorf("%q: formatting goes on: %v\n%s", doc, err, out)
		}
		file, err := parser.ParseFile(token.NewFileSet(), "", out, parser.ParseComments)
		if err != nil || len(file.Decls) != 1 || len(file.Comments) != 2 || !ast.IsGenerated(file) {
			t.Errorf("%q: %v\n%s", doc, err, out)
		}
	})
}
