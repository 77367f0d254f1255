package runtime

import (
	"fmt"
	"math"
	"unsafe"
)

// This file is what reading a message from bytes that nobody vouches for has in every encoding: the first error,
// where it is, and the limits.

const (
	maxDepth    = 100 // messages within messages
	budgetTimes = 64  // decoded memory may be this many times the input,
	budgetPlus  = 64 << 10
)

// failed is the index behind an error.
const failed = math.MaxInt

var (
	errDepth  = fmt.Errorf("messages nested deeper than %d", maxDepth)
	errBudget = fmt.Errorf("decodes to over %d times its size", budgetTimes)
)

// reading is what the reading of a message and of those within it shares.
type reading struct {
	depth  int
	budget int // bytes of memory that may still be decoded into
	err    error
	path   string // of the field that err is in
	shares bool   // whether short strings share memory: after the first, or from it on
	text   []byte // that memory; what is free of it is behind it
}

func newReading(b []byte) (r reading) {
	r.begin(len(b))
	return r
}

// begin makes a new reading one of n bytes. The limit on memory is never over what an int holds, which is 2 GiB where it has 32
// bits.
func (r *reading) begin(n int) {
	r.budget = budgetTimes*min(n, (math.MaxInt-budgetPlus)/budgetTimes) + budgetPlus
}

// failure returns the first error, a *FieldError, or nil.
func (r *reading) failure() error {
	if r.err == nil {
		return nil
	}
	return &FieldError{r.path, r.err}
}

// fail notes an error and returns the index behind it.
func (r *reading) fail(err error) int {
	if r.err == nil {
		r.err = err
	}
	return failed
}

// in notes that the error is in the named field.
func (r *reading) in(name string) {
	if r.path == "" {
		r.path = name
	} else {
		r.path = name + "." + r.path
	}
}

const (
	shortText = 32 // bytes that a string may have to share memory with others,
	sharedBy  = 64 // in pieces of up to so many bytes
)

// keep returns s as a string. The first string has memory of its own, unless many are expected, and so has every long
// one. The other short ones share memory, of which one allocation is enough for several; who keeps but one of them
// keeps little else. There are rest bytes, with s, that strings may come from.
func (r *reading) keep(s []byte, rest int) string {
	if !r.shares || len(s) > shortText {
		r.shares = true
		return string(s)
	}
	if len(s) == 0 {
		return ""
	}
	if len(s) > cap(r.text)-len(r.text) {
		r.text = make([]byte, 0, min(rest, sharedBy))
	}
	at := len(r.text)
	r.text = append(r.text, s...)
	return unsafe.String(&r.text[at], len(s))
}

// charge takes n bytes from the memory that may be decoded into, and an eighth of them more, for which the allocator
// rounds up.
func (r *reading) charge(n int) bool {
	if r.budget -= n + n/8; r.budget < 0 {
		r.fail(errBudget)
	}
	return r.err == nil
}

// itemAt returns a new T, within the limit on memory, and where reading goes on: at i, unless it is over the limit.
func itemAt[T any](r *reading, i int) (item *T, next int) {
	if !r.charge(int(unsafe.Sizeof(*item))) {
		return nil, failed
	}
	return new(T), i
}

const (
	mapHeader  = 48  // bytes of a map beside its slots, about
	mapSlots   = 8   // that a new map has: the first entry takes as much memory as eight
	mapMaxElem = 128 // bytes of a value; a map has larger ones in memory of their own
)

// chargeEntry takes what one more entry makes a map of n entries grow by, as Go's maps do: to room for eight, 16, and
// twice as many whenever seven of eight slots are full.
func chargeEntry[K comparable, V any](r *reading, n int) bool {
	var (
		direct struct {
			_ K
			_ V
		}
		indirect struct {
			_ K
			_ *V
		}
		value V
	)
	slot, cost := int(unsafe.Sizeof(direct)), 0
	if unsafe.Sizeof(value) > mapMaxElem {
		slot, cost = int(unsafe.Sizeof(indirect)), int(unsafe.Sizeof(value))
	}
	slot++ // what a map knows of each
	switch eighth := n / 7; {
	case n == 0:
		cost += mapHeader + mapSlots*slot
	case n == mapSlots:
		cost += 2 * mapSlots * slot
	case n > mapSlots && n == 7*eighth && eighth&(eighth-1) == 0:
		cost += 2 * mapSlots * eighth * slot
	}
	return r.charge(cost)
}

// appendItem appends an item, behind which reading goes on at i, to a list, within the limits on its length and on
// memory. A new list has room for first items, unless they are large; one that has none left is given as much again, so
// that what it has grown out of is no more than what it has.
func appendItem[T any](r *reading, list []T, item T, first, i int) (longer []T, next int) {
	if r.err != nil {
		return list, failed
	}
	if len(list) >= MaxItems {
		return list, r.fail(errItems)
	}
	if len(list) == cap(list) {
		size, n := int(unsafe.Sizeof(item)), max(2*len(list), 1)
		if list == nil && size <= 64 {
			n = max(first, 1)
		}
		if n*size > r.budget { // more than may come, perhaps
			n = len(list) + len(list)/4 + 1
		}
		n = min(n, MaxItems)
		if !r.charge(n * size) {
			return list, failed
		}
		list = append(make([]T, 0, n), list...)
	}
	return append(list, item), i
}
