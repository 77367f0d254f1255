//go:build cgo

package syncstart_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/zmqgen/zmqgen/examples/classic/syncstart"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

const (
	subscribers = 3
	updates     = 100
)

// A publisher whose subscribers connect to itself asks its socket, which knows what was subscribed to.
func Example_waitSubscribers() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()
	publisher := must(syncstart.NewPublisherUpdates(ctx, pump, zmqrt.TrackPeers()))
	defer close(publisher)
	socket := syncstart.PublisherUpdatesSocket(pump)
	where := zmqrt.WithEndpoint("publisher.updates", socket.Endpoints()...) // the port that was free

	had := make(chan string)
	for range subscribers {
		go func() { had <- subscribe(ctx, false, where) }()
	}
	if err := socket.WaitSubscribers(ctx, "", subscribers); err != nil {
		fmt.Println(err)
	}
	publish(publisher)
	for range subscribers {
		fmt.Println(<-had)
	}
	// Output:
	// updates 1 to 100
	// updates 1 to 100
	// updates 1 to 100
}

// The ready handshake needs no more than messages, so it works through devices, and with peers in any language. The publisher
// says Hello until each subscriber has called to say that it has heard it. Calling alone would not do: the connection
// for calls may be there before the one for updates.
func Example_readyHandshake() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()
	publisher := must(syncstart.NewPublisherNode(ctx, pump))
	defer close(publisher.Updates)
	where := []zmqrt.PumpOption{ // the ports that were free
		zmqrt.WithEndpoint("publisher.updates", syncstart.PublisherUpdatesSocket(pump).Endpoints()...),
		zmqrt.WithEndpoint("publisher.readiness", syncstart.PublisherReadinessSocket(pump).Endpoints()...),
	}

	had := make(chan string)
	for range subscribers {
		go func() { had <- subscribe(ctx, true, where...) }()
	}
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for ready := 0; ready < subscribers; {
		select {
		case <-again.C:
			publisher.Updates <- &syncstart.Hello{}
		case call, ok := <-publisher.Readiness.Ready:
			if !ok {
				fmt.Println(context.Cause(ctx))
				return
			}
			call.Reply(zmqrt.None{})
			ready++
		}
	}
	publish(publisher.Updates)
	for range subscribers {
		fmt.Println(<-had)
	}
	// Output:
	// updates 1 to 100
	// updates 1 to 100
	// updates 1 to 100
}

// publish sends all updates, and the end.
func publish(updated chan<- syncstart.UpdatesMessage) {
	for n := range uint32(updates) {
		updated <- &syncstart.Update{Number: n + 1}
	}
	updated <- &syncstart.End{}
}

// subscribe is a subscriber, which would be a process of its own: it has a pump of its own, and is told where the publisher
// is. It says which updates it has had. With handshake it calls the publisher at its first Hello.
func subscribe(ctx context.Context, handshake bool, where ...zmqrt.PumpOption) string {
	pump, err := zmqrt.NewPump(ctx, where...)
	if err != nil {
		return err.Error()
	}
	defer pump.Close()
	received, err := syncstart.NewSubscriberUpdates(ctx, pump)
	if err != nil {
		return err.Error()
	}
	if handshake {
		if err := shakeHands(ctx, pump, received); err != nil {
			return err.Error()
		}
	}
	var last uint32
	for m := range received {
		switch m := m.(type) {
		case *syncstart.Update:
			if m.Number != last+1 {
				return fmt.Sprintf("update %d after %d", m.Number, last)
			}
			last = m.Number
		case *syncstart.End:
			return fmt.Sprintf("updates 1 to %d", last)
		}
	}
	return context.Cause(ctx).Error()
}

// shakeHands waits until the publisher can be heard, and tells it so.
func shakeHands(ctx context.Context, pump *zmqrt.Pump, received <-chan syncstart.UpdatesMessage) error {
	readiness, err := syncstart.NewSubscriberReadiness(ctx, pump)
	if err != nil {
		return err
	}
	if m, ok := <-received; !ok {
		return context.Cause(ctx)
	} else if _, ok := m.(*syncstart.Hello); !ok {
		return errors.New("the publisher has started without this subscriber")
	}
	return readiness.Ready(ctx)
}
