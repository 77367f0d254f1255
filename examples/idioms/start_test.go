//go:build cgo

package idioms_test

import (
	"context"
	"fmt"
	"time"

	"github.com/zmqgen/zmqgen/examples/idioms"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// A PUB drops what nobody has subscribed to yet, so a publisher whose first messages count waits until as many
// subscriptions have arrived as it expects. That is the whole of it where they are its own peers.
func Example_synchronisedStart() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()

	board := must(idioms.NewCollectorBoard(ctx, pump, zmqrt.TrackPeers())) // so that it knows of subscriptions
	defer close(board)
	const displays, last = 3, 100
	shown := make(chan int, displays)
	for i := range displays {
		screen := must(idioms.NewDisplayBoard(ctx, pump, zmqrt.Instance(fmt.Sprint(i))))
		go func() { shown <- show(screen, last) }()
	}

	if err := idioms.CollectorBoardSocket(pump).WaitSubscribers(ctx, idioms.ReadingTopic("attic"), displays); err != nil {
		fmt.Println(err)
		return
	}
	for i := range uint32(last) {
		board <- &idioms.Reading{Sensor: "attic", Number: i + 1}
	}
	fmt.Println("readings shown:", <-shown, <-shown, <-shown)
	// Output:
	// readings shown: 100 100 100
}

// show counts the readings that it sees, up to the last.
func show(board <-chan idioms.BoardMessage, last uint32) (n int) {
	for m := range board {
		if r, ok := m.(*idioms.Reading); ok { // or a Hello
			n++
			if r.Number == last {
				return n
			}
		}
	}
	return n
}

// A roll call at the start: the collector says hello on its PUB until each display has answered, by a call, that
// it has heard it. Only then the readings begin, and no display misses one. It takes nothing but messages, so it
// works through any device between them, with peers in any language.
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
			screen, err := answerRoll(ctx, pump, fmt.Sprint(i))
			if err != nil {
				fmt.Println(err)
			}
			shown <- show(screen, last)
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

// answerRoll opens a display and calls the collector as soon as something has come, whatever that is.
func answerRoll(ctx context.Context, pump *zmqrt.Pump, name string) (<-chan idioms.BoardMessage, error) {
	board, err := idioms.NewDisplayBoard(ctx, pump, zmqrt.Instance(name))
	if err != nil {
		return nil, err
	}
	roll, err := idioms.NewDisplayRoll(ctx, pump, zmqrt.Instance(name))
	if err != nil {
		return nil, err
	}
	<-board
	return board, roll.Ready(ctx)
}
