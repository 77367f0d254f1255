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

// each calls f for every item, at most limit at once. The first error ends the ctx of all others, and is
// what each returns when all have ended.
func each[T any](ctx context.Context, limit int, items []T, f func(context.Context, T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	slots := make(chan struct{}, limit)
	var running sync.WaitGroup
	for _, item := range items {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done(): // one has failed, or whoever called has had enough
		}
		if ctx.Err() != nil {
			break
		}
		running.Add(1)
		go func() {
			defer running.Done()
			defer func() { <-slots }()
			if err := f(ctx, item); err != nil {
				cancel(err) // the first one counts
			}
		}()
	}
	running.Wait()
	return context.Cause(ctx)
}

// A client may be used by many goroutines at once, whose calls are in flight together. It is for the caller
// to say how many: more than the server's channel has room for would be answered as unavailable.
func Example_boundedCalls() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()

	const limit = 4
	server := must(idioms.NewRegistryOffsets(ctx, pump))
	client := must(idioms.NewCollectorOffsets(ctx, pump))
	most := make(chan int, 1)
	go func() { most <- answerTogether(server, limit) }()

	sensors := make([]idioms.Sensor, 40)
	for i := range sensors {
		sensors[i].Name = fmt.Sprint("sensor ", i)
	}
	var mu sync.Mutex
	sum := 0.0
	err := each(ctx, limit, sensors, func(ctx context.Context, s idioms.Sensor) error {
		offset, err := client.Offset(ctx, s)
		mu.Lock()
		defer mu.Unlock()
		sum += offset.Celsius
		return err
	})
	fmt.Println("the sum is", sum, err)

	sensors[3].Name = "" // an error of the first four calls ends the rest
	err = each(ctx, limit, sensors, func(ctx context.Context, s idioms.Sensor) error {
		_, err := client.Offset(ctx, s)
		return err
	})
	var unknown *idioms.UnknownSensor
	fmt.Println("a sensor is unknown:", errors.As(err, &unknown))

	idioms.RegistryOffsetsSocket(pump).Close()
	fmt.Println("calls at once:", <-most)
	// Output:
	// the sum is 20 <nil>
	// a sensor is unknown: true
	// calls at once: 4
}

// answerTogether waits for that many calls before it answers any, until the socket ends. It returns how many calls
// there were at once.
func answerTogether(server *idioms.OffsetsServer, together int) (most int) {
	var waiting []*zmqrt.Call[idioms.Sensor, idioms.Offset]
	for call := range server.Offset {
		waiting = append(waiting, call)
		most = max(most, len(waiting)+len(server.Offset))
		if len(waiting) < together {
			continue
		}
		for _, call := range waiting {
			if call.Request.Name == "" {
				call.Fail(&idioms.UnknownSensor{})
			} else {
				call.Reply(idioms.Offset{Celsius: 0.5})
			}
		}
		waiting = nil
	}
	return most
}
