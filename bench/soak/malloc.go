package main

/*
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

static size_t allocated(void) {
#if defined __GLIBC__ && defined __GLIBC_PREREQ
#if __GLIBC_PREREQ(2, 33)
	struct mallinfo2 all = mallinfo2();
	return all.uordblks + all.hblkhd;
#endif
#endif
	return 0;
}

// The block is written to, so that no compiler leaves the call out.
static void lose(size_t bytes) {
	volatile char *block = malloc(bytes);
	if (block) block[0] = 0;
}
*/
import "C"

// This file asks C's malloc.

// allocatedInC is how many bytes malloc has given out and not got back, with what threads keep to give it out again, which is nothing here:
// startPlace switches that off. It tells what is lost from what malloc keeps for later, which counts as resident too. Of another
// libc than glibc, or one before 2.33, it is 0.
func allocatedInC() uint64 { return uint64(C.allocated()) }

// lose has malloc give out what never comes back.
func lose(bytes int) { C.lose(C.size_t(bytes)) }
