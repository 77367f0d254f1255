//go:build cgo

package runtime

import (
	"fmt"
	"os"
	"sync"
	"syscall"
)

// This file looks after the sockets that only send. Such a socket needs a goroutine to take what the
// user sends, but none to wait for ZMQ_FD: one for all of a pump's is enough, since what it does for a
// socket never blocks. It waits for an epoll set, which is itself in Go's netpoller.

const haveWatcher = true

// watcher touches sockets when their ZMQ_FD changes.
type watcher struct {
	set  *os.File // of epoll; what is in it is edge-triggered, like ZMQ_FD
	conn syscall.RawConn
	done chan struct{}

	mu      sync.Mutex
	sockets map[int32]*Socket // by ZMQ_FD
}

func newWatcher() (*watcher, error) {
	fd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	if err := syscall.SetNonblock(fd, true); err != nil {
		syscall.Close(fd)
		return nil, err
	}
	w := &watcher{set: os.NewFile(uintptr(fd), "zmq:watcher"), done: make(chan struct{}), sockets: make(map[int32]*Socket)}
	if w.conn, err = w.set.SyscallConn(); err != nil {
		w.set.Close()
		return nil, err
	}
	go w.run()
	return w, nil
}

// run touches what has changed until close.
func (w *watcher) run() {
	defer close(w.done)
	events := make([]syscall.EpollEvent, 128)
	w.conn.Read(func(fd uintptr) bool {
		for {
			n, err := syscall.EpollWait(int(fd), events, 0)
			if err != nil && err != syscall.EINTR {
				return true // only a descriptor that is closed does that
			}
			if n == 0 {
				return false
			}
			for _, e := range events[:max(n, 0)] {
				w.mu.Lock()
				s := w.sockets[e.Fd]
				w.mu.Unlock()
				if s != nil {
					s.touch()
				}
			}
		}
	})
}

// close ends the watcher, after all its sockets.
func (w *watcher) close() {
	w.set.Close()
	<-w.done
}

// add watches over s, whose ZMQ_FD is fd, until remove.
func (w *watcher) add(fd int, s *Socket) error {
	w.mu.Lock()
	w.sockets[int32(fd)] = s
	w.mu.Unlock()
	const edge = 1 << 31 // EPOLLET, which package syscall has as a negative number
	err := w.control(syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: syscall.EPOLLIN | edge, Fd: int32(fd)})
	if err != nil {
		w.remove(fd)
		return fmt.Errorf("epoll does not take ZMQ_FD: %w", err)
	}
	return nil
}

// remove forgets fd, before libzmq closes it. The socket may be touched once more after it.
func (w *watcher) remove(fd int) {
	w.control(syscall.EPOLL_CTL_DEL, fd, &syscall.EpollEvent{})
	w.mu.Lock()
	delete(w.sockets, int32(fd))
	w.mu.Unlock()
}

func (w *watcher) control(op, fd int, e *syscall.EpollEvent) (err error) {
	if call := w.conn.Control(func(set uintptr) { err = syscall.EpollCtl(int(set), op, fd, e) }); call != nil {
		return call
	}
	return err
}
