package main

// This file turns a topology into the Go files that belong to it, on disk or on standard output.

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/zmqgen/zmqgen/gen"
	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/lint"
)

var generateCommand = command{
	name:    "generate",
	args:    "[FILE|DIR|-]",
	summary: "write Go next to the topology, or into -o DIR",
	about: `Writes the Go code of a topology: files that end in _zmqgen.go, and one that ends in _zmqgen_test.go if
the topology says go: {tests: true}. FILE is the topology, DIR a directory with a topology.yaml, -
standard input; without any it is ./topology.yaml.

Only files that change are written, all of them or none, each at one stroke. Files that the topology
no longer needs are removed if their name, first line and source line prove that zmqgen wrote them for
it. A file that zmqgen did not write is never touched. go.mod is not either.

Topologies that this one imports are read and not generated: the code refers to their packages, by
their go.import_path or by the nearest go.mod.`,
	examples: `zmqgen generate
zmqgen generate -v market/topology.yaml
zmqgen generate -o internal/market topology.yaml
zmqgen generate -o - - <topology.yaml    # print all files, in txtar format
go generate    # if a Go file beside the topology says //go:generate go tool zmqgen generate`,
	findings: "the topology has errors; nothing is written",
	maxArgs:  1,
	flags: func(set *flag.FlagSet, o *options) {
		topologyFlag(set, o)
		reportFlags(set, o)
		set.StringVar(&o.out, "o", "", "write into `DIR`, made if need be, or to standard output for -")
		set.BoolVar(&o.verbose, "v", false, "name the files written and removed, on standard error")
	},
	run: runGenerate,
}

// topologyFlag defines -f.
func topologyFlag(set *flag.FlagSet, o *options) {
	set.StringVar(&o.file, "f", "", "the topology, as `FILE` in place of the argument")
}

func runGenerate(c *console, opts options) error {
	if opts.out == "-" {
		_, files, err := generateFiles(c, opts)
		if err != nil {
			return err
		}
		for _, file := range files { // this is txtar
			fmt.Fprintf(c.stdout, "-- %s --\n%s", file.Name, file.Content)
		}
		return nil
	}
	p, err := planFor(c, opts)
	if err != nil {
		return err
	}
	return p.carryOut(c, opts)
}

// planFor reads the topology that opts name, generates its files and compares them with the disk.
func planFor(c *console, opts options) (plan, error) {
	src, files, err := generateFiles(c, opts)
	if err != nil {
		return plan{}, err
	}
	dir := settle(opts.out)
	if dir == "" {
		dir = src.dir
	}
	return newPlan(dir, src.base, files)
}

// generateFiles reads the topology that opts name and generates its files. It prints what is wrong
// with the topology; after errors it returns errFindings.
func generateFiles(c *console, opts options) (source, []gen.File, error) {
	arg, err := opts.topology()
	if err != nil {
		return source{}, nil, err
	}
	if arg == "-" && opts.out == "" {
		return source{}, nil, usagef("a topology from standard input has no directory to write to; name one with -o")
	}
	src, err := readTopology(c, arg)
	if err != nil {
		return source{}, nil, err
	}
	dir := settle(opts.out)
	if opts.out == "" || opts.out == "-" {
		dir = src.dir
	}
	base, err := readBaseline(src)
	if err != nil {
		return source{}, nil, err
	}
	files, ds := compile(src, dir, base)
	c.report(c.stderr, ds, opts)
	if ds.HasErrors() {
		return source{}, nil, errFindings
	}
	return src, files, nil
}

// compile takes a topology, whose code is to be in dir if that is known, through the whole pipeline. It has no
// files if the findings have errors, but for what the topology and its baseline accept.
func compile(src source, dir string, base *lint.Baseline) ([]gen.File, schema.Diagnostics) {
	var im imports
	t, ds := im.parse(src, dir)
	if ds.HasErrors() {
		return nil, ds
	}
	files, found := gen.GenerateWith(t, im.goPackage)
	ds = lint.Apply(t, append(ds, found...), base)
	if ds.HasErrors() {
		return nil, ds
	}
	for _, file := range files {
		// What does not carry the marks could never be updated or removed again.
		if !generatedName(file.Name) || sourceOf(file.Content) != src.base {
			panic(fmt.Sprintf("generated file %q does not name %q as its source", file.Name, src.base))
		}
	}
	return files, ds
}

// outputDir checks that files can be in dir. It reports whether dir exists.
func outputDir(dir string) (exists bool, err error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("read directory %s: %w", shown(dir), cause(err))
	case !info.IsDir():
		return false, fmt.Errorf("%s is not a directory", shown(dir))
	}
	return true, nil
}

// generatedName reports whether a file of this name may be one of ours.
func generatedName(name string) bool {
	ours := strings.HasSuffix(name, "_zmqgen.go") || strings.HasSuffix(name, "_zmqgen_test.go")
	return ours && filepath.Base(name) == name
}
