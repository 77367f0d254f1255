//go:build linux

package hosts

import (
	"flag"
	"math/rand/v2"
	"testing"
	"time"
)

// This file is faults in a random order, for as long as one likes.

var (
	lasting = flag.Duration("hosts.for", time.Minute, "how long faults are drawn")
	seed    = flag.Uint64("hosts.seed", 0, "of the faults; 0 draws one")
)

// TestRandomFaults does what the other tests do, one after the other and for random times, to one topology.
func TestRandomFaults(t *testing.T) {
	long(t)
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("-hosts.seed %d", *seed)
	draw := rand.New(rand.NewPCG(*seed, 0))
	// Without a mate: how long a PAIR that is turned away again and again stays so is bounded by no option.
	secured := draw.IntN(2) == 0
	t.Logf("with keys: %t", secured)
	r := runFleet(t, setting{alone: true, secured: secured})
	links := [][2]*Host{{r.a, r.b}, {r.a, r.c}, {r.a, r.d}, {r.b, r.d}, {r.c, r.d}}
	for began := time.Now(); time.Since(began) < *lasting && !t.Failed(); {
		h := []*Host{r.a, r.b, r.c, r.d}[draw.IntN(4)]
		lasts := time.Duration(draw.ExpFloat64() * float64(2*time.Second))
		lasts = min(lasts, 2*outage)
		alone := fault{hosts: []string{h.Name}}
		link := links[draw.IntN(len(links))]
		a, b := link[0], link[1]
		pair := fault{hosts: []string{a.Name, b.Name}}
		switch draw.IntN(6) {
		case 0:
			alone.what = h.Name + " is unplugged"
			r.fault(alone, func() { must(t, r.net.Unplug(h)) }, lasts, func() { must(t, r.net.Plug(h)) })
		case 1:
			alone.what = h.Name + " vanishes, and comes back"
			r.fault(alone, func() { must(t, r.net.Unplug(h)); r.kill(h) }, lasts, func() { must(t, r.net.Plug(h)); r.restart(h) })
		case 2:
			alone.what = "the processes of " + h.Name + " are killed, and started again"
			r.fault(alone, func() { r.kill(h) }, lasts, func() { r.restart(h) })
		case 3:
			pair.what = a.Name + " and " + b.Name + " are parted"
			r.fault(pair, func() { must(t, r.net.Part(a, b)) }, lasts, func() { must(t, r.net.Join(a, b)) })
		case 4:
			pair.what = "what " + a.Name + " sends to " + b.Name + " is dropped"
			r.fault(pair, func() { must(t, r.net.Cut(a, b)) }, lasts, func() { must(t, r.net.Mend(a, b)) })
		case 5:
			pair.what = "what " + b.Name + " sends to " + a.Name + " is dropped"
			r.fault(pair, func() { must(t, r.net.Cut(b, a)) }, lasts, func() { must(t, r.net.Mend(b, a)) })
		}
	}
	r.finish()
}
