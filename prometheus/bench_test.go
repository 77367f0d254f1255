//go:build cgo

package zmqprom_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	zmqprom "github.com/zmqgen/zmqgen/prometheus"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// BenchmarkScrape100 scrapes a pump whose topology has 100 sockets.
func BenchmarkScrape100(b *testing.B) {
	pump, err := zmqrt.NewPump(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	defer pump.Close()
	topology := &zmqrt.Topology{Name: "t", Sockets: map[string]zmqrt.SocketSpec{}}
	for i := range 100 {
		name := fmt.Sprintf("a.pull%d", i)
		topology.Sockets[name] = zmqrt.SocketSpec{Type: zmqrt.Pull, Bind: []string{fmt.Sprint("inproc://", i)}}
		if _, err := zmqrt.OpenReceiver(context.Background(), pump, topology, name, textCodec{}, nil); err != nil {
			b.Fatal(err)
		}
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(zmqprom.NewCollector(pump))
	handler := promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	b.ReportAllocs()
	for b.Loop() {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/metrics", nil))
	}
}
