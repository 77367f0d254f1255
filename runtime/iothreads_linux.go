//go:build cgo

package runtime

import (
	goruntime "runtime"
	"sync"
	"syscall"
	"unsafe"

	"github.com/pebbe/zmq4"
)

// This file sets how Linux schedules ZeroMQ's own threads.

// The policies of sched(7).
const (
	schedOther = 0
	schedBatch = 3
)

// calmThreads makes the context's threads ones that never take the processor from a thread that runs: woken by
// the first message of a batch, they would send it by itself. They run at once where a processor is idle, and
// have their full share where none is. A process with a policy of its own keeps it.
func calmThreads(zctx *zmq4.Context) error {
	if !batchAllowed() {
		return nil
	}
	return zctx.SetThreadSchedPolicy(schedBatch)
}

// batchAllowed reports whether a thread of this process may be one of SCHED_BATCH, by making one so for a moment:
// libzmq aborts if it may not, which sandboxes cause.
var batchAllowed = sync.OnceValue(func() bool {
	goruntime.LockOSThread()
	defer goruntime.UnlockOSThread()
	now, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_GETSCHEDULER, 0, 0, 0)
	if errno != 0 || now != schedOther || !setScheduler(schedBatch) {
		return false
	}
	return setScheduler(schedOther)
})

// setScheduler sets the policy of the thread that calls it.
func setScheduler(policy uintptr) bool {
	var priority int32 // has to be 0 for these policies
	_, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_SETSCHEDULER, 0, policy, uintptr(unsafe.Pointer(&priority)))
	return errno == 0
}
