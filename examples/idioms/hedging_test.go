//go:build cgo

package idioms_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/zmqgen/zmqgen/examples/idioms"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// hedge asks one replica and, whenever that takes longer than after or fails, one more as well. It
// returns the first answer, and gives up the calls that are still waiting. If none answers, the
// error is that of the last one.
func hedge(ctx context.Context, after time.Duration, s idioms.Sensor, replicas ...*idioms.OffsetsClient) (idioms.Offset, error) {
	ctx, cancel := context.WithCancel(ctx)
	var calls sync.WaitGroup
	defer calls.Wait() // a call ends at once when its ctx does
	defer cancel()
	type answer struct {
		offset idioms.Offset
		err    error
	}
	answers := make(chan answer, len(replicas)) // room for all, so that no call waits for a reader
	last := errors.New("no replica to ask")
	for asked, failed := 0, 0; failed < len(replicas); {
		var late <-chan time.Time // nil, for ever silent, when all are asked
		if asked < len(replicas) {
			replica := replicas[asked]
			asked++
			calls.Add(1)
			go func() {
				defer calls.Done()
				offset, err := replica.Offset(ctx, s)
				answers <- answer{offset, err}
			}()
			late = time.After(after)
		}
		select {
		case a := <-answers:
			if a.err == nil {
				return a.offset, nil
			}
			failed++
			last = a.err
		case <-late:
		}
	}
	return idioms.Offset{}, last
}

// Two calls to two replicas, of which the faster answer counts. The other call ends by its ctx at once;
// what its server answers later is counted, and disturbs nobody.
func Example_hedging() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()

	slow := must(idioms.NewRegistryOffsets(ctx, pump, zmqrt.Instance("slow"), zmqrt.Bind("inproc://slow")))
	fast := must(idioms.NewRegistryOffsets(ctx, pump, zmqrt.Instance("fast"), zmqrt.Bind("inproc://fast")))
	askSlow := must(idioms.NewCollectorOffsets(ctx, pump, zmqrt.Instance("slow"), zmqrt.Connect("inproc://slow")))
	askFast := must(idioms.NewCollectorOffsets(ctx, pump, zmqrt.Instance("fast"), zmqrt.Connect("inproc://fast")))

	asked, won := make(chan struct{}, 2), make(chan struct{})
	go func() {
		for call := range slow.Offset {
			asked <- struct{}{}
			<-won // it answers when nobody waits for it any more
			call.Reply(idioms.Offset{Celsius: 1})
		}
	}()
	go func() {
		for call := range fast.Offset {
			<-asked // on a busy machine it might be the first
			call.Reply(idioms.Offset{Celsius: 2})
		}
	}()

	offset, err := hedge(ctx, 10*time.Millisecond, idioms.Sensor{Name: "attic"}, askSlow, askFast)
	fmt.Println("the fast replica says", offset.Celsius, err)
	close(won)

	offset, err = askSlow.Offset(ctx, idioms.Sensor{Name: "attic"}) // its client is as good as before
	fmt.Println("the slow replica says", offset.Celsius, err)
	late := pump.Socket("idioms", "collector.offsets#slow").Stats().Dropped[zmqrt.DroppedLate]
	fmt.Println("answers that came too late:", late)
	// Output:
	// the fast replica says 2 <nil>
	// the slow replica says 1 <nil>
	// answers that came too late: 1
}
