//go:build cgo

package runtime

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// This file is the close matrix: every kind of socket, over every transport, is ended in every way, and
// has done to it what must not end it, idle and under load. Each cell ends in bounded time, and
// goroutines, descriptors and memory are back where they were. By default every cell is played once, as
// a subtest. Flags ask for more rounds, in which details vary, and for random cells after them, for as
// long as wanted; a random cell is known by its seed and number, which begin it again:
//
//	go test -race -run '^TestCloseMatrix$' -v ./runtime -closematrix.rounds=20 -closematrix.for=10m
//	go test -race -run '^TestCloseMatrix$' -v ./runtime -closematrix.rounds=0 -closematrix.for=1s -closematrix.seed=1 -closematrix.from=7

var (
	matrixRounds = flag.Int("closematrix.rounds", 1, "rounds of the close matrix, in each of which every cell is played once")
	matrixFor    = flag.Duration("closematrix.for", 0, "how long random cells of the close matrix are played after the rounds")
	matrixSeed   = flag.Uint64("closematrix.seed", 0, "seed of the random cells; 0 for one that is drawn and printed")
	matrixFrom   = flag.Uint64("closematrix.from", 0, "number of the first random cell")
	matrixAtOnce = flag.Int("closematrix.atonce", 4, "cells that are played at once")
	matrixNames  = flag.Bool("closematrix.names", false, "print each cell when it begins")
)

const (
	matrixLinger = 20 * time.Millisecond
	// matrixBound is what the end of a socket and of a pump may take: linger and a second, and as much
	// again and more for a busy machine. Who misses it hangs.
	matrixBound = matrixLinger + time.Second + 3*time.Second
	// matrixPatience bounds what has no bound of its own.
	matrixPatience = 30 * time.Second
)

var matrixRows = []*matrixRow{
	{name: "Pub", typ: Pub, peers: []string{"Sub", "XSub"}, open: openFrames},
	{name: "Sub", typ: Sub, peers: []string{"Pub", "XPub"}, open: openFrames},
	{name: "Push", typ: Push, peers: []string{"Pull"}, open: openFrames},
	{name: "Pull", typ: Pull, peers: []string{"Push"}, open: openFrames},
	{name: "Dealer", typ: Dealer, peers: []string{"Router", "Dealer", "Rep"}, open: openFrames},
	{name: "Router", typ: Router, peers: []string{"Dealer", "Req"}, open: openFrames},
	{name: "Pair", typ: Pair, peers: []string{"Pair"}, open: openFrames},
	{name: "XPub", typ: XPub, peers: []string{"Sub", "XSub"}, open: openFrames},
	{name: "XSub", typ: XSub, peers: []string{"Pub", "XPub"}, open: openFrames},
	{name: "Req", typ: Req, peers: []string{"Rep", "Router"}, open: openFrames},
	{name: "Rep", typ: Rep, peers: []string{"Req", "Dealer"}, open: openFrames},
	{name: "Client", typ: Dealer, peers: []string{"Server", "Rep server"}, open: openCaller, calls: true},
	{name: "Req client", typ: Req, peers: []string{"Server", "Rep server"}, open: openCaller, calls: true},
	{name: "Plain client", typ: Dealer, peers: []string{"Server", "Rep server"}, open: openCaller, calls: true, spec: withoutCorrelation},
	{name: "Server", typ: Router, peers: []string{"Client", "Req client", "Plain client"}, open: openAnswerer, serves: true},
	{name: "Rep server", typ: Rep, peers: []string{"Client", "Req client", "Plain client"}, open: openAnswerer, serves: true},
	{name: "slices out", typ: Push, peers: []string{"Pull", "slices in"}, open: openSlicesOut, spec: inSlices},
	{name: "slices in", typ: Pull, peers: []string{"Push", "slices out"}, open: openSlicesIn, spec: inSlices},
	{name: "Routed", typ: Router, peers: []string{"Dealer", "conflating"}, open: openByPeer},
	{name: "events", typ: XPub, peers: []string{"Sub", "XSub", "subscriptions"}, open: openEvents},
	{name: "subscriptions", typ: XSub, peers: []string{"Pub", "XPub", "events"}, open: openSubscriptions},
	{name: "conflating", typ: Dealer, peers: []string{"conflating", "Dealer", "Router"}, open: openFrames, spec: conflate},
	{name: "conflating out", typ: Pub, peers: []string{"Sub"}, open: openFrames, spec: conflate},
	{name: "latest", typ: Sub, peers: []string{"Pub", "XPub"}, open: openLatest, spec: keepLatest},
}

func withoutCorrelation(spec *SocketSpec) { spec.Uncorrelated = true }

func inSlices(spec *SocketSpec) { spec.Batch = 8 }

func keepLatest(spec *SocketSpec) {
	spec.Overflow, spec.Buffer = Latest, Limit(max(1, *spec.Buffer))
}

func conflate(spec *SocketSpec) { spec.Conflate, spec.SendHWM, spec.RecvHWM = true, nil, nil }

func matrixRowNamed(name string) *matrixRow {
	for _, r := range matrixRows {
		if r.name == name {
			return r
		}
	}
	panic("no row " + name)
}

// matrix is one run over cells.
type matrix struct {
	t      *testing.T
	dir    string // of ipc sockets
	played atomic.Uint64
}

func TestCloseMatrix(t *testing.T) {
	if plan := os.Getenv(matrixPeerEnv); plan != "" {
		bePeer(t, plan)
	}
	dir := must(os.MkdirTemp("", "zm"))(t) // the path of an ipc socket must be short
	defer os.RemoveAll(dir)
	m := &matrix{t: t, dir: dir}
	cells, leftOut := matrixCells(testing.Short())
	for _, why := range slices.Sorted(maps.Keys(leftOut)) {
		t.Logf("%d cells left out: %s", leftOut[why], why)
	}
	// What the first socket and the first process leave for those after them is no leak.
	first := &cell{row: matrixRowNamed("Push"), peer: matrixRowNamed("Pull"), transport: "tcp", way: peerKilled, closedBy: socketCloses}
	report(t, first, try(t, "first", func(t *trial) { first.play(t, m.endpoint("tcp")) }))
	var before memory
	for round := range *matrixRounds {
		began := time.Now()
		for i, c := range cells {
			c.vary(rand.New(rand.NewPCG(uint64(round), uint64(i))), round)
		}
		for _, row := range matrixRows {
			var group []*cell
			for _, c := range cells {
				if c.row == row {
					group = append(group, c)
				}
			}
			m.playAll(group, *matrixRounds == 1 && *matrixFor == 0)
		}
		now := restingMemory()
		t.Logf("round %d: %d cells in %.1f s; %s; %s, %v", round+1, len(cells), time.Since(began).Seconds(), tempoSoFar(), held(), now)
		if round == 0 {
			before = now
		}
		if t.Failed() {
			return
		}
	}
	m.random(&before)
	if now := restingMemory(); now.grew(before) {
		t.Errorf("memory has grown: from %v to %v", before, now)
	}
}

// matrixCells returns all cells, or a part of them that is short and has every row in every way, and
// every way over every transport. It counts those that there are not, by the reason.
func matrixCells(short bool) (cells []*cell, leftOut map[string]int) {
	leftOut = make(map[string]int)
	for r, row := range matrixRows {
		for w, way := range matrixWays {
			for i, transport := range matrixTransports {
				for l, load := range []bool{false, true} {
					c := &cell{row: row, transport: transport, way: way, load: load}
					over := len(matrixTransports)
					if way == peerKilled {
						over-- // not over the last one, inproc
					}
					if why, ok := c.possible(); !ok {
						leftOut[why]++
					} else if !short || i == (r+w)%over && l == (r/2+w)%2 {
						cells = append(cells, c)
					}
				}
			}
		}
	}
	return cells, leftOut
}

func TestTheShortMatrixHasEveryRowInEveryWayOverEveryTransport(t *testing.T) {
	pairs := func(short bool) map[string]bool {
		found := make(map[string]bool)
		cells, _ := matrixCells(short)
		for _, c := range cells {
			found[fmt.Sprint(c.row.name, c.way)] = true
			found[fmt.Sprint(c.way, c.transport)] = true
			found[fmt.Sprint(c.row.name, c.transport)] = true
			found[fmt.Sprint(c.way, c.load)] = true
		}
		return found
	}
	short := pairs(true)
	for pair := range pairs(false) {
		if !short[pair] {
			t.Errorf("no cell with %s", pair)
		}
	}
}

// random plays random cells for as long as was asked.
func (m *matrix) random(before *memory) {
	if *matrixFor == 0 {
		return
	}
	seed := *matrixSeed
	for seed == 0 {
		seed = rand.Uint64()
	}
	m.t.Logf("random cells from -closematrix.seed=%d -closematrix.from=%d", seed, *matrixFrom)
	began, said := time.Now(), time.Now()
	for n := *matrixFrom; time.Since(began) < *matrixFor && !m.t.Failed(); {
		var group []*cell
		for range 16 * *matrixAtOnce {
			group = append(group, randomCell(seed, n))
			n++
		}
		m.playAll(group, false)
		if *before == (memory{}) {
			*before = restingMemory()
		}
		if time.Since(said) > 30*time.Second {
			said = time.Now()
			m.t.Logf("%d random cells in %.0f s; %s; %s, %v", n-*matrixFrom, time.Since(began).Seconds(), tempoSoFar(), held(), restingMemory())
		}
	}
}

// randomCell returns cell n of a seed.
func randomCell(seed, n uint64) *cell {
	r := rand.New(rand.NewPCG(seed, n))
	for {
		c := &cell{
			row:       matrixRows[r.IntN(len(matrixRows))],
			transport: matrixTransports[r.IntN(len(matrixTransports))],
			way:       matrixWays[r.IntN(len(matrixWays))],
			load:      r.IntN(2) == 0,
			origin:    fmt.Sprintf(", seed %d, number %d", seed, n),
		}
		c.vary(r, 1)
		if _, ok := c.possible(); ok {
			return c
		}
	}
}

// playAll plays cells, many at once, each as a subtest if wanted, and checks that all descriptors are
// back.
func (m *matrix) playAll(cells []*cell, subtests bool) {
	m.t.Helper()
	before, _ := descriptors()
	next := make(chan *cell)
	var players sync.WaitGroup
	for range *matrixAtOnce {
		players.Add(1)
		go func() {
			defer players.Done()
			for c := range next {
				if *matrixNames {
					fmt.Printf("%v: %s\n", c, c.details())
				}
				play := func(t *testing.T) {
					report(t, c, try(t, c.String(), func(t *trial) { c.play(t, m.endpoint(c.transport)) }))
				}
				if subtests {
					m.t.Run(c.String(), play)
				} else {
					play(m.t)
				}
			}
		}()
	}
	for _, c := range cells {
		next <- c
	}
	close(next)
	players.Wait()
	if m.t.Failed() {
		return
	}
	var open string
	defer func() {
		if m.t.Failed() {
			m.t.Logf("descriptors that are open:\n%s", open)
		}
	}()
	until(m.t, fmt.Sprintf("there are %d open descriptors, as before", before), func() bool {
		var now int
		now, open = descriptors()
		return now <= before
	})
}

// report fails the test if there are faults.
func report(t *testing.T, c *cell, faults []string) {
	t.Helper()
	for _, fault := range faults {
		t.Errorf("%v: %s\n(%s)", c, fault, c.details())
	}
}

// endpoint returns a new endpoint to bind.
func (m *matrix) endpoint(transport string) string {
	n := m.played.Add(1)
	switch transport {
	case "ipc":
		return "ipc://" + filepath.Join(m.dir, fmt.Sprint(n))
	case "inproc":
		return fmt.Sprintf("inproc://matrix-%d", n)
	}
	return "tcp://127.0.0.1:*"
}
