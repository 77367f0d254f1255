//go:build cgo

package runtime

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file has sockets with heartbeats meet users that stop reading: nobody is taken for dead for that, and nothing dies of it.

// probes says by what a socket misses peers, and of TCP after how many seconds it probes, how often, how many times, and when it gives up.
func probes(t *testing.T, top *Topology, s *Socket) (got string) {
	t.Helper()
	c := must(configure(top, "a.one", nil))(t)
	err := s.Do(func(zsock *zmq4.Socket) error {
		if on := must(zsock.GetTcpKeepalive())(t); on != 1 {
			got = fmt.Sprint("zmtp ", c.heartbeatTimeout())
			return nil
		}
		idle, probe, count, most := must(zsock.GetTcpKeepaliveIdle())(t), must(zsock.GetTcpKeepaliveIntvl())(t), must(zsock.GetTcpKeepaliveCnt())(t), must(zsock.GetTcpMaxrt())(t)
		got = fmt.Sprintf("tcp %d %d %d %v", idle, probe, count, most)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestWhoeverMayStopReadingIsProbedByTCP(t *testing.T) {
	const (
		fifteen  = 15 * time.Second
		patient  = "zmtp 1m0s"
		reading  = "zmtp 15s"
		receives = "tcp 15 1 15 30s"
		stalling = "tcp 15 1 60 1m15s"
	)
	spec := func(change func(*SocketSpec)) SocketSpec {
		s := SocketSpec{Bind: []string{"tcp://127.0.0.1:*"}, Linger: Lingering(testLinger), Heartbeat: Lingering(fifteen)}
		change(&s)
		return s
	}
	of := func(typ SocketType) SocketSpec { return spec(func(s *SocketSpec) { s.Type = typ }) }
	for _, c := range []struct {
		name string
		spec SocketSpec
		want string
	}{
		{"push", of(Push), patient},
		{"pub", of(Pub), patient},
		{"xpub", of(XPub), patient},
		{"pull", of(Pull), receives},
		{"sub", of(Sub), receives},
		{"xsub", of(XSub), receives},
		{"dealer", of(Dealer), stalling},
		{"router", of(Router), stalling},
		{"pair", of(Pair), stalling},
		{"pair that connects", spec(func(s *SocketSpec) { s.Type, s.Bind, s.Connect = Pair, nil, []string{"inproc://other"} }), patient},
		{"sub that drops", spec(func(s *SocketSpec) { s.Type, s.Overflow = Sub, DropOldest }), reading},
		{"dealer that drops", spec(func(s *SocketSpec) { s.Type, s.Overflow = Dealer, DropNewest }), patient},
		{"pull with a timeout", spec(func(s *SocketSpec) { s.Type, s.HeartbeatTimeout = Pull, Lingering(1500*time.Millisecond) }), "tcp 15 1 2 16.5s"},
		{"pull that gives nobody up", spec(func(s *SocketSpec) { s.Type, s.HeartbeatTimeout = Pull, Lingering(0) }), "tcp 15 -1 -1 0s"},
		{"pull that TCP probes itself", spec(func(s *SocketSpec) { s.Type, s.TCPKeepalive = Pull, Lingering(7*time.Second) }), "tcp 7 1 15 30s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPump(t)
			top := &Topology{Name: "raw", Sockets: map[string]SocketSpec{"a.one": c.spec}}
			openEnds(t, p, top, "a.one")
			equal(t, probes(t, top, p.Socket("raw", "a.one")), c.want)
		})
	}
}

// stalling opens a PUSH and a PULL with small queues and heartbeats, and has the PUSH send until nothing more goes, since nobody reads.
func stalling(t *testing.T, heartbeat time.Duration, timeout *time.Duration) (push, pull *Socket, stop func(), recv <-chan string) {
	top := testTopology("tcp://127.0.0.1:*")
	for _, name := range []string{"a.push", "b.pull"} {
		spec := top.Sockets[name]
		spec.Heartbeat, spec.HeartbeatTimeout, spec.SendHWM, spec.RecvHWM, spec.Buffer = Lingering(heartbeat), timeout, Limit(10), Limit(10), Limit(1)
		top.Sockets[name] = spec
	}
	ctx, p, q := context.Background(), newPump(t), newPump(t)
	recv = must(OpenReceiver(ctx, q, top, "b.pull", textCodec{}, nil))(t)
	pull = q.Socket("test", "b.pull")
	out := must(OpenSender(ctx, p, top, "a.push", textCodec{}, []SocketOption{Connect(pull.Endpoints()...)}))(t)
	push = p.Socket("test", "a.push")
	stop = untilStopped(func(quit <-chan struct{}) {
		for n := 0; ; n++ {
			select {
			case out <- fmt.Sprint(n, strings.Repeat(" ", 10_000)):
			case <-quit:
				close(out)
				return
			}
		}
	})
	eventually(t, "nobody reads", func() bool {
		return !push.Stats().BlockedSince.IsZero() && time.Since(push.Stats().BlockedSince) > heartbeat && !pull.Stats().StalledSince.IsZero()
	})
	return push, pull, stop, recv
}

// manyHeartbeats is how long a fault lasts: there is nothing to be seen from outside until it does harm.
func manyHeartbeats(heartbeat time.Duration) <-chan time.Time { return time.After(20 * heartbeat) }

func TestAConsumerThatStopsReadingIsNotTakenForDead(t *testing.T) {
	const heartbeat = 30 * time.Millisecond
	_, _, stop, recv := stalling(t, heartbeat, nil)
	defer stop()
	<-manyHeartbeats(heartbeat)
	for n := range 2000 { // more than was on its way
		equal(t, strings.TrimSpace(next(t, recv)), fmt.Sprint(n))
	}
}

func TestAPeerThatGoesWhileItIsNotReadHarmsNobody(t *testing.T) {
	const heartbeat = 30 * time.Millisecond
	push, pull, stop, recv := stalling(t, heartbeat, Lingering(time.Minute))
	stop()
	push.Close()
	<-manyHeartbeats(heartbeat)
	if got := next(t, recv); strings.TrimSpace(got) != "0" {
		t.Errorf("got %q", got)
	}
	if err := pull.Err(); err != nil {
		t.Error(err)
	}
}

// ZeroMQ's heartbeats abort a process whose peer goes while the queues of a socket are full, whichever side it took: right at libzmq. A PAIR
// that connects has them all the same, so that this is what it risks.
func TestHeartbeatsAbortWhoDoesNotReadWhenItsPeerGoes(t *testing.T) {
	const setting, heartbeat = "ZMQGEN_STALLED_PAIR", 30 * time.Millisecond
	if os.Getenv(setting) == "" {
		out, state := child(t, t.Name(), setting+"=1")
		if !strings.Contains(out, "Assertion failed: !_io_error") {
			t.Errorf("%v: %s", state, out)
		}
		return
	}
	zctx := must(zmq4.NewContext())(t)
	bound, s := must(zctx.NewSocket(zmq4.PAIR))(t), must(zctx.NewSocket(zmq4.PAIR))(t)
	for _, err := range []error{
		bound.SetLinger(0), bound.SetSndhwm(10), bound.SetSndtimeo(time.Second), bound.Bind("tcp://127.0.0.1:*"),
		s.SetRcvhwm(10), s.SetHeartbeatIvl(heartbeat), s.SetHeartbeatTimeout(time.Minute), s.Connect(must(bound.GetLastEndpoint())(t)),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for err := error(nil); err == nil; {
		_, err = bound.Send(strings.Repeat(" ", 10_000), 0)
	}
	bound.Close()
	<-manyHeartbeats(heartbeat)
	s.Close() // until here it is not garbage, which pebbe/zmq4 would close
}
