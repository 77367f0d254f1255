package lint

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/zmqgen/zmqgen/internal/large"
	"github.com/zmqgen/zmqgen/schema"
)

// hit is a topology with findings. In its text, « and » stand around the place of each; rules are those of the findings, in the
// order of their places. A topology without marks has none.
type hit struct {
	name  string
	text  string
	rules []string
}

// header starts the text of every case.
const header = "version: 1\nname: m\n"

// source returns the text of the case without its marks, and the places that they mark.
func (h hit) source() (string, []schema.Span) {
	var spans []schema.Span
	out := strings.Builder{}
	line, col, open := 1, 1, 0
	for _, r := range header + h.text {
		switch r {
		case '«':
			spans = append(spans, schema.Span{Line: line, Col: col})
			open = len(spans) - 1
		case '»':
			spans[open].EndCol = col
		case '\n':
			line, col = line+1, 1
			out.WriteByte('\n')
		default:
			out.WriteRune(r)
			col++
		}
	}
	return out.String(), spans
}

func checkHits(t *testing.T, cases []hit) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			text, spans := c.source()
			top, ds := schema.Parse("topology.yaml", []byte(text))
			if top == nil {
				t.Fatalf("%v\n%s", ds, text)
			}
			var want, got []string
			for i, span := range spans {
				want = append(want, fmt.Sprintf("%v %s", span, c.rules[min(i, len(c.rules)-1)]))
			}
			ds = append(ds, Check(top)...)
			ds.Sort()
			for _, d := range ds {
				got = append(got, fmt.Sprintf("%v %s", d.Span, d.Rule))
				checkFinding(t, text, d)
			}
			if len(spans) < len(c.rules) || !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant (%d marks)\n%s\nin\n%s", strings.Join(got, "\n"), len(spans), strings.Join(want, "\n"), text)
			}
		})
	}
}

// checkFinding checks what holds for every finding: that it says what is accepted, and that its fix leaves it out.
func checkFinding(t *testing.T, text string, d schema.Diagnostic) {
	t.Helper()
	if d.Help == "" || d.Source == "" || d.Message == "" || strings.Contains(d.Message+d.Help, "%!") {
		t.Errorf("finding %+v", d)
	}
	if d.Fix == nil {
		return
	}
	fixed, _ := Fix([]byte(text), schema.Diagnostics{d})
	top, ds := schema.Parse("topology.yaml", fixed)
	if top == nil {
		t.Fatalf("fixed: %v\n%s", ds, fixed)
	}
	if before, after := count(t, []byte(text), d.Rule), count(t, fixed, d.Rule); after >= before {
		t.Errorf("%d findings of %s, and %d after a fix:\n%s", before, d.Rule, after, fixed)
	}
}

// count returns how many findings of a rule a topology has.
func count(t *testing.T, text []byte, rule string) (n int) {
	t.Helper()
	top, ds := schema.Parse("topology.yaml", text)
	if top == nil {
		t.Fatal(ds)
	}
	for _, d := range append(ds, Check(top)...) {
		if d.Rule == rule {
			n++
		}
	}
	return n
}

func TestEveryRuleHasACase(t *testing.T) {
	shown := map[string]bool{}
	for _, c := range slices.Concat(graphCases, endpointCases, literalCases, sideCases, topicCases, optionCases, usageCases, qualityCases, connectionCases, securityCases, deviceCases) {
		for _, rule := range c.rules {
			shown[rule] = true
		}
	}
	seen := map[string]bool{}
	for _, r := range Rules() {
		if seen[r.ID] {
			t.Errorf("rule %s is there twice", r.ID)
		}
		seen[r.ID] = true
	}
	for _, c := range table {
		for _, r := range c.rules {
			if c.run != nil && !shown[r.ID] {
				t.Errorf("no case shows rule %s", r.ID)
			}
		}
	}
}

// TestExamplesAreClean holds the defaults to what is good: what ships with zmqgen may have infos, and nothing else.
func TestExamplesAreClean(t *testing.T) {
	var files []string
	for _, pattern := range []string{"../../examples/*.yaml", "../../examples/*/*.yaml", "../../compat/services/*/*.yaml"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 4 {
		t.Fatal(files)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		top, ds := schema.Parse(file, text)
		if top == nil {
			t.Fatal(ds)
		}
		for _, d := range append(ds, Check(top)...) {
			if d.Severity != schema.Info {
				t.Errorf("%s:%d: %s [%s]", file, d.Span.Line, d.Message, d.Rule)
			}
		}
	}
}

func TestCheckIsTheSameEachTime(t *testing.T) {
	top, ds := schema.Parse("large.yaml", large.Topology(250, 200))
	if top == nil {
		t.Fatal(ds)
	}
	if first := Check(top); !slices.EqualFunc(first, Check(top), func(a, b schema.Diagnostic) bool { return a.Span == b.Span && a.Message == b.Message }) {
		t.Error("findings differ")
	}
}

// FuzzCheck looks for topologies that lint does not survive, and for findings at places that are not there.
func FuzzCheck(f *testing.F) {
	for _, c := range slices.Concat(graphCases, endpointCases, literalCases, sideCases, topicCases, optionCases, usageCases, qualityCases, connectionCases, securityCases, deviceCases) {
		text, _ := c.source()
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		all := strings.Builder{}
		for _, r := range Rules() {
			fmt.Fprintf(&all, "%s: warning, ", r.ID)
		}
		top, _ := schema.Parse("topology.yaml", []byte("lint: {rules: {"+all.String()+"}}\n"+text))
		if top == nil {
			if top, _ = schema.Parse("topology.yaml", []byte(text)); top == nil {
				return
			}
		}
		for _, d := range Check(top) {
			if n := utf8.RuneCountInString(d.Source); d.Span.Line < 1 || d.Span.Col < 1 || d.Span.EndCol > n+1 {
				t.Errorf("%+v", d)
			}
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	for _, sockets := range []int{10, 100, 1000} {
		top, ds := schema.Parse("large.yaml", large.Topology(max(sockets, 250), sockets))
		if top == nil {
			b.Fatal(ds)
		}
		b.Run(fmt.Sprint(sockets), func(b *testing.B) {
			for b.Loop() {
				Check(top)
			}
		})
	}
}
