//go:build cgo

package idioms_test

import (
	"context"
	"fmt"
	"time"

	"github.com/zmqgen/zmqgen/examples/idioms"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// A pipeline in which the last stage sets the pace. Its buffers and high-water marks are small, so the
// source waits soon after the sink stops reading, and nothing is lost: a channel that is full blocks its
// sender, through both sockets and the stage between them. Where it is to be lost instead, `overflow`
// says so.
func Example_pipeline() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()

	// inproc holds no more than the topology says; over tcp the buffers of the kernel come on top, which
	// have room for all of these small messages.
	results := must(idioms.NewSinkResults(ctx, pump, zmqrt.Bind("inproc://results")))
	tasks := must(idioms.NewVentilatorTasks(ctx, pump, zmqrt.Bind("inproc://tasks")))
	numbers := must(idioms.NewWorkerTasks(ctx, pump, zmqrt.Buffer(32)))
	squares := must(idioms.NewWorkerResults(ctx, pump))

	const count = 3000 // more than all that is between source and sink has room for
	waits := make(chan bool, 1)
	go func() { // the source
		defer close(tasks)
		defer close(waits)
		for i := range uint32(count) {
			t := idioms.Task{Number: i + 1}
			select {
			case tasks <- t:
				continue
			case <-time.After(50 * time.Millisecond): // no room for so long
			}
			select {
			case waits <- true:
			default: // only the first time is of interest
			}
			tasks <- t
		}
	}()
	go func() { // the stage in the middle
		defer close(squares)
		for t := range numbers {
			squares <- &idioms.Result{Number: t.Number, Square: uint64(t.Number) * uint64(t.Number)}
		}
	}()

	// The sink begins to read only now.
	fmt.Println("the source has to wait:", <-waits)
	n, last, inOrder := 0, uint32(0), true
	for m := range results {
		r := m.(*idioms.Result)
		inOrder = inOrder && r.Number == last+1
		last = r.Number
		if n++; n == count {
			break
		}
	}
	fmt.Println(n, "results, in order:", inOrder)
	// Output:
	// the source has to wait: true
	// 3000 results, in order: true
}
