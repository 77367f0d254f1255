package main

// This file starts a project: it writes a first topology and the Go file that generates from it, and nothing that
// is there already.

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/zmqgen/zmqgen/gen"
)

const (
	toolPath    = "github.com/zmqgen/zmqgen/cmd/zmqgen"
	runtimePath = "github.com/zmqgen/zmqgen/runtime"
)

var initCommand = command{
	name:    "init",
	args:    "[DIR]",
	summary: "start a topology.yaml and a generate.go",
	about: `Writes a small topology.yaml, which is the example of one kind of pattern, and a generate.go beside it
with the line by which go generate makes Go of it; and prints the commands that come next. DIR is made if
need be; without it, it is this directory.

A file that is there already is never replaced: then nothing is written, and it is named. The topology is
called as the directory, in lower_snake, unless --name says otherwise; the Go package is that of the Go files
in the directory or, without any, is called as the directory too.`,
	examples: `zmqgen init market
zmqgen init --example req-rep --name catalogue internal/catalogue`,
	maxArgs: 1,
	flags: func(set *flag.FlagSet, o *options) {
		kinds := gen.ScaffoldExamples()
		choiceFlag(set, &o.example, "example", "start with a pattern of `KIND`: "+strings.Join(kinds, ", ")+"; "+kinds[0]+" if left out", kinds...)
		set.StringVar(&o.name, "name", "", "the topology's `NAME`, in lower_snake")
	},
	run: runInit,
}

func runInit(c *console, opts options) error {
	dir := "."
	if len(opts.args) > 0 {
		dir = settle(opts.args[0])
	}
	dir = filepath.Clean(dir)
	exists, err := outputDir(dir)
	if err != nil {
		return err
	}
	pkg, err := packageOf(dir, exists)
	if err != nil {
		return err
	}
	name := opts.name
	if name == "" {
		if name = nameOf(dir); name == "" {
			name = pkg
		}
	}
	files, ds := gen.Scaffold(cmp.Or(opts.example, gen.ScaffoldExamples()[0]), name, pkg)
	if ds.HasErrors() {
		return usagef("init: %s", ds[0].Message)
	}
	p := plan{dir: dir}
	for _, f := range files {
		p.changes = append(p.changes, change{name: printedName(dir, f.Name), path: filepath.Join(dir, f.Name), state: missing, content: f.Content})
	}
	if err := p.checkNew(); err != nil {
		return err
	}
	if err := p.applyUntilSignal(newFilesDisk); err != nil {
		return err
	}
	for _, line := range nextSteps(dir, p, name) {
		c.advise(line)
	}
	return nil
}

// checkNew returns an error that names the files of the plan that are there already.
func (p plan) checkNew() error {
	var there []error
	for _, ch := range p.changes {
		if _, err := os.Lstat(ch.path); !errors.Is(err, fs.ErrNotExist) {
			if err != nil {
				return fmt.Errorf("%s cannot be looked for: %w", ch.name, cause(err))
			}
			there = append(there, fmt.Errorf("%s is there already and will not be replaced; nothing was written", ch.name))
		}
	}
	return errors.Join(there...)
}

// newFilesDisk is the file system to a plan that replaces nothing, also not what came since the plan was made.
var newFilesDisk = func() disk {
	d := realDisk
	d.rename = func(from, to string) error {
		err := os.Link(from, to)
		switch {
		case err == nil:
			return os.Remove(from)
		case errors.Is(err, fs.ErrExist):
			return err
		}
		if _, err := os.Lstat(to); err == nil { // the file system has no links
			return fs.ErrExist
		}
		return os.Rename(from, to)
	}
	return d
}()

// packageOf returns the Go package of a directory: that of its Go files or, if it has none, its name.
func packageOf(dir string, exists bool) (string, error) {
	if exists {
		files, err := filepath.Glob(filepath.Join(globbed(dir), "*.go"))
		if err != nil {
			return "", fmt.Errorf("read directory %s: %w", shown(dir), cause(err))
		}
		for _, file := range files {
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly)
			if err != nil || strings.HasSuffix(file, "_test.go") || parsed.Name.Name == "documentation" {
				continue
			}
			if parsed.Name.Name == "main" {
				return "", usagef("init: the Go files of %s are package main, which nothing can import; name a directory of its own, such as %s",
					directory(dir), shown(filepath.Join(dir, "market")))
			}
			return parsed.Name.Name, nil
		}
	}
	if pkg := nameOf(dir); pkg != "" {
		return pkg, nil
	}
	return "", usagef("init: no Go package can be called as %s; name another directory", directory(dir))
}

// globbed is a directory as a pattern that matches it alone.
func globbed(dir string) string {
	return strings.NewReplacer(`*`, `[*]`, `?`, `[?]`, `[`, `[[]`).Replace(dir)
}

func directory(dir string) string {
	if dir == "." {
		return "this directory"
	}
	return "directory " + shown(dir)
}

// nameOf is the name of a directory in lower_snake; "" if nothing comes of it.
func nameOf(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	words := strings.FieldsFunc(strings.ToLower(filepath.Base(abs)), func(c rune) bool {
		return (c < 'a' || 'z' < c) && (c < '0' || '9' < c)
	})
	name := strings.Join(words, "_")
	if name == "" || name[0] <= '9' || token.IsKeyword(name) || name == "main" || strings.HasSuffix(name, "_test") {
		return ""
	}
	return name
}

// nextSteps are the lines that a user may paste into a shell after init.
func nextSteps(dir string, p plan, name string) []string {
	var written []string
	for _, ch := range p.changes {
		written = append(written, ch.name)
	}
	lines := []string{"# wrote " + strings.Join(written, " and ") + "; next, after a look at the topology:"}
	mod, found := nearestMod(dir)
	if !found {
		lines = append(lines, "go mod init example.com/"+name)
	}
	if !strings.Contains(mod, toolPath) {
		lines = append(lines, "go get -tool "+toolPath)
	}
	if !strings.Contains(mod, "module github.com/zmqgen/zmqgen\n") {
		lines = append(lines, "go get "+runtimePath)
	}
	target := "."
	if dir != "." {
		target = shown(dir)
		if !filepath.IsAbs(dir) && !strings.HasPrefix(target, "../") {
			target = "./" + target
		}
	}
	return append(lines, "go generate "+shellWord(target))
}

// nearestMod returns the text of the go.mod that a directory belongs to.
func nearestMod(dir string) (text string, found bool) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", false
	}
	for {
		if text, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil {
			return string(text), true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}
