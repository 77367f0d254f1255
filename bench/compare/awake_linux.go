package main

import (
	"syscall"
	"unsafe"
)

const cannotKeepAwake = ""

// runOnlyIdle makes this thread one that runs where nothing else wants to, by SCHED_IDLE of sched(7).
func runOnlyIdle() error {
	const schedIdle = 5
	var priority int32
	if _, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_SETSCHEDULER, 0, schedIdle, uintptr(unsafe.Pointer(&priority))); errno != 0 {
		return errno
	}
	return nil
}
