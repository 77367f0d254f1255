package peer

import (
	"flag"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/zmqgen/zmqgen/bench/internal/load"
)

// This file is a contender's main: its flags and its roles.

// Args are the flags of a contender.
type Args struct {
	Role, Variant, Endpoint                          string
	Layout                                           load.Layout
	N, Warmup, InFlight, Conns, Subscribers, Sockets int
	Idle                                             time.Duration
}

// Endpoints returns all of the endpoints.
func (a *Args) Endpoints() []string { return strings.Split(a.Endpoint, ",") }

// Roles are what a contender can do.
type Roles map[string]func(*Args) error

// Main runs the role that the flags name.
func Main(roles Roles) {
	log.SetFlags(0)
	a := &Args{Layout: load.TickLayout}
	flag.StringVar(&a.Role, "role", "", "what this process does")
	flag.StringVar(&a.Variant, "variant", "", "which of the program's ways")
	flag.StringVar(&a.Endpoint, "endpoint", "", "what to bind or to connect to")
	flag.Var(&a.Layout, "layout", "sizes of a message's frames")
	flag.IntVar(&a.N, "n", 1, "messages, calls or elements")
	flag.IntVar(&a.Warmup, "warmup", 0, "calls before those that are measured")
	flag.IntVar(&a.InFlight, "inflight", 1, "calls at once")
	flag.IntVar(&a.Conns, "conns", 1, "connections of a client that has a choice")
	flag.IntVar(&a.Subscribers, "subscribers", 1, "SUB sockets")
	flag.IntVar(&a.Sockets, "sockets", 1, "idle sockets")
	flag.DurationVar(&a.Idle, "idle", time.Second, "how long they idle")
	flag.Parse()
	log.SetPrefix(filepath.Base(os.Args[0]) + " " + a.Role + ": ")
	run, ok := roles[a.Role]
	if !ok {
		log.Fatal("there is no such role")
	}
	if err := run(a); err != nil {
		log.Fatal(err)
	}
}
