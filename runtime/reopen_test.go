//go:build cgo

package runtime

import (
	"context"
	"testing"

	"github.com/pebbe/zmq4"
)

// This file tests that a socket is opened anew in time.

// Whoever sends replies that are none, one after the other, does not keep the socket as it is.
func TestMessagesThatWaitDoNotPutOffOpeningAnew(t *testing.T) {
	raw := rawSock(t, zmq4.ROUTER, func(s *zmq4.Socket) error { return s.Bind("tcp://127.0.0.1:*") })
	refused, goOn := make(chan struct{}), make(chan struct{}) // the poll side waits between the two
	p := newPump(t, WithErrorHandler(func(err error) {
		if err.(*Error).Op == "decode" {
			refused <- struct{}{}
			<-goOn
		}
	}))
	to := must(raw.GetLastEndpoint())(t)
	c := must(OpenClient(context.Background(), p, uncorrelated("inproc://unused", Dealer, Router), "a.client", []SocketOption{Connect(to)}))(t)
	a := &asked{raw, p, c}
	result := a.invoke(context.Background(), &bareEcho, "x")
	id := recvFrames(t, raw)[0]
	sendFrames(t, raw, id, "", "y")
	equal(t, <-result, outcome{note{"y"}, nil})

	sendFrames(t, raw, id, "no delimiter")
	<-refused
	for range 100 {
		sendFrames(t, raw, id, "no delimiter")
	}
	goOn <- struct{}{}
	<-refused
	p.Socket("test", "a.client").Do(func(*zmq4.Socket) error {
		c.s.outdate()
		return nil
	})
	go func() { // without the rule
		for range refused {
			goOn <- struct{}{}
		}
	}()
	defer close(refused)
	goOn <- struct{}{}
	eventually(t, "it is opened anew", func() bool { return !c.s.isStale() })
	equal(t, a.stats().Dropped[DroppedDecode], uint64(2))
}
