//go:build cgo

package runtime

/*
#include <stdlib.h>

#define BLOCK (1 << 20)

// The block is written to, so that no compiler leaves the two calls out.
static void zmqgen_free_a_block(void) {
	volatile char *block = malloc(BLOCK);
	if (block == NULL) return;
	block[0] = 0;
	free((void *) block);
}
*/
import "C"

import "sync"

// This file has C's malloc keep the memory that messages pass through.

// keepFreed has glibc keep up to 2 MiB of freed memory in each of its arenas. By default it gives back what is
// over 128 KiB, so that a few dozen messages of some KiB that come and go have the kernel take their pages away and
// give them again, for each message. What it keeps follows the largest block that was ever freed, which here is
// freed once. Where the program or the environment has set the limits of malloc, that does nothing, nor does it with
// another libc.
var keepFreed = sync.OnceFunc(func() { C.zmqgen_free_a_block() })
