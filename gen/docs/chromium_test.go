package docs

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
	"testing"
	"time"
)

// This file drives a real browser by the DevTools protocol, through a pipe: as much of it as looking at a page takes.

// browser is a headless chromium that runs as long as its test.
type browser struct {
	t       *testing.T
	to      *os.File
	nextID  int
	mu      sync.Mutex
	waiting map[int]chan reply
	events  []event
	session string
}

type reply struct {
	Result json.RawMessage
	Error  *struct{ Message string }
}

// event is what the browser tells unasked.
type event struct {
	Method string
	Params json.RawMessage
}

// newBrowser starts a browser with an empty page; without one in the system the test is skipped.
func newBrowser(t *testing.T) *browser {
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
	b := &browser{t: t, to: to, waiting: map[int]chan reply{}}
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
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Network", "Log"} {
		b.call(domain+".enable", nil, nil)
	}
	return b
}

// read takes what the browser says, of which a zero byte ends each message.
func (b *browser) read(from *os.File) {
	in := bufio.NewReader(from)
	for {
		text, err := in.ReadBytes(0)
		if err != nil {
			return
		}
		var m struct {
			ID int
			reply
			event
		}
		if json.Unmarshal(bytes.TrimSuffix(text, []byte{0}), &m) != nil {
			continue
		}
		b.mu.Lock()
		if m.ID == 0 {
			b.events = append(b.events, m.event)
		} else if ch := b.waiting[m.ID]; ch != nil {
			ch <- m.reply
		}
		b.mu.Unlock()
	}
}

// call calls a method of the protocol.
func (b *browser) call(method string, params map[string]any, result any) {
	b.t.Helper()
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
		b.t.Fatal(err)
	}
	if _, err := b.to.Write(append(text, 0)); err != nil {
		b.t.Fatal(err)
	}
	select {
	case r := <-ch:
		if r.Error != nil {
			b.t.Fatalf("%s: %s", method, r.Error.Message)
		}
		if result != nil {
			if err := json.Unmarshal(r.Result, result); err != nil {
				b.t.Fatalf("%s: %v", method, err)
			}
		}
	case <-time.After(120 * time.Second):
		b.t.Fatalf("%s: no answer", method)
	}
}

// heard returns the events of a method that have come since the last call, and forgets them.
func (b *browser) heard(methods ...string) []event {
	b.mu.Lock()
	defer b.mu.Unlock()
	var found, rest []event
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

// open shows a page of HTML, at a width, in a theme that the system is said to have.
func (b *browser) open(html []byte, width int, theme string) {
	b.t.Helper()
	file := filepath.Join(b.t.TempDir(), "page.html")
	if err := os.WriteFile(file, html, 0o644); err != nil {
		b.t.Fatal(err)
	}
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}, nil)
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []any{map[string]any{"name": "prefers-color-scheme", "value": theme}}}, nil)
	b.heard("Page.loadEventFired", "Network.requestWillBeSent", "Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
	b.call("Page.navigate", map[string]any{"url": "file://" + file}, nil)
	b.loaded()
}

// loaded waits until the page is there.
func (b *browser) loaded() {
	b.t.Helper()
	for end := time.Now().Add(120 * time.Second); len(b.heard("Page.loadEventFired")) == 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			b.t.Fatal("the page does not load")
		}
	}
}

// eval evaluates an expression in the page, whose value may be a promise.
func (b *browser) eval(expression string, result any) {
	b.t.Helper()
	var got struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &got)
	if e := got.ExceptionDetails; e != nil {
		b.t.Fatalf("%s: %s %s", expression, e.Text, e.Exception.Description)
	}
	if result != nil {
		if err := json.Unmarshal(got.Result.Value, result); err != nil {
			b.t.Fatalf("%s: %v in %s", expression, err, got.Result.Value)
		}
	}
}

// press presses a key.
func (b *browser) press(key, text string) {
	b.t.Helper()
	down := map[string]any{"type": "keyDown", "key": key, "code": key}
	if text != "" {
		down["text"] = text
	}
	b.call("Input.dispatchKeyEvent", down, nil)
	b.call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": key, "code": key}, nil)
}

// keep writes what the page looks like from a place on to a file of the directory that the test was given.
func (b *browser) keep(dir, name, place string) {
	b.t.Helper()
	if dir == "" {
		return
	}
	if place != "" {
		b.eval(fmt.Sprintf("document.getElementById(%q).scrollIntoView(), new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))", place), nil)
	}
	var shot struct{ Data string }
	b.call("Page.captureScreenshot", map[string]any{"format": "png"}, &shot)
	png, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
