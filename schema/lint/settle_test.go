package lint

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/schema"
)

// delimited is a topology with a finding of topic-delimiter on its last line, and with text of one's own before that.
func delimited(text string) string {
	return "version: 1\nname: m\nmessages: {A: {fields: {s: string @1}}}\npatterns:\n" + text +
		"  as: {kind: pub-sub, external: true, message: A, topic: \"a.{s}\"}\n"
}

// settled returns the findings of a topology as line rule severity.
func settled(t testing.TB, src string, b *Baseline) string {
	t.Helper()
	top, ds := schema.Parse("t.yaml", []byte(src))
	if top != nil {
		ds = append(ds, Check(top)...)
	}
	var all []string
	for _, d := range Settle(top, ds, b) {
		all = append(all, fmt.Sprintf("%d %s %s", d.Span.Line, d.Rule, d.Severity))
	}
	return strings.Join(all, ", ")
}

func TestSettle(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"as it is", delimited(""), "5 topic-delimiter warning"},
		{"off", delimited("") + "lint: {rules: {topic-delimiter: off}}\n", ""},
		{"an error", delimited("") + "lint: {rules: {topic-delimiter: error}}\n", "5 topic-delimiter error"},
		{"off by default", delimited("") + "lint: {rules: {topic-delimiter: off, doc-missing: info}}\n", "3 doc-missing info, 5 doc-missing info"},
		{"ignored", delimited("  # zmqgen:ignore topic-delimiter -- x\n"), ""},
		{"ignored among others", delimited("  # zmqgen:ignore bad-ignore,topic-delimiter , late-retry -- x\n"), "5 ignore-unused warning, 5 ignore-unused warning"},
		{"ignored twice", delimited("  # zmqgen:ignore topic-delimiter -- x\n  # zmqgen:ignore topic-delimiter -- x\n"), "5 ignore-unused warning"},
		{"ignored and off", delimited("  # zmqgen:ignore topic-delimiter -- x\n") + "lint: {rules: {topic-delimiter: off}}\n", ""},
		{"no reason", delimited("  # zmqgen:ignore topic-delimiter --\n"), "5 ignore-reason warning"},
		{"no reason, and that is off", delimited("  # zmqgen:ignore topic-delimiter\n") + "lint: {rules: {ignore-reason: off}}\n", ""},
		{"unused and off", delimited("  # zmqgen:ignore late-retry -- x\n") + "lint: {rules: {ignore-unused: off, topic-delimiter: off}}\n", ""},
		{"a setting that is ignored", delimited("") + "lint:\n  rules:\n    # zmqgen:ignore unknown-rule -- of the next version\n    frob-nicate: off\n    topic-delimiter: off\n", ""},
		{"fixed", delimited("  # zmqgen:ignore unknown-type, topic-delimiter -- x\n") + "lint: {rules: {unknown-type: error}}\n", "5 fixed-rule warning"},
		{"errors", "version: 1\nname: m\nmessages: {A: {fields: {s: strng @1}}} # zmqgen:ignore unknown-type, late-retry -- x\nlint: {rules: {unknown-type: off}}\n", "3 unknown-type error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := settled(t, c.src, nil); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestApplyAddsNothing(t *testing.T) {
	top, ds := schema.Parse("t.yaml", []byte(delimited("  # zmqgen:ignore topic-delimiter, late-retry, nonsense\n")+"lint: {rules: {nonsense: off}}\n"))
	b, err := ParseBaseline("b.json", []byte(`{"version": 1, "findings": [{"rule": "late-retry", "path": "x", "count": 1}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if left := Apply(top, ds, b); len(ds) != 1 || len(left) != 0 {
		t.Errorf("%v became %v", ds, left)
	}
}

func TestBaselineCounts(t *testing.T) {
	src := "version: 1\nname: m\nmessages: {A: {fields: {s: string @1}}}\npatterns:\n" +
		"  as: {kind: pub-sub, external: true, message: A, topic: a., doc: x}\n" +
		"nodes: {n: {sockets: {s: {sub: as, external: true, bind: \"tcp://127.0.0.1:5555\", subscribe: [x, y, z]}}}}\n"
	entry := func(count int) *Baseline {
		b, err := ParseBaseline("b.json", fmt.Appendf(nil,
			"{\"version\": 1, \"findings\": [\n  {\"rule\": \"topic-unpublished\", \"path\": \"nodes.n.sockets.s.subscribe\", \"count\": %d}\n]}\n", count))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	const one = "6 topic-unpublished warning"
	for count, want := range map[int]string{1: one + ", " + one, 2: one, 3: "", 4: "2 baseline-unused warning"} {
		if got := settled(t, src, entry(count)); got != want {
			t.Errorf("%d accepted: got %q, want %q", count, got, want)
		}
		b := entry(count)
		settled(t, src, b)
		if again := settled(t, src, b); again != want {
			t.Errorf("%d accepted, for the second time: got %q", count, again)
		}
	}
}

func TestBaselineThatIsWrittenAcceptsAll(t *testing.T) {
	src := delimited("") + "  bs: {kind: pub-sub, external: true, message: A, topic: \"b.{s}\"}\n"
	top, ds := schema.Parse("t.yaml", []byte(src))
	found := Settle(top, append(ds, Check(top)...), nil)
	text := FormatBaseline(top, found)
	b, err := ParseBaseline("b.json", text)
	if err != nil || len(found) < 2 {
		t.Fatalf("%v, %v", err, found)
	}
	if got := settled(t, src, b); got != "" {
		t.Errorf("left: %q by\n%s", got, text)
	}
	if none := FormatBaseline(top, nil); none != nil {
		t.Errorf("nothing is accepted by %s", none)
	}
}

func TestParseBaselineRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "not the JSON",
		"[]":                            "not the JSON",
		`{"version": 2}`:                "version 2",
		`{"version": 1} x`:              "behind the end",
		`{"version": 1, "x": 1}`:        "unknown field",
		`{"version": 1, "findings": 1}`: "not the JSON",
		`{"version": 1, "findings": [{"rule": "a", "path": "b"}]}`:                                                       "count",
		`{"version": 1, "findings": [{"rule": "a", "path": "b", "count": 99999999}]}`:                                    "count",
		`{"version": 1, "findings": [{"path": "b", "count": 1}]}`:                                                        "rule",
		`{"version": 1, "findings": [{"rule":"a","path":"b","count":1}, ` + "\n" + `{"rule":"a","path":"b","count":2}]}`: "the one on line 1",
	} {
		if b, err := ParseBaseline("b.json", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v; want %s", text, b, err, want)
		}
	}
}

// FuzzSettle sees that no topology and no baseline break what is made of them, and that what is written accepts all.
func FuzzSettle(f *testing.F) {
	f.Add(delimited("  # zmqgen:ignore topic-delimiter, x -- y\n"), `{"version": 1, "findings": [{"rule": "a", "path": "b", "count": 1}]}`)
	f.Add(delimited("  # zmqgen:ignore\n  #zmqgen:x\n")+"lint: {rules: {a: off, late-retry: info}}\n", `{"version":1,"findings":[]}`)
	f.Fuzz(func(t *testing.T, src, baseline string) {
		top, ds := schema.Parse("t.yaml", []byte(src))
		b, err := ParseBaseline("b.json", []byte(baseline))
		if err != nil {
			b = nil
		}
		if top != nil {
			ds = append(ds, Check(top)...)
		}
		left := Settle(top, ds, b)
		for _, d := range left {
			if !isRule(d.Rule) || d.Severity == schema.Off || d.Span.Line < 1 {
				t.Errorf("%+v", d)
			}
		}
		Apply(top, ds, b)
		text, applied := Fix([]byte(src), ds)
		if len(applied) == 0 && string(text) != src {
			t.Errorf("no fix made %q of %q", text, src)
		}
		if top == nil {
			return
		}
		if fixed, after := schema.Parse("t.yaml", text); fixed == nil {
			t.Errorf("fixes made of a topology %q, which has %v", text, after)
		}
		written := FormatBaseline(top, Settle(top, ds, nil))
		if written == nil {
			return
		}
		if b, err = ParseBaseline("b.json", written); err != nil {
			t.Fatalf("%v in %s", err, written)
		}
		for _, d := range Settle(top, ds, b) {
			if d.Severity != schema.Info && !isFixed(d.Rule) {
				t.Errorf("%+v is left by %s", d, written)
			}
		}
	})
}
