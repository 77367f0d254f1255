package compat

import (
	"context"
	"fmt"
	"reflect"

	"github.com/zmqgen/zmqgen/compat/wire"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file is our end of exchanges over sockets that both send and receive: DEALER with ROUTER, PAIR, and XPUB and XSUB,
// which have events of subscriptions besides.

// duplex is what zmqgen generates for a socket with two channels.
type duplex[S, R any] func(context.Context, *zmqrt.Pump, ...zmqrt.SocketOption) (chan<- S, <-chan R, error)

// window is how many messages one who asks is ahead of the answers.
const window = 64

// named is a message of a pattern in which each carries its name.
func named[M any](number int) M { return event(number).(M) }

// opening opens a socket with two channels.
func opening[S, R any](open duplex[S, R], work func(*session, chan<- S, <-chan R) error) opener {
	return func(s *session, opts ...zmqrt.SocketOption) (func() error, error) {
		out, in, err := open(s.ctx, s.pump, opts...)
		return func() error { return work(s, out, in) }, err
	}
}

// converse sends all messages, and receives as many while it does.
func converse[R any](s *session, out chan<- wire.Item, in <-chan R) error {
	for sent, received := 0, 0; received < s.n; {
		var ready chan<- wire.Item
		if sent < s.n && sent-received < window {
			ready = out
		}
		select {
		case ready <- plain(sent + 1):
			sent++
		case m, ok := <-in:
			if received++; !ok || !reflect.DeepEqual(m, named[R](received)) {
				return fmt.Errorf("message %d is %.300v", received, m)
			}
		case <-s.ctx.Done():
			return fmt.Errorf("%d sent, %d received: %w", sent, received, context.Cause(s.ctx))
		}
	}
	return nil
}

// respond receives all messages, and sends one back for each.
func respond[S any](s *session, out chan<- S, in <-chan wire.Item) error {
	for i := 1; i <= s.n; i++ {
		m, err := take(s, in)
		if err == nil && m != plain(i) {
			err = fmt.Errorf("message %d is %.300v", i, m)
		}
		if err == nil {
			err = put(s, out, named[S](i))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// route does so at a ROUTER, with the routing id of the one who sent it.
func route[S any](s *session, out chan<- zmqrt.Routed[S], in <-chan zmqrt.Routed[wire.Item]) error {
	for i := 1; i <= s.n; i++ {
		m, err := take(s, in)
		if err == nil && (m.Msg != plain(i) || m.Peer == "") {
			err = fmt.Errorf("message %d is %.300v", i, m)
		}
		if err == nil {
			err = put(s, out, zmqrt.Routed[S]{Peer: m.Peer, Msg: named[S](i)})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// topics are those to which the right side of a pattern with topics subscribes.
var topics = []string{"item.0.", "item.1.", "item.2."}

// publishToSubscribers sends when the peer has subscribed, and then waits until it has unsubscribed.
func publishToSubscribers(s *session, out chan<- wire.Item, in <-chan zmqrt.Subscription) error {
	if err := awaitSubscriptions(s, in, false); err != nil {
		return err
	}
	if err := sendAll(s, out, plain); err != nil {
		return err
	}
	return awaitSubscriptions(s, in, true)
}

func awaitSubscriptions(s *session, in <-chan zmqrt.Subscription, unsubscribe bool) error {
	due := map[zmqrt.Subscription]bool{}
	for _, topic := range topics {
		due[zmqrt.Subscription{Topic: topic, Unsubscribe: unsubscribe}] = true
	}
	for len(due) > 0 {
		event, err := take(s, in)
		if err != nil {
			return fmt.Errorf("waiting for %v: %w", due, err)
		}
		if !due[event] {
			return fmt.Errorf("a subscription: %v", event)
		}
		delete(due, event)
	}
	return nil
}

// subscribeByMessages sends subscriptions, receives, and takes them back.
func subscribeByMessages(s *session, out chan<- zmqrt.Subscription, in <-chan wire.Item) error {
	for _, topic := range topics {
		if err := put(s, out, zmqrt.Subscription{Topic: topic}); err != nil {
			return err
		}
	}
	if err := receiveAll(s, in, plain); err != nil {
		return err
	}
	for _, topic := range topics {
		if err := put(s, out, zmqrt.Subscription{Topic: topic, Unsubscribe: true}); err != nil {
			return err
		}
	}
	return nil
}
