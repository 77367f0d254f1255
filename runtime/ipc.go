//go:build cgo

package runtime

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"syscall"
	"time"

	"github.com/pebbe/zmq4"
)

// This file binds paths of ipc. libzmq would remove whatever is at the path first, the socket of a living process and a file
// that is no socket among it, and leave its own behind when it closes. So the file is made here, and libzmq is given the
// descriptor that listens: a path is taken over from the dead only, and removed while it is still this socket's.

const (
	ipcScheme = "ipc://"
	// ipcLockTime is how long to wait for another process that binds or removes a path in the same directory, which
	// takes it some microseconds.
	ipcLockTime = 2 * time.Second
	// sunPath leaves room for the NUL that ends a path.
	sunPath = len(syscall.RawSockaddrUnix{}.Path) - 1
)

// ipcFile is the file of a path that is bound.
type ipcFile struct {
	path  string
	state fileState // of the file when it was made, which tells it from one that another process has put in its place
}

// IPCMode sets the permissions of the files of ipc paths that the socket binds, such as 0o660. To connect to such a socket
// takes permission to write to its file. Without it the umask of the process decides, which lets the owner connect
// and nobody else as a rule.
func IPCMode(permissions fs.FileMode) SocketOption {
	return func(c *socketConfig) { c.ipcMode = &permissions }
}

// WithIPCDirectory has the directory of an ipc path that is to be bound made with these permissions, such as 0o700, if
// it is not there; its parent has to be. Without it a socket whose directory is missing does not open. The directory stays
// when the socket closes.
func WithIPCDirectory(permissions fs.FileMode) PumpOption {
	return func(p *Pump) { p.ipcDirs = &permissions }
}

// checkIPCMode checks permissions of a file that nobody but processes with connect could use.
func checkIPCMode(mode *fs.FileMode) error {
	switch {
	case mode == nil:
		return nil
	case *mode&^fs.ModePerm != 0:
		return fmt.Errorf("ipc mode %#o, want permissions alone, 0 to 0777", uint32(*mode))
	case *mode&0o200 == 0:
		return fmt.Errorf("ipc mode %#o, by which the owner could not connect: add 0200", *mode)
	}
	return nil
}

// ownPath returns the path of an endpoint whose file is made here: ipc, but not ipc://*, for which libzmq makes a directory
// that no other has.
func ownPath(endpoint string) (path string, ok bool) {
	path, ok = strings.CutPrefix(endpoint, ipcScheme)
	return path, ok && path != "" && path != "@" && path[0] != '*'
}

// isAbstract reports whether path is a name of Linux's that no file has.
func isAbstract(path string) bool { return path[0] == '@' && goruntime.GOOS == "linux" }

// bindIPC binds a path, or an abstract name.
func (s *Socket) bindIPC(zsock *zmq4.Socket, endpoint, path string) error {
	backlog, err := zsock.GetBacklog()
	if err != nil {
		return err
	}
	fd, file, err := s.listenIPC(path, backlog)
	if err != nil {
		return err
	}
	err = zsock.SetUseFd(fd)
	if err == nil {
		err = zsock.Bind(endpoint)
		zsock.SetUseFd(-1)
	}
	if err != nil {
		syscall.Close(fd)
		file.remove()
		return err
	}
	if file != nil {
		s.files = append(s.files, file)
	}
	return nil
}

// listenIPC returns a descriptor that listens at path, and its file, nil of an abstract name.
func (s *Socket) listenIPC(path string, backlog int) (fd int, file *ipcFile, err error) {
	if len(path) > sunPath { // some systems have less room than Linux
		return -1, nil, errTooLong(len(path))
	}
	if !isAbstract(path) {
		unlock, err := s.pump.lockDirectory(filepath.Dir(path))
		if err != nil {
			return -1, nil, err
		}
		defer unlock()
		if err := clearStale(path); err != nil {
			return -1, nil, err
		}
	}
	if fd, err = unixSocket(); err != nil {
		return -1, nil, fmt.Errorf("socket: %w", err)
	}
	defer func() {
		if err != nil {
			syscall.Close(fd)
		}
	}()
	if s.ipcMode != nil {
		syscall.Fchmod(fd, uint32(*s.ipcMode)) // Linux makes the file with no more than that; others say that they cannot
	}
	if err := syscall.Bind(fd, &syscall.SockaddrUnix{Name: path}); err != nil {
		if err == syscall.EADDRINUSE {
			return -1, nil, boundElsewhere(path)
		}
		return -1, nil, err
	}
	if isAbstract(path) {
		return fd, nil, syscall.Listen(fd, backlog)
	}
	if file, err = s.own(path); err == nil {
		err = syscall.Listen(fd, backlog) // nobody can connect before that
	}
	if err != nil {
		os.Remove(path)
		return -1, nil, err
	}
	return fd, file, nil
}

// own gives a file that was just made its permissions, and notes which one it is.
func (s *Socket) own(path string) (*ipcFile, error) {
	info, err := os.Lstat(path)
	if err == nil && s.ipcMode != nil && info.Mode().Perm() != *s.ipcMode {
		if err = os.Chmod(path, *s.ipcMode); err == nil {
			info, err = os.Lstat(path)
		}
	}
	if err != nil {
		return nil, plainPathError(err)
	}
	return &ipcFile{path, stateOf(info)}, nil
}

// lockDirectory keeps all others that bind by this runtime out of a directory, which it makes first if the pump is to. A
// lock on the directory itself leaves no file behind, and ends with the process that holds it.
func (p *Pump) lockDirectory(dir string) (unlock func(), err error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if err := p.makeDirectory(dir); err != nil {
			return nil, err
		}
	}
	return lockDirectory(dir)
}

// makeDirectory makes the directory of an ipc path.
func (p *Pump) makeDirectory(dir string) error {
	if p.ipcDirs == nil {
		return fmt.Errorf("directory %s is not there: make it by mkdir, by RuntimeDirectory= in the service's systemd unit, or by the pump's option WithIPCDirectory", dir)
	}
	err := os.Mkdir(dir, *p.ipcDirs)
	if err == nil {
		err = os.Chmod(dir, *p.ipcDirs) // the umask has taken some away
	} else if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("make directory %s: %w", dir, plainPathError(err))
	}
	return nil
}

func lockDirectory(dir string) (unlock func(), err error) {
	f, err := os.OpenFile(dir, os.O_RDONLY|syscall.O_DIRECTORY, 0)
	if err != nil {
		return nil, fmt.Errorf("directory %s: %w", dir, plainPathError(err))
	}
	const pause = 2 * time.Millisecond
	for began := time.Now(); ; time.Sleep(pause) {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return func() { f.Close() }, nil
		case err != syscall.EWOULDBLOCK && err != syscall.EINTR:
			f.Close()
			return nil, fmt.Errorf("lock directory %s: %w", dir, err)
		case time.Since(began) > ipcLockTime:
			f.Close()
			return nil, fmt.Errorf("directory %s is locked, by flock, by another process for over %v: lslocks tells by which; use a directory that nobody else may open", dir, ipcLockTime)
		}
	}
}

// clearStale removes the socket that a process has left at path, and nothing else. The directory is locked.
func clearStale(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return plainPathError(err)
	case info.Mode().Type() != fs.ModeSocket:
		return fmt.Errorf("%s is there and is no socket, but %s: remove it, or bind another path", path, describe(info.Mode()))
	}
	if err := boundElsewhere(path); err != nil {
		return err
	}
	if err := os.Remove(path); err != nil {
		owner, _ := ownerOf(info)
		return fmt.Errorf("a process of user %d has left its socket, which this one may not remove: %w", owner, plainPathError(err))
	}
	return nil
}

func describe(mode fs.FileMode) string {
	switch mode.Type() {
	case 0:
		return "a file"
	case fs.ModeDir:
		return "a directory"
	case fs.ModeSymlink:
		return "a symbolic link"
	}
	return "a special file"
}

// boundElsewhere returns nil if nobody listens at path, and else, or where that cannot be told, an error that says who
// does. It asks by connecting, which who listens sees as a peer that goes before it has said anything.
func boundElsewhere(path string) error {
	fd, err := unixSocket()
	if err != nil {
		return fmt.Errorf("socket: %w", err)
	}
	defer syscall.Close(fd)
	switch err := syscall.Connect(fd, &syscall.SockaddrUnix{Name: path}); err {
	case syscall.ECONNREFUSED, syscall.ENOENT:
		return nil
	case nil:
		if pid, user, ok := whoListens(fd); ok {
			return fmt.Errorf("%w: it is bound by %s, process %d of user %d", syscall.EADDRINUSE, whose(pid), pid, user)
		}
		return fmt.Errorf("%w: it is bound by another socket", syscall.EADDRINUSE)
	case syscall.EAGAIN, syscall.EPROTOTYPE, syscall.EINPROGRESS:
		return fmt.Errorf("%w: it is bound by another process", syscall.EADDRINUSE)
	default:
		return fmt.Errorf("whether a process is bound there cannot be told: connect: %w", err)
	}
}

func whose(pid int) string {
	if pid == os.Getpid() {
		return "another socket of this process"
	}
	return "another process"
}

// unixSocket makes a stream socket that neither blocks nor goes to other programs.
func unixSocket() (fd int, err error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fd, err = syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return -1, err
	}
	syscall.CloseOnExec(fd)
	if err := syscall.SetNonblock(fd, true); err != nil {
		syscall.Close(fd)
		return -1, err
	}
	return fd, nil
}

// removeFiles removes the files of the paths that the socket has bound. It is called while they are still bound: as long as
// they are no other file has their inode.
func (s *Socket) removeFiles() {
	for _, f := range s.files {
		f.remove()
	}
	s.files = nil
}

// remove removes the file unless another process has put its own in its place, as programs with libzmq alone do. If that
// cannot be told it stays: whoever binds next finds that nobody is there.
func (f *ipcFile) remove() {
	if f == nil {
		return
	}
	unlock, err := lockDirectory(filepath.Dir(f.path))
	if err != nil {
		return
	}
	defer unlock()
	info, err := os.Lstat(f.path)
	if err != nil {
		return
	}
	if now := stateOf(info); now.device == f.state.device && now.inode == f.state.inode {
		os.Remove(f.path)
	}
}

func errTooLong(n int) error {
	return fmt.Errorf("%w: the path has %d bytes, and a socket address has room for %d", syscall.ENAMETOOLONG, n, sunPath)
}
