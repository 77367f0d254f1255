// Command feed is node feed of ../topology.yaml: it publishes quotes and trades and answers look-ups,
// until it is interrupted.
package main

import (
	"context"
	"fmt"
	"log"
	"math"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/zmqgen/zmqgen/examples/market"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// instruments is the reference data that the feed serves.
var instruments = map[string]market.Instrument{
	"EURUSD": {Symbol: "EURUSD", Description: "Euro in US dollars", TickSize: "0.00001"},
	"EURCHF": {Symbol: "EURCHF", Description: "Euro in Swiss francs", TickSize: "0.00005"},
	"USDJPY": {Symbol: "USDJPY", Description: "US dollar in yen", TickSize: "0.001"},
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("feed: ")
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	pump, err := zmqrt.NewPump(ctx, zmqrt.WithEnv("MARKET"), zmqrt.WithErrorHandler(func(err error) { log.Print(err) }))
	if err != nil {
		return err
	}
	defer pump.Close()
	quotes, err := market.NewFeedQuotes(ctx, pump)
	if err != nil {
		return err
	}
	tape, err := market.NewFeedTape(ctx, pump)
	if err != nil {
		return err
	}
	reference, err := market.NewFeedReference(ctx, pump)
	if err != nil {
		return err
	}
	for _, s := range []*zmqrt.Socket{market.FeedQuotesSocket(pump), market.FeedTapeSocket(pump), market.FeedReferenceSocket(pump)} {
		fmt.Println("listening", s.Name(), s.Endpoints()[0])
	}

	var publisher sync.WaitGroup
	publisher.Add(1)
	go func() {
		defer publisher.Done()
		publish(ctx, quotes, tape)
	}()
	found, missing := serve(reference)
	publisher.Wait()
	fmt.Println("summary", "lookups.found", found, "lookups.missing", missing)
	return nil
}

// publish sends a quote of every instrument, and now and then what happened on the venue, until ctx
// ends.
func publish(ctx context.Context, quotes chan<- market.Quote, tape chan<- market.TapeMessage) {
	defer close(quotes)
	defer close(tape)
	clock := time.NewTicker(5 * time.Millisecond)
	defer clock.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case now := <-clock.C:
			for symbol := range instruments {
				mid := 1.1 + 0.01*math.Sin(float64(n)/100)
				quotes <- market.Quote{Symbol: symbol, Bid: mid - 0.0001, Ask: mid + 0.0001, At: now}
			}
			switch {
			case n%20 == 10:
				tape <- &market.Trade{Venue: "XLON", Symbol: "EURUSD", Price: 1.1, Quantity: uint32(n), Side: market.SideBuy, At: now}
			case n%100 == 99:
				tape <- &market.Halt{Venue: "XLON", Symbol: "USDJPY", Reason: "volatility"}
			}
		}
	}
}

// serve answers look-ups until the socket ends, and returns how many it answered either way.
func serve(reference *market.ReferenceServer) (found, missing int) {
	for call := range reference.Lookup {
		instrument, ok := instruments[call.Request.Symbol]
		var err error
		if ok {
			found++
			err = call.Reply(instrument)
		} else {
			missing++
			err = call.Fail(&market.NotFound{Symbol: call.Request.Symbol})
		}
		if err != nil {
			log.Print(err)
		}
	}
	return found, missing
}
