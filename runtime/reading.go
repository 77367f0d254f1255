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
}

func newReading(b []byte) reading { return reading{budget: budgetTimes*len(b) + budgetPlus} }

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

// charge takes n bytes from the memory that may be decoded into.
func (r *reading) charge(n int) bool {
	if r.budget -= n; r.budget < 0 {
		r.fail(errBudget)
	}
	return r.err == nil
}

// newItem returns a new T, within the limit on memory.
func newItem[T any](r *reading) *T {
	v := new(T)
	r.charge(int(unsafe.Sizeof(*v)))
	return v
}

// appendItem appends an item, behind which reading goes on at i, to a list, within the limits on its length and on
// memory. A new list has room for first items, unless they are large.
func appendItem[T any](r *reading, list []T, item T, first, i int) (longer []T, next int) {
	if r.err != nil {
		return list, failed
	}
	if len(list) >= MaxItems {
		return list, r.fail(errItems)
	}
	if len(list) < cap(list) {
		return append(list, item), i
	}
	if list == nil && first > 0 && unsafe.Sizeof(item) <= 64 {
		list = make([]T, 0, first)
	}
	longer = append(list, item)
	if !r.charge(cap(longer) * int(unsafe.Sizeof(item))) {
		return list, failed
	}
	return longer, i
}
