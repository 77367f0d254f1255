package jupyter

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"testing"
	"time"

	"github.com/zmqgen/zmqgen/compat/internal/program"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

const (
	python = "/usr/bin/python3"
	key    = "a key that both know"
)

// header is what stands in the header of a message.
type header struct {
	ID      string `json:"msg_id"`
	Session string `json:"session"`
	User    string `json:"username"`
	Date    string `json:"date"`
	Type    string `json:"msg_type"`
	Version string `json:"version"`
}

// sign returns the signature of the frames of a message from the header to the content.
func sign(frames [][]byte) string {
	mac := hmac.New(sha256.New, []byte(key))
	for _, f := range frames {
		mac.Write(f)
	}
	return hex.EncodeToString(mac.Sum(nil))
}

// frontend is connected to a running kernel.
type frontend struct {
	t      *testing.T
	ctx    context.Context
	kernel *program.Program
	pump   *zmqrt.Pump
	iopub  <-chan Broadcast
}

func newFrontend(t *testing.T) *frontend {
	t.Helper()
	if err := exec.Command(python, "-c", "import zmq").Run(); err != nil {
		t.Skipf("no pyzmq here: %v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	kernel, err := program.Start(ctx, []string{python, "kernel.py", key}, func(err error) { t.Log(err); cancel() })
	if err != nil {
		t.Fatal(err)
	}
	var options []zmqrt.PumpOption
	for _, socket := range []string{"iopub", "shell", "heartbeat"} {
		endpoint, err := kernel.Await(ctx, socket)
		if err != nil {
			t.Fatal(err)
		}
		options = append(options, zmqrt.WithEndpoint("kernel."+socket, endpoint))
	}
	options = append(options, zmqrt.WithErrorHandler(func(err error) { t.Errorf("reported: %v", err) }))
	pump, err := zmqrt.NewPump(ctx, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(pump.Close(), kernel.Finish()); err != nil {
			t.Error(err)
		}
	})
	iopub, err := NewFrontendIopub(ctx, pump)
	if err != nil {
		t.Fatal(err)
	}
	return &frontend{t, ctx, kernel, pump, iopub}
}

// heard takes what the kernel broadcasts next, which has to be of a kind and a consequence of request parent, and reads its
// content.
func (f *frontend) heard(kind, parent string, content any) Broadcast {
	f.t.Helper()
	select {
	case b := <-f.iopub:
		frames, err := IopubFrames(b)
		if err != nil {
			f.t.Fatal(err)
		}
		f.check(kind, parent, b.Signature, frames[3:7], content)
		return b
	case <-f.ctx.Done():
		f.t.Fatalf("no %s came: %v", kind, f.ctx.Err())
	}
	panic("unreachable")
}

// check checks the four frames of a message that are signed.
func (f *frontend) check(kind, parent, signature string, frames [][]byte, content any) {
	f.t.Helper()
	if want := sign(frames); !hmac.Equal([]byte(signature), []byte(want)) {
		f.t.Errorf("%s is signed %q, want %q", kind, signature, want)
	}
	var h, p header
	err := errors.Join(json.Unmarshal(frames[0], &h), json.Unmarshal(frames[1], &p), json.Unmarshal(frames[3], content))
	if err != nil || h.Type != kind || p.ID != parent {
		f.t.Errorf("%s to %q came, want %s to %q: %v", h.Type, p.ID, kind, parent, err)
	}
}

func (f *frontend) heardState(state, parent string) {
	f.t.Helper()
	var content struct {
		State string `json:"execution_state"`
	}
	if f.heard("status", parent, &content); content.State != state {
		f.t.Errorf("the kernel is %s, want %s", content.State, state)
	}
}

// A front end hears that it is welcome, so that it knows that it will miss nothing.
func TestHearTheKernel(t *testing.T) {
	f := newFrontend(t)
	var welcome struct{ Subscription *string }
	if b := f.heard("iopub_welcome", "", &welcome); b.Topic != "" || welcome.Subscription == nil || *welcome.Subscription != "" {
		t.Errorf("the welcome is %v", b)
	}
	f.heardState("starting", "")
}

// A front end asks over the shell, whose replies have the header of the request, and hears what comes of it.
func TestExecuteInTheKernel(t *testing.T) {
	f := newFrontend(t)
	out, in, err := NewFrontendShell(f.ctx, f.pump)
	if err != nil {
		t.Fatal(err)
	}
	var welcome, ignored any
	f.heard("iopub_welcome", "", &welcome)
	f.heardState("starting", "")

	var info struct {
		Protocol string `json:"protocol_version"`
	}
	request := f.request("kernel_info_request", "info", map[string]any{})
	out <- request
	f.replied(in, "kernel_info_reply", "info", &info)
	if info.Protocol != "5.4" {
		t.Errorf("the kernel speaks version %s of the protocol", info.Protocol)
	}
	f.heardState("busy", "info")
	f.heardState("idle", "info")

	// What is not signed, or otherwise, is not answered.
	request.Signature = sign([][]byte{[]byte("something else")})
	out <- request
	if refused, err := f.kernel.Await(f.ctx, "refused"); err != nil || refused != request.Signature {
		t.Errorf("the kernel refused %q, %v", refused, err)
	}

	for n := 1; n <= 100; n++ {
		id := fmt.Sprint("run ", n)
		out <- f.request("execute_request", id, map[string]any{"code": "x = 1", "silent": false})
		var reply struct {
			Status string
			Count  int `json:"execution_count"`
		}
		if f.replied(in, "execute_reply", id, &reply); reply.Status != "ok" || reply.Count != n {
			t.Errorf("the reply to request %d is %v", n, reply)
		}
		f.heardState("busy", id)
		f.heard("execute_input", id, &ignored)
		var stream struct{ Name, Text string }
		if f.heard("stream", id, &stream); stream.Name != "stdout" || stream.Text != "X = 1" {
			t.Errorf("the output is %v", stream)
		}
		if b := f.heard("display_data", id, &ignored); len(b.Buffers) != 2 || string(b.Buffers[0]) != "\x00\x01" || len(b.Buffers[1]) != 0 {
			t.Errorf("what is displayed has the buffers %v", b.Buffers)
		}
		f.heardState("idle", id)
	}
}

// request makes a request and signs it.
func (f *frontend) request(kind, id string, content map[string]any) Message {
	f.t.Helper()
	h, hErr := json.Marshal(header{ID: id, Session: "front end", User: "someone", Date: time.Now().UTC().Format(time.RFC3339), Type: kind, Version: "5.4"})
	c, cErr := json.Marshal(content)
	m := Message{Header: h, ParentHeader: []byte("{}"), Metadata: []byte("{}"), Content: c}
	frames, err := ShellDealerFrames(m)
	if err := errors.Join(hErr, cErr, err); err != nil {
		f.t.Fatal(err)
	}
	m.Signature = sign(frames[2:6])
	return m
}

// replied takes the reply to a request.
func (f *frontend) replied(in <-chan Message, kind, parent string, content any) {
	f.t.Helper()
	select {
	case m := <-in:
		frames, err := ShellRouterFrames(m)
		if err != nil {
			f.t.Fatal(err)
		}
		f.check(kind, parent, m.Signature, frames[2:6], content)
	case <-f.ctx.Done():
		f.t.Fatalf("no %s came: %v", kind, f.ctx.Err())
	}
}

// The heartbeat of the kernel sends back what it is sent, and wants no call id before the delimiter.
func TestHearTheHeartbeat(t *testing.T) {
	f := newFrontend(t)
	heartbeat, err := NewFrontendHeartbeat(f.ctx, f.pump)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 100 {
		ping := Beat{Payload: fmt.Append(nil, "ping ", n)}
		if pong, err := heartbeat.Call(f.ctx, ping); err != nil || !pong.Equal(ping) {
			t.Fatalf("%v came back as %v: %v", ping, pong, err)
		}
	}
}
