package main

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// endless is a reader that never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestEndlessInputIsRefused(t *testing.T) {
	_, err := readTopology(newConsole(endless{}, io.Discard, io.Discard), "-")
	if want := "standard input has more than 16 MiB, which no topology has"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestNameThatCannotStandOnSourceLineIsRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there are no such names")
	}
	dir := t.TempDir()
	for name, accepted := range map[string]bool{
		"topology.yaml": true, "my topology.yaml": true, "topologie-größe.yaml": true,
		"topology.yaml ": false, "two\nlines.yaml": false, "carriage\r.yaml": false, "bom\ufeff.yaml": false, "latin\xe9.yaml": false, `back\slash.yaml`: false,
		"nolint.yaml": true, "<stdin>": false,
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("version: 1\n"), 0o644); err != nil {
			t.Logf("%q: %v", name, err) // not on this file system
			continue
		}
		src, err := readTopology(newConsole(nil, io.Discard, io.Discard), path)
		switch {
		case accepted && (err != nil || src.base != name || src.dir != dir):
			t.Errorf("%q: got %+v, %v", name, src, err)
		case !accepted && (err == nil || !strings.Contains(err.Error(), "cannot stand on the source line")):
			t.Errorf("%q: error %v", name, err)
		}
	}
}

func TestCauseLeavesOutTheSystemsWords(t *testing.T) {
	_, missing := os.Open(filepath.Join(t.TempDir(), "missing"))
	linked := os.Rename(filepath.Join(t.TempDir(), "missing"), filepath.Join(t.TempDir(), "there"))
	for _, err := range []error{missing, linked, io.ErrUnexpectedEOF} {
		if text := cause(err).Error(); strings.Contains(text, "open") || strings.Contains(text, "rename") || strings.Contains(text, "/") {
			t.Errorf("cause(%v) = %q", err, text)
		}
	}
}
