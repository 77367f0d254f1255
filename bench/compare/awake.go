package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"
)

// This file keeps the processors from sleeping, for works that wait much: on a virtual machine it takes a trip to
// its host to wake one, which tells more of the host than of a contender.

// awakeArg makes this program what keeps the processors awake, until its input ends.
const awakeArg = "keep-awake"

// keepAwake starts a process that keeps all processors awake, and takes no time from any that has work.
func keepAwake(ctx context.Context) (stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, self, awakeArg)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe() // which ends with this process too
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, err
	}
	return func() {
		stdin.Close()
		cancel()
		cmd.Wait()
	}, nil
}

var spins atomic.Uint64

// stayAwake is that process.
func stayAwake() error {
	n := runtime.NumCPU()
	runtime.GOMAXPROCS(n + 1)
	failed := make(chan error, n)
	for range n {
		go func() {
			runtime.LockOSThread()
			if err := runOnlyIdle(); err != nil {
				failed <- err
				return
			}
			for {
				spins.Add(1)
			}
		}()
	}
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	return <-failed
}
