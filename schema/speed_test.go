package schema_test

import (
	"fmt"
	"testing"

	"github.com/zmqgen/zmqgen/internal/large"
	"github.com/zmqgen/zmqgen/schema"
)

// BenchmarkParse reads large topologies; the time of each message shows whether it grows with their number.
func BenchmarkParse(b *testing.B) {
	for _, messages := range []int{250, 500, 1000, 2000} {
		b.Run(fmt.Sprint(messages), func(b *testing.B) {
			src := large.Topology(messages, messages/5)
			b.ReportAllocs()
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				if topology, ds := schema.Parse("large.yaml", src); topology == nil || len(ds) > 0 {
					b.Fatal(ds)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e6/float64(b.N*messages), "µs/message")
		})
	}
}
