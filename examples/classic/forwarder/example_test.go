//go:build cgo

package forwarder_test

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/examples/classic/forwarder"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

var (
	venues  = []string{"XLON", "XNYS", "XTKS"}
	symbols = []string{"CHF", "EUR", "JPY"}
)

// Three venues publish trades in three symbols. Each desk gets, of all venues, what it has subscribed to and nothing
// else; and one that comes late gets it from then on.
func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pump := must(zmqrt.NewPump(ctx))
	defer pump.Close()
	hub := must(forwarder.NewHub(ctx, pump))
	front := zmqrt.WithEndpoint("hub.frontend", hub.Frontend().Endpoints()...) // the ports that were free
	back := zmqrt.WithEndpoint("hub.backend", hub.Backend().Endpoints()...)

	followed := make(map[string]chan string)
	halfway := make(chan struct{}, 3)
	follow := func(name string, first uint32, symbols ...string) {
		done := make(chan string, 1)
		followed[name] = done
		go func() { done <- desk(ctx, first, symbols, back, halfway) }()
	}
	follow("one", 1, "EUR")
	follow("two", 1, "CHF", "EUR")
	follow("all", 1, symbols...)
	// The hub counts what desks ask for, which its venues cannot: see docs/devices.md.
	for symbol, desks := range map[string]int{"CHF": 2, "EUR": 3, "JPY": 1} {
		if err := hub.Backend().WaitSubscribers(ctx, forwarder.TradeTopic(symbol), desks); err != nil {
			fmt.Println(err)
		}
	}

	var open []*venue
	for _, name := range venues {
		v := must(openVenue(ctx, name, front))
		defer v.pump.Close()
		defer close(v.trades)
		open = append(open, v)
	}
	publish(open, 1, 20)
	for range followed {
		select { // all of them are through the hub then, and too late for who comes now
		case <-halfway:
		case <-ctx.Done():
		}
	}
	follow("late", 21, "JPY")
	if err := hub.Backend().WaitSubscribers(ctx, forwarder.TradeTopic("JPY"), 2); err != nil {
		fmt.Println(err)
	}
	publish(open, 21, 40)
	for _, name := range []string{"one", "two", "all", "late"} {
		fmt.Printf("%-4s %s\n", name, <-followed[name])
	}
	// Output:
	// one  EUR 1–40 of 3 venues
	// two  CHF 1–40 of 3 venues, EUR 1–40 of 3 venues
	// all  CHF 1–40 of 3 venues, EUR 1–40 of 3 venues, JPY 1–40 of 3 venues
	// late JPY 21–40 of 3 venues
}

// venue is a publisher, which would be a process of its own: it has a pump of its own, and is told where the hub is.
type venue struct {
	name   string
	pump   *zmqrt.Pump
	trades chan<- forwarder.Trade
}

// openVenue opens a venue, and waits until what the desks have asked for has come up through the hub: what is published
// before goes nowhere.
func openVenue(ctx context.Context, name string, where zmqrt.PumpOption) (*venue, error) {
	pump, err := zmqrt.NewPump(ctx, where)
	if err != nil {
		return nil, err
	}
	trades, err := forwarder.NewVenueTrades(ctx, pump, zmqrt.TrackPeers())
	if err != nil {
		pump.Close()
		return nil, err
	}
	for _, symbol := range symbols {
		if err := forwarder.VenueTradesSocket(pump).WaitSubscribers(ctx, forwarder.TradeTopic(symbol), 1); err != nil {
			pump.Close()
			return nil, err
		}
	}
	return &venue{name: name, pump: pump, trades: trades}, nil
}

// publish has all venues publish trades number first to last in all symbols.
func publish(venues []*venue, first, last uint32) {
	for n := first; n <= last; n++ {
		for _, v := range venues {
			for _, symbol := range symbols {
				v.trades <- forwarder.Trade{Venue: v.name, Symbol: symbol, Number: n}
			}
		}
	}
}

// desk is a subscriber, a process as well. It follows symbols until it has trade 40 of each in each venue, and tells
// what it has had, which is to begin with number first and to have no gaps. It says so when it has all trades 20.
func desk(ctx context.Context, first uint32, symbols []string, where zmqrt.PumpOption, halfway chan<- struct{}) string {
	pump, err := zmqrt.NewPump(ctx, where)
	if err != nil {
		return err.Error()
	}
	defer pump.Close()
	var topics []string
	for _, symbol := range symbols {
		topics = append(topics, forwarder.TradeTopic(symbol))
	}
	trades, err := forwarder.NewDeskTrades(ctx, pump, zmqrt.Subscribe(topics...))
	if err != nil {
		return err.Error()
	}

	next := make(map[string]uint32) // by symbol and venue
	had := make(map[uint32]int)     // by number
	for had[40] < len(symbols)*len(venues) {
		t, ok := <-trades
		if !ok {
			return fmt.Sprintf("ended at %v: %v", next, context.Cause(ctx))
		}
		if !slices.Contains(symbols, t.Symbol) {
			return fmt.Sprintf("got %v, and has not asked for it", t)
		}
		key := t.Symbol + t.Venue
		if next[key] == 0 {
			next[key] = first
		}
		if t.Number != next[key] {
			return fmt.Sprintf("got %v, and expected number %d", t, next[key])
		}
		next[key]++
		had[t.Number]++
		if t.Number == 20 && had[20] == len(symbols)*len(venues) {
			halfway <- struct{}{}
		}
	}
	var told []string
	for _, symbol := range symbols {
		n := 0
		for key := range next {
			if strings.HasPrefix(key, symbol) {
				n++
			}
		}
		told = append(told, fmt.Sprintf("%s %d–40 of %d venues", symbol, first, n))
	}
	return strings.Join(told, ", ")
}
