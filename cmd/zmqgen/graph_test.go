package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPicturesInDocsAreUpToDate draws the example anew. What go generate writes is in docs/market.svg.
func TestPicturesInDocsAreUpToDate(t *testing.T) {
	example := filepath.Join("..", "..", "examples", "topology.yaml")
	draw := func(args ...string) []byte {
		var stdout, stderr bytes.Buffer
		if code := run(append([]string{"graph"}, append(args, example)...), strings.NewReader(""), &stdout, &stderr); code != 0 {
			t.Fatalf("exit code %d: %s", code, &stderr)
		}
		return stdout.Bytes()
	}
	for file, want := range map[string][]byte{
		"market.svg": draw("--format", "svg"),
		"graph.md":   bytes.SplitN(draw(), []byte("\n"), 3)[2], // without the lines that say who wrote it
	} {
		got, err := os.ReadFile(filepath.Join("..", "..", "docs", file))
		if err != nil {
			t.Fatal(err)
		}
		if file == "graph.md" {
			got = []byte(block(t, got, "```mermaid\n"))
		}
		if !bytes.Equal(got, want) {
			t.Errorf("docs/%s is not up to date: run go generate ./examples", file)
		}
	}
}
