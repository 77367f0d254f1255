package gen

import (
	"fmt"
	"testing"

	"github.com/zmqgen/zmqgen/internal/large"
	"github.com/zmqgen/zmqgen/schema"
)

// BenchmarkGenerate generates from large topologies; the time of each message shows whether it grows with
// their number.
func BenchmarkGenerate(b *testing.B) {
	for _, messages := range []int{250, 500, 1000, 2000} {
		b.Run(fmt.Sprint(messages), func(b *testing.B) {
			topology, ds := schema.Parse("large.yaml", large.Topology(messages, messages/5))
			if topology == nil {
				b.Fatal(text(ds))
			}
			b.ReportAllocs()
			size := 0
			for b.Loop() {
				size = 0
				files, ds := Generate(topology)
				if len(ds) > 0 {
					b.Fatal(text(ds))
				}
				for _, f := range files {
					size += len(f.Content)
				}
			}
			b.SetBytes(int64(size))
			b.ReportMetric(b.Elapsed().Seconds()*1e6/float64(b.N*messages), "µs/message")
		})
	}
}
