package schema

import (
	"strings"
	"unicode/utf8"
)

// This file is the tree that YAML is read into: scalars as text, each node with its place.

type nodeKind uint8

const (
	scalarNode nodeKind = iota
	mappingNode
	sequenceNode
	refusedNode // already reported: whoever meets it stays silent
)

// scalarStyle is how the file writes a scalar.
type scalarStyle uint8

const (
	plainText scalarStyle = iota
	singleQuoted
	doubleQuoted
	blockText // after | or >
)

// node is a value of the file.
type node struct {
	kind  nodeKind
	span  Span
	value string // of a scalar, as text: never null, a number or a boolean
	style scalarStyle
	plain bool // the style is plainText
	// from and to are where the scalar starts and ends, with its quotes; the same place for nothing.
	from, to spot
	indent   int // of the block collection that a scalar stands in, in columns from 0; -1 for none
	// textCol is the column of value's first character if value stands in the file as it is, on one
	// line, so that its parts can be pointed at; else 0.
	textCol int
	pairs   []pair
	items   []*node
	// partial is set on a mapping that lost pairs whose keys were refused.
	partial bool
}

// pair is a key of a mapping with its value. Keys are unique.
type pair struct {
	key   *node // always a scalar
	value *node
}

func (n *node) text() Text { return Text{Value: n.value, Span: n.span} }

// pair returns the pair of a key of a mapping, or nil.
func (n *node) pair(key string) *pair {
	for i := range n.pairs {
		if n.pairs[i].key.value == key {
			return &n.pairs[i]
		}
	}
	return nil
}

// isEmpty reports whether nothing stands where the value should.
func (n *node) isEmpty() bool { return n.kind == scalarNode && n.plain && n.value == "" }

// part returns the place of n.value[from:to], or of the whole where the file spells it differently.
func (n *node) part(from, to int) Span {
	if n.textCol == 0 {
		return n.span
	}
	start := n.textCol + utf8.RuneCountInString(n.value[:from])
	return Span{n.span.Line, start, start + utf8.RuneCountInString(n.value[from:to])}
}

// describe says what n is, for messages.
func (n *node) describe() string {
	switch n.kind {
	case mappingNode:
		return "a mapping"
	case sequenceNode:
		return "a list"
	}
	if n.isEmpty() {
		return "nothing"
	}
	return "text"
}

// cursor walks the lines forward, so that finding the ends of all nodes takes time linear in the
// size of the file even if it is one long line.
type cursor struct {
	lines     []string
	line, col int // counted from 1
	offset    int // of col in the line, in bytes
}

// seek moves to a place, or to the nearest one that exists, and returns the rest of its line.
func (c *cursor) seek(line, col int) string {
	line = min(max(line, 1), len(c.lines))
	if line != c.line || col < c.col {
		c.line, c.col, c.offset = line, 1, 0
	}
	text := c.lines[line-1]
	for c.col < col && c.offset < len(text) {
		_, size := utf8.DecodeRuneInString(text[c.offset:])
		c.offset += size
		c.col++
	}
	return text[c.offset:]
}

// scalarSpan finds the end of the scalar that starts at the cursor, of which rest is the text; for
// one of several lines, the end of its first. The second result is node.textCol.
func (c *cursor) scalarSpan(rest, value string) (Span, int) {
	length, lead := 0, 0
	switch {
	case rest == "":
	case rest[0] == '"' || rest[0] == '\'':
		length = quotedLength(rest)
		if length >= 2 && rest[1:length-1] == value {
			lead = 1
		}
	case rest[0] == '|' || rest[0] == '>':
		length = len(strings.TrimRight(rest, " \t"))
		if i := strings.IndexAny(rest, " \t"); i >= 0 {
			length = i
		}
		value = "" // stands on the lines that follow
	case strings.HasPrefix(rest, value):
		length = len(value)
	default: // the first line of several
		length = len(strings.TrimRight(rest, " \t"))
		value = ""
	}
	span := Span{c.line, c.col, c.col + utf8.RuneCountInString(rest[:length])}
	if value == "" || (lead == 0 && length != len(value)) {
		return span, 0
	}
	return span, c.col + lead
}

// quotedLength returns the length of the quoted text that s starts with, up to the closing quote
// or to the end of the line.
func quotedLength(s string) int {
	quote := s[0]
	for i := 1; i < len(s); i++ {
		switch {
		case quote == '"' && s[i] == '\\':
			i++
		case quote == '\'' && s[i] == quote && i+1 < len(s) && s[i+1] == quote:
			i++
		case s[i] == quote:
			return i + 1
		}
	}
	return len(s)
}

// flowSpan returns the place of a {} or [] that started at start and whose last child, if there is
// one, ended at end: all of it if it is on one line, else its bracket.
func (c *cursor) flowSpan(start Span, end Span) Span {
	if end.Line != start.Line {
		return start
	}
	rest := c.seek(end.Line, end.EndCol)
	col := c.col
	trimmed := strings.TrimLeft(rest, " \t,")
	if trimmed != "" && (trimmed[0] == '}' || trimmed[0] == ']') {
		col += len(rest) - len(trimmed) + 1 // all ASCII
	}
	return Span{start.Line, start.Col, max(col, start.EndCol)}
}
