//go:build cgo

package runtime

import (
	"context"
	"strings"
	"testing"
)

// This file has programs share a prefix of variables: topologies with one another, and with whatever else is in the environment.

// bindingTopology has sockets that bind within the pump.
func bindingTopology(name string, sockets ...string) *Topology {
	t := &Topology{Name: name, Sockets: make(map[string]SocketSpec)}
	for _, socket := range sockets {
		t.Sockets[socket] = SocketSpec{Type: Pull, Bind: []string{"inproc://" + name + "." + socket}}
	}
	return t
}

// reportsOf opens sockets, each of topology and node.socket, and returns what was reported while they opened, and when the pump closed.
func reportsOf(t *testing.T, open func(p *Pump), opts ...PumpOption) (opening, closing string) {
	t.Helper()
	var f faults
	p := must(NewPump(context.Background(), append(opts, WithErrorHandler(f.handle))...))(t)
	defer p.Close()
	text := func(errs []error) string {
		var lines []string
		for _, err := range errs {
			lines = append(lines, strings.TrimPrefix(err.Error(), "overrides: environment variable "))
		}
		return strings.Join(lines, "\n")
	}
	open(p)
	early := f.all()
	p.Close()
	return text(early), text(f.all()[len(early):])
}

func openIn(t *testing.T, p *Pump, top *Topology, name string) *Socket {
	t.Helper()
	must(OpenReceiver(context.Background(), p, top, name, textCodec{}, nil))(t)
	return p.Socket(top.Name, name)
}

// Two topologies of one prefix have nothing to say against each other's variables, whichever opens first, and these do what they say.
func TestTopologiesShareAPrefix(t *testing.T) {
	trade, risk := bindingTopology("trade", "feed.quotes", "desk.orders"), bindingTopology("risk", "feed.limits", "book.orders")
	t.Setenv("MARKET_FEED_QUOTES_BIND", "inproc://quotes")
	t.Setenv("MARKET_DESK_ORDERS", "tcp://trade:1")
	t.Setenv("MARKET_FEED_LIMITS_BIND", "inproc://limits")
	t.Setenv("MARKET_BOOK_ORDERS", "tcp://risk:1")
	for _, order := range [][]*Topology{{trade, risk}, {risk, trade}} {
		opening, closing := reportsOf(t, func(p *Pump) {
			for _, top := range order {
				name, want := "feed.quotes", "inproc://quotes"
				if top == risk {
					name, want = "feed.limits", "inproc://limits"
				}
				equal(t, openIn(t, p, top, name).Endpoints(), []string{want})
			}
		}, WithEnv("MARKET"))
		equal(t, opening, "")
		equal(t, closing, "")
	}
	// Of one alone, the variables of the other are strange in the end.
	opening, closing := reportsOf(t, func(p *Pump) { openIn(t, p, trade, "desk.orders") }, WithEnv("MARKET"))
	equal(t, opening, "")
	for _, name := range []string{"MARKET_FEED_LIMITS_BIND", "MARKET_BOOK_ORDERS"} {
		if want := name + " holds an endpoint and names no socket of any topology that opened (trade): MARKET_NODE_SOCKET does, and the same with _BIND or _CONNECT"; !strings.Contains(closing, want) {
			t.Errorf("%s\nhas no %s", closing, want)
		}
	}
	equal(t, strings.Count(closing, "\n"), 1)
}

// What nearly has the name of a socket of one topology is no slip if it has that of another one, which opened before.
func TestAVariableOfAnotherTopologyIsNoSlip(t *testing.T) {
	one, other := bindingTopology("one", "feed.quotes"), bindingTopology("other", "feed.quoted")
	t.Setenv("MARKET_FEED_QUOTED", "tcp://a:1")
	opening, closing := reportsOf(t, func(p *Pump) {
		openIn(t, p, other, "feed.quoted")
		openIn(t, p, one, "feed.quotes")
	}, WithEnv("MARKET"), WithEndpoint("feed.quoted", "tcp://a:1"))
	equal(t, opening+closing, "")
	opening, closing = reportsOf(t, func(p *Pump) {
		openIn(t, p, one, "feed.quotes")
		must(OpenReceiver(context.Background(), p, one, "feed.quotes", textCodec{}, []SocketOption{Instance("2"), Bind("inproc://2")}))(t)
	}, WithEnv("MARKET"))
	equal(t, opening, "MARKET_FEED_QUOTED names no socket of topology one: did you mean MARKET_FEED_QUOTES?")
	equal(t, closing, "")
}

// A topology that opens and is imported as well has two prefixes, and the imported one's name may be the prefix itself.
func TestVariablesOfImportedTopologies(t *testing.T) {
	common := bindingTopology("common", "hub.events")
	market := bindingTopology("market", "log.lines")
	top := bindingTopology("desk", "feed.quotes")
	top.Imports = []*Topology{common, market}
	t.Setenv("COMMON_HUB_EVENTS", "tcp://a:1")
	t.Setenv("MARKET_LOG_LINES", "tcp://a:1")
	t.Setenv("MARKET_HUB_EVENTS_BIND", "inproc://events")
	t.Setenv("COMMON_HUB_EVENT", "tcp://a:1")
	t.Setenv("COMMON_SOMEWHERE", "tcp://a:1")
	opening, closing := reportsOf(t, func(p *Pump) {
		openIn(t, p, top, "feed.quotes")
		equal(t, openIn(t, p, common, "hub.events").Endpoints(), []string{"inproc://events"})
	}, WithEnv("MARKET"))
	equal(t, opening, "COMMON_HUB_EVENT names no socket of topology common: did you mean COMMON_HUB_EVENTS?")
	equal(t, closing, "COMMON_SOMEWHERE holds an endpoint and names no socket of any topology that opened (common): COMMON_NODE_SOCKET does, and the same with _BIND or _CONNECT")
}

// A word too much or too few is a slip that is told at once.
func TestVariablesWithTheWordsOfASocketAreSlips(t *testing.T) {
	top := bindingTopology("market", "feed.quotes", "feed.late_orders", "desk.orders")
	for name, near := range map[string]string{
		"MARKET_QUOTES":           "MARKET_FEED_QUOTES",
		"MARKET_QUOTES_BIND":      "MARKET_FEED_QUOTES_BIND",
		"MARKET_FEED":             "MARKET_FEED_QUOTES",
		"MARKET_FEED_QUOTES_URL":  "MARKET_FEED_QUOTES",
		"MARKET_EU_FEED_QUOTES_1": "MARKET_FEED_QUOTES",
		"MARKET_ORDERS":           "MARKET_DESK_ORDERS",
		"MARKET_DESKORDERS":       "MARKET_DESK_ORDERS",
		"MARKET_FED_QOUTES_BNID":  "MARKET_FEED_QUOTES_BIND",
		"MARKET_BIND":             "MARKET_DESK_ORDERS_BIND or MARKET_FEED_QUOTES_BIND",
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, "tcp://a:1")
			opening, closing := reportsOf(t, func(p *Pump) { openIn(t, p, top, "feed.quotes") }, WithEnv("MARKET"))
			equal(t, opening, name+" names no socket of topology market: did you mean "+near+"?")
			equal(t, closing, "")
			if name == "MARKET_DESKORDERS" || name == "MARKET_FED_QOUTES_BNID" {
				return // so near is a slip whatever it holds
			}
			t.Setenv(name, "5s") // somebody else's
			opening, closing = reportsOf(t, func(p *Pump) { openIn(t, p, top, "feed.quotes") }, WithEnv("MARKET"))
			equal(t, opening+closing, "")
		})
	}
}

// The topology by which a pump looks whether messages pass has no variables, and calls none strange.
func TestACheckHasNoVariables(t *testing.T) {
	t.Setenv("MARKET_FEED_QUOTES", "tcp://a:1")
	opening, closing := reportsOf(t, func(p *Pump) {
		if err := p.Check(t.Context()); err != nil {
			t.Error(err)
		}
		openIn(t, p, bindingTopology("market", "feed.quotes"), "feed.quotes")
	}, WithEnv("MARKET"))
	equal(t, opening+closing, "")
}
