// Package chromium drives a real browser in tests, by the DevTools protocol, through a pipe: as much of it as looking at a page takes.
package chromium

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// Test is the test that looks at pages: what a Browser needs of a testing.TB, so that nothing but tests imports package testing.
type Test interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Skip(args ...any)
	TempDir() string
	Cleanup(func())
}

// Browser is a headless chromium that runs as long as its test.
type Browser struct {
	T       Test
	to      *os.File
	nextID  int
	mu      sync.Mutex
	waiting map[int]chan reply
	events  []Event
	session string
}

type reply struct {
	Result json.RawMessage
	Error  *struct{ Message string }
}

// Event is what the browser tells unasked.
type Event struct {
	Method string
	Params json.RawMessage
}

// New starts a browser with an empty page; without one in the system the test is skipped.
func New(t Test) *Browser {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no chromium here: make browser installs it")
	}
	theirs, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	from, theirOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
		"--user-data-dir="+t.TempDir(), "--remote-debugging-pipe")
	cmd.ExtraFiles = []*os.File{theirs, theirOut} // 3 and 4 to the browser
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	theirOut.Close()
	b := &Browser{T: t, to: to, waiting: map[int]chan reply{}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.read(from)
	}()
	t.Cleanup(func() {
		to.Write([]byte(`{"id":1000000,"method":"Browser.close"}` + "\x00")) //nolint:errcheck // it may be gone
		timer := time.AfterFunc(10*time.Second, func() { cmd.Process.Kill() })
		cmd.Wait() //nolint:errcheck // how it ends is of no interest
		timer.Stop()
		to.Close()
		<-done
		from.Close()
	})
	var target struct{ TargetID string }
	b.Call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.Call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Network", "Log"} {
		b.Call(domain+".enable", nil, nil)
	}
	return b
}

// read takes what the browser says, of which a zero byte ends each message.
func (b *Browser) read(from *os.File) {
	in := bufio.NewReader(from)
	for {
		text, err := in.ReadBytes(0)
		if err != nil {
			return
		}
		var m struct {
			ID int
			reply
			Event
		}
		if json.Unmarshal(bytes.TrimSuffix(text, []byte{0}), &m) != nil {
			continue
		}
		b.mu.Lock()
		if m.ID == 0 {
			b.events = append(b.events, m.Event)
		} else if ch := b.waiting[m.ID]; ch != nil {
			ch <- m.reply
		}
		b.mu.Unlock()
	}
}

// Call calls a method of the protocol.
func (b *Browser) Call(method string, params map[string]any, result any) {
	b.T.Helper()
	b.nextID++
	ch := make(chan reply, 1)
	b.mu.Lock()
	b.waiting[b.nextID] = ch
	b.mu.Unlock()
	message := map[string]any{"id": b.nextID, "method": method}
	if params != nil {
		message["params"] = params
	}
	if b.session != "" {
		message["sessionId"] = b.session
	}
	text, err := json.Marshal(message)
	if err != nil {
		b.T.Fatal(err)
	}
	if _, err := b.to.Write(append(text, 0)); err != nil {
		b.T.Fatal(err)
	}
	select {
	case r := <-ch:
		if r.Error != nil {
			b.T.Fatalf("%s: %s", method, r.Error.Message)
		}
		if result != nil {
			if err := json.Unmarshal(r.Result, result); err != nil {
				b.T.Fatalf("%s: %v", method, err)
			}
		}
	case <-time.After(120 * time.Second):
		b.T.Fatalf("%s: no answer", method)
	}
}

// Heard returns the events of a method that have come since the last call, and forgets them.
func (b *Browser) Heard(methods ...string) []Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	var found, rest []Event
next:
	for _, e := range b.events {
		for _, m := range methods {
			if e.Method == m {
				found = append(found, e)
				continue next
			}
		}
		rest = append(rest, e)
	}
	b.events = rest
	return found
}

// Open shows a page of HTML, at a width, in a theme that the system is said to have.
func (b *Browser) Open(html []byte, width int, theme string) {
	b.T.Helper()
	file := filepath.Join(b.T.TempDir(), "page.html")
	if err := os.WriteFile(file, html, 0o644); err != nil {
		b.T.Fatal(err)
	}
	b.Visit("file://"+file, width, theme)
}

// Visit shows the page at a URL, likewise.
func (b *Browser) Visit(url string, width int, theme string) {
	b.T.Helper()
	b.Call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}, nil)
	b.Call("Emulation.setEmulatedMedia", map[string]any{"features": []any{map[string]any{"name": "prefers-color-scheme", "value": theme}}}, nil)
	b.Heard("Page.loadEventFired", "Network.requestWillBeSent", "Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
	b.Call("Page.navigate", map[string]any{"url": url}, nil)
	b.Loaded()
}

// Loaded waits until the page is there.
func (b *Browser) Loaded() {
	b.T.Helper()
	for end := time.Now().Add(120 * time.Second); len(b.Heard("Page.loadEventFired")) == 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			b.T.Fatal("the page does not load")
		}
	}
}

// Eval evaluates an expression in the page, whose value may be a promise.
func (b *Browser) Eval(expression string, result any) {
	b.T.Helper()
	var got struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	b.Call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &got)
	if e := got.ExceptionDetails; e != nil {
		b.T.Fatalf("%s: %s %s", expression, e.Text, e.Exception.Description)
	}
	if result != nil {
		if err := json.Unmarshal(got.Result.Value, result); err != nil {
			b.T.Fatalf("%s: %v in %s", expression, err, got.Result.Value)
		}
	}
}

// Press presses a key.
func (b *Browser) Press(key, text string) {
	b.T.Helper()
	down := map[string]any{"type": "keyDown", "key": key, "code": key}
	if text != "" {
		down["text"] = text
	}
	b.Call("Input.dispatchKeyEvent", down, nil)
	b.Call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": key, "code": key}, nil)
}

// Keep writes what the page looks like from a place on to a file of the directory that the test was given.
func (b *Browser) Keep(dir, name, place string) {
	b.T.Helper()
	if dir == "" {
		return
	}
	if place != "" {
		b.Eval(fmt.Sprintf("document.getElementById(%q).scrollIntoView(), new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))", place), nil)
	}
	var shot struct{ Data string }
	b.Call("Page.captureScreenshot", map[string]any{"format": "png"}, &shot)
	png, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil {
		b.T.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		b.T.Fatal(err)
	}
}
