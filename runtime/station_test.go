//go:build cgo

package runtime

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// This file holds stations: processes with one socket that binds, or a device both of whose sides do, which can be killed and
// started again. The test binary runs itself. A station says "open ENDPOINT…" or "failed ERROR", then "got TEXT" of what it receives,
// and stops when its input ends.

const stationEnv = "ZMQGEN_STATION" // NAME ENDPOINT, and the permissions of ipc or the second endpoint of a device

// stationTopology has the sockets that stations bind, and those that connect to them, which find no peer that has gone for at
// most 20 ms.
func stationTopology() *Topology {
	soon := Lingering(20 * time.Millisecond)
	return &Topology{Name: "test", Sockets: map[string]SocketSpec{
		"b.pull":     {Type: Pull},
		"b.push":     {Type: Push},
		"b.pub":      {Type: Pub},
		"b.router":   {Type: Router},
		"b.rep":      {Type: Rep},
		"a.push":     {Type: Push, Reconnect: soon, Linger: Lingering(testLinger)},
		"a.pull":     {Type: Pull, Reconnect: soon},
		"a.sub":      {Type: Sub, Reconnect: soon, Subscribe: []string{"t"}},
		"a.dealer":   {Type: Dealer, Reconnect: soon},
		"a.req":      {Type: Req, Reconnect: soon},
		"a.patient":  {Type: Sub, Subscribe: []string{"t"}},
		"a.pub":      {Type: Pub, Reconnect: soon, SendHWM: Limit(0)},
		"a.rep":      {Type: Rep, Reconnect: soon},
		"a.router":   {Type: Router, Reconnect: soon},
		"a.receding": {Type: Sub, Reconnect: soon, ReconnectMax: Lingering(time.Second), Subscribe: []string{"t"}},
	}}
}

// station is such a process, seen from the test.
type station struct {
	cmd      *exec.Cmd
	in       io.Closer
	endpoint string      // that it has bound; of a device both
	failed   string      // why it has not
	got      chan string // what it received; closed when it says no more
	end      func() error
}

// startStation starts one, and waits until it has opened its socket or has failed.
func startStation(t testing.TB, name, endpoint string, options ...string) *station {
	t.Helper()
	s := &station{cmd: exec.Command(os.Args[0], "-test.run=^TestStation$"), got: make(chan string, 1<<16)}
	s.cmd.Env = append(os.Environ(), stationEnv+"="+strings.Join(append([]string{name, endpoint}, options...), " "))
	var stderr bytes.Buffer
	s.cmd.Stderr = &stderr
	s.in = must(s.cmd.StdinPipe())(t)
	lines := bufio.NewScanner(must(s.cmd.StdoutPipe())(t))
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	opened := make(chan struct{})
	go func() {
		defer close(s.got)
		for lines.Scan() {
			what, rest, _ := strings.Cut(lines.Text(), " ")
			switch what {
			case "open":
				s.endpoint = rest
				close(opened)
			case "failed":
				s.failed = rest
				close(opened)
			case "got":
				s.got <- rest
			}
		}
	}()
	s.end = sync.OnceValue(func() error {
		s.in.Close()
		for range s.got {
		}
		return s.cmd.Wait()
	})
	t.Cleanup(func() { s.kill() })
	select {
	case <-opened:
	case <-time.After(time.Minute):
		s.kill()
		t.Fatalf("station %s does not open its socket: %s", name, stderr.String())
	}
	return s
}

// kill kills the process with no time to tidy up, and stop ends it in an orderly way. Both wait for its end.
func (s *station) kill() {
	s.cmd.Process.Kill()
	s.end()
}

func (s *station) stop() error { return s.end() }

// TestStation is what such a process does.
func TestStation(t *testing.T) {
	plan := strings.Fields(os.Getenv(stationEnv))
	if len(plan) == 0 {
		t.Skip("it is the other processes of TestRestart and TestIPC")
	}
	p := newPump(t)
	if _, device := deviceTopology("", "").Devices[plan[0]]; device {
		beDevice(p, plan[0], plan[1], plan[2])
		return
	}
	opts := []SocketOption{Bind(plan[1])}
	if len(plan) > 2 {
		mode, _ := strconv.ParseUint(plan[2], 8, 32)
		opts = append(opts, IPCMode(os.FileMode(mode)))
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	run, err := openStation(ctx, p, plan[0], opts)
	if err != nil {
		fmt.Println("failed", err)
		return
	}
	fmt.Println("open", p.Socket("test", plan[0]).Endpoints()[0])
	go func() {
		io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	run()
}

// beDevice is a device until the input ends.
func beDevice(p *Pump, name, front, back string) {
	top, most := deviceTopology(front, back), stationHWM
	if top.Devices[name].Kind == Forwarder {
		most = 0
	}
	for _, side := range []string{name + ".frontend", name + ".backend"} {
		spec := top.Sockets[side]
		spec.SendHWM, spec.RecvHWM = Limit(most), Limit(most)
		top.Sockets[side] = spec
	}
	d, err := OpenDevice(context.Background(), p, top, name, nil)
	if err != nil {
		fmt.Println("failed", err)
		return
	}
	fmt.Println("open", d.Frontend().Endpoints()[0], d.Backend().Endpoints()[0])
	io.Copy(io.Discard, os.Stdin)
}

// openStation opens the socket, and returns what serves it until ctx ends.
func openStation(ctx context.Context, p *Pump, name string, opts []SocketOption) (run func(), err error) {
	top := stationTopology()
	switch top.Sockets[name].Type {
	case Pull:
		in, err := OpenReceiver(ctx, p, top, name, textCodec{}, opts)
		return func() {
			for text := range in {
				fmt.Println("got", text)
			}
		}, err
	case Push:
		out, err := OpenSender(ctx, p, top, name, textCodec{}, opts)
		return func() { everyMillisecond(ctx, out, func(n string) string { return n }) }, err
	case Pub:
		out, err := OpenSender(ctx, p, top, name, tickCodec{}, opts)
		return func() { everyMillisecond(ctx, out, func(n string) tick { return tick{"t", n} }) }, err
	}
	var calls <-chan *Call[note, note]
	err = OpenServer(ctx, p, top, name, opts, Serve(&echo, &calls))
	return func() {
		for c := range calls {
			c.Reply(c.Request)
		}
	}, err
}

// everyMillisecond sends the number of the process and of the message each millisecond until ctx ends.
func everyMillisecond[T any](ctx context.Context, out chan<- T, message func(string) T) {
	defer close(out)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		select {
		case out <- message(fmt.Sprint(os.Getpid(), " ", n)):
		case <-ctx.Done():
			return
		}
	}
}
