package gen

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Generated code is compiled and vetted as its users do it: in a module of their own, with the
// runtime of this checkout, without cgo and, where there is a libzmq, with it.
func TestGeneratedCodeCompilesAndVets(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	dir := t.TempDir()
	writeModule(t, dir, "example.com/user")
	for _, g := range golden {
		for _, f := range generate(t, parse(t, g.topology)) {
			write(t, filepath.Join(dir, g.name, f.Name), f.Content)
		}
	}
	for _, f := range generate(t, parse(t, "testdata/limits.yaml")) {
		write(t, filepath.Join(dir, "limits", f.Name), f.Content)
	}
	for _, f := range generate(t, parse(t, "testdata/hazards.yaml")) {
		write(t, filepath.Join(dir, "hazards", f.Name), f.Content)
	}
	vet := func(cgo string) {
		t.Helper()
		cmd := exec.Command("go", "vet", "./...")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off", "CGO_ENABLED="+cgo)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("go vet with CGO_ENABLED=%s: %v\n%s", cgo, err, out)
		}
	}
	vet("0")
	if out, err := exec.Command("go", "env", "CGO_ENABLED").Output(); err != nil || strings.TrimSpace(string(out)) != "1" {
		t.Log("no cgo: what needs ZeroMQ is not compiled")
		return
	}
	if err := exec.Command("pkg-config", "--exists", "libzmq").Run(); err != nil {
		t.Log("no libzmq: what needs ZeroMQ is not compiled")
		return
	}
	vet("1")
}

// writeModule makes dir a module of that path which uses the runtime of this checkout.
func writeModule(t *testing.T, dir, path string) {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	mod := "module " + path + "\n\ngo 1.24.0\n\n" +
		"require (\n\tgithub.com/zmqgen/zmqgen v0.0.0\n\tgithub.com/pebbe/zmq4 v1.4.0\n)\n\n" +
		"replace github.com/zmqgen/zmqgen => " + root + "\n"
	write(t, filepath.Join(dir, "go.mod"), []byte(mod))
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "go.sum"), sum)
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}
