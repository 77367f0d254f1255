//go:build cgo

package idioms_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/zmqgen/zmqgen/examples/idioms"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// Several sockets are one select loop. A timer is one more case of it, and so is the end of a ctx; a
// socket that has ended is seen by its channel, which is closed.
func Example_selectSeveral() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()

	readings := must(idioms.NewCollectorReadings(ctx, pump)) // who is connected to is opened first
	alarms := must(idioms.NewCollectorAlarms(ctx, pump))
	send := must(idioms.NewSensorReadings(ctx, pump))
	warn := must(idioms.NewSensorAlarms(ctx, pump))
	defer close(send)
	defer close(warn)

	for i := range uint32(3) {
		send <- idioms.Reading{Sensor: "attic", Number: i + 1, Celsius: 20 + float64(i)}
	}
	fmt.Println(watch(ctx, readings, alarms, func() {
		fmt.Println("the timer has fired")
		warn <- idioms.Alarm{Sensor: "attic", Text: "battery low"}
	}))

	shift, end := context.WithCancelCause(ctx) // ends a loop, and leaves the sockets open
	end(errors.New("end of shift"))
	fmt.Println(watch(shift, readings, alarms, func() {}))
	// Output:
	// the timer has fired
	// 3 readings, the sum is 63; alarm: battery low
	// <nil>
	// end of shift
}

// watch waits for three readings and one alarm. It calls late after a while, and returns an error if a
// socket or ctx ends.
func watch(ctx context.Context, readings <-chan idioms.Reading, alarms <-chan idioms.Alarm, late func()) error {
	timer := time.NewTimer(20 * time.Millisecond) // one for the loop: time.After in the case would start anew each time
	defer timer.Stop()
	n, sum, text := 0, 0.0, ""
	for n < 3 || text == "" {
		select {
		case r, ok := <-readings:
			if !ok {
				return errors.New("the socket of the readings has ended")
			}
			n++
			sum += r.Celsius
		case a, ok := <-alarms:
			if !ok {
				return errors.New("the socket of the alarms has ended")
			}
			text = a.Text
		case <-timer.C:
			late()
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	fmt.Printf("%d readings, the sum is %v; alarm: %s\n", n, sum, text)
	return nil
}
