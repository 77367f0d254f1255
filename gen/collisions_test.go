package gen

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/schema"
)

// marks returns the source without its marks and, for each mark «n», the line and column it stood at.
func marks(src string) (string, map[string]string) {
	at := map[string]string{}
	var b strings.Builder
	line, col := 1, 1
	for len(src) > 0 {
		if rest, ok := strings.CutPrefix(src, "«"); ok {
			name, after, _ := strings.Cut(rest, "»")
			at[name] = fmt.Sprintf("%d:%d", line, col)
			src = after
			continue
		}
		if col++; src[0] == '\n' {
			line, col = line+1, 1
		}
		b.WriteByte(src[0])
		src = src[1:]
	}
	return b.String(), at
}

func place(s schema.Span) string { return fmt.Sprintf("%d:%d", s.Line, s.Col) }

// In these topologies «1» is where the finding is, and «2» where the other thing is, if there is one.
var collisions = []struct{ name, want, src string }{
	{
		"message and enum value", "message SideBuy becomes SideBuy in Go, and so does value BUY of enum Side", `
enums:
  Side: {«2»BUY: 1}
messages:
  «1»SideBuy: {fields: {x: int32 @1}}
`,
	},
	{
		"enum zero of our own making", "SideUnspecified in Go, and so does", `
enums:
  «2»Side: {BUY: 1}
messages:
  «1»SideUnspecified: {fields: {x: int32 @1}}
`,
	},
	{
		"enum value and go_name", "value SELL of enum Side becomes SideBuy in Go, and so does value BUY", `
enums:
  Side: {«2»BUY: 1, SELL: {id: 2, go_name: «1»SideBuy}}
`,
	},
	{
		"oneof and message", "oneof settle of message Order becomes OrderSettle in Go, and so does message OrderSettle", `
messages:
  «2»OrderSettle: {fields: {x: int32 @1}}
  Order: {fields: {«1»settle: {oneof: {cash: int32 @1}}}}
`,
	},
	{
		"alternative and message", "alternative cash of oneof settle becomes OrderSettleCash in Go, and so does message OrderSettleCash", `
messages:
  «2»OrderSettleCash: {fields: {x: int32 @1}}
  Order: {fields: {settle: {oneof: {«1»cash: int32 @1}}}}
`,
	},
	{
		"alternative and method", "alternative string of oneof settle becomes String in Go, which is a method of every alternative", `
messages:
  Order: {fields: {settle: {oneof: {«1»string: int32 @1}}}}
`,
	},
	{
		"field and go_name", "field order_id becomes OrderID in Go, and so does field x", `
messages:
  M:
    fields:
      x: {type: int32, id: 1, go_name: «2»OrderID}
      «1»order_id: int32 @2
`,
	},
	{
		"field and method", "field string becomes String in Go, which is a method of every message", `
messages:
  M: {fields: {«1»string: int32 @1}}
`,
	},
	{
		"field and method", "field equal becomes Equal in Go, which is a method of every message", `
messages:
  M: {fields: {«1»equal: bool @1}}
`,
	},
	{
		"field of a declared error", "field error becomes Error in Go, which is a method of every message that is an error", `
messages:
  M: {fields: {«1»error: string @1}}
patterns:
  calls: {kind: req-rep, methods: {Do: {errors: [M]}}}
`,
	},
	{
		"message and union", "the message type of pattern ticks becomes TicksMessage in Go, and so does message TicksMessage", `
messages:
  «2»TicksMessage: {fields: {x: int32 @1}}
patterns:
  «1»ticks: {kind: push-pull, messages: {TicksMessage: {}}}
`,
	},
	{
		"message and client that no socket needs", "becomes CallsClient in Go, and so does", `
messages:
  «2»CallsClient: {fields: {x: int32 @1}}
patterns:
  «1»calls: {kind: req-rep, methods: {Do: {request: CallsClient}}}
`,
	},
	{
		"two templates of one message", "the topic of M in pattern b becomes MTopic in Go, and so does the topic of M in pattern a", `
messages:
  M: {fields: {x: int32 @1}}
patterns:
  a: {kind: pub-sub, message: M, topic: «2»"a.{x}"}
  b: {kind: pub-sub, message: M, topic: «1»"b.{x}"}
`,
	},
	{
		"two sockets", "the constructor of socket a_b.c becomes NewABC in Go, and so does the constructor of socket a.b_c", `
messages:
  M: {fields: {x: int32 @1}}
patterns:
  p: {kind: push-pull, message: M}
nodes:
  a: {sockets: {«2»b_c: {pull: p, bind: "tcp://*:6001"}}}
  a_b: {sockets: {«1»c: {push: p, connect: a.b_c}}}
`,
	},
	{
		"a device and a socket", "the constructor of socket a.bc becomes NewABc in Go, and so does the constructor of device a_bc", `
messages:
  M: {fields: {x: int32 @1}}
patterns:
  p: {kind: push-pull, external: true, message: M}
devices:
  «2»a_bc: {kind: streamer, pattern: p, frontend: {bind: "tcp://*:6001"}, backend: {bind: "tcp://*:6002"}}
nodes:
  a: {sockets: {bc: {pull: p, bind: "tcp://*:6003", go_name: «1»Bc}}}
`,
	},
	{
		"the handle of a device and a message", "the handle of device hub becomes HubDevice in Go, and so does message HubDevice", `
messages:
  «2»HubDevice: {fields: {x: int32 @1}}
patterns:
  p: {kind: push-pull, external: true, message: HubDevice}
devices:
  «1»hub: {kind: streamer, pattern: p, frontend: {bind: "tcp://*:6001"}, backend: {bind: "tcp://*:6002"}}
`,
	},
	{
		"a method's table and a message's", "the table of method Fields of pattern quote becomes quoteFields in Go, and so does the field table of message Quote", `
messages:
  «2»Quote: {fields: {x: int32 @1}}
patterns:
  quote: {kind: req-rep, methods: {«1»Fields: {request: Quote}}}
`,
	},
	{
		"a test and a message", "a test of message Quote becomes TestQuoteProto in Go, and so does message TestQuoteProto", `
go: {tests: true}
messages:
  «2»TestQuoteProto: {fields: {x: int32 @1}}
  «1»Quote: {fields: {x: int32 @1}}
`,
	},
	{
		"a fuzz target and an enum's value", "a fuzz target of message QuoteE becomes FuzzQuoteEJSON in Go, and so does value JSON of enum FuzzQuoteE", `
go: {tests: true}
enums:
  FuzzQuoteE: {«2»JSON: 1}
messages:
  «1»QuoteE: {fields: {x: int32 @1}}
`,
	},
	{
		"the test of a pattern and a message", "the test of pattern quotes becomes TestQuotesFrames in Go, and so does message TestQuotesFrames", `
go: {tests: true}
messages:
  «2»TestQuotesFrames: {fields: {x: int32 @1}}
patterns:
  «1»quotes: {kind: push-pull, message: TestQuotesFrames, encoding: frames}
`,
	},
	{
		"the codecs of a side and of a pattern", "the codec of pattern chat_dealer becomes ChatDealerCodec in Go, and so does the codec of the dealer's part of pattern chat", `
messages:
  M: {fields: {x: int32 @1}}
patterns:
  «2»chat: {kind: dealer-router, dealer_sends: M, router_sends: M}
  «1»chat_dealer: {kind: push-pull, message: M}
`,
	},
	{
		"the messages of a side", "the message type of the binding side's part of pattern link becomes LinkBindMessage in Go, and so does message LinkBindMessage", `
messages:
  «2»LinkBindMessage: {fields: {x: int32 @1}}
patterns:
  «1»link: {kind: pair, bind_sends: [LinkBindMessage], connect_sends: LinkBindMessage}
`,
	},
	{
		"a node and a message", "the struct of node desk becomes DeskNode in Go, and so does message DeskNode", `
messages:
  «2»DeskNode: {fields: {x: int32 @1}}
patterns:
  p: {kind: push-pull, message: DeskNode}
nodes:
  «1»desk: {sockets: {s: {pull: p, bind: "tcp://*:6001"}}}
`,
	},
	{
		"a node and its socket", "the constructor of socket desk.node becomes NewDeskNode in Go, and so does what opens node desk", `
messages:
  M: {fields: {x: int32 @1}}
patterns:
  p: {kind: push-pull, message: M}
nodes:
  «2»desk: {sockets: {«1»node: {pull: p, bind: "tcp://*:6001"}}}
`,
	},
	{
		"method of a node", "socket desk.close becomes Close in Go, which is a method of every node", `
messages:
  M: {fields: {x: int32 @1}}
patterns:
  p: {kind: push-pull, message: M}
nodes:
  desk: {sockets: {«1»close: {pull: p, bind: "tcp://*:6001"}}}
`,
	},
	{
		"message and handler", "the handler of calls of pattern calls becomes CallsHandler in Go, and so does message CallsHandler", `
messages:
  «2»CallsHandler: {fields: {x: int32 @1}}
patterns:
  «1»calls: {kind: req-rep, methods: {Do: {request: CallsHandler}}}
`,
	},
	{
		"method of a server", "method Serve becomes Serve in Go, which is a method of every server", `
patterns:
  p: {kind: req-rep, methods: {«1»Serve: {}}}
`,
	},
}

func TestCollidingNamesAreErrorsAtTheirPlaces(t *testing.T) {
	for _, c := range collisions {
		t.Run(c.name, func(t *testing.T) {
			src, at := marks("version: 1\nname: t" + c.src)
			files, ds := Generate(parseText(t, "t.yaml", src))
			if files != nil || len(ds) == 0 {
				t.Fatalf("%d files, no findings", len(files))
			}
			d := ds[0]
			if d.Rule != "name-collision" || d.Severity != schema.Error || !strings.Contains(d.Message, c.want) {
				t.Errorf("got %s [%s], want %q", d.Message, d.Rule, c.want)
			}
			if got := place(d.Span); got != at["1"] {
				t.Errorf("found at %s, want %s", got, at["1"])
			}
			if !strings.Contains(d.Help, "go_name") {
				t.Errorf("the help %q does not speak of go_name", d.Help)
			}
			var related string
			for _, r := range d.Related {
				related = place(r.Span)
			}
			if related != at["2"] {
				t.Errorf("related %q, want %q", related, at["2"])
			}
		})
	}
}

func TestOneTemplateInTwoPatternsIsShared(t *testing.T) {
	files := generate(t, parseText(t, "t.yaml", `version: 1
name: t
messages:
  M: {fields: {x: int32 @1}}
patterns:
  a: {kind: pub-sub, message: M, topic: "m.{x}"}
  b: {kind: pub-sub, messages: {M: {topic: "m.{x}"}}}
  c: {kind: pub-sub, messages: {M: {topic: {template: "c.{x}", go_name: CTopic}}}}
`))
	for _, f := range files {
		if f.Name != "codec_zmqgen.go" {
			continue
		}
		for _, fn := range []string{"func MTopic(", "func appendMTopic(", "func CTopic("} {
			if n := strings.Count(string(f.Content), fn); n != 1 {
				t.Errorf("%d of %s", n, fn)
			}
		}
	}
}

func TestCollidingGoNamesAreAllReportedAtOnce(t *testing.T) {
	_, ds := Generate(parseText(t, "t.yaml", `version: 1
name: t
messages:
  A: {go_name: C, fields: {string: int32 @1}}
  B: {go_name: C, fields: {clone: int32 @1}}
`))
	var lines []string
	for _, d := range ds {
		lines = append(lines, fmt.Sprintf("%s %s", place(d.Span), d.Message))
	}
	if len(ds) < 4 {
		t.Errorf("got %d findings:\n%s", len(ds), strings.Join(lines, "\n"))
	}
}
