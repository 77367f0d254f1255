//go:build cgo

package systemd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file tests services that are processes: the test binary runs itself.

const serviceEnv = "ZMQGEN_TEST_SERVICE" // KIND ENDPOINT

func TestMain(m *testing.M) {
	if plan := strings.Fields(os.Getenv(serviceEnv)); len(plan) == 2 {
		log.SetFlags(0)
		if err := serve(plan[0], plan[1]); err != nil {
			log.Fatal(err)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// number is a message of one frame.
type number struct{}

func (number) AppendFrames(w *zmqrt.FrameWriter, n *int) error {
	w.FrameString(strconv.Itoa(*n))
	return nil
}

func (number) ParseFrames(frames [][]byte, n *int) (err error) {
	*n, err = strconv.Atoi(string(frames[0]))
	return err
}

var topology = &zmqrt.Topology{Name: "test", Sockets: map[string]zmqrt.SocketSpec{
	"service.numbers": {Type: zmqrt.Push, Linger: zmqrt.Lingering(20 * time.Second), SendHWM: zmqrt.Limit(10)},
	"sink.numbers":    {Type: zmqrt.Pull, Bind: []string{"tcp://127.0.0.1:*"}, RecvHWM: zmqrt.Limit(10), Buffer: zmqrt.Limit(1)},
}}

// serve is the service: it is ready when it has sent a number, sends more as fast as they go, and says how many were accepted.
func serve(kind, endpoint string) error {
	ctx := context.Background()
	pump, err := zmqrt.NewPump(ctx)
	if err != nil {
		return err
	}
	return Run(ctx, pump, func(ctx context.Context) error {
		numbers, err := zmqrt.OpenSender(context.Background(), pump, topology, "service.numbers", number{}, []zmqrt.SocketOption{zmqrt.Connect(endpoint)})
		if err != nil {
			return err
		}
		defer close(numbers)
		numbers <- 0
		if err := Notify(Ready); err != nil {
			return err
		}
		switch kind {
		case "ill":
			return illness(ctx, pump)
		case "broken":
			return errors.New("as it likes")
		case "deaf":
			select {}
		}
		for n := 1; ; n++ {
			select {
			case numbers <- n:
			case <-ctx.Done():
				fmt.Println("accepted", n)
				return ctx.Err()
			}
		}
	})
}

// illness keeps the pump from moving messages, and says that it does, until the first line of the input.
func illness(ctx context.Context, pump *zmqrt.Pump) error {
	err := zmqrt.ErrClosed
	for errors.Is(err, zmqrt.ErrClosed) && ctx.Err() == nil { // the watchdog gives up what takes long to open, and opens it anew
		time.Sleep(time.Millisecond)
		pump.Check(ctx)
		err = pump.Socket("zmqgen", "check.in").Do(func(*zmq4.Socket) error {
			fmt.Println("stuck")
			bufio.NewReader(os.Stdin).ReadString('\n')
			return nil
		})
	}
	<-ctx.Done()
	return err
}

// process is a service that runs.
type process struct {
	*exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
	supervisor
}

func start(t *testing.T, kind, endpoint string, env ...string) *process {
	t.Helper()
	s := newSupervisor(t, filepath.Join(t.TempDir(), "notify"))
	p := &process{Cmd: exec.Command(os.Args[0]), supervisor: *s}
	p.Env = append(os.Environ(), append(env, serviceEnv+"="+kind+" "+endpoint, "NOTIFY_SOCKET="+s.address)...)
	p.Stderr = os.Stderr
	out, err := p.StdoutPipe()
	p.out = bufio.NewReader(out)
	if err == nil {
		p.in, err = p.StdinPipe()
	}
	if err == nil {
		err = p.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Process.Kill()
		p.Wait()
	})
	return p
}

// sink opens what receives the numbers.
func sink(t *testing.T) (endpoint string, numbers <-chan int) {
	t.Helper()
	pump, err := zmqrt.NewPump(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pump.Close() })
	numbers, err = zmqrt.OpenReceiver(context.Background(), pump, topology, "sink.numbers", number{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return pump.Socket("test", "sink.numbers").Endpoints()[0], numbers
}

func TestNothingAcceptedIsLostByASignal(t *testing.T) {
	for _, sig := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		t.Run(fmt.Sprint(sig), func(t *testing.T) {
			endpoint, numbers := sink(t)
			p := start(t, "counter", endpoint)
			p.await(t, Ready)
			want := 0
			for ; want < 10_000; want++ {
				if got := <-numbers; got != want {
					t.Fatalf("got %d, want %d", got, want)
				}
			}
			// Nobody reads now, so that all queues are full when the signal comes.
			p.Process.Signal(sig)
			p.await(t, Stopping)
			line, err := p.out.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			var accepted int
			if _, err := fmt.Sscanf(line, "accepted %d", &accepted); err != nil {
				t.Fatal(line, err)
			}
			began := time.Now()
			for ; want < accepted; want++ {
				select {
				case got := <-numbers:
					if got != want {
						t.Fatalf("got %d, want %d", got, want)
					}
				case <-time.After(20 * time.Second):
					t.Fatalf("%d of %d that were accepted have not come", accepted-want, accepted)
				}
			}
			if err := p.Wait(); err != nil {
				t.Errorf("it exits: %v", err)
			}
			t.Logf("%d accepted, %d of them while nobody read, all received; it ended %v after the signal was heard and reading went on, with %v",
				accepted, accepted-10_000, time.Since(began).Round(time.Millisecond), p.ProcessState)
		})
	}
}

func TestASecondSignalEndsTheProcess(t *testing.T) {
	for _, kind := range []string{"counter", "deaf"} { // with linger before it, and with work that does not return
		t.Run(kind, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0") // nobody takes what it sends, so that it lingers
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			p := start(t, kind, "tcp://"+l.Addr().String())
			p.await(t, Ready)
			p.Process.Signal(syscall.SIGTERM)
			p.await(t, Stopping)
			again := time.NewTicker(10 * time.Millisecond) // the signal is heeded no more a moment later
			defer again.Stop()
			ended := make(chan error, 1)
			go func() { ended <- p.Wait() }()
			for {
				select {
				case <-again.C:
					p.Process.Signal(syscall.SIGTERM)
					continue
				case <-ended:
				case <-time.After(20 * time.Second):
					t.Fatal("it goes on")
				}
				break
			}
			if status := p.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGTERM {
				t.Errorf("got %v, want an end by SIGTERM", p.ProcessState)
			}
		})
	}
}

func TestTheErrorOfWorkIsTheExitCode(t *testing.T) {
	endpoint, _ := sink(t)
	p := start(t, "broken", endpoint)
	p.await(t, Stopping)
	if err := p.Wait(); err == nil || p.ProcessState.ExitCode() != 1 {
		t.Errorf("got %v", p.ProcessState)
	}
}

func TestTheWatchdogHearsOfAPumpThatMoves(t *testing.T) {
	endpoint, _ := sink(t)
	p := start(t, "deaf", endpoint, "WATCHDOG_USEC=200000")
	for range 5 {
		p.await(t, Alive)
	}
}

func TestTheWatchdogHearsNothingOfAPumpThatIsStuck(t *testing.T) {
	endpoint, _ := sink(t)
	stuck := start(t, "ill", endpoint, "WATCHDOG_USEC=400000")
	if line, err := stuck.out.ReadString('\n'); line != "stuck\n" {
		t.Fatal(line, err)
	}
	for ill, well := 0, 0; ill < 4; ill++ {
		if got := stuck.hear(t); !strings.HasPrefix(got, "STATUS=not well: check: ") {
			ill = -1
			if well++; well > 10 { // a few have been said before
				t.Fatalf("it says %q", got)
			}
		}
	}
	fmt.Fprintln(stuck.in)
	if got := stuck.await(t, Alive); !strings.Contains(got, Status("well again")) {
		t.Errorf("got %q", got)
	}
}
