//go:build cgo

package runtime

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pebbe/zmq4"
)

// This file takes connections from sockets whose next message is always half received: each of its frames is too large for the
// memory that it is to go to, and libzmq is asked what there is to receive before there is more of it.

// flooding is a peer that binds, and floods whoever connects. It speaks ZMTP by itself, so that what is torn was torn here.
func flooding(t *testing.T, message func(n int) [][]byte) (endpoint string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	noError(t, err)
	var conns sync.WaitGroup
	t.Cleanup(func() {
		l.Close()
		conns.Wait()
	})
	conns.Add(1)
	go func() {
		defer conns.Done()
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			conns.Add(1)
			context.AfterFunc(t.Context(), func() { c.Close() })
			go func() {
				defer conns.Done()
				zmtpFlood(c, "", message)
			}()
		}
	}()
	return "tcp://" + l.Addr().String()
}

// joins is a peer that connects and floods until quit.
func joins(t *testing.T, endpoint, id string, message func(n int) [][]byte) (quit func()) {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(endpoint, "tcp://"))
	noError(t, err)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		zmtpFlood(c, id, message)
	}()
	return func() {
		c.Close()
		<-gone
	}
}

// half is a socket of ZeroMQ's as the shim has it, with no pump.
func half(t *testing.T, ctx *zmq4.Context, zmqType zmq4.Type, typ SocketType) *Socket {
	t.Helper()
	zsock, err := ctx.NewSocket(zmqType)
	noError(t, err)
	s := new(Socket)
	s.typ, s.raw = typ, newRawSocket(zsock)
	t.Cleanup(func() {
		s.raw.free()
		zsock.SetLinger(0)
		zsock.Close()
	})
	return s
}

// byFrame receives a whole message, each frame of it by another call.
func (s *Socket) byFrame(t *testing.T) [][]byte {
	t.Helper()
	in := &inbox{buf: make([]byte, 1), frames: make([]uint32, 8)}
	var r *received
	eventually(t, "a message comes", func() bool {
		r = s.raw.recv(in, 1, 1<<30, 100)
		return r.msgs > 0
	})
	if !in.next() {
		t.Fatal("the message that came is not there")
	}
	var frames [][]byte
	for _, f := range in.views {
		frames = append(frames, slices.Clone(f))
	}
	s.raw.giveBack(in)
	return frames
}

func TestConnectionsGoFromARepBetweenRequests(t *testing.T) {
	ctx, err := zmq4.NewContext()
	noError(t, err)
	t.Cleanup(func() { ctx.Term() })
	s := half(t, ctx, zmq4.REP, Rep)
	var at []string
	for i := range 4 {
		at = append(at, flooding(t, func(n int) [][]byte { return parts(Rep, i, n) }))
		noError(t, s.raw.zsock.Connect(at[i]))
	}
	for k := range 1000 {
		intact(t, Rep, s.byFrame(t))
		if k%3 == 0 {
			e := at[k/3%len(at)]
			noError(t, s.disconnect(s.raw.zsock, e))
			noError(t, s.raw.zsock.Connect(e))
		}
		noError(t, s.raw.send([]byte("well"), []uint32{4}).err)
	}
}

func TestATakenRoutingIDTearsNothingOfOthers(t *testing.T) {
	ctx, err := zmq4.NewContext()
	noError(t, err)
	t.Cleanup(func() { ctx.Term() })
	s := half(t, ctx, zmq4.ROUTER, Router)
	noError(t, s.raw.zsock.SetRouterHandover(true))
	s.raw.beCareful(true)
	noError(t, s.raw.zsock.Bind("tcp://127.0.0.1:*"))
	at, err := s.raw.zsock.GetLastEndpoint()
	noError(t, err)
	for i := range 3 {
		defer joins(t, at, fmt.Sprint("peer ", i), func(n int) [][]byte { return parts(Router, i, n) })()
	}
	var taken []func()
	for k := range 1000 {
		if k%10 == 0 {
			taken = append(taken, joins(t, at, "taken", func(n int) [][]byte { return parts(Router, 3, n) }))
		}
		if len(taken) > 3 {
			taken[0]()
			taken = taken[1:]
		}
		intact(t, Router, s.byFrame(t))
	}
	for _, quit := range taken {
		quit()
	}
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
