package main

// This file turns topologies into their canonical form, on standard output or in place.

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/zmqgen/zmqgen/schema"
)

var fmtCommand = command{
	name:    "fmt",
	args:    "[FILE|DIR|-]...",
	summary: "lay out topologies in one form",
	about: `Brings topologies into their canonical form, which docs/fmt.md describes: the keys of objects in one
order, one spacing, comments kept. Without flags it prints one topology so; -w writes files in place,
-d shows what -w would change, --check lists the files that it would change.

FILE is a topology, DIR a directory with a topology.yaml, - standard input; without any it is
./topology.yaml. A file that is not YAML, or would lose something, is left as it is and reported, and
then no other is written either. Nothing else is checked; that is for lint.

With -w only files that change are written, all of them or none, each at one stroke and with its mode.
Of a symbolic link the file that it leads to is written.`,
	examples: `zmqgen fmt
zmqgen fmt -w market/topology.yaml
zmqgen fmt -d market compat
git ls-files '*topology.yaml' | xargs zmqgen fmt --check
zmqgen fmt - <topology.yaml`,
	findings: "files are not formatted (of -d and --check), or cannot be",
	maxArgs:  math.MaxInt,
	flags: func(set *flag.FlagSet, o *options) {
		set.BoolVar(&o.inPlace, "w", false, "write the files in place")
		set.BoolVar(&o.asDiff, "d", false, "print what would change as a unified diff")
		set.BoolVar(&o.checkOnly, "check", false, "list the files that are not formatted")
		set.BoolVar(&o.verbose, "v", false, "name the files written, on standard error")
		reportFlags(set, o)
	},
	run: runFmt,
}

// formatted is a topology and its canonical form.
type formatted struct {
	source
	path string // of the file, which no symbolic link leads further from; "" for standard input
	text []byte
}

func (f formatted) changes() bool { return !bytes.Equal(f.source.text, f.text) }

func runFmt(c *console, opts options) error {
	args, err := fmtArgs(opts)
	if err != nil {
		return err
	}
	files, err := formatAll(c, args, opts)
	if err != nil {
		return err
	}
	switch {
	case opts.inPlace:
		return writeFormatted(c, files, opts)
	case opts.asDiff:
		return diffFormatted(c, files)
	case opts.checkOnly:
		return checkFormatted(c, files)
	}
	for _, f := range files {
		c.stdout.Write(f.text) //nolint:errcheck // consoles keep their first error
	}
	return nil
}

// fmtArgs returns the files and directories that opts name, or what is wrong with opts.
func fmtArgs(opts options) ([]string, error) {
	modes := 0
	for _, set := range []bool{opts.inPlace, opts.asDiff, opts.checkOnly} {
		if set {
			modes++
		}
	}
	switch {
	case modes > 1:
		return nil, usagef("fmt: -w, -d and --check are three ways to go; choose one")
	case modes == 0 && len(opts.args) > 1:
		return nil, usagef("fmt: %d files cannot be printed as one; choose -w, -d or --check", len(opts.args))
	case opts.inPlace && slices.Contains(opts.args, "-"):
		return nil, usagef("fmt: -w writes files in place; standard input is none")
	case len(opts.args) == 0:
		return []string{""}, nil
	}
	return opts.args, nil
}

// formatAll reads and formats what args name, each file once. It prints why files cannot be formatted, and returns
// errFindings then.
func formatAll(c *console, args []string, opts options) ([]formatted, error) {
	var (
		files   []formatted
		refused schema.Diagnostics
	)
	for _, arg := range args {
		src, err := readTopology(c, arg)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(files, func(f formatted) bool { return sameSource(f.source, src) }) {
			continue
		}
		f := formatted{source: src}
		if src.info != nil {
			file := filepath.Join(src.dir, src.base)
			if f.path, err = filepath.EvalSymlinks(file); err != nil {
				return nil, fmt.Errorf("read %s: %w", src.name, cause(err))
			}
		}
		var ds schema.Diagnostics
		f.text, ds = schema.Format(src.name, src.text)
		refused = append(refused, ds...)
		files = append(files, f)
	}
	if len(refused) > 0 {
		c.report(c.stderr, refused, opts)
		return nil, errFindings
	}
	return files, nil
}

func sameSource(a, b source) bool {
	if a.info == nil || b.info == nil {
		return a.info == nil && b.info == nil
	}
	return os.SameFile(a.info, b.info)
}

// writeFormatted writes the files that change.
func writeFormatted(c *console, files []formatted, opts options) error {
	p := plan{dir: "."}
	for _, f := range files {
		if !f.changes() {
			continue
		}
		if f.info.Mode().Perm()&0o200 == 0 {
			return fmt.Errorf("%s is not formatted but read-only; make it writable", f.name)
		}
		if err := unchanged(f.source, f.path); err != nil {
			return err
		}
		p.changes = append(p.changes, change{
			name: f.name, path: f.path, state: outdated, content: f.text, old: f.source.text,
			mode: f.info.Mode().Perm(), modTime: f.info.ModTime(),
		})
	}
	return p.carryOut(c, opts)
}

func diffFormatted(c *console, files []formatted) error {
	var result error
	for _, f := range files {
		if !f.changes() {
			continue
		}
		name := strings.TrimPrefix(f.name, "/")
		c.stdout.Write(diff.Diff("a/"+name, f.source.text, "b/"+name, f.text)) //nolint:errcheck // consoles keep their first error
		result = errFindings
	}
	return result
}

func checkFormatted(c *console, files []formatted) error {
	line := "zmqgen fmt -w"
	var result error
	for _, f := range files {
		if !f.changes() {
			continue
		}
		fmt.Fprintln(c.stdout, f.name)
		if f.path != "" {
			line += " " + shellWord(f.name)
		}
		result = errFindings
	}
	if line != "zmqgen fmt -w" {
		c.advise("run: " + line)
	}
	return result
}
