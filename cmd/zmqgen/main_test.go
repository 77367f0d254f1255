package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata/scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"zmqgen": main})
}

// TestScripts runs what a user may see of the command: testdata/scripts, a behaviour a script.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "..", "testdata", "scripts"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Defer(func() { reportTemporaries(t, env.WorkDir) })
			return goEnvironment(env)
		},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "root": // whom no permission stops
				return os.Geteuid() == 0, nil
			case "libzmq": // to build and run what needs sockets
				return os.Getenv("CGO_ENABLED") != "0" && exec.Command("pkg-config", "--exists", "libzmq").Run() == nil, nil
			case "pyzmq": // of the system's own Python, as a foreign peer
				return exec.Command("/usr/bin/python3", "-c", "import zmq").Run() == nil, nil
			case "pyprotobuf": // likewise
				return exec.Command("/usr/bin/python3", "-c", "import google.protobuf").Run() == nil, nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exitcode": scriptExitcode,
			"age":      scriptAge,
			"aged":     scriptAged,
			"mode":     scriptMode,
		},
	})
}

// scriptExitcode is "exitcode N program args...": the program ends with exit code N.
func scriptExitcode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exitcode N program [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%s: %v", args[1], err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("%s ended with exit code %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

// longAgo is the time that "age" gives to files.
var longAgo = time.Date(2001, time.September, 9, 1, 46, 40, 0, time.UTC)

// scriptAge is "age file...": the files were written long ago.
func scriptAge(ts *testscript.TestScript, neg bool, args []string) {
	for _, file := range args {
		ts.Check(os.Chtimes(ts.MkAbs(file), longAgo, longAgo))
	}
}

// scriptAged is "[!] aged file...": the files have not been written since "age", or have been.
func scriptAged(ts *testscript.TestScript, neg bool, args []string) {
	for _, file := range args {
		info, err := os.Stat(ts.MkAbs(file))
		ts.Check(err)
		if aged := info.ModTime().Equal(longAgo); aged == neg {
			ts.Fatalf("%s: modified at %v", file, info.ModTime())
		}
	}
}

// scriptMode is "mode 0644 file...": the files have these permissions.
func scriptMode(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.ParseUint(args[0], 8, 32)
	ts.Check(err)
	for _, file := range args[1:] {
		info, err := os.Stat(ts.MkAbs(file))
		ts.Check(err)
		if info.Mode().Perm() != fs.FileMode(want) {
			ts.Fatalf("%s: mode %v, want %v", file, info.Mode().Perm(), fs.FileMode(want))
		}
	}
}

// reportTemporaries is the promise that every script checks: no temporary file is left behind.
func reportTemporaries(t *testing.T, dir string) {
	filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(filepath.Base(path), ".zmqgen-") {
			t.Errorf("left behind: %s", path)
		}
		return nil
	})
}

// goEnvironment lets scripts run the go command, on this checkout as $CHECKOUT. They need no network
// if the module cache has what the checkout needs.
func goEnvironment(env *testscript.Env) error {
	checkout, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		return err
	}
	env.Setenv("CHECKOUT", checkout)
	settings, err := goSettings()
	if err != nil {
		return nil //nolint:nilerr // without Go, scripts that need it skip themselves by [exec:go]
	}
	for name, value := range settings {
		env.Setenv(name, value)
	}
	env.Setenv("GOFLAGS", "-mod=mod -buildvcs=false")
	env.Setenv("GOSUMDB", "off") // go.sum is the checkout's
	env.Setenv("GOTOOLCHAIN", "local")
	env.Setenv("GOWORK", "off")
	return nil
}

var goSettings = sync.OnceValues(func() (settings map[string]string, err error) {
	out, err := exec.Command("go", "env", "-json", "GOCACHE", "GOMODCACHE", "GOPROXY").Output()
	if err != nil {
		return nil, err
	}
	return settings, json.Unmarshal(out, &settings)
})

func TestPanicEndsWithInternalError(t *testing.T) {
	table := []command{{name: "explode", run: func(*console, options) error { panic("the fuse is lit") }}}
	var stdout, stderr bytes.Buffer
	if code := dispatch(table, []string{"explode"}, newConsole(nil, &stdout, &stderr)); code != exitInternal {
		t.Errorf("exit code %d, want %d", code, exitInternal)
	}
	for _, want := range []string{"zmqgen: internal error: the fuse is lit\n", "TestPanicEndsWithInternalError", "(main_test.go:", "report it"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("standard error has no %q:\n%s", want, stderr.String())
		}
	}
	if stdout.Len() > 0 {
		t.Errorf("standard output has %q", stdout.String())
	}
}

// fullDisk is a writer with no room.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) {
	return 0, &fs.PathError{Op: "write", Path: "/dev/stdout", Err: errors.New("no space left on device")}
}

func TestUnwritableOutputIsTrouble(t *testing.T) {
	const topology = "version: 1\nname: market\nmessages: {Quote: {fields: {bid: float64 @1}}}\n"
	for _, args := range [][]string{
		{"version"},
		{"help", "generate"},
		{"generate", "-o", "-", "-"},
		{"export", "proto", "-"},
		{"export", "ir", "-o", "-", "-"},
		{"check", "-o", t.TempDir(), "-"},
	} {
		var stderr bytes.Buffer
		if code := run(args, strings.NewReader(topology), fullDisk{}, &stderr); code != exitTrouble {
			t.Errorf("%v: exit code %d, want %d", args, code, exitTrouble)
		}
		if want := "zmqgen: write to standard output: no space left on device\n"; !strings.HasSuffix(stderr.String(), want) {
			t.Errorf("%v: standard error %q, want %q", args, stderr.String(), want)
		}
	}
}

func TestFlagsMayFollowTheFile(t *testing.T) {
	for _, test := range []struct {
		args string
		want options
	}{
		{"", options{}},
		{"market", options{args: []string{"market"}}},
		{"market -o out -v", options{args: []string{"market"}, out: "out", verbose: true}},
		{"-o - -", options{args: []string{"-"}, out: "-"}},
		{"-v -- -o", options{args: []string{"-o"}, verbose: true}},
		{"-f=market -v", options{file: "market", verbose: true}},
	} {
		got, err := parseOptions(&generateCommand, strings.Fields(test.args))
		if err != nil || fmt.Sprint(got) != fmt.Sprint(test.want) {
			t.Errorf("%q: got %+v, %v; want %+v", test.args, got, err, test.want)
		}
	}
}

func TestClosestName(t *testing.T) {
	names := []string{"generate", "check", "diff", "lint", "version", "help"}
	for name, want := range map[string]string{
		"genrate": "generate", "generete": "generate", "chekc": "check", "dif": "diff", "halp": "help",
		"gen": "", "x": "", "build": "", "": "",
	} {
		if got := closest(name, names); got != want {
			t.Errorf("closest(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestShellWordSurvivesTheShell(t *testing.T) {
	for word, want := range map[string]string{
		"market/topology.yaml": "market/topology.yaml",
		"my market":            "'my market'",
		"it's":                 `'it'\''s'`,
		"":                     "''",
	} {
		if got := shellWord(word); got != want {
			t.Errorf("shellWord(%q) = %s, want %s", word, got, want)
		}
	}
}
