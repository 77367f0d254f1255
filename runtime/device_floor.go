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

// TryLock asks when it has the mutex and not before: whoever asks next rings no bell, and the goroutine may wait in C until then.
func (m *socketMutex) TryLock() bool {
	if !m.mutex.TryLock() {
		return false
	}
	if m.floor != nil {
		m.floor.asked.Add(1)
	}
	return true
}

func (m *socketMutex) Unlock() {
	m.mutex.Unlock()
	if m.floor != nil {
		m.floor.thank()
	}
}

// mutex is one that can be tried.
type mutex interface {
	sync.Locker
	TryLock() bool
}

// lockAll takes all of them. It waits for one only while it has none, since whoever has that one may want another, as within Do.
func lockAll(all []mutex) {
	for first := 0; ; {
		all[first].Lock()
		busy := lockRest(all, first)
		if busy < 0 {
			return
		}
		first = busy
	}
}

// lockRest takes all but the first, which was taken, or lets go that one too and returns which it could not take.
func lockRest(all []mutex, first int) (busy int) {
	for i, m := range all {
		if i == first || m.TryLock() {
			continue
		}
		for j, other := range all {
			if j < i || j == first {
				other.Unlock()
			}
		}
		return i
	}
	return -1
}

func unlockAll(all []mutex) {
	for _, m := range all {
		m.Unlock()
	}
}

// floor is what those who want the mutexes of a device's sides ask for. The device's goroutine, which need not ask, uses the
// mutexes beneath.
type floor struct {
	asked  atomic.Int32  // those who want a mutex, or have it; C reads it between two batches
	ends   atomic.Int32  // 1 when the device is to end; C reads it there too, since it hears no bell while messages pass
	rung   atomic.Bool   // the bell was rung and nobody has come yet
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

// ring has the device's goroutine, if it rests, look at what has changed.
func (f *floor) ring() {
	if !f.rung.Swap(true) {
		f.bell.Write([]byte{0}) // fails if the device has ended, and nobody needs to come
	}
}

// heard is called when the bell was heard, before anything is looked at: who rings from now on rings anew.
func (f *floor) heard() { f.rung.Store(false) }

func (f *floor) ask() {
	if f.asked.Add(1) == 1 {
		f.ring()
	}
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
