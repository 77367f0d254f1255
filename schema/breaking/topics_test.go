package breaking_test

import (
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/schema/breaking"
)

// A subscriber that asks for a value of one field does not get what has that of another in its place, and one that asks for what is
// no longer sent gets nothing, whoever is replaced first.
func TestSubscriptionsReachFields(t *testing.T) {
	source := func(topic, subscribe string) string {
		return `version: 1
name: market
messages:
  Quote: {fields: {symbol: string @1, venue: string @2, side: string @3}}
patterns:
  quotes: {kind: pub-sub, message: Quote, topic: "` + topic + `"}
nodes:
  feed: {sockets: {quotes: {pub: quotes, bind: "tcp://*:5556"}}}
  desk: {sockets: {quotes: {sub: quotes, connect: feed.quotes, subscribe: [` + subscribe + `]}}}
`
	}
	for _, c := range []struct{ old, new, subscribe, want string }{
		{"quote.{symbol}.", "quote.{venue}.{symbol}.", `"quote.EUR"`, "error no order is safe"},
		{"quote.{symbol}.", "quote.{venue}.{symbol}.", `"quote."`, "warning at any time"},
		{"quote.{symbol}.", "quote.{venue}.{symbol}.", `"quote.EUR", "quote"`, "warning at any time"},
		{"quote.{symbol}.", "quote.{symbol}.{venue}.", `"quote.EUR"`, "warning at any time"},
		{"q.{symbol}.", "quote.{symbol}.", `"q.EUR", "quote.EUR"`, "warning at any time"},
		{"q.{symbol}.", "quote.{symbol}.", `"q.EUR"`, "error no order is safe"},
		{"q.{symbol}.{venue}.", "q.{symbol}.{side}.", `"q.EUR"`, "warning at any time"},
		{"q.{symbol}.{venue}.", "q.{symbol}.{side}.", `"q.EUR.L"`, "error no order is safe"},
	} {
		changes := breaking.Compare(parse(t, "old.yaml", source(c.old, c.subscribe)), parse(t, "new.yaml", source(c.new, c.subscribe)))
		severity, when, _ := strings.Cut(c.want, " ")
		lines := strings.Join(breaking.PlanOf(changes).Lines(changes), "\n")
		if len(changes) != 1 || changes[0].Rule != "topic-changed" || string(changes[0].Severity) != severity || !strings.Contains(lines, when) {
			t.Errorf("%s to %s, %s: %+v\n%s", c.old, c.new, c.subscribe, changes, lines)
		}
	}
}
