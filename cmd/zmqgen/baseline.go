package main

// This file reads and writes the baseline of a topology, which stands beside it.

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/zmqgen/zmqgen/schema/lint"
)

// baselinePath returns where the baseline of a topology is; "" if it is standard input, which has none.
func (s source) baselinePath() string {
	if s.dir == "" {
		return ""
	}
	return filepath.Join(s.dir, strings.TrimSuffix(s.base, filepath.Ext(s.base))+".baseline.json")
}

// readBaseline returns the baseline of a topology, or nil if it has none.
func readBaseline(src source) (*lint.Baseline, error) {
	path := src.baselinePath()
	if path == "" {
		return nil, nil
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read baseline %s: %w", shown(path), cause(err))
	case !info.Mode().IsRegular(): // nobody asked for it, so it is no pipe to wait for
		return nil, fmt.Errorf("read baseline %s: it is no file", shown(path))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read baseline %s: %w", shown(path), cause(err))
	}
	defer f.Close()
	text, err := readAll(shown(path), f)
	if err != nil {
		return nil, err
	}
	base, err := lint.ParseBaseline(shown(path), text)
	if err != nil {
		return nil, fmt.Errorf("baseline %s cannot be used: %w; zmqgen lint --write-baseline writes it anew", shown(path), err)
	}
	return base, nil
}

// writeBaseline brings the baseline of a topology up to date with what is found today. It removes the one of a topology that has
// nothing to accept.
func writeBaseline(c *console, opts options, src source) error {
	path := src.baselinePath()
	if path == "" {
		return usagef("lint: standard input has no baseline; name the file")
	}
	t, ds := lintFindings(src, nil)
	if t == nil {
		c.document(c.stdout, ds, opts)
		return errFindings
	}
	content := lint.FormatBaseline(t, ds)
	if err := replaceBaseline(c, opts, path, content); err != nil {
		return err
	}
	var base *lint.Baseline
	if content != nil {
		var err error
		if base, err = lint.ParseBaseline(shown(path), content); err != nil {
			panic(err) // it has just been made
		}
	}
	_, ds = lintFindings(src, base) // what no baseline accepts
	c.document(c.stdout, ds, opts)
	if failing(ds) {
		return errFindings
	}
	return nil
}

// replaceBaseline brings the file of a baseline up to date: there is none for nil.
func replaceBaseline(c *console, opts options, path string, content []byte) error {
	ch := change{name: shown(path), path: path, state: missing, content: content}
	switch info, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist) && content == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("read baseline %s: %w", ch.name, cause(err))
	case !info.Mode().IsRegular():
		return fmt.Errorf("write baseline %s: it is no file", ch.name)
	default:
		// Of a symbolic link the file that it leads to is written, as for topologies.
		if ch.path, err = filepath.EvalSymlinks(path); err != nil {
			return fmt.Errorf("read baseline %s: %w", ch.name, cause(err))
		}
		if ch.old, err = os.ReadFile(path); err != nil {
			return fmt.Errorf("read baseline %s: %w", ch.name, cause(err))
		}
		if content != nil && bytes.Equal(ch.old, content) {
			return nil
		}
		ch.state, ch.mode, ch.modTime = outdated, info.Mode().Perm(), info.ModTime()
		if content == nil {
			ch.state = stale
		}
	}
	return ch.plan().carryOut(c, opts)
}

// plan is what makes the one change.
func (ch change) plan() plan { return plan{dir: filepath.Dir(ch.path), changes: []change{ch}} }
