package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeIsTrue runs what the README shows: its topology is good, and its mistake is found with just
// those words.
func TestReadmeIsTrue(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(readme, []byte("\n")); n > 150 {
		t.Errorf("it has %d lines, which is more than 150: what is long is better in docs", n)
	}
	topology := block(t, readme, "```yaml\n")
	finding, change := block(t, readme, "```\ntopology.yaml:"), block(t, readme, "```\ntopology.yaml:13:")
	t.Chdir(t.TempDir())

	lint := func(src string) (code int, out string) {
		if err := os.WriteFile("topology.yaml", []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
		var stdout, stderr bytes.Buffer
		code = run([]string{"lint"}, strings.NewReader(""), &stdout, &stderr)
		return code, stdout.String() + stderr.String()
	}
	if code, out := lint(topology); code != 0 {
		t.Errorf("the topology has findings:\n%s", out)
	}
	code, out := lint(strings.Replace(topology, "timestamp @4", "timestmap @4", 1))
	if want := "topology.yaml:" + finding; code != 1 || out != want {
		t.Errorf("exit code %d\n%s\nwant\n%s", code, out, want)
	}

	required := strings.Replace(topology, "symbol: string @1}}", "symbol: {type: string, id: 1, required: true}}}", 1)
	if err := errors.Join(os.WriteFile("old.yaml", []byte(topology), 0o644), os.WriteFile("topology.yaml", []byte(required), 0o644)); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	run([]string{"breaking", "--against", "old.yaml"}, strings.NewReader(""), &stdout, &stderr)
	if want := "topology.yaml:13:" + change; !strings.HasPrefix(stdout.String(), want) {
		t.Errorf("%s%s\nwant\n%s", &stdout, &stderr, want)
	}
}

// block returns what stands between start and the end of its code block.
func block(t *testing.T, text []byte, start string) string {
	t.Helper()
	found := regexp.MustCompile("(?s)" + regexp.QuoteMeta(start) + "(.*?)```").FindSubmatch(text)
	if found == nil {
		t.Fatalf("no %q", start)
	}
	return string(found[1])
}
