//go:build cgo

package idioms_test

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/zmqgen/zmqgen/examples/idioms"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// A server of several goroutines: all of them range over the channel of one method, and each answers what
// it takes. There is no queue to build between clients and workers; the channel is that.
func Example_serverGoroutines() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()

	server := must(idioms.NewRegistryOffsets(ctx, pump))
	client := must(idioms.NewCollectorOffsets(ctx, pump))
	offsets := map[string]float64{"attic": 0.5, "cellar": -0.25}

	var serving sync.WaitGroup
	for range 4 {
		serving.Add(1)
		go func() {
			defer serving.Done()
			for call := range server.Offset {
				if celsius, ok := offsets[call.Request.Name]; ok {
					call.Reply(idioms.Offset{Celsius: celsius})
				} else {
					call.Fail(&idioms.UnknownSensor{Name: call.Request.Name})
				}
			}
		}()
	}

	for _, name := range []string{"attic", "cellar", "garage"} {
		offset, err := client.Offset(ctx, idioms.Sensor{Name: name})
		var unknown *idioms.UnknownSensor
		switch {
		case errors.As(err, &unknown): // declared in the topology, so it arrives as a type
			fmt.Println(unknown.Name, "is unknown")
		case err != nil: // the server is not there, or too slow, or …
			fmt.Println(err)
		default:
			fmt.Println(name, offset.Celsius)
		}
	}

	pump.Close() // closes the channel, which ends the goroutines
	serving.Wait()
	// Output:
	// attic 0.5
	// cellar -0.25
	// garage is unknown
}
