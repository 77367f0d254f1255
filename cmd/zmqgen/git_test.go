package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestComparingWithARefNeedsGit(t *testing.T) {
	t.Setenv("PATH", "")
	file := filepath.Join(t.TempDir(), "topology.yaml")
	if err := os.WriteFile(file, []byte("version: 1\nname: market\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	code := run([]string{"breaking", "--against", "main", file}, nil, &stdout, &stderr)
	if want := "git is not there to read main; compare with a file: --against FILE"; code != exitTrouble || !strings.Contains(stderr.String(), want) {
		t.Errorf("exit code %d, %q, want %d, %q", code, stderr.String(), exitTrouble, want)
	}
}
