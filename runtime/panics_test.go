//go:build cgo

package runtime

import (
	"context"
	"errors"
	"testing"
	"time"
)

// This file tests calls whose codecs panic, as they do for a user's nil pointer where a value must be.

// fragile panics when it is to be sent, if it is nil.
type fragile *byte

var fragileBody = OneFrame(
	func(f fragile, b []byte) ([]byte, error) { return append(b, *f), nil },
	func(f *fragile, b []byte) error { *f = new(byte); return nil })

var fetch = Method[None, fragile]{Name: "Fetch", Timeout: 5 * time.Second, Reply: fragileBody}

func TestAReplyThatPanicsIsAnsweredAndTheServerGoesOn(t *testing.T) {
	overPairings(t, func(t *testing.T, top *Topology) {
		p := newPump(t)
		var calls <-chan *Call[None, fragile]
		if err := OpenServer(context.Background(), p, top, "b.server", nil, Serve(&fetch, &calls)); err != nil {
			t.Fatal(err)
		}
		reply := make(chan fragile, 1)
		go RunServer(context.Background(), nil, Handle(calls, func(context.Context, None) (fragile, error) { return <-reply, nil }))
		c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
		for range 2 {
			reply <- nil
			_, err := Invoke(context.Background(), c, &fetch, None{})
			var status *StatusError
			if !errors.As(err, &status) || status.Name != StatusInternal {
				t.Errorf("got %v", err)
			}
			reply <- new(byte)
			must(Invoke(context.Background(), c, &fetch, None{}))(t)
		}
		equal(t, p.Socket("test", "b.server").Stats().Dropped, map[Cause]uint64{DroppedEncode: 2})
	})
}

func TestARequestThatPanicsLeavesNoCallBehind(t *testing.T) {
	overPairings(t, func(t *testing.T, top *Topology) {
		p := newPump(t)
		openBare(t, p, top, &echo)
		c := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
		for _, idempotent := range []bool{false, true} {
			func() {
				defer func() {
					if recover() == nil {
						t.Error("it does not panic")
					}
				}()
				ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
				defer cancel()
				Invoke(ctx, c, &Method[fragile, None]{Name: "Put", Request: fragileBody, Idempotent: idempotent}, nil)
			}()
			equal(t, c.calls.len(), 0)
			equal(t, must(Invoke(context.Background(), c, &echo, note{"x"}))(t), note{"x"})
		}
	})
}
