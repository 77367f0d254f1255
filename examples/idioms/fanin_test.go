//go:build cgo

package idioms_test

import (
	"context"
	"fmt"
	"sync"

	"github.com/zmqgen/zmqgen/examples/idioms"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// Many senders and one receiver are one socket already: a PULL takes from all that are connected to it,
// in turn, and a SUB that connects to several publishers does too. In Go there is nothing to merge.
func Example_fanInOneSocket() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()

	readings := must(idioms.NewCollectorReadings(ctx, pump))
	for _, sensor := range []string{"attic", "cellar", "kitchen"} {
		send := must(idioms.NewSensorReadings(ctx, pump, zmqrt.Instance(sensor))) // one socket more of the same
		send <- idioms.Reading{Sensor: sensor, Number: 1, Celsius: 20}
		close(send)
	}

	sum := 0.0
	for range 3 {
		r := <-readings
		sum += r.Celsius
	}
	fmt.Println("the sum is", sum)
	// Output:
	// the sum is 60
}

// from is a message, and the name of the channel that it came through.
type from[T any] struct {
	site string
	msg  T
}

// merge gives what comes through all channels to one, which it closes when all are closed, or ctx has
// ended.
func merge[T any](ctx context.Context, channels map[string]<-chan T) <-chan from[T] {
	out := make(chan from[T]) // without room, so that back-pressure reaches each socket
	var open sync.WaitGroup
	for site, ch := range channels {
		open.Add(1)
		go func() {
			defer open.Done()
			for m := range ch {
				select {
				case out <- from[T]{site, m}:
				case <-ctx.Done(): // nobody reads any more
					return
				}
			}
		}()
	}
	go func() {
		open.Wait()
		close(out)
	}()
	return out
}

// Sockets whose number is known only when the program runs are no select, which has as many cases as it
// was written with. One goroutine for each makes one channel of them; and since each socket has its own,
// it is known which one a message came by, which a PULL does not tell.
func Example_fanInSeveralSockets() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()

	open, end := context.WithCancel(ctx)
	defer end()
	sites := map[string]<-chan idioms.Reading{}
	for _, site := range []string{"north", "south", "west"} {
		sites[site] = must(idioms.NewCollectorReadings(open, pump, zmqrt.Instance(site), zmqrt.Bind("inproc://"+site)))
	}
	for site := range sites {
		send := must(idioms.NewSensorReadings(ctx, pump, zmqrt.Instance(site), zmqrt.Connect("inproc://"+site)))
		go func() {
			defer close(send)
			for i := range uint32(100) {
				send <- idioms.Reading{Sensor: "roof", Number: i + 1}
			}
		}()
	}

	count, total := map[string]int{}, 0
	for m := range merge(ctx, sites) {
		count[m.site]++
		if total++; total == 300 {
			end() // the sockets close their channels, merge closes its own, and the loop is over
		}
	}
	fmt.Println(count)
	// Output:
	// map[north:100 south:100 west:100]
}
