//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file tests that ends find each other whichever comes first, and again after the end that binds was killed.

// overBinds runs with an endpoint of each transport on which nobody is bound any more.
func overBinds(t *testing.T, name string, run func(t *testing.T, endpoint string)) {
	overNetworks(t, func(t *testing.T, endpoint string) {
		first := startStation(t, name, endpoint) // which chooses the port
		if first.failed != "" {
			t.Fatal(first.failed)
		}
		first.kill()
		run(t, first.endpoint)
	})
}

// restarts has the end that binds come three times, killed in between, and told again what flows each time.
func restarts(t *testing.T, name, endpoint string, flows func(s *station)) {
	t.Helper()
	for n := range 3 {
		s := startStation(t, name, endpoint)
		if s.failed != "" {
			t.Fatalf("start %d: %s", n+1, s.failed)
		}
		began := time.Now()
		flows(s)
		t.Logf("start %d: flows %v after it was bound", n+1, time.Since(began).Round(time.Millisecond))
		s.kill()
	}
}

// first returns the number of the first message that comes of this station, after what is left of the one before.
func (s *station) first(next func() string) string {
	for {
		if pid, n, _ := strings.Cut(next(), " "); pid == strconv.Itoa(s.cmd.Process.Pid) {
			return n
		}
	}
}

// tried waits until the socket has tried to connect, in vain, more than once.
func tried(t testing.TB, s *Socket) {
	t.Helper()
	eventually(t, "it tries to connect", func() bool { return s.Stats().ConnectRetries >= 3 })
}

func TestRestartOfPull(t *testing.T) {
	overBinds(t, "b.pull", func(t *testing.T, endpoint string) {
		p := newPump(t, WithPeerTracking())
		out := must(OpenSender(context.Background(), p, stationTopology(), "a.push", textCodec{}, []SocketOption{Connect(endpoint)}))(t)
		defer close(out)
		tried(t, p.Socket("test", "a.push"))
		send(t, out, "sent before anybody is there")
		first := true
		restarts(t, "b.pull", endpoint, func(s *station) {
			if first {
				equal(t, next(t, s.got), "sent before anybody is there")
				first = false
				return
			}
			tick := time.NewTicker(time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-tick.C:
					send(t, out, "more")
				case <-s.got:
					return
				}
			}
		})
	})
}

func TestRestartOfPush(t *testing.T) {
	overBinds(t, "b.push", func(t *testing.T, endpoint string) {
		p := newPump(t, WithPeerTracking())
		in := must(OpenReceiver(context.Background(), p, stationTopology(), "a.pull", textCodec{}, []SocketOption{Connect(endpoint)}))(t)
		tried(t, p.Socket("test", "a.pull"))
		restarts(t, "b.push", endpoint, func(s *station) {
			if first := s.first(func() string { return next(t, in) }); first != "0" { // a PUSH waits for who is there
				t.Errorf("the first that comes has number %s", first)
			}
		})
	})
}

func TestRestartOfPub(t *testing.T) {
	for _, name := range []string{"a.sub", "a.patient", "a.receding"} {
		t.Run(name, func(t *testing.T) {
			overBinds(t, "b.pub", func(t *testing.T, endpoint string) {
				p := newPump(t, WithPeerTracking())
				in := must(OpenReceiver(context.Background(), p, stationTopology(), name, tickCodec{}, []SocketOption{Connect(endpoint)}))(t)
				tried(t, p.Socket("test", name))
				restarts(t, "b.pub", endpoint, func(s *station) {
					s.first(func() string { return next(t, in).text })
				})
			})
		})
	}
}

func TestRestartOfServers(t *testing.T) {
	for _, client := range []string{"a.dealer", "a.req"} {
		for _, server := range []string{"b.router", "b.rep"} {
			t.Run(client[2:]+" "+server[2:], func(t *testing.T) {
				overBinds(t, server, func(t *testing.T, endpoint string) {
					p := newPump(t, WithPeerTracking())
					c := must(OpenClient(context.Background(), p, stationTopology(), client, []SocketOption{Connect(endpoint)}))(t)
					tried(t, p.Socket("test", client))
					restarts(t, server, endpoint, func(*station) {
						patient := echo
						patient.Timeout = time.Minute
						for { // a call that goes to the server before is lost with it, and says so
							got, err := Invoke(context.Background(), c, &patient, note{"x"})
							if err == nil {
								equal(t, got, note{"x"})
								return
							}
							if !errors.Is(err, ErrPeerLost) {
								t.Fatal(err)
							}
						}
					})
				})
			})
		}
	}
}

// A port whose connections are in TIME_WAIT is bound at once.
func TestAPortIsBoundAgainAtOnce(t *testing.T) {
	endpoint := "tcp://127.0.0.1:*"
	for range 5 {
		p, err := NewPump(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		s, in, err := pullOn(p, endpoint)
		if err != nil {
			t.Fatal(err)
		}
		endpoint = s.Endpoints()[0]
		reaches(t, endpoint, in)
		p.Close() // this end closes first, and so has the TIME_WAIT
	}
}

// A port that another program has does not open, and one that is free again does.
func TestAPortThatIsTakenIsNotWaitedFor(t *testing.T) {
	other := must(net.Listen("tcp", "127.0.0.1:0"))(t)
	endpoint := "tcp://" + other.Addr().String()
	_, port, _ := net.SplitHostPort(other.Addr().String())
	_, _, err := pullAt(t, endpoint)
	if zmq4.AsErrno(errors.Unwrap(errors.Unwrap(err))) != zmq4.Errno(syscall.EADDRINUSE) ||
		!strings.Contains(err.Error(), fmt.Sprintf("b.pull: bind %s: address already in use: another pump or process is bound there, which ss -ltnp 'sport = :%s' tells", endpoint, port)) {
		t.Fatalf("got %v", err)
	}
	other.Close()
	if _, _, err := pullAt(t, endpoint); err != nil {
		t.Error(err)
	}
}
