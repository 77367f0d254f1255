package load

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// Stream is messages as a loop over a raw socket sees them: frames.
type Stream struct {
	// Next returns the frames of the message of a number, which are valid until the next call.
	Next func(number int) ([][]byte, error)
	// Number returns the number of a message.
	Number func(frames [][]byte) (int, error)
}

// numberSize is how many bytes the number of a ready-made message has, at the start of its last frame.
const numberSize = 8

// Ready is a stream of ready-made bytes: nobody encodes or decodes them.
func Ready(l Layout) Stream {
	frames := make([][]byte, len(l))
	for i, size := range l {
		frames[i] = make([]byte, size)
	}
	return Stream{
		Next: func(number int) ([][]byte, error) {
			binary.LittleEndian.PutUint64(frames[len(frames)-1], uint64(number))
			return frames, nil
		},
		Number: func(frames [][]byte) (int, error) {
			if len(frames) != len(l) {
				return 0, frameCount(frames, len(l))
			}
			last := frames[len(frames)-1]
			if len(last) < numberSize {
				return 0, fmt.Errorf("last frame of %d bytes, want %d or more", len(last), numberSize)
			}
			return int(binary.LittleEndian.Uint64(last)), nil
		},
	}
}

// Coded is a stream of structs, each of which its codec turns into frames and back.
func Coded(l Layout) Stream {
	switch {
	case slices.Equal(l, TickLayout):
		return coded(Ticks)
	case slices.Equal(l, PartsLayout):
		return coded(Parts)
	default:
		return coded(Blocks(l[0]))
	}
}

func coded[T any](kind Kind[T]) Stream {
	var out, in T // here, so that they are allocated once
	frames := make([][]byte, kind.Frames)
	return Stream{
		Next: func(number int) ([][]byte, error) {
			out = kind.Make(number)
			return frames, kind.Encode(&out, frames)
		},
		Number: func(frames [][]byte) (int, error) {
			err := kind.Decode(frames, &in)
			return kind.Number(&in), err
		},
	}
}
