package schema

import "testing"

func TestPathAt(t *testing.T) {
	text := `doc: |
  nodes:
patterns:
  q: {kind: push-pull, messages: {A: {}, B: {}}}
messages:
  A: {fields: {a: string @1, "b\"": {type: string, id: 2}}}
  B:
    fields:
      c: string @1
nodes:
  n:
    sockets:
      s:
        push: q
        bind:
          - tcp://*:5555
          - tcp://*:5556
`
	top, ds := Parse("topology.yaml", []byte(header+text))
	if top != nil || len(ds) != 1 || ds[0].Path != `messages.A.fields."b\""` {
		t.Fatalf("%v", ds)
	}
	root := (&parser{reading: &reading{}, topology: &Topology{}}).treeOf(header + text)
	for _, c := range []struct {
		line, col int
		want      string
	}{
		{1, 1, "version"}, {3, 8, "doc"}, {4, 3, "doc"}, {5, 1, "patterns"}, {6, 3, "patterns.q"}, {6, 6, "patterns.q"},
		{6, 13, "patterns.q.kind"}, {6, 42, "patterns.q.messages.B"}, {8, 19, "messages.A.fields.a"},
		{8, 38, `messages.A.fields."b\"".type`}, {11, 7, "messages.B.fields.c"}, {13, 3, "nodes.n"}, {15, 7, "nodes.n.sockets.s"},
		{18, 13, "nodes.n.sockets.s.bind"}, {19, 13, "nodes.n.sockets.s.bind"}, {99, 1, "nodes.n.sockets.s.bind"}, {0, 0, ""},
	} {
		if got := root.pathAt(Span{c.line, c.col, c.col}); got != c.want {
			t.Errorf("%d:%d is %q, want %q", c.line, c.col, got, c.want)
		}
	}
	if got := (&Topology{}).PathAt(Span{1, 1, 1}); got != "" {
		t.Errorf("nothing has the path %q", got)
	}
}

// treeOf returns the tree of a text without mistakes.
func (p *parser) treeOf(text string) *node {
	p.readLines([]byte(text))
	return p.readTree()
}
