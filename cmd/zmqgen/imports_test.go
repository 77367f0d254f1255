package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/schema"
)

func TestGoPackageOfADirectory(t *testing.T) {
	for _, test := range []struct{ mod, below, want, problem string }{
		{"module example.com/x\n", "", "example.com/x", ""},
		{"// a comment\nmodule example.com/x // and another\r\n\ngo 1.24.0\n", "a/b-c", "example.com/x/a/b-c", ""},
		{"go 1.24.0\nmodule \"example.com/x/v2\"\n", "a", "example.com/x/v2/a", ""},
		{"module `example.com/x`\n", "internal/a", "example.com/x/internal/a", ""},
		{"go 1.24.0\n// module example.com/x\n", "a", "", "names no module"},
		{"", "a", "", "names no module"},
		{"module example.com/x\n", "with space/a", "", `directory "with space" cannot be part of an import path`},
		{"module example.com/x\n", "größe", "", "cannot be part of an import path"},
		{"module example.com/x\n", "dot.", "", "cannot be part of an import path"},
	} {
		root := t.TempDir()
		dir := filepath.Join(root, filepath.FromSlash(test.below))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Logf("%q: %v", test.below, err) // not on this file system
			continue
		}
		if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte(test.mod), 0o644); err != nil {
			t.Fatal(err)
		}
		got, err := goPackageIn(dir)
		if got != test.want || (err == nil) != (test.problem == "") || err != nil && !strings.Contains(err.Error(), test.problem) {
			t.Errorf("%q in %q: %q, %v", test.mod, test.below, got, err)
		}
	}
}

func TestNearestGoModDecides(t *testing.T) {
	root := t.TempDir()
	inner := filepath.Join(root, "inner", "deep")
	if err := os.MkdirAll(filepath.Join(inner, "go.mod"), 0o755); err != nil { // a directory of that name is none
		t.Fatal(err)
	}
	for dir, mod := range map[string]string{root: "module example.com/outer\n", filepath.Dir(inner): "module example.com/inner\n"} {
		if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := goPackageIn(inner); got != "example.com/inner/deep" {
		t.Errorf("%q, %v", got, err)
	}
}

// A topology that names more files than it may does not fill the memory with them, and a file of any size is
// refused for what it is.
func TestImportsAreReadWithinBounds(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var all strings.Builder
	for i := range 40 {
		fmt.Fprintf(&all, "  a%d: a%d.yaml\n", i, i)
		var more strings.Builder
		for j := range 40 {
			fmt.Fprintf(&more, "  b%d: b%d_%d.yaml\n", j, i, j)
			write(fmt.Sprintf("b%d_%d.yaml", i, j), fmt.Sprintf("version: 1\nname: b%d_%d\n", i, j))
		}
		write(fmt.Sprintf("a%d.yaml", i), fmt.Sprintf("version: 1\nname: a%d\nimport:\n%s", i, more.String()))
	}
	write("huge.yaml", strings.Repeat("#", schema.MaxSourceSize+5))
	src := source{name: shown(filepath.Join(dir, "topology.yaml")), text: []byte("version: 1\nname: t\nimport:\n  huge: huge.yaml\n" + all.String())}
	var im imports
	top, ds := im.parse(src, dir)
	if top != nil || len(im.files) > schema.MaxFiles {
		t.Errorf("%d files", len(im.files))
	}
	for _, f := range im.files {
		if len(f.Text) > schema.MaxSourceSize+1 {
			t.Errorf("%s is kept with %d bytes", f.Name, len(f.Text))
		}
	}
	rules := map[string]string{}
	for _, d := range ds {
		rules[d.Rule] = d.Message
	}
	if rules["too-many-imports"] == "" || !strings.Contains(rules["file-too-large"], fmt.Sprint(schema.MaxSourceSize+5, " bytes")) {
		t.Errorf("found %v", rules)
	}
}
