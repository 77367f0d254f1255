package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/schema"
)

// TestWorkflowForGitHub sees that the workflow of docs/github.md is the one in examples, that it is YAML, and that it calls commands
// that there are with flags that they have.
func TestWorkflowForGitHub(t *testing.T) {
	workflow, err := os.ReadFile(filepath.Join(root, "examples", "github", "zmqgen.yml"))
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(root, "docs", "github.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "```yaml\n"+string(workflow)+"```\n") {
		t.Error("docs/github.md does not show examples/github/zmqgen.yml")
	}
	_, ds := schema.Parse("zmqgen.yml", workflow)
	for _, d := range ds { // it is no topology, but all the YAML that a topology may have
		if d.Rule != "unknown-key" && d.Rule != "missing-key" && d.Rule != "wrong-kind" {
			t.Errorf("%+v", d)
		}
	}
	calls := regexp.MustCompile(`go tool zmqgen (\w+) ([^>\n]*)`).FindAllStringSubmatch(string(workflow), -1)
	if len(calls) < 4 {
		t.Errorf("the workflow calls %v", calls)
	}
	for _, call := range calls {
		cmd := lookup(commands(), call[1])
		if cmd == nil {
			t.Errorf("%s: there is no such command", call[0])
			continue
		}
		if _, err := parseOptions(cmd, strings.Fields(call[2])); err != nil {
			t.Errorf("%s: %v", call[0], err)
		}
	}
}
