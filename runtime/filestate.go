//go:build cgo

package runtime

import (
	"io/fs"
	"syscall"
	"time"
)

// This file sees whether a file has changed.

// fileState is what tells one version of a file from another.
type fileState struct {
	device, inode uint64
	size          int64
	modified      time.Time
	changed       time.Time
}

// settles is how long after a change a file may change again without that its times tell: they are as coarse as
// the clock of the kernel, and that of some file systems is.
const settles = 2 * time.Second

// unsettled reports whether the file may have changed in a way that its state does not show, since it was read at the
// time given.
func (s fileState) unsettled(read time.Time) bool {
	return read.Sub(s.modified) < settles || read.Sub(s.changed) < settles
}

func stateOf(info fs.FileInfo) fileState {
	s := fileState{size: info.Size(), modified: info.ModTime()}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		s.device, s.inode, s.changed = uint64(st.Dev), st.Ino, changeTime(st)
	}
	return s
}
