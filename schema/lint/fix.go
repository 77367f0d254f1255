package lint

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zmqgen/zmqgen/schema"
)

// This file makes the changes that cure findings.

// Fix returns src with the fixes of findings in it applied, and the findings whose fixes those are. Each fix is applied as a whole
// or not at all; of those that overlap, the first. What is outside of their edits stays as it is, to the byte. A fix that points at
// places that src does not have is not applied.
func Fix(src []byte, ds schema.Diagnostics) ([]byte, schema.Diagnostics) {
	text := newPlaces(src)
	var all []fix
	for i := range ds {
		if f, ok := text.resolve(&ds[i]); ok {
			all = append(all, f)
		}
	}
	slices.SortStableFunc(all, func(a, b fix) int { return cmp.Compare(a.from, b.from) })

	var edits []change
	var applied schema.Diagnostics
	end := -1
	for _, f := range all {
		if f.from <= end { // two that touch may need each other's text
			continue
		}
		end = f.to
		edits = append(edits, f.changes...)
		applied = append(applied, *f.finding)
	}
	out := make([]byte, 0, len(src))
	at := 0
	for _, e := range edits {
		out = append(append(out, src[at:e.from]...), e.text...)
		at = e.to
	}
	return append(out, src[at:]...), applied
}

// fix is a fix in bytes of the source. All between its first and its last change is its own.
type fix struct {
	finding  *schema.Diagnostic
	from, to int
	changes  []change // in order
}

// change replaces the bytes from from up to to.
type change struct {
	from, to int
	text     string
}

// places finds the bytes of a source by lines and columns.
type places struct {
	src     []byte
	starts  []int         // of each line, and the end of the source
	columns map[int][]int // of lines that were asked for: where each character starts
	newline string
}

func newPlaces(src []byte) *places {
	p := &places{src: src, starts: []int{0}, columns: map[int][]int{}, newline: "\n"}
	for i, c := range src {
		if c == '\n' && i+1 < len(src) {
			p.starts = append(p.starts, i+1)
		}
	}
	p.starts = append(p.starts, len(src))
	if first, _, found := bytes.Cut(src, []byte("\n")); found && bytes.HasSuffix(first, []byte("\r")) {
		p.newline = "\r\n"
	}
	return p
}

// resolve finds the bytes that the fix of a finding changes; ok is false if it has none that can be made.
func (p *places) resolve(d *schema.Diagnostic) (f fix, ok bool) {
	if d.Fix == nil || len(d.Fix.Edits) == 0 {
		return f, false
	}
	f.finding = d
	for _, e := range d.Fix.Edits {
		from, to := p.offset(e.Start), p.offset(e.End)
		if from < 0 || to < from {
			return f, false
		}
		f.changes = append(f.changes, change{from, to, strings.ReplaceAll(e.Text, "\n", p.newline)})
	}
	slices.SortStableFunc(f.changes, func(a, b change) int { return cmp.Compare(a.from, b.from) })
	for i, c := range f.changes[1:] {
		if c.from < f.changes[i].to {
			return f, false
		}
	}
	f.from, f.to = f.changes[0].from, f.changes[len(f.changes)-1].to
	return f, true
}

// offset returns where a position is in the source, or -1 if it has no such place.
func (p *places) offset(at schema.Position) int {
	switch {
	case at.Line < 1 || at.Line > len(p.starts) || at.Col < 1:
		return -1
	case at.Col == 1:
		return p.starts[at.Line-1]
	case at.Line == len(p.starts):
		return -1
	}
	columns := p.line(at.Line)
	if at.Col > len(columns) {
		return -1
	}
	return p.starts[at.Line-1] + columns[at.Col-1]
}

// line returns where each character of a line starts, and where the line ends.
func (p *places) line(number int) []int {
	if known := p.columns[number]; known != nil {
		return known
	}
	text := p.src[p.starts[number-1]:p.starts[number]]
	text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r"))
	var columns []int
	for i := 0; i < len(text); {
		columns = append(columns, i)
		_, size := utf8.DecodeRune(text[i:])
		i += size
	}
	columns = append(columns, len(text))
	p.columns[number] = columns
	return columns
}
