//go:build cgo

package runtime

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/pebbe/zmq4"
)

// This file tests that the log of messages has sizes and names, and no byte of a body.

// journal is a log that tests read.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) lines() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Split(strings.TrimSuffix(j.text.String(), "\n"), "\n")
}

// logTo is a pump option that logs to j from a level on, without times.
func logTo(j *journal, level slog.Level) PumpOption {
	return WithLogger(slog.New(slog.NewTextHandler(j, &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})))
}

// await waits until a line has all of parts.
func (j *journal) await(t testing.TB, parts ...string) (line string) {
	t.Helper()
	eventually(t, fmt.Sprintf("a line with %q", parts), func() bool {
	lines:
		for _, line = range j.lines() {
			for _, part := range parts {
				if !strings.Contains(line, part) {
					continue lines
				}
			}
			return true
		}
		return false
	})
	return line
}

// keepsSecret fails the test if any line has four bytes in a row of the secret, as they are or in hex.
func (j *journal) keepsSecret(t testing.TB) {
	t.Helper()
	for _, line := range j.lines() {
		for i := range len(secretBody) - 3 {
			if part := secretBody[i : i+4]; strings.Contains(line, part) || strings.Contains(line, fmt.Sprintf("%x", part)) {
				t.Fatalf("a byte of a body is in the log: %s", line)
			}
		}
		if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			t.Fatalf("a control character is in the log: %q", line)
		}
		if len(line) > 1000 {
			t.Fatalf("a line of %d bytes is in the log: %s…", len(line), line[:200])
		}
	}
}

const secretBody = "wq7Z5v0Kx3"

// tracedTopology is testTopology with what generated code says of frames before bodies.
func tracedTopology(endpoint string) *Topology {
	topology := testTopology(endpoint)
	set := func(name string, spec SocketSpec) {
		old := topology.Sockets[name]
		spec.Type, spec.Linger = max(old.Type, spec.Type), Lingering(testLinger)
		if spec.Bind == nil && spec.Connect == nil {
			spec.Bind, spec.Connect = old.Bind, old.Connect
		}
		spec.Subscribe = old.Subscribe
		topology.Sockets[name] = spec
	}
	set("a.pub", SocketSpec{LeadOut: 1})
	set("b.sub", SocketSpec{LeadIn: 1})
	set("a.client", SocketSpec{LeadIn: 1, LeadOut: 1})
	set("b.server", SocketSpec{LeadIn: 1, LeadOut: 1})
	set("a.req", SocketSpec{Type: Req, Connect: []string{"b.server"}, LeadIn: 1, LeadOut: 1})
	set("b.rep", SocketSpec{Type: Rep, Bind: []string{endpoint}, LeadIn: 1, LeadOut: 1})
	set("a.bare", SocketSpec{Type: Dealer, Connect: []string{"b.bare"}})
	set("b.bare", SocketSpec{Type: Router, Bind: []string{endpoint}})
	set("a.dealer", SocketSpec{Type: Dealer, Connect: []string{"b.router"}, LeadOut: 1})
	set("b.router", SocketSpec{Type: Router, Bind: []string{endpoint}, LeadIn: 1})
	set("a.pair", SocketSpec{Type: Pair, Connect: []string{"b.pair"}, LeadOut: 1})
	set("b.pair", SocketSpec{Type: Pair, Bind: []string{endpoint}, LeadIn: 1})
	set("a.xpub", SocketSpec{Type: XPub, Bind: []string{endpoint}, LeadOut: 1})
	set("b.xsub", SocketSpec{Type: XSub, Connect: []string{"a.xpub"}, LeadIn: 1})
	return topology
}

// traced is how messages of each kind of pattern travel, and what the log has of them then.
var traced = map[string]struct {
	run  func(t *testing.T, p *Pump, topology *Topology)
	want [][]string // parts of a line each
}{
	"pub-sub": {func(t *testing.T, p *Pump, topology *Topology) {
		pub := must(OpenSender(context.Background(), p, topology, "a.pub", tickCodec{}, []SocketOption{TrackPeers()}))(t)
		defer close(pub)
		sub := must(OpenReceiver(context.Background(), p, topology, "b.sub", tickCodec{}, nil))(t)
		if err := p.Socket("test", "a.pub").WaitSubscribers(soon(t), "", 1); err != nil {
			t.Fatal(err)
		}
		send(t, pub, tick{"EUR/USD", secretBody})
		next(t, sub)
	}, [][]string{
		{"DEBUG-4", "msg=sent", "test.a.pub", "bytes=17", `frames="7 10"`, `name="\"EUR/USD\""`},
		{"msg=received", "test.b.sub", `frames="7 10"`, `name="\"EUR/USD\""`},
		{"msg=received", "test.a.pub", "bytes=1 frames=1", `subscribe="\"\""`},
	}},
	"push-pull": {func(t *testing.T, p *Pump, topology *Topology) {
		in := must(OpenReceiver(context.Background(), p, topology, "b.pull", textCodec{}, nil))(t)
		out := must(OpenSender(context.Background(), p, topology, "a.push", textCodec{}, nil))(t)
		defer close(out)
		send(t, out, secretBody)
		next(t, in)
	}, [][]string{{"msg=sent", "test.a.push", "bytes=10 frames=10"}, {"msg=received", "test.b.pull", "bytes=10 frames=10"}}},
	"pair": {func(t *testing.T, p *Pump, topology *Topology) {
		toA, fromA := mustTwo(OpenDuplex(context.Background(), p, topology, "b.pair", textCodec{}, tickCodec{}, nil))(t)
		defer close(toA)
		toB, fromB := mustTwo(OpenDuplex(context.Background(), p, topology, "a.pair", tickCodec{}, textCodec{}, nil))(t)
		defer close(toB)
		send(t, toB, tick{"Say", secretBody})
		next(t, fromA)
		send(t, toA, secretBody)
		next(t, fromB)
	}, [][]string{
		{"msg=sent", "test.a.pair", `frames="3 10" name="\"Say\""`}, {"msg=received", "test.b.pair", `frames="3 10" name="\"Say\""`},
		{"msg=sent", "test.b.pair", "frames=10"}, {"msg=received", "test.a.pair", "frames=10"},
	}},
	"dealer-router": {func(t *testing.T, p *Pump, topology *Topology) {
		toA, fromA := mustTwo(OpenDuplex(context.Background(), p, topology, "b.router", ByPeer(textCodec{}), ByPeer(tickCodec{}), nil))(t)
		defer close(toA)
		toB, fromB := mustTwo(OpenDuplex(context.Background(), p, topology, "a.dealer", tickCodec{}, textCodec{}, []SocketOption{RoutingID("desk-7")}))(t)
		defer close(toB)
		send(t, toB, tick{"Say", secretBody})
		said := next(t, fromA)
		send(t, toA, Routed[string]{Peer: said.Peer, Msg: secretBody})
		next(t, fromB)
	}, [][]string{
		{"msg=sent", "test.a.dealer", `frames="3 10" name="\"Say\""`}, {"msg=received", "test.b.router", `frames="6 3 10" peer="\"desk-7\"" name="\"Say\""`},
		{"msg=sent", "test.b.router", `frames="6 10" peer="\"desk-7\""`}, {"msg=received", "test.a.dealer", "frames=10"},
	}},
	"req-rep":         {traceCalls("a.client", "b.server", &Method[string, string]{Name: "Call", Request: textBody, Reply: textBody}), [][]string{{"msg=sent", "test.a.client", `frames="8 0 4 10" call=`, `name="\"Call\""`}, {"msg=received", "test.b.server", "peer=", "call=", `name="\"Call\""`}, {"msg=sent", "test.b.server", "peer=", "call=", `name="\"ok\""`}, {"msg=received", "test.a.client", `frames="8 0 2 10" call=`, `name="\"ok\""`}}},
	"req-rep in turn": {traceCalls("a.req", "b.rep", &Method[string, string]{Name: "Call", Request: textBody, Reply: textBody}), [][]string{{"msg=sent", "test.a.req", `frames="4 10" name="\"Call\""`}, {"msg=received", "test.b.rep", `frames="4 10" name="\"Call\""`}, {"msg=sent", "test.b.rep", `frames="2 10" name="\"ok\""`}, {"msg=received", "test.a.req", `frames="2 10" name="\"ok\""`}}},
	"req-rep bare":    {traceCalls("a.bare", "b.bare", &Method[string, string]{Name: "Call", Bare: true, Request: textBody, Reply: textBody}), [][]string{{"msg=sent", "test.a.bare", `frames="8 0 10" call=`}, {"msg=received", "test.b.bare", "peer=", "call="}, {"msg=sent", "test.b.bare", "peer=", "call="}, {"msg=received", "test.a.bare", `frames="8 0 10" call=`}}},
	"subscriptions": {func(t *testing.T, p *Pump, topology *Topology) {
		out, heard := mustTwo(OpenXPub(context.Background(), p, topology, "a.xpub", tickCodec{}, nil))(t)
		defer close(out)
		subscribe, in := mustTwo(OpenXSub(context.Background(), p, topology, "b.xsub", tickCodec{}, nil))(t)
		defer close(subscribe)
		send(t, subscribe, Subscription{Topic: "EUR"})
		next(t, heard)
		send(t, out, tick{"EUR/USD", secretBody})
		next(t, in)
	}, [][]string{
		{"msg=sent", "test.b.xsub", `frames=4 subscribe="\"EUR\""`}, {"msg=received", "test.a.xpub", `frames=4 subscribe="\"EUR\""`},
		{"msg=sent", "test.a.xpub", `frames="7 10" name="\"EUR/USD\""`}, {"msg=received", "test.b.xsub", `frames="7 10" name="\"EUR/USD\""`},
	}},
}

// mustTwo is must of a call with three results.
func mustTwo[A, B any](a A, b B, err error) func(testing.TB) (A, B) {
	return func(t testing.TB) (A, B) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return a, b
	}
}

// traceCalls makes a call of m between two sockets, which echoes the secret.
func traceCalls(client, server string, m *Method[string, string]) func(*testing.T, *Pump, *Topology) {
	return func(t *testing.T, p *Pump, topology *Topology) {
		var calls <-chan *Call[string, string]
		if err := OpenServer(context.Background(), p, topology, server, nil, Serve(m, &calls)); err != nil {
			t.Fatal(err)
		}
		topology.Sockets[client] = SocketSpec{Type: topology.Sockets[client].Type, Connect: p.Socket("test", server).Endpoints(),
			LeadIn: topology.Sockets[client].LeadIn, LeadOut: topology.Sockets[client].LeadOut}
		c := must(OpenClient(context.Background(), p, topology, client, nil))(t)
		answered := make(chan error, 1)
		go func() { answered <- (<-calls).Reply(secretBody) }()
		if rep, err := Invoke(soon(t), c, m, secretBody); err != nil || rep != secretBody {
			t.Fatalf("%q, %v", rep, err)
		}
		if err := <-answered; err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheLogOfMessagesHasSizesAndNamesAndNoBody(t *testing.T) {
	for kind, c := range traced {
		t.Run(kind, func(t *testing.T) {
			overTransports(t, func(t *testing.T, endpoint string) {
				var log journal
				c.run(t, newPump(t, logTo(&log, LevelTrace)), tracedTopology(endpoint))
				for _, parts := range c.want {
					log.await(t, parts...)
				}
				log.keepsSecret(t)
			})
		})
	}
}

// Bodies are logged by those who ask for them alone, and no more of them than they ask for.
func TestTheLogHasAsMuchOfBodiesAsIsAskedFor(t *testing.T) {
	var log journal
	traced["push-pull"].run(t, newPump(t, logTo(&log, LevelTrace), WithTraceBodies(3)), tracedTopology("inproc://"+t.Name()))
	log.await(t, "msg=sent", `body="\"wq7\""`)
	log.keepsSecret(t)
}

// What comes where a name would be is shown only where a body could not be, quoted and cut.
func TestTheLogOfMessagesIsSafeFromWhatPeersSend(t *testing.T) {
	const evil = "\x1b[2J\r\nlevel=ERROR msg=\"<script>\"\x00"
	huge := strings.Repeat("x", 100_000)
	push := func(t *testing.T, typ zmq4.Type, endpoint string, messages ...[]string) {
		raw := rawSock(t, typ, func(s *zmq4.Socket) error { return s.Connect(endpoint) })
		for _, frames := range messages {
			must(raw.SendMessage(frames))(t)
		}
	}
	for kind, run := range map[string]func(t *testing.T, p *Pump, topology *Topology){
		"named": func(t *testing.T, p *Pump, topology *Topology) {
			topology.Sockets["b.pull"] = SocketSpec{Type: Pull, Bind: []string{"tcp://127.0.0.1:*"}, LeadIn: 1}
			in := must(OpenReceiver(context.Background(), p, topology, "b.pull", tickCodec{}, nil))(t)
			push(t, zmq4.PUSH, p.Socket("test", "b.pull").Endpoints()[0],
				[]string{secretBody}, []string{""}, []string{evil, secretBody}, []string{huge, secretBody}, append(make([]string, 900), secretBody), []string{"end", ""})
			for next(t, in).topic != "end" {
			}
		},
		"served": func(t *testing.T, p *Pump, topology *Topology) {
			var calls <-chan *Call[string, string]
			if err := OpenServer(context.Background(), p, topology, "b.server", nil, Serve(&Method[string, string]{Name: "end", Request: textBody, Reply: textBody}, &calls)); err != nil {
				t.Fatal(err)
			}
			push(t, zmq4.DEALER, p.Socket("test", "b.server").Endpoints()[0],
				[]string{secretBody}, []string{secretBody, secretBody}, []string{secretBody, "", evil, secretBody}, []string{"", huge, secretBody}, []string{"12345678", "", "end", "x"})
			next(t, calls).Reply("")
		},
	} {
		t.Run(kind, func(t *testing.T) {
			var log journal
			run(t, newPump(t, logTo(&log, LevelTrace)), tracedTopology("tcp://127.0.0.1:*"))
			log.await(t, "msg=received", `name="\"end\""`)
			log.await(t, "msg=received", `name="\"\\x1b[2J`)
			log.await(t, "msg=received", `(100000 bytes)`)
			log.keepsSecret(t)
		})
	}
}
