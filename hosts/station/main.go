// Command station runs nodes of ../topology.yaml in one process, whose endpoints come from the environment. It sends on every
// stream that the nodes send on, makes calls, and writes down in a ledger what it sends and receives. On a line on its
// standard input it stops sending, and when that ends it ends.
//
// As "station proxy" it is a proxy instead that delays, cuts and resets connections.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/zmqgen/zmqgen/hosts/fleet"
	"github.com/zmqgen/zmqgen/hosts/ledger"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

var (
	number = flag.Uint("process", 0, "the number of this process")
	dir    = flag.String("ledger", "", "the directory of the ledgers")
	every  = flag.Duration("every", 5*time.Millisecond, "how often a message is sent on each stream")
	flood  = flag.Bool("flood", false, "send parts of 64 KiB as often as TCP takes them")
	alone  = flag.Bool("alone", false, "send nothing on the line, where nobody is")
	wait   = flag.Duration("patience", 0, "in place of the topology's heartbeat_timeout")
	keys   = flag.String("keys", "", "the directory with this host's keys; without it all goes in the clear")
	load   = flag.Int("load", 64, "the bytes of load in a message")
)

func main() {
	log.SetFlags(log.Lmicroseconds)
	flag.Parse()
	if err := prepare(); err != nil {
		log.Fatal(err)
	}
	log.SetPrefix(fmt.Sprintf("station %d: ", *number))
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	run := station
	if flag.Arg(0) == "proxy" {
		run = proxy
	}
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

// prepare has all sockets wait longer for answers to heartbeats, if that was asked for, and do without security, if there are no keys. It
// is done before any of them opens.
func prepare() error {
	sockets := fleet.TopologyTable().Sockets
	for name, spec := range sockets {
		if *wait > 0 {
			spec.HeartbeatTimeout, spec.HeartbeatTTL = wait, wait
		}
		if *keys == "" {
			spec.Security = ""
		}
		sockets[name] = spec
	}
	if *keys == "" {
		return nil
	}
	return os.Chdir(*keys)
}

// roles are the nodes that a station can be, and the stranger.
var roles = map[string]func(*process) error{"source": source, "sink": sink, "mate": mate, "hub": hub, "stranger": stranger}

// process is what the roles of a station share.
type process struct {
	*ledger.Writer
	ctx     context.Context
	pump    *zmqrt.Pump
	quiet   chan struct{} // closed when nothing more is to be sent
	sockets []*zmqrt.Socket
}

func station() error {
	w, err := ledger.Create(*dir, uint32(*number), flag.Arg(0))
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	pump, err := zmqrt.NewPump(ctx, zmqrt.WithEnv("FLEET"), zmqrt.WithPeerTracking(), zmqrt.WithErrorHandler(func(err error) { log.Print(err) }))
	if err != nil {
		return err
	}
	defer pump.Close()
	p := &process{Writer: w, ctx: ctx, pump: pump, quiet: make(chan struct{})}
	for _, name := range flag.Args() {
		role, ok := roles[name]
		if !ok {
			return fmt.Errorf("unknown role %q", name)
		}
		if err := role(p); err != nil {
			return err
		}
	}
	fmt.Println("listening")
	orders := bufio.NewScanner(os.Stdin)
	if orders.Scan() {
		close(p.quiet)
	}
	for orders.Scan() {
	}
	if err := pump.Close(); err != nil {
		log.Print(err)
	}
	p.Write(ledger.Entry{Event: ledger.Finished})
	return p.report()
}

// report prints what the runtime has counted of each socket.
func (p *process) report() error {
	for _, s := range p.sockets {
		stats, err := json.Marshal(s.Stats())
		if err != nil {
			return err
		}
		fmt.Println("stats", s.Name(), string(stats))
	}
	return nil
}

// watch writes down when peers of a socket come and go or are refused, and how many requests a client repeats.
func (p *process) watch(stream ledger.Stream, s *zmqrt.Socket) {
	p.sockets = append(p.sockets, s)
	go func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		var last zmqrt.Stats
		note := func(event ledger.Event, before, now uint64) {
			if now != before {
				p.Write(ledger.Entry{Stream: stream, Event: event, Count: now})
			}
		}
		for {
			now := s.Stats()
			note(ledger.Down, last.Disconnects, now.Disconnects)
			note(ledger.Up, last.Connects, now.Connects)
			note(ledger.Retried, last.Retries, now.Retries)
			note(ledger.Turned, last.Refused[zmqrt.RefusedUnlisted], now.Refused[zmqrt.RefusedUnlisted])
			note(ledger.Refused, last.Refused[zmqrt.RefusedByServer], now.Refused[zmqrt.RefusedByServer])
			last = now
			select {
			case <-tick.C:
			case <-s.Done():
				return
			}
		}
	}()
}
