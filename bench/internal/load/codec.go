package load

import (
	"github.com/zmqgen/zmqgen/bench/wire"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// PartsCodec is the codec of Parts for the runtime. It is written by hand, so that the messages are the same
// struct as those of all other ways.
type PartsCodec struct{}

var _ zmqrt.Codec[wire.Tick] = PartsCodec{}

// AppendFrames implements zmqrt.Codec.
func (PartsCodec) AppendFrames(w *zmqrt.FrameWriter, m *wire.Tick) error {
	w.FrameString(m.Symbol)
	w.FrameString(m.Venue)
	return w.EndBody(withoutNames(m).AppendProto(w.Begin()))
}

// ParseFrames implements zmqrt.Codec.
func (PartsCodec) ParseFrames(frames [][]byte, m *wire.Tick) error { return parseParts(frames, m) }
