package gen

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The generator imports no runtime, so nothing but this test ties the names that it writes to those
// that there are.
func TestTheRuntimeHasAllThatGeneratedCodeNames(t *testing.T) {
	have := declarations(t, filepath.Join("..", "runtime", "*.go"))
	for name, members := range runtimeNames() {
		if _, ok := have[name]; !ok {
			t.Errorf("the runtime has no %s", name)
		}
		for _, member := range members {
			if !slices.Contains(have[name], member) {
				t.Errorf("the runtime has no %s.%s", name, member)
			}
		}
	}
}

// declarations are the package-level names of all files, whatever their build constraints, and the
// fields and methods of each.
func declarations(t *testing.T, pattern string) map[string][]string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(files), err)
	}
	have := map[string][]string{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range f.Decls {
			declaration(have, decl)
		}
	}
	return have
}

func declaration(have map[string][]string, decl ast.Decl) {
	add := func(name string, members ...string) { have[name] = append(have[name], members...) }
	if f, ok := decl.(*ast.FuncDecl); ok {
		if f.Recv == nil {
			add(f.Name.Name)
			return
		}
		typ := f.Recv.List[0].Type
		if star, ok := typ.(*ast.StarExpr); ok {
			typ = star.X
		}
		if id, ok := typ.(*ast.Ident); ok { // generic types have methods that nothing here needs
			add(id.Name, f.Name.Name)
		}
		return
	}
	for _, spec := range decl.(*ast.GenDecl).Specs {
		switch spec := spec.(type) {
		case *ast.ValueSpec:
			for _, id := range spec.Names {
				add(id.Name)
			}
		case *ast.TypeSpec:
			add(spec.Name.Name)
			switch typ := spec.Type.(type) {
			case *ast.StructType:
				add(spec.Name.Name, fieldNames(typ.Fields)...)
			case *ast.InterfaceType:
				add(spec.Name.Name, fieldNames(typ.Methods)...)
			}
		}
	}
}

func fieldNames(list *ast.FieldList) []string {
	var names []string
	for _, f := range list.List {
		for _, id := range f.Names {
			names = append(names, id.Name)
		}
	}
	return names
}
