package peer

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"
)

// This file measures what this process uses.

// meter counts what is allocated while work is done.
type meter struct{ before runtime.MemStats }

// begin reports the CPU time so far and starts to count.
func begin() *meter {
	m := new(meter)
	runtime.ReadMemStats(&m.before)
	Report("cpu_before", cpu().Nanoseconds())
	return m
}

// end reports what was allocated since begin.
func (m *meter) end() {
	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	Report("allocs", after.Mallocs-m.before.Mallocs)
	Report("alloc_bytes", after.TotalAlloc-m.before.TotalAlloc)
}

// cpu returns the user and system time of this process.
func cpu() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// status returns a number from /proc/self/status: a count, or kilobytes.
func status(name string) (int64, error) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(text) {
		if value, ok := bytes.CutPrefix(line, []byte(name+":")); ok {
			var n int64
			_, err := fmt.Sscan(string(value), &n)
			return n, err
		}
	}
	return 0, fmt.Errorf("/proc/self/status has no %s", name)
}

// resident returns the resident set in bytes, without what the garbage collector can give back.
func resident() (int64, error) {
	debug.FreeOSMemory()
	kilobytes, err := status("VmRSS")
	return kilobytes << 10, err
}

// Heap returns the bytes of the objects on the heap, after a collection.
func Heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
