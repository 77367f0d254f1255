package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/zmqgen/zmqgen/bench/chaos/jobs"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file is a server process. It ends when its standard input does, or is killed.

// sum is the answer to a job.
func sum(job jobs.Job) uint64 {
	x := job.Call*0x9e3779b97f4a7c15 ^ job.Salt
	x ^= x >> 32
	return x * 0xd6e8feb86659fd93
}

// serve does jobs at an endpoint, and writes down in the ledger what it does.
func serve(endpoint string, process int, path string) (err error) {
	l, err := openLedger(path)
	if err != nil {
		return err
	}
	defer l.close()
	if process < 0 || process >= len(l.processes) {
		return fmt.Errorf("there is no place in the ledger for process %d", process)
	}
	pump, err := zmqrt.NewPump(context.Background())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pump.Close()) }()
	server, err := open(pump, endpoint)
	if err != nil {
		return err
	}
	socket := jobs.WorkerJobsSocket(pump)
	fmt.Println(socket.Endpoints()[0])
	over := make(chan struct{})
	go func() {
		io.Copy(io.Discard, os.Stdin)
		close(over)
	}()
	entry := &l.processes[process]
	for {
		select {
		case call := <-server.Do:
			do(call, l, process)
		case <-over:
			entry.refused.Store(socket.Stats().Dropped[zmqrt.DroppedRefused])
			entry.ended.Store(1)
			return nil
		}
		entry.refused.Store(socket.Stats().Dropped[zmqrt.DroppedRefused])
	}
}

// do does one job. The order of what it writes down lets its reader know what it was at when it was killed.
func do(call *zmqrt.Call[jobs.Job, jobs.Done], l *ledger, process int) {
	entry := &l.processes[process]
	entry.served.Add(1)
	if n := call.Request.Call; n < uint64(len(l.served)) {
		l.served[n].Add(1)
	}
	if err := call.Reply(jobs.Done{Call: call.Request.Call, Sum: sum(call.Request), Process: uint32(process)}); err != nil {
		entry.failed.Add(1)
	} else {
		entry.answered.Add(1)
	}
}

// open opens the server's socket. The endpoint of a process that was killed may be taken by somebody's connection for a
// moment, so it tries for a while.
func open(pump *zmqrt.Pump, endpoint string) (*jobs.JobsServer, error) {
	const patience = 5 * time.Second
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		server, err := jobs.NewWorkerJobs(context.Background(), pump, zmqrt.Bind(endpoint))
		if err == nil || time.Since(began) > patience {
			return server, err
		}
	}
}
