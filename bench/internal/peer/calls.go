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

// Ask makes a.Warmup round trips and then a.N, a.InFlight at once, that it measures. trip makes the round
// trip of a number and checks that the same number comes back; it is called by several goroutines only if
// a.InFlight says so.
func Ask(a *Args, trip func(number int) error) error {
	if err := inFlight(a, 0, a.Warmup, trip); err != nil {
		return err
	}
	m := begin()
	took := make([]time.Duration, a.N)
	began := time.Now()
	err := inFlight(a, a.Warmup, a.N, func(number int) error {
		began := time.Now()
		err := trip(number)
		took[number-a.Warmup] = time.Since(began)
		return err
	})
	if err != nil {
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

// inFlight makes n round trips, numbered from first.
func inFlight(a *Args, first, n int, trip func(number int) error) error {
	var next atomic.Int64
	var failed atomic.Value
	var callers sync.WaitGroup
	for range a.InFlight {
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
