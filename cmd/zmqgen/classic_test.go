package main

// This file tests the topologies of examples/classic: nothing is found in them, also with doc-missing, and they are formatted.

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/schema"
)

func TestClassicTopologies(t *testing.T) {
	files, err := filepath.Glob("../../examples/classic/*/topology.yaml")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d topologies, %v; there are at least six", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			strict := strings.Replace(string(text), "lint: {rules: {", "lint: {rules: {doc-missing: error, ", 1)
			if _, ds := found("topology", strict); len(ds) > 0 || strict == string(text) {
				t.Errorf("findings: %v", ds)
			}
			if formatted, ds := schema.Format(file, text); len(ds) > 0 || string(formatted) != string(text) {
				t.Errorf("it is not formatted: %v", ds)
			}
		})
	}
}
