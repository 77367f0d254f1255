//go:build linux

package hosts

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/zmqgen/zmqgen/hosts/ledger"
)

// This file runs the topology with CURVE, with keys that each host has in files of its own, and lets strangers try.

// makeKeys makes a pair for the servers, which are one to their clients, and one of each host, and gives each host its files. The keys of
// host e, of strangers, are on no list.
func (r *run) makeKeys() {
	r.t.Helper()
	r.keys = r.t.TempDir()
	for _, h := range r.net.Hosts {
		must(r.t, os.Mkdir(filepath.Join(r.keys, h.Name), 0o700))
	}
	cmd := exec.Command(program(r.t, "..", "./cmd/zmqgen"), "keygen", "server", "a/client", "b/client", "c/client", "d/client", "e/client")
	cmd.Dir = r.keys
	if out, err := cmd.CombinedOutput(); err != nil {
		r.t.Fatalf("zmqgen keygen: %v\n%s", err, out)
	}
	for _, h := range r.net.Hosts {
		r.move("server.pub", h.Name+"/server.pub")
		if h.Name != "e" {
			r.move("server.key", h.Name+"/server.key")
		}
	}
	r.list("a", "b", "c", "d")
}

// move puts a file of keys where another may be.
func (r *run) move(from, to string) {
	r.t.Helper()
	content, err := os.ReadFile(filepath.Join(r.keys, from))
	must(r.t, err)
	must(r.t, os.WriteFile(filepath.Join(r.keys, to+".new"), content, 0o600))
	must(r.t, os.Rename(filepath.Join(r.keys, to+".new"), filepath.Join(r.keys, to)))
}

// list has all servers let in the clients whose keys some hosts have, and nobody else.
func (r *run) list(hosts ...string) {
	r.t.Helper()
	var all bytes.Buffer
	for _, h := range hosts {
		key, err := os.ReadFile(filepath.Join(r.keys, h, "client.pub"))
		must(r.t, err)
		all.Write(key)
	}
	must(r.t, os.WriteFile(filepath.Join(r.keys, "clients.allow"), all.Bytes(), 0o600))
	for _, h := range []string{"a", "b", "c", "d"} {
		r.move("clients.allow", h+"/clients.allow")
	}
}

// secure returns the arguments of a station on a host that say where its keys are.
func (r *run) secure(on *Host) []string {
	if r.keys == "" {
		return nil
	}
	return []string{"-keys", filepath.Join(r.keys, on.Name)}
}

// strangers are those on host e.
type strangers struct {
	run     *run
	process *Process
	dir     string
}

// strangers starts a stranger, and waits until it has been refused wherever it has tried.
func (r *run) strangers() *strangers {
	r.t.Helper()
	e := r.net.Hosts[4]
	s := &strangers{run: r, dir: r.t.TempDir()}
	var err error
	args := slices.Concat([]string{"-process", "99", "-ledger", s.dir}, r.secure(e), []string{"stranger"})
	s.process, err = e.Start("stranger", r.find(e), program(r.t, ".", "./station"), args...)
	must(r.t, err)
	_, err = s.process.Await("listening")
	must(r.t, err)
	s.everywhere(func() []*ledger.Process { return read(r.t, s.dir) }, ledger.Refused, []ledger.Stream{
		ledger.Ticks, ledger.Wide, ledger.Parts, ledger.Lots, ledger.Ask, ledger.Turns, ledger.Queued, ledger.RoomsUp, ledger.LineBack,
	})
	return s
}

func read(t *testing.T, dir string) []*ledger.Process {
	t.Helper()
	all, err := ledger.Read(dir)
	must(t, err)
	return all
}

// everywhere waits until an event was written down of each of the streams.
func (s *strangers) everywhere(read func() []*ledger.Process, event ledger.Event, streams []ledger.Stream) {
	s.run.t.Helper()
	missing := streams
	for began := time.Now(); time.Since(began) < patience; time.Sleep(50 * time.Millisecond) { // files tell nobody that they grow
		missing = slices.Clone(streams)
		for _, p := range read() {
			for _, e := range p.Entries {
				if e.Event == event {
					missing = slices.DeleteFunc(missing, func(s ledger.Stream) bool { return s == e.Stream })
				}
			}
		}
		if len(missing) == 0 {
			return
		}
	}
	s.run.t.Errorf("after %v there is no event %d of %v", patience, event, missing)
}

// finish sees that servers of all streams have turned the stranger away, and that it came to nothing.
func (s *strangers) finish() {
	t := s.run.t
	t.Helper()
	s.everywhere(func() []*ledger.Process { return read(t, s.run.dir) }, ledger.Turned, []ledger.Stream{
		ledger.Ticks, ledger.Wide, ledger.Parts, ledger.Lots, ledger.Ask, ledger.Turns, ledger.Queued, ledger.RoomsDown, ledger.LineOut,
	})
	must(t, s.process.Finish())
	count := make(map[ledger.Event]int)
	for _, p := range read(t, s.dir) {
		for _, e := range p.Entries {
			count[e.Event]++
		}
	}
	t.Logf("a stranger has sent %d messages and made %d calls, and was refused %d times", count[ledger.Sent], count[ledger.Called], count[ledger.Refused])
	for _, event := range []ledger.Event{ledger.Up, ledger.Received, ledger.Damaged, ledger.Answered, ledger.Wrong, ledger.Served} {
		if count[event] > 0 {
			t.Errorf("%d events %d of a stranger, whom nobody lets in", count[event], event)
		}
	}
}

// TestSecured cuts, kills and starts hosts with keys, while a stranger tries to get in.
func TestSecured(t *testing.T) {
	r := runFleet(t, setting{secured: true})
	s := r.strangers()
	r.fault(fault{what: "with keys, a and b are parted", hosts: []string{"a", "b"}, vanished: true},
		func() { must(t, r.net.Part(r.a, r.b)) }, outage, func() { must(t, r.net.Join(r.a, r.b)) })
	if !testing.Short() {
		r.fault(fault{what: "b vanishes, and comes back", hosts: []string{"b"}, vanished: true},
			func() { must(t, r.net.Unplug(r.b)); r.kill(r.b) }, outage,
			func() { must(t, r.net.Plug(r.b)); r.restart(r.b) })
		r.fault(fault{what: "a vanishes, and comes back", hosts: []string{"a"}, vanished: true},
			func() { must(t, r.net.Unplug(r.a)); r.kill(r.a) }, outage,
			func() { must(t, r.net.Plug(r.a)); r.restart(r.a) })
		r.fault(fault{what: "d vanishes, and comes back", hosts: []string{"d"}, vanished: true},
			func() { must(t, r.net.Unplug(r.d)); r.kill(r.d) }, outage,
			func() { must(t, r.net.Plug(r.d)); r.restart(r.d) })
	}
	r.fault(fault{what: "the processes of a, which bind, are killed, and started again", hosts: []string{"a"}},
		func() { r.kill(r.a) }, 0, func() { r.restart(r.a) })
	s.finish()
	r.finish()
}

// TestListedLater has a host come back with a new key before the lists have it: it is refused, and let in as soon as it is listed,
// without being started again. Its old key, which is listed no longer, is of no use to whoever has it.
func TestListedLater(t *testing.T) {
	long(t)
	r := runFleet(t, setting{secured: true})
	r.fault(fault{what: "c comes back with a key that is listed a second later", hosts: []string{"c"}, unlisted: true},
		func() {
			r.kill(r.c)
			for _, half := range []string{".pub", ".key"} {
				r.move("c/client"+half, "old"+half)
				r.move("e/client"+half, "c/client"+half)
				r.move("old"+half, "e/client"+half)
			}
			r.list("a", "b", "d")
			r.restart(r.c)
		}, time.Second, func() { r.list("a", "b", "c", "d") })
	r.strangers().finish()
	r.finish()
}
