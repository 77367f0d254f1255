//go:build cgo

package idioms_test

import (
	"context"
	"fmt"

	"github.com/zmqgen/zmqgen/examples/idioms"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// A ventilator pushes tasks to whichever worker is free, the workers push results to a sink, and the sink
// tells all workers by a PUB when there is nothing more to do. Nothing is lost on the way: a worker that is
// told to stop has no task left, since the sink has all results.
func Example_workers() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()

	results := must(idioms.NewSinkResults(ctx, pump))
	control := must(idioms.NewSinkControl(ctx, pump))
	defer close(control)
	tasks := must(idioms.NewVentilatorTasks(ctx, pump))
	announce := must(idioms.NewVentilatorResults(ctx, pump))

	const workers = 3
	ended := make(chan error, workers)
	for range workers {
		go func() {
			ended <- work(ctx,
				zmqrt.WithEndpoint("ventilator.tasks", idioms.VentilatorTasksSocket(pump).Endpoints()...),
				zmqrt.WithEndpoint("sink.results", idioms.SinkResultsSocket(pump).Endpoints()...),
				zmqrt.WithEndpoint("sink.control", idioms.SinkControlSocket(pump).Endpoints()...))
		}()
	}
	go ventilate(tasks, announce)

	n, sum := collect(results)
	fmt.Println(n, "results, the sum is", sum)
	for left := workers; left > 0; {
		select {
		case control <- idioms.Stop{}: // again and again: a PUB drops what it sends before a subscription has come
		case err := <-ended:
			fmt.Println("a worker has ended:", err)
			left--
		}
	}
	// Output:
	// 100 results, the sum is 338350
	// a worker has ended: <nil>
	// a worker has ended: <nil>
	// a worker has ended: <nil>
}

// ventilate tells the sink how much is to come, and sends the tasks. It waits whenever all workers are busy.
func ventilate(tasks chan<- idioms.Task, announce chan<- idioms.ResultsMessage) {
	defer close(tasks)
	defer close(announce)
	const size = 100
	announce <- &idioms.Batch{Size: size}
	for i := range uint32(size) {
		tasks <- idioms.Task{Number: i + 1}
	}
}

// work is a worker, which would be a process of its own: it has a pump of its own, and is told where the
// others are.
func work(ctx context.Context, where ...zmqrt.PumpOption) error {
	pump, err := zmqrt.NewPump(ctx, where...)
	if err != nil {
		return err
	}
	defer pump.Close() // ends all its sockets, and waits until the last results have gone
	tasks, err := idioms.NewWorkerTasks(ctx, pump)
	if err != nil {
		return err
	}
	control, err := idioms.NewWorkerControl(ctx, pump)
	if err != nil {
		return err
	}
	results, err := idioms.NewWorkerResults(ctx, pump)
	if err != nil {
		return err
	}
	defer close(results)
	for {
		select {
		case t, ok := <-tasks:
			if !ok {
				return context.Cause(ctx)
			}
			results <- &idioms.Result{Number: t.Number, Square: uint64(t.Number) * uint64(t.Number)}
		case _, stop := <-control:
			if !stop {
				return context.Cause(ctx)
			}
			return nil
		}
	}
}

// collect takes results until there are as many as the ventilator has announced, which may come after the
// first of them.
func collect(results <-chan idioms.ResultsMessage) (n uint32, sum uint64) {
	var size uint32
	for m := range results {
		switch m := m.(type) {
		case *idioms.Batch:
			size = m.Size
		case *idioms.Result:
			n++
			sum += m.Square
		}
		if size > 0 && n == size {
			break
		}
	}
	return n, sum
}
