//go:build cgo

package zmqprom_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	zmqprom "github.com/zmqgen/zmqgen/prometheus"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// bounded are the values that labels have, however much there is of what they count.
var bounded = map[string][]string{
	"topology":  {"market"},
	"socket":    {"feed.jobs", "worker.jobs", "desk.quotes"},
	"direction": {"in", "out"},
	"cause":     {string(zmqrt.DroppedUnread), string(zmqrt.DroppedEnded), string(zmqrt.DroppedLinger)},
	"reason":    {},
}

// series counts what a scrape has, and holds each label to what it may be.
func series(t *testing.T, families map[string]*dto.MetricFamily) (n int) {
	t.Helper()
	for name, family := range families {
		for _, m := range family.GetMetric() {
			n++
			for _, l := range m.GetLabel() {
				if !slices.Contains(bounded[l.GetName()], l.GetValue()) {
					t.Fatalf("%s has the label %s=%q", name, l.GetName(), l.GetValue())
				}
			}
		}
	}
	return n
}

// Thousands of openings and of peers, whose names, addresses and number come from outside of the program, make no more series
// than one of each.
func TestSeriesDoNotGrowWithSocketsAndPeers(t *testing.T) {
	idle, peers := 4000, 1000
	if testing.Short() {
		idle, peers = 400, 100
	}
	topology := &zmqrt.Topology{Name: "market", Sockets: map[string]zmqrt.SocketSpec{
		"feed.jobs":   {Type: zmqrt.Pull, Bind: []string{"tcp://127.0.0.1:*"}, Backlog: zmqrt.Limit(1024)},
		"worker.jobs": {Type: zmqrt.Push, Connect: []string{"feed.jobs"}, Buffer: zmqrt.Limit(1)},
		"desk.quotes": {Type: zmqrt.Pull, Buffer: zmqrt.Limit(1)},
	}}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	pump, err := zmqrt.NewPump(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer pump.Close()
	server := serve(t, zmqprom.NewCollector(pump))
	in, err := zmqrt.OpenReceiver(ctx, pump, topology, "feed.jobs", textCodec{}, []zmqrt.SocketOption{zmqrt.TrackPeers()})
	if err != nil {
		t.Fatal(err)
	}
	worker := func(i int) {
		name := fmt.Sprint("peer-", i)
		out, err := zmqrt.OpenSender(ctx, pump, topology, "worker.jobs", textCodec{}, []zmqrt.SocketOption{zmqrt.Instance(name)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { close(out) })
		out <- name
		<-in
	}
	desk := func(i int) {
		name := fmt.Sprint("desk-", i)
		if _, err := zmqrt.OpenReceiver(ctx, pump, topology, "desk.quotes", textCodec{}, []zmqrt.SocketOption{zmqrt.Instance(name), zmqrt.Bind("inproc://" + name)}); err != nil {
			t.Fatal(err)
		}
	}
	worker(0)
	desk(0)
	one := series(t, scrape(t, server.URL))
	for i := 1; i < peers; i++ {
		worker(i)
	}
	for i := 1; i < idle; i++ {
		desk(i)
	}
	if err := pump.Socket("market", "feed.jobs").WaitPeers(ctx, peers); err != nil { // a message may come before it is known from whom
		t.Fatal(err)
	}
	for pump.Totals().BySocket["market.worker.jobs"].MessagesOut < uint64(peers) && ctx.Err() == nil { // and before it is counted
		time.Sleep(time.Millisecond)
	}
	started := time.Now()
	families := scrape(t, server.URL)
	t.Logf("%d sockets, %d peers: a scrape of %d series took %v", idle+peers+1, peers, one, time.Since(started))
	if many := series(t, families); many != one {
		t.Errorf("%d series, which were %d with one opening and one peer", many, one)
	}
	for _, c := range []struct {
		name   string
		labels []string
		want   int
	}{
		{"zmqgen_pump_sockets", nil, 1 + peers + idle},
		{"zmqgen_socket_peers", []string{"socket", "feed.jobs"}, peers},
		{"zmqgen_socket_messages_total", []string{"socket", "worker.jobs", "direction", "out"}, peers},
	} {
		if got := value(t, families, c.name, c.labels...); got != float64(c.want) {
			t.Errorf("%s%v is %v, want %d", c.name, c.labels, got, c.want)
		}
	}
}
