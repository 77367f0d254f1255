package graph_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/gen/graph"
	"github.com/zmqgen/zmqgen/internal/large"
	"github.com/zmqgen/zmqgen/schema"
)

func parse(t testing.TB, src string) *schema.Topology {
	t.Helper()
	top, ds := schema.Parse("topology.yaml", []byte(src))
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	return top
}

const head = `version: 1
name: t
messages: {M: {fields: {s: string @1}}}
patterns:
  feed: {kind: pub-sub, message: M, topic: "m.{s}."}
  work: {kind: push-pull, message: M}
  open: {kind: push-pull, external: true, message: M}
nodes:
`

func TestSocketsMeet(t *testing.T) {
	for name, test := range map[string]struct {
		nodes string
		want  []string
	}{
		"by reference": {`
  a: {sockets: {s: {pub: feed, bind: "tcp://*:1"}}}
  b: {sockets: {s: {sub: feed, connect: a.s}}}`, []string{"a.s -> b.s"}},
		"at a port of this host": {`
  a: {sockets: {s: {pub: feed, bind: "tcp://*:1"}}}
  b: {sockets: {s: {sub: feed, connect: "tcp://localhost:1"}, t: {sub: feed, connect: "tcp://127.0.0.1:1"}}}`, []string{"a.s -> b.s", "a.s -> b.t"}},
		"at a port of another host": {`
  a: {host: A.example., sockets: {s: {pub: feed, bind: "tcp://eth0:1"}}}
  b: {sockets: {s: {sub: feed, connect: "tcp://a.EXAMPLE:1"}}}`, []string{"a.s -> b.s"}},
		"at an address that is bound": {`
  a: {sockets: {s: {pub: feed, bind: "tcp://[fe80::1]:1"}}}
  b: {sockets: {s: {sub: feed, connect: "tcp://[FE80:0::1]:1"}}}`, []string{"a.s -> b.s"}},
		"where one advertises": {`
  a: {sockets: {s: {pub: feed, bind: "tcp://*:*", advertise: "tcp://vip.example:1"}}}
  b: {sockets: {s: {sub: feed, connect: "tcp://vip.example:1"}}}`, []string{"a.s -> b.s"}},
		"within a node": {`
  a: {sockets: {s: {push: work, bind: "inproc://x"}, t: {pull: work, connect: "inproc://x"}}}`, []string{"a.s -> a.t"}},
		"on the same host": {`
  a: {sockets: {s: {push: work, bind: "ipc://x"}}}
  b: {sockets: {s: {pull: work, connect: "ipc://x"}}}
  c: {host: other.example, sockets: {s: {pull: work, connect: "ipc://x"}}}`, []string{"a.s -> b.s", "external ipc.work -> c.s"}},
		"not by the port alone": {`
  a: {host: a.example, sockets: {s: {pub: feed, bind: "tcp://*:1"}}}
  b: {sockets: {s: {sub: feed, connect: "tcp://b.example:1"}}}`, []string{"external b.example.feed -> b.s"}},
		"not if their patterns differ": {`
  a: {sockets: {s: {push: work, bind: "tcp://*:1"}}}
  b: {sockets: {s: {sub: feed, connect: "tcp://127.0.0.1:1"}}}`, []string{"external 127.0.0.1.feed -> b.s"}},
		"those that are in no file": {`
  a: {sockets: {s: {push: open, bind: "tcp://*:1"}, t: {pub: feed, external: true, bind: "tcp://*:2"}, u: {pull: open, bind: "tcp://*:3"}}}`,
			[]string{"a.t -> external external.feed", "a.s -> external external.open", "external external~2.open -> a.u"}},
		"once, though at two endpoints": {`
  a: {sockets: {s: {pub: feed, bind: ["tcp://*:1", "tcp://*:2"]}}}
  b: {sockets: {s: {sub: feed, connect: ["tcp://127.0.0.1:1", a.s, "tcp://127.0.0.1:2"]}}}`, []string{"a.s -> b.s"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, e := range graph.Of(parse(t, head+test.nodes[1:]+"\n")).Edges {
				got = append(got, e.ID())
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestManyThatShareAnEndpointAreNotDrawnByTheSquare would take minutes otherwise.
func TestManyThatShareAnEndpointAreNotDrawnByTheSquare(t *testing.T) {
	var b strings.Builder
	b.WriteString(head)
	const n = 500
	for i := range n {
		fmt.Fprintf(&b, "  a%d: {sockets: {s: {pub: feed, bind: \"tcp://*:*\", advertise: \"tcp://vip.example:1\"}}}\n", i)
		fmt.Fprintf(&b, "  b%d: {sockets: {s: {sub: feed, connect: \"tcp://vip.example:1\"}}}\n", i)
	}
	if edges := len(graph.Of(parse(t, b.String())).Edges); edges < n || edges > 16*n {
		t.Errorf("%d edges", edges)
	}
}

func TestDiffKeepsWhatWasRemoved(t *testing.T) {
	old := graph.Of(parse(t, head+`
  a: {sockets: {s: {pub: feed, bind: "tcp://*:1"}, gone: {pub: feed, bind: "tcp://*:2"}}}
  b: {replicas: 2, sockets: {s: {sub: feed, connect: a.s}}}
  c: {sockets: {s: {sub: feed, connect: a.gone}}}
`))
	new := graph.Of(parse(t, head+`
  a: {sockets: {s: {pub: feed, bind: "tcp://*:1"}, more: {push: work, bind: "tcp://*:3"}}}
  b: {replicas: 3, sockets: {s: {sub: feed, connect: [a.s], subscribe: [m.]}}}
`))
	before := graph.SVG(new, graph.Options{})
	merged, changes := graph.Diff(old, new)
	want := graph.Changes{
		"a.gone": graph.Removed, "a.more": graph.Added, "b": graph.Changed, "b.s": graph.Changed,
		"c": graph.Removed, "c.s": graph.Removed, "a.gone -> c.s": graph.Removed,
	}
	for id, change := range want {
		if changes[id] != change {
			t.Errorf("%s is %q, want %q", id, changes[id], change)
		}
	}
	if len(changes) != len(want) {
		t.Errorf("got %v", changes)
	}
	if len(merged.Nodes) != 3 || len(merged.Nodes[0].Sockets) != 3 || len(merged.Edges) != 2 {
		t.Errorf("merged: %d nodes, %d edges", len(merged.Nodes), len(merged.Edges))
	}
	if !bytes.Equal(before, graph.SVG(new, graph.Options{})) {
		t.Error("Diff changed the graph that it was given")
	}
	if _, changes := graph.Diff(new, new); len(changes) != 0 {
		t.Errorf("of itself: %v", changes)
	}
}

func TestSVGLeadsWhereItIsTold(t *testing.T) {
	g := graph.Of(parse(t, head+`  a: {sockets: {s: {pub: feed, bind: "tcp://*:1"}}}`+"\n"))
	svg := string(graph.SVG(g, graph.Options{IDPrefix: "picture-", Link: func(id string) string { return "#" + id + `"<` }}))
	for _, want := range []string{`<g id="picture-node-a"`, `<g id="picture-socket-a.s"`, `<a href="#a&#34;&lt;">`, `<a href="#a.s&#34;&lt;">`, `role="group" aria-labelledby="picture-graph-title" aria-describedby="picture-graph-desc"`} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s", want)
		}
	}
	checkXML(t, []byte(svg))
}

// checkXML checks that an SVG is well formed, and has no element that could do anything, and no id twice.
func checkXML(t *testing.T, svg []byte) {
	t.Helper()
	ids := map[string]bool{}
	allowed := strings.Fields("svg title desc style rect g text path circle a")
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if !slices.Contains(allowed, start.Name.Local) {
			t.Errorf("element %s", start.Name.Local)
		}
		for _, a := range start.Attr {
			if a.Name.Local == "id" && ids[a.Value] {
				t.Errorf("id %q twice", a.Value)
			}
			ids[a.Value] = ids[a.Value] || a.Name.Local == "id"
			if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "style" {
				t.Errorf("attribute %s", a.Name.Local)
			}
		}
	}
}

func TestMermaidNamesNothingTwice(t *testing.T) {
	out := string(graph.Mermaid(graph.Of(parse(t, head+`
  a: {sockets: {s: {push: work, connect: ["tcp://x-y:1", "tcp://x_y:1", "tcp://x.y:1", "tcp://x_y_2:1", "tcp://x__y:1"]}}}
`)), graph.Options{}))
	seen := map[string]bool{}
	for _, line := range strings.Split(out, "\n") {
		if id, found := strings.CutPrefix(strings.TrimSpace(line), "subgraph "); found {
			id, _, _ = strings.Cut(id, "[")
			if seen[id] || strings.Contains(id, "~") {
				t.Errorf("%s in\n%s", id, out)
			}
			seen[id] = true
		}
	}
	if len(seen) != 6 {
		t.Errorf("%d subgraphs in\n%s", len(seen), out)
	}
}

const hostile = `version: 1
name: t
doc: "]]> <script>alert(1)</script> & \" ' --> \u0007"
messages: {M: {fields: {s: string @1}}}
patterns: {feed: {kind: pub-sub, external: true, message: M, topic: "m.{s}."}}
nodes:
  a:
    doc: "</title><script>alert(1)</script>\n%%{init: {}}%% \u202e"
    sockets:
      s: {pub: feed, doc: "<!--", bind: ["ipc:///tmp/\"<b>&amp;#quot;` + "`" + `|{}[]\\N\\", "ipc:///tmp/é漢字"]}
      t: {sub: feed, connect: "ipc:///tmp/end\"]; subgraph x <img src=x onerror=alert(1)>|\\", subscribe: ["<i>"]}
`

func TestHostileTextsAreOnlyText(t *testing.T) {
	g := graph.Of(parse(t, hostile))
	drawing := graph.SVG(g, graph.Options{})
	checkXML(t, drawing)
	if bytes.ContainsRune(drawing, '\u202e') {
		t.Error("the drawing turns text around")
	}
	out := graph.Mermaid(g, graph.Options{})
	for _, bad := range []string{"<img", "<script", "<b>", "%%{"} {
		if bytes.Contains(out, []byte(bad)) {
			t.Errorf("%s in\n%s", bad, out)
		}
	}
	checkDOT(t, g)
}

// checkDOT lets dot read a graph, if there is one.
func checkDOT(t *testing.T, g *graph.Graph) {
	t.Helper()
	dot, err := exec.LookPath("dot")
	if err != nil {
		t.Skip("needs dot, of Graphviz")
	}
	cmd := exec.Command(dot, "-Tdot")
	cmd.Stdin = bytes.NewReader(graph.DOT(g, graph.Options{}))
	if out, err := cmd.CombinedOutput(); err != nil || bytes.Contains(out, []byte("Warning")) || bytes.Contains(out, []byte("Error")) {
		t.Errorf("%v: %s", err, out)
	}
}

func TestLargeTopologyIsDrawnTheSameTwice(t *testing.T) {
	src := string(large.Topology(500, 1000))
	one, two := graph.Of(parse(t, src)), graph.Of(parse(t, src))
	for name, draw := range map[string]func(*graph.Graph, graph.Options) []byte{"Mermaid": graph.Mermaid, "DOT": graph.DOT, "SVG": graph.SVG} {
		if !bytes.Equal(draw(one, graph.Options{}), draw(two, graph.Options{})) {
			t.Errorf("%s differs", name)
		}
	}
	if len(one.Edges) != 500 {
		t.Errorf("%d edges", len(one.Edges))
	}
}

// FuzzGraph draws whatever the parser lets through, and what changed between it and another.
func FuzzGraph(f *testing.F) {
	f.Add([]byte(hostile))
	f.Add([]byte(head + "  a: {sockets: {s: {push: work, bind: \"inproc://x\"}, t: {pull: work, connect: \"inproc://x\"}}}\n"))
	f.Add(large.Topology(8, 20))
	other := graph.Of(parse(f, string(large.Topology(8, 12))))
	f.Fuzz(func(t *testing.T, src []byte) {
		top, ds := schema.Parse("topology.yaml", src)
		if ds.HasErrors() {
			return
		}
		merged, changes := graph.Diff(other, graph.Of(top))
		o := graph.Options{Changes: changes}
		checkXML(t, graph.SVG(merged, o))
		graph.Mermaid(merged, o)
		graph.DOT(merged, o)
	})
}
