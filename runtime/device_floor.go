//go:build cgo

package runtime

import (
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
)

// This file is who may touch the sides of a device. Its goroutine holds their mutexes also while it waits, in C, for messages: so whoever
// else wants one asks for it first, and the goroutine comes back from C and lets all go who have asked.

// socketMutex is the mutex of a socket.
type socketMutex struct {
	mutex sync.Mutex
	floor *floor // of a device; nil if the socket is no side of one. Set before the socket is open
}

func (m *socketMutex) Lock() {
	if m.floor != nil {
		m.floor.ask()
	}
	m.mutex.Lock()
}

func (m *socketMutex) TryLock() bool {
	if m.floor == nil {
		return m.mutex.TryLock()
	}
	m.floor.asked.Add(1)
	if m.mutex.TryLock() {
		return true
	}
	m.floor.thank()
	return false
}

func (m *socketMutex) Unlock() {
	m.mutex.Unlock()
	if m.floor != nil {
		m.floor.thank()
	}
}

// floor is what those who want the mutexes of a device's sides ask for. The device's goroutine, which need not ask, uses the
// mutexes beneath.
type floor struct {
	asked  atomic.Int32  // those who want a mutex, or have it; C reads it between two batches
	rung   atomic.Int32  // 1 if the bell was rung and nobody has come yet; C reads it likewise
	thanks chan struct{} // holds a token when somebody was done

	bell   *os.File // the ends of a pipe: what is written to one makes C return
	ear    *os.File
	bellFd uintptr // of ear
}

func newFloor() (*floor, error) {
	ear, bell, err := os.Pipe()
	if err != nil {
		return nil, explain(err)
	}
	f := &floor{thanks: make(chan struct{}, 1), bell: bell, ear: ear}
	conn, err := ear.SyscallConn()
	if err == nil {
		var nonblock error // which C leans on
		err = conn.Control(func(fd uintptr) { f.bellFd, nonblock = fd, syscall.SetNonblock(int(fd), true) })
		err = errors.Join(err, nonblock)
	}
	if err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

// ring has the device's goroutine look at what has changed: rung is for when messages pass, the bell for when it rests.
func (f *floor) ring() {
	if f.rung.Swap(1) == 0 {
		f.bell.Write([]byte{0}) // fails if the device has ended, and nobody needs to come
	}
}

// heard is called when C has found that the bell was rung, before anything is looked at: who rings from now on rings anew.
func (f *floor) heard() { f.rung.Store(0) }

func (f *floor) ask() {
	f.asked.Add(1)
	f.ring() // though somebody may have asked before: who only tries does not ring
}

// thank undoes ask.
func (f *floor) thank() {
	f.asked.Add(-1)
	select {
	case f.thanks <- struct{}{}:
	default:
	}
}

// yield lets somebody go first who has asked. No mutex is held.
func (f *floor) yield() {
	if f.asked.Load() > 0 {
		<-f.thanks
	}
}

func (f *floor) close() {
	f.bell.Close()
	f.ear.Close()
}
