//go:build cgo

package zmqhttp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
	"github.com/zmqgen/zmqgen/runtime/zmqhttp"
)

type textCodec struct{}

func (textCodec) AppendFrames(w *zmqrt.FrameWriter, m *string) error {
	w.FrameString(*m)
	return nil
}

func (textCodec) ParseFrames(frames [][]byte, m *string) error {
	*m = string(frames[0])
	return nil
}

func TestThePageAndTheJSONHaveTheSocketsAndNothingHostile(t *testing.T) {
	const hostile = `<script>alert("x")</script>`
	pump, err := zmqrt.NewPump(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer pump.Close()
	topology := &zmqrt.Topology{Name: hostile, Sockets: map[string]zmqrt.SocketSpec{"a.pull": {Type: zmqrt.Pull, Bind: []string{"tcp://127.0.0.1:*"}}}}
	if _, err := zmqrt.OpenReceiver(context.Background(), pump, topology, "a.pull", textCodec{}, nil); err != nil {
		t.Fatal(err)
	}
	handler := zmqhttp.Handler(pump)
	get := func(method, target string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(method, target, nil))
		return w
	}
	page := get("GET", "/debug/zmq")
	if !strings.Contains(page.Body.String(), "a.pull") {
		t.Errorf("no socket on the page: %s", page.Body)
	}
	if page.Code != http.StatusOK || strings.Contains(page.Body.String(), hostile) || !strings.Contains(page.Header().Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("the page: %d, %v", page.Code, page.Header())
	}
	for _, target := range []string{"/debug/zmq?format=json", "/debug/zmq/stats.json"} {
		var state zmqhttp.State
		w := get("GET", target)
		if err := json.Unmarshal(w.Body.Bytes(), &state); err != nil || strings.Contains(w.Body.String(), "<script>") {
			t.Fatalf("%s: %v: %s", target, err, w.Body)
		}
		s := state.Pumps[0].Sockets[0]
		if s.Topology != hostile || s.Name != "a.pull" || s.Type != "PULL" || len(s.Bound) != 1 || s.Stats.ReceiveQueue.Cap != 256 {
			t.Errorf("%s: %+v", target, s)
		}
	}
	if w := get("POST", "/"); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
}

// Whoever asks, and however slowly, sees sockets that open and close, and holds none of them up.
func TestManyMayLookWhileSocketsOpenAndClose(t *testing.T) {
	ctx := context.Background()
	pump, err := zmqrt.NewPump(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer pump.Close()
	topology := &zmqrt.Topology{Name: "t",
		Sockets: map[string]zmqrt.SocketSpec{
			"a.pull":       {Type: zmqrt.Pull},
			"hub.frontend": {Type: zmqrt.Pull, Bind: []string{"inproc://front"}}, "hub.backend": {Type: zmqrt.Push, Bind: []string{"inproc://back"}},
		},
		Devices: map[string]zmqrt.DeviceSpec{"hub": {Kind: zmqrt.Streamer}},
	}
	server := httptest.NewServer(zmqhttp.Handler(pump))
	defer server.Close()
	slow, err := net.Dial("tcp", server.Listener.Addr().String()) // asks again and again, and reads nothing
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	asked := make(chan struct{})
	go func() {
		defer close(asked)
		for {
			if _, err := slow.Write([]byte("GET /stats.json HTTP/1.1\r\nHost: x\r\n\r\n")); err != nil {
				return
			}
		}
	}()
	stop := make(chan struct{})
	var looking sync.WaitGroup
	for _, target := range []string{"/", "/?format=part", "/stats.json"} {
		looking.Add(1)
		go func() {
			defer looking.Done()
			for {
				select {
				case <-stop:
					return
				default:
				}
				resp, err := http.Get(server.URL + target)
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
					t.Errorf("%s: %v, %v", target, resp.Status, err)
				}
				resp.Body.Close()
			}
		}()
	}
	const rounds = 50
	for i := range rounds {
		name := fmt.Sprint("instance-", i)
		if _, err := zmqrt.OpenReceiver(ctx, pump, topology, "a.pull", textCodec{}, []zmqrt.SocketOption{zmqrt.Instance(name), zmqrt.Bind("inproc://" + name), zmqrt.TrackPeers()}); err != nil {
			t.Fatal(err)
		}
		device, err := zmqrt.OpenDevice(ctx, pump, topology, "hub", nil)
		if err != nil {
			t.Fatal(err)
		}
		device.Pause()
		pump.Socket("t", "a.pull#"+name).Close()
		device.Close()
	}
	close(stop)
	looking.Wait()
	slow.Close()
	<-asked
	// What is counted does not grow with names that were given when they opened.
	totals := pump.Totals()
	if len(totals.BySocket) != 3 || len(totals.ByDevice) != 1 || totals.Opened != 3*rounds || totals.Sockets != 0 {
		t.Errorf("%v, %d names of sockets, %d of devices, %d opened, %d open", slices.Sorted(maps.Keys(totals.BySocket)), len(totals.BySocket), len(totals.ByDevice), totals.Opened, totals.Sockets)
	}
}
