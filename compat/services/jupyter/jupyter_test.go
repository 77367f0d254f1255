package jupyter

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
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
