//go:build cgo

package runtime

import (
	"bytes"
	"context"
	"fmt"
	"os"
	goruntime "runtime"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// This file keeps account for the close matrix, in which many cells run at once: of goroutines by cell,
// of descriptors and memory by group of cells.

// trial is the testing.TB of one cell. What fails in it is kept, with the stacks of the cell's goroutines.
type trial struct {
	testing.TB
	label  string
	ctx    context.Context // has the label, which sockets pass on to their goroutines
	state  func() string   // of what is tried, for who looks at a fault
	faults []string
}

var trials atomic.Uint64

// try runs f in a goroutine that is labelled, like all that come of it, and waits until none is left. It
// returns what went wrong.
func try(t testing.TB, name string, f func(*trial)) (faults []string) {
	tr := &trial{TB: t, label: fmt.Sprintf("%s %d", name, trials.Add(1))}
	done := make(chan struct{})
	go func() {
		defer close(done)
		tr.ctx = pprof.WithLabels(context.Background(), pprof.Labels("cell", tr.label))
		pprof.SetGoroutineLabels(tr.ctx)
		f(tr)
	}()
	<-done
	if len(tr.faults) > 0 {
		return tr.faults
	}
	deadline := time.After(matrixBound)
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		left := tr.goroutines()
		if left == "" {
			return nil
		}
		select {
		case <-look.C:
		case <-deadline:
			return []string{"goroutines are left:\n" + left}
		}
	}
}

func (tr *trial) Helper() {}

func (tr *trial) Context() context.Context { return tr.ctx }

func (tr *trial) Errorf(format string, args ...any) {
	tr.faults = append(tr.faults, fmt.Sprintf(format, args...))
}

func (tr *trial) Error(args ...any) { tr.Errorf("%s", fmt.Sprint(args...)) }

func (tr *trial) Fatalf(format string, args ...any) {
	if tr.state != nil {
		format += "\n" + strings.ReplaceAll(tr.state(), "%", "%%")
	}
	tr.Errorf(format+"\n%s", append(args, tr.goroutines())...)
	goruntime.Goexit()
}

func (tr *trial) Fatal(args ...any) { tr.Fatalf("%s", fmt.Sprint(args...)) }

// tempo is how long what has to end in bounded time took.
var tempo struct {
	sync.Mutex
	slowest time.Duration
	what    string // the slowest was
	gaveUp  int    // pumps that did not wait for the end, as they must not longer than linger and a second
}

func tempoSoFar() string {
	tempo.Lock()
	defer tempo.Unlock()
	s := fmt.Sprintf("the slowest, %s, took %v", tempo.what, tempo.slowest.Round(time.Millisecond))
	if tempo.gaveUp > 0 {
		s += fmt.Sprintf(", %d pumps did not wait for the end", tempo.gaveUp)
	}
	return s
}

// timely fails the test if f takes longer than the end of a socket or of a pump may.
func timely(t *trial, what string, f func()) {
	began := time.Now()
	within(t, matrixBound, what, f)
	took := time.Since(began)
	tempo.Lock()
	defer tempo.Unlock()
	if took > tempo.slowest {
		tempo.slowest, tempo.what = took, what+" in "+t.label
	}
}

// until waits until cond holds.
func until(t testing.TB, what string, cond func() bool) {
	t.Helper()
	deadline := time.After(matrixPatience)
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for !cond() {
		select {
		case <-look.C:
		case <-deadline:
			t.Fatalf("not within %v: %s", matrixPatience, what)
		}
	}
}

// goroutines returns the stacks of the goroutines that belong to the cell.
func (tr *trial) goroutines() string {
	var profile bytes.Buffer
	pprof.Lookup("goroutine").WriteTo(&profile, 1)
	var ours []string
	for _, stack := range strings.Split(profile.String(), "\n\n") {
		if strings.Contains(stack, strconv.Quote(tr.label)) {
			ours = append(ours, stack)
		}
	}
	return strings.Join(ours, "\n\n")
}

// descriptors returns how many this process has open, and what they are; 0 where the system does not
// tell.
func descriptors() (n int, what string) {
	files, _ := os.ReadDir("/proc/self/fd")
	for _, f := range files {
		if target, err := os.Readlink("/proc/self/fd/" + f.Name()); err == nil {
			n++
			what += f.Name() + " " + target + "\n"
		}
	}
	return n, what
}

// held tells what this process holds now.
func held() string {
	n, _ := descriptors()
	return fmt.Sprintf("%d goroutines, %d descriptors", goruntime.NumGoroutine(), n)
}

// memory is what a process holds when nothing is going on: of Go's heap, and in all.
type memory struct{ heap, resident uint64 }

func (m memory) String() string {
	return fmt.Sprintf("heap %.1f MB, resident %.1f MB", float64(m.heap)/1e6, float64(m.resident)/1e6)
}

// restingMemory collects garbage and measures. resident is 0 where the system does not tell.
func restingMemory() (m memory) {
	debug.FreeOSMemory()
	var stats goruntime.MemStats
	goruntime.ReadMemStats(&stats)
	m.heap = stats.HeapAlloc
	if statm, err := os.ReadFile("/proc/self/statm"); err == nil {
		pages, _ := strconv.ParseUint(strings.Fields(string(statm))[1], 10, 64)
		m.resident = pages * uint64(os.Getpagesize())
	}
	return m
}

// grew says whether m is more than before and noise: in the heap, what tests themselves keep; in the
// resident set, what allocators hold back. Under the race detector the resident set says nothing: it
// keeps a shadow of all memory that was ever used.
func (m memory) grew(before memory) bool {
	return m.heap > before.heap+2<<20 || !raceDetector() && m.resident > before.resident+32<<20
}

func raceDetector() bool {
	info, _ := debug.ReadBuildInfo()
	return slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}
