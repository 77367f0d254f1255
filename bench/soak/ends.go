package main

import (
	"context"

	"github.com/zmqgen/zmqgen/bench/soak/flows"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file makes of the channels that generated constructors return, each of its own type, ends that all work alike.

// end is an open socket. What it cannot do is nil.
type end struct {
	send    func(ls []letter, stop <-chan struct{}) (sent int) // returns early when stop is closed
	hangUp  func()                                             // closes what it sends on
	receive func(each func(letter))                            // until the socket has ended
	twoWay  bool                                               // it does not end when what it sends on is closed
	client  caller
	server  *flows.CallsServer
}

// caller is a generated client.
type caller interface {
	Once(context.Context, flows.Ask) (flows.Told, error)
	Again(context.Context, flows.Ask) (flows.Told, error)
}

type opener func(context.Context, *zmqrt.Pump, []zmqrt.SocketOption) (end, error)

// constructor, twin and both are the types of generated constructors.
type (
	constructor[T any] func(context.Context, *zmqrt.Pump, ...zmqrt.SocketOption) (T, error)
	twin[S, R any]     func(context.Context, *zmqrt.Pump, ...zmqrt.SocketOption) (chan<- S, <-chan R, error)
)

func sends[T any](open constructor[chan<- T], write func(letter) T) opener {
	return func(ctx context.Context, p *zmqrt.Pump, opts []zmqrt.SocketOption) (e end, err error) {
		ch, err := open(ctx, p, opts...)
		e.send, e.hangUp = sending(ch, write), func() { close(ch) }
		return e, err
	}
}

func sending[T any](ch chan<- T, write func(letter) T) func([]letter, <-chan struct{}) int {
	return func(ls []letter, stop <-chan struct{}) int {
		for i, l := range ls {
			select {
			case ch <- write(l):
			case <-stop:
				return i
			}
		}
		return len(ls)
	}
}

// sendsSlices is sends for a channel of slices.
func sendsSlices[T any](open constructor[chan<- []T], write func(letter) T) opener {
	return func(ctx context.Context, p *zmqrt.Pump, opts []zmqrt.SocketOption) (e end, err error) {
		ch, err := open(ctx, p, opts...)
		e.hangUp = func() { close(ch) }
		e.send = func(ls []letter, stop <-chan struct{}) int {
			slice := make([]T, len(ls))
			for i, l := range ls {
				slice[i] = write(l)
			}
			select {
			case ch <- slice:
				return len(ls)
			case <-stop:
				return 0
			}
		}
		return e, err
	}
}

func receives[T any](open constructor[<-chan T], read func(T) letter) opener {
	return func(ctx context.Context, p *zmqrt.Pump, opts []zmqrt.SocketOption) (e end, err error) {
		ch, err := open(ctx, p, opts...)
		e.receive = receiving(ch, read)
		return e, err
	}
}

func receiving[T any](ch <-chan T, read func(T) letter) func(func(letter)) {
	return func(each func(letter)) {
		for m := range ch {
			each(read(m))
		}
	}
}

func receivesSlices[T any](open constructor[<-chan []T], read func(T) letter) opener {
	return func(ctx context.Context, p *zmqrt.Pump, opts []zmqrt.SocketOption) (e end, err error) {
		ch, err := open(ctx, p, opts...)
		e.receive = func(each func(letter)) {
			for slice := range ch {
				for _, m := range slice {
					each(read(m))
				}
			}
		}
		return e, err
	}
}

// exchanges is a socket whose both directions are messages.
func exchanges[S, R any](open twin[S, R], write func(letter) S, read func(R) letter) opener {
	return func(ctx context.Context, p *zmqrt.Pump, opts []zmqrt.SocketOption) (e end, err error) {
		out, in, err := open(ctx, p, opts...)
		e.send, e.hangUp, e.receive, e.twoWay = sending(out, write), func() { close(out) }, receiving(in, read), true
		return e, err
	}
}

// publishes is an XPUB, whose events nobody needs to read; here somebody does.
func publishes(open twin[flows.Note, zmqrt.Subscription]) opener {
	return func(ctx context.Context, p *zmqrt.Pump, opts []zmqrt.SocketOption) (e end, err error) {
		out, events, err := open(ctx, p, opts...)
		if err == nil {
			go func() {
				for range events {
				}
			}()
		}
		e.send, e.hangUp, e.twoWay = sending(out, writeNote), func() { close(out) }, true
		return e, err
	}
}

// subscribes is an XSUB, which subscribes by its handle here.
func subscribes(open twin[zmqrt.Subscription, flows.Note]) opener {
	return func(ctx context.Context, p *zmqrt.Pump, opts []zmqrt.SocketOption) (e end, err error) {
		out, in, err := open(ctx, p, opts...)
		e.hangUp, e.receive, e.twoWay = func() { close(out) }, receiving(in, readNote), true
		return e, err
	}
}

func calls[C caller](open constructor[C]) opener {
	return func(ctx context.Context, p *zmqrt.Pump, opts []zmqrt.SocketOption) (e end, err error) {
		e.client, err = open(ctx, p, opts...)
		return e, err
	}
}

func serves(open constructor[*flows.CallsServer]) opener {
	return func(ctx context.Context, p *zmqrt.Pump, opts []zmqrt.SocketOption) (e end, err error) {
		e.server, err = open(ctx, p, opts...)
		return e, err
	}
}

// servesLone is serves, of the pattern whose calls are not correlated.
func servesLone(open constructor[*flows.LoneServer]) opener {
	return func(ctx context.Context, p *zmqrt.Pump, opts []zmqrt.SocketOption) (e end, err error) {
		server, err := open(ctx, p, opts...)
		e.server = (*flows.CallsServer)(server)
		return e, err
	}
}

func writeNote(l letter) flows.Note { return l.Note }
func readNote(n flows.Note) letter  { return letter{Note: n} }
func writeRouted(l letter) zmqrt.Routed[flows.Note] {
	return zmqrt.Routed[flows.Note]{Peer: l.peer, Msg: l.Note}
}

func readRouted(m zmqrt.Routed[flows.ChatDealerMessage]) letter {
	l := unnamed(m.Msg)
	l.peer = m.Peer
	return l
}

func writeMixedItem(l letter) zmqrt.Item[flows.MixedMessage] {
	return zmqrt.Item[flows.MixedMessage]{Msg: l.named(), Meta: zmqrt.Meta{Headers: map[string]string{"soak": "mixed"}}}
}

func readMixedItem(m zmqrt.Item[flows.MixedMessage]) letter { return unnamed(m.Msg) }

func writeTapeItem(l letter) zmqrt.Item[flows.TapeMessage] {
	return zmqrt.Item[flows.TapeMessage]{Msg: l.named(), Meta: zmqrt.Meta{Headers: map[string]string{"soak": "tape"}}}
}

func readTapeItem(m zmqrt.Item[flows.TapeMessage]) letter { return unnamed(m.Msg) }

func writeChat(l letter) flows.ChatDealerMessage  { return l.named() }
func writeLink(l letter) flows.LinkConnectMessage { return l.named() }
func readLink(m flows.LinkConnectMessage) letter  { return unnamed(m) }
