package peer

import (
	"encoding/json"
	"fmt"
	"time"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file runs the vectors of messages with metadata.

// WithMetadata makes of the codec of messages that have so many frames one that writes them with the metadata of the
// task, and keeps what it reads.
func WithMetadata[T any](codec zmqrt.Codec[T], frames int) zmqrt.Codec[T] {
	return withMetadata[T]{zmqrt.Items(codec, frames), new(zmqrt.Meta)}
}

type withMetadata[T any] struct {
	codec zmqrt.Codec[zmqrt.Item[T]]
	meta  *zmqrt.Meta
}

func (c withMetadata[T]) AppendFrames(w *zmqrt.FrameWriter, m *T) error {
	return c.codec.AppendFrames(w, &zmqrt.Item[T]{Msg: *m, Meta: *c.meta})
}

func (c withMetadata[T]) ParseFrames(frames [][]byte, m *T) error {
	var item zmqrt.Item[T]
	err := c.codec.ParseFrames(frames, &item)
	*m, *c.meta = item.Msg, item.Meta
	return err
}

// carrier is a codec of messages with metadata.
type carrier interface {
	carry(metadata []byte) error
	carried() []byte
}

func (c one[T]) carry(metadata []byte) error { return carry(c.codec, metadata) }
func (c one[T]) carried() []byte             { return carried(c.codec) }

func (c union[M]) carry(metadata []byte) error { return carry(c.codec, metadata) }
func (c union[M]) carried() []byte             { return carried(c.codec) }

// metadata is zmqrt.Meta as a vector has it.
type metadata struct {
	Headers     map[string]string `json:"headers,omitempty"`
	TimeLeft    uint64            `json:"timeLeft,string,omitempty"`
	Fingerprint uint64            `json:"fingerprint,string,omitempty"`
	Sequence    uint64            `json:"sequence,string,omitempty"`
	Sent        time.Time         `json:"sent,omitzero"`
}

func carry[T any](codec zmqrt.Codec[T], text []byte) error {
	c, is := codec.(withMetadata[T])
	if !is || text == nil {
		return nil
	}
	var m metadata
	if err := json.Unmarshal(text, &m); err != nil {
		return fmt.Errorf("the metadata: %w", err)
	}
	*c.meta = zmqrt.Meta{Headers: m.Headers, TimeLeft: time.Duration(m.TimeLeft) * time.Microsecond, Fingerprint: m.Fingerprint, Sequence: m.Sequence, Sent: m.Sent}
	return nil
}

func carried[T any](codec zmqrt.Codec[T]) []byte {
	c, is := codec.(withMetadata[T])
	if !is {
		return nil
	}
	m := *c.meta
	text, _ := json.Marshal(metadata{m.Headers, uint64(m.TimeLeft / time.Microsecond), m.Fingerprint, m.Sequence, m.Sent}) // which cannot fail
	return text
}
