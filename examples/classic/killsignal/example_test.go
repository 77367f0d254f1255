//go:build cgo

package killsignal_test

import (
	"context"
	"fmt"

	"github.com/zmqgen/zmqgen/examples/classic/killsignal"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

const workers = 3

// A ventilator sends tasks without end. When the sink has enough it stops first the ventilator and, when all that was on
// its way has come, the workers.
func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()
	sink := must(killsignal.NewSinkNode(ctx, pump, zmqrt.OnSocket("control", zmqrt.TrackPeers())))
	defer close(sink.Control)
	control := killsignal.SinkControlSocket(pump)
	where := []zmqrt.PumpOption{ // the ports that were free
		zmqrt.WithEndpoint("sink.results", killsignal.SinkResultsSocket(pump).Endpoints()...),
		zmqrt.WithEndpoint("sink.control", control.Endpoints()...),
	}

	ventilatorAt, sent := make(chan []string, 1), make(chan uint32, 1)
	go func() { sent <- ventilate(ctx, ventilatorAt, where...) }()
	where = append(where, zmqrt.WithEndpoint("ventilator.tasks", <-ventilatorAt...))
	done := make(chan uint32, workers)
	for range workers {
		go func() { done <- work(ctx, where...) }()
	}
	// Whoever has not subscribed yet would not hear that it is to stop, and would go on for ever.
	for node, n := range map[string]int{"ventilator": 1, "worker": workers} {
		if err := control.WaitSubscribers(ctx, killsignal.StopTopic(node), n); err != nil {
			fmt.Println(err)
		}
	}

	results := collect(sink, 1000)
	fmt.Println("the sink has a result of each task that was sent:", results == <-sent)
	total := uint32(0)
	for range workers {
		n := <-done
		total += n
		fmt.Println("a worker has worked, and has ended:", n > 0)
	}
	fmt.Println("the workers have done as many:", results == total)
	// Output:
	// the sink has a result of each task that was sent: true
	// a worker has worked, and has ended: true
	// a worker has worked, and has ended: true
	// a worker has worked, and has ended: true
	// the workers have done as many: true
}

// collect takes results until there are enough, has the ventilator stop, goes on until those of all tasks have come, and
// has the workers stop.
func collect(sink *killsignal.SinkNode, enough uint32) (n uint32) {
	sent := ^uint32(0) // until the ventilator has said how many
	for m := range sink.Results {
		switch m := m.(type) {
		case *killsignal.Sent:
			sent = m.Tasks
		case *killsignal.Result:
			n++
			if n == enough {
				sink.Control <- killsignal.Stop{Node: "ventilator"}
			}
		}
		if n == sent {
			break
		}
	}
	sink.Control <- killsignal.Stop{Node: "worker"}
	return n
}

// ventilate is the ventilator, which would be a process of its own: it has a pump of its own, and is told where the others
// are. It tells where it is, and returns how many tasks it has sent when it is stopped.
func ventilate(ctx context.Context, at chan<- []string, where ...zmqrt.PumpOption) (n uint32) {
	pump := must(zmqrt.NewPump(ctx, where...))
	defer pump.Close() // waits until all tasks have gone, within linger
	v := must(killsignal.NewVentilatorNode(ctx, pump, zmqrt.OnSocket("tasks", zmqrt.TrackPeers())))
	defer close(v.Tasks)
	defer close(v.Results)
	tasks := killsignal.VentilatorTasksSocket(pump)
	at <- tasks.Endpoints()
	if err := tasks.WaitPeers(ctx, workers); err != nil { // the first worker would have everything otherwise
		fmt.Println(err)
	}
	for {
		select {
		case v.Tasks <- killsignal.Task{Number: n}:
			n++
		case _, ok := <-v.Control:
			if !ok {
				fmt.Println("the ventilator was not stopped:", context.Cause(ctx))
				return n
			}
			v.Results <- &killsignal.Sent{Tasks: n}
			return n
		}
	}
}

// work is a worker, likewise. It returns how many tasks it has done when it is stopped.
func work(ctx context.Context, where ...zmqrt.PumpOption) (n uint32) {
	pump := must(zmqrt.NewPump(ctx, where...))
	defer pump.Close()
	w := must(killsignal.NewWorkerNode(ctx, pump))
	defer close(w.Results)
	for {
		select {
		case t, ok := <-w.Tasks:
			if !ok {
				fmt.Println("a worker was not stopped:", context.Cause(ctx))
				return n
			}
			w.Results <- &killsignal.Result{Square: uint64(t.Number) * uint64(t.Number)}
			n++
		case _, ok := <-w.Control:
			if !ok {
				fmt.Println("a worker was not stopped:", context.Cause(ctx))
			}
			return n
		}
	}
}
