//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
)

// This file puts Go channels in front of sockets: it opens a socket with the select side that takes
// what a user sends and the sink that gives the user what was received.

// OpenSender opens the named socket and returns the channel whose messages it sends. The user closes
// the channel, which flushes and closes the socket. If the socket ends before that, whatever is still
// sent to the channel is dropped and counted, so that no sender stays blocked. The codec is told of
// each message in the order of the channel; a message that it refuses is counted and reported.
func OpenSender[T any](ctx context.Context, p *Pump, t *Topology, name string, codec Codec[T], opts []SocketOption) (chan<- T, error) {
	if err := t.check(name, SocketType.sends, "sends nothing"); err != nil {
		return nil, err
	}
	s, err := p.open(ctx, t, name, opts)
	if err != nil {
		return nil, err
	}
	return startSender(ctx, s, single[T]{forSending(s, codec)}, s.buffer), nil
}

// OpenBatchSender is OpenSender for a channel of slices. The messages of a slice are sent one by one,
// in order; a slice may have any length. After it was sent to the channel, the slice is the socket's.
func OpenBatchSender[T any](ctx context.Context, p *Pump, t *Topology, name string, codec Codec[T], opts []SocketOption) (chan<- []T, error) {
	if err := t.check(name, SocketType.sends, "sends nothing"); err != nil {
		return nil, err
	}
	s, err := p.openBatched(ctx, t, name, opts)
	if err != nil {
		return nil, err
	}
	return startSender(ctx, s, batched[T]{forSending(s, codec)}, s.batches()), nil
}

// check returns an error if the named socket is of a type that a constructor is not for: ZeroMQ would say so at
// the first message only.
func (t *Topology) check(name string, fits func(SocketType) bool, otherwise string) error {
	if spec, ok := t.Sockets[name]; ok && spec.Type.known() && !fits(spec.Type) {
		return &Error{"open", name, fmt.Errorf("a %v %s", spec.Type, otherwise)}
	}
	return nil // what else may be wrong, opening says
}

// openBatched is open for a channel of slices.
func (p *Pump) openBatched(ctx context.Context, t *Topology, name string, opts []SocketOption) (*Socket, error) {
	if spec, ok := t.Sockets[name]; ok && spec.Batch == 0 {
		return nil, &Error{"open", name, errors.New("the topology gives it no batch")}
	}
	return p.open(ctx, t, name, opts)
}

func startSender[E any](ctx context.Context, s *Socket, enc encoder[E], buffer int) chan<- E {
	side := newSelectSide(s, enc, buffer)
	s.start(ctx, nil, side.discard, side.run)
	return side.ch
}

// OpenReceiver opens the named socket and returns the channel of what it receives. The pump closes the
// channel when the socket ends. Messages whose frames the codec refuses are counted and reported.
func OpenReceiver[T any](ctx context.Context, p *Pump, t *Topology, name string, codec Codec[T], opts []SocketOption) (<-chan T, error) {
	if err := t.check(name, SocketType.receives, "receives nothing"); err != nil {
		return nil, err
	}
	s, err := p.open(ctx, t, name, opts)
	if err != nil {
		return nil, err
	}
	in, ch, sides := openSink(s, forReceiving(s, codec))
	s.start(ctx, in, nil, sides...)
	return ch, nil
}

// openSink makes what gives the messages that s receives to a channel, and the sides that this takes.
func openSink[T any](s *Socket, codec Codec[T]) (in sink, ch <-chan T, sides []func()) {
	if s.overflow == Latest {
		m := newMailbox(s, codec)
		return m, m.ch, []func(){m.run}
	}
	c := newChannelSink(s, codec)
	return c, c.ch, nil
}

// OpenBatchReceiver is OpenReceiver for a channel of slices: of all that has come, up to the batch
// that the topology gives the socket. A slice is never empty, and is the receiver's own.
func OpenBatchReceiver[T any](ctx context.Context, p *Pump, t *Topology, name string, codec Codec[T], opts []SocketOption) (<-chan []T, error) {
	if err := t.check(name, SocketType.receives, "receives nothing"); err != nil {
		return nil, err
	}
	s, err := p.openBatched(ctx, t, name, opts)
	if err != nil {
		return nil, err
	}
	c := newBatchSink(s, forReceiving(s, codec))
	s.start(ctx, c, nil)
	return c.ch, nil
}

// OpenDuplex opens the named socket, a PAIR, a DEALER or a ROUTER that is no server, and returns the channel of
// what it sends and that of what it receives. Closing the first ends sending only, after what it holds; the
// socket ends by ctx, the pump or its handle, and then the second is closed. The channels are independent: while one
// of them is blocked the other goes on. The codecs of a ROUTER are made by ByPeer or ItemsByPeer, so that what it sends goes
// to the peer that each message names; one for a peer that is not connected is counted and reported, and one for a peer
// that takes no more waits up to a second, without keeping others waiting.
func OpenDuplex[S, R any](ctx context.Context, p *Pump, t *Topology, name string, send Codec[S], recv Codec[R], opts []SocketOption) (chan<- S, <-chan R, error) {
	if err := t.check(name, SocketType.duplex, "is not for two channels, a PAIR, DEALER or ROUTER is"); err != nil {
		return nil, nil, err
	}
	return openBoth(ctx, p, t, name, send, recv, opts)
}

// openBoth is OpenDuplex for every type that sends and receives.
func openBoth[S, R any](ctx context.Context, p *Pump, t *Topology, name string, send Codec[S], recv Codec[R], opts []SocketOption) (chan<- S, <-chan R, error) {
	s, err := p.open(ctx, t, name, opts)
	if err != nil {
		return nil, nil, err
	}
	in, ch, sides := openSink(s, forReceiving(s, recv))
	out := newSelectSide(s, single[S]{forSending(s, send)}, s.buffer)
	out.half = true
	s.start(ctx, in, out.discard, append(sides, out.run)...)
	return out.ch, ch, nil
}

// rawCodec is the codec of messages as they are: their frames.
type rawCodec struct{}

func (rawCodec) AppendFrames(w *FrameWriter, m *[][]byte) error {
	for _, f := range *m {
		w.Frame(f)
	}
	return nil
}

func (rawCodec) ParseFrames(frames [][]byte, m *[][]byte) error {
	*m = cloneFrames(frames)
	return nil
}

// cloneFrames copies frames into memory of their own, in two allocations.
func cloneFrames(frames [][]byte) [][]byte {
	size := 0
	for _, f := range frames {
		size += len(f)
	}
	buf, out := make([]byte, 0, size), make([][]byte, len(frames))
	for i, f := range frames {
		at := len(buf)
		buf = append(buf, f...)
		out[i] = buf[at:len(buf):len(buf)]
	}
	return out
}

// openRaw opens the named socket, of any type, for messages as frames, whatever ZeroMQ itself puts
// before them included. A channel for a direction that the type does not have is nil. It is what
// devices and tests are made of.
func openRaw(ctx context.Context, p *Pump, t *Topology, name string, opts []SocketOption) (send chan<- [][]byte, recv <-chan [][]byte, err error) {
	switch typ := t.Sockets[name].Type; {
	case !typ.receives():
		send, err = OpenSender(ctx, p, t, name, rawCodec{}, opts)
	case !typ.sends():
		recv, err = OpenReceiver(ctx, p, t, name, rawCodec{}, opts)
	default:
		send, recv, err = openBoth(ctx, p, t, name, rawCodec{}, rawCodec{}, opts)
	}
	return send, recv, err
}
