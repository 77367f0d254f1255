package schema

import (
	"math"
	"strings"
)

// This file makes of the tree and the comments of a file what format prints: entries in their order, each with the
// comments that belong to it.

// remark is a comment on a line of its own.
type remark struct {
	text  string
	blank bool // there is an empty line before it
}

// entry is a pair of a mapping or an item of a list.
type entry struct {
	key   *node // nil for an item
	value *node
	lead  []remark    // before it
	blank bool        // there is an empty line between it and what is before it
	note  string      // the comment at the end of its line; "" for none
	body  *collection // of a value that is a mapping or a list

	// How the value of a mapping or a list is printed: in one line, or as a block.
	flow    string
	isBlock bool
}

// collection is a mapping or a list.
type collection struct {
	isList    bool
	flow      bool // in {} or []
	role      role
	entries   []*entry
	foot      []remark // behind the last entry
	commented bool     // there is a comment within, so that it cannot stand on one line
}

// boundary is where what follows a block collection starts: what stands before it, and is indented more, belongs to
// the collection.
type boundary struct {
	line, col int
}

var endOfFile = boundary{math.MaxInt, -1}

// treeBuilder walks the tree in the order of the file, and takes each comment as it comes past it.
type treeBuilder struct {
	lines    []string
	comments []Comment
	next     int  // how many comments were taken
	at       spot // the end of what was walked last
}

// document is a file as it is printed.
type document struct {
	head  []remark // at its top
	blank bool     // there is an empty line behind them
	root  *collection
}

// buildDocument returns the document of a file whose root is a mapping.
func buildDocument(lines []string, comments []Comment, root *node) document {
	b := &treeBuilder{lines: lines, comments: comments, at: spot{1, 0}}
	d := document{head: b.head(root.span.Line)}
	first := root.span.Line
	if b.next < len(comments) {
		first = min(first, comments[b.next].Line)
	}
	d.blank = b.blankBefore(first)
	if root.flow {
		owner := &entry{value: root}
		d.root = b.flow(root, role{object: &topologyKeys}, owner)
		d.root.flow = false
		if owner.note != "" {
			d.head = append(d.head, remark{text: owner.note})
		}
		d.head = append(d.head, owner.lead...)
	} else {
		d.root = b.block(root, role{object: &topologyKeys}, endOfFile)
	}
	for b.next < len(b.comments) {
		d.root.foot = append(d.root.foot, b.take())
	}
	return d
}

// head takes the comments before the first key, at a line. They stay at the top of the file, but for directives
// directly before the key, which are about it.
func (b *treeBuilder) head(line int) []remark {
	head := b.before(line)
	if b.blankBefore(line) {
		return head
	}
	group := len(head) - 1
	for group > 0 && !head[group].blank {
		group--
	}
	for i := max(group, 0); i < len(head); i++ {
		if isDirective(head[i].text) {
			b.next -= len(head) - i
			return head[:i]
		}
	}
	return head
}

// isDirective reports whether a comment says something to zmqgen of the line that it stands at or before.
func isDirective(text string) bool {
	return strings.HasPrefix(strings.TrimLeft(text, "# \t"), "zmqgen:")
}

// block builds a mapping or a list in block style.
func (b *treeBuilder) block(n *node, r role, end boundary) *collection {
	c := &collection{isList: n.kind == sequenceNode, role: r}
	starts := childStarts(n)
	for i := range starts {
		after := end
		if i+1 < len(starts) {
			after = boundary{starts[i+1], n.span.Col - 1}
		}
		e := &entry{}
		if !b.isMissing(n, i) {
			e.lead = b.before(starts[i])
			e.blank = b.blankBefore(starts[i])
		}
		if n.kind == mappingNode {
			e.key, e.value = n.pairs[i].key, n.pairs[i].value
			b.pass(e.key)
			b.value(e, r.child(n.pairs[i]), r.isMapping(n.pairs[i]), after)
		} else {
			e.value = n.items[i]
			b.value(e, role{}, false, after)
		}
		c.entries = append(c.entries, e)
	}
	for b.next < len(b.comments) {
		comment := b.comments[b.next]
		if comment.Line >= end.line || comment.Col < n.span.Col || comment.Col-1 <= end.col {
			break
		}
		c.foot = append(c.foot, b.take())
	}
	c.settle()
	return c
}

// isMissing reports whether nothing stands where child i of n should, so that its place is that of something else.
func (b *treeBuilder) isMissing(n *node, i int) bool {
	if n.kind == mappingNode {
		return n.pairs[i].key.isEmpty()
	}
	return n.items[i].isEmpty()
}

// childStarts returns the lines on which the children of n start.
func childStarts(n *node) []int {
	var starts []int
	for _, p := range n.pairs {
		starts = append(starts, p.key.span.Line)
	}
	for _, item := range n.items {
		starts = append(starts, item.span.Line)
	}
	return starts
}

// value builds the value of e, which is a block collection or ends with its line.
func (b *treeBuilder) value(e *entry, r role, isMapping bool, after boundary) {
	n := e.value
	switch {
	case n.isEmpty():
		if isMapping {
			e.body = &collection{flow: true, role: r}
		}
	case n.kind == scalarNode:
		b.between(e, n.span.Line)
		b.pass(n)
		e.respace(r)
	case n.flow:
		b.between(e, n.span.Line)
		e.body = b.flow(n, r, e)
		e.shorten()
	default:
		if e.key != nil && n.span.Line > b.at.line {
			b.noteOf(e)
		}
		e.body = b.block(n, r, after)
		e.shorten()
		return
	}
	b.noteOf(e)
}

// between takes the comments between a key and its value on a later line.
func (b *treeBuilder) between(e *entry, line int) {
	if e.key == nil || line <= b.at.line {
		return
	}
	b.noteOf(e)
	e.lead = append(e.lead, b.before(line)...)
}

// noteOf takes the comment at the end of a line that has been walked; there are more than one at the ends of a
// value that spans several lines.
func (b *treeBuilder) noteOf(e *entry) {
	for b.next < len(b.comments) && b.comments[b.next].Line <= b.at.line && !b.comments[b.next].Own {
		e.addNote(b.take())
	}
}

// addNote adds a comment that stands at the end of e's line, if there is room, or before e.
func (e *entry) addNote(r remark) {
	if e.note == "" {
		e.note = r.text
		return
	}
	if len(e.lead) == 0 { // the empty line before e is before the comment
		r.blank, e.blank = e.blank, false
	} else {
		r.blank = false
	}
	e.lead = append(e.lead, r)
}

// flow builds a mapping or a list in {} or [], which is the value of owner.
func (b *treeBuilder) flow(n *node, r role, owner *entry) *collection {
	c := &collection{isList: n.kind == sequenceNode, flow: true, role: r}
	taken := b.next
	for i, start := range childStarts(n) {
		e := &entry{}
		if !b.isMissing(n, i) {
			b.within(c, owner, &e.lead, start)
			e.blank = start > b.at.line && b.blankBefore(start)
		}
		child, isMapping := role{}, false
		if n.kind == mappingNode {
			e.key, e.value = n.pairs[i].key, n.pairs[i].value
			b.pass(e.key)
			child, isMapping = r.child(n.pairs[i]), r.isMapping(n.pairs[i])
		} else {
			e.value = n.items[i]
		}
		c.entries = append(c.entries, e)
		switch {
		case e.value.isEmpty():
			if isMapping {
				e.body = &collection{flow: true, role: child}
			}
		case e.value.kind == scalarNode:
			b.within(c, owner, &e.lead, e.value.span.Line)
			b.pass(e.value)
			e.respace(child)
		default:
			b.within(c, owner, &e.lead, e.value.span.Line)
			e.body = b.flow(e.value, child, e)
			e.shorten()
		}
	}
	b.close(c, owner)
	c.commented = b.next > taken
	if len(c.entries) == 0 { // there is no line within to which comments could belong
		owner.lead = append(owner.lead, c.foot...)
		c.foot, c.commented = nil, false
	}
	c.settle()
	return c
}

// within takes the comments of a collection in brackets up to a line: those at the ends of lines belong to the entry
// before, or to the owner of the collection.
func (b *treeBuilder) within(c *collection, owner *entry, lead *[]remark, line int) {
	for b.next < len(b.comments) && b.comments[b.next].Line < line {
		switch own := b.comments[b.next].Own; {
		case own:
			*lead = append(*lead, b.take())
		case len(c.entries) > 0:
			c.entries[len(c.entries)-1].addNote(b.take())
		default:
			owner.addNote(b.take())
		}
	}
}

// close walks to the bracket that ends c, between which and the last scalar there is nothing but commas and comments.
func (b *treeBuilder) close(c *collection, owner *entry) {
	for b.at.line <= len(b.lines) {
		b.within(c, owner, &c.foot, b.at.line)
		text := strings.TrimRight(b.lines[b.at.line-1], " \t")
		if b.next < len(b.comments) && b.comments[b.next].Line == b.at.line {
			text = text[:len(text)-len(b.comments[b.next].Text)]
		}
		if b.at.offset < len(text) {
			if i := strings.IndexAny(text[b.at.offset:], "}]"); i >= 0 {
				b.at.offset += i + 1
				return
			}
		}
		b.at = spot{b.at.line + 1, 0}
	}
}

// pass walks past a scalar.
func (b *treeBuilder) pass(n *node) {
	if n.to.line > 0 {
		b.at = n.to
	}
}

// before takes the comments that stand before a line.
func (b *treeBuilder) before(line int) []remark {
	var taken []remark
	for b.next < len(b.comments) && b.comments[b.next].Line < line {
		taken = append(taken, b.take())
	}
	return taken
}

// take takes the next comment.
func (b *treeBuilder) take() remark {
	c := b.comments[b.next]
	b.next++
	return remark{c.Text, c.Own && b.blankBefore(c.Line)}
}

func (b *treeBuilder) blankBefore(line int) bool {
	return line > 1 && strings.Trim(b.lines[line-2], " \t") == ""
}
