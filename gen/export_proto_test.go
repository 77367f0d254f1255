package gen

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/schema"
)

// exported are the topologies whose exports are kept.
var exportedTopologies = []struct{ name, topology string }{
	{"market", "../examples/topology.yaml"},
	{"alltypes", "testdata/alltypes.yaml"},
	{"frames", "testdata/frames.yaml"},
	{"hazards", "testdata/hazards.yaml"},
	{"devices", "testdata/devices.yaml"},
}

func TestExportedProtosAreUpToDate(t *testing.T) {
	for _, e := range exportedTopologies {
		t.Run(e.name, func(t *testing.T) {
			compareGolden(t, filepath.Join("testdata", "export", e.name+".proto"), exportProto(t, parse(t, e.topology)))
		})
	}
}

func compareGolden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is out of date; if the change is meant, run go test ./gen -update", path)
	}
}

func exportProto(t *testing.T, topology *schema.Topology) []byte {
	t.Helper()
	proto, ds := ExportProto(topology)
	if len(ds) > 0 {
		t.Fatalf("diagnostics:\n%s", text(ds))
	}
	return proto
}

func TestExportProtoIsDeterministic(t *testing.T) {
	for _, e := range exportedTopologies {
		topology := parse(t, e.topology)
		first := exportProto(t, topology)
		for range 20 {
			if !bytes.Equal(exportProto(t, topology), first) {
				t.Fatalf("%s differs between two runs", e.name)
			}
		}
	}
}

// protoc has the last word on what a .proto is. What it only warns of is wrong too.
func TestProtocAcceptsWhatIsExported(t *testing.T) {
	if _, err := exec.LookPath("protoc"); err != nil {
		t.Skip("no protoc here: .ci/install protobuf")
	}
	for _, e := range exportedTopologies {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "x.proto"), exportProto(t, parse(t, e.topology)), 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("protoc", "-I", dir, "-o", filepath.Join(dir, "x.pb"), "x.proto")
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v\n%s", e.name, err, out)
		}
	}
}

// The values of all enums share one scope in .proto, which they do not in a topology.
func TestExportProtoRefusesValuesOfOneName(t *testing.T) {
	topology := parseText(t, "t.yaml", `version: 1
name: solo
enums:
  Side: {BUY_NOW: 1}
  SideBuy: {NOW: 1}
`)
	_, ds := ExportProto(topology)
	if len(ds) != 1 || ds[0].Span.Line != 5 || ds[0].Rule != "proto-name" || !strings.Contains(ds[0].Message, "SIDE_BUY_NOW") {
		t.Errorf("%+v", ds)
	}
}
