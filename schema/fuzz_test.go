package schema

import (
	"os"
	"slices"
	"testing"
	"unicode/utf8"
)

// shows reports whether a finding shows a line, of which keys and passwords may be hidden.
func shows(source, line string) bool {
	shown, runes := []rune(source), []rune(line)
	return slices.EqualFunc(shown, runes, func(a, b rune) bool { return a == b || a == '*' })
}

func FuzzParse(f *testing.F) {
	example, err := os.ReadFile("../examples/topology.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(example)
	for _, c := range allBadCases() {
		text, _ := c.source()
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		top, ds := Parse("topology.yaml", src)
		if (top == nil) != ds.HasErrors() {
			t.Fatalf("topology is nil: %v, errors: %v", top == nil, ds.HasErrors())
		}
		p := &parser{topology: &Topology{}}
		p.readLines(src)
		within := func(what string, s Span) {
			if s.Line < 1 || s.Line > len(p.lines) || s.Col < 1 || s.EndCol < s.Col ||
				s.EndCol > utf8.RuneCountInString(p.lines[s.Line-1])+2 {
				t.Errorf("%s: %v is outside of the file", what, s)
			}
		}
		for _, d := range ds {
			within(d.Rule, d.Span)
			for _, r := range d.Related {
				within(d.Rule, r.Span)
			}
			if ruleByID(d.Rule) == nil || !shows(d.Source, p.lines[d.Span.Line-1]) {
				t.Errorf("%+v", d)
			}
		}
	})
}
