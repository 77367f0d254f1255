//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
	"go.uber.org/goleak"
)

// This file is what the tests of the runtime share: a small topology, codecs for it by hand, and
// waiting for conditions.

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tick is a message with a topic: wire [topic] [text].
type tick struct{ topic, text string }

type tickCodec struct{}

func (tickCodec) AppendFrames(w *FrameWriter, m *tick) error {
	if m.text == "cannot be sent" {
		w.FrameString(m.topic)
		return errors.New("as the text says")
	}
	w.FrameString(m.topic)
	w.FrameString(m.text)
	return nil
}

func (tickCodec) ParseFrames(frames [][]byte, m *tick) error {
	body, err := BodyFrame(frames, 1)
	m.topic, m.text = string(frames[0]), string(body)
	return err
}

// text is a message of one frame.
type textCodec struct{}

func (textCodec) AppendFrames(w *FrameWriter, m *string) error {
	w.FrameString(*m)
	return nil
}

func (textCodec) ParseFrames(frames [][]byte, m *string) error {
	body, err := BodyFrame(frames, 0)
	*m = string(body)
	return err
}

// transports are the endpoints that a test runs over.
func transports(t *testing.T) map[string]string {
	return map[string]string{
		"tcp":    "tcp://127.0.0.1:*",
		"ipc":    "ipc://" + filepath.Join(t.TempDir(), "s"),
		"inproc": "inproc://" + t.Name(),
	}
}

func overTransports(t *testing.T, run func(t *testing.T, endpoint string)) {
	for _, name := range []string{"tcp", "ipc", "inproc"} {
		t.Run(name, func(t *testing.T) { run(t, transports(t)[name]) })
	}
}

// testLinger is short, so that what waits for it does not wait long.
const testLinger = 100 * time.Millisecond

// testTopology has a socket of each type, all bound to endpoint or connected to the one that is.
func testTopology(endpoint string) *Topology {
	linger := Lingering(testLinger)
	bind := []string{endpoint}
	return &Topology{Name: "test", Sockets: map[string]SocketSpec{
		"a.push":   {Type: Push, Connect: []string{"b.pull"}, Linger: linger},
		"b.pull":   {Type: Pull, Bind: bind},
		"a.pushes": {Type: Push, Bind: bind, Linger: linger},
		"b.pulls":  {Type: Pull, Connect: []string{"a.pushes"}},
		"a.pub":    {Type: Pub, Bind: bind},
		"b.sub":    {Type: Sub, Connect: []string{"a.pub"}, Subscribe: []string{""}},
		"a.client": {Type: Dealer, Connect: []string{"b.server"}},
		"b.server": {Type: Router, Bind: bind},
	}}
}

// newPump makes a pump that is closed when the test ends, and fails the test if that takes long. On a busy machine Close may give
// up before the sockets have ended, which they must then do yet.
func newPump(t testing.TB, opts ...PumpOption) *Pump {
	t.Helper()
	p, err := NewPump(context.Background(), opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.mu.Lock()
		open := slices.Collect(maps.Values(p.sockets))
		p.mu.Unlock()
		within(t, 20*time.Second, "Pump.Close", func() {
			if err := p.Close(); err != nil && !errors.Is(err, errInUse) {
				t.Error(err)
			}
			for _, s := range open {
				<-s.done
			}
		})
	})
	return p
}

// faults collects what a pump reports.
type faults struct {
	mu   sync.Mutex
	errs []error
}

func (f *faults) handle(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.errs = append(f.errs, err)
}

func (f *faults) all() []error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]error(nil), f.errs...)
}

// must makes a call with two results one that fails the test.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// within fails the test if f takes longer than d.
func within(t testing.TB, d time.Duration, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(d):
		t.Fatalf("%s took over %v", what, d)
	}
}

// next receives from ch.
func next[T any](t testing.TB, ch <-chan T) T {
	t.Helper()
	select {
	case v, ok := <-ch:
		if !ok {
			t.Fatal("channel closed")
		}
		return v
	case <-time.After(10 * time.Second):
		t.Fatal("nothing received within 10 s")
	}
	panic("unreachable")
}

// send sends on ch.
func send[T any](t testing.TB, ch chan<- T, v T) {
	t.Helper()
	select {
	case ch <- v:
	case <-time.After(10 * time.Second):
		t.Fatal("nothing sent within 10 s")
	}
}

// eventually waits until cond holds.
func eventually(t testing.TB, what string, cond func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("not within 10 s: %s", what)
		}
	}
}

// fill sends to ch until it takes no more for a while, and returns how many went.
func fill[T any](t testing.TB, ch chan<- T, v T) (n int) {
	t.Helper()
	for {
		select {
		case ch <- v:
			n++
		case <-time.After(200 * time.Millisecond):
			return n
		}
	}
}

// subscribed waits until what is published arrives.
func subscribed(t testing.TB, pub chan<- tick, sub <-chan tick) {
	t.Helper()
	for {
		send(t, pub, tick{"sync", ""})
		select {
		case <-sub:
			return
		case <-time.After(time.Millisecond):
		}
	}
}

// rawSock opens a socket of pebbe's in a context of its own and connects or binds it.
func rawSock(t testing.TB, typ zmq4.Type, setup func(*zmq4.Socket) error) *zmq4.Socket {
	t.Helper()
	zctx, err := zmq4.NewContext()
	if err != nil {
		t.Fatal(err)
	}
	s, err := zctx.NewSocket(typ)
	if err != nil {
		t.Fatal(err)
	}
	s.SetLinger(0)
	s.SetRcvtimeo(10 * time.Second)
	s.SetSndtimeo(10 * time.Second)
	if err := setup(s); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		zctx.Term()
	})
	return s
}

func connectTo(endpoint string) func(*zmq4.Socket) error {
	return func(s *zmq4.Socket) error { return s.Connect(endpoint) }
}

func frames(parts ...string) []string { return parts }

func recvFrames(t testing.TB, s *zmq4.Socket) []string {
	t.Helper()
	f, err := s.RecvMessage(0)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func sendFrames(t testing.TB, s *zmq4.Socket, parts ...string) {
	t.Helper()
	if _, err := s.SendMessage(parts); err != nil {
		t.Fatal(err)
	}
}

func equal(t testing.TB, got, want any) {
	t.Helper()
	if g, w := fmt.Sprintf("%#v", got), fmt.Sprintf("%#v", want); g != w {
		t.Fatalf("got  %s\nwant %s", g, w)
	}
}
