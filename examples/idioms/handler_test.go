//go:build cgo

package idioms_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/zmqgen/zmqgen/examples/idioms"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// registry is an idioms.OffsetsHandler: a method for each of the pattern's, which knows nothing of sockets.
type registry map[string]float64

func (r registry) Offset(ctx context.Context, s idioms.Sensor) (idioms.Offset, error) {
	celsius, ok := r[s.Name]
	if !ok {
		return idioms.Offset{}, &idioms.UnknownSensor{Name: s.Name}
	}
	return idioms.Offset{Celsius: celsius}, nil
}

// A server whose methods are functions. Serve calls them in goroutines of its own, as many at once as it is told,
// until its ctx ends, and returns when the last of them has.
func Example_serveHandler() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()

	server := must(idioms.NewRegistryOffsets(ctx, pump))
	client := must(idioms.NewCollectorOffsets(ctx, pump))
	day, end := context.WithCancelCause(ctx)
	defer end(nil)
	served := make(chan error)
	go func() { served <- server.Serve(day, registry{"attic": 0.5, "cellar": -0.25}, zmqrt.WithConcurrency(4)) }()

	for _, name := range []string{"attic", "cellar", "garage"} {
		offset, err := client.Offset(ctx, idioms.Sensor{Name: name})
		var unknown *idioms.UnknownSensor
		switch {
		case errors.As(err, &unknown):
			fmt.Println(unknown.Name, "is unknown")
		case err != nil:
			fmt.Println(err)
		default:
			fmt.Println(name, offset.Celsius)
		}
	}

	end(errors.New("the day is over"))
	fmt.Println(<-served)
	// Output:
	// attic 0.5
	// cellar -0.25
	// garage is unknown
	// the day is over
}
