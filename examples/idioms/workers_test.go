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
	control := must(idioms.NewSinkControl(ctx, pump, zmqrt.TrackPeers()))
	defer close(control)
	tasks := must(idioms.NewVentilatorTasks(ctx, pump, zmqrt.TrackPeers()))
	announce := must(idioms.NewVentilatorResults(ctx, pump))

	const workers = 3
	where := []zmqrt.PumpOption{ // the ports that were free
		zmqrt.WithEndpoint("ventilator.tasks", idioms.VentilatorTasksSocket(pump).Endpoints()...),
		zmqrt.WithEndpoint("sink.results", idioms.SinkResultsSocket(pump).Endpoints()...),
		zmqrt.WithEndpoint("sink.control", idioms.SinkControlSocket(pump).Endpoints()...),
	}
	shares := make(chan int, workers)
	for range workers {
		go func() {
			share, err := work(ctx, where...)
			if err != nil {
				fmt.Println("a worker has failed:", err)
			}
			shares <- share
		}()
	}
	go ventilate(ctx, idioms.VentilatorTasksSocket(pump), workers, tasks, announce)

	n, sum := collect(results)
	fmt.Println(n, "results, the sum is", sum)
	// What a PUB sends before a subscription has come is lost for that worker, which would never end.
	if err := idioms.SinkControlSocket(pump).WaitSubscribers(ctx, "", workers); err != nil {
		fmt.Println(err)
	}
	control <- idioms.Stop{}
	done := 0
	for range workers {
		share := <-shares
		done += share
		fmt.Println("a worker has had its share, and has ended:", share > 0)
	}
	fmt.Println(done, "tasks")
	// Output:
	// 100 results, the sum is 338350
	// a worker has had its share, and has ended: true
	// a worker has had its share, and has ended: true
	// a worker has had its share, and has ended: true
	// 100 tasks
}

// ventilate tells the sink how much is to come, and sends the tasks when all workers are there: the first of them
// would have everything otherwise. It waits whenever all of them are busy.
func ventilate(ctx context.Context, socket *zmqrt.Socket, workers int, tasks chan<- idioms.Task, announce chan<- idioms.ResultsMessage) {
	defer close(tasks)
	defer close(announce)
	if err := socket.WaitPeers(ctx, workers); err != nil {
		fmt.Println(err)
		return
	}
	const size = 100
	announce <- &idioms.Batch{Size: size}
	for i := range uint32(size) {
		tasks <- idioms.Task{Number: i + 1}
	}
}

// work is a worker, which would be a process of its own: it has a pump of its own, and is told where the
// others are. It returns how many tasks it has done when it is told to stop.
func work(ctx context.Context, where ...zmqrt.PumpOption) (done int, err error) {
	pump, err := zmqrt.NewPump(ctx, where...)
	if err != nil {
		return 0, err
	}
	defer pump.Close() // ends all its sockets, and waits until the last results have gone
	control, err := idioms.NewWorkerControl(ctx, pump)
	if err != nil {
		return 0, err
	}
	results, err := idioms.NewWorkerResults(ctx, pump)
	if err != nil {
		return 0, err
	}
	defer close(results)
	tasks, err := idioms.NewWorkerTasks(ctx, pump)
	if err != nil {
		return 0, err
	}
	for {
		select {
		case t, ok := <-tasks:
			if !ok {
				return done, context.Cause(ctx)
			}
			results <- &idioms.Result{Number: t.Number, Square: uint64(t.Number) * uint64(t.Number)}
			done++
		case _, ok := <-control:
			if !ok {
				return done, context.Cause(ctx)
			}
			return done, nil
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
			return n, sum
		}
	}
	return n, sum // the socket has ended before
}
