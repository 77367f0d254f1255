//go:build cgo

package idioms_test

import (
	"context"
	"fmt"

	"github.com/zmqgen/zmqgen/examples/idioms"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// A display that looks up only now and then wants the newest value of each sensor, and no backlog. With
// `overflow: latest` that is what waits for it: one message for each topic, the newest. All others are dropped and
// counted.
func Example_latest() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()

	board := must(idioms.NewCollectorBoard(ctx, pump, zmqrt.TrackPeers()))
	defer close(board)
	readings := must(idioms.NewDisplayLatest(ctx, pump))
	socket := idioms.DisplayLatestSocket(pump)
	if err := idioms.CollectorBoardSocket(pump).WaitSubscribers(ctx, "board.", 1); err != nil {
		fmt.Println(err)
	}

	const rounds = 100
	for i := range uint32(rounds) {
		for _, sensor := range []string{"attic", "cellar", "kitchen"} {
			board <- &idioms.Reading{Sensor: sensor, Number: i + 1}
		}
	}

	seen, done, newest := 0, 0, map[string]uint32{}
	for m := range readings {
		r := m.(*idioms.Reading) // it has subscribed to nothing else
		seen++
		newest[r.Sensor] = r.Number
		if r.Number == rounds {
			done++
		}
		if done == 3 {
			break
		}
	}
	fmt.Println(newest)

	socket.Close()
	dropped := socket.Stats().Dropped[zmqrt.DroppedOverflow]
	fmt.Println("seen or counted as dropped:", seen+int(dropped))
	// Output:
	// map[attic:100 cellar:100 kitchen:100]
	// seen or counted as dropped: 300
}
