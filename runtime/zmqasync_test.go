//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file holds the cases by which zmq-async, the ancestor of this runtime, tests itself. A case that speaks of its two
// threads is here the behaviour that it protects. Where another test is the case already, it is not written again:
//
//	case                                                  test
//	wrapped pair -> wrapped pair                          TestEveryLegalPairMovesFramesAsTheyAre, PAIR PAIR
//	wrapped pair -> wrapped pair w/ multipart message     the same: each of its messages has three frames
//	register-socket! throws errors when given             TestConstructorsReturnErrorsAndOwnNothingAfterwards, but for
//	  invalid optmaps                                     what is below

func TestZmqAsync(t *testing.T) {
	for _, c := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"Poller selects correct socket", pollerSelectsCorrectSocket},
		{"ZMQ looper opens sockets, conveys messages between sockets and channels", looperConveysMessages},
		{"Tells ZMQ looper to shutdown when control is closed", controlClosedEndsThePump},
		{"Closes all open sockets when control is closed", controlClosedEndsAllSockets},
		{"Forwards messages received from ZeroMQ thread to appropriate channel", forwardsToTheChannel},
		{"Forwards messages received from out channel to ZeroMQ thread", forwardsToTheSocket},
		{"raw->wrapped", rawToWrapped},
		{"raw->wrapped, no explicit context", rawToWrappedNoContext},
		{"wrapped->raw", wrappedToRaw},
		{"wrapped req <-> wrapped rep, go-future", wrappedReqRepFuture},
		{"wrapped req <-> wrapped rep, go-go", wrappedReqRepGo},
		{"register-socket! throws errors when given invalid optmaps", invalidSpecsAreRefused},
	} {
		t.Run(c.name, c.run)
	}
}

const (
	rawTimeout   = 10 * time.Second // of a raw socket's calls
	testPatience = time.Minute      // for what takes many steps
)

// rawSockIn opens a socket of pebbe's in the pump's own context, so that inproc reaches it.
func rawSockIn(t testing.TB, p *Pump, typ zmq4.Type, setup func(*zmq4.Socket) error) *zmq4.Socket {
	t.Helper()
	s := must(p.zctx.NewSocket(typ))(t)
	t.Cleanup(func() { s.Close() })
	if err := errors.Join(s.SetLinger(0), s.SetRcvtimeo(rawTimeout), s.SetSndtimeo(rawTimeout), setup(s)); err != nil {
		t.Fatal(err)
	}
	return s
}

// Of two sockets in one pump, what is sent to A comes out of A's channel.
func pollerSelectsCorrectSocket(t *testing.T) {
	ctx, p, top := context.Background(), newPump(t), testTopology("inproc://poller")
	open := func(name string) (chan<- string, <-chan string) {
		at := "inproc://poller-" + name
		pull := must(OpenReceiver(ctx, p, top, "b.pull", textCodec{}, []SocketOption{Instance(name), Bind(at)}))(t)
		push := must(OpenSender(ctx, p, top, "a.push", textCodec{}, []SocketOption{Instance(name), Connect(at)}))(t)
		t.Cleanup(func() { close(push) })
		return push, pull
	}
	toA, a := open("A")
	toB, b := open("B")
	send(t, toA, "A message")
	equal(t, next(t, a), "A message")
	send(t, toB, "B message")
	equal(t, next(t, b), "B message") // and nothing before it
}

// A socket gives its channel what a foreign peer sends, of one frame and of many, and sends what it is given.
func looperConveysMessages(t *testing.T) {
	p, top := newPump(t), rawTopology("inproc://looper", Pair, Pair)
	ours := openEnds(t, p, top, "a.one")
	raw := rawSockIn(t, p, zmq4.PAIR, connectTo("inproc://looper"))
	sendFrames(t, raw, "hihi")
	equal(t, stringsOf(next(t, ours.recv)), []string{"hihi"})
	sendFrames(t, raw, "yo", "what's", "up?")
	equal(t, stringsOf(next(t, ours.recv)), []string{"yo", "what's", "up?"})
	send(t, ours.send, bytesOf("heyo"))
	equal(t, recvFrames(t, raw), frames("heyo"))
}

// The end of the ctx that a pump was made with ends the pump.
func controlClosedEndsThePump(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	p := must(NewPump(ctx))(t)
	defer p.Close()
	openEnds(t, p, rawTopology("inproc://control", Pair, Pair), "a.one")
	cancel()
	within(t, endTime, "the end of the pump", func() { <-p.Done() })
	if !errors.Is(p.Err(), context.Canceled) {
		t.Errorf("Err is %v", p.Err())
	}
}

// A pump that ends closes every socket first, whatever its type, with what was sent handed over, and itself last.
func controlClosedEndsAllSockets(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	p := must(NewPump(ctx))(t)
	defer p.Close()
	peer := rawSock(t, zmq4.PULL, func(s *zmq4.Socket) error { return s.Bind("tcp://127.0.0.1:*") })
	all := make(map[*Socket]ends)
	for typ := range socketTypes {
		top := rawTopology("inproc://control-"+typ.String(), typ, typ)
		opts := []SocketOption{Instance(typ.String())}
		if typ == Push {
			spec := top.Sockets["a.one"]
			spec.Linger = Lingering(rawTimeout) // by when the message is surely there
			top.Sockets["a.one"] = spec
			opts = append(opts, Bind(), Connect(must(peer.GetLastEndpoint())(t)))
		}
		e := openEnds(t, p, top, "a.one", opts...)
		all[p.Socket("raw", "a.one#"+typ.String())] = e
		if typ == Push {
			send(t, e.send, bytesOf("before", "the end"))
		}
	}
	equal(t, len(p.Stats()), len(socketTypes))
	cancel()
	within(t, testPatience, "the end of the pump", func() { <-p.Done() })
	for s, e := range all {
		select {
		case <-s.Done():
		default:
			t.Errorf("%s is open after its pump has closed", s.Name())
		}
		if !errors.Is(s.Err(), context.Canceled) {
			t.Errorf("%s: Err is %v", s.Name(), s.Err())
		}
		if e.recv == nil {
			continue
		}
		if m, open := <-e.recv; open {
			t.Errorf("%s received %q", s.Name(), m)
		}
	}
	equal(t, len(p.Stats()), 0)
	equal(t, recvFrames(t, peer), frames("before", "the end"))
}

// What many sockets receive comes out of the channel of each, in its order.
func forwardsToTheChannel(t *testing.T) {
	const sockets, rounds = 33, 20
	ctx, p, top := context.Background(), newPump(t), testTopology("inproc://forward")
	var raw [sockets]*zmq4.Socket
	var pull [sockets]<-chan string
	for i := range sockets {
		at := fmt.Sprint("inproc://forward-", i)
		pull[i] = must(OpenReceiver(ctx, p, top, "b.pull", textCodec{}, []SocketOption{Instance(fmt.Sprint(i)), Bind(at)}))(t)
		raw[i] = rawSockIn(t, p, zmq4.PUSH, connectTo(at))
	}
	for round := range rounds {
		for i := range sockets {
			sendFrames(t, raw[i], fmt.Sprint(round, " for ", i))
		}
	}
	for i := range sockets {
		for round := range rounds {
			equal(t, next(t, pull[i]), fmt.Sprint(round, " for ", i))
		}
	}
}

// What is put into many channels leaves by the socket of each, in its order.
func forwardsToTheSocket(t *testing.T) {
	const sockets, rounds = 33, 20
	ctx, p, top := context.Background(), newPump(t), testTopology("inproc://forward")
	var raw [sockets]*zmq4.Socket
	var push [sockets]chan<- string
	for i := range sockets {
		at := fmt.Sprint("inproc://forward-", i)
		raw[i] = rawSockIn(t, p, zmq4.PULL, func(s *zmq4.Socket) error { return s.Bind(at) })
		push[i] = must(OpenSender(ctx, p, top, "a.push", textCodec{}, []SocketOption{Instance(fmt.Sprint(i)), Connect(at)}))(t)
		defer close(push[i])
	}
	for round := range rounds {
		for i := range sockets {
			send(t, push[i], fmt.Sprint(round, " by ", i))
		}
	}
	for i := range sockets {
		for round := range rounds {
			equal(t, recvFrames(t, raw[i]), frames(fmt.Sprint(round, " by ", i)))
		}
	}
}

// A foreign PAIR in a context of its own reaches a channel over ipc.
func rawToWrapped(t *testing.T) {
	p, at := newPump(t), transports(t)["ipc"]
	ours := openEnds(t, p, rawTopology(at, Pair, Pair), "a.one")
	raw := rawSock(t, zmq4.PAIR, connectTo(at))
	sendFrames(t, raw, "hihi")
	equal(t, stringsOf(next(t, ours.recv)), []string{"hihi"})
}

// There is no pump that is not asked for; the one context that comes of itself is pebbe's, and a socket in it is no
// part of a pump: inproc does not lead there, ipc does.
func rawToWrappedNoContext(t *testing.T) {
	p, at := newPump(t), transports(t)["ipc"]
	top := rawTopology(at, Pair, Pair)
	ours := openEnds(t, p, top, "a.one", Bind(at, "inproc://no-context"))
	raw := must(zmq4.NewSocket(zmq4.PAIR))(t)
	defer raw.Close()
	if err := errors.Join(raw.SetLinger(0), raw.SetRcvtimeo(rawTimeout), raw.Connect(at)); err != nil {
		t.Fatal(err)
	}
	if err := raw.Bind("inproc://no-context"); err != nil {
		t.Errorf("the name is taken in pebbe's own context: %v", err)
	}
	sendFrames(t, raw, "hihi")
	equal(t, stringsOf(next(t, ours.recv)), []string{"hihi"})
}

// What is put into a channel reaches a foreign PAIR over inproc.
func wrappedToRaw(t *testing.T) {
	p, at := newPump(t), "inproc://wrapped-to-raw"
	ours := openEnds(t, p, rawTopology(at, Pair, Pair), "a.one")
	raw := rawSockIn(t, p, zmq4.PAIR, connectTo(at))
	send(t, ours.send, bytesOf("hihi"))
	equal(t, recvFrames(t, raw), frames("hihi"))
}

// reqRep opens a REQ and a REP, and has n pings answered in a goroutine, which says how many it has seen.
func reqRep(t *testing.T, n int) (req ends, served <-chan int) {
	p, top := newPump(t), rawTopology("inproc://req-rep", Rep, Req)
	rep := openEnds(t, p, top, "a.one", Buffer(0))
	pings := make(chan int, 1)
	go func() {
		seen := 0
		for m := range rep.recv {
			if string(m[0]) != "ping" {
				break
			}
			rep.send <- bytesOf("pong")
			if seen++; seen == n {
				break
			}
		}
		pings <- seen
	}()
	return openEnds(t, p, top, "b.two", Buffer(0)), pings
}

// A client that blocks and a server in a goroutine take turns.
func wrappedReqRepFuture(t *testing.T) {
	const n = 5
	req, served := reqRep(t, n)
	for range n {
		send(t, req.send, bytesOf("ping"))
		equal(t, stringsOf(next(t, req.recv)), []string{"pong"})
	}
	equal(t, next(t, served), n)
}

// Client and server are goroutines, and the client only selects.
func wrappedReqRepGo(t *testing.T) {
	const n = 5
	req, served := reqRep(t, n)
	pongs := make(chan int, 1)
	go func() {
		seen, out := 0, req.send
		for seen < n {
			select {
			case out <- bytesOf("ping"):
				out = nil
			case m, open := <-req.recv:
				if !open || string(m[0]) != "pong" {
					pongs <- seen
					return
				}
				seen, out = seen+1, req.send
			}
		}
		pongs <- seen
	}()
	equal(t, next(t, pongs), n)
	equal(t, next(t, served), n)
}

// A socket of which nothing is said, or too little, or what contradicts itself, does not open.
func invalidSpecsAreRefused(t *testing.T) {
	at := []string{"inproc://invalid"}
	top := &Topology{Name: "test", Sockets: map[string]SocketSpec{
		"a.empty":     {},
		"a.no_type":   {Bind: at, Connect: at},
		"a.no_where":  {Type: Pair},
		"a.both_ways": {Type: Pull, Bind: at, Overflow: DropOldest, Buffer: Limit(0)},
	}}
	p := newPump(t)
	for name, want := range map[string]string{
		"a.empty":     "unknown socket type",
		"a.no_type":   "unknown socket type",
		"a.no_where":  "nothing to bind and nothing to connect to",
		"a.both_ways": "needs a buffer",
	} {
		_, err := OpenReceiver(context.Background(), p, top, name, textCodec{}, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
	}
}
