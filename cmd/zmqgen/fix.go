package main

// This file turns a topology into one in which what can be cured for certain is.

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/lint"
)

// maxFixRounds bounds how often a topology is fixed: fixes may stand in each other's way, or bring to light what others are for.
const maxFixRounds = 20

// fixTopology makes the changes that cure findings, in the file or, for standard input, on the way to standard output. It returns
// the topology as it is then.
func fixTopology(c *console, opts options, src source, base *lint.Baseline) (source, error) {
	fixed, done := fixText(src, base)
	if src.dir == "" {
		fmt.Fprintf(c.stdout, "%s", fixed.text)
	} else if !bytes.Equal(fixed.text, src.text) {
		if err := replaceTopology(src, fixed.text); err != nil {
			return src, err
		}
	}
	for _, d := range done {
		c.tell(opts, "fixed %s:%d:%d: %s [%s]", d.File, d.Span.Line, d.Span.Col, d.Fix.Message, d.Rule)
	}
	return fixed, nil
}

// fixText returns the topology with its fixes, and the findings that these were for, at the places where they were found.
func fixText(src source, base *lint.Baseline) (source, schema.Diagnostics) {
	var done schema.Diagnostics
	_, ds := lintFindings(src, base)
	for range maxFixRounds {
		own := slices.DeleteFunc(slices.Clone(ds), func(d schema.Diagnostic) bool { return d.File != src.name })
		text, applied := lint.Fix(src.text, own)
		if len(applied) == 0 {
			break
		}
		next := src
		next.text = text
		_, after := lintFindings(next, base)
		if after.HasErrors() && !ds.HasErrors() {
			break // a fix makes nothing worse
		}
		src, ds = next, after
		done = append(done, applied...)
	}
	return src, done
}

// replaceTopology writes a topology anew, unless somebody has changed it meanwhile.
func replaceTopology(src source, text []byte) error {
	path, err := filepath.EvalSymlinks(filepath.Join(src.dir, src.base))
	if err != nil {
		return fmt.Errorf("write %s: %w", src.name, cause(err))
	}
	if err := unchanged(src, path); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("read %s: %w", src.name, cause(err))
	}
	ch := change{
		name: src.name, path: path, state: outdated, content: text, old: src.text,
		mode: info.Mode().Perm(), modTime: info.ModTime(),
	}
	return ch.plan().applyUntilSignal(realDisk)
}

// unchanged returns an error if the file of a source, which is at path, is not what it was when it was read.
func unchanged(src source, path string) error {
	now, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read %s: %w", src.name, cause(err))
	}
	if !bytes.Equal(now, src.text) {
		return errors.New(src.name + " has changed meanwhile and is left alone; run again")
	}
	return nil
}
