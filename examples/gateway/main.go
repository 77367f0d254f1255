// Command gateway is node gateway of ../topology.yaml: it takes orders until one says that it is the
// last.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/zmqgen/zmqgen/examples/market"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("gateway: ")
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
	orders, err := market.NewGatewayOrders(ctx, pump)
	if err != nil {
		return err
	}
	fmt.Println("listening", "gateway.orders", market.GatewayOrdersSocket(pump).Endpoints()[0])

	received, volume := 0, map[market.Side]uint64{}
	for o := range orders {
		received++
		volume[o.Side] += uint64(o.Quantity)
		if received <= 3 {
			fmt.Println("order  ", o)
		}
		if slices.Contains(o.Tags, "last") {
			break
		}
	}
	fmt.Printf("volume  bought %d, sold %d\n", volume[market.SideBuy], volume[market.SideSell])
	fmt.Println("summary", "orders", received)
	return nil
}
