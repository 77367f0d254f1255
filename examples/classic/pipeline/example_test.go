//go:build cgo

package pipeline_test

import (
	"context"
	"fmt"
	"sync"

	"github.com/zmqgen/zmqgen/examples/classic/pipeline"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

var (
	ventilators = map[string]uint32{"north": 100, "south": 50} // and how many tasks each of them has
	workers     = []string{"ada", "bob", "cyd"}
)

// Two ventilators send tasks to a streamer, which deals them out to three workers; a sink collects the results, and knows by
// their number when all is done.
func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()
	streamer := must(pipeline.NewStreamer(ctx, pump, zmqrt.OnBackend(zmqrt.TrackPeers())))
	results := must(pipeline.NewSinkResults(ctx, pump))
	where := []zmqrt.PumpOption{ // the ports that were free
		zmqrt.WithEndpoint("streamer.frontend", streamer.Frontend().Endpoints()...),
		zmqrt.WithEndpoint("streamer.backend", streamer.Backend().Endpoints()...),
		zmqrt.WithEndpoint("sink.results", pipeline.SinkResultsSocket(pump).Endpoints()...),
	}

	var running sync.WaitGroup
	run := func(name string, process func() error) {
		running.Add(1)
		go func() {
			defer running.Done()
			if err := process(); err != nil {
				fmt.Println(name, "has failed:", err)
			}
		}()
	}
	working, end := context.WithCancel(ctx)
	defer end()
	for _, name := range workers {
		run(name, func() error { return work(working, name, where...) })
	}
	// The first worker to come would be dealt whatever is there by then.
	if err := streamer.Backend().WaitPeers(ctx, len(workers)); err != nil {
		fmt.Println(err)
	}
	for name, tasks := range ventilators {
		run(name, func() error { return ventilate(ctx, name, tasks, where...) })
	}

	shares, sum := collect(results)
	end() // all is done, so that no worker has anything in hand
	running.Wait()
	total := 0
	for _, name := range workers {
		total += shares[name]
		fmt.Println(name, "has had its share:", shares[name] > 0)
	}
	fmt.Println(total, "tasks, the sum of the squares is", sum)
	// Output:
	// ada has had its share: true
	// bob has had its share: true
	// cyd has had its share: true
	// 150 tasks, the sum of the squares is 381275
}

// ventilate is a ventilator, which would be a process of its own: it has a pump of its own, and is told where the others
// are. It waits whenever all workers are busy and the queues are full.
func ventilate(ctx context.Context, name string, tasks uint32, where ...zmqrt.PumpOption) error {
	pump, err := zmqrt.NewPump(ctx, where...)
	if err != nil {
		return err
	}
	defer pump.Close() // waits until what was sent has gone, within linger
	v, err := pipeline.NewVentilatorNode(ctx, pump)
	if err != nil {
		return err
	}
	defer close(v.Tasks)
	defer close(v.Results)
	for n := range tasks {
		v.Tasks <- pipeline.Task{Number: n + 1}
	}
	v.Results <- &pipeline.Batch{Ventilator: name, Tasks: tasks}
	return nil
}

// work is a worker, likewise. It does tasks until ctx ends.
func work(ctx context.Context, name string, where ...zmqrt.PumpOption) error {
	pump, err := zmqrt.NewPump(ctx, where...)
	if err != nil {
		return err
	}
	defer pump.Close()
	w, err := pipeline.NewWorkerNode(ctx, pump)
	if err != nil {
		return err
	}
	defer close(w.Results)
	for t := range w.Tasks {
		w.Results <- &pipeline.Result{Square: uint64(t.Number) * uint64(t.Number), Worker: name}
	}
	return nil
}

// collect is the sink. It takes results until all ventilators have said how much they have sent, and all of that is
// there; results may overtake what a ventilator says, and the reverse.
func collect(results <-chan pipeline.ResultsMessage) (shares map[string]int, sum uint64) {
	shares = make(map[string]int)
	var batches int
	var expected, n uint32
	for m := range results {
		switch m := m.(type) {
		case *pipeline.Batch:
			batches++
			expected += m.Tasks
		case *pipeline.Result:
			n++
			sum += m.Square
			shares[m.Worker]++
		}
		if batches == len(ventilators) && n == expected {
			break
		}
	}
	return shares, sum
}
