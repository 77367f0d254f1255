//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"testing"
)

// Fact 8: a socket that cannot go on says why, to its handle and to the error handler, and all others
// go on.
func TestAnErrorStopsItsOwnSocketOnly(t *testing.T) {
	for _, c := range []struct {
		op, name string
		provoke  func(*testing.T, *Pump, *Topology)
	}{
		{"send", "b.sub", func(t *testing.T, p *Pump, top *Topology) { // which cannot send
			ch, _, err := openBoth(context.Background(), p, top, "b.sub", textCodec{}, textCodec{}, []SocketOption{Connect("inproc://elsewhere")})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { close(ch) })
			s := p.Socket("test", "b.sub")
			for n := range uint64(3) { // one that fails, and those that are late
				send(t, ch, "x")
				eventually(t, "the message is counted", func() bool { return s.Stats().Dropped[DroppedEnded] == n+1 })
			}
		}},
		{"receive", "a.pub", func(t *testing.T, p *Pump, top *Topology) { // which cannot receive
			s := must(p.open(context.Background(), top, "a.pub", []SocketOption{Bind("inproc://elsewhere")}))(t)
			if s.file == nil { // it has no poll side
				s.unwatch()
				s.nudged = nil
				if err := s.duplicate(s.fd); err != nil {
					t.Fatal(err)
				}
			}
			sink := newChannelSink(s, textCodec{})
			s.start(context.Background(), sink, nil)
			if _, open := <-sink.ch; open {
				t.Error("received something")
			}
		}},
	} {
		t.Run(c.op, func(t *testing.T) {
			var p *Pump
			failed := make(chan *Socket, 1)
			p = newPump(t, WithErrorHandler(func(err error) {
				if e := new(Error); errors.As(err, &e) && e.Op == c.op && e.Socket == c.name && errors.Is(err, syscall.ENOTSUP) {
					failed <- p.Socket("test", c.name)
				}
			}))
			ctx, top := context.Background(), testTopology("inproc://errors")
			pull := must(OpenReceiver(ctx, p, top, "b.pull", textCodec{}, nil))(t)
			push := must(OpenSender(ctx, p, top, "a.push", textCodec{}, nil))(t)
			defer close(push)
			c.provoke(t, p, top)
			s := next(t, failed)
			within(t, endTime, "the end of the socket", func() { <-s.Done() })
			if !errors.Is(s.Err(), syscall.ENOTSUP) {
				t.Errorf("Err is %v", s.Err())
			}
			for i := range 1000 {
				send(t, push, fmt.Sprint(i))
				equal(t, next(t, pull), fmt.Sprint(i))
			}
		})
	}
}
