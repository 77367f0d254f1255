// Command chaos makes calls through one client to three servers, one of which is killed in each interval and started
// again where it was, and fails unless what must hold of calls then does: each is answered once, with the answer to its own
// request, or fails by its deadline with an error that says why; none hangs; and every request that was sent and not
// served, and every answer that was given and not received, is accounted for.
//
// It plays twice: first for a tenth of the calls without kills, where nothing may be lost, and then with them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/zmqgen/zmqgen/bench/chaos/jobs"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

var (
	goroutines = flag.Int("goroutines", 32, "that call at the same time")
	each       = flag.Int("calls", 10_000, "calls of each goroutine")
	pause      = flag.Duration("pause", 0, "of a goroutine between two calls: makes few calls last")
	every      = flag.Duration("kill", time.Second, "how often a server is killed")

	serveAt      = flag.String("serve", "", "be a server, at this endpoint: this and what follows is for the program's own use")
	processIndex = flag.Int("process", 0, "which server process this is")
	ledgerPath   = flag.String("ledger", "", "where it writes down what it does")
)

const serverCount = 3

func main() {
	log.SetFlags(0)
	flag.Parse()
	if flag.NArg() > 0 || *goroutines < 1 || *each < 1 || *every <= 0 || *pause < 0 {
		flag.Usage()
		os.Exit(2)
	}
	var err error
	if *serveAt != "" {
		err = serve(*serveAt, *processIndex, *ledgerPath)
	} else {
		err = chaos()
	}
	if err != nil {
		log.Fatal(err)
	}
}

func chaos() error {
	dir, err := os.MkdirTemp("", "zmqchaos")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := play(filepath.Join(dir, "calm"), max(*each/10, 1), false); err != nil {
		return fmt.Errorf("without kills: %w", err)
	}
	fmt.Println()
	return play(filepath.Join(dir, "chaos"), *each, true)
}

// play makes the calls, with a ledger at path, prints the account and returns an error if a claim fails.
func play(path string, each int, kill bool) error {
	a, err := calls(path, each, kill)
	if err != nil {
		return err
	}
	fmt.Print(a)
	failed := 0
	for _, c := range a.claims() {
		if !c.holds {
			failed++
			fmt.Printf("FAILED: %s: %s\n", c.text, c.but)
		}
	}
	if kill && a.kills == 0 {
		return errors.New("no server was killed: the calls took too short a time")
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d claims failed", failed, len(a.claims()))
	}
	fmt.Printf("all %d claims hold\n", len(a.claims()))
	return nil
}

// calls makes the calls and returns the account of them.
func calls(path string, each int, kill bool) (a *account, err error) {
	l, err := createLedger(path, *goroutines*each)
	if err != nil {
		return nil, err
	}
	defer l.close()
	up, err := startServers(path, serverCount)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			up.stop()
		}
	}()
	pump, err := zmqrt.NewPump(context.Background())
	if err != nil {
		return nil, err
	}
	defer pump.Close()
	client, err := jobs.NewCallerJobs(context.Background(), pump, zmqrt.Connect(up.endpoints()...))
	if err != nil {
		return nil, err
	}
	over, killed := make(chan struct{}), make(chan error, 1)
	if kill {
		go func() { killed <- up.killInTurn(*every, over) }()
	} else {
		killed <- nil
	}
	c := newCallers(client.Do, *goroutines, each, *pause)
	began := time.Now()
	err = c.run()
	took := time.Since(began)
	close(over)
	if err := errors.Join(err, <-killed); err != nil {
		return nil, err
	}
	socket := jobs.CallerJobsSocket(pump)
	settle(l, socket)
	if err := up.stop(); err != nil {
		return nil, err
	}
	a = &account{
		outcome: c.result, calls: c.total, goroutines: *goroutines, kills: up.kills, took: took,
		client: socket.Stats(), processes: l.counts(up.started),
	}
	for call := range c.ends {
		a.ends = append(a.ends, c.ends[call].Load())
		a.served = append(a.served, l.served[call].Load())
	}
	return a, nil
}

// settle waits until nothing moves any more: requests that were queued for a server that has just come up again are
// served late, and so answered.
func settle(l *ledger, socket *zmqrt.Socket) {
	const quiet, patience = time.Second, 20 * time.Second
	sums := func() (n uint64) {
		for i := range l.processes {
			n += l.processes[i].served.Load() + l.processes[i].refused.Load()
		}
		s := socket.Stats()
		return n + s.MessagesIn + s.MessagesOut
	}
	last, since := sums(), time.Now()
	for began := time.Now(); time.Since(since) < quiet && time.Since(began) < patience; time.Sleep(20 * time.Millisecond) {
		if now := sums(); now != last {
			last, since = now, time.Now()
		}
	}
}
