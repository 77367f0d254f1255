//go:build cgo

package zmqhttp_test

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/zmqgen/zmqgen/internal/chromium"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
	"github.com/zmqgen/zmqgen/runtime/zmqhttp"
)

// keepDir is where the test in the browser leaves what it saw, to be looked at.
var keepDir = flag.String("zmqhttp.keep", "", "a directory for pictures of what the browser shows")

// busyPump has what there is to see: devices, securities, what is blocked, dropped and refused, and calls.
func busyPump(t *testing.T) (pump *zmqrt.Pump, tick func()) {
	t.Helper()
	t.Setenv("USERS", "desk right-word")
	t.Setenv("USER_NAME", "desk")
	t.Setenv("USER_WORD", "wrong-word")
	env := func(name string) zmqrt.KeySource { return zmqrt.KeySource{Env: name} }
	topology := &zmqrt.Topology{Name: "market",
		Sockets: map[string]zmqrt.SocketSpec{
			"feed.jobs":     {Type: zmqrt.Pull, Bind: []string{"tcp://127.0.0.1:*"}, Buffer: zmqrt.Limit(4)},
			"worker.jobs":   {Type: zmqrt.Push},
			"feed.quotes":   {Type: zmqrt.Pub, Bind: []string{"inproc://quotes"}},
			"desk.quotes":   {Type: zmqrt.Sub, Connect: []string{"feed.quotes"}, Subscribe: []string{""}, Overflow: zmqrt.DropNewest, Buffer: zmqrt.Limit(16)},
			"hub.frontend":  {Type: zmqrt.Pull, Bind: []string{"inproc://front"}},
			"hub.backend":   {Type: zmqrt.Push, Bind: []string{"inproc://back"}},
			"feed.orders":   {Type: zmqrt.Pull, Bind: []string{"tcp://127.0.0.1:*"}, Security: "desks"},
			"desk.orders":   {Type: zmqrt.Push, Security: "desks", Linger: zmqrt.Lingering(0)},
			hostileSocket:   {Type: zmqrt.Pull, Bind: []string{"inproc://" + hostileText}},
			"feed.settings": {Type: zmqrt.Pull, Bind: []string{"inproc://settings-of-a-name-that-is-quite-long-" + strings.Repeat("x", 100)}},
		},
		Devices: map[string]zmqrt.DeviceSpec{"hub": {Kind: zmqrt.Streamer}},
		Security: map[string]zmqrt.SecuritySpec{"desks": {Mechanism: zmqrt.Plain, Server: zmqrt.Credentials{Allow: env("USERS")},
			Client: zmqrt.Credentials{Username: env("USER_NAME"), Password: env("USER_WORD")}}},
	}
	ctx := context.Background()
	pump, err := zmqrt.NewPump(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pump.Close() })
	receive := func(name string, opts ...zmqrt.SocketOption) {
		if _, err := zmqrt.OpenReceiver(ctx, pump, topology, name, textCodec{}, opts); err != nil {
			t.Fatal(err)
		}
	}
	sender := func(name string, opts ...zmqrt.SocketOption) chan<- string {
		out, err := zmqrt.OpenSender(ctx, pump, topology, name, textCodec{}, opts)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { close(out) })
		return out
	}
	to := func(name string) zmqrt.SocketOption {
		return zmqrt.Connect(pump.Socket("market", name).Endpoints()...)
	}
	receive("feed.jobs", zmqrt.TrackPeers())
	receive("feed.settings")
	receive(hostileSocket)
	jobs := sender("worker.jobs", to("feed.jobs"), zmqrt.TrackPeers())
	for range 12 {
		jobs <- "a job that nobody does"
	}
	quotes := sender("feed.quotes", zmqrt.TrackPeers())
	receive("desk.quotes")
	receive("feed.orders")
	sender("desk.orders", to("feed.orders"))
	hub, err := zmqrt.OpenDevice(ctx, pump, topology, "hub", nil)
	if err != nil {
		t.Fatal(err)
	}
	hub.Pause()
	for deadline := time.Now().Add(10 * time.Second); pump.Socket("market", "feed.orders").Stats().Refused["password"] == 0 || pump.Socket("market", "feed.jobs").Stats().StalledSince.IsZero(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nobody was refused, or nothing stalls")
		}
	}
	return pump, func() {
		for range 50 {
			quotes <- "EUR/USD 1.0842"
		}
	}
}

const (
	hostileText   = `<img src=x onerror="window.evil=1"><script>window.evil=1</script>&quot;'`
	hostileSocket = "evil." + hostileText
)

func TestThePageInABrowser(t *testing.T) {
	b := chromium.New(t)
	pump, tick := busyPump(t)
	mux := http.NewServeMux()
	mux.Handle("/debug/zmq/", zmqhttp.Handler(pump))
	server := httptest.NewServer(mux)
	defer server.Close()
	for _, width := range []int{400, 1400} {
		for _, theme := range []string{"light", "dark"} {
			what := fmt.Sprintf("%d, %s", width, theme)
			b.Visit(server.URL+"/debug/zmq/", width, theme)
			tick()
			var seen struct {
				Text   string
				Scroll int
				First  string
				Evil   bool
			}
			look := `({text: document.body.innerText, scroll: document.documentElement.scrollWidth, first: document.querySelector("tbody tr.is-bad td.name")?.innerText ?? "", evil: "evil" in window || document.querySelector("main img, main script") !== null})`
			var rate string
			for deadline := time.Now().Add(30 * time.Second); rate == ""; { // the page has fetched itself at least twice
				tick()
				if b.Eval(`document.querySelector(".rate")?.textContent ?? ""`, &rate); time.Now().After(deadline) {
					t.Fatalf("%s: the page does not change", what)
				}
			}
			b.Eval(look, &seen)
			for _, want := range []string{"market.desk.quotes", "PLAIN server", "refused: password", "dropped: overflow", "receiving blocked for", "paused", "streamer", hostileText, "live, as of"} {
				if !strings.Contains(seen.Text, want) {
					t.Errorf("%s: no %q in %s", what, want, seen.Text)
				}
			}
			if seen.Evil || seen.Scroll > width || !strings.HasPrefix(seen.First, "market.feed.jobs") {
				t.Errorf("%s: evil %v, %d wide, first %q", what, seen.Evil, seen.Scroll, seen.First)
			}
			for _, faint := range b.Faint() {
				t.Errorf("%s: hard to read: %s", what, faint)
			}
			for _, e := range b.Heard("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled") {
				t.Errorf("%s: the browser says %s %s", what, e.Method, e.Params)
			}
			// A script that is not the page's own does not run.
			var ran bool
			b.Eval(`(() => { const s = document.createElement("script"); s.textContent = "window.ran = true"; document.body.append(s); s.remove(); return window.ran === true; })()`, &ran)
			if ran {
				t.Errorf("%s: a script runs that is not the page's own", what)
			}
			b.Heard("Log.entryAdded") // that it was refused
			b.Keep(*keepDir, fmt.Sprintf("live-%d-%s", width, theme), "")
		}
	}
	// What is open stays open.
	b.Eval(`document.querySelector("details").open = true`, nil)
	var stays bool
	b.Eval(`new Promise(done => { const was = document.querySelector("main"); const look = () => document.querySelector("main") === was ? setTimeout(look, 50) : done(document.querySelector("details").open); look(); })`, &stays)
	if !stays {
		t.Error("details close by themselves")
	}
	// Without JavaScript the same is there, and comes anew.
	b.Call("Emulation.setScriptExecutionDisabled", map[string]any{"value": true}, nil)
	b.Visit(server.URL+"/debug/zmq/", 1400, "light")
	var text string
	b.Eval(`document.body.innerText`, &text)
	if !strings.Contains(text, "receiving blocked for") {
		t.Errorf("without JavaScript: %s", text)
	}
	b.Loaded()
	// A server that has gone is told of.
	b.Call("Emulation.setScriptExecutionDisabled", map[string]any{"value": false}, nil)
	b.Visit(server.URL+"/debug/zmq/", 1400, "light")
	server.Close()
	for deadline := time.Now().Add(30 * time.Second); !strings.Contains(text, "what is shown is old"); {
		if b.Eval(`document.getElementById("status").textContent`, &text); time.Now().After(deadline) {
			t.Fatalf("the page says %q", text)
		}
	}
}
