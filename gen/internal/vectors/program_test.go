package vectors

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/gen/internal/vectors/peer"
	"github.com/zmqgen/zmqgen/schema"
)

// This file makes of the topologies a program that runs vectors: code that the command generates, and a file
// beside it that tells package peer of the codecs, which are not exported.

var (
	checkout = filepath.Join("..", "..", "..")
	data     = filepath.Join(checkout, "testdata", "vectors")
)

// readTopologies returns the topologies of the vectors, by the names of their files.
func readTopologies(t *testing.T) map[string]*schema.Topology {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(data, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatal("no topologies: ", err)
	}
	topologies := map[string]*schema.Topology{}
	for _, file := range files {
		topology, ds := schema.Parse(file, readFile(t, file))
		if topology == nil {
			t.Fatal(file, ": ", ds)
		}
		topologies[filepath.Base(file)] = topology
	}
	return topologies
}

// hasLibzmq reports whether sockets can be compiled here.
func hasLibzmq() bool {
	out, err := exec.Command("go", "env", "CGO_ENABLED").Output()
	return err == nil && strings.TrimSpace(string(out)) == "1" && exec.Command("pkg-config", "--exists", "libzmq").Run() == nil
}

const programModule = "example.com/program"

// buildCommand builds the command, into dir, and returns its path.
func buildCommand(t *testing.T, dir string) string {
	t.Helper()
	command := filepath.Join(dir, "zmqgen")
	runIn(t, checkout, "CGO_ENABLED=0", "go", "build", "-o", command, "./cmd/zmqgen")
	return command
}

// buildProgram generates code with the command, builds a program of it and returns its path.
func buildProgram(t *testing.T, command, dir string, topologies map[string]*schema.Topology, cgo bool) string {
	t.Helper()
	root, err := filepath.Abs(checkout)
	if err != nil {
		t.Fatal(err)
	}
	var imports, entries strings.Builder
	for file, topology := range topologies {
		pkg := topology.Package.Value
		runIn(t, dir, "", command, "generate", "-o", filepath.Join(dir, pkg), filepath.Join(root, "testdata", "vectors", file))
		codecs, calls := registers(topology)
		writeFile(t, filepath.Join(dir, pkg, "vectors.go"), codecs)
		writeFile(t, filepath.Join(dir, pkg, "vectors_calls.go"), calls)
		fmt.Fprintf(&imports, "\t%q\n", programModule+"/"+pkg)
		fmt.Fprintf(&entries, "\t\t%q: %s.Vectors,\n", file, pkg)
	}
	for _, file := range []string{"peer.go", "metadata.go", "calls.go"} {
		writeFile(t, filepath.Join(dir, "peer", file), string(readFile(t, filepath.Join("peer", file))))
	}
	writeFile(t, filepath.Join(dir, "main.go"), "package main\n\nimport (\n\t\"log\"\n\t\"os\"\n\n\t\""+programModule+"/peer\"\n"+imports.String()+
		")\n\nfunc main() {\n\tif err := peer.Serve(map[string]peer.Topology{\n"+entries.String()+
		"\t}, os.Stdin, os.Stdout); err != nil {\n\t\tlog.Fatal(err)\n\t}\n}\n")
	writeFile(t, filepath.Join(dir, "go.mod"), "module "+programModule+"\n\ngo 1.24.0\n\nrequire (\n"+
		"\tgithub.com/pebbe/zmq4 v1.4.0\n\tgithub.com/zmqgen/zmqgen v0.0.0\n)\n\nreplace github.com/zmqgen/zmqgen => "+root+"\n")
	writeFile(t, filepath.Join(dir, "go.sum"), string(readFile(t, filepath.Join(checkout, "go.sum"))))
	enabled := "CGO_ENABLED=0"
	if cgo {
		enabled = "CGO_ENABLED=1"
	}
	program := filepath.Join(dir, "program")
	runIn(t, dir, enabled, "go", "build", "-mod=mod", "-o", program, ".")
	return program
}

// registers are the two files beside the code of a topology: with its codecs, and, where there is cgo, its calls.
func registers(topology *schema.Topology) (codecs, calls string) {
	var patterns, serving strings.Builder
	for _, p := range topology.Patterns {
		if p.Kind == schema.ReqRep {
			fmt.Fprintf(&serving, "\tVectors.Calls[%q] = peer.Calls{\n", p.Name.Value)
			for _, n := range topology.Nodes {
				for _, s := range n.Sockets {
					socket := goName(n.Name.Value) + goName(s.Name.Value)
					switch {
					case s.Pattern == p && s.Type == schema.Router:
						fmt.Fprintf(&serving, "\t\tServe: func(ctx context.Context, pump *zmqrt.Pump) (any, string, error) {\n"+
							"\t\t\ts, err := New%s(ctx, pump)\n\t\t\tif err != nil {\n\t\t\t\treturn nil, \"\", err\n\t\t\t}\n"+
							"\t\t\treturn s, %sSocket(pump).Endpoints()[0], nil\n\t\t},\n", socket, socket)
					case s.Pattern == p && s.Type == schema.Dealer:
						fmt.Fprintf(&serving, "\t\tDial: func(ctx context.Context, pump *zmqrt.Pump, to zmqrt.SocketOption) (any, error) {\n"+
							"\t\t\treturn New%s(ctx, pump, to)\n\t\t},\n", socket)
					}
				}
			}
			serving.WriteString("\t\tMessages: map[string]any{")
			for _, m := range topology.Messages {
				fmt.Fprintf(&serving, "%q: (*%s)(nil), ", m.Name.Value, m.Name.Value)
			}
			serving.WriteString("},\n\t}\n")
		}
		for _, f := range p.Flows() {
			fmt.Fprintf(&patterns, "\t\t%q: %s,\n", codecName(p, f), registerFlow(p, f))
		}
	}
	pkg := "package " + topology.Package.Value + "\n\n"
	codecs = pkg + "import \"" + programModule + "/peer\"\n\nvar Vectors = peer.Topology{\n\tPatterns: map[string]peer.Codec{\n" +
		patterns.String() + "\t},\n\tCalls: map[string]any{},\n}\n"
	if serving.Len() == 0 {
		return codecs, pkg
	}
	return codecs, "//go:build cgo\n\n" + pkg + "import (\n\t\"context\"\n\n\t\"" + programModule + "/peer\"\n" +
		"\tzmqrt \"github.com/zmqgen/zmqgen/runtime\"\n)\n\nfunc init() {\n" + serving.String() + "}\n"
}

// codecName is how the program knows the codec of what a side of a pattern sends; of a call, the pattern.
func codecName(p *schema.Pattern, f *schema.Flow) string {
	if f == nil || f.Sender == "" {
		return p.Name.Value
	}
	return p.Name.Value + "." + f.Key()
}

// registerFlow is the expression that makes the codec of what a side of a pattern sends.
func registerFlow(p *schema.Pattern, f *schema.Flow) string {
	name := goName(p.Name.Value)
	if f.Sender != "" {
		name += goName(f.Sender)
	}
	codec := name + "Codec{}"
	if p.Metadata {
		frames := 1 // of a body
		if f.HasTopic() {
			frames++
		}
		if f.Union && p.Tag == schema.TagName {
			frames++
		}
		codec = fmt.Sprintf("peer.WithMetadata(%s, %d)", codec, frames)
	}
	if !f.Union {
		return fmt.Sprintf("peer.One[%s](%s)", f.Messages[0].Message.Name.Value, codec)
	}
	var messages strings.Builder
	for _, m := range f.Messages {
		fmt.Fprintf(&messages, "%q: (*%s)(nil), ", m.Message.Name.Value, m.Message.Name.Value)
	}
	return fmt.Sprintf("peer.Union[%sMessage](%s, map[string]any{%s})", name, codec, messages.String())
}

// goName is the Go name of the patterns, nodes and sockets that the topologies have.
func goName(name string) string {
	out := ""
	for _, word := range strings.Split(name, "_") {
		out += strings.ToUpper(word[:1]) + word[1:]
	}
	return out
}

// runProgram has the program do the tasks.
func runProgram(t *testing.T, program string, tasks []peer.Task) []peer.Result {
	t.Helper()
	in, err := json.Marshal(tasks)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Stdin = bytes.NewReader(in)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the program: %v\n%s", err, stderr.Bytes())
	}
	var results []peer.Result
	if err := json.Unmarshal(out, &results); err != nil || len(results) != len(tasks) {
		t.Fatal("the program: ", err, len(results), " results")
	}
	return results
}

// runIn runs a program in a directory, with one more setting in its environment.
func runIn(t *testing.T, dir, setting string, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-buildvcs=false")
	if setting != "" {
		cmd.Env = append(cmd.Env, setting)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func readFile(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func writeFile(t *testing.T, file, content string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(content), 0o644)); err != nil {
		t.Fatal(err)
	}
}
