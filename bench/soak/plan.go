package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// This file draws what is to happen in a round. It depends on the seed and on nothing else, so that a round can be played
// again.

const (
	stablePlaces = 2 // processes that live as long as the soak
	places       = 5 // the others are killed
	bothEnds     = 2
)

// setting is a kind over a transport, calm or rough: what a scene of a round plays.
type setting struct {
	kind      *kind
	transport string
	calm      bool
}

func (s setting) String() string {
	if s.calm {
		return s.kind.name + " calm " + s.transport
	}
	return s.kind.name + " rough " + s.transport
}

// scene is a setting with all details.
type scene struct {
	setting
	index    int
	farBinds bool
	proxied  bool
	manner   string          // how sockets learn endpoints
	homes    [bothEnds][]int // places of the near and the far sockets
	hub      int             // place of the device, if there is one
	rate     int
	pad      int
	bare     bool // there is no padding at all
}

// event is something that happens to one socket of a scene, or to a process.
type event struct {
	at    time.Duration
	do    string
	scene int // or the place that is killed
	far   bool
	slot  int
	way   string
	long  time.Duration
	topic uint32
	reset bool
}

// round is the plan of one round.
type round struct {
	number int
	run    uint64
	scenes []scene
	events []event
}

// deal shuffles all settings, so that each kind comes once calm and once rough before any comes again.
func deal(r *rand.Rand) (deck []setting) {
	transports := []string{"tcp", "ipc", "inproc"}
	first := make(map[string]int)
	for _, k := range kinds {
		for _, calm := range []bool{false, true} {
			first[fmt.Sprint(k.name, calm)] = r.IntN(len(transports))
		}
	}
	for turn := range transports {
		var part []setting
		for i := range kinds {
			for _, calm := range []bool{false, true} {
				at := (first[fmt.Sprint(kinds[i].name, calm)] + turn) % len(transports)
				if kinds[i].secret && transports[at] == "inproc" {
					at = turn % 2
				}
				part = append(part, setting{&kinds[i], transports[at], calm})
			}
		}
		r.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
		deck = append(deck, part...)
	}
	return deck
}

// draw plans a round of some settings.
func draw(seed uint64, number int, settings []setting, long time.Duration) round {
	r := rand.New(rand.NewPCG(seed, uint64(number)))
	p := round{number: number, run: mix(seed, uint64(number))}
	for i, s := range settings {
		sc := drawScene(r, i, s)
		p.scenes = append(p.scenes, sc)
		p.events = append(p.events, drawEvents(r, sc, long)...)
	}
	for at := 2*time.Second + between(r, 0, 3*time.Second); at < long; at += between(r, 2*time.Second, 6*time.Second) {
		p.events = append(p.events, event{at: at, do: "kill", scene: stablePlaces + r.IntN(places-stablePlaces)})
	}
	slices.SortStableFunc(p.events, func(a, b event) int { return int(a.at - b.at) })
	return p
}

func drawScene(r *rand.Rand, index int, s setting) scene {
	sc := scene{setting: s, index: index, farBinds: s.kind.fixed || s.transport == "inproc" || r.IntN(2) == 0, rate: 100 + r.IntN(900)}
	sc.proxied = s.transport == "tcp" && !s.calm
	if !s.calm {
		sc.pad = 2000 // so that what the kernel holds is not too many messages
	}
	sc.bare = s.kind.name == "state" // a PUB that conflates loses memory, but that of messages which have none of their own
	counts := [bothEnds]int{1 + r.IntN(2), 1 + r.IntN(3)}
	if s.kind.single {
		counts = [bothEnds]int{1, 1}
	}
	shared := r.IntN(places)
	if s.calm {
		shared = r.IntN(stablePlaces)
	}
	for end, n := range counts {
		for range n {
			at := r.IntN(places)
			switch {
			case s.transport == "inproc":
				at = shared
			case s.calm:
				at = r.IntN(stablePlaces)
			}
			sc.homes[end] = append(sc.homes[end], at)
		}
	}
	sc.hub = r.IntN(places)
	if s.calm {
		sc.hub = r.IntN(stablePlaces)
	}
	if s.transport == "inproc" {
		sc.hub = shared
	}
	sc.manner = []string{"option", "option", "WithEndpoint", "WithEnv", "WithConfig", "WithConfig"}[r.IntN(6)]
	if s.kind.hasHub() || !sc.farBinds || counts[1] > 1 || s.transport == "inproc" {
		sc.manner = "option" // a name stands for all sockets of its kind on a pump, and a pump for one place
	}
	return sc
}

// drawEvents draws what happens to a scene. What happens to a calm one loses nothing.
func drawEvents(r *rand.Rand, sc scene, long time.Duration) (all []event) {
	verbs := []string{"stall", "flood"}
	reopens := sc.transport != "ipc" || sc.kind.class == fan || sc.kind.class == callings
	switch {
	case sc.calm && reopens && sc.kind.class != twoWay && sc.kind.class != newest:
		verbs = append(verbs, "reopen near", "reopen near")
	case !sc.calm && sc.transport == "inproc":
		verbs = append(verbs, "reopen near", "reopen near", "close pump")
	case !sc.calm:
		verbs = append(verbs, "reopen near", "reopen far", "reopen far", "relink", "close pump")
	}
	if sc.kind.hasHub() {
		verbs = append(verbs, "pause")
		if !sc.calm && sc.transport != "inproc" {
			verbs = append(verbs, "reopen hub")
		}
	}
	if sc.proxied {
		verbs = append(verbs, "cut", "cut")
	}
	if sc.kind.class == fan {
		verbs = append(verbs, "topic", "topic")
	}
	for at := between(r, time.Second, 3*time.Second); at < long; at += between(r, 500*time.Millisecond, 3*time.Second) {
		e := event{at: at, do: verbs[r.IntN(len(verbs))], scene: sc.index, far: r.IntN(2) == 0}
		switch e.do {
		case "reopen near", "flood":
			e.far = e.do == "flood" && e.far && sc.kind.class == twoWay
		case "reopen far", "stall", "topic":
			e.far = true
		}
		e.slot = r.IntN(len(sc.homes[endOf(e.far)]))
		e.way = []string{"channel", "socket", "ctx"}[r.IntN(3)]
		e.long = between(r, 50*time.Millisecond, 1500*time.Millisecond)
		e.topic = steadyTopics + r.Uint32N(allTopics-steadyTopics)
		e.reset = r.IntN(2) == 0
		all = append(all, e)
	}
	return all
}

func between(r *rand.Rand, least, most time.Duration) time.Duration {
	return least + time.Duration(r.Int64N(int64(most-least)))
}

// endOf is the index of an end.
func endOf(far bool) int {
	if far {
		return 1
	}
	return 0
}
