package schema

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// treeOf returns the tree of a text, or nil if something is wrong with it as YAML.
func treeOf(src []byte) (*parser, *node) {
	p := newReading(nil).begin(File{Name: "topology.yaml"})
	if !p.readLines(src) {
		return p, nil
	}
	root := p.readTree()
	if len(p.findings) > 0 {
		return p, nil
	}
	return p, root
}

func TestComments(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string // line:column, "own" or "end", and the text
	}{
		{"none", "a: b\n", nil},
		{"own lines", "# one\n  #two\na: b\n # three  \n", []string{"1:1 own # one", "2:3 own #two", "4:2 own # three"}},
		{"ends of lines", "a: # x\n  b: c # y\n  d: [e, f] # z", []string{"1:4 end # x", "2:8 end # y", "3:13 end # z"}},
		{"within plain text", "a: b#c #d\ne: f:#g\nh: i#\n", []string{"1:8 end #d"}},
		{"in plain text of several lines", "a: b c\n  d#e\n\n  f # g\n", []string{"4:5 end # g"}},
		{"in single quotes", "a: 'b # c '' # d' # e\nf: 'g\n  # h' # i\n", []string{"1:19 end # e", "3:8 end # i"}},
		{"in double quotes", `a: "b # \" # \\" # c` + "\nd: \"e\n # f\\\n # g\" # h\n", []string{"1:18 end # c", "4:7 end # h"}},
		{"in keys", "\"a # b\": c # d\n'e # f': g\nh#i: j\n", []string{"1:12 end # d"}},
		{"in literal text", "a: |\n  # b\n  c # d\n\n # e\nf: g\n", []string{"5:2 own # e"}},
		{"in folded text", "a: >-\n\n    # b\n  # c\nd: e\n", []string{"4:3 own # c"}},
		{"behind the head of a block", "a: | # b\n  c # d\n", []string{"1:6 end # b"}},
		{"with an indentation given", "a:\n  b: |1\n     c\n   # d\n  # e\n", []string{"5:3 own # e"}},
		{"behind a block in a list", "a:\n- |\n  # b\n# c\n- d # e\n", []string{"4:1 own # c", "5:5 end # e"}},
		{"behind an empty block", "a: |\n# b\nc: d\n", []string{"2:1 own # b"}},
		{"at the end of a block", "a:\n  b: |\n    c\n\n  # d\n", []string{"5:3 own # d"}},
		{"in flow style", "a: { # b\n  c: d, # e\n  # f\n  g: [h, # i\n  j], k: 'l # m' } # n\n",
			[]string{"1:6 end # b", "2:9 end # e", "3:3 own # f", "4:10 end # i", "5:20 end # n"}},
		{"characters", "ä: ö # ü\n", []string{"1:6 end # ü"}},
		{"questions", "a: {b: c? # d?\n}\n", []string{"1:11 end # d?"}},
		{"around documents", "# a\n---\n# b\nc: d # e\n# f\n...\n# g\n",
			[]string{"1:1 own # a", "3:1 own # b", "4:6 end # e", "5:1 own # f", "7:1 own # g"}},
		{"without a value", "a: # b\nc:\n# d\ne:\n", []string{"1:4 end # b", "3:1 own # d"}},
		{"line ends", "a: b # c\r\n# d\r\n", []string{"1:6 end # c", "2:1 own # d"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, root := treeOf([]byte(test.text))
			if root == nil {
				t.Fatal("no tree")
			}
			var got []string
			for _, c := range p.topology.Comments {
				kind := "end"
				if c.Own {
					kind = "own"
				}
				got = append(got, fmt.Sprintf("%d:%d %s %s", c.Line, c.Col, kind, c.Text))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestCommentsOfTopology sees that whoever parses a topology gets its comments.
func TestCommentsOfTopology(t *testing.T) {
	top, ds := Parse("topology.yaml", []byte("# First.\nversion: 1\nname: m # Second.\n"))
	want := []Comment{{Line: 1, Col: 1, Text: "# First.", Own: true}, {Line: 3, Col: 9, Text: "# Second."}}
	if top == nil || !slices.Equal(top.Comments, want) {
		t.Errorf("%+v, %v", top, ds)
	}
}

// FuzzComments holds what is found to YAML: with other words in the comments the text has the same tree, and the
// places between which no comment was looked for hold all of each scalar.
func FuzzComments(f *testing.F) {
	example, err := os.ReadFile("../examples/topology.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(example)
	for _, s := range []string{
		"a: 'b # c '' # d' # e\nf: \"g\n # h\\\n # i\" # j\n", "a:\n- |2-\n   # b\n\n # c\n# d\n- >+ # e\n  f\n\n g\n# h\n",
		"{a: b c\n  d # e\n, # f\n 'g': [h#i, # j\n]}\n", "? a # b\n: c\n? |\n d\n# e\n: f\n", "--- # a\nb: c\n... # d\n",
		"a: b\n\n\n  c\n  #d\n", "a: \"b\\\n\n  \\\n  c \\\n d\"\n", "- - |\n   a\n  - b\n - >\n\n    c\n   d\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		p, root := treeOf(src)
		if root == nil {
			return
		}
		lines := slices.Clone(p.lines)
		for _, c := range p.topology.Comments {
			text := []rune(lines[c.Line-1])
			if !strings.HasPrefix(string(text[c.Col-1:]), c.Text) || !strings.HasPrefix(c.Text, "#") {
				t.Fatalf("no %+v in %q", c, string(text))
			}
			lines[c.Line-1] = string(text[:c.Col-1]) + "#: {["
		}
		q, again := treeOf([]byte(strings.Join(lines, "\n") + "\n"))
		if again == nil {
			t.Fatalf("with other comments: %v", q.findings[0])
		}
		if len(q.topology.Comments) != len(p.topology.Comments) {
			t.Errorf("%d comments, then %d", len(p.topology.Comments), len(q.topology.Comments))
		}
		compareTrees(t, root, again)
		checkExtents(t, p.lines, root)
	})
}

func compareTrees(t *testing.T, a, b *node) {
	if a.kind != b.kind || a.value != b.value || a.style != b.style || len(a.pairs) != len(b.pairs) || len(a.items) != len(b.items) {
		t.Fatalf("%+v became %+v", a, b)
	}
	for i := range a.pairs {
		compareTrees(t, a.pairs[i].key, b.pairs[i].key)
		compareTrees(t, a.pairs[i].value, b.pairs[i].value)
	}
	for i := range a.items {
		compareTrees(t, a.items[i], b.items[i])
	}
}

// checkExtents reads each quoted or block scalar anew from its place alone.
func checkExtents(t *testing.T, lines []string, n *node) {
	for _, p := range n.pairs {
		checkExtents(t, lines, p.key)
		checkExtents(t, lines, p.value)
	}
	for _, item := range n.items {
		checkExtents(t, lines, item)
	}
	if n.kind != scalarNode || n.plain { // plain text was found by its value
		return
	}
	var text []string
	for line := n.from.line; line <= n.to.line; line++ {
		s := lines[line-1]
		if line == n.to.line {
			s = s[:n.to.offset]
		}
		if line == n.from.line {
			s = s[n.from.offset:]
		} else if n.style != blockText {
			s = " " + s // one that is not indented might be read as the end of a document
		}
		text = append(text, s)
	}
	if n.style == blockText {
		// In a mapping as deep as it was, or its indentation would mean something else.
		depth := strings.Repeat(" ", max(n.indent, 0))
		text[0] = depth + "k: " + text[0]
		text = append(text, depth+"end: x")
	}
	q, again := treeOf([]byte(strings.Join(text, "\n")))
	if again == nil {
		t.Fatalf("%q of %q: %v", text, n.value, q.findings[0])
	}
	if n.style == blockText {
		again = again.pairs[0].value
	}
	if again.value != n.value {
		t.Errorf("%s is %s", strconv.Quote(strings.Join(text, "\n")), strconv.Quote(n.value))
	}
}
