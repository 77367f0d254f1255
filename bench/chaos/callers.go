package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zmqgen/zmqgen/bench/chaos/jobs"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file is the callers: goroutines that share one client, and what became of their calls.

// timeout and attempts are those of the method in topology.yaml, slack what a busy machine takes to say that the timeout
// has passed.
const (
	timeout  = 10 * time.Second
	attempts = 6
	slack    = time.Second
)

// callers make calls, numbered from 0.
type callers struct {
	do    func(context.Context, jobs.Job) (jobs.Done, error)
	total int
	each  int           // calls of a goroutine
	pause time.Duration // of a goroutine between two calls

	ends   []atomic.Uint32 // by call: how often it has ended
	began  []atomic.Int64  // by goroutine: when its call began, in nanoseconds; 0 between calls
	mu     sync.Mutex
	result outcome
}

// outcome is what became of the calls.
type outcome struct {
	answered []bool         // by call
	wrong    []string       // answers that were not those of their requests
	failures map[string]int // by what the error is
	statuses int            // failures that a server's answer told of
	unclear  []string       // errors that none of those are that a caller may expect
	longest  time.Duration  // that a call took
}

func newCallers(do func(context.Context, jobs.Job) (jobs.Done, error), goroutines, each int, pause time.Duration) *callers {
	total := goroutines * each
	return &callers{
		do: do, total: total, each: each, pause: pause,
		ends: make([]atomic.Uint32, total), began: make([]atomic.Int64, goroutines),
		result: outcome{answered: make([]bool, total), failures: make(map[string]int)},
	}
}

// run makes all calls. A call that does not end is what this program must not wait for: then it prints where all
// goroutines are, and returns an error.
func (c *callers) run() error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		var running sync.WaitGroup
		for g := range c.began {
			running.Add(1)
			go func() {
				defer running.Done()
				c.caller(g)
			}()
		}
		running.Wait()
	}()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return nil
		case <-tick.C:
		}
		for g := range c.began {
			began := c.began[g].Load()
			if took := time.Since(time.Unix(0, began)); began != 0 && took > timeout+5*time.Second {
				pprof.Lookup("goroutine").WriteTo(os.Stderr, 2)
				return fmt.Errorf("goroutine %d hangs: its call has a deadline of %v, and began %v ago", g, timeout, took.Round(time.Millisecond))
			}
		}
	}
}

// caller makes the calls of one goroutine.
func (c *callers) caller(g int) {
	for i := range c.each {
		job := jobs.Job{Call: uint64(g*c.each + i), Salt: rand.Uint64()}
		began := time.Now()
		c.began[g].Store(began.UnixNano())
		done, err := c.do(context.Background(), job)
		took := time.Since(began)
		c.began[g].Store(0)
		c.note(job, done, err, took)
		if c.pause > 0 {
			time.Sleep(c.pause)
		}
	}
}

func (c *callers) note(job jobs.Job, done jobs.Done, err error, took time.Duration) {
	c.ends[job.Call].Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	r := &c.result
	r.longest = max(r.longest, took)
	if err != nil {
		r.fail(job, err)
		return
	}
	r.answered[job.Call] = true
	if done.Call != job.Call || done.Sum != sum(job) {
		r.wrong = append(r.wrong, fmt.Sprintf("call %d got the answer of call %d, with the sum %x in place of %x", job.Call, done.Call, done.Sum, sum(job)))
	}
}

// fail sorts a failure by what its error says.
func (r *outcome) fail(job jobs.Job, err error) {
	var status *zmqrt.StatusError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		r.failures["deadline exceeded"]++
	case errors.As(err, &status):
		r.failures["status "+status.Name]++
		r.statuses++
	case errors.Is(err, zmqrt.ErrPeerLost):
		r.failures["the server has gone"]++
	default:
		r.failures["other"]++
		r.unclear = append(r.unclear, fmt.Sprintf("call %d: %v", job.Call, err))
	}
}
