package runtime

import "time"

// This file is messages with metadata: those of channels of patterns that say so.

// Item is a message and its metadata.
type Item[T any] struct {
	Msg  T
	Meta Meta

	// User is, of a message that was received, as whom the socket's security has let the peer in, as Call.User is. It is not sent.
	User string
}

func (m *Item[T]) setUser(user string) { m.User = user }

// Items makes of the codec of messages one of messages with metadata. A message has that many frames without it. It
// has limits if codec has. What a socket sends by it gets a Sequence and the time where the user has set none.
func Items[T any](codec Codec[T], frames int) Codec[Item[T]] {
	meta := func(m *Item[T]) *Meta { return &m.Meta }
	if limited, ok := codec.(LimitedCodec[T]); ok {
		return addMeta[Item[T]](limitedItem[T]{itemCodec[T]{codec}, limited}, meta, frames)
	}
	return addMeta[Item[T]](itemCodec[T]{codec}, meta, frames)
}

// ItemsByPeer is Items for a ROUTER, as ByPeer makes its codec: a message has that many frames behind the routing id.
func ItemsByPeer[T any](codec Codec[T], frames int) Codec[Routed[T]] {
	return addMeta(ByPeer(codec), func(m *Routed[T]) *Meta { return &m.Meta }, frames+1)
}

// itemCodec is the codec of items without their metadata.
type itemCodec[T any] struct{ codec Codec[T] }

func (c itemCodec[T]) AppendFrames(w *FrameWriter, m *Item[T]) error {
	return c.codec.AppendFrames(w, &m.Msg)
}

func (c itemCodec[T]) ParseFrames(frames [][]byte, m *Item[T]) error {
	return c.codec.ParseFrames(frames, &m.Msg)
}

type limitedItem[T any] struct {
	itemCodec[T]
	limits LimitedCodec[T]
}

func (c limitedItem[T]) ValidateMessage(m *Item[T]) error { return c.limits.ValidateMessage(&m.Msg) }

// metaCodec adds metadata behind what codec writes, and reads it from there.
type metaCodec[M any] struct {
	codec Codec[M]
	meta  func(*M) *Meta
	at    int     // the frame that it is
	count *uint64 // of what was sent; nil if that is nobody's
}

type limitedMetaCodec[M any] struct {
	metaCodec[M]
	limits LimitedCodec[M]
}

func (c limitedMetaCodec[M]) ValidateMessage(m *M) error { return c.limits.ValidateMessage(m) }

func addMeta[M any](codec Codec[M], meta func(*M) *Meta, at int) Codec[M] {
	c := metaCodec[M]{codec: codec, meta: meta, at: at}
	if limited, ok := codec.(LimitedCodec[M]); ok {
		return limitedMetaCodec[M]{c, limited}
	}
	return c
}

// counting returns the codec for what one socket sends.
func (c metaCodec[M]) counting() Codec[M] {
	c.count = new(uint64)
	return c
}

func (c limitedMetaCodec[M]) counting() Codec[M] {
	c.count = new(uint64)
	return c
}

func (c metaCodec[M]) AppendFrames(w *FrameWriter, m *M) error {
	if err := c.codec.AppendFrames(w, m); err != nil {
		return err
	}
	meta := *c.meta(m)
	if c.count != nil {
		meta.stamp(*c.count + 1)
	}
	if err := meta.write(w); err != nil {
		return err
	}
	if c.count != nil {
		*c.count++
	}
	return nil
}

// stamp fills in what the user has not set.
func (m *Meta) stamp(sequence uint64) {
	if m.Sequence == 0 {
		m.Sequence = sequence
	}
	if m.Sent.IsZero() {
		m.Sent = time.Now()
	}
}

func (c metaCodec[M]) ParseFrames(frames [][]byte, m *M) error {
	if err := c.codec.ParseFrames(frames, m); err != nil || len(frames) <= c.at {
		return err
	}
	_, err := c.meta(m).parse(frames[c.at])
	return err
}
