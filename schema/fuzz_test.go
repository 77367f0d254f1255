package schema

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

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
			if ruleByID(d.Rule) == nil || d.Source != p.lines[d.Span.Line-1] && !strings.Contains(d.Source, "*") {
				t.Errorf("%+v", d)
			}
		}
	})
}
