//go:build cgo

package idioms_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/zmqgen/zmqgen/examples/idioms"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// A receive channel is closed when its socket ends, so that range is all it takes; and the socket ends
// when the ctx does that it was opened with. Nothing else closes that channel: it is not the other end
// of a pipe, and whoever has sent to it may go while others come. So say in a message what is the last.
func Example_rangeOverChannel() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()

	day, end := context.WithCancelCause(ctx)
	defer end(nil)
	readings := must(idioms.NewCollectorReadings(day, pump))
	socket := idioms.CollectorReadingsSocket(pump) // taken while it is open, it tells also afterwards

	send := must(idioms.NewSensorReadings(ctx, pump))
	const last = 5
	for i := range uint32(last) {
		send <- idioms.Reading{Sensor: "attic", Number: i + 1, Celsius: 20}
	}
	close(send) // sends what the channel holds, and ends the sensor's socket, not the collector's

	n := 0
	for r := range readings {
		n++
		if r.Number == last {
			end(errors.New("that was the last one"))
		}
	}
	<-socket.Done() // closed a moment after the channel
	fmt.Println(n, "readings:", socket.Err())
	// Output:
	// 5 readings: that was the last one
}

// Err says who has ended a socket: a ctx with its error or its cause, or else whoever closed it.
func Example_whySocketsEnd() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()

	end := func(how func(*zmqrt.Pump, *zmqrt.Socket, context.CancelCauseFunc)) error {
		pump := must(zmqrt.NewPump(ctx))
		defer pump.Close()
		ctx, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		readings := must(idioms.NewCollectorReadings(ctx, pump))
		socket := idioms.CollectorReadingsSocket(pump)
		fmt.Print(socket.Err(), ", then ")
		how(pump, socket, cancel)
		for range readings {
		}
		<-socket.Done()
		return socket.Err()
	}
	fmt.Println(end(func(_ *zmqrt.Pump, _ *zmqrt.Socket, cancel context.CancelCauseFunc) { cancel(nil) }))
	fmt.Println(end(func(_ *zmqrt.Pump, _ *zmqrt.Socket, cancel context.CancelCauseFunc) {
		cancel(errors.New("no more power"))
	}))
	fmt.Println(end(func(_ *zmqrt.Pump, socket *zmqrt.Socket, _ context.CancelCauseFunc) { socket.Close() }))
	fmt.Println(end(func(pump *zmqrt.Pump, _ *zmqrt.Socket, _ context.CancelCauseFunc) { pump.Close() }))
	// Output:
	// <nil>, then context canceled
	// <nil>, then no more power
	// <nil>, then socket closed
	// <nil>, then socket closed
}
