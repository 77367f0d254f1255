//go:build cgo

package broker_test

import (
	"context"
	"fmt"
	"sync"

	"github.com/zmqgen/zmqgen/examples/classic/broker"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// Three clients ask, two workers answer. All of them connect to the broker, and know of nobody else.
func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()
	device := must(broker.NewBroker(ctx, pump, zmqrt.OnBackend(zmqrt.TrackPeers())))
	front := zmqrt.WithEndpoint("broker.frontend", device.Frontend().Endpoints()...) // the ports that were free
	back := zmqrt.WithEndpoint("broker.backend", device.Backend().Endpoints()...)

	working, end := context.WithCancel(ctx)
	defer end()
	var workers, clients sync.WaitGroup
	for _, name := range []string{"ada", "bob"} {
		workers.Add(1)
		go func() {
			defer workers.Done()
			if err := work(working, name, back); err != nil {
				fmt.Println(name, "has failed:", err)
			}
		}()
	}
	// Without this, all goes well too; but the first worker to come might do everything.
	if err := device.Backend().WaitPeers(ctx, 2); err != nil {
		fmt.Println(err)
	}

	answers := make(chan broker.Factors, 60)
	for first := range uint64(3) {
		clients.Add(1)
		go func() {
			defer clients.Done()
			if err := ask(ctx, 2+20*first, 20, answers, front); err != nil {
				fmt.Println("a client has failed:", err)
			}
		}()
	}
	clients.Wait()
	close(answers)
	end()
	workers.Wait()

	shares, primes := make(map[string]int), 0
	for a := range answers {
		shares[a.Worker]++
		if len(a.Primes) == 1 {
			primes++
		}
	}
	if err := device.Close(); err != nil { // then all that has passed it is counted
		fmt.Println(err)
	}
	stats := device.Stats()
	fmt.Println(shares["ada"]+shares["bob"], "answers; primes:", primes)
	fmt.Println("both have worked:", shares["ada"] > 0 && shares["bob"] > 0)
	fmt.Println("passed the broker:", stats.Forwarded, "requests,", stats.Returned, "replies")
	// Output:
	// 60 answers; primes: 18
	// both have worked: true
	// passed the broker: 60 requests, 60 replies
}

// ask is a client, which would be a process of its own: it has a pump of its own, and is told where the broker is.
// It asks for n numbers, one after the other.
func ask(ctx context.Context, first, n uint64, answers chan<- broker.Factors, where zmqrt.PumpOption) error {
	pump, err := zmqrt.NewPump(ctx, where)
	if err != nil {
		return err
	}
	defer pump.Close()
	client, err := broker.NewClientFactoring(ctx, pump)
	if err != nil {
		return err
	}
	for value := first; value < first+n; value++ {
		factors, err := client.Factor(ctx, broker.Number{Value: value})
		if err != nil {
			return err
		}
		product := uint64(1)
		for _, p := range factors.Primes {
			product *= p
		}
		if product != value {
			return fmt.Errorf("asked for %d, got %v", value, factors)
		}
		answers <- factors
	}
	return nil
}

// work is a worker, likewise. It answers until ctx ends.
func work(ctx context.Context, name string, where zmqrt.PumpOption) error {
	pump, err := zmqrt.NewPump(ctx, where)
	if err != nil {
		return err
	}
	defer pump.Close()
	server, err := broker.NewWorkerFactoring(ctx, pump)
	if err != nil {
		return err
	}
	for call := range server.Factor {
		if err := call.Reply(broker.Factors{Primes: factorise(call.Request.Value), Worker: name}); err != nil {
			return err
		}
	}
	return nil
}

func factorise(n uint64) (primes []uint64) {
	for p := uint64(2); n > 1; p++ {
		for ; n%p == 0; n /= p {
			primes = append(primes, p)
		}
	}
	return primes
}
