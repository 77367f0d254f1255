//go:build cgo

package idioms_test

import (
	"context"
	"fmt"
	"iter"

	"github.com/zmqgen/zmqgen/examples/idioms"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// until yields what comes through ch until ctx ends or ch is closed. What it has not yielded is still in
// ch.
//
// This is what range over a channel cannot say: a loop that ends before its socket. For a loop that ends
// with its socket no iterator is needed.
func until[T any](ctx context.Context, ch <-chan T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for ctx.Err() == nil { // looked at first: select takes any of the cases that are ready
			select {
			case m, ok := <-ch:
				if !ok || !yield(m) {
					return
				}
			case <-ctx.Done():
			}
		}
	}
}

// A loop with a ctx of its own over a channel that outlives it: each round takes up where the last one
// ended.
func Example_iterateUntil() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()

	readings := must(idioms.NewCollectorReadings(ctx, pump))
	send := must(idioms.NewSensorReadings(ctx, pump))
	for i := range uint32(6) {
		send <- idioms.Reading{Sensor: "attic", Number: i + 1, Celsius: 20}
	}
	close(send)

	for _, last := range []uint32{2, 6} {
		round, end := context.WithCancel(ctx)
		for r := range until(round, readings) {
			fmt.Print(r.Number, " ")
			if r.Number == last {
				end()
			}
		}
		fmt.Println("are of the round to", last)
		end()
	}
	// Output:
	// 1 2 are of the round to 2
	// 3 4 5 6 are of the round to 6
}
