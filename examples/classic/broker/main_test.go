//go:build cgo

package broker_test

import (
	"testing"
	"time"

	"go.uber.org/goleak"
)

// This file is what stands around the example. It may not leave a goroutine behind.

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long the example may take before its ctx ends. It does not need so long.
const patience = 20 * time.Second

// must takes the place of error handling that would hide what the example is about.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
