//go:build cgo

package runtime

import (
	"context"
	"fmt"

	"github.com/pebbe/zmq4"
)

// This file is subscriptions as messages: those that an XPUB hears of and an XSUB makes.

// Subscription is a subscription to the topics that begin with Topic, or the end of one.
type Subscription struct {
	Topic       string
	Unsubscribe bool
}

// subscriptionCodec is the codec of subscriptions: [0x01 topic] for one, [0x00 topic] for its end.
type subscriptionCodec struct{}

func (subscriptionCodec) AppendFrames(w *FrameWriter, m *Subscription) error {
	if err := checkPrefix(m.Topic); err != nil {
		return err
	}
	w.End(append(append(w.Begin(), subscribeByte(!m.Unsubscribe)), m.Topic...))
	return nil
}

func (subscriptionCodec) ParseFrames(frames [][]byte, m *Subscription) error {
	if len(frames) != 1 || len(frames[0]) == 0 || frames[0][0] > 1 {
		return &FrameError{fmt.Sprintf("%s that begin with %s, and are no subscription", frameCount(frames), quoteFrame(frames[0]))}
	}
	m.Topic, m.Unsubscribe = string(frames[0][1:]), frames[0][0] == 0
	return nil
}

// checkPrefix returns an error if publishers would hang up on who subscribes to a prefix.
func checkPrefix(prefix string) error {
	if len(prefix) > maxSubscription {
		return fmt.Errorf("prefix of %d bytes, want at most %d", len(prefix), maxSubscription)
	}
	return nil
}

func subscribeByte(on bool) byte {
	if on {
		return 1
	}
	return 0
}

// subscribe has a socket of the type subscribe to prefix, unsubscribe end that. A SUB has an option for
// it, an XSUB sends a message, which never blocks.
func (t SocketType) subscribe(zsock *zmq4.Socket, prefix string) error {
	if err := checkPrefix(prefix); err != nil {
		return err
	}
	if t == XSub {
		_, err := zsock.Send("\x01"+prefix, zmq4.DONTWAIT)
		return err
	}
	return zsock.SetSubscribe(prefix)
}

func (t SocketType) unsubscribe(zsock *zmq4.Socket, prefix string) error {
	if t == XSub {
		_, err := zsock.Send("\x00"+prefix, zmq4.DONTWAIT)
		return err
	}
	return zsock.SetUnsubscribe(prefix)
}

func (s *Socket) socketType() SocketType {
	if s == nil {
		return 0
	}
	return s.typ
}

// OpenXPub opens the named socket, an XPUB, and returns the channel of what it publishes and that of the
// subscriptions that it hears of: one for each subscriber and topic, and its end, also when the subscriber
// goes without a word. Nobody needs to read them: without room the oldest is dropped and counted. A peer may end
// a subscription that it never made, and makes one again that it has. Closing the channel that it sends ends
// sending only; the socket ends by ctx, the pump or its handle.
func OpenXPub[T any](ctx context.Context, p *Pump, t *Topology, name string, codec Codec[T], opts []SocketOption) (chan<- T, <-chan Subscription, error) {
	if err := t.check(name, func(typ SocketType) bool { return typ == XPub }, "is not an XPUB"); err != nil {
		return nil, nil, err
	}
	return openBoth(ctx, p, t, name, codec, subscriptionCodec{}, opts)
}

// OpenXSub opens the named socket, an XSUB, and returns the channel by which it subscribes and that of
// what it receives. What is subscribed to twice must be ended twice. Closing the channel by which it subscribes ends
// no subscription; the socket ends by ctx, the pump or its handle.
func OpenXSub[T any](ctx context.Context, p *Pump, t *Topology, name string, codec Codec[T], opts []SocketOption) (chan<- Subscription, <-chan T, error) {
	if err := t.check(name, func(typ SocketType) bool { return typ == XSub }, "is not an XSUB"); err != nil {
		return nil, nil, err
	}
	return openBoth(ctx, p, t, name, subscriptionCodec{}, codec, opts)
}
