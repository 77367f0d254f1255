package lint

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/schema"
)

// edit is line:col-line:col=text.
func edit(t testing.TB, s string) schema.Edit {
	t.Helper()
	var e schema.Edit
	place, text, _ := strings.Cut(s, "=")
	if _, err := fmt.Sscanf(place, "%d:%d-%d:%d", &e.Start.Line, &e.Start.Col, &e.End.Line, &e.End.Col); err != nil {
		t.Fatal(err)
	}
	e.Text = text
	return e
}

func TestFix(t *testing.T) {
	for _, c := range []struct {
		name, src, want string
		fixes           []string // each with its edits, separated by blanks
		applied         int
	}{
		{"nothing", "a\nb\n", "a\nb\n", nil, 0},
		{"a word", "a: b\n", "a: c\n", []string{"1:4-1:5=c"}, 1},
		{"two of one", "a: b\n", "a: \"b\"\n", []string{"1:4-1:4=\" 1:5-1:5=\""}, 1},
		{"in any order", "a: b\n", "a: \"b\"\n", []string{"1:5-1:5=\" 1:4-1:4=\""}, 1},
		{"characters, not bytes", "äöü: €x\n", "äöü: €y\n", []string{"1:7-1:8=y"}, 1},
		{"a line", "a\nb\nc\n", "a\nc\n", []string{"2:1-3:1="}, 1},
		{"the last line", "a\nb\n", "a\n", []string{"2:1-3:1="}, 1},
		{"the last line without an end", "a\nb", "a\n", []string{"2:1-3:1="}, 1},
		{"behind the last line", "a\nb", "a\nbc", []string{"2:2-2:2=c"}, 1},
		{"the line ends of the file", "a\r\nb\r\n", "a\r\nx\r\ny\r\n", []string{"2:1-2:2=x\ny"}, 1},
		{"before a CR", "a\r\nb\r\n", "ac\r\nb\r\n", []string{"1:2-1:2=c"}, 1},
		{"of two that overlap the first", "abcdef\n", "aXef\n", []string{"1:3-1:5=Y", "1:2-1:5=X"}, 1},
		{"of two that touch the first", "abcdef\n", "aXcdef\n", []string{"1:2-1:3=X", "1:3-1:4=Y"}, 1},
		{"two apart", "abcdef\n", "aXcYef\n", []string{"1:4-1:5=Y", "1:2-1:3=X"}, 2},
		{"all of one or nothing", "abc\n", "abc\n", []string{"1:1-1:2=x 9:1-9:2=y"}, 0},
		{"that overlaps itself", "abc\n", "abc\n", []string{"1:1-1:3=x 1:2-1:3=y"}, 0},
		{"backwards", "abc\n", "abc\n", []string{"1:3-1:1=x"}, 0},
		{"a column that is not there", "abc\nd\n", "abc\nd\n", []string{"1:5-1:6=x", "1:0-1:1=x", "0:1-1:1=x", "3:2-3:2=x", "-1:1-1:1=x"}, 0},
		{"the end of the file", "abc\n", "abc\nx", []string{"2:1-2:1=x"}, 1},
		{"an empty file", "", "x", []string{"1:1-1:1=x"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var ds schema.Diagnostics
			for _, f := range c.fixes {
				fix := &schema.Fix{}
				for _, s := range strings.Split(f, " ") {
					fix.Edits = append(fix.Edits, edit(t, s))
				}
				ds = append(ds, schema.Diagnostic{Fix: fix})
			}
			got, applied := Fix([]byte(c.src), ds)
			if string(got) != c.want || len(applied) != c.applied {
				t.Errorf("%d applied, %q; want %d, %q", len(applied), got, c.applied, c.want)
			}
		})
	}
}

// FuzzFix sees that what is outside of the edits stays, whatever they are.
func FuzzFix(f *testing.F) {
	f.Add([]byte("a: b\nc: d\n"), 1, 2, 1, 3, 2, 1, 3, 1)
	f.Add([]byte("\ufeffä\r\n\xff\r\nb"), 1, 1, 1, 2, 2, 1, 2, 2)
	f.Fuzz(func(t *testing.T, src []byte, a, b, c, d, e, f, g, h int) {
		const mark = "\x00"
		at := func(a, b, c, d int) schema.Diagnostic {
			return schema.Diagnostic{Fix: &schema.Fix{Edits: []schema.Edit{{
				Start: schema.Position{Line: a, Col: b}, End: schema.Position{Line: c, Col: d}, Text: mark,
			}}}}
		}
		if strings.Contains(string(src), mark) {
			return
		}
		got, applied := Fix(src, schema.Diagnostics{at(a, b, c, d), at(e, f, g, h)})
		parts := strings.Split(string(got), mark)
		if len(parts) != len(applied)+1 {
			t.Fatalf("%d fixes applied, %q", len(applied), got)
		}
		// The parts stand in the source in this order, the first at its start and the last at its end.
		first, last := parts[0], parts[len(parts)-1]
		if !strings.HasPrefix(string(src), first) || !strings.HasSuffix(string(src), last) ||
			len(parts) > 1 && len(first)+len(last) > len(src) ||
			len(parts) == 3 && !strings.Contains(string(src[len(first):len(src)-len(last)]), parts[1]) {
			t.Fatalf("%q became %q", src, got)
		}
	})
}
