package docs

import (
	"testing"

	"github.com/zmqgen/zmqgen/internal/large"
)

func BenchmarkThousandSockets(b *testing.B) {
	topology := parseText(b, string(large.Topology(500, 1000)))
	b.Run("html", func(b *testing.B) {
		for b.Loop() {
			HTML(topology, Options{})
		}
	})
	b.Run("markdown", func(b *testing.B) {
		for b.Loop() {
			Markdown(topology, Options{})
		}
	})
}
