package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/explain"
	"github.com/zmqgen/zmqgen/schema/lint"
)

// writeExample writes the files of an example of a rule and returns the path of its topology.
func writeExample(t *testing.T, id string, files []explain.File) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range append(slices.Clone(files), explain.File{Name: "go.mod", Text: "module example.com/market\n"}) {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(exampleText(id, f)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, filepath.FromSlash(explain.Topology(files)))
}

// commentsIn returns the comments of a topology, which need not be valid: the lines of some text in it may look like
// one, and count.
func commentsIn(text []byte) []string {
	var all []string
	for _, line := range strings.Split(string(text), "\n") {
		if i := strings.Index(line, "#"); i >= 0 {
			all = append(all, strings.TrimSpace(line[i:]))
		}
	}
	return all
}

// TestEveryFixCures makes each fix that is offered for the bad example of a rule, alone and together: its finding is gone, no
// error has come, and the comments are as they were.
func TestEveryFixCures(t *testing.T) {
	fixable := 0
	for _, id := range explain.IDs() {
		text, _ := explain.Of(id)
		if len(text.Old) > 0 {
			continue
		}
		path := writeExample(t, id, text.Bad)
		src, err := readTopology(newConsole(nil, nil, nil), path)
		if err != nil {
			t.Fatal(err)
		}
		_, ds := lintFindings(src, nil)
		for i, d := range ds {
			if d.Fix == nil || d.File != src.name {
				continue
			}
			fixable++
			fixed := src
			var applied schema.Diagnostics
			if fixed.text, applied = lint.Fix(src.text, ds[i:i+1]); len(applied) != 1 {
				t.Errorf("%s: the fix %+v cannot be made", id, d.Fix)
			}
			_, after := lintFindings(fixed, nil)
			same := func(o schema.Diagnostic) bool { return o.Rule == d.Rule && o.Message == d.Message }
			before := slices.DeleteFunc(slices.Clone(ds), func(o schema.Diagnostic) bool { return !same(o) })
			left := slices.DeleteFunc(slices.Clone(after), func(o schema.Diagnostic) bool { return !same(o) })
			if len(left) >= len(before) || !ds.HasErrors() && after.HasErrors() {
				t.Errorf("%s: after %q of\n%s\nthe findings are %v", id, d.Fix.Message, fixed.text, after)
			}
			if a, b := fmt.Sprint(commentsIn(src.text)), fmt.Sprint(commentsIn(fixed.text)); a != b {
				t.Errorf("%s: the comments %s became %s", id, a, b)
			}
		}
		fixed, _ := fixText(src, nil)
		if _, after := lintFindings(fixed, nil); slices.ContainsFunc(after, func(d schema.Diagnostic) bool { return d.Fix != nil && d.File == src.name }) {
			t.Errorf("%s: fixes are left after all were made: %v", id, after)
		}
	}
	if fixable < 5 {
		t.Errorf("only %d fixes are offered", fixable)
	}
	t.Logf("%d fixes", fixable)
}

// TestFindingsAsJSON holds what lint prints of every bad example to the document's own promise: as many findings as in text.
func TestFindingsAsJSON(t *testing.T) {
	for _, id := range explain.IDs() {
		text, _ := explain.Of(id)
		if len(text.Old) > 0 {
			continue
		}
		path := writeExample(t, id, text.Bad)
		var out strings.Builder
		run([]string{"lint", "--format", "json", path}, nil, &out, os.Stderr)
		var doc struct {
			Version  int
			Findings []struct{ Rule, Path string }
		}
		if err := json.Unmarshal([]byte(out.String()), &doc); err != nil || doc.Version != 1 || len(doc.Findings) == 0 {
			t.Errorf("%s: %v in %s", id, err, out.String())
		}
	}
}
