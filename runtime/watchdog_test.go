//go:build cgo

package runtime

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file tests that the watchdog tells of what is blocked, once when it is and once when it goes on.

// watched makes a pump with a watchdog, and returns what waits until that has told of a socket.
func watched(t *testing.T) (*Pump, func(socket string, on BlockedOn, over bool) *BlockedError) {
	var f faults
	p := newPump(t, WithWatchdog(20*time.Millisecond), WithErrorHandler(f.handle))
	return p, func(socket string, on BlockedOn, over bool) (told *BlockedError) {
		t.Helper()
		times := 0
		eventually(t, "the watchdog tells of "+socket, func() bool {
			times = 0
			for _, err := range f.all() {
				var in *Error
				var blocked *BlockedError
				if errors.As(err, &in) && errors.As(err, &blocked) && in.Op == "watchdog" && in.Socket == socket && blocked.On == on && blocked.Over == over {
					times, told = times+1, blocked
				}
			}
			return times > 0
		})
		if times > 1 || told.For < 20*time.Millisecond || told.Since.IsZero() {
			t.Errorf("told %d times: %+v", times, told)
		}
		return told
	}
}

func TestTheWatchdogTellsWhatASocketIsBlockedOn(t *testing.T) {
	t.Run("send", func(t *testing.T) {
		p, told := watched(t)
		topology := testTopology("tcp://127.0.0.1:*")
		out := must(OpenSender(context.Background(), p, topology, "a.pushes", textCodec{}, []SocketOption{TrackPeers()}))(t)
		defer close(out)
		send(t, out, "hello")
		e := told("a.pushes", OnSend, false)
		if equal(t, e.Peers, 0); !strings.Contains(e.Error(), "has no peer") {
			t.Error(e)
		}
		next(t, must(OpenReceiver(context.Background(), p, topology, "b.pulls", textCodec{}, []SocketOption{Connect(p.Socket("test", "a.pushes").Endpoints()...)}))(t))
		told("a.pushes", OnSend, true)
		equal(t, p.Socket("test", "a.pushes").Stats().Blockages, uint64(1))
	})
	t.Run("receive", func(t *testing.T) {
		p, told := watched(t)
		topology := testTopology("inproc://" + t.Name())
		in := must(OpenReceiver(context.Background(), p, topology, "b.pull", textCodec{}, []SocketOption{Buffer(1)}))(t)
		out := must(OpenSender(context.Background(), p, topology, "a.push", textCodec{}, nil))(t)
		defer close(out)
		for range 3 {
			send(t, out, "hello")
		}
		told("b.pull", OnReceive, false)
		for range 3 {
			next(t, in)
		}
		told("b.pull", OnReceive, true)
	})
	t.Run("do", func(t *testing.T) {
		p, told := watched(t)
		must(OpenReceiver(context.Background(), p, testTopology("inproc://"+t.Name()), "b.pull", textCodec{}, nil))(t)
		release, did := make(chan struct{}), make(chan error)
		go func() {
			did <- p.Socket("test", "b.pull").Do(func(*zmq4.Socket) error { <-release; return nil })
		}()
		told("b.pull", OnDo, false)
		close(release)
		told("b.pull", OnDo, true)
		must(0, <-did)(t)
	})
	t.Run("handler", func(t *testing.T) {
		p, told := watched(t)
		m := &Method[string, string]{Name: "Look", Request: textBody, Reply: textBody}
		c, calls := openTraced(t, p, m, testTopology("inproc://"+t.Name()))
		ctx, cancel := context.WithCancel(context.Background())
		release, served := make(chan struct{}), make(chan error)
		go func() {
			served <- RunServer(ctx, nil, Handle(calls, func(context.Context, string) (string, error) { <-release; return "", nil }))
		}()
		called := make(chan error)
		go func() { _, err := Invoke(soon(t), c, m, ""); called <- err }()
		equal(t, told("b.server", OnHandler, false).Method, "Look")
		close(release)
		told("b.server", OnHandler, true)
		must(0, <-called)(t)
		cancel()
		<-served
	})
	t.Run("device", func(t *testing.T) {
		p, told := watched(t)
		top := deviceTopology("tcp://127.0.0.1:*", "tcp://127.0.0.1:*")
		openDevice(t, p, top, "streamer", OnBackend(TrackPeers()))
		send(t, openEnds(t, p, top, "a.push").send, bytesOf("hello"))
		equal(t, told("streamer.backend", OnSend, false).Peers, 0)
		next(t, openEnds(t, p, top, "b.pull").recv)
		told("streamer.backend", OnSend, true)
	})
}
