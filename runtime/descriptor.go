//go:build cgo

package runtime

import (
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/pebbe/zmq4"
)

// This file is the file descriptor of a socket, ZMQ_FD: who waits for it.

// watch sees to it that somebody waits for ZMQ_FD: the watcher, or the poll side; a device waits for those of its sides itself.
func (s *Socket) watch(zsock *zmq4.Socket) error {
	if s.isMoved() {
		return nil
	}
	fd, err := zsock.GetFd()
	if err != nil {
		return &Error{"open", s.name, explain(err)}
	}
	if !haveWatcher || s.typ.receives() {
		return s.duplicate(fd)
	}
	w, err := s.pump.watch()
	if err != nil {
		return &Error{"open", s.name, explain(err)}
	}
	s.fd, s.nudged = fd, make(chan struct{}, 1)
	if err := w.add(fd, s); err != nil {
		return &Error{"open", s.name, err}
	}
	return nil
}

// unwatch undoes watch, also if that failed.
func (s *Socket) unwatch() {
	if s.file != nil {
		s.file.Close()
	} else if s.nudged != nil {
		s.pump.watcher.remove(s.fd)
	}
}

// duplicate puts a duplicate of ZMQ_FD, which libzmq keeps for itself, into Go's netpoller.
func (s *Socket) duplicate(fd int) error {
	var err error
	s.file, s.conn, err = duplicate(fd)
	if err != nil {
		return &Error{"open", s.name, err}
	}
	return nil
}

// duplicate duplicates fd for Go's netpoller.
func duplicate(fd int) (*os.File, syscall.RawConn, error) {
	syscall.ForkLock.RLock()
	dup, err := syscall.Dup(fd)
	if err == nil {
		syscall.CloseOnExec(dup)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, explain(err)
	}
	if err := syscall.SetNonblock(dup, true); err != nil {
		syscall.Close(dup)
		return nil, nil, err
	}
	file := os.NewFile(uintptr(dup), "ZMQ_FD")
	if err := file.SetDeadline(time.Time{}); err != nil {
		file.Close()
		return nil, nil, fmt.Errorf("the netpoller of Go does not take ZMQ_FD: %w", err)
	}
	conn, err := file.SyscallConn()
	if err != nil {
		file.Close()
	}
	return file, conn, err
}
