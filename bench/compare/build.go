package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// This file builds the contenders into a temporary directory.

const python = "/usr/bin/python3" // where Debian's python3-zmq is

// programs are the contenders that have been built, by their sources.
type programs struct {
	module  string              // directory of the module bench
	dir     string              // of what is built, and of ipc endpoints
	scripts map[string][]string // how to run those that are not built
	missing map[string]error    // why those that cannot be run cannot
	bound   int                 // ipc endpoints so far
}

// build builds all contenders, but for those for which this machine lacks something.
func build(ctx context.Context, dir string) (*programs, error) {
	module, err := output(ctx, "go", "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return nil, err
	}
	p := &programs{
		module:  module,
		dir:     dir,
		scripts: map[string][]string{pyzmq.source: {python, filepath.Join(module, "pyzmq", "peer.py")}},
		missing: make(map[string]error),
	}
	for _, r := range []row{typed, ready, poller, gozeromq, grpc} {
		if err := p.do(ctx, "go", "build", "-o", dir, "./"+r.source); err != nil {
			return nil, err
		}
	}
	if _, err := exec.LookPath("cc"); err != nil {
		p.missing[inC.source] = errors.New("this machine has no cc")
	} else if err := p.buildC(ctx); err != nil {
		return nil, err
	}
	if err := p.do(ctx, python, "-c", "import zmq"); err != nil {
		p.missing[pyzmq.source] = errors.New("this machine has no pyzmq for " + python)
	}
	return p, nil
}

func (p *programs) buildC(ctx context.Context) error {
	flags, err := output(ctx, "pkg-config", "--cflags", "--libs", "libzmq")
	if err != nil {
		return err
	}
	args := []string{"-O2", "-Wall", "-o", filepath.Join(p.dir, inC.source), "c/peer.c", "-pthread"}
	return p.do(ctx, "cc", append(args, strings.Fields(flags)...)...)
}

// command returns how to run the program of r.
func (p *programs) command(r row) []string {
	argv, ok := p.scripts[r.source]
	if !ok {
		argv = []string{filepath.Join(p.dir, r.source)}
	}
	return slices.Concat(argv, r.args)
}

// do runs a command in the module's directory.
func (p *programs) do(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = p.module
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, firstLines(string(out)))
	}
	return nil
}

// output runs a command and returns what it prints.
func output(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return strings.TrimSpace(string(out)), nil
}
