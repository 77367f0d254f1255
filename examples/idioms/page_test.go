package idioms_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// This file holds docs/idioms.md to the examples beside it: whatever the page leads to is there, and every example
// has a question on the page.

const page = "../../docs/idioms.md"

var (
	function = regexp.MustCompile(`(?m)^func (Example\w*)\(\)`)
	mention  = regexp.MustCompile("`(Example\\w*)`")
	answer   = regexp.MustCompile("→ \\[`(Example\\w*)`\\]\\(\\.\\./examples/idioms/(\\w+\\.go)\\)")
	link     = regexp.MustCompile(`\]\(([^):#]+)[^):]*\)`) // to a file, not to the web
)

// examples returns the file of each example.
func examples(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]string)
	for _, file := range files {
		for _, m := range function.FindAllStringSubmatch(read(t, file), -1) {
			found[m[1]] = file
		}
	}
	return found
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPageLeadsToEveryExample(t *testing.T) {
	found, text := examples(t), read(t, page)
	asked := make(map[string]string)
	for _, m := range answer.FindAllStringSubmatch(text, -1) {
		asked[m[1]] = m[2]
	}
	if !maps.Equal(found, asked) {
		t.Errorf("the page leads to\n%v\nthe examples are\n%v", asked, found)
	}
	for _, m := range mention.FindAllStringSubmatch(text, -1) {
		if found[m[1]] == "" {
			t.Errorf("the page speaks of %s, which is no example", m[1])
		}
	}
}

func TestPageLinksToFilesThatExist(t *testing.T) {
	links := link.FindAllStringSubmatch(read(t, page), -1)
	if len(links) == 0 {
		t.Error("no links found")
	}
	for _, m := range links {
		if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
			t.Error(err)
		}
	}
}
