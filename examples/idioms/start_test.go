//go:build cgo

package idioms_test

import (
	"context"
	"fmt"
	"time"

	"github.com/zmqgen/zmqgen/examples/idioms"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// A roll call at the start: the collector says hello on its PUB until each display has answered, by a call, that
// it has heard it. Only then the readings begin, and no display misses one. It takes nothing but messages, so it
// works through any device, with peers in any language.
func Example_rollCall() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()

	board := must(idioms.NewCollectorBoard(ctx, pump))
	defer close(board)
	roll := must(idioms.NewCollectorRoll(ctx, pump))

	const displays, last = 3, 100
	shown := make(chan int, displays)
	for i := range displays {
		go func() {
			n, err := show(ctx, pump, fmt.Sprint(i), last)
			if err != nil {
				fmt.Println(err)
			}
			shown <- n
		}()
	}

	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	for ready := 0; ready < displays; {
		select {
		case <-again.C:
			board <- &idioms.Hello{}
		case call, ok := <-roll.Ready:
			if !ok {
				return
			}
			call.Reply(zmqrt.None{})
			ready++
		}
	}
	for i := range uint32(last) {
		board <- &idioms.Reading{Sensor: "attic", Number: i + 1}
	}
	fmt.Println("readings shown:", <-shown, <-shown, <-shown)
	// Output:
	// readings shown: 100 100 100
}

// show is a display: it answers the first message that it sees, whatever that is, and counts readings up to the
// last.
func show(ctx context.Context, pump *zmqrt.Pump, name string, last uint32) (n int, err error) {
	board, err := idioms.NewDisplayBoard(ctx, pump, zmqrt.Instance(name))
	if err != nil {
		return 0, err
	}
	roll, err := idioms.NewDisplayRoll(ctx, pump, zmqrt.Instance(name))
	if err != nil {
		return 0, err
	}
	<-board
	if err := roll.Ready(ctx); err != nil {
		return 0, err
	}
	for m := range board {
		if r, ok := m.(*idioms.Reading); ok { // or one more Hello
			n++
			if r.Number == last {
				return n, nil
			}
		}
	}
	return n, context.Cause(ctx)
}
