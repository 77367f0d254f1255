//go:build cgo

package zmqhttp_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
	"github.com/zmqgen/zmqgen/runtime/zmqhttp"
)

// hastyListener has connections with small buffers, on which time to write passes a hundred times as fast.
type hastyListener struct{ net.Listener }

func (l hastyListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return hastyConn{c}, c.(*net.TCPConn).SetWriteBuffer(4096)
}

type hastyConn struct{ net.Conn }

func (c hastyConn) SetWriteDeadline(t time.Time) error {
	if !t.IsZero() {
		t = time.Now().Add(time.Until(t) / 100)
	}
	return c.Conn.SetWriteDeadline(t)
}

// slowClients ask and do not read, read a byte now and then, or never finish asking. They end with the test.
func slowClients(t *testing.T, address string) {
	t.Helper()
	const each = 4
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	t.Cleanup(running.Wait)
	for i := range 3 * each {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		conn.(*net.TCPConn).SetReadBuffer(4096) //nolint:errcheck // as it is then
		if i < each {
			fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
			continue
		}
		running.Add(1)
		go func() { // asks until nobody listens any more
			defer running.Done()
			for {
				if _, err := conn.Write([]byte("GET /stats.json HTTP/1.1\r\nHost: x\r\n\r\n")); err != nil {
					return
				}
			}
		}()
		if i < 2*each {
			continue
		}
		running.Add(1)
		go func() {
			defer running.Done()
			tick := time.NewTicker(20 * time.Millisecond)
			defer tick.Stop()
			for b := make([]byte, 1); ; {
				select {
				case <-ctx.Done():
					return
				case <-tick.C:
				}
				if _, err := conn.Read(b); err != nil {
					return
				}
			}
		}()
	}
	t.Cleanup(cancel)
}

// Messages flow and sockets open while clients are slow, and each of these is cut off in the end, though it never goes by itself.
func TestSlowClientsHoldUpNothingAndAreCutOff(t *testing.T) {
	ctx := context.Background()
	pump, err := zmqrt.NewPump(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer pump.Close()
	topology := &zmqrt.Topology{Name: "t", Sockets: map[string]zmqrt.SocketSpec{
		"a.jobs": {Type: zmqrt.Pull, Bind: []string{"tcp://127.0.0.1:*"}}, "b.jobs": {Type: zmqrt.Push, Connect: []string{"a.jobs"}}, "c.pull": {Type: zmqrt.Pull},
	}}
	in, err := zmqrt.OpenReceiver(ctx, pump, topology, "a.jobs", textCodec{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := zmqrt.OpenSender(ctx, pump, topology, "b.jobs", textCodec{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer close(out)

	var mu sync.Mutex
	came, went := 0, 0
	server := httptest.NewUnstartedServer(zmqhttp.Handler(pump))
	server.Listener = hastyListener{server.Listener}
	server.Config.ReadHeaderTimeout = time.Second
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		mu.Lock()
		defer mu.Unlock()
		switch state {
		case http.StateNew:
			came++
		case http.StateClosed:
			went++
		}
	}
	server.Start()
	t.Cleanup(server.Close) // when the clients have gone
	slowClients(t, server.Listener.Addr().String())

	patience := time.After(2 * time.Minute)
	const atOnce, least = 100, 50
	for round, cutOff := 0, false; !cutOff || round < least; round++ {
		for i := range atOnce {
			out <- fmt.Sprint(round, " ", i)
		}
		for i := range atOnce {
			select {
			case text := <-in:
				if want := fmt.Sprint(round, " ", i); text != want {
					t.Fatalf("received %q, want %q", text, want)
				}
			case <-patience:
				mu.Lock()
				defer mu.Unlock()
				t.Fatalf("in round %d no message comes any more, or slow clients are not cut off: %d came, %d went", round, came, went)
			}
		}
		name := fmt.Sprint("instance-", round)
		if _, err := zmqrt.OpenReceiver(ctx, pump, topology, "c.pull", textCodec{}, []zmqrt.SocketOption{zmqrt.Instance(name), zmqrt.Bind("inproc://" + name)}); err != nil {
			t.Fatal(err)
		}
		pump.Socket("t", "c.pull#"+name).Close()
		mu.Lock()
		cutOff = came == 12 && went == came
		mu.Unlock()
	}
}
