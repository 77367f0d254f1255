//go:build cgo && linux

package runtime

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file is attacks by whom a server has let in, and on what the process has of everything: descriptors, the time of an
// authorizer, memory for subscriptions. docs/security.md has the figures.

// A client with a right key that sends frames over max_message_size is thrown out at the frame's header, which says how long it is;
// one within what CURVE adds to a frame is received and discarded. Others go on.
func TestOversizeFramesOfListedClients(t *testing.T) {
	f := newFortress(t, time.Second)
	hostile := rawSock(t, zmq4.PUSH, func(z *zmq4.Socket) error {
		return errors.Join(f.keys.curve(f.keys.server.public, f.keys.listed.public, f.keys.listed.secret)(z), z.SetReconnectIvl(10*time.Millisecond), z.Connect(f.bound.Endpoints()[0]))
	})
	f.bounded(t, 64<<20, func() {
		for _, size := range []int{1<<20 + 1, 1<<20 + 100, 2 << 20, 4 << 20} {
			before := f.bound.Stats()
			hostile.SendBytes(make([]byte, size), 0)
			eventually(t, fmt.Sprint("it is thrown out for ", size), func() bool { return f.bound.Stats().Disconnects > before.Disconnects })
			f.serves(t)
		}
		hostile.SetLinger(0)
		hostile.Close()
	})
}

// What subscribers send are prefixes, of which a publisher keeps much more than their length. So one is thrown out for a prefix that is
// too long, whatever max_message_size says; what it costs to have many short ones is its own to bear who lets in who makes them.
func TestSubscriptionsOfAHostileSubscriber(t *testing.T) {
	for _, tracked := range []bool{false, true} { // the second is an XPUB underneath
		t.Run(fmt.Sprint("tracked ", tracked), func(t *testing.T) {
			var opts []SocketOption
			if tracked {
				opts = append(opts, TrackPeers())
			}
			p := newPump(t)
			pub := must(OpenSender(context.Background(), p, testTopology("tcp://127.0.0.1:*"), "a.pub", tickCodec{}, opts))(t)
			defer close(pub)
			endpoint := p.Socket("test", "a.pub").Endpoints()[0]
			honest := rawSock(t, zmq4.SUB, func(z *zmq4.Socket) error {
				return errors.Join(z.SetSubscribe(strings.Repeat("s", maxSubscription)), z.SetSubscribe("x"), z.Connect(endpoint))
			})
			c := zmtpPeer(t, endpoint, Sub)
			before := resident(t)
			zmtpSay(t, c, zmtpFrame(zmtpLast, "\x01"+strings.Repeat("s", maxSubscription+subscribeHead)))
			closed := make(chan error, 1)
			go func() { _, err := io.Copy(io.Discard, c); closed <- err }()
			heard := make(chan string, 1)
			go func() { m, _ := honest.RecvMessage(0); heard <- fmt.Sprint(m) }()
			eventually(t, "the honest subscriber is served", func() bool {
				send(t, pub, tick{"x", "1"})
				return len(heard) == 1
			})
			<-heard
			if err := next(t, closed); err != nil && !errors.Is(err, syscall.ECONNRESET) {
				t.Error(err)
			}
			if grown := resident(t) - before; grown > 16<<20 && !sanitized {
				t.Errorf("memory has grown by %d KiB", grown>>10)
			}
		})
	}
}

func TestLongPrefixesAreNotSubscribedTo(t *testing.T) {
	long := strings.Repeat("s", maxSubscription+1)
	p, top := newPump(t), testTopology("tcp://127.0.0.1:*")
	if _, err := OpenReceiver(context.Background(), p, top, "b.sub", tickCodec{}, []SocketOption{Connect("tcp://127.0.0.1:1"), Subscribe(long)}); err == nil || !strings.Contains(err.Error(), "prefix of 4097 bytes, want at most 4096") {
		t.Errorf("got %v", err)
	}
	must(OpenReceiver(context.Background(), p, top, "b.sub", tickCodec{}, []SocketOption{Connect("tcp://127.0.0.1:1")}))(t)
	if err := p.Socket("test", "b.sub").Subscribe(long); err == nil || !strings.Contains(err.Error(), "prefix of 4097 bytes") {
		t.Errorf("got %v", err)
	}
	if err := (subscriptionCodec{}).AppendFrames(new(FrameWriter), &Subscription{Topic: long}); err == nil {
		t.Error("it is written")
	}
}

const floodEnv = "ZMQGEN_FLOOD" // holds an address for a process to hold connections to

// flood has another process hold n connections to an address until stop is called.
func flood(t *testing.T, address string, n int) (stop func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), fmt.Sprint(floodEnv, "=", n, " ", address))
	in := must(cmd.StdinPipe())(t)
	out := must(cmd.StdoutPipe())(t)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() { in.Close(); cmd.Wait() })
	t.Cleanup(stop)
	bufio.NewReader(out).ReadString('\n')
	return stop
}

// beFlood is what that process does.
func beFlood(text string) {
	var n int
	var address string
	fmt.Sscan(text, &n, &address)
	dialer := net.Dialer{Timeout: 200 * time.Millisecond}
	var held []net.Conn
	for range n {
		if c, err := dialer.Dial("tcp", address); err == nil {
			held = append(held, c)
		}
	}
	fmt.Println(len(held))
	bufio.NewReader(os.Stdin).ReadString('\n')
	os.Exit(0)
}

// A process that is out of descriptors goes on with the peers that it has, and takes others again when some are free.
func TestAFloodOfConnectionsTakesAllDescriptors(t *testing.T) {
	if text := os.Getenv(floodEnv); text != "" {
		beFlood(text)
	}
	var reports faults
	f := newFortress(t, 30*time.Second, WithErrorHandler(reports.handle))
	events, stop := f.bound.Events(1)
	defer stop()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	lowered := limit
	lowered.Cur = uint64(openFiles(t) + 40)
	lift := func() { syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit) }
	defer lift()
	release := flood(t, f.address, 0) // a process takes descriptors to be started
	release()
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &lowered); err != nil {
		t.Fatal(err)
	}
	release = flood(t, f.address, 100)
	eventually(t, "accepting fails", func() bool { return next(t, events).Kind == EventAcceptFailed })
	began, used, memory := time.Now(), cpuTime(t), largest(t)
	for n := 0; time.Since(began) < 2*time.Second; n++ {
		f.serves(t)
	}
	t.Logf("out of descriptors for %.1f s: CPU %.1f s, memory %+d KiB", time.Since(began).Seconds(), (cpuTime(t) - used).Seconds(), (largest(t)-memory)>>10)
	if grown := largest(t) - memory; grown > 64<<20 {
		t.Errorf("memory has grown by %d KiB", grown>>10)
	}
	all := reports.all()
	if len(all) == 0 || len(all) > 40 || !strings.Contains(all[0].Error(), "accept: ") || !errors.Is(all[0], syscall.EMFILE) {
		t.Fatalf("reported: %v", all)
	}
	t.Log(all[len(all)-1])
	release()
	eventually(t, "somebody who is listed is let in", func() bool {
		c, err := net.DialTimeout("tcp", f.address, time.Second)
		if err != nil {
			return false
		}
		defer c.Close()
		c.SetReadDeadline(time.Now().Add(time.Second))
		n, _ := c.Read(make([]byte, 1)) // the greeting
		return n == 1
	})
	lift()
	push, _ := lockedPush(t, securedTopology("", curveSpec(f.keys.server, f.keys.listed, KeySource{})), f.bound.Endpoints()[0])
	send(t, push, "another")
	equal(t, next(t, f.pull), "another")
	f.serves(t)
}

func usage(t testing.TB) (u syscall.Rusage) {
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return u
}

// cpuTime is what the process has used, without a descriptor to read it from.
func cpuTime(t testing.TB) time.Duration {
	u := usage(t)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// largest is the most memory that the process has ever had, likewise.
func largest(t testing.TB) int64 { return usage(t).Maxrss << 10 }

// A client's socket that is opened anew, since an answer has not come, proves itself as before and expects the same server.
func TestASocketOpenedAnewKeepsItsSecurity(t *testing.T) {
	c := cast{newKeys(t), newKeys(t), newKeys(t)}
	for name, spec := range map[string]SecuritySpec{
		"curve": curveSpec(c.server, c.listed, secretIn(t, c.listed.public+" desk")),
		"plain": plainSpec(t, "desk word", "desk", "word"),
	} {
		t.Run(name, func(t *testing.T) {
			p, top := newPump(t), testTopology("tcp://127.0.0.1:*").secure(spec)
			top.changed("b.server", func(s *SocketSpec) { s.Type = Rep }).changed("a.client", func(s *SocketSpec) { s.Uncorrelated = true })
			method := Method[note, note]{Name: "Ask", Bare: true, Timeout: 500 * time.Millisecond, Request: noteBody, Reply: noteBody}
			var calls <-chan *Call[note, note]
			if err := OpenServer(context.Background(), p, top, "b.server", nil, Serve(&method, &calls)); err != nil {
				t.Fatal(err)
			}
			client := must(OpenClient(context.Background(), p, top, "a.client", nil))(t)
			for range 3 {
				done := make(chan error, 1)
				ctx, cancel := context.WithCancel(context.Background())
				go func() { _, err := Invoke(ctx, client, &method, note{"forget me"}); done <- err }()
				call := next(t, calls)
				equal(t, call.User, "desk")
				cancel() // well before the server ends it, by an empty answer
				equal(t, next(t, done), context.Canceled)
				go func() { call := <-calls; call.Reply(note{call.User}) }()
				equal(t, must(Invoke(context.Background(), client, &Method[note, note]{Name: "Ask", Bare: true, Timeout: 10 * time.Second, Request: noteBody, Reply: noteBody}, note{"who am I"}))(t), note{"desk"})
			}
			equal(t, p.Socket("test", "b.server").Stats().Refused, map[Refusal]uint64(nil))
		})
	}
}

// What a client has sent before it is refused is lost with the connection, unless it holds it back with immediate.
func TestMessagesSentBeforeARefusal(t *testing.T) {
	for _, immediate := range []bool{false, true} {
		t.Run(fmt.Sprint("immediate ", immediate), func(t *testing.T) {
			server, one, two := newKeys(t), newKeys(t), newKeys(t)
			allow := secretIn(t, one.public)
			pull, bound := lockedPull(t, securedTopology("tcp://127.0.0.1:*", curveSpec(server, one, allow)))
			top := securedTopology("", curveSpec(server, two, KeySource{})).changed("a.push", func(s *SocketSpec) { s.Immediate = immediate })
			push, connected := lockedPush(t, top, bound.Endpoints()[0])
			send(t, push, "early")
			refusedFor(t, connected, RefusedByServer)
			replaceFile(t, allow, two.public)
			if err := connected.WaitPeers(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			if immediate {
				equal(t, next(t, pull), "early")
			}
			send(t, push, "late")
			equal(t, next(t, pull), "late")
		})
	}
}

// While authorizers hang, as many as there may be, and more peers wait for one than may, those whom a list lets in do not wait.
func TestListsGoOnWhileAuthorizersHang(t *testing.T) {
	server, client := newKeys(t), newKeys(t)
	release := make(chan struct{})
	defer close(release)
	p := newPump(t, WithAuthorizer(func(context.Context, AuthRequest) error { <-release; return nil }))
	asks := securedTopology("tcp://127.0.0.1:*", curveSpec(server, client, KeySource{}))
	lists := securedTopology("tcp://127.0.0.1:*", curveSpec(server, client, secretIn(t, client.public)))
	must(OpenReceiver(context.Background(), p, asks, "b.pull", textCodec{}, nil))(t)
	pull := must(OpenReceiver(context.Background(), p, lists, "b.pull", textCodec{}, []SocketOption{Instance("listed")}))(t)
	hanging, listed := p.Socket("test", "b.pull"), p.Socket("test", "b.pull#listed")
	asker := must(p.zctx.NewSocket(zmq4.DEALER))(t) // as libzmq asks
	defer asker.Close()
	if err := errors.Join(asker.SetLinger(0), asker.SetSndhwm(0), asker.SetRcvhwm(0), asker.Connect(zapEndpoint)); err != nil {
		t.Fatal(err)
	}
	const n = authorizerCalls + maxUndecided + 10_000
	began := time.Now()
	for i := range n {
		asker.SendMessage("", "1.0", fmt.Sprint(i), hanging.secured.domain, "192.0.2.1", "", "CURVE", strings.Repeat("k", keyBytes))
	}
	push, _ := lockedPush(t, lists, listed.Endpoints()[0])
	send(t, push, "hello")
	equal(t, next(t, pull), "hello")
	t.Logf("a listed client is served %v after the first of %d questions", time.Since(began), n)
	for range n {
		asker.RecvMessage(0)
	}
	t.Logf("all are answered after %v: %v", time.Since(began), hanging.Stats().Refused)
	refused := hanging.Stats().Refused
	if refused[RefusedBusy]+refused[RefusedTimeout] != n || refused[RefusedBusy] < 10_000-maxUndecided {
		t.Errorf("refused %v", refused)
	}
}

// BenchmarkCurveHandshake is a stranger's connection to a CURVE server up to its refusal: the work of both ends, of which each has half.
func BenchmarkCurveHandshake(b *testing.B) {
	c := cast{newKeys(b), newKeys(b), newKeys(b)}
	_, bound := lockedPull(b, securedTopology("tcp://127.0.0.1:*", curveSpec(c.server, c.listed, secretIn(b, c.listed.public))))
	began := cpuTime(b)
	for n := uint64(1); b.Loop(); n++ {
		push := must(bound.pump.zctx.NewSocket(zmq4.PUSH))(b)
		if err := errors.Join(c.curve(c.server.public, c.other.public, c.other.secret)(push), push.SetLinger(0), push.Connect(bound.Endpoints()[0])); err != nil {
			b.Fatal(err)
		}
		for bound.Stats().Refused[RefusedUnlisted] < n {
			time.Sleep(time.Millisecond)
		}
		push.Close()
	}
	b.ReportMetric(float64((cpuTime(b)-began).Microseconds())/float64(b.N), "CPU-µs/op")
}

// BenchmarkZAP is a question about a stranger, asked and answered over inproc.
func BenchmarkZAP(b *testing.B) {
	server, client := newKeys(b), newKeys(b)
	top := securedTopology("tcp://127.0.0.1:*", curveSpec(server, client, secretIn(b, client.public)))
	_, bound := lockedPull(b, top)
	asker := must(bound.pump.zctx.NewSocket(zmq4.DEALER))(b)
	defer asker.Close()
	if err := errors.Join(asker.SetLinger(0), asker.SetSndhwm(0), asker.SetRcvhwm(0), asker.Connect(zapEndpoint)); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		const n = 100
		for i := range n {
			asker.SendMessage("", "1.0", fmt.Sprint(i), bound.secured.domain, "192.0.2.1", "", "CURVE", strings.Repeat("k", keyBytes))
		}
		for range n {
			asker.RecvMessage(0)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100, "ns/question")
}
