package main

// This file turns the file, directory or "-" of a command line into the text of a topology.

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// defaultName is the name of a topology that is not named.
const defaultName = "topology.yaml"

// maxTopology is the size in bytes above which a file is certainly something else.
const maxTopology = 16 << 20

// source is a topology as it was read.
type source struct {
	name string // as findings call it: the path given, with slashes
	base string // as generated files call it on their Source line
	dir  string // where generated files go unless -o says otherwise; "" for standard input
	text []byte
	info fs.FileInfo // nil for standard input
}

// readTopology reads the topology that arg names: a file, a directory that has a topology.yaml, "-"
// for standard input, or "" for the topology.yaml of the working directory.
func readTopology(c *console, arg string) (source, error) {
	if arg == "-" {
		text, err := readAll("standard input", c.stdin)
		// Generated files name the file that the text most likely comes from: the same text has the
		// same files.
		return source{name: "<stdin>", base: defaultName, text: text}, err
	}
	file, err := findTopology(settle(arg))
	if err != nil {
		return source{}, err
	}
	f, err := os.Open(file)
	if err != nil {
		return source{}, fmt.Errorf("read %s: %w", shown(file), cause(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return source{}, fmt.Errorf("read %s: %w", shown(file), cause(err))
	}
	text, err := readAll(shown(file), f)
	return source{name: shown(file), base: filepath.Base(file), dir: filepath.Dir(file), text: text, info: info}, err
}

// findTopology returns the path of the file that arg names.
func findTopology(arg string) (string, error) {
	dir := arg
	if arg == "" {
		dir = "."
	}
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("there is no %s%s", shown(arg), relatives(filepath.Dir(arg)))
	case err != nil:
		return "", fmt.Errorf("read %s: %w", shown(arg), cause(err))
	case !info.IsDir():
		if base := filepath.Base(arg); !printable(base) || base == "<stdin>" {
			return "", fmt.Errorf("the name %q cannot stand on the source line of generated files; rename it", base)
		}
		return arg, nil
	}
	file := filepath.Join(dir, defaultName)
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		place := "this directory"
		if arg != "" {
			place = "directory " + shown(arg)
		}
		return "", fmt.Errorf("there is no %s in %s%s; name the file to read, or - for standard input", defaultName, place, relatives(dir))
	}
	return file, nil
}

// settle returns path so that it means the same to package filepath, which cuts off what stands before
// a .. by its text, and to the system, which leaves the directory that a symbolic link leads to.
func settle(path string) string {
	if !strings.Contains(path, "..") {
		return path
	}
	meant, err := os.Stat(path)
	if err == nil {
		if cut, err := os.Stat(filepath.Clean(path)); err == nil && os.SameFile(meant, cut) {
			return path
		}
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	// It is not there yet, so where its parent is decides.
	parent, name := filepath.Split(strings.TrimRightFunc(path, func(r rune) bool { return r < utf8.RuneSelf && os.IsPathSeparator(uint8(r)) }))
	if parent == "" || name == "" {
		return path
	}
	return filepath.Join(settle(parent), name)
}

// relatives says which YAML files dir has instead of the one that was looked for.
func relatives(dir string) string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "" // the caller's error says enough
	}
	var found []string
	for _, entry := range entries {
		if ext := filepath.Ext(entry.Name()); ext == ".yaml" || ext == ".yml" {
			found = append(found, entry.Name())
		}
	}
	if len(found) == 0 || len(found) > 5 {
		return ""
	}
	return " (but " + strings.Join(found, ", ") + ")"
}

// printable reports whether name survives as the end of a Go comment, through gofmt and back.
func printable(name string) bool {
	// A backslash separates directories where the code may be generated next time.
	unprintable := func(r rune) bool { return r == utf8.RuneError || r == '\\' || !unicode.IsPrint(r) }
	return strings.TrimSpace(name) == name && !strings.ContainsFunc(name, unprintable)
}

// readAll reads all of r, called name in errors.
func readAll(name string, r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxTopology+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, cause(err))
	}
	if len(text) > maxTopology {
		return nil, fmt.Errorf("%s has more than %d MiB, which no topology has", name, maxTopology>>20)
	}
	return text, nil
}
