//go:build cgo

package runtime

/*
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#define BLOCK (1 << 20)

// The block is written to, so that no compiler leaves the two calls out.
static void zmqgen_free_a_block(void) {
	volatile char *block = malloc(BLOCK);
	if (block == NULL) return;
	block[0] = 0;
	free((void *) block);
}

#define KEPT (8 << 20)

// Pages that are given back have to be given again, so a little is left where it is.
static void zmqgen_trim(void) {
#ifdef __GLIBC__
#if __GLIBC_PREREQ(2, 33)
	if (mallinfo2().fordblks < KEPT) return;
#endif
	malloc_trim(0);
#endif
}
*/
import "C"

import (
	"sync"
	"sync/atomic"
)

// This file has C's malloc keep the memory that messages pass through, and give back what closed pumps had.

// keepFreed has glibc keep up to 2 MiB of freed memory in each of its arenas. By default it gives back what is
// over 128 KiB, so that a few dozen messages of some KiB that come and go have the kernel take their pages away and
// give them again, for each message. What it keeps follows the largest block that was ever freed, which here is
// freed once. Where the program or the environment has set the limits of malloc, that does nothing, nor does it with
// another libc.
var keepFreed = sync.OnceFunc(func() { C.zmqgen_free_a_block() })

// trimmer gives freed memory back to the kernel, by one thread at a time.
type trimmer struct {
	mu     sync.Mutex
	wanted atomic.Bool
	trim   func()
}

var closedPumps = trimmer{trim: func() { C.zmqgen_trim() }}

// run has glibc give the kernel all whole pages that are free in its arenas, if these have 8 MiB or more that is free. By itself it gives back only what is free at the
// top of an arena, and any small block of a thread that lives on, one in its cache of free ones even, keeps all below
// it. Each pump has threads of its own, so that those of one pump after the other leave such holes in all arenas. If others want
// the same meanwhile, whoever is at it does it once more for all of them, and they do not wait.
func (t *trimmer) run() {
	t.wanted.Store(true)
	for t.wanted.Load() && t.mu.TryLock() {
		if t.wanted.Swap(false) {
			t.trim()
		}
		t.mu.Unlock()
	}
}
