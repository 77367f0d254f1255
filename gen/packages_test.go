package gen

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/schema"
)

// parseImports reads first of files, which import one another.
func parseImports(t *testing.T, first string, files map[string]string) *schema.Topology {
	t.Helper()
	topology, ds := schema.ParseFiles(schema.File{Name: first, Text: []byte(files[first])}, func(from, to string) (schema.File, error) {
		name := path.Join(path.Dir(from), to)
		text, there := files[name]
		if !there {
			return schema.File{}, errors.New("there is none")
		}
		return schema.File{Name: name, Text: []byte(text)}, nil
	})
	if ds.HasErrors() {
		t.Fatalf("not valid:\n%s", text(ds))
	}
	return topology
}

// byFile says that the code of each topology is in a package called as its file.
func byFile(t *schema.Topology) (string, error) {
	return "example.com/" + strings.TrimSuffix(t.File, ".yaml"), nil
}

// awkward are topologies whose packages have names that generated code uses for something else, and one that
// uses all of them in all ways.
func awkward() map[string]string {
	files := map[string]string{}
	imports, fields, messages, topics, methods := "", "", "", "", ""
	for i, pkg := range []string{"time", "json", "m", "body", "topology", "zmqrt", "part0", "string", "common", "common"} {
		name := fmt.Sprintf("x%d", i)
		files[name+".yaml"] = "version: 1\nname: " + name + "\ngo: {package: " + pkg + "}\n" + `
enums: {Side: {BUY: 1}}
messages:
  Money: {error: true, wire_name: ` + name + `, fields: {amount: {type: decimal, id: 1, min: 0}, side: Side @2, legs: {type: list<Leg>, id: 3, as: proto}, at: timestamp @4,
    more: {type: "map<int32, Leg>", id: 5, as: json}, leg: {type: Leg?, id: 6, as: json}, one: {as: json, oneof: {a: Leg @7, b: Side @8}}, two: {as: proto, oneof: {c: bool @9}}}}
  Leg: {fields: {n: int32 @1}}
patterns:
  all: {kind: push-pull, messages: {Money: {}, Leg: {}}}
  calls: {kind: req-rep, methods: {Do: {request: Money, reply: Leg, errors: [Money]}}}
nodes:
  n:
    sockets:
      all: {push: all, bind: "tcp://*:` + fmt.Sprint(5000+i) + `"}
      calls: {router: calls, bind: "tcp://*:` + fmt.Sprint(6000+i) + `"}
`
		imports += name + ": " + name + ".yaml, "
		fields += strings.NewReplacer("X", name, "N", fmt.Sprint(9*i)).Replace(`
      X_a: X.Money @1N
      X_b: list<X.Money> @2N
      X_c: "map<string, X.Money> @3N"
      X_d: X.Money? @4N
      X_e: {type: X.Side, id: 5N, example: BUY}
      X_f: list<X.Side> @6N
      X_g: "map<bool, X.Side> @7N"
      X_h: X.Side? @8N
      X_i: {oneof: {X_j: X.Money @9N, X_k: X.Side @11N}}`)
		messages += name + ".Money: {topic: {template: '" + name + ".{side}.', go_name: T" + name + "Topic}}, "
		methods += "D" + name + ": {request: " + name + ".Money, reply: " + name + ".Leg, errors: [" + name + ".Money]}, "
		topics += strings.ReplaceAll("      X: {pull: X.all, connect: X.n.all, batch: 3}\n      c_X: {dealer: X.calls, connect: X.n.calls}\n", "X", name)
	}
	files["own.yaml"] = "version: 1\nname: own\ngo: {tests: true}\nimport: {" + imports + "}\nmessages:\n  All:\n    fields:" + fields + `
  Time: {fields: {at: timestamp @1, doc: json @2}}
patterns:
  topics: {kind: pub-sub, encoding: frames, tag: topic, topic_only: [side], messages: {` + messages + `}}
  calls: {kind: req-rep, methods: {` + methods + `}}
  framed: {kind: req-rep, encoding: frames, methods: {` + methods + `}}
  single: {kind: push-pull, encoding: json, message: x0.Money}
  frames: {kind: push-pull, encoding: frames, message: x0.Money}
nodes:
  n:
    sockets:
` + topics + `      topics: {sub: topics, connect: "tcp://127.0.0.1:1"}
      single: {push: single, connect: "tcp://127.0.0.1:1"}
      frames: {pull: frames, connect: "tcp://127.0.0.1:1"}
`
	return files
}

// Code that holds types of other packages compiles, whatever these are called.
func TestCodeOfImportsCompilesAndVets(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	dir := t.TempDir()
	writeModule(t, dir, "example.com")
	files := awkward()
	for name := range files {
		generated, ds := GenerateWith(parseImports(t, name, files), byFile)
		if len(ds) > 0 {
			t.Fatal(text(ds))
		}
		for _, f := range generated {
			write(t, filepath.Join(dir, strings.TrimSuffix(name, ".yaml"), f.Name), f.Content)
		}
	}
	for _, cgo := range []string{"0", "1"} {
		if exec.Command("pkg-config", "--exists", "libzmq").Run() != nil && cgo == "1" {
			t.Skip("no libzmq: what needs ZeroMQ is not compiled")
		}
		cmd := exec.Command("go", "vet", "./...")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off", "CGO_ENABLED="+cgo)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("go vet with CGO_ENABLED=%s: %v\n%s", cgo, err, out)
		}
	}
}

// localNames has every name by which generated functions could hide a package.
func TestLocalNamesAreThoseOfGeneratedCode(t *testing.T) {
	found := map[string]bool{}
	add := func(names ...*ast.Ident) {
		for _, n := range names {
			if n.Name != "_" && n.Name == strings.ToLower(n.Name) {
				found[n.Name] = true
			}
		}
	}
	files := awkward()
	topologies := []*schema.Topology{parseImports(t, "own.yaml", files), parseImports(t, "x0.yaml", files)}
	for _, g := range golden {
		topologies = append(topologies, parse(t, g.topology))
	}
	for _, topology := range append(topologies, parse(t, "testdata/limits.yaml")) {
		generated, ds := GenerateWith(topology, byFile)
		if len(ds) > 0 {
			t.Fatal(text(ds))
		}
		for _, f := range generated {
			file, err := parser.ParseFile(token.NewFileSet(), f.Name, f.Content, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncDecl:
					// What makes topics has parameters that are called as fields, and names no package in its body.
					if n.Recv != nil {
						add(n.Recv.List[0].Names...)
					} else if strings.HasSuffix(n.Name.Name, "Topic") && !strings.HasPrefix(n.Name.Name, "read") {
						return false
					}
				case *ast.FuncType:
					for _, list := range []*ast.FieldList{n.Params, n.Results} {
						if list != nil {
							for _, f := range list.List {
								add(f.Names...)
							}
						}
					}
				case *ast.AssignStmt:
					for _, e := range n.Lhs {
						if id, is := e.(*ast.Ident); is && n.Tok == token.DEFINE {
							add(id)
						}
					}
				case *ast.RangeStmt:
					for _, e := range []ast.Expr{n.Key, n.Value} {
						if id, is := e.(*ast.Ident); is {
							add(id)
						}
					}
				case *ast.ValueSpec:
					add(n.Names...)
				}
				return true
			})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if !localNames[name] && !numberedNames.MatchString(name) {
			t.Errorf("localNames has no %q", name)
		}
	}
	for name := range localNames {
		if !found[name] {
			t.Errorf("localNames has %q, which generated code has not", name)
		}
	}
}

func TestImportsWithoutAPackageAreErrors(t *testing.T) {
	files := map[string]string{
		"a.yaml":        "version: 1\nname: a\nimport: {b: b.yaml, c: c.yaml}\nmessages: {A: {fields: {b: b.B @1, c: c.C @2, more: list<b.B> @3}}}\n",
		"b.yaml":        "version: 1\nname: b\nmessages: {B: {}}\n",
		"c.yaml":        "version: 1\nname: c\ngo: {import_path: example.com/c}\nmessages: {C: {}}\n",
		"circle.yaml":   "version: 1\nname: circle\ngo: {import_path: example.com/c}\nimport: {over: over.yaml}\nmessages: {M: {fields: {o: over.O @1}}}\n",
		"over.yaml":     "version: 1\nname: over\ngo: {import_path: example.com/over}\nimport: {c: c.yaml}\nmessages: {O: {fields: {c: c.C @1}}}\n",
		"unneeded.yaml": "version: 1\nname: u\nimport: {b: b.yaml}\nmessages: {M: {}}\n",
	}
	for first, want := range map[string]string{
		"a.yaml":        "a.yaml:3:13: error: the Go package of b.yaml is not known: it has no go.import_path",
		"circle.yaml":   "circle.yaml:4:16: error: the Go package of c.yaml would be example.com/c, and so is that of circle.yaml",
		"unneeded.yaml": "",
	} {
		_, ds := Generate(parseImports(t, first, files))
		if out := text(ds); want == "" && len(ds) > 0 || !strings.HasPrefix(out, want) || len(ds) > 1 {
			t.Errorf("%s: got\n%s\nwant %s", first, out, want)
		}
	}
}
