// Package tidy lays out generated Go as gofmt does, without parsing it.
package tidy

import (
	"bytes"
	"errors"
	"math"
	"unicode/utf8"
)

// This file indents lines and aligns what stands below each other. What it is given has been rendered by jennifer
// and not been formatted: one statement, field or item a line, with any spaces between tokens. go/format would do the
// same, and take longer than all other work of a run together. Generated code has a small part of the language; what is
// not known here is left to go/format.

var errNotKnown = errors.New("not known")

// bracketKind is what the lines between two brackets are.
type bracketKind byte

const (
	statements bracketKind = iota // in a block
	methods                       // of an interface, or what is embedded in it
	members                       // fields of a struct, each with a name and a type
	constants                     // in const ( … ), each with a name, a type and a value
	variables                     // in var ( … ), each with a name and a type
	items                         // of a composite literal or a call, one a line
)

// bracket is one that is open at the end of a line.
type bracket struct {
	kind bracketKind

	// Of items: the size of the last key, which is 0 for an item of several lines, and of those that are aligned
	// with it the count and the sum of the logarithms of their sizes.
	size   int
	sizes  int
	logSum float64
}

// row is a line that waits to be aligned with its neighbours.
type row struct {
	start, end int    // in layout.cells
	cuts       [2]int // where there the second cell and the third begin; 0 for none
}

// page is one text in the making.
type page struct {
	out   []byte
	open  []bracket
	cells []byte // the text of rows
	rows  []row
	line  line
	more  bool // whether the last line goes on in the next one
	blank bool // whether a blank line stands before the next one
	first bool // whether the next line is the first between its brackets, or of the text
}

// Append appends text, formatted, to into. It reports whether it could; if not, into is as it was.
func Append(into, text []byte) (out []byte, ok bool) {
	p := page{out: into, first: true}
	if err := p.write(text); err != nil {
		return into, false
	}
	return p.out, true
}

func (l *page) write(text []byte) error {
	for len(text) > 0 {
		var raw []byte
		raw, text = cutLine(text)
		if len(raw) == 0 {
			l.blank = true
			continue
		}
		var doc [][]byte
		for bytes.HasPrefix(raw, slashes) {
			doc = append(doc, raw)
			raw, text = cutLine(text)
		}
		if len(doc) > 0 {
			l.comment(doc)
		}
		if err := l.code(raw); err != nil {
			return err
		}
	}
	if len(l.open) > 0 || l.more {
		return errNotKnown
	}
	l.flush()
	return nil
}

var slashes = []byte("//")

// cutLine returns the first line of text, without the spaces around it, and the rest.
func cutLine(text []byte) (first, rest []byte) {
	first, rest, _ = bytes.Cut(text, []byte("\n"))
	return bytes.TrimSpace(first), rest
}

// comment writes the doc of what follows.
func (l *page) comment(doc [][]byte) {
	l.flush()
	l.gap()
	// The lines of a package are formatted twice by go/format: as what jennifer makes, and as a file.
	times := 1
	if len(l.open) == 0 {
		times = 2
	}
	for _, c := range formatDoc(doc, times) {
		l.indent(0)
		l.out = append(append(l.out, c...), '\n')
		l.first = false
	}
}

// gap writes a blank line if there is one, which there is not behind a bracket that opens.
func (l *page) gap() {
	if l.blank && !l.first {
		l.flush()
		l.out = append(l.out, '\n')
	}
	l.blank = false
}

func (l *page) indent(less int) {
	for range len(l.open) - less {
		l.out = append(l.out, '\t')
	}
}

// code writes a line of code.
func (l *page) code(raw []byte) error {
	t := &l.line
	if err := t.scan(raw); err != nil {
		return err
	}
	if n := len(l.open); n > 0 && l.open[n-1].kind == methods {
		t.isFunc = true // what stands behind its parameters is no call
	}
	if t.closes {
		l.flush()
		if len(l.open) == 0 {
			return errNotKnown
		}
		l.open = l.open[:len(l.open)-1]
		l.blank = false
	}
	l.gap()
	l.first = false
	if len(l.rows) == 0 {
		l.cells = l.cells[:0]
	}
	on := 0 // how much further in the line is, since it goes on with the one before
	if l.more {
		on = 1
	}
	l.more = t.goesOn()
	if on > 0 || l.more {
		if n := len(l.open); t.opens > 0 || t.closes || n == 0 || l.open[n-1].kind != statements {
			return errNotKnown
		}
	}
	start := len(l.cells)
	var err error
	if l.cells, err = t.write(l.cells); err != nil {
		return err
	}
	r := row{start: start, end: len(l.cells)}
	if n := len(l.open); n > 0 && !t.closes {
		l.cut(&l.open[n-1], &r)
	}
	if r.cuts[0] > 0 && t.opens == 0 {
		l.rows = append(l.rows, r)
		return nil
	}
	line := l.cells[start:]
	l.cells = l.cells[:start]
	l.flush()
	less := 0
	if t.isCase {
		less = 1
	}
	if len(l.open) < less {
		return errNotKnown
	}
	l.indent(less - on)
	l.out = append(append(l.out, line...), '\n')
	if t.opens > 0 {
		l.open = append(l.open, bracket{kind: t.kindOfOpen()})
		l.first = true
	}
	return nil
}

// cut finds the cells of a row within a bracket.
func (l *page) cut(in *bracket, r *row) {
	t := &l.line
	at := func(token int) int { return r.start + t.tokens[token].at }
	switch in.kind {
	case members, variables:
		if len(t.tokens) > 1 && t.tokens[0].kind == word && t.tokens[1].kind != '.' {
			r.cuts[0] = at(1)
			if t.comment > 0 {
				r.cuts[1] = r.start + t.comment
			}
		}
	case constants:
		if len(t.tokens) > 3 && t.assign > 1 {
			r.cuts = [2]int{at(1), at(t.assign)}
		}
	case items:
		size := 0
		if t.opens == 0 {
			size = t.tokens[len(t.tokens)-1].at
			if t.colon > 0 && t.colon+1 < len(t.tokens) {
				size = t.tokens[t.colon].at
				r.cuts[0] = at(t.colon + 1)
			}
		}
		if !in.aligns(size) {
			l.flush()
		}
	}
}

// aligns reports whether an item whose key has that size, in bytes, is aligned with the one before it,
// which gofmt decides so: small keys are, large ones if they do not differ too much from those that they would be
// aligned with.
func (in *bracket) aligns(size int) bool {
	last := in.size
	in.size = size
	yes := false
	if last > 0 && size > 0 {
		const small, far = 40, 2.5
		if in.sizes == 0 || last <= small && size <= small {
			yes = true
		} else {
			ratio := float64(size) / math.Exp(in.logSum/float64(in.sizes))
			yes = far*ratio > 1 && far > ratio
		}
	}
	if !yes {
		in.logSum, in.sizes = 0, 0
	}
	if size > 0 {
		in.logSum += math.Log(float64(size))
		in.sizes++
	}
	return yes
}

// flush writes the rows that are waiting, with each cell as wide as the widest of those directly above and
// below it.
func (l *page) flush() {
	rows := l.rows
	for len(rows) > 0 {
		n := 1 // rows with as many cells
		for n < len(rows) && (rows[n].cuts[1] > 0) == (rows[0].cuts[1] > 0) {
			n++
		}
		// The first cells are one column in all rows.
		l.align(rows[:n], l.width(l.rows, 0))
		rows = rows[n:]
	}
	l.rows = l.rows[:0]
}

// width is that of the widest cell of a column.
func (l *page) width(rows []row, column int) int {
	width := 0
	for _, r := range rows {
		width = max(width, utf8.RuneCount(l.cell(r, column)))
	}
	return width
}

// cell is the text of a cell without the space behind it.
func (l *page) cell(r row, column int) []byte {
	start, end := r.start, r.end
	if column > 0 {
		start = r.cuts[column-1]
	}
	if column < 2 && r.cuts[column] > 0 {
		end = r.cuts[column]
	}
	return bytes.TrimRight(l.cells[start:end], " ")
}

func (l *page) align(rows []row, first int) {
	second := 0
	if rows[0].cuts[1] > 0 {
		second = l.width(rows, 1)
	}
	for _, r := range rows {
		l.indent(0)
		l.pad(l.cell(r, 0), first)
		if r.cuts[1] > 0 {
			l.pad(l.cell(r, 1), second)
			l.out = append(l.out, l.cell(r, 2)...)
		} else {
			l.out = append(l.out, l.cell(r, 1)...)
		}
		l.out = append(l.out, '\n')
	}
}

// pad writes a cell and the space behind it.
func (l *page) pad(cell []byte, width int) {
	l.out = append(l.out, cell...)
	for range width - utf8.RuneCount(cell) + 1 {
		l.out = append(l.out, ' ')
	}
}
