package breaking_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/breaking"
)

// FuzzCompare compares any two valid topologies. Nothing panics, the same has no change, every change has a place that its file
// has, and an order of rollout holds each node once.
func FuzzCompare(f *testing.F) {
	text, err := os.ReadFile("../../examples/topology.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text, text)
	files, _ := filepath.Glob(filepath.Join("..", "explain", "rules", "*.txtar"))
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		if len(archive.Files) == 3 && archive.Files[0].Name == "old.yaml" {
			f.Add(archive.Files[0].Data, archive.Files[1].Data)
			f.Add(text, archive.Files[1].Data)
		}
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		old, _ := schema.Parse("old.yaml", a)
		new, _ := schema.Parse("new.yaml", b)
		if old == nil || new == nil {
			return
		}
		again, _ := schema.Parse("old.yaml", a)
		if changes := breaking.Compare(old, again); len(changes) > 0 {
			t.Errorf("the same has changes: %+v", changes[0])
		}
		changes := breaking.Compare(old, new)
		for _, d := range breaking.Diagnostics(changes, "main") {
			if d.Span.Line < 1 || d.File != "new.yaml" || d.Message == "" {
				t.Errorf("%+v", d)
			}
		}
		plan := breaking.PlanOf(changes)
		seen := map[string]bool{}
		once := func(node string) {
			if seen[node] {
				t.Errorf("%s stands twice in %+v", node, plan)
			}
			seen[node] = true
		}
		for _, step := range plan.Steps {
			if len(step.Nodes)+len(step.Groups) == 0 {
				t.Errorf("empty step in %+v", plan)
			}
			for _, node := range step.Nodes {
				once(node)
			}
			for _, group := range step.Groups {
				for _, node := range group {
					once(node)
				}
			}
		}
		for _, node := range plan.Anytime {
			once(node)
		}
		io.WriteString(io.Discard, breaking.Markdown(changes, "main")) //nolint:errcheck // never fails
	})
}
