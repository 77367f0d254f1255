//go:build cgo

package runtime

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// endTime is how long the end of a socket may take: linger and a second, and what a busy machine may need.
const endTime = testLinger + 4*time.Second

func TestEveryWayToEndASocket(t *testing.T) {
	ways := map[string]func(p *Pump, s *Socket, cancel func()){
		"ctx":    func(_ *Pump, _ *Socket, cancel func()) { cancel() },
		"handle": func(_ *Pump, s *Socket, _ func()) { go s.Close() },
		"pump":   func(p *Pump, _ *Socket, _ func()) { go p.Close() },
	}
	for name, end := range ways {
		t.Run(name, func(t *testing.T) {
			overTransports(t, func(t *testing.T, endpoint string) {
				for _, c := range []string{"sender", "receiver"} {
					for _, load := range []string{"idle", "full"} {
						t.Run(c+" "+load, func(t *testing.T) {
							p, other, top := newPump(t), newPump(t), testTopology(endpoint)
							if strings.HasPrefix(endpoint, "inproc:") {
								other = p
							}
							ctx, cancel := context.WithCancel(context.Background())
							defer cancel()
							pullPump, pushPump, pullCtx, pushCtx := other, p, context.Background(), ctx
							if c == "receiver" {
								pullPump, pushPump, pullCtx, pushCtx = p, other, ctx, context.Background()
							}
							pull := must(OpenReceiver(pullCtx, pullPump, top, "b.pull", textCodec{}, nil))(t)
							to := pullPump.Socket("test", "b.pull").Endpoints()
							push := must(OpenSender(pushCtx, pushPump, top, "a.push", textCodec{}, []SocketOption{Connect(to...)}))(t)
							if load == "full" {
								fill(t, push, strings.Repeat("x", 5000))
							}
							handle := p.Socket("test", map[string]string{"sender": "a.push", "receiver": "b.pull"}[c])
							end(p, handle, cancel)
							within(t, endTime, "the end of the socket", func() { <-handle.Done() })
							if handle.Err() == nil {
								t.Error("no Err after Done")
							}
							if c == "receiver" {
								within(t, endTime, "draining the receive channel", func() {
									for range pull {
									}
								})
							}
							within(t, endTime, "closing the pump of a sender that is never closed", func() { p.Close() })
							close(push)
						})
					}
				}
			})
		})
	}
}

func TestASenderBlockedOnAnEndedSocketIsReleased(t *testing.T) {
	var f faults
	ctx, cancel := context.WithCancel(context.Background())
	p, top := newPump(t, WithErrorHandler(f.handle)), testTopology("tcp://127.0.0.1:*")
	push := must(OpenSender(ctx, p, top, "a.pushes", textCodec{}, []SocketOption{Buffer(0)}))(t)
	handle := p.Socket("test", "a.pushes")
	var senders sync.WaitGroup
	for range 10 {
		senders.Add(1)
		go func() {
			defer senders.Done()
			for range 1000 {
				push <- "nobody pulls"
			}
		}()
	}
	cancel()
	within(t, 10*time.Second, "the release of blocked senders", senders.Wait)
	<-handle.Done()
	if !errors.Is(handle.Err(), context.Canceled) {
		t.Errorf("Err is %v", handle.Err())
	}
	eventually(t, "all drops are counted", func() bool {
		d := handle.Stats().Dropped
		return d[DroppedEnded]+d[DroppedLinger]+handle.Stats().MessagesOut == 10*1000
	})
	close(push)
	if errs := f.all(); len(errs) == 0 || !errors.Is(errs[0], ErrDropped) {
		t.Errorf("reported %v", errs)
	}
}

func TestClosingTheChannelOfABlockedSocketEndsItWithinLinger(t *testing.T) {
	for _, name := range []string{"a.pushes", "a.push"} { // bound without peers; connected to nobody
		t.Run(name, func(t *testing.T) {
			p := newPump(t)
			top := testTopology("tcp://127.0.0.1:*")
			opts := []SocketOption{}
			if name == "a.push" {
				opts = append(opts, Connect("tcp://127.0.0.1:9"))
			}
			push := must(OpenSender(context.Background(), p, top, name, textCodec{}, opts))(t)
			handle := p.Socket("test", name)
			n := fill(t, push, "nobody pulls")
			close(push)
			within(t, endTime, "the end of the socket", func() { <-handle.Done() })
			stats := handle.Stats()
			equal(t, stats.MessagesOut+stats.Dropped[DroppedLinger], uint64(n))
		})
	}
}

func TestLingerEndsABlockedSocketByItself(t *testing.T) {
	p := newPump(t)
	p.slowTick = time.Hour // which would notice it as well
	push := must(OpenSender(context.Background(), p, testTopology("tcp://127.0.0.1:*"), "a.pushes", textCodec{}, nil))(t)
	handle := p.Socket("test", "a.pushes")
	fill(t, push, "nobody pulls")
	within(t, endTime, "the end of the socket", func() { handle.Close() })
	close(push)
}

func TestASubscriberDoesNotLingerForAPublisherThatHasGone(t *testing.T) {
	for range 20 {
		top := testTopology("tcp://127.0.0.1:*")
		spec := top.Sockets["b.sub"]
		spec.Linger = Lingering(time.Minute)
		top.Sockets["b.sub"] = spec
		feed, desk := newPump(t), newPump(t)
		pub := must(OpenSender(context.Background(), feed, top, "a.pub", tickCodec{}, nil))(t)
		handle := feed.Socket("test", "a.pub")
		sub := must(OpenReceiver(context.Background(), desk, top, "b.sub", tickCodec{}, []SocketOption{Connect(handle.Endpoints()...)}))(t)
		subscribed(t, pub, sub)
		close(pub)
		<-handle.Done()
		within(t, 10*time.Second, "closing the subscriber", func() { desk.Close() })
	}
}

func TestAConsumerThatStopsReadingDoesNotKeepThePumpFromClosing(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		p, top := newPump(t), testTopology(endpoint)
		must(OpenReceiver(context.Background(), p, top, "b.pull", textCodec{}, nil))(t)
		push := must(OpenSender(context.Background(), p, top, "a.push", textCodec{}, nil))(t)
		fill(t, push, strings.Repeat("x", 1000))
		within(t, endTime, "Pump.Close", func() { p.Close() })
		close(push)
	})
}

func TestAPeerKilledBySIGKILLDoesNotStopTheSocket(t *testing.T) {
	if os.Getenv("ZMQGEN_PULL_FROM") != "" {
		pullUntilKilled(os.Getenv("ZMQGEN_PULL_FROM"))
	}
	p, top := newPump(t), testTopology("tcp://127.0.0.1:*")
	push := must(OpenSender(context.Background(), p, top, "a.pushes", tickCodec{}, nil))(t)
	handle := p.Socket("test", "a.pushes")
	for range 3 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestAPeerKilledBySIGKILLDoesNotStopTheSocket$")
		cmd.Env = append(os.Environ(), "ZMQGEN_PULL_FROM="+handle.Endpoints()[0])
		out := must(cmd.StdoutPipe())(t)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		dead := make(chan struct{})
		go func() {
			defer close(dead)
			out.Read(make([]byte, 1)) // it has received some
			cmd.Process.Kill()
			cmd.Wait()
			if cmd.ProcessState.Exited() {
				t.Errorf("the peer ended by itself: %v", cmd.ProcessState)
			}
		}()
		for i, alive := 0, true; alive; i++ {
			select {
			case push <- tick{"t", fmt.Sprint(i)}:
			case <-dead:
				alive = false
			}
		}
	}
	pull := must(OpenReceiver(context.Background(), newPump(t), top, "b.pulls", tickCodec{}, []SocketOption{Connect(handle.Endpoints()...)}))(t)
	eventually(t, "a new peer is served", func() bool {
		select {
		case push <- tick{"t", "last"}: // some may still go to the dead one
		default:
		}
		select {
		case got := <-pull:
			equal(t, got.topic, "t")
			return got.text == "last"
		default:
			return false
		}
	})
	close(push)
	within(t, endTime, "the end of the socket", func() { <-handle.Done() })
}

// pullUntilKilled is the peer in a process of its own.
func pullUntilKilled(endpoint string) {
	s, _ := zmq4.NewSocket(zmq4.PULL)
	s.Connect(endpoint)
	for i := 0; ; i++ {
		if f, err := s.RecvMessage(0); err != nil || len(f) != 2 {
			fmt.Fprintln(os.Stderr, "torn message", f, err)
			os.Exit(1)
		}
		if i == 100 {
			fmt.Println("k")
		}
	}
}

func TestOpenAndCloseUnderTraffic(t *testing.T) {
	p, top := newPump(t), testTopology("inproc://traffic")
	pub := must(OpenSender(context.Background(), p, top, "a.pub", tickCodec{}, nil))(t)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		defer close(pub)
		for {
			select {
			case pub <- tick{"t", "x"}:
			case <-stop:
				return
			}
		}
	}()
	var subs sync.WaitGroup
	for worker := range 4 {
		subs.Add(1)
		go func() {
			defer subs.Done()
			for i := range 25 {
				ctx, cancel := context.WithCancel(context.Background())
				name := fmt.Sprintf("%d-%d", worker, i)
				sub, err := OpenReceiver(ctx, p, top, "b.sub", tickCodec{}, []SocketOption{Instance(name), Buffer(i % 3)})
				if err != nil {
					t.Error(err)
				} else {
					<-sub
					<-sub
				}
				cancel()
				if err == nil {
					for range sub {
					}
				}
			}
		}()
	}
	within(t, 30*time.Second, "100 subscribers", subs.Wait)
	close(stop)
	wg.Wait()
}

func TestConstructorsReturnErrorsAndOwnNothingAfterwards(t *testing.T) {
	p, top := newPump(t), testTopology("tcp://127.0.0.1:*")
	top.Sockets["c.loose"] = SocketSpec{Type: Push}
	top.Sockets["c.many"] = SocketSpec{Type: Push, Connect: []string{"d.many"}}
	top.Sockets["d.many"] = SocketSpec{Type: Pull, Bind: []string{"tcp://*:5555"}, Replicated: true}
	top.Sockets["a.named"] = SocketSpec{Type: Dealer, Connect: []string{"inproc://x"}, RoutingID: "me"}
	top.Sockets["c.chosen"] = SocketSpec{Type: Push, Connect: []string{"b.pull"}}
	done, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		ctx  context.Context
		name string
		opts []SocketOption
		want string
	}{
		{nil, "a.nothing", nil, `topology test has no socket "a.nothing"`},
		{nil, "c.loose", nil, "nothing to bind"},
		{nil, "c.many", nil, `WithEndpoint("d.many", …)`},
		{nil, "c.chosen", nil, `give its endpoint with WithEndpoint("b.pull", …)`},
		{nil, "a.push", []SocketOption{Connect("b.nobody")}, `connect to b.nobody: topology test has no such socket`},
		{nil, "a.push", []SocketOption{Connect("tcp://127.0.0.1")}, `open: option Connect: endpoint "tcp://127.0.0.1" has no port`},
		{nil, "a.pushes", []SocketOption{Bind("tcp://nosuch0:1")}, "bind tcp://nosuch0:1: "},
		{nil, "a.pushes", []SocketOption{Bind("carrier://pigeon")}, `open: option Bind: unknown transport "carrier"`},
		{nil, "a.pushes", []SocketOption{Buffer(-1)}, "buffer of -1"},
		{nil, "a.pushes", []SocketOption{RoutingID("x")}, "a PUSH has no routing id of its own"},
		{nil, "b.server", []SocketOption{RoutingID("x")}, "a ROUTER has no routing id of its own"},
		{nil, "a.pushes", []SocketOption{Subscribe("x")}, "no subscriptions"},
		{nil, "a.client", []SocketOption{Connect("inproc://x"), RoutingID("\x00x")}, "invalid routing id"},
		{nil, "a.named", []SocketOption{Instance("2")}, "give it another with the option RoutingID"},
		{done, "a.pushes", nil, "context canceled"},
	} {
		if c.ctx == nil {
			c.ctx = context.Background()
		}
		_, err := OpenSender(c.ctx, p, top, c.name, textCodec{}, c.opts)
		var e *Error
		if !errors.As(err, &e) || e.Socket != c.name || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
		if p.Socket("test", c.name) != nil {
			t.Errorf("%s is open", c.name)
		}
	}
	pull := must(OpenReceiver(context.Background(), p, top, "b.pull", textCodec{}, nil))(t)
	if _, err := OpenReceiver(context.Background(), p, top, "b.pull", textCodec{}, nil); err == nil || !strings.Contains(err.Error(), "option Instance") {
		t.Errorf("opened twice: %v", err)
	}
	taken := p.Socket("test", "b.pull").Endpoints()
	if _, err := OpenReceiver(context.Background(), p, top, "b.pull", textCodec{}, []SocketOption{Instance("2"), Bind(taken...)}); err == nil || !strings.Contains(err.Error(), "it is bound by test.b.pull, of this pump") {
		t.Errorf("bound twice: %v", err)
	}
	p.Socket("test", "b.pull").Close()
	if _, ok := <-pull; ok {
		t.Error("received from nobody")
	}
	must(OpenReceiver(context.Background(), p, top, "b.pull", textCodec{}, nil))(t)
	p.Close()
	if _, err := OpenReceiver(context.Background(), p, top, "b.pull", textCodec{}, nil); !errors.Is(err, ErrClosed) {
		t.Errorf("opened on a closed pump: %v", err)
	}
}

func TestATypeThatLacksTheDirectionIsRefusedWhenItOpens(t *testing.T) {
	ctx, p := context.Background(), newPump(t)
	for typ := range socketTypes {
		top := rawTopology("inproc://direction-"+typ.String(), typ, typ)
		check := func(what string, has bool, open func() error) {
			err := open()
			var e *Error
			switch {
			case has && err != nil:
				t.Errorf("%s on a %v: %v", what, typ, err)
			case !has && (!errors.As(err, &e) || e.Op != "open" || e.Socket != "a.one"):
				t.Errorf("%s on a %v: got %v", what, typ, err)
			case !has && p.Socket("raw", "a.one") != nil:
				t.Errorf("%s on a %v: the socket is open", what, typ)
			}
			p.Socket("raw", "a.one").Close()
		}
		check("a send channel", typ.sends(), func() error {
			ch, err := OpenSender(ctx, p, top, "a.one", rawCodec{}, nil)
			if err == nil {
				close(ch)
			}
			return err
		})
		check("a receive channel", typ.receives(), func() error {
			_, err := OpenReceiver(ctx, p, top, "a.one", rawCodec{}, nil)
			return err
		})
		check("calls", typ == Dealer || typ == Req, func() error {
			_, err := OpenClient(ctx, p, top, "a.one", nil)
			return err
		})
		check("service", typ == Router || typ == Rep, func() error {
			var calls <-chan *Call[note, note]
			return OpenServer(ctx, p, top, "a.one", nil, Serve(&echo, &calls))
		})
	}
}

func TestEndpointsResolveInTheDocumentedOrder(t *testing.T) {
	top := &Topology{Name: "test", Sockets: map[string]SocketSpec{
		"feed.plain":      {Type: Push, Bind: []string{"tcp://*:5556", "ipc:///tmp/x"}},
		"feed.hosted":     {Type: Push, Bind: []string{"tcp://*:5556", "tcp://10.0.0.1:7"}, Host: "feed.internal"},
		"feed.advertised": {Type: Push, Bind: []string{"tcp://*:5556"}, Host: "feed.internal", Advertise: []string{"tcp://public:1"}},
		"feed.overridden": {Type: Push, Bind: []string{"tcp://*:5556"}, Advertise: []string{"tcp://public:1"}},
		"feed.env":        {Type: Push, Bind: []string{"tcp://*:5556"}, Advertise: []string{"tcp://public:1"}},
		"feed.open":       {Type: Push, Bind: []string{"tcp://*:5556"}},
		"feed.both":       {Type: Push, Bind: []string{"inproc://both", "ipc:///tmp/both", "tcp://*:5556"}},
		"desk.own":        {Type: Pull, Connect: []string{"feed.plain"}},
		"desk.env":        {Type: Pull, Connect: []string{"feed.plain"}},
	}}
	t.Setenv("T_FEED_ENV", "tcp://env:1, tcp://env:2")
	t.Setenv("T_FEED_OPEN", "tcp://env:3")
	t.Setenv("T_FEED_OPEN_BIND", "tcp://127.0.0.1:*")
	t.Setenv("T_FEED_OVERRIDDEN", "tcp://env:4")
	t.Setenv("T_DESK_ENV_CONNECT", "tcp://env:5,feed.hosted")
	p := newPump(t, WithEnv("T"), WithEndpoint("feed.overridden", "tcp://option:1"))
	open := must(OpenSender(context.Background(), p, top, "feed.open", textCodec{}, nil))(t)
	defer close(open)
	real := p.Socket("test", "feed.open").Endpoints()[0]
	if !strings.HasPrefix(real, "tcp://127.0.0.1:") || strings.HasSuffix(real, "*") {
		t.Fatalf("bound %s", real)
	}
	for _, c := range []struct {
		socket string
		opts   []SocketOption
		want   []string
	}{
		{"desk.own", []SocketOption{Connect("feed.plain")}, []string{"tcp://127.0.0.1:5556"}},
		{"desk.own", []SocketOption{Connect("feed.hosted")}, []string{"tcp://feed.internal:5556"}},
		{"desk.own", []SocketOption{Connect("feed.both")}, []string{"ipc:///tmp/both"}},
		{"desk.own", []SocketOption{Connect("feed.advertised")}, []string{"tcp://public:1"}},
		{"desk.own", []SocketOption{Connect("feed.overridden")}, []string{"tcp://option:1"}},
		{"desk.own", []SocketOption{Connect("feed.env")}, []string{"tcp://env:1", "tcp://env:2"}},
		{"desk.own", []SocketOption{Connect("feed.open")}, []string{real}},
		{"desk.own", []SocketOption{Connect("inproc://a", "tcp://b:1")}, []string{"inproc://a", "tcp://b:1"}},
		{"desk.env", nil, []string{"tcp://env:5", "tcp://feed.internal:5556"}},
		{"desk.env", []SocketOption{Connect("tcp://c:1")}, []string{"tcp://c:1"}},
	} {
		config := must(configure(top, c.socket, c.opts))(t)
		equal(t, must(p.connectEndpoints(config))(t), c.want)
	}
}

// A socket of another topology is found by that one's name: its own sockets, overrides and environment.
func TestImportedSocketsAreFound(t *testing.T) {
	common := &Topology{Name: "common", Sockets: map[string]SocketSpec{
		"feed.plain":      {Type: Push, Bind: []string{"tcp://*:5556"}, Host: "feed.internal"},
		"feed.env":        {Type: Push, Bind: []string{"tcp://*:5557"}},
		"feed.overridden": {Type: Push, Bind: []string{"tcp://*:5558"}},
		"feed.open":       {Type: Push, Bind: []string{"tcp://127.0.0.1:*"}},
		"feed.many":       {Type: Push, Bind: []string{"tcp://*:5559"}, Replicated: true},
	}}
	top := &Topology{Name: "test", Imports: []*Topology{common}, Sockets: map[string]SocketSpec{
		"feed.plain": {Type: Push, Bind: []string{"tcp://*:1"}},
		"feed.env":   {Type: Push, Bind: []string{"tcp://*:2"}},
		"desk.in":    {Type: Pull, Connect: []string{"common.feed.plain"}},
	}}
	t.Setenv("T_FEED_PLAIN", "tcp://own:1")
	t.Setenv("COMMON_FEED_ENV", "tcp://env:1,tcp://env:2")
	p := newPump(t, WithEnv("T"), WithEndpoint("common.feed.overridden", "tcp://option:1"), WithEndpoint("feed.overridden", "tcp://own:2"),
		WithEndpoint("test.feed.env", "tcp://option:2"))
	defer close(must(OpenSender(context.Background(), p, common, "feed.open", textCodec{}, nil))(t))
	for target, want := range map[string][]string{
		"common.feed.plain":      {"tcp://feed.internal:5556"},
		"common.feed.env":        {"tcp://env:1", "tcp://env:2"},
		"common.feed.overridden": {"tcp://option:1"},
		"common.feed.open":       p.Socket("common", "feed.open").Endpoints(),
		"feed.plain":             {"tcp://own:1"},
		"test.feed.plain":        {"tcp://own:1"},
		"feed.env":               {"tcp://option:2"},
	} {
		equal(t, must(p.connectEndpoints(must(configure(top, "desk.in", []SocketOption{Connect(target)}))(t)))(t), want)
	}
	for target, want := range map[string]string{
		"common.feed.many":  `WithEndpoint("common.feed.many", …)`,
		"common.feed.none":  "topology common has no such socket",
		"other.feed.plain":  "topology test has no such socket",
		"common.feed.a.b.c": `"common.feed.a.b.c" is no endpoint`,
	} {
		_, err := p.connectEndpoints(must(configure(top, "desk.in", []SocketOption{Connect(target)}))(t))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", target, err, want)
		}
	}
	// Without an environment of its own a program reads none of others.
	config := must(configure(top, "desk.in", []SocketOption{Connect("common.feed.env")}))(t)
	equal(t, must(newPump(t).connectEndpoints(config))(t), []string{"tcp://127.0.0.1:5557"})
}

func TestErrorsGoToTheLoggerToo(t *testing.T) {
	var log bytes.Buffer
	p := newPump(t, WithLogger(slog.New(slog.NewTextHandler(&log, nil))), WithIOThreads(2))
	push := must(OpenSender(context.Background(), p, testTopology("inproc://log"), "a.pushes", tickCodec{}, nil))(t)
	equal(t, must(p.zctx.GetIoThreads())(t), 2)
	send(t, push, tick{"t", "cannot be sent"})
	close(push)
	p.Close()
	for _, want := range []string{"level=WARN", `msg="as the text says"`, "op=encode", "socket=a.pushes"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %s in %s", want, log.String())
		}
	}
}

func TestHandlesOfSocketsThatAreNotOpen(t *testing.T) {
	p, top := newPump(t), testTopology("inproc://handles")
	for name, s := range map[string]*Socket{"never": p.Socket("test", "b.pull"), "ended": func() *Socket {
		must(OpenReceiver(context.Background(), p, top, "b.pull", textCodec{}, nil))(t)
		s := p.Socket("test", "b.pull")
		s.Close()
		return s
	}()} {
		select {
		case <-s.Done():
		default:
			t.Errorf("%s: not done", name)
		}
		if !errors.Is(s.Err(), ErrClosed) || s.Close() != nil || s.Stats().MessagesIn != 0 {
			t.Errorf("%s: %v", name, s.Err())
		}
		for _, err := range []error{s.Subscribe("x"), s.Connect("inproc://x"), s.Do(func(*zmq4.Socket) error { panic("called") })} {
			if !errors.Is(err, ErrClosed) {
				t.Errorf("%s: got %v", name, err)
			}
		}
	}
}

func TestDoMayTakeTheEdgeThatASideWaitsFor(t *testing.T) {
	p, top := newPump(t), testTopology("tcp://127.0.0.1:*")
	pull := must(OpenReceiver(context.Background(), p, top, "b.pull", textCodec{}, nil))(t)
	push := must(OpenSender(context.Background(), p, top, "a.push", textCodec{}, nil))(t)
	defer close(push)
	handle := p.Socket("test", "b.pull")
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		for {
			select {
			case <-stop:
				return
			default:
				handle.Do(func(s *zmq4.Socket) error { _, err := s.GetEvents(); return err })
			}
		}
	}()
	for i := range 2000 {
		send(t, push, fmt.Sprint(i))
		equal(t, next(t, pull), fmt.Sprint(i))
	}
	close(stop)
	wg.Wait()
}

func TestAClosedChannelIsSeenWhateverItHolds(t *testing.T) {
	if !canSeeClosed() {
		t.Fatal("this release of Go keeps the closed flag of a channel elsewhere")
	}
	for _, buffered := range []int{0, 1, 5} {
		ch := make(chan [3]string, 5)
		for range buffered {
			ch <- [3]string{}
		}
		equal(t, closedNow(ch), false)
		close(ch)
		equal(t, closedNow(ch), true)
	}
}

// nothingCodec sends messages that take no memory, so that a slice of them is as good as endless.
type nothingCodec struct{}

func (nothingCodec) AppendFrames(w *FrameWriter, _ *struct{}) error {
	w.FrameString("nothing")
	return nil
}

func (nothingCodec) ParseFrames([][]byte, *struct{}) error { panic("nothing is received") }

func TestLingerBoundsWhatZeroMQTakesAtOnce(t *testing.T) {
	const endless = 1 << 30
	for name, typ := range map[string]SocketType{"without a peer that could be slow": Pub, "to peers that are not there": Router} {
		for way, end := range map[string]func(p *Pump, s *Socket, ch chan<- []struct{}, cancel func()){
			"ctx":     func(_ *Pump, _ *Socket, _ chan<- []struct{}, cancel func()) { cancel() },
			"handle":  func(_ *Pump, s *Socket, _ chan<- []struct{}, _ func()) { s.Close() },
			"pump":    func(p *Pump, _ *Socket, _ chan<- []struct{}, _ func()) { p.Close() },
			"channel": func(_ *Pump, _ *Socket, ch chan<- []struct{}, _ func()) { close(ch) },
		} {
			if typ == Router && way != "handle" {
				continue
			}
			t.Run(name+", by "+way, func(t *testing.T) {
				p, top := newPump(t), rawTopology("inproc://endless", typ, Sub)
				spec := top.Sockets["a.one"]
				spec.Batch = 1
				top.Sockets["a.one"] = spec
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				ch := must(OpenBatchSender(ctx, p, top, "a.one", nothingCodec{}, nil))(t)
				handle := p.Socket("raw", "a.one")
				for range 2 { // one in hand, one in the channel
					send(t, ch, make([]struct{}, endless))
				}
				sent := func() uint64 { s := handle.Stats(); return s.MessagesOut + s.Dropped[DroppedUnroutable] }
				eventually(t, "it sends", func() bool { return sent() > 0 })
				within(t, matrixBound, "the end", func() {
					end(p, handle, ch, cancel)
					<-handle.Done()
				})
				equal(t, sent()+handle.Stats().Dropped[DroppedLinger], uint64(2*endless))
				if way != "channel" {
					close(ch)
				}
			})
		}
	}
}
