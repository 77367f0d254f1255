//go:build cgo

package runtime

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file has peers that die in the middle of multipart messages: fact 5.

// piece is frame i of n of message m. A message that is torn, or glued to another, shows.
func piece(m, i, n int) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(m)<<32|uint64(i)<<16|uint64(n))
}

// pieces is message m of n frames.
func pieces(m, n int) (out [][]byte) {
	for i := range n {
		out = append(out, piece(m, i, n))
	}
	return out
}

// whole returns the number of a message, or an error if it is not one, from its first frame to its
// last.
func whole(frames [][]byte) (m int, err error) {
	if len(frames[0]) == 8 {
		m = int(binary.BigEndian.Uint64(frames[0]) >> 32)
	}
	for i, f := range frames {
		if !bytes.Equal(f, piece(m, i, len(frames))) {
			return 0, fmt.Errorf("torn or glued: %.80x", frames)
		}
	}
	return m, nil
}

// receiveWhole receives one of them.
func receiveWhole(s *zmq4.Socket) (m int, err error) {
	f, err := s.RecvMessageBytes(0)
	if err != nil {
		return 0, err
	}
	return whole(f)
}

// mortal are pairs of types of which the first loses a peer without a trace if it has bound.
var mortal = []struct{ one, two SocketType }{{Push, Pull}, {Dealer, Dealer}}

// Fact 5, through the runtime: peers come and go under messages of many frames, and whoever receives
// one receives all of it, and nobody else does. What a ROUTER was sending to one that goes is lost
// without a word, and is all that is.
//
// A PUSH or a DEALER has one visitor at a time: with more than two peers libzmq 4.3.4 itself may give the rest of a
// message to another one, if a third goes in the middle of it (docs/wire.md).
func TestPeersThatComeAndGoTearNothing(t *testing.T) {
	for _, pair := range append(mortal, struct{ one, two SocketType }{Router, Dealer}) {
		t.Run(pair.one.String(), func(t *testing.T) {
			p, top := newPump(t), rawTopology("tcp://127.0.0.1:*", pair.one, pair.two)
			e := openEnds(t, p, top, "a.one", Buffer(16))
			v := &visitors{typ: pair.two, to: p.Socket("raw", "a.one").Endpoints()[0], seen: make(map[int]bool)}
			nobody := "nobody yet"
			for i := range v.ids {
				v.ids[i].Store(&nobody)
			}
			defer untilStopped(func(quit <-chan struct{}) {
				for m := 0; ; m++ {
					out := pieces(m, 1+m%7)
					if pair.one == Router {
						out = append(bytesOf(*v.ids[m%len(v.ids)].Load()), out...)
					}
					select {
					case e.send <- out:
					case <-quit:
						return
					}
				}
			})()
			var visits []func() error
			guests := len(v.ids)
			if pair.one != Router {
				guests = 1
			}
			for i := range guests {
				visits = append(visits, func() error { return v.comeAndGo(i) })
			}
			together(t, visits...)
		})
	}
}

// visitors are peers that come and go.
type visitors struct {
	typ SocketType
	to  string
	ids [4]atomic.Pointer[string] // that each has now

	mu   sync.Mutex
	seen map[int]bool // messages
}

// comeAndGo is the lives of one of them.
func (v *visitors) comeAndGo(i int) error {
	for life := range 25 {
		if err := v.live(i, life); err != nil {
			return fmt.Errorf("peer %d in life %d: %w", i, life, err)
		}
	}
	return nil
}

func (v *visitors) live(i, life int) error {
	s, err := zmq4.NewSocket(socketTypes[v.typ])
	if err != nil {
		return err
	}
	defer s.Close()
	id := fmt.Sprint(i, " ", life)
	s.SetIdentity(id)
	s.SetRcvhwm(1 + life) // so that some are full when they go
	s.SetRcvtimeo(stall)
	s.SetLinger(0)
	if err := s.Connect(v.to); err != nil {
		return err
	}
	v.ids[i].Store(&id)
	for range 1 + life*life {
		m, err := receiveWhole(s)
		if err != nil {
			return err
		}
		v.mu.Lock()
		again := v.seen[m]
		v.seen[m] = true
		v.mu.Unlock()
		if again {
			return fmt.Errorf("message %d came twice", m)
		}
	}
	return nil
}

// Fact 5: peers in processes of their own, killed while they receive.
func TestPeersThatAreKilledTearNothing(t *testing.T) {
	if to := os.Getenv("ZMQGEN_RECEIVE_FROM"); to != "" {
		receiveUntilKilled(to)
	}
	for _, pair := range mortal {
		t.Run(pair.one.String(), func(t *testing.T) {
			p, top := newPump(t), rawTopology("tcp://127.0.0.1:*", pair.one, pair.two)
			e := openEnds(t, p, top, "a.one")
			to := p.Socket("raw", "a.one").Endpoints()[0]
			defer untilStopped(func(quit <-chan struct{}) {
				for m := 0; ; m++ {
					select {
					case e.send <- pieces(m, 1+m%100):
					case <-quit:
						return
					}
				}
			})()
			survivor := rawSock(t, socketTypes[pair.two], connectTo(to))
			for range 3 {
				cmd := exec.Command(os.Args[0], "-test.run=^TestPeersThatAreKilledTearNothing$")
				cmd.Env = append(os.Environ(), "ZMQGEN_RECEIVE_FROM="+fmt.Sprintf("%d %s", pair.two, to))
				out := must(cmd.StdoutPipe())(t)
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				said := make([]byte, 1)
				out.Read(said) // it has received some, or is gone
				cmd.Process.Kill()
				cmd.Wait()
				if string(said) != "k" || cmd.ProcessState.Exited() {
					t.Fatalf("the peer said %q and ended by itself: %v", said, cmd.ProcessState)
				}
				for range 200 {
					if _, err := receiveWhole(survivor); err != nil {
						t.Fatal(err)
					}
				}
			}
		})
	}
}

// receiveUntilKilled is the peer.
func receiveUntilKilled(to string) {
	number, endpoint, _ := strings.Cut(to, " ")
	typ, _ := strconv.Atoi(number)
	s, _ := zmq4.NewSocket(socketTypes[SocketType(typ)])
	s.Connect(endpoint)
	for i := 0; ; i++ {
		if _, err := receiveWhole(s); err != nil {
			fmt.Println("error:", err)
			os.Exit(3)
		}
		if i == 300 {
			fmt.Println("k")
		}
	}
}

// Fact 5: what a socket that has connected cannot send yet it queues, up to its high-water mark, and
// keeps whole, whoever dies at the other end. One that has bound waits for a peer to come.
func TestAConnectedSocketQueuesAndABoundOneWaits(t *testing.T) {
	for _, pair := range mortal {
		t.Run(pair.one.String(), func(t *testing.T) {
			path := "ipc://" + filepath.Join(t.TempDir(), "s")
			p := newPump(t)
			top := rawTopology("tcp://127.0.0.1:*", pair.one, pair.two)
			spec := top.Sockets["a.one"]
			spec.SendHWM = Limit(10)
			top.Sockets["a.one"] = spec
			bound := openEnds(t, p, top, "a.one", Buffer(0))
			fill(t, bound.send, pieces(0, 3))
			equal(t, p.Socket("raw", "a.one").Stats().MessagesOut, uint64(0))

			connected := openEnds(t, p, top, "a.one", Buffer(0), Instance("connected"), Bind(), Connect(path))
			handle := p.Socket("raw", "a.one#connected")
			sent := 0
			for more := true; more; {
				select {
				case connected.send <- pieces(sent, 3):
					sent++
				case <-time.After(200 * time.Millisecond):
					more = false
				}
			}
			eventually(t, "its queue is full", func() bool { return handle.Stats().MessagesOut == 10 })

			defer untilStopped(func(quit <-chan struct{}) {
				for m := sent; ; m++ {
					select {
					case connected.send <- pieces(m, 3):
					case <-quit:
						return
					}
				}
			})()
			last := -1
			for life := range 5 {
				zctx := must(zmq4.NewContext())(t)
				binder := must(zctx.NewSocket(socketTypes[pair.two]))(t)
				binder.SetLinger(0)
				binder.SetRcvhwm(1)
				binder.SetRcvtimeo(stall)
				if err := binder.Bind(path); err != nil {
					t.Fatal(err)
				}
				for i := range 200 {
					m, err := receiveWhole(binder)
					if err != nil {
						t.Fatal(err)
					}
					if m <= last || life == 0 && m != i {
						t.Fatalf("message %d after %d", m, last)
					}
					last = m
				}
				binder.Close()
				zctx.Term() // the path is free after it
			}
		})
	}
}
