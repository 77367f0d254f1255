//go:build cgo

package runtime

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// This file takes connections from sockets that receive. Messages have several frames: libzmq 4.3 aborts the process, or glues two
// of them together, if a connection goes in the middle of one.

// severed are types that receive by connections that can be taken from them, and who sends to them.
var severed = []struct{ from, to SocketType }{{Pub, Sub}, {Pub, XSub}, {Dealer, Router}, {Dealer, Rep}, {Push, Pull}, {Dealer, Dealer}}

// severable opens as many senders as asked for, and a socket that has connected to all of them.
func severable(t *testing.T, endpoint string, from, to SocketType, senders int) (sends []chan<- [][]byte, at []string, got ends, handle *Socket) {
	p, top := newPump(t), rawTopology(endpoint, from, to)
	for i := range senders {
		name := fmt.Sprint(i)
		own := strings.TrimSuffix(endpoint, "*") + name
		if strings.HasSuffix(endpoint, "*") {
			own = endpoint
		}
		sends = append(sends, openEnds(t, p, top, "a.one", Instance(name), Bind(own), Buffer(4)).send)
		at = append(at, p.Socket("raw", "a.one#"+name).Endpoints()...)
	}
	got = openEnds(t, p, top, "b.two", Connect(at...), Buffer(2))
	handle = p.Socket("raw", "b.two")
	if to == XSub {
		if err := handle.Subscribe(""); err != nil {
			t.Fatal(err)
		}
	}
	return sends, at, got, handle
}

// parts is message n of sender i. A PULL or a DEALER is left in the middle of one whose frames are so large that another has no
// room beside it.
func parts(to SocketType, i, n int) [][]byte {
	large := strings.Repeat("x", 40<<10)
	m := bytesOf(fmt.Sprint("message ", n, " of ", i), large, large)
	if to == Rep {
		m = append([][]byte{{}}, m...)
	}
	return m
}

// intact returns which message of which sender m is, or fails the test if it is none.
func intact(t *testing.T, to SocketType, m [][]byte) (i, n int) {
	t.Helper()
	if to == Router {
		m = m[1:]
	}
	if _, err := fmt.Sscanf(string(m[0]), "message %d of %d", &n, &i); err != nil || !slices.EqualFunc(m, parts(Pull, i, n), func(a, b []byte) bool { return string(a) == string(b) }) {
		t.Fatalf("torn or glued: %.40q", m)
	}
	return i, n
}

func TestDisconnectingInTheMiddleOfAMessage(t *testing.T) {
	for _, c := range severed {
		if c.to == Rep { // which has one request at a time, and waits for no channel
			continue
		}
		t.Run(c.to.String(), func(t *testing.T) {
			overTransports(t, func(t *testing.T, endpoint string) {
				sends, at, got, handle := severable(t, endpoint, c.from, c.to, 3)
				for i, ch := range sends {
					defer untilStopped(func(quit <-chan struct{}) {
						for n := 0; ; n++ {
							select {
							case ch <- parts(c.to, i, n):
							case <-quit:
								return
							}
						}
					})()
				}
				for i := range 12 {
					eventually(t, "the channel is full", func() bool { return !handle.Stats().StalledSince.IsZero() })
					if err := handle.Disconnect(at[i%3]); err != nil {
						t.Fatal(err)
					}
					for range 7 {
						intact(t, c.to, next(t, got.recv))
					}
					if err := handle.Connect(at[i%3]); err != nil {
						t.Fatal(err)
					}
				}
			})
		})
	}
}

// What a socket that stays connected is sent comes, in order, whatever happens to the connections beside it.
func TestDisconnectingLosesNothingOfOthers(t *testing.T) {
	for _, c := range severed {
		if c.from == Pub { // which drops what a slow subscriber does not take
			continue
		}
		t.Run(c.to.String(), func(t *testing.T) {
			overTransports(t, func(t *testing.T, endpoint string) {
				const all = 100
				sends, at, got, handle := severable(t, endpoint, c.from, c.to, 3)
				for i, ch := range sends {
					defer untilStopped(func(quit <-chan struct{}) {
						for n := 0; i > 0 || n < all; n++ {
							select {
							case ch <- parts(c.to, i, n):
							case <-quit:
								return
							}
						}
					})()
				}
				for want, received := 0, 0; want < all; received++ {
					if at := at[1+received/10%2]; received%10 == 9 {
						if err := errors.Join(handle.Disconnect(at), handle.Connect(at)); err != nil {
							t.Fatal(err)
						}
					}
					i, n := intact(t, c.to, next(t, got.recv))
					if i == 0 {
						equal(t, n, want)
						want++
					}
					if c.to == Rep {
						send(t, got.send, bytesOf("well"))
					}
				}
			})
		})
	}
}
