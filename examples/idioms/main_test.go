//go:build cgo

package idioms_test

import (
	"testing"
	"time"

	"go.uber.org/goleak"
)

// This file is what the examples share. None of them may leave a goroutine behind.

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long an example may take before its ctx ends, with all its loops. None needs so long.
const patience = 20 * time.Second

// must takes the place of error handling that would hide what an example is about.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
