package load

import (
	"fmt"
	"time"

	"github.com/zmqgen/zmqgen/bench/wire"
)

// This file makes the messages and knows their codecs.

// Kind is one kind of message: how to make the one of a number, and how it becomes frames and back,
// for programs that have no runtime to do it. Encode appends to what frames hold, cut to nothing, so
// that their memory serves again.
type Kind[T any] struct {
	Frames int
	Make   func(number int) T
	Number func(m *T) int
	Encode func(m *T, frames [][]byte) error
	Decode func(frames [][]byte, m *T) error
}

// first is where numbers start on the wire, so that all have the same length there: 3 bytes, up to the
// 2²⁰th message.
const first = 1 << 20

// at is a time whose seconds and nanoseconds have the most bytes on the wire.
var at = time.Unix(1_700_000_000, 987_654_321)

// MakeTick returns the wire.Tick of a number: 64 bytes on the wire.
func MakeTick(number int) wire.Tick {
	return wire.Tick{
		Seq: uint64(first + number), Symbol: "EURUSD.SPOT", Bid: 1.08, Ask: 1.09,
		At: at, Size: 1_000_000, Venue: "XLON.LIT1",
	}
}

// TickNumber returns the number of a wire.Tick.
func TickNumber(m *wire.Tick) int { return int(m.Seq) - first }

// Ticks are wire.Ticks in one frame.
var Ticks = Kind[wire.Tick]{
	Frames: 1,
	Make:   MakeTick,
	Number: TickNumber,
	Encode: func(m *wire.Tick, frames [][]byte) (err error) {
		frames[0], err = m.AppendProto(frames[0][:0])
		return err
	},
	Decode: func(frames [][]byte, m *wire.Tick) error {
		if len(frames) != 1 {
			return frameCount(frames, 1)
		}
		return m.ParseProto(frames[0])
	},
}

// Parts are wire.Ticks in three frames: symbol, venue, and a body with the rest.
var Parts = Kind[wire.Tick]{
	Frames: 3,
	Make:   MakeTick,
	Number: TickNumber,
	Encode: func(m *wire.Tick, frames [][]byte) (err error) {
		frames[0] = append(frames[0][:0], m.Symbol...)
		frames[1] = append(frames[1][:0], m.Venue...)
		frames[2], err = withoutNames(m).AppendProto(frames[2][:0])
		return err
	},
	Decode: parseParts,
}

// PartStructs are Parts as zmqgen generates them, for programs that have the runtime.
var PartStructs = Kind[wire.Part]{
	Frames: Parts.Frames,
	Make: func(number int) wire.Part {
		m := MakeTick(number)
		return wire.Part{Symbol: m.Symbol, Venue: m.Venue, Rest: withoutNames(&m)}
	},
	Number: func(m *wire.Part) int { return TickNumber(&m.Rest) },
}

// Blocks are wire.Blocks of size bytes in one frame.
func Blocks(size int) Kind[wire.Block] {
	const number, tag = 9, 1 // bytes of the field seq, and before the length of the field data
	data := make([]byte, size-number-tag-lengthSize(size))
	return Kind[wire.Block]{
		Frames: 1,
		Make:   func(number int) wire.Block { return wire.Block{Seq: uint64(first + number), Data: data} },
		Number: func(m *wire.Block) int { return int(m.Seq) - first },
		Encode: func(m *wire.Block, frames [][]byte) (err error) {
			frames[0], err = m.AppendProto(frames[0][:0])
			return err
		},
		Decode: func(frames [][]byte, m *wire.Block) error {
			if len(frames) != 1 {
				return frameCount(frames, 1)
			}
			return m.ParseProto(frames[0])
		},
	}
}

// lengthSize is how many bytes the length of n bytes takes as a varint. It is exact but for n within a
// few bytes of a power of 128.
func lengthSize(n int) int {
	size := 1
	for ; n >= 128; n >>= 7 {
		size++
	}
	return size
}

func withoutNames(m *wire.Tick) wire.Tick {
	rest := *m
	rest.Symbol, rest.Venue = "", ""
	return rest
}

func parseParts(frames [][]byte, m *wire.Tick) error {
	if len(frames) != 3 {
		return frameCount(frames, 3)
	}
	if err := m.ParseProto(frames[2]); err != nil {
		return err
	}
	m.Symbol, m.Venue = string(frames[0]), string(frames[1])
	return nil
}

func frameCount(frames [][]byte, want int) error {
	return fmt.Errorf("message of %d frames, want %d", len(frames), want)
}
