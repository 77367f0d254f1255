package breaking_test

import (
	"errors"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/breaking"
)

// version returns one of the topologies of a text: NAME.yaml, or NAME/topology.yaml with what it imports.
func version(t *testing.T, archive *txtar.Archive, name string) *schema.Topology {
	t.Helper()
	texts := map[string][]byte{}
	for _, f := range archive.Files {
		texts[f.Name] = f.Data
	}
	file := name + ".yaml"
	if texts[file] == nil {
		file = name + "/topology.yaml"
	}
	top, ds := schema.ParseFiles(schema.File{Name: file, Text: texts[file]}, func(from, to string) (schema.File, error) {
		at := path.Join(path.Dir(from), to)
		if texts[at] == nil {
			return schema.File{}, errors.New("it is not there")
		}
		return schema.File{Name: at, Text: texts[at]}, nil
	})
	if top == nil || len(ds) > 0 {
		t.Fatalf("%s: %+v", file, ds)
	}
	return top
}

// TestRules compares the examples in the texts of the rules: what is bad has a finding of the rule, of its severity, and what
// is good none that fails. Nothing else is found in either.
func TestRules(t *testing.T) {
	for _, r := range breaking.Rules() {
		t.Run(r.ID, func(t *testing.T) {
			archive, err := txtar.ParseFile(filepath.Join("..", "explain", "rules", r.ID+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			old, bad, good := version(t, archive, "old"), version(t, archive, "bad"), version(t, archive, "good")
			hit := false
			for _, c := range breaking.Compare(old, bad) {
				hit = hit || c.Rule == r.ID
				if c.Rule == r.ID && (c.Severity != r.Severity && c.Severity != schema.Warning) {
					t.Errorf("severity %s of a rule of %s", c.Severity, r.Severity)
				}
				if c.Rule != r.ID && (c.Severity != schema.Info || c.Rollout.Order != breaking.Any) {
					t.Errorf("bad: %s: %s", c.Rule, c.Message)
				}
			}
			if !hit {
				t.Error("bad: not found")
			}
			for _, c := range breaking.Compare(old, good) {
				if c.Severity != schema.Info || c.Rollout.Order != breaking.Any || r.Severity == schema.Info {
					t.Errorf("good: %s %s: %s", c.Severity, c.Rule, c.Message)
				}
			}
		})
	}
}

// TestChangesAreComplete looks at what every change has to say, over all examples in both directions.
func TestChangesAreComplete(t *testing.T) {
	known := map[string]bool{}
	for _, r := range breaking.Rules() {
		known[r.ID] = true
	}
	files, _ := filepath.Glob(filepath.Join("..", "explain", "rules", "*.txtar"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		archive := txtar.Parse(text)
		if !known[strings.TrimSuffix(filepath.Base(file), ".txtar")] {
			continue
		}
		old, bad := version(t, archive, "old"), version(t, archive, "bad")
		for _, pair := range [][2]*schema.Topology{{old, bad}, {bad, old}} {
			changes := breaking.Compare(pair[0], pair[1])
			for _, c := range changes {
				if !known[c.Rule] || len(c.Levels) == 0 || c.Message == "" || c.OldReadsNew.Text == "" || c.NewReadsOld.Text == "" || c.Senders == nil || c.Receivers == nil {
					t.Errorf("%s: %+v", file, c)
				}
				if !c.Old.IsSet() && !c.New.IsSet() {
					t.Errorf("%s: %s has no place", file, c.Rule)
				}
			}
			for _, d := range breaking.Diagnostics(changes, "") {
				if d.File != pair[1].File && !strings.HasPrefix(d.File, path.Dir(pair[1].File)) || d.Span.Line < 1 || d.Source == "" {
					t.Errorf("%s: %s is shown at %s:%d", file, d.Rule, d.File, d.Span.Line)
				}
			}
		}
	}
}
