package gen

import (
	"bytes"
	"errors"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"testing"

	"github.com/zmqgen/zmqgen/schema"
)

// FuzzGenerate generates from whatever is a topology: the outcome is Go that parses and is the same the
// second time, or findings.
func FuzzGenerate(f *testing.F) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range append(files, "../examples/topology.yaml") {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		topology, _ := schema.Parse("topology.yaml", src)
		if topology == nil {
			return
		}
		files, findings := Generate(topology)
		if (files == nil) != findings.HasErrors() {
			t.Fatalf("%d files and %v", len(files), findings)
		}
		again, _ := Generate(topology)
		for i, file := range files {
			if formatted, err := format.Source(file.Content); err != nil || !bytes.Equal(formatted, file.Content) {
				t.Errorf("not formatted: %v\n%s", err, file.Content)
			}
			if _, err := parser.ParseFile(token.NewFileSet(), file.Name, file.Content, 0); err != nil {
				t.Errorf("%v\n%s", err, file.Content)
			}
			if !bytes.Equal(file.Content, again[i].Content) {
				t.Errorf("%s is different the second time", file.Name)
			}
		}
	})
}

// FuzzGenerateImports is FuzzGenerate for a topology that refers to others in all ways.
func FuzzGenerateImports(f *testing.F) {
	files := awkward()
	f.Add(files["own.yaml"])
	f.Add("version: 1\nname: own\nimport: {a: x0.yaml, b: x1.yaml}\nmessages: {M: {fields: {a: a.Money @1, b: b.Side @2}}}\n")
	f.Fuzz(func(t *testing.T, src string) {
		topology, _ := schema.ParseFiles(schema.File{Name: "own.yaml", Text: []byte(src)}, func(_, to string) (schema.File, error) {
			if text, there := files[to]; there && to != "own.yaml" {
				return schema.File{Name: to, Text: []byte(text)}, nil
			}
			return schema.File{}, errors.New("there is none")
		})
		if topology == nil {
			return
		}
		files, findings := GenerateWith(topology, byFile)
		if (files == nil) != findings.HasErrors() {
			t.Fatalf("%d files and %v", len(files), findings)
		}
		for _, file := range files {
			if _, err := parser.ParseFile(token.NewFileSet(), file.Name, file.Content, 0); err != nil {
				t.Errorf("%v\n%s", err, file.Content)
			}
		}
		ExportProto(topology)
		ExportIR(topology)
	})
}
