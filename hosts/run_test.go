//go:build linux

package hosts

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zmqgen/zmqgen/hosts/ledger"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file runs the topology of this module on three hosts, with faults, and makes the account.

// program builds a program of this repository once, and returns its path.
func program(t *testing.T, dir, pkg string) string {
	t.Helper()
	path := filepath.Join(programs(), filepath.Base(pkg))
	building.Lock()
	defer building.Unlock()
	if _, err := os.Stat(path); err == nil {
		return path
	}
	cmd := exec.Command("go", "build", "-o", path, pkg)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build %s: %v\n%s", pkg, err, out)
	}
	return path
}

var (
	building sync.Mutex
	programs = sync.OnceValue(func() string {
		dir, err := os.MkdirTemp("", "zmqgenhosts")
		if err != nil {
			panic(err)
		}
		return dir
	})
)

// setting is what a run is like.
type setting struct {
	alone   bool     // nobody is at the other end of the line
	proxied bool     // all connections go through a proxy on the router
	secured bool     // all hosts have keys, and there is one more host, of strangers
	args    []string // of all stations

	patience time.Duration // in place of heartbeat_timeout, if it is not 0
}

// run is a topology that runs: the source at a, a sink with a mate at b, a sink at c, and the devices at d.
type run struct {
	t          *testing.T
	net        *Network
	a, b, c, d *Host
	setting
	dir     string
	keys    string // the directory of the hosts' keys, if they have any
	number  uint32
	by      map[*Process]uint32
	all     []*Process // that are alive
	proxy   *Process   // if all connections go through one
	account account
	done    chan struct{}
	stalled chan time.Duration
}

// runFleet starts everything, and waits until messages flow on all streams.
func runFleet(t *testing.T, s setting) *run {
	t.Helper()
	if s.alone {
		s.args = append(s.args, "-alone")
	}
	if s.patience > 0 {
		s.args = append(s.args, "-patience", s.patience.String())
	}
	n := network(t, "a", "b", "c", "d", "e")
	r := &run{
		t: t, net: n, a: n.Hosts[0], b: n.Hosts[1], c: n.Hosts[2], d: n.Hosts[3], dir: t.TempDir(), number: 100,
		setting: s, by: make(map[*Process]uint32),
		done: make(chan struct{}), stalled: make(chan time.Duration, 1),
	}
	r.account = account{hosts: make(map[uint32]string), killed: make(map[uint32]time.Time), drops: make(map[string]uint64), patience: s.patience}
	if s.proxied {
		r.startProxy()
	}
	if s.secured {
		r.makeKeys()
	}
	go r.metronome()
	for _, h := range []*Host{r.d, r.b, r.c, r.a} {
		r.restart(h)
	}
	r.flows(time.Time{})
	return r
}

// metronome measures for how long the machine does not let this process run.
func (r *run) metronome() {
	const beat = 10 * time.Millisecond
	longest := time.Duration(0)
	for last := time.Now(); ; {
		select {
		case <-r.done:
			r.stalled <- longest
			return
		case <-time.After(beat):
		}
		now := time.Now()
		longest = max(longest, now.Sub(last)-beat)
		last = now
	}
}

// port is where a socket is bound; behind a proxy, others find it at the port that is 100 higher.
var ports = map[string]int{"SOURCE_TICKS": 5601, "SINK_PARTS": 5602, "SOURCE_ASK": 5603, "SOURCE_ROOMS": 5604, "SOURCE_LINE": 5605,
	"HUB_FRONTEND": 5606, "HUB_BACKEND": 5607, "SOURCE_TURNS": 5608,
	"QUEUE_FRONTEND": 5609, "QUEUE_BACKEND": 5610, "STREAMER_FRONTEND": 5611, "STREAMER_BACKEND": 5612}

// find returns the environment of a process on a host, which says where it finds the sockets of others.
func (r *run) find(on *Host) []string {
	at := func(socket string, h *Host, proxied int) string {
		if r.proxy != nil {
			return fmt.Sprintf("tcp://%s:%d", on.Gateway, proxied)
		}
		return fmt.Sprintf("tcp://%s:%d", h.Address, ports[socket])
	}
	env := []string{"FLEET_SINK_PARTS=" + at("SINK_PARTS", r.b, 5702) + "," + at("SINK_PARTS", r.c, 5802)}
	for socket, port := range ports {
		if h := r.binder(socket); h != nil {
			env = append(env, "FLEET_"+socket+"="+at(socket, h, port+100))
		}
	}
	return env
}

// binder returns the host at which a socket is bound that is bound at one only.
func (r *run) binder(socket string) *Host {
	switch {
	case strings.HasPrefix(socket, "SOURCE"):
		return r.a
	case strings.HasPrefix(socket, "SINK"):
		return nil
	}
	return r.d
}

func (r *run) startProxy() {
	r.t.Helper()
	args := []string{"proxy", "0.0.0.0:5702=" + r.b.Address + ":5602", "0.0.0.0:5802=" + r.c.Address + ":5602"}
	for socket, port := range ports {
		if h := r.binder(socket); h != nil {
			args = append(args, fmt.Sprintf("0.0.0.0:%d=%s:%d", port+100, h.Address, port))
		}
	}
	var err error
	r.proxy, err = r.net.Router.Start("proxy", nil, program(r.t, ".", "./station"), args...)
	must(r.t, err)
	_, err = r.proxy.Await("listening")
	must(r.t, err)
}

// tell orders the proxy to do something to all connections.
func (r *run) tell(order string) {
	r.t.Helper()
	must(r.t, r.proxy.Tell(order))
	_, err := r.proxy.Await("listening")
	must(r.t, err)
}

// start starts a station on a host, and waits until its sockets are bound.
func (r *run) start(on *Host, roles ...string) {
	r.t.Helper()
	r.number++
	args := slices.Concat([]string{"-process", fmt.Sprint(r.number), "-ledger", r.dir}, r.secure(on), r.args, roles)
	p, err := on.Start(fmt.Sprintf("%s at %s", roles[len(roles)-1], on.Name), r.find(on), program(r.t, ".", "./station"), args...)
	must(r.t, err)
	r.by[p] = r.number
	r.all = append(r.all, p)
	r.account.hosts[r.number] = on.Name
	_, err = p.Await("listening")
	must(r.t, err)
}

// restart starts what runs on a host.
func (r *run) restart(on *Host) {
	r.t.Helper()
	switch on {
	case r.a:
		r.start(on, "source")
	case r.b:
		if r.alone {
			r.start(on, "sink")
		} else {
			r.start(on, "sink", "mate")
		}
	case r.c:
		r.start(on, "sink")
	case r.d:
		r.start(on, "hub")
	}
}

// kill kills what runs on a host.
func (r *run) kill(on *Host) {
	var alive []*Process
	for _, p := range r.all {
		if p.host != on {
			alive = append(alive, p)
			continue
		}
		r.account.killed[r.by[p]] = time.Now()
		p.Kill()
	}
	r.all = alive
}

// flows waits until messages flow on all streams that were sent later than since.
func (r *run) flows(since time.Time) {
	r.t.Helper()
	want := 9 * 2 // streams to, or of, two sinks
	if !r.alone {
		want += 2 // the line, both ways
	}
	f := fault{hosts: []string{"a"}, span: span{since, since}}
	var missing string
	for began := time.Now(); time.Since(began) < patience; time.Sleep(100 * time.Millisecond) { // files tell nobody that they grow
		var err error
		r.account.processes, err = ledger.Read(r.dir)
		must(r.t, err)
		flowing := 0
		missing = ""
		for k, took := range r.account.recoveries(f) {
			if took >= 0 {
				flowing++
			} else {
				missing += fmt.Sprintf(" %s from %s to %s;", k.stream, k.from, k.to)
			}
		}
		if flowing == want {
			return
		}
	}
	for _, p := range r.all {
		r.t.Logf("%s: %s", p.Name, strings.Join(p.Output(), "\n"))
	}
	r.t.Errorf("after %v not everything flows:%s", patience, missing)
}

// last waits for as long as a fault is to last: of that there is nothing to be seen but the time.
func last(d time.Duration) { <-time.After(d) }

// goesOn waits until so many bytes more have been written down. Files of other processes tell nobody that they grow, so that one has to
// look.
func (r *run) goesOn(bytes int64) {
	r.t.Helper()
	before, err := ledger.Size(r.dir)
	must(r.t, err)
	for began := time.Now(); time.Since(began) < patience; time.Sleep(50 * time.Millisecond) {
		now, err := ledger.Size(r.dir)
		must(r.t, err)
		if now >= before+bytes {
			return
		}
	}
	r.t.Errorf("after %v not %d bytes have been written down", patience, bytes)
}

// fault has something done to hosts for a time and undone, and waits until messages flow again.
func (r *run) fault(f fault, do func(), lasts time.Duration, undo func()) {
	r.t.Helper()
	f.from = time.Now()
	do()
	last(lasts - time.Since(f.from))
	undo()
	f.to = time.Now()
	r.account.faults = append(r.account.faults, f)
	r.flows(f.to)
}

// finish has everything stop sending, waits until all has arrived, ends everything and holds the account to its claims.
func (r *run) finish() *account {
	r.t.Helper()
	r.goesOn(100 << 10) // without a fault, so that nothing may be lost
	r.account.quieted = time.Now()
	for _, p := range r.all {
		must(r.t, p.Tell("quiet"))
	}
	r.settle()
	for _, p := range r.all {
		must(r.t, p.Finish())
		r.stats(p)
	}
	if r.proxy != nil {
		must(r.t, r.proxy.Finish())
	}
	close(r.done)
	a := &r.account
	a.stall = <-r.stalled
	var err error
	a.processes, err = ledger.Read(r.dir)
	must(r.t, err)
	r.t.Logf("\n%s", a)
	failed := 0
	for _, c := range a.claims() {
		if !c.holds {
			failed++
			r.t.Errorf("%s: %s", c.text, c.but)
		}
	}
	r.t.Logf("%d of %d claims hold", len(a.claims())-failed, len(a.claims()))
	if r.t.Failed() {
		for _, p := range append(r.all, r.proxy) {
			if p != nil {
				r.t.Logf("%s said:\n%s", p.Name, strings.Join(p.Output(), "\n"))
			}
		}
	}
	return a
}

// settle waits until nothing happens any more.
func (r *run) settle() {
	r.t.Helper()
	const quiet = 2 * time.Second
	last, since := int64(-1), time.Now()
	for began := time.Now(); time.Since(since) < quiet && time.Since(began) < patience; time.Sleep(50 * time.Millisecond) {
		now, err := ledger.Size(r.dir)
		must(r.t, err)
		if now != last || time.Since(since) >= quiet && r.inHand() > 0 {
			last, since = now, time.Now()
		}
	}
}

// inHand returns how many calls have not ended yet: one that was lost is repeated after a while in which nothing happens.
func (r *run) inHand() (n int) {
	r.t.Helper()
	var err error
	r.account.processes, err = ledger.Read(r.dir)
	must(r.t, err)
	for _, s := range ledger.Streams {
		n += r.account.calls(s).inHand
	}
	return n
}

// stats adds up what a process says that its sockets have dropped.
func (r *run) stats(p *Process) {
	r.t.Helper()
	for _, line := range p.Output() {
		f := strings.SplitN(line, " ", 3)
		if f[0] != "stats" || len(f) != 3 {
			continue
		}
		var s zmqrt.Stats
		must(r.t, json.Unmarshal([]byte(f[2]), &s))
		for cause, n := range s.Dropped {
			r.account.drops[string(cause)] += n
		}
	}
}
