package frames

import (
	"testing"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// The messages of these benchmarks hold one field of each type, so that they show what a frame costs.
func BenchmarkAppendFrames(b *testing.B) {
	for name, m := range map[string]interface {
		appendFrames(*zmqrt.FrameWriter) error
	}{"usual": ptr(usual()), "little": little(), "text": asText()} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var w zmqrt.FrameWriter
			for i := 0; b.Loop(); i++ {
				if i%1024 == 0 { // as many as a socket gathers before it sends them
					w = zmqrt.FrameWriter{}
				}
				if err := m.appendFrames(&w); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParseFrames(b *testing.B) {
	frames, err := UsualsFrames(usual())
	if err != nil {
		b.Fatal(err)
	}
	text, err := NumbersFrames(asText())
	if err != nil {
		b.Fatal(err)
	}
	b.Run("usual", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var m Usual
			if err := m.parseFrames(frames); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("text", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var m Text
			if err := m.parseFrames(text[1:]); err != nil {
				b.Fatal(err)
			}
		}
	})
}
