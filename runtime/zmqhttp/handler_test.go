//go:build cgo

package zmqhttp_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
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

func TestThePageHasNothingOfTheSocketsAndTheJSONHasAll(t *testing.T) {
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
