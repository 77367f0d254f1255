package parity

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/zmqgen/zmqgen/gen"
	"github.com/zmqgen/zmqgen/parity/peer"
	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/report"
)

// This file makes of random topologies what the test needs: a program with the generated code, and the
// descriptors of the exported .proto.

// subject is one random topology.
type subject struct {
	kind     kind
	topology *schema.Topology
	types    map[string]protoreflect.MessageDescriptor
}

func newSubject(t *testing.T, r *rand.Rand, i, messages int, dir string) subject {
	s := subject{kind: kindOf(i)}
	name := fmt.Sprintf("topology%d", i)
	text := topologyText(r, name, s.kind, messages)
	topology, ds := schema.Parse(name+".yaml", []byte(text))
	files, more := gen.Generate(topology)
	proto, evenMore := gen.ExportProto(topology)
	if ds = append(append(ds, more...), evenMore...); len(ds) > 0 {
		var b strings.Builder
		report.Text(&b, ds, report.Options{}) //nolint:errcheck // builders take all
		t.Fatalf("topology %d is not valid:\n%s\n%s", i, b.String(), text)
	}
	s.topology = topology
	for _, f := range files {
		write(t, filepath.Join(dir, name, f.Name), f.Content)
	}
	s.types = compile(t, proto)
	return s
}

// compile makes descriptors of a .proto.
func compile(t *testing.T, proto []byte) map[string]protoreflect.MessageDescriptor {
	compiler := protocompile.Compiler{Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{
		Accessor: func(name string) (io.ReadCloser, error) {
			if name != "x.proto" {
				return nil, os.ErrNotExist
			}
			return io.NopCloser(bytes.NewReader(proto)), nil
		},
	})}
	files, err := compiler.Compile(context.Background(), "x.proto")
	if err != nil {
		t.Fatalf("%v\n%s", err, proto)
	}
	types := map[string]protoreflect.MessageDescriptor{}
	all := files[0].Messages()
	for i := range all.Len() {
		types[string(all.Get(i).Name())] = all.Get(i)
	}
	return types
}

func write(t *testing.T, path string, content []byte) {
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, content, 0o644)); err != nil {
		t.Fatal(err)
	}
}

// program is the running program.
type program struct {
	t   *testing.T
	in  io.Writer
	out io.Reader
}

const programModule = "example.com/program"

// startProgram builds a program with the code that was generated into dir, with more flags of go build, and starts it.
func startProgram(t *testing.T, dir string, subjects []subject, flags ...string) *program {
	checkout, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "main.go"), programMain(subjects))
	write(t, filepath.Join(dir, "go.mod"), []byte("module "+programModule+"\n\ngo 1.24.0\n\nrequire (\n"+
		"\tgithub.com/zmqgen/zmqgen v0.0.0\n\tgithub.com/zmqgen/zmqgen/parity v0.0.0\n)\n\n"+
		"replace github.com/zmqgen/zmqgen => "+checkout+"\n\nreplace github.com/zmqgen/zmqgen/parity => "+filepath.Join(checkout, "parity")+"\n"))
	var sums []byte
	for _, name := range []string{"go.sum", "parity/go.sum"} {
		sum, err := os.ReadFile(filepath.Join(checkout, name))
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, sum...)
	}
	write(t, filepath.Join(dir, "go.sum"), sums)
	build := exec.Command("go", slices.Concat([]string{"build", "-mod=mod", "-o", "program"}, flags, []string{"."})...)
	build.Dir = dir
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=-buildvcs=false")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}

	run := exec.Command(filepath.Join(dir, "program"))
	run.Stderr = os.Stderr
	in, inErr := run.StdinPipe()
	out, outErr := run.StdoutPipe()
	if err := errors.Join(inErr, outErr, run.Start()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := run.Wait(); err != nil {
			t.Errorf("the program: %v", err)
		}
	})
	return &program{t, in, bufio.NewReaderSize(out, 1<<20)}
}

// programMain is a program that registers the generated types.
func programMain(subjects []subject) []byte {
	var imports, messages, channels, wrappers strings.Builder
	for _, s := range subjects {
		pkg := s.topology.Name.Value
		fmt.Fprintf(&imports, "\t%q\n", programModule+"/"+pkg)
		for _, p := range s.topology.Patterns {
			name, channel := pkg+"."+p.Name.Value, ""
			switch carried := carriedBy(p); {
			case p.Kind == schema.ReqRep:
				channel = fmt.Sprintf("peer.Bodies[%s.%s](%q)", pkg, goNameOf(carried[0]), p.Encoding)
			case p.Union:
				channel = fmt.Sprintf("peer.Over[%s.%sMessage](%s.%sCodec{})", pkg, goName(p.Name.Value), pkg, goName(p.Name.Value))
			default:
				channel = fmt.Sprintf("peer.Over[%s.%s](%s.%sCodec{})", pkg, goNameOf(carried[0]), pkg, goName(p.Name.Value))
			}
			fmt.Fprintf(&channels, "\t\t%q: %s,\n", name, channel)
		}
		fmt.Fprintf(&wrappers, "\t\t%q: {\n", pkg)
		for _, m := range s.topology.Messages {
			fmt.Fprintf(&messages, "\t\t%q: reflect.TypeFor[%s.%s](),\n", pkg+"."+goNameOf(m), pkg, goNameOf(m))
			for _, f := range m.Fields {
				for _, a := range f.OneOf {
					name := goNameOf(m) + goName(f.Name.Value) + goName(a.Name.Value)
					fmt.Fprintf(&wrappers, "\t\t\t%q: reflect.TypeFor[%s.%s](),\n", name, pkg, name)
				}
			}
		}
		wrappers.WriteString("\t\t},\n")
	}
	return []byte("package main\n\nimport (\n\t\"reflect\"\n\n" + imports.String() +
		"\t\"github.com/zmqgen/zmqgen/parity/peer\"\n)\n\nfunc main() {\n\tpeer.Serve(peer.Types{\n" +
		"\t\tMessages: map[string]reflect.Type{\n" + messages.String() + "\t\t},\n" +
		"\t\tChannels: map[string]peer.Channel{\n" + channels.String() + "\t\t},\n" +
		"\t\tWrappers: map[string]map[string]reflect.Type{\n" + wrappers.String() + "\t\t},\n\t})\n}\n")
}

// goNameOf is the Go name of a message.
func goNameOf(m *schema.Message) string {
	if m.GoName.IsSet() {
		return m.GoName.Value
	}
	return m.Name.Value
}

// ask asks the program, and returns what it answers or the error that it has.
func (p *program) ask(question string, s subject, m *schema.Message, given []byte) ([][]byte, error) {
	return p.askFor(question, s.topology.Name.Value, m.Name.Value, given)
}

// askFor is ask for whatever has a name in a package.
func (p *program) askFor(question, pkg, name string, given []byte) ([][]byte, error) {
	err := peer.WriteBlocks(p.in, []byte(question), []byte(pkg), []byte(name), given)
	if err != nil {
		p.t.Fatal(err)
	}
	answer, err := peer.ReadBlocks(p.out)
	if err != nil {
		p.t.Fatal(err)
	}
	if string(answer[0]) != "ok" {
		return nil, errors.New(string(answer[1]))
	}
	return answer[1:], nil
}
