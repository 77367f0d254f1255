//go:build cgo

package runtime

import "syscall"

// whoListens returns the process, and its user, that listens where fd has connected to. A process that this one cannot see,
// in another PID namespace, has none.
func whoListens(fd int) (pid, user int, ok bool) {
	cred, err := syscall.GetsockoptUcred(fd, syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	if err != nil || cred.Pid == 0 {
		return 0, 0, false
	}
	return int(cred.Pid), int(cred.Uid), true
}
