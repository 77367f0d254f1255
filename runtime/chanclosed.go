package runtime

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

// This file answers a question that Go has no words for: is a channel closed that still has items
// buffered? A select side that ZeroMQ takes nothing from asks it, because a closed channel starts the
// clock of linger, and receiving to find out would make the queue before ZeroMQ unbounded.
//
// The answer is the closed flag of the channel's header, which stands behind two words, a pointer and
// a 16-bit size in all releases of Go so far. That is verified once; should it ever differ, closing is
// noticed when all that was sent before it has been taken, and no earlier.

const closedOffset = 3*unsafe.Sizeof(uintptr(0)) + 4

// closedNow reports whether ch is closed, whatever it still holds.
func closedNow[T any](ch <-chan T) bool { return canSeeClosed() && closedFlag(ch) == 1 }

func closedFlag[T any](ch <-chan T) uint32 {
	header := *(*unsafe.Pointer)(unsafe.Pointer(&ch))
	return atomic.LoadUint32((*uint32)(unsafe.Add(header, closedOffset)))
}

var canSeeClosed = sync.OnceValue(func() bool {
	return closedFlagWorks[struct{}](0) && closedFlagWorks[byte](3) && closedFlagWorks[string](1) &&
		closedFlagWorks[[5]uint64](2) && closedFlagWorks[*int](0)
})

func closedFlagWorks[T any](buffer int) bool {
	ch := make(chan T, buffer)
	for range buffer {
		ch <- *new(T)
	}
	before := closedFlag(ch)
	close(ch)
	return before == 0 && closedFlag(ch) == 1
}
