//go:build cgo

package runtime

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
)

// This file tests nodes, with constructors as generated code has them.

// deskTopology is a node whose sockets talk to each other; those that connect come first.
func deskTopology(dir string) *Topology {
	at := func(name string) []string { return []string{"ipc://" + filepath.Join(dir, name)} }
	return &Topology{Name: "test", Sockets: map[string]SocketSpec{
		"desk.quotes": {Type: Sub, Connect: []string{"desk.prices"}, Subscribe: []string{""}},
		"desk.prices": {Type: Pub, Bind: []string{"tcp://127.0.0.1:*"}},
		"desk.say":    {Type: Pair, Connect: []string{"desk.hear"}},
		"desk.hear":   {Type: Pair, Bind: []string{"tcp://127.0.0.1:*"}},
		"desk.ask":    {Type: Dealer, Connect: []string{"desk.answer"}},
		"desk.answer": {Type: Router, Bind: at("answer")},
		"other.taken": {Type: Push, Bind: []string{"inproc://taken"}},
	}}
}

type deskNode struct {
	Quotes <-chan tick
	Prices chan<- tick
	Say    Duplex[string, string]
	Hear   Duplex[string, string]
	Ask    *Client
	Answer <-chan *Call[string, string]
	node   *Node
}

var textBody = OneFrame(
	func(m string, b []byte) ([]byte, error) { return append(b, m...), nil },
	func(m *string, b []byte) error { *m = string(b); return nil },
)

var askMethod = &Method[string, string]{Name: "Ask", Request: textBody, Reply: textBody}

// newDeskNode opens desk as generated code would, with more parts behind the others.
func newDeskNode(ctx context.Context, p *Pump, t *Topology, opts []NodeOption, more ...NodePart) (*deskNode, error) {
	duplex := func(name string) func(context.Context, *Pump, ...SocketOption) (chan<- string, <-chan string, error) {
		return func(ctx context.Context, p *Pump, opts ...SocketOption) (chan<- string, <-chan string, error) {
			return OpenDuplex(ctx, p, t, name, textCodec{}, textCodec{}, opts)
		}
	}
	n := new(deskNode)
	var err error
	n.node, err = OpenNode(ctx, p, t, "desk", opts, append([]NodePart{
		Part("quotes", func(ctx context.Context, p *Pump, opts ...SocketOption) (<-chan tick, error) {
			return OpenReceiver(ctx, p, t, "desk.quotes", tickCodec{}, opts)
		}, &n.Quotes),
		SenderPart("prices", func(ctx context.Context, p *Pump, opts ...SocketOption) (chan<- tick, error) {
			return OpenSender(ctx, p, t, "desk.prices", tickCodec{}, opts)
		}, &n.Prices),
		DuplexPart("say", duplex("desk.say"), &n.Say),
		DuplexPart("hear", duplex("desk.hear"), &n.Hear),
		Part("ask", func(ctx context.Context, p *Pump, opts ...SocketOption) (*Client, error) {
			return OpenClient(ctx, p, t, "desk.ask", opts)
		}, &n.Ask),
		Part("answer", func(ctx context.Context, p *Pump, opts ...SocketOption) (calls <-chan *Call[string, string], err error) {
			return calls, OpenServer(ctx, p, t, "desk.answer", opts, Serve(askMethod, &calls))
		}, &n.Answer),
	}, more...)...)
	return n, err
}

// close ends what a user of the node closes by hand.
func (n *deskNode) close() {
	close(n.Prices)
	close(n.Say.Send)
	close(n.Hear.Send)
}

func TestANodeOpensItsSocketsTogether(t *testing.T) {
	p := newPump(t)
	topology := deskTopology(t.TempDir())
	n, err := newDeskNode(context.Background(), p, topology, []NodeOption{OnEverySocket(TrackPeers()), OnSocket("quotes", Subscribe("quote."))})
	if err != nil {
		t.Fatal(err)
	}
	defer n.close()
	if err := p.Socket("test", "desk.prices").WaitSubscribers(soon(t), "quote.EUR", 1); err != nil {
		t.Fatal(err)
	}
	send(t, n.Prices, tick{"other", "1"})
	send(t, n.Prices, tick{"quote.EUR", "2"})
	equal(t, next(t, n.Quotes), tick{"quote.EUR", "2"})
	send(t, n.Say.Send, "hello")
	equal(t, next(t, n.Hear.Recv), "hello")
	send(t, n.Hear.Send, "yes")
	equal(t, next(t, n.Say.Recv), "yes")
	go func() {
		for call := range n.Answer {
			call.Reply(call.Request + "!")
		}
	}()
	equal(t, must(Invoke(soon(t), n.Ask, askMethod, "well"))(t), "well!")
	if err := n.node.Close(); err != nil {
		t.Error(err)
	}
	equal(t, len(p.Stats()), 0)
	if _, open := <-n.Quotes; open {
		t.Error("the channel of a socket that ended is open")
	}
	if err := errors.Join(n.node.Close(), (*Node)(nil).Close()); err != nil {
		t.Error(err)
	}
}

func TestANodeOpensAllOfItsSocketsOrNone(t *testing.T) {
	ctx := context.Background()
	topology := deskTopology(t.TempDir())
	topology.Sockets["desk.taken"] = SocketSpec{Type: Push, Connect: []string{"desk.nowhere"}}
	topology.Sockets["desk.bound"] = topology.Sockets["other.taken"]
	p := newPump(t)
	defer close(must(OpenSender(ctx, p, topology, "other.taken", textCodec{}, nil))(t))
	part := func(name string) NodePart {
		var ch chan<- string
		return SenderPart(name, func(ctx context.Context, p *Pump, opts ...SocketOption) (chan<- string, error) {
			return OpenSender(ctx, p, topology, "desk."+name, textCodec{}, opts)
		}, &ch)
	}
	deaf := Part("hear", func(ctx context.Context, p *Pump, opts ...SocketOption) (<-chan string, error) {
		return nil, nil
	}, new(<-chan string))
	for what, c := range map[string]struct {
		opts []NodeOption
		more []NodePart
		want string
	}{
		"the last fails":           {nil, []NodePart{part("taken")}, "desk.taken: open: connect to desk.nowhere"},
		"the last to bind fails":   {nil, []NodePart{part("bound")}, "desk.bound: bind"},
		"an unknown socket":        {nil, []NodePart{part("lost")}, `desk.lost: open: topology test has no socket "desk.lost"`},
		"a socket twice":           {nil, []NodePart{part("prices")}, "desk.prices: open: it is open on this pump already"},
		"an option that is wrong":  {[]NodeOption{OnSocket("say", Buffer(-1))}, nil, "desk.say: open: buffer of -1 messages"},
		"an option for nothing":    {[]NodeOption{OnSocket("qoutes")}, nil, `desk: open: the node has no socket "qoutes": did you mean one of answer, ask, hear, prices, quotes, say?`},
		"a constructor that keeps": {[]NodeOption{OnEverySocket()}, []NodePart{deaf}, "desk.hear: open: its constructor passes no options on"},
	} {
		n, err := newDeskNode(ctx, p, topology, c.opts, c.more...)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want %s", what, err, c.want)
		}
		if e := (*Error)(nil); !errors.As(err, &e) {
			t.Errorf("%s: %T is no *Error", what, err)
		}
		equal(t, *n, deskNode{})
		equal(t, len(p.Stats()), 1)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := newDeskNode(ended, p, topology, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the error of ctx", err)
	}
	n, err := newDeskNode(ctx, p, topology, nil) // nothing is left of those that failed
	if err != nil {
		t.Fatal(err)
	}
	n.close()
	n.node.Close()
}
