package compat

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/compat/peers/gozeromq"
)

// This file knows the libraries of the other end.

// library is another implementation or binding of ZeroMQ, with a program that uses it.
type library struct {
	name     string
	command  []string // runs a peer
	versions []string // says which versions this is
	version  string   // what that says
	missing  error    // why it cannot be used here
}

// python is the system's own, for which the system packages pyzmq.
const python = "/usr/bin/python3"

// peerFlag before the arguments of this test program makes it a peer over go-zeromq.
const peerFlag = "-compat.gozeromq"

var libraries = []*library{
	{name: "pyzmq", command: []string{python, "peers/peer.py"}, versions: []string{python, "peers/peer.py", "--versions"}},
	{name: "zeromq.js", command: []string{"node", "peers/peer.mjs"}, versions: []string{"node", "peers/peer.mjs", "--versions"}},
	{name: "go-zeromq", command: []string{os.Args[0], peerFlag}, versions: []string{"go", "list", "-m", "github.com/go-zeromq/zmq4"}},
}

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == peerFlag {
		if err := gozeromq.Run(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	for _, l := range libraries {
		l.ask()
	}
	os.Exit(m.Run())
}

// ask asks for the version.
func (l *library) ask() {
	out, err := exec.Command(l.versions[0], l.versions[1:]...).Output()
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		for line := range strings.Lines(string(exit.Stderr)) {
			if strings.Contains(line, "Error") { // as Python and Node say it, among other lines
				err = errors.New(strings.TrimSpace(line))
			}
		}
	}
	l.version, l.missing = strings.TrimSpace(string(out)), err
}
