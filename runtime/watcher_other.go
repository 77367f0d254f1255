//go:build cgo && !linux

package runtime

import "errors"

// Where there is no epoll, a socket that only sends has a poll side of its own.

const haveWatcher = false

type watcher struct{}

func newWatcher() (*watcher, error) { return nil, errors.ErrUnsupported }

func (*watcher) close() {}

func (*watcher) add(int, *Socket) error { return errors.ErrUnsupported }

func (*watcher) remove(int) {}
