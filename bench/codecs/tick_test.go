package codecs

import (
	"testing"
	"time"

	"github.com/zmqgen/zmqgen/bench/wire"
)

// This file measures the codec of the message of 64 bytes that the other benchmarks move, into memory that is there.

var tick = wire.Tick{Seq: 123456, Symbol: "EURUSD", Bid: 1.10881, Ask: 1.10901, At: time.Unix(1700000000, 123456789).UTC(), Size: 1000000, Venue: "XLON"}

func BenchmarkAppendTick(b *testing.B) {
	b.ReportAllocs()
	buf := make([]byte, 0, 256)
	for b.Loop() {
		buf, _ = tick.AppendProto(buf[:0])
	}
}

func BenchmarkParseTick(b *testing.B) {
	b.ReportAllocs()
	buf, _ := tick.AppendProto(nil)
	var m wire.Tick
	for b.Loop() {
		if err := m.ParseProto(buf); err != nil {
			b.Fatal(err)
		}
	}
}
