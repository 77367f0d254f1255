package classic

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// This file holds docs/classics.md to the programs beside it: every program has its section on the page, and whatever the page
// leads to is there.

const page = "../../docs/classics.md"

var (
	section = regexp.MustCompile(`(?m)^## .*\n\n\[(\w+)\]\(\.\./examples/classic/(\w+)/topology\.yaml\) · \[the program\]\(\.\./examples/classic/(\w+)/example_test\.go\)\n`)
	loss    = regexp.MustCompile(`(?m)^\*\*What can be lost\*\*: `)
	link    = regexp.MustCompile(`\]\(([^):#]+)[^):]*\)`) // to a file, not to the web
)

func TestPageHasASectionForEveryProgram(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	there := make(map[string]bool)
	files, err := filepath.Glob("*/topology.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d topologies, %v", len(files), err)
	}
	for _, file := range files {
		there[filepath.Dir(file)] = true
	}
	described := make(map[string]bool)
	sections := section.FindAllSubmatch(text, -1)
	for _, m := range sections {
		if string(m[1]) != string(m[2]) || string(m[2]) != string(m[3]) {
			t.Errorf("a section leads to several programs: %s", m[0])
		}
		described[string(m[1])] = true
	}
	if !maps.Equal(there, described) {
		t.Errorf("the page describes\n%v\nthe programs are\n%v", described, there)
	}
	if n := len(loss.FindAll(text, -1)); n != len(sections) {
		t.Errorf("the page says %d times what can be lost, of %d programs", n, len(sections))
	}
	for _, m := range link.FindAllSubmatch(text, -1) {
		if _, err := os.Stat(filepath.Join(filepath.Dir(page), string(m[1]))); err != nil {
			t.Error(err)
		}
	}
}
