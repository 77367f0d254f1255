//go:build cgo

package runtime

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// This file kills the process of a device under load and starts it again at the same endpoints: who was connected comes back, nothing
// comes twice but a request that its client has repeated, and no more is lost than the device and the kernel held.

const (
	stationHWM = 100 // of the sides of a device that is a station, but for a forwarder, which has none and so drops nothing
	deaths     = 3   // of each device
)

// killable is a device in a process of its own.
type killable struct {
	t           *testing.T
	kind        string
	now         *station
	front, back string
}

func startKillable(t *testing.T, kind string) *killable {
	t.Helper()
	m := &killable{t: t, kind: kind, front: "tcp://127.0.0.1:*", back: "tcp://127.0.0.1:*"}
	m.start()
	return m
}

func (m *killable) start() {
	m.t.Helper()
	m.now = startStation(m.t, m.kind, m.front, m.back)
	if m.now.failed != "" {
		m.t.Fatal(m.now.failed)
	}
	m.front, m.back, _ = strings.Cut(m.now.endpoint, " ")
}

// kernelBytes is how much of one connection the kernel may hold, in both directions' buffers.
func kernelBytes() int {
	sum := 0
	for _, name := range []string{"tcp_rmem", "tcp_wmem"} {
		var least, usual, most int
		text, _ := os.ReadFile("/proc/sys/net/ipv4/" + name)
		if _, err := fmt.Sscan(string(text), &least, &usual, &most); err != nil {
			most = 8 << 20
		}
		sum += most
	}
	return sum
}

func TestAStreamerThatIsKilledLosesNoMoreThanItHeld(t *testing.T) {
	const size = 64 << 10
	body := strings.Repeat("x", size)
	// Two queues, the message in the device's hand, what libzmq was writing or reading, and the kernel's buffers, of both connections.
	most := 2*stationHWM + 1 + 4 + 2*kernelBytes()/size
	m := startKillable(t, "streamer")
	p := newPump(t)
	short := func(c *socketConfig) { c.SendHWM, c.RecvHWM = Limit(10), Limit(10) }
	out := openEnds(t, p, stationTopology(), "a.push", Connect(m.front), Buffer(1), short)
	in := openEnds(t, p, stationTopology(), "a.pull", Connect(m.back), Buffer(1), short)
	var sent atomic.Int64
	stop := sync.OnceFunc(untilStopped(func(quit <-chan struct{}) {
		for n := 0; ; n++ {
			select {
			case out.send <- bytesOf(fmt.Sprint(n), body):
				sent.Store(int64(n) + 1)
			case <-quit:
				return
			}
		}
	}))
	defer stop()
	last := -1
	until := func(n int) (lost int) { // receives until number n or a later one has come
		t.Helper()
		for last < n {
			f := stringsOf(next(t, in.recv))
			var got int
			fmt.Sscan(f[0], &got)
			if got <= last || len(f) != 2 || f[1] != body {
				t.Fatalf("message %d of %d frames after %d", got, len(f), last)
			}
			lost += got - last - 1
			last = got
		}
		return lost
	}
	for death := range deaths {
		if lost := until(last + 300); lost > 0 {
			t.Errorf("life %d: lost %d messages", death+1, lost)
		}
		m.now.kill()
		m.start()
		lost := until(int(sent.Load()))
		if lost > most {
			t.Errorf("death %d: lost %d messages, want at most %d", death+1, lost, most)
		}
		t.Logf("death %d: lost %d messages of at most %d", death+1, lost, most)
	}
}

func TestAForwarderThatIsKilledLosesOnlyWhatIsPublishedMeanwhile(t *testing.T) {
	m := startKillable(t, "forwarder")
	p := newPump(t, WithPeerTracking())
	ctx, cancel := context.WithCancel(context.Background())
	top := stationTopology()
	out := must(OpenSender(context.Background(), p, top, "a.pub", tickCodec{}, []SocketOption{Connect(m.front)}))(t)
	in := must(OpenReceiver(context.Background(), p, top, "a.sub", tickCodec{}, []SocketOption{Connect(m.back), func(c *socketConfig) { c.RecvHWM = Limit(0) }}))(t)
	if err := p.Socket("test", "a.pub").WaitSubscribers(ctx, "t", 1); err != nil {
		t.Fatal(err)
	}
	published := untilStopped(func(<-chan struct{}) {
		everyMillisecond(ctx, out, func(text string) tick { return tick{"t", text} })
	})
	defer published()
	defer cancel()
	number := func() (n int) {
		t.Helper()
		_, text, _ := strings.Cut(next(t, in).text, " ")
		fmt.Sscan(text, &n)
		return n
	}
	last := number()
	take := func(n int) (gaps int) {
		t.Helper()
		for range n {
			got := number()
			if got <= last {
				t.Fatalf("message %d after %d", got, last)
			}
			if got != last+1 {
				gaps++
			}
			last = got
		}
		return gaps
	}
	if gaps := take(100); gaps > 0 {
		t.Errorf("%d gaps before any death", gaps)
	}
	for death := range deaths {
		m.now.kill()
		m.start()
		if gaps := take(300); gaps > 1 { // from the death until the subscription has come upstream again
			t.Errorf("death %d: %d gaps", death+1, gaps)
		}
	}
}

// Clients of both types repeat what is lost with the device. Workers of both types get no request more often than it was sent.
func TestAQueueThatIsKilledRepeatsNothingButWhatItsClientsDo(t *testing.T) {
	m := startKillable(t, "queue")
	p, top := newPump(t), stationTopology()
	var mu sync.Mutex
	delivered := make(map[string]int)
	for _, name := range []string{"a.rep", "a.router"} {
		var calls <-chan *Call[note, note]
		if err := OpenServer(context.Background(), p, top, name, []SocketOption{Connect(m.back)}, Serve(&echo, &calls)); err != nil {
			t.Fatal(err)
		}
		go func() {
			for c := range calls {
				mu.Lock()
				delivered[c.Request.text]++
				mu.Unlock()
				c.Reply(c.Request)
			}
		}()
	}
	var asked atomic.Int64
	var clients []*Socket
	patient := again(1000, 5*time.Second)
	patient.Timeout = time.Minute
	var stops []func()
	for i, name := range []string{"a.req", "a.req", "a.dealer", "a.dealer"} {
		instance := fmt.Sprint(i)
		c := must(OpenClient(context.Background(), p, top, name, []SocketOption{Connect(m.front), Instance(instance)}))(t)
		clients = append(clients, p.Socket("test", name+"#"+instance))
		callers := 1
		if name == "a.dealer" {
			callers = 8
		}
		for caller := range callers {
			stops = append(stops, untilStopped(func(quit <-chan struct{}) {
				for n := 0; ; n++ {
					select {
					case <-quit:
						return
					default:
					}
					question := note{fmt.Sprint(instance, " ", caller, " ", n)}
					if answer, err := Invoke(context.Background(), c, patient, question); err != nil || answer != question {
						t.Errorf("%v: got %v, %v", question, answer, err)
						return
					}
					asked.Add(1)
				}
			}))
		}
	}
	for range deaths {
		before := asked.Load()
		eventually(t, "calls are answered", func() bool { return asked.Load() >= before+500 })
		m.now.kill()
		m.start()
	}
	before := asked.Load()
	eventually(t, "calls are answered again", func() bool { return asked.Load() >= before+500 })
	for _, stop := range stops {
		stop()
	}
	retries := 0
	for _, s := range clients {
		retries += int(s.Stats().Retries)
	}
	sum := 0
	mu.Lock()
	defer mu.Unlock()
	for _, n := range delivered {
		sum += n
	}
	t.Logf("%d calls, %d retries, %d requests delivered", asked.Load(), retries, sum)
	if len(delivered) != int(asked.Load()) || sum > len(delivered)+retries {
		t.Errorf("%d calls with %d retries, but %d requests of %d calls were delivered", asked.Load(), retries, sum, len(delivered))
	}
}
