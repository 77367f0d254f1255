package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"time"
)

// This file is what a process holds when nothing is going on in it.

type resources struct {
	Goroutines, Descriptors, Threads int
	Heap, C, Resident                uint64 // bytes: of Go's heap, that C has from malloc and has not given back, of all
}

// report is what a process says at the end of a round.
type report struct {
	Base, Now resources
	Hasty     int // pumps whose Close did not wait for the end
}

func measure() (r resources) {
	debug.FreeOSMemory()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	r.Goroutines, r.Heap, r.C = runtime.NumGoroutine(), stats.HeapAlloc, allocatedInC()
	files, _ := os.ReadDir("/proc/self/fd")
	r.Descriptors = len(files)
	tasks, _ := os.ReadDir("/proc/self/task")
	r.Threads = len(tasks)
	if text, err := os.ReadFile("/proc/self/statm"); err == nil {
		var size, pages uint64
		fmt.Sscan(string(text), &size, &pages)
		r.Resident = pages * uint64(os.Getpagesize())
	}
	return r
}

// settled measures when goroutines and descriptors are back where they were, or have not come back for a while.
func settled(base resources) (r resources) {
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		r = measure()
		if r.Goroutines <= base.Goroutines && r.Descriptors <= base.Descriptors || time.Since(began) > 10*time.Second {
			return r
		}
	}
}

func (r resources) String() string {
	return fmt.Sprintf("%d goroutines, %d descriptors, %d threads, %.1f MB of heap, %.1f MB in C, %.1f MB resident",
		r.Goroutines, r.Descriptors, r.Threads, float64(r.Heap)/1e6, float64(r.C)/1e6, float64(r.Resident)/1e6)
}
