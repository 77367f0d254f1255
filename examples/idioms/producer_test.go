//go:build cgo

package idioms_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/zmqgen/zmqgen/examples/idioms"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// A producer selects on Done, so that it stops when its socket has ended. It would not be stuck without:
// what is sent to the channel of a socket that has ended is dropped and counted. But it would go on.
func Example_producer() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()

	day, end := context.WithCancelCause(ctx)
	defer end(nil)
	readings := must(idioms.NewCollectorReadings(day, pump))
	send := must(idioms.NewSensorReadings(day, pump))
	produced := make(chan error)
	go func() { produced <- produce(idioms.SensorReadingsSocket(pump), send) }()

	for r := range readings {
		if r.Number == 1000 {
			end(errors.New("the day is over"))
			break
		}
	}
	fmt.Println("the producer has stopped:", <-produced)
	// Output:
	// the producer has stopped: the day is over
}

// produce sends readings until the socket ends, and returns why it did. Its channel is closed in any case,
// and by nobody else.
func produce(socket *zmqrt.Socket, readings chan<- idioms.Reading) error {
	defer close(readings)
	for n := uint32(1); ; n++ {
		select {
		case readings <- idioms.Reading{Sensor: "attic", Number: n}:
		case <-socket.Done():
			return socket.Err()
		}
	}
}
