package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
)

func TestVersionLine(t *testing.T) {
	tail := ", " + runtime.Version() + ", generated code 1"
	setting := func(key, value string) debug.BuildSetting { return debug.BuildSetting{Key: key, Value: value} }
	revision := setting("vcs.revision", "3f2a1c0d9e8b7a6f5e4d3c2b1a0f9e8d7c6b5a4f")
	for _, test := range []struct {
		info *debug.BuildInfo
		want string
	}{
		{nil, "zmqgen (devel)"},
		{&debug.BuildInfo{}, "zmqgen (devel)"},
		{&debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, "zmqgen v1.2.3"},
		{&debug.BuildInfo{Main: debug.Module{Version: "(devel)"}, Settings: []debug.BuildSetting{revision, setting("vcs.modified", "false")}},
			"zmqgen (devel), revision 3f2a1c0d9e8b"},
		{&debug.BuildInfo{Settings: []debug.BuildSetting{revision, setting("vcs.modified", "true")}},
			"zmqgen (devel), revision 3f2a1c0d9e8b (modified)"},
	} {
		if got := versionLine(test.info); got != test.want+tail {
			t.Errorf("got %q, want %q", got, test.want+tail)
		}
	}
}

// TestGenerationIsThatOfTheRuntime reads the runtime's source, which the command must not import.
func TestGenerationIsThatOfTheRuntime(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", "runtime", "compat.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	newest := 0
	ast.Inspect(file, func(n ast.Node) bool {
		if name, ok := n.(*ast.Ident); ok {
			if digits, found := strings.CutPrefix(name.Name, "GeneratedCode"); found {
				if n, err := strconv.Atoi(digits); err == nil {
					newest = max(newest, n)
				}
			}
		}
		return true
	})
	if newest != generation {
		t.Errorf("the runtime serves generation %d, version prints %d", newest, generation)
	}
}
