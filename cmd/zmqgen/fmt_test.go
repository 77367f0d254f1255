package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A file that somebody changes while it is formatted is not put back to what it was.
func TestFmtLeavesWhatChangedMeanwhile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "topology.yaml")
	if err := os.WriteFile(file, []byte("name:   market\nversion: 1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	c := newConsole(nil, &out, &out)
	files, err := formatAll(c, []string{file}, options{})
	if err != nil {
		t.Fatal(err)
	}
	const edited = "name: desk\nversion: 1\n"
	if err := os.WriteFile(file, []byte(edited), 0o666); err != nil {
		t.Fatal(err)
	}
	err = writeFormatted(c, files, options{})
	if err == nil || !strings.Contains(err.Error(), "has changed meanwhile and is left alone; run again") {
		t.Errorf("error %v", err)
	}
	if now, err := os.ReadFile(file); err != nil || string(now) != edited {
		t.Errorf("%q, %v", now, err)
	}
}
