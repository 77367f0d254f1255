//go:build cgo

package zmqhttp_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"testing"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
	"github.com/zmqgen/zmqgen/runtime/zmqhttp"
)

// BenchmarkSeeing100 answers for a pump with 100 sockets.
func BenchmarkSeeing100(b *testing.B) {
	pump, err := zmqrt.NewPump(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	defer pump.Close()
	topology := &zmqrt.Topology{Name: "t", Sockets: map[string]zmqrt.SocketSpec{"a.pull": {Type: zmqrt.Pull}}}
	for i := range 100 {
		if _, err := zmqrt.OpenReceiver(context.Background(), pump, topology, "a.pull", textCodec{}, []zmqrt.SocketOption{zmqrt.Instance(fmt.Sprint(i)), zmqrt.Bind(fmt.Sprint("inproc://", i))}); err != nil {
			b.Fatal(err)
		}
	}
	handler := zmqhttp.Handler(pump)
	for name, target := range map[string]string{"page": "/", "part": "/?format=part", "json": "/stats.json"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
				b.SetBytes(int64(w.Body.Len()))
			}
		})
	}
}
