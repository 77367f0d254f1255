//go:build cgo

package runtime

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"
)

// This file measures what it costs to look at sockets: each beside the same without, which is the case "off".

// manySockets is a pump with n sockets that have sent or received something.
func manySockets(b *testing.B, n int) *Pump {
	p := newPump(b)
	openMany(b, p, n)
	return p
}

func openMany(b *testing.B, p *Pump, n int) {
	topology := testTopology("inproc://" + b.Name())
	for i := range n {
		must(OpenReceiver(context.Background(), p, topology, "b.pull", textCodec{}, []SocketOption{Instance(fmt.Sprint(i)), Bind(fmt.Sprint("inproc://", b.Name(), i)), TrackPeers()}))(b)
	}
}

func BenchmarkSeeingStats(b *testing.B) {
	s := manySockets(b, 1).Socket("test", "b.pull#0")
	for b.Loop() {
		s.Stats()
	}
}

func BenchmarkSeeingTotals100(b *testing.B) {
	p := manySockets(b, 100)
	for b.Loop() {
		p.Totals()
	}
}

func BenchmarkSeeingInspect100(b *testing.B) {
	p := manySockets(b, 100)
	for b.Loop() {
		p.Inspect()
	}
}

// ways are what one may switch on.
var ways = []struct {
	name   string
	opts   []PumpOption
	events bool
	looks  bool // ten times in a second, at it and a hundred other sockets
}{
	{name: "off"},
	{name: "log-warn", opts: []PumpOption{discarded(slog.LevelWarn)}},
	{name: "log-debug", opts: []PumpOption{discarded(slog.LevelDebug)}},
	{name: "log-trace", opts: []PumpOption{discarded(LevelTrace)}},
	{name: "watchdog", opts: []PumpOption{WithWatchdog(time.Second)}},
	{name: "observer", opts: []PumpOption{WithCallObserver(onlooker{})}},
	{name: "events", events: true},
	{name: "looks", looks: true},
}

// look has somebody look at p ten times in a second, and at a hundred sockets more, until the benchmark ends.
func look(b *testing.B, p *Pump) {
	openMany(b, p, 100)
	over, ended := make(chan struct{}), make(chan struct{})
	b.Cleanup(func() {
		close(over)
		<-ended
	})
	go func() {
		defer close(ended)
		for often := time.NewTicker(100 * time.Millisecond); ; {
			select {
			case <-often.C:
				p.Inspect()
				p.Totals()
			case <-over:
				often.Stop()
				return
			}
		}
	}()
}

func discarded(level slog.Level) PumpOption {
	return WithLogger(slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: level})))
}

type onlooker struct{}

func (onlooker) ClientCall(ctx context.Context, _ CallInfo) (context.Context, func(error)) {
	return ctx, nothingEnds
}

func (onlooker) ServerCall(ctx context.Context, _ CallInfo, _ Meta) (context.Context, func(error)) {
	return ctx, nothingEnds
}

// BenchmarkSeeingMessages moves messages of 64 bytes over tcp.
func BenchmarkSeeingMessages(b *testing.B) {
	for _, way := range ways {
		b.Run(way.name, func(b *testing.B) {
			p, topology := newPump(b, way.opts...), testTopology("tcp://127.0.0.1:*")
			in := must(OpenReceiver(context.Background(), p, topology, "b.pull", textCodec{}, nil))(b)
			topology.Sockets["a.push"] = SocketSpec{Type: Push, Connect: p.Socket("test", "b.pull").Endpoints()}
			out := must(OpenSender(context.Background(), p, topology, "a.push", textCodec{}, nil))(b)
			if way.looks {
				look(b, p)
			}
			if way.events {
				for _, name := range []string{"a.push", "b.pull"} {
					_, stop := p.Socket("test", name).Events(8)
					defer stop()
				}
			}
			text := fmt.Sprintf("%64d", 1)
			send(b, out, text)
			next(b, in)
			b.ReportAllocs()
			b.ResetTimer()
			go func() {
				for range b.N {
					out <- text
				}
				close(out)
			}()
			for range b.N {
				<-in
			}
		})
	}
}

// BenchmarkSeeingCalls makes calls over tcp, one after another, that a handler serves.
func BenchmarkSeeingCalls(b *testing.B) {
	for _, way := range ways {
		b.Run(way.name, func(b *testing.B) {
			p, topology := newPump(b, way.opts...), testTopology("tcp://127.0.0.1:*")
			m := &Method[string, string]{Name: "Call", Request: textBody, Reply: textBody}
			var calls <-chan *Call[string, string]
			must(0, OpenServer(context.Background(), p, topology, "b.server", nil, Serve(m, &calls)))(b)
			ctx, cancel := context.WithCancel(context.Background())
			served := make(chan error)
			go func() {
				served <- RunServer(ctx, nil, Handle(calls, func(_ context.Context, s string) (string, error) { return s, nil }))
			}()
			topology.Sockets["a.client"] = SocketSpec{Type: Dealer, Connect: p.Socket("test", "b.server").Endpoints()}
			c := must(OpenClient(context.Background(), p, topology, "a.client", nil))(b)
			if way.looks {
				look(b, p)
			}
			if way.events {
				_, stop := p.Socket("test", "a.client").Events(8)
				defer stop()
			}
			must(Invoke(context.Background(), c, m, "x"))(b)
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				must(Invoke(context.Background(), c, m, "x"))(b)
			}
			b.StopTimer()
			cancel()
			<-served
		})
	}
}
