package gen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/gen/templates"
	"github.com/zmqgen/zmqgen/schema"
)

// This file makes the files that a project starts with: a small topology of one kind of pattern, and a Go file that
// says how to generate from it.

// ScaffoldExamples are the topologies that Scaffold can start with, named by the kind of their pattern, the usual one first.
func ScaffoldExamples() []string {
	var out []string
	for _, k := range []schema.PatternKind{schema.PubSub, schema.PushPull, schema.ReqRep, schema.DealerRouter, schema.Pair} {
		out = append(out, string(k))
	}
	return out
}

// Scaffold returns the files of a new topology: topology.yaml, which starts as the example, one of ScaffoldExamples, and
// generate.go, for go generate. name is the topology's, pkg the Go package of the directory. The findings say what is
// wrong with these two names.
func Scaffold(example, name, pkg string) ([]File, schema.Diagnostics) {
	doc, rest, _ := strings.Cut(templates.Text("init/"+example+".yaml"), "\n")
	var b strings.Builder
	fmt.Fprintf(&b, "# yaml-language-server: $schema=%s\nversion: 1\nname: %s\n%s\n", schema.JSONSchemaURL, quotedIfNeeded(name), doc)
	if pkg != name {
		fmt.Fprintf(&b, "go: {package: %s}\n", quotedIfNeeded(pkg))
	}
	b.WriteString(rest)
	_, ds := schema.Parse("topology.yaml", []byte(b.String()))
	if ds.HasErrors() {
		return nil, ds
	}
	generate := fmt.Sprintf("// Package %s is generated from topology.yaml.\npackage %[1]s\n\n//go:generate go tool zmqgen generate\n", pkg)
	return []File{{"generate.go", []byte(generate)}, {"topology.yaml", []byte(b.String())}}, ds
}

// quotedIfNeeded is a name as YAML takes it for text, also where it is no name.
func quotedIfNeeded(name string) string {
	words := []string{"true", "false", "null", "yes", "no", "on", "off", "y", "n", ""}
	if slices.Contains(words, name) || strings.ContainsFunc(name, func(c rune) bool {
		return c != '_' && (c < 'a' || 'z' < c) && (c < '0' || '9' < c)
	}) {
		return quoted(name)
	}
	return name
}
