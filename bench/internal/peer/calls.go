package peer

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zmqgen/zmqgen/bench/internal/stat"
)

// This file is the work of round trips.

// Answer serves a.Warmup and a.N round trips over the endpoints that have been bound.
func Answer(a *Args, serve func() error, endpoints ...string) error {
	begin()
	Listening(endpoints...)
	for range a.Warmup + a.N {
		if err := serve(); err != nil {
			return err
		}
	}
	AwaitEnd()
	return nil
}

// AnswerUntilEnd serves round trips over the endpoints that have been bound, in goroutines of the server's
// own, until the peers are done.
func AnswerUntilEnd(stop func() error, endpoints ...string) error {
	begin()
	Listening(endpoints...)
	AwaitEnd()
	return stop()
}

// Ask makes a.Warmup round trips and then a.N, a.InFlight at once, that it measures. trip makes the round
// trip of a number and checks that the same number comes back; it is called by several goroutines only if
// a.InFlight says so.
func Ask(a *Args, trip func(number int) error) error {
	trips := make([]func(int) error, a.InFlight)
	for i := range trips {
		trips[i] = trip
	}
	return AskEach(a, trips)
}

// AskEach is Ask with a trip of its own for each goroutine; there are a.InFlight.
func AskEach(a *Args, trips []func(number int) error) error {
	if err := inFlight(0, a.Warmup, trips); err != nil {
		return err
	}
	m := begin()
	took := make([]time.Duration, a.N)
	began := time.Now()
	for i, trip := range trips {
		trips[i] = func(number int) error {
			began := time.Now()
			err := trip(number)
			took[number-a.Warmup] = time.Since(began)
			return err
		}
	}
	if err := inFlight(a.Warmup, a.N, trips); err != nil {
		return err
	}
	elapsed := time.Since(began)
	m.end()
	Report("elapsed_ns", elapsed.Nanoseconds())
	slices.Sort(took)
	Report("p50_ns", stat.Percentile(took, 50).Nanoseconds())
	Report("p99_ns", stat.Percentile(took, 99).Nanoseconds())
	return nil
}

// inFlight makes n round trips, numbered from first, by as many goroutines as there are trips.
func inFlight(first, n int, trips []func(number int) error) error {
	var next atomic.Int64
	var failed atomic.Value
	var callers sync.WaitGroup
	for _, trip := range trips {
		callers.Add(1)
		go func() {
			defer callers.Done()
			for {
				i := int(next.Add(1)) - 1
				if i >= n || failed.Load() != nil {
					return
				}
				if err := trip(first + i); err != nil {
					failed.CompareAndSwap(nil, failure{err})
				}
			}
		}()
	}
	callers.Wait()
	if f, ok := failed.Load().(failure); ok {
		return f.error
	}
	return nil
}

type failure struct{ error }
