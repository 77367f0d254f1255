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

	// A node is opened as a whole: a struct of channels.
	sink := must(idioms.NewSinkNode(ctx, pump, zmqrt.OnSocket("control", zmqrt.TrackPeers())))
	defer close(sink.Control)
	ventilator := must(idioms.NewVentilatorNode(ctx, pump, zmqrt.OnSocket("tasks", zmqrt.TrackPeers())))

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
	go ventilate(ctx, ventilator, idioms.VentilatorTasksSocket(pump), workers)

	n, sum := collect(sink.Results)
	fmt.Println(n, "results, the sum is", sum)
	// What a PUB sends before a subscription has come is lost for that worker, which would never end.
	if err := idioms.SinkControlSocket(pump).WaitSubscribers(ctx, "", workers); err != nil {
		fmt.Println(err)
	}
	sink.Control <- idioms.Stop{}
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
func ventilate(ctx context.Context, v *idioms.VentilatorNode, tasks *zmqrt.Socket, workers int) {
	defer close(v.Tasks)
	defer close(v.Results)
	if err := tasks.WaitPeers(ctx, workers); err != nil {
		fmt.Println(err)
		return
	}
	const size = 100
	v.Results <- &idioms.Batch{Size: size}
	for i := range uint32(size) {
		v.Tasks <- idioms.Task{Number: i + 1}
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
	w, err := idioms.NewWorkerNode(ctx, pump)
	if err != nil {
		return 0, err
	}
	defer close(w.Results)
	for {
		select {
		case t, ok := <-w.Tasks:
			if !ok {
				return done, context.Cause(ctx)
			}
			w.Results <- &idioms.Result{Number: t.Number, Square: uint64(t.Number) * uint64(t.Number)}
			done++
		case _, ok := <-w.Control:
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
