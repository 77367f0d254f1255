package vectors

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestVectorsInPython has a program that knows nothing of generated code check the vectors: by protobuf's own
// classes of what zmqgen exports, and by hand.
func TestVectorsInPython(t *testing.T) {
	const python = "/usr/bin/python3" // the system's own, which has its packages
	if testing.Short() {
		t.Skip("builds the command")
	}
	if *update {
		t.Skip("the vectors are still to be written")
	}
	if _, err := exec.LookPath("protoc"); err != nil {
		t.Skip("no protoc here")
	}
	if exec.Command(python, "-c", "import google.protobuf").Run() != nil {
		t.Skip("no protobuf for Python here")
	}
	dir := t.TempDir()
	root, err := filepath.Abs(checkout)
	if err != nil {
		t.Fatal(err)
	}
	command := buildCommand(t, dir)
	for file := range readTopologies(t) {
		name, path := strings.TrimSuffix(file, ".yaml"), filepath.Join(root, "testdata", "vectors", file)
		runIn(t, dir, "", command, "export", "proto", "-o", name+".proto", path)
		runIn(t, dir, "", command, "export", "ir", "-o", name+".json", path)
		runIn(t, dir, "", "protoc", "--python_out=.", name+".proto")
	}
	want := 0
	for _, file := range vectorFiles(t) {
		list, err := Parse(readFile(t, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range list {
			if v.Check == Both || v.Check == Read {
				want++
			}
		}
	}
	out := runIn(t, dir, "PYTHONDONTWRITEBYTECODE=1", python, filepath.Join(root, "testdata", "vectors", "check.py"), dir)
	if got := regexp.MustCompile(`^checked (\d+) vectors\n$`).FindStringSubmatch(out); got == nil || got[1] != strconv.Itoa(want) {
		t.Errorf("the check of %d vectors printed %q", want, out)
	}
}
