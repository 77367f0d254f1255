// Command soak has sockets of every kind send to each other over tcp, ipc and inproc, in several processes, while sockets
// open and close, processes are killed and connections cut, and fails unless every message and every call is accounted for at
// the end. docs/operations.md says what it claims.
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/signal"
	"slices"
	"time"

	"github.com/zmqgen/zmqgen/internal/z85"
)

var (
	length   = flag.Duration("for", time.Hour, "how long it goes on, at least")
	seed     = flag.Uint64("seed", 0, "of the plan; 0 draws one")
	only     = flag.Int("round", 0, "play this round alone")
	long     = flag.Duration("length", 20*time.Second, "of a round, until its sockets close")
	scenes   = flag.Int("scenes", 14, "that a round plays at the same time")
	kindOnly = flag.String("kind", "", "play this kind alone")
	verbose  = flag.Bool("v", false, "print what happens when")
	sabotage = flag.String("sabotage", "", "break something, which has to be found: drop, twice, alter, swap, answer, leak or lose")
	asWorker = flag.Bool("work", false, "be a process that sockets live in: for the program's own use")
)

func main() {
	log.SetFlags(0)
	flag.Parse()
	run := soak
	if *asWorker {
		run = work
	} else if flag.NArg() > 0 || *scenes < 1 || *long < time.Second || !slices.Contains([]string{"", "drop", "twice", "alter", "swap", "answer", "leak", "lose"}, *sabotage) ||
		*kindOnly != "" && kindNamed(*kindOnly) == nil {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

// soak plays rounds until the time is over, or it is interrupted.
func soak() (err error) {
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano()) % 1_000_000
	}
	fmt.Printf("seed %d\n", *seed)
	dir, err := os.MkdirTemp("", "zmqsoak")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := makeKeys(); err != nil {
		return err
	}
	d := &director{dir: dir, port: 20000 + rand.IntN(10000)}
	for i := range d.places {
		p, err := startPlace()
		if err != nil {
			return err
		}
		d.places[i] = p
		defer func() { d.places[i].kill() }()
	}
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	s := &season{director: d, totals: make(map[string]*total)}
	began := time.Now()
	for number := 1; ; number++ {
		settings := s.next()
		if *only != 0 && number != *only {
			continue
		}
		if err := s.play(draw(*seed, number, settings, *long)); err != nil {
			return fmt.Errorf("round %d: %w", number, err)
		}
		enough := s.whole && time.Since(began) >= *length
		select {
		case <-interrupted:
			enough = true
		default:
		}
		if enough || *only != 0 {
			break
		}
	}
	return s.close(time.Since(began))
}

// makeKeys puts the keys of the sockets that speak CURVE, and the password of those that speak PLAIN, into the environment of all processes.
func makeKeys() error {
	for _, side := range []string{"SERVER", "CLIENT"} {
		public, secret, err := z85.NewKeys()
		if err != nil {
			return err
		}
		os.Setenv("SOAK_"+side+"_PUBLIC", public)
		os.Setenv("SOAK_"+side+"_SECRET", secret)
	}
	os.Setenv("SOAK_USER", "soak")
	os.Setenv("SOAK_PASSWORD", os.Getenv("SOAK_CLIENT_SECRET")) // as good as any
	os.Setenv("SOAK_USERS", "soak "+os.Getenv("SOAK_PASSWORD"))
	return nil
}

// season is many rounds.
type season struct {
	*director
	deals  *rand.Rand
	deck   []setting
	dealt  int
	whole  bool // every kind was played, calm and rough
	totals map[string]*total
	failed []string
	rests  [stablePlaces][]resources
	bases  [stablePlaces]resources
	rounds int
	hasty  int // pumps whose Close did not wait for the end
}

// next deals the settings of a round.
func (s *season) next() (hand []setting) {
	if s.deals == nil {
		s.deals = rand.New(rand.NewPCG(*seed, 0))
	}
	for len(hand) < *scenes {
		if len(s.deck) == 0 {
			s.deck = deal(s.deals)
			if *kindOnly != "" {
				s.deck = slices.DeleteFunc(s.deck, func(c setting) bool { return c.kind.name != *kindOnly })
			}
		}
		hand, s.deck = append(hand, s.deck[0]), s.deck[1:]
		s.dealt++
	}
	s.whole = s.dealt >= 2*len(kinds)
	return hand
}

// play plays a round and holds it to what is claimed.
func (s *season) play(plan round) error {
	p, err := s.perform(plan)
	if err != nil {
		return err
	}
	defer os.Remove(p.path)
	defer p.ledger.close()
	s.rounds++
	given, arrived, calls, failed := uint64(0), uint64(0), uint64(0), 0
	for _, st := range p.stages {
		t := p.sum(st)
		for _, c := range t.claims(st.kind, st.calm) {
			if !c.holds {
				failed++
				s.fail(fmt.Sprintf("round %d, scene %d, %s: %s: %s", plan.number, st.index, st.setting, c.text, c.but))
			}
		}
		given, arrived, calls = given+t.Given[0]+t.Given[1], arrived+t.Arrived, calls+t.Calls
		key := fmt.Sprint(st.kind.name, st.calm)
		if s.totals[key] == nil {
			s.totals[key] = &total{kind: st.kind, calm: st.calm}
		}
		s.totals[key].merge(t)
	}
	if err := s.rest(plan.number); err != nil {
		return err
	}
	fmt.Printf("round %d: %d scenes, %d sockets, %d kills, %d messages given, %d arrived, %d calls, %d claims failed, in %v\n",
		plan.number, len(p.stages), len(p.infos), p.kills, given, arrived, calls, failed, time.Since(p.began).Round(time.Second))
	return nil
}

// rest has all processes come to rest and holds what they hold then to what they held in the beginning.
func (s *season) rest(number int) error {
	for i, at := range s.places {
		r, err := at.rest()
		if err != nil {
			return err
		}
		s.hasty += r.Hasty
		if r.Now.Goroutines > r.Base.Goroutines || r.Now.Descriptors > r.Base.Descriptors {
			s.fail(fmt.Sprintf("round %d, process %d: at rest it holds %v, where it began with %v", number, i, r.Now, r.Base))
		}
		if i < stablePlaces {
			s.bases[i] = r.Base
			s.rests[i] = append(s.rests[i], r.Now)
		}
	}
	return nil
}

func (s *season) fail(text string) {
	fmt.Println("FAILED:", text)
	s.failed = append(s.failed, text)
}

// close prints the account and returns an error if a claim has failed.
func (s *season) close(took time.Duration) error {
	var all []total
	for _, t := range s.totals {
		all = append(all, *t)
	}
	slices.SortFunc(all, func(a, b total) int { return cmp.Compare(title(a), title(b)) })
	fmt.Printf("\nseed %d: %d rounds, %d processes killed, in %v\n\n", *seed, s.rounds, s.kills, took.Round(time.Second))
	printTables(os.Stdout, all)
	fmt.Printf("\n%d pumps took longer to close than Close waits\n", s.hasty)
	for i := range s.rests {
		s.closeResources(i)
	}
	if len(s.failed) > 0 {
		return errors.New(fmt.Sprint(len(s.failed), " claims failed"))
	}
	fmt.Println("all claims hold")
	return nil
}

// closeResources holds what a process that lived all the time holds in the end to what it held after the first rounds.
func (s *season) closeResources(i int) {
	const firstRounds = 3
	rests := s.rests[i]
	end := rests[len(rests)-1]
	fmt.Printf("process %d: in the beginning %v\n", i, s.bases[i])
	if len(rests) <= firstRounds {
		fmt.Printf("           in the end       %v\n", end)
		return
	}
	settled := rests[firstRounds-1]
	fmt.Printf("           after %d rounds   %v\n           in the end       %v\n", firstRounds, settled, end)
	if end.Threads > settled.Threads+16 || end.Heap > settled.Heap+4<<20 || end.C > settled.C+256<<10 || end.Resident > settled.Resident+48<<20 {
		s.fail(fmt.Sprintf("process %d has grown: %v after %d rounds, %v in the end", i, settled, firstRounds, end))
	}
}
