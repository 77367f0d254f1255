package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/zmqgen/zmqgen"

// root is the directory of the module.
var root = filepath.Join("..", "..")

// goCommand returns the output of a go command run in the module, without cgo.
func goCommand(t *testing.T, env []string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the go command")
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = root
	cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0"), env...)
	out, err := cmd.Output()
	if err != nil {
		if exit, ok := err.(*exec.ExitError); ok {
			t.Logf("%s", exit.Stderr)
		}
		t.Fatalf("go %s: %v", strings.Join(args, " "), err)
	}
	return string(out)
}

// TestArrowsOfTheArchitecture guards who imports whom: the generator side knows neither the runtime
// nor libzmq, the runtime nothing of ours, and each stage only those before it.
func TestArrowsOfTheArchitecture(t *testing.T) {
	const zmq4 = "github.com/pebbe/zmq4"
	for _, test := range []struct {
		pkg       string
		forbidden []string
	}{
		{"./cmd/zmqgen", []string{module + "/runtime", module + "/zmqtest", zmq4, "runtime/cgo"}},
		{"./gen", []string{module + "/runtime", module + "/zmqtest", module + "/cmd/zmqgen", zmq4, "runtime/cgo"}},
		{"./gen/graph", []string{module + "/runtime", module + "/zmqtest", module + "/gen", module + "/cmd/zmqgen", "github.com/dave/jennifer/jen", zmq4, "runtime/cgo"}},
		{"./gen/docs", []string{module + "/runtime", module + "/zmqtest", module + "/cmd/zmqgen", zmq4, "runtime/cgo"}},
		{"./schema/...", []string{module + "/runtime", module + "/gen", module + "/cmd/zmqgen", "github.com/dave/jennifer/jen", zmq4, "runtime/cgo"}},
		{"./runtime", []string{module + "/schema", module + "/gen", module + "/cmd/zmqgen", "github.com/dave/jennifer/jen", "gopkg.in/yaml.v3"}},
		{"./zmqtest", []string{module + "/schema", module + "/gen", module + "/cmd/zmqgen", "github.com/dave/jennifer/jen", "gopkg.in/yaml.v3", zmq4, "runtime/cgo"}},
	} {
		deps := strings.Fields(goCommand(t, nil, "list", "-deps", test.pkg))
		for _, pkg := range test.forbidden {
			if slices.Contains(deps, pkg) {
				t.Errorf("%s depends on %s", test.pkg, pkg)
			}
		}
	}
}

// TestRuntimeImportsNothingOfOurs looks at every file of the runtime, those with build constraints too. A package beside it, which
// programs import by themselves, may import the runtime. What is internal to it knows nothing of it.
func TestRuntimeImportsNothingOfOurs(t *testing.T) {
	for path, imports := range moduleImports(t) {
		if !strings.HasPrefix(path, "runtime/") || strings.HasSuffix(path, "_test.go") {
			continue
		}
		for _, imported := range imports {
			beside := strings.Count(path, "/") > 1 && imported == module+"/runtime"
			internal := strings.HasPrefix(imported, module+"/runtime/internal/")
			if strings.HasPrefix(imported, module) && !beside && !internal {
				t.Errorf("%s imports %s", path, imported)
			}
		}
	}
}

// TestTwoFilesImportYAML keeps the successor of yaml.v3 two lines away: one of schema, and one of the package that programs import
// for it.
func TestTwoFilesImportYAML(t *testing.T) {
	var importers []string
	for path, imports := range moduleImports(t) {
		if slices.Contains(imports, "gopkg.in/yaml.v3") {
			importers = append(importers, path)
		}
	}
	slices.Sort(importers)
	if len(importers) != 2 || importers[0] != "runtime/yamlconfig/yamlconfig.go" || !strings.HasPrefix(importers[1], "schema/") {
		t.Errorf("gopkg.in/yaml.v3 is imported by %v; want runtime/yamlconfig and one file of schema", importers)
	}
}

// moduleImports returns what each Go file of the module imports, by its path with slashes.
func moduleImports(t *testing.T) map[string][]string {
	t.Helper()
	files := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := entry.Name(); entry.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "testdata") {
			return fs.SkipDir
		}
		if entry.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		rel = filepath.ToSlash(rel)
		files[rel] = nil
		for _, imported := range file.Imports {
			files[rel] = append(files[rel], strings.Trim(imported.Path.Value, `"`+"`"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestCommandBuildsForEverySystem(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the standard library for other systems")
	}
	for _, system := range []string{"darwin", "windows", "freebsd"} {
		t.Run(system, func(t *testing.T) {
			goCommand(t, []string{"GOOS=" + system, "GOARCH=amd64"}, "build", "-o", filepath.Join(t.TempDir(), "zmqgen"), "./cmd/zmqgen")
		})
	}
}
