package compat

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/zmqgen/zmqgen/compat/wire"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file is our end of an exchange, over generated code: what is exchanged, and who sends and receives; asking
// and answering are in calls_test.go, the rest in duplex_test.go. The other end is in peers, where the same stands
// three times.

// opener opens a socket of ours, and returns what is to be done with it until all has been exchanged.
type opener func(s *session, opts ...zmqrt.SocketOption) (work func() error, err error)

// constructor is what zmqgen generates for a socket.
type constructor[S any] func(context.Context, *zmqrt.Pump, ...zmqrt.SocketOption) (S, error)

func item(number int, mark string) wire.Item {
	pad := number % 300
	if number%1000 == 500 {
		pad = 70000 // a frame with a long size, over many reads
	}
	return wire.Item{Shard: uint32(number % 3), Number: uint64(number), Text: fmt.Sprintf("item %d %s%s", number, strings.Repeat("x", pad), mark)}
}

func plain(number int) wire.Item { return item(number, "") }

// probes are what a PUB sends again and again, until each subscription of its peer has let one pass.
func probes[M any](message func(int) M) []M {
	i, ok := any(message(0)).(wire.Item)
	if !ok {
		return []M{message(0)}
	}
	var all []M
	for i.Shard = range uint32(3) {
		all = append(all, any(i).(M))
	}
	return all
}

// One way.

// sending opens a socket that sends: a PUB probes until its peer has subscribed.
func sending[M any](open constructor[chan<- M], message func(int) M, pub bool) opener {
	return func(s *session, opts ...zmqrt.SocketOption) (func() error, error) {
		ch, err := open(s.ctx, s.pump, opts...)
		return func() error {
			if pub {
				if err := probe(s, ch, probes(message)); err != nil {
					return err
				}
			}
			return sendAll(s, ch, message)
		}, err
	}
}

// sendingWhenSubscribed opens a PUB that counts its subscribers, and needs no probes.
func sendingWhenSubscribed[M any](open constructor[chan<- M], message func(int) M) opener {
	return func(s *session, opts ...zmqrt.SocketOption) (func() error, error) {
		ch, err := open(s.ctx, s.pump, append(opts, zmqrt.TrackPeers())...)
		return func() error {
			for _, topic := range topics {
				if err := s.handle().WaitSubscribers(s.ctx, topic, 1); err != nil {
					return err
				}
			}
			return sendAll(s, ch, message)
		}, err
	}
}

// probe sends all again until the peer says that it has received each.
func probe[M any](s *session, ch chan<- M, all []M) error {
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	for {
		select {
		case line := <-s.peer.Lines:
			if line == "ready" {
				return nil
			}
		case <-again.C:
			for _, m := range all {
				if err := put(s, ch, m); err != nil {
					return err
				}
			}
		case <-s.ctx.Done():
			return context.Cause(s.ctx)
		}
	}
}

// sendAll sends all messages and, every tenth time, one of a shard to which nobody has subscribed.
func sendAll[M any](s *session, ch chan<- M, message func(int) M) error {
	for i := 1; i <= s.n; i++ {
		if m, ok := any(message(i)).(wire.Item); ok && s.pairing.form == "topic" && i%10 == 0 {
			m.Shard = 9
			if err := put(s, ch, any(m).(M)); err != nil {
				return err
			}
		}
		if err := put(s, ch, message(i)); err != nil {
			return err
		}
	}
	return nil
}

func put[M any](s *session, ch chan<- M, m M) error {
	select {
	case ch <- m:
		return nil
	case <-s.ctx.Done():
		return context.Cause(s.ctx)
	}
}

// receiving opens a socket that receives: a SUB tells its peer when all probes have come.
func receiving[M any](open constructor[<-chan M], message func(int) M) opener {
	return func(s *session, opts ...zmqrt.SocketOption) (func() error, error) {
		ch, err := open(s.ctx, s.pump, opts...)
		return func() error {
			err := receiveAll(s, ch, message)
			if s.pairing.form == "topic" && err == nil { // an XPUB hears of it
				err = s.handle().Unsubscribe(topics...)
			}
			return err
		}, err
	}
}

func receiveAll[M any](s *session, ch <-chan M, message func(int) M) error {
	due := probes(message)
	for i := 1; i <= s.n; {
		m, err := take(s, ch)
		if err != nil {
			return fmt.Errorf("waiting for message %d: %w", i, err)
		}
		is := func(probe M) bool { return reflect.DeepEqual(m, probe) }
		switch {
		case i == 1 && slices.ContainsFunc(probes(message), is):
			if len(due) > 0 {
				if due = slices.DeleteFunc(due, is); len(due) == 0 {
					s.peer.Say("go")
				}
			}
		case !reflect.DeepEqual(m, message(i)):
			return fmt.Errorf("message %d is %.300v", i, m)
		default:
			i++
		}
	}
	return nil
}

func take[M any](s *session, ch <-chan M) (m M, err error) {
	select {
	case m, ok := <-ch:
		if !ok {
			return m, errors.New("the channel is closed")
		}
		return m, nil
	case <-s.ctx.Done():
		return m, context.Cause(s.ctx)
	}
}

func event(number int) wire.EventsMessage {
	if number%5 == 4 {
		return &wire.Mark{Number: uint64(number)}
	}
	i := plain(number)
	return &i
}
