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
*/
import "C"

// This file asks C's malloc.

// allocatedInC is how many bytes malloc has given out and not got back, with what threads keep to give it out again. It tells what
// is lost from what malloc keeps for later, which counts as resident too. Of another libc than glibc, or one before 2.33, it is 0.
func allocatedInC() uint64 { return uint64(C.allocated()) }
