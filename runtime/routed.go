package runtime

import "errors"

// This file is the messages of a ROUTER that is not a server: each with the routing id of its peer.

// Routed is a message that a ROUTER received from a peer or sends to it.
type Routed[T any] struct {
	Peer string // the peer's routing id: bytes, of which ZeroMQ makes up five if the peer gives itself none
	Msg  T
	Meta Meta // of a message whose pattern has metadata

	// User is, of a message that was received, as whom the socket's security has let the peer in, as Call.User is; unlike Peer, which a
	// peer gives itself. It is not sent.
	User string
}

func (m *Routed[T]) setUser(user string) { m.User = user }

// errProbe is what the frames of a probe are refused with: a peer with ZMQ_PROBE_ROUTER says by an empty
// message that it is there. It is not counted.
var errProbe = errors.New("a probe")

// ByPeer makes of the codec of what a DEALER and a ROUTER say to each other that of the ROUTER, for which
// the routing id of the peer comes first. It has limits if codec has.
func ByPeer[T any](codec Codec[T]) Codec[Routed[T]] {
	if limited, ok := codec.(LimitedCodec[T]); ok {
		return limitedByPeer[T]{byPeer[T]{codec}, limited}
	}
	return byPeer[T]{codec}
}

type byPeer[T any] struct{ codec Codec[T] }

func (c byPeer[T]) AppendFrames(w *FrameWriter, m *Routed[T]) error {
	if m.Peer == "" || len(m.Peer) > maxRoutingID {
		return errors.New("invalid Peer " + quoteFrame([]byte(m.Peer)) + ", want the routing id of a peer that was received from")
	}
	w.FrameString(m.Peer)
	return c.codec.AppendFrames(w, &m.Msg)
}

func (c byPeer[T]) ParseFrames(frames [][]byte, m *Routed[T]) error {
	if len(frames) < 2 {
		return &FrameError{frameCount(frames) + ", want a routing id and a message"}
	}
	m.Peer = string(frames[0])
	err := c.codec.ParseFrames(frames[1:], &m.Msg)
	if err != nil && len(frames) == 2 && len(frames[1]) == 0 {
		return errProbe
	}
	return err
}

type limitedByPeer[T any] struct {
	byPeer[T]
	limits LimitedCodec[T]
}

func (c limitedByPeer[T]) ValidateMessage(m *Routed[T]) error {
	return c.limits.ValidateMessage(&m.Msg)
}
