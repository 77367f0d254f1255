package lint

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/schema"
)

// TestImportsAreSeenAndNotJudged checks a topology that imports another: what it imports has the other side, and no findings.
func TestImportsAreSeenAndNotJudged(t *testing.T) {
	const feed = `version: 1
name: feed
messages: {Quote: {fields: {s: string @1}}, Unused: {}}
patterns: {quotes: {kind: pub-sub, message: Quote}, calls: {kind: req-rep, request: Quote, reply: Quote}}
nodes:
  feed:
    sockets:
      quotes: {pub: quotes, bind: "tcp://*:5556"}
      other: {pub: quotes, bind: "tcp://127.0.0.1:*"}
`
	const desk = `version: 1
name: desk
import: {f: feed.yaml}
nodes:
  desk:
    sockets:
      quotes: {sub: f.quotes, connect: [f.feed.quotes, "tcp://localhost:5556"]}
      more: {sub: f.quotes, connect: "tcp://127.0.0.1:5556"}
      other: {sub: f.quotes, connect: f.feed.other}
      calls: {req: f.calls, connect: "tcp://a:1"}
`
	top, ds := schema.ParseFiles(schema.File{Name: "desk.yaml", Text: []byte(desk)}, func(string, string) (schema.File, error) {
		return schema.File{Name: "feed.yaml", Text: []byte(feed)}, nil
	})
	if top == nil {
		t.Fatal(ds)
	}
	var got []string
	for _, d := range Check(top) {
		text := fmt.Sprintf("%s:%d:%d %s", d.File, d.Span.Line, d.Span.Col, d.Rule)
		for _, r := range d.Related {
			text += fmt.Sprintf(" %s:%d", r.File, r.Span.Line)
		}
		if d.Fix != nil {
			text += " " + d.Fix.Edits[0].Text
		}
		got = append(got, text)
	}
	want := []string{
		"desk.yaml:7:56 dup-connect :7 ",
		"desk.yaml:8:38 literal-endpoint feed.yaml:8 f.feed.quotes",
		"desk.yaml:9:39 ephemeral-undiscoverable feed.yaml:9",
		"desk.yaml:10:7 client-without-server feed.yaml:4",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
