//go:build cgo && (linux || openbsd || dragonfly)

package runtime

import (
	"syscall"
	"time"
)

// changeTime is when the file was written, replaced, or given another mode.
func changeTime(st *syscall.Stat_t) time.Time { return time.Unix(st.Ctim.Unix()) }
