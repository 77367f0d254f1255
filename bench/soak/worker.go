package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file is a process in which sockets live: it does what the director tells it, one command a line.

// command is what the director tells a process.
type command struct {
	Do   string
	Path string // of the ledger
	Run  uint64

	Life, After     uint32 // After has to have ended before Life opens; 0 is none
	Kind            string
	Calm, Far       bool
	Hub             bool     // it is the device between the ends
	Pump            string   // the name of the pump on which it opens
	Env             string   // the prefix of its pump's variables
	Variables       []string // NAME=VALUE, to be set before it opens
	Endpoints       []string // where its pump finds the far end
	Bind, Connect   []string
	Config          string // overrides of its pump, in JSON
	ByOption        bool   // Bind and Connect are given to the constructor
	Subscribers     int    // for whom a publisher waits
	Rate            int    // messages in a second
	Pad             int    // bytes, at least
	Bare            bool   // no padding
	Seed            uint64
	Way             string
	For             time.Duration
	Topic           uint32
	EndpointsToLink []string
}

type worker struct {
	mu     sync.Mutex
	ledger *ledger
	run    uint64
	lives  map[uint32]*actor
	pumps  map[string]*zmqrt.Pump
	base   resources
	leaked []any // by -sabotage leak
}

const sharedPump = "shared"

// work is the whole life of such a process. It ends when its standard input does, or is killed.
func work() error {
	w := &worker{lives: make(map[uint32]*actor), pumps: make(map[string]*zmqrt.Pump)}
	if err := w.warmUp(); err != nil {
		return err
	}
	w.base = measure()
	fmt.Println("{}")
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			os.Exit(0) // nobody is left who could tell it anything
		}
		var c command
		if err := json.Unmarshal(line, &c); err != nil {
			return err
		}
		if err := w.obey(c); err != nil {
			return fmt.Errorf("%s: %w", c.Do, err)
		}
	}
}

func (w *worker) obey(c command) (err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.lives[c.Life]
	switch c.Do {
	case "round":
		w.ledger, err = openLedger(c.Path)
		w.run = c.Run
	case "open":
		a := newActor(w, c)
		w.lives[c.Life] = a
		go a.live(w.lives[c.After])
	case "quiet":
		for _, a := range w.lives {
			a.beQuiet()
		}
	case "pump":
		for _, a := range w.lives { // also those that are just about to open: on which pump, nobody knows
			if a.Pump == c.Pump {
				a.obey(command{Do: "close", Way: byPump})
			}
		}
		if p := w.pumps[c.Pump]; p != nil {
			delete(w.pumps, c.Pump)
			go p.Close()
		}
	case "rest":
		return json.NewEncoder(os.Stdout).Encode(w.rest())
	default:
		if a != nil {
			a.obey(c)
		}
	}
	return err
}

// pump returns the pump of that name, and makes it if there is none or it has closed.
func (w *worker) pump(c command) (*zmqrt.Pump, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if p := w.pumps[c.Pump]; p != nil && p.Err() == nil {
		return p, nil
	}
	var opts []zmqrt.PumpOption
	for _, v := range c.Variables {
		name, value, _ := strings.Cut(v, "=")
		os.Setenv(name, value)
	}
	if c.Env != "" {
		opts = append(opts, zmqrt.WithEnv(c.Env))
	}
	if len(c.Endpoints) > 0 {
		opts = append(opts, zmqrt.WithEndpoint(socketName(c.Kind, c.Calm, true), c.Endpoints...))
	}
	if c.Config != "" {
		opts = append(opts, zmqrt.WithConfig("soak.json", []byte(c.Config)))
	}
	if *verbose {
		opts = append(opts, zmqrt.WithErrorHandler(func(err error) { fmt.Fprintln(os.Stderr, err) }))
	}
	p, err := zmqrt.NewPump(context.Background(), opts...)
	if err == nil {
		w.pumps[c.Pump] = p
	}
	return p, err
}

// socketName is the name of one end of a kind in the topology.
func socketName(kind string, calm, far bool) string {
	node := "near"
	if far {
		node = "far"
	}
	if calm {
		node = "calm_" + node
	}
	return node + "." + kind
}

// warmUp opens what stays open, and has everything made that is made only once.
func (w *worker) warmUp() error {
	if _, err := w.pump(command{Pump: sharedPump}); err != nil {
		return err
	}
	for _, key := range []string{sharedPump, "first"} {
		p, err := w.pump(command{Pump: key})
		if err != nil {
			return err
		}
		near, far := kinds[0].near[0], kinds[0].far[0]
		in, err := far(context.Background(), p, nil)
		if err != nil {
			return err
		}
		out, err := near(context.Background(), p, nil)
		if err != nil {
			return err
		}
		out.send(make([]letter, 100), nil)
		out.hangUp()
		got := 0
		name := socketName("work", false, true)
		in.receive(func(letter) {
			if got++; got == 100 {
				go p.Socket("soak", name).Close()
			}
		})
	}
	// The first secured socket of a pump starts what authenticates its peers, which stays with the pump.
	ctx, cancel := context.WithCancel(context.Background())
	secret, err := kindNamed("secret").far[0](ctx, w.pumps[sharedPump], nil)
	if err != nil {
		cancel()
		return err
	}
	cancel()
	secret.receive(func(letter) {})
	w.pumps["first"].Close()
	delete(w.pumps, "first")
	return nil
}

// rest ends what the round has left, and says what the process holds then.
func (w *worker) rest() (r report) {
	for name, p := range w.pumps {
		if name != sharedPump {
			if p.Close() != nil { // on a busy machine its end takes longer than it waits; what it holds is given back all the same
				r.Hasty++
			}
			delete(w.pumps, name)
		}
	}
	w.lives = make(map[uint32]*actor)
	if w.ledger != nil {
		w.ledger.close()
		w.ledger = nil
	}
	if *sabotage == "leak" {
		f, _ := os.Open(os.DevNull)
		w.leaked = append(w.leaked, f)
	}
	if *sabotage == "lose" {
		lose(20 << 10)
	}
	r.Base = w.base
	r.Now = settled(w.base)
	return r
}
