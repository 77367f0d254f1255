// Command desk is node desk of ../topology.yaml: it watches quotes and trades, looks instruments up
// and sends orders, the last of which says that it is the last, and ends.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/zmqgen/zmqgen/examples/market"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

const (
	orderCount = 1000
	watchCount = 20 // quotes to see before trading starts
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("desk: ")
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
	quotes, err := market.NewDeskQuotes(ctx, pump)
	if err != nil {
		return err
	}
	tape, err := market.NewDeskTape(ctx, pump)
	if err != nil {
		return err
	}
	reference, err := market.NewDeskReference(ctx, pump)
	if err != nil {
		return err
	}
	orders, err := market.NewDeskOrders(ctx, pump)
	if err != nil {
		return err
	}

	if err := watch(ctx, quotes, tape); err != nil {
		return err
	}
	found, missing, err := lookUp(ctx, reference, "EURUSD", "EURCHF", "XXXYYY", "USDJPY")
	if err != nil {
		return err
	}
	sent := trade(market.DeskOrdersSocket(pump), orders)
	fmt.Println("summary", "lookups.found", found, "lookups.missing", missing, "orders", sent)
	return nil
}

// watch prints quotes, and what happens on the venues meanwhile.
func watch(ctx context.Context, quotes <-chan market.Quote, tape <-chan market.TapeMessage) error {
	seen, traded := 0, false
	for seen < watchCount || !traded {
		select {
		case q, ok := <-quotes:
			if !ok {
				return errors.New("no more quotes")
			}
			if seen++; seen <= 5 {
				fmt.Printf("quote   %s %.5f / %.5f\n", q.Symbol, q.Bid, q.Ask)
			}
		case m, ok := <-tape:
			if !ok {
				return errors.New("no more trades")
			}
			switch m := m.(type) {
			case *market.Trade:
				traded = true
				fmt.Printf("trade   %s %s %v %d at %v\n", m.Venue, m.Symbol, m.Side, m.Quantity, m.Price)
			case *market.Halt:
				fmt.Printf("halt    %s %s: %s\n", m.Venue, m.Symbol, m.Reason)
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// lookUp asks for each symbol. Not to be found is an answer; anything else is an error.
func lookUp(ctx context.Context, reference *market.ReferenceClient, symbols ...string) (found, missing int, err error) {
	for _, symbol := range symbols {
		instrument, err := reference.Lookup(ctx, market.LookupRequest{Symbol: symbol})
		var unknown *market.NotFound
		switch {
		case errors.As(err, &unknown):
			missing++
			fmt.Printf("lookup  %s: not found\n", unknown.Symbol)
		case err != nil:
			return 0, 0, fmt.Errorf("lookup %s: %w", symbol, err)
		default:
			found++
			fmt.Printf("lookup  %s: %s, tick size %s\n", symbol, instrument.Description, instrument.TickSize)
		}
	}
	return found, missing, nil
}

// trade sends the orders and closes their channel, which hands all of them over before the socket
// closes. A producer selects on Done, so as not to send to a socket that has ended.
func trade(socket *zmqrt.Socket, orders chan<- market.Order) (sent int) {
	defer close(orders)
	for i := range orderCount {
		o := market.Order{Symbol: "EURUSD", Side: market.SideBuy, Quantity: uint32(i + 1)}
		rand.Read(o.OrderID[:])
		if i%2 == 1 {
			limit := 1.1
			o.Side, o.Limit = market.SideSell, &limit
		}
		if i%10 == 0 {
			o.Legs = []market.Leg{{Symbol: "EURUSD", Ratio: 1}, {Symbol: "EURCHF", Ratio: -1}}
		}
		if i == orderCount-1 {
			o.Tags = []string{"last"}
		}
		select {
		case orders <- o:
			sent++
		case <-socket.Done():
			log.Print(socket.Err())
			return sent
		}
	}
	return sent
}
