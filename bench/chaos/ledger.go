package main

import (
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// This file is where server processes write down what they have done, so that it outlives them: a file that all of them
// map into their memory. What a process has written there is the kernel's, and stays when the process is killed.

// ledger is that file. It holds the entries of the processes and then, for each call, how often it was served.
type ledger struct {
	memory    []byte
	processes []processEntry
	served    []atomic.Uint32 // by the number of the call
}

// processEntry is what one server process has done.
type processEntry struct {
	served   atomic.Uint64 // requests that its handler has taken
	answered atomic.Uint64 // answers that it has given to its socket
	failed   atomic.Uint64 // answers that its socket has not taken
	refused  atomic.Uint64 // requests that never came to the handler, by the last that the process knew of it
	ended    atomic.Uint64 // 1 if it has come to an end of its own
}

const maxProcesses = 4096

// createLedger makes the file, for some number of calls.
func createLedger(path string, calls int) (*ledger, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	size := maxProcesses*int64(unsafe.Sizeof(processEntry{})) + int64(calls)*int64(unsafe.Sizeof(atomic.Uint32{}))
	if err := f.Truncate(size); err != nil {
		return nil, err
	}
	return mapLedger(f)
}

func openLedger(path string) (*ledger, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return mapLedger(f)
}

func mapLedger(f *os.File) (*ledger, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	entries := maxProcesses * int(unsafe.Sizeof(processEntry{}))
	if info.Size() <= int64(entries) {
		return nil, fmt.Errorf("%s has %d bytes, want more than %d", f.Name(), info.Size(), entries)
	}
	memory, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", f.Name(), err)
	}
	calls := memory[entries:]
	return &ledger{
		memory:    memory,
		processes: unsafe.Slice((*processEntry)(unsafe.Pointer(&memory[0])), maxProcesses),
		served:    unsafe.Slice((*atomic.Uint32)(unsafe.Pointer(&calls[0])), len(calls)/int(unsafe.Sizeof(atomic.Uint32{}))),
	}, nil
}

func (l *ledger) close() error { return syscall.Munmap(l.memory) }

// counts returns what the first n processes have written down.
func (l *ledger) counts(n int) []processCounts {
	all := make([]processCounts, n)
	for i := range all {
		e := &l.processes[i]
		all[i] = processCounts{
			served: int(e.served.Load()), answered: int(e.answered.Load()), failed: int(e.failed.Load()),
			refused: int(e.refused.Load()), ended: e.ended.Load() == 1,
		}
	}
	return all
}
