//go:build cgo

package examples

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// This file runs the demo as `make demo` does, and its feed with foreign peers.

// programs builds the nodes and the demo.
func programs(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	build := exec.Command("go", "build", "-o", dir+string(filepath.Separator), "./feed", "./desk", "./gateway", "./demo")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return dir
}

func TestDemoBalances(t *testing.T) {
	dir := programs(t)
	out, err := exec.Command(filepath.Join(dir, "demo"), dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{
		"desk     quote   EUR", "desk     trade   XLON EURUSD BUY",
		"desk     lookup  EURUSD: Euro in US dollars, tick size 0.00001", "desk     lookup  XXXYYY: not found",
		"orders, desk to gateway         1000 =  1000  balanced",
		"lookups found, desk by feed        3 =     3  balanced",
		"lookups missing, desk by feed      1 =     1  balanced",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

func TestDemoFailsIfANodeDoes(t *testing.T) {
	dir := programs(t)
	if err := os.WriteFile(filepath.Join(dir, "gateway"), []byte("#!/bin/sh\necho listening gateway.orders tcp://127.0.0.1:9\nexit 3\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	demo := exec.Command(filepath.Join(dir, "demo"), dir)
	out, err := demo.CombinedOutput()
	if demo.ProcessState.ExitCode() != 1 {
		t.Errorf("%v\n%s", err, out)
	}
}

// python is the system's own, for which the system packages pyzmq.
const python = "/usr/bin/python3"

func TestStockPythonPeers(t *testing.T) {
	if exec.Command(python, "-c", "import zmq").Run() != nil {
		t.Skip("no pyzmq here: make peers")
	}
	dir := programs(t)
	feed := exec.Command(filepath.Join(dir, "feed"))
	feed.Env = append(os.Environ(), "MARKET_FEED_QUOTES_BIND=tcp://127.0.0.1:*",
		"MARKET_FEED_TAPE_BIND=tcp://127.0.0.1:*", "MARKET_FEED_REFERENCE_BIND=tcp://127.0.0.1:*")
	feed.Stderr = os.Stderr
	stdout, err := feed.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := feed.Start(); err != nil {
		t.Fatal(err)
	}
	defer feed.Process.Kill()
	endpoints := make(map[string]string)
	lines := bufio.NewScanner(stdout)
	for len(endpoints) < 3 && lines.Scan() {
		f := strings.Fields(lines.Text())
		endpoints[f[1]] = f[2]
	}

	got := peer(t, "python/quotes.py", endpoints["feed.quotes"], "20")
	if n := strings.Count(got, "quote EUR"); n != 20 {
		t.Errorf("%d quotes:\n%s", n, got)
	}
	got = peer(t, "python/lookup.py", endpoints["feed.reference"])
	for _, want := range []string{"ok EURUSD Euro in US dollars 0.00001\nNotFound XXXYYY\n!unknown-method no method \"Nothing\"\n", "ok EURCHF Euro in Swiss francs 0.00005\n", "ok USDJPY US dollar in yen 0.001\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}

	feed.Process.Signal(syscall.SIGTERM)
	if !lines.Scan() || lines.Text() != "summary lookups.found 3 lookups.missing 1" {
		t.Errorf("feed ends with %q", lines.Text())
	}
	if err := feed.Wait(); err != nil {
		t.Error(err)
	}
}

// peer runs a script and returns what it prints.
func peer(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command(python, args...)
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out)
}
