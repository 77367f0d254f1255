package schema

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// This file prints a document.

const (
	maxWidth   = 120 // of a line with {} or [], in characters
	indentStep = 2
)

// printer collects the lines of a formatted file.
type printer struct {
	lines  []string // of the source
	out    []printedLine
	prefix string // what stands before the next line, instead of its indentation
	// kept is set behind a block scalar of which every line feed counts, so that none may be added.
	kept bool
}

// printedLine is a line with the comment at its end.
type printedLine struct {
	text, note string
}

// printDocument returns the text of a file.
func printDocument(lines []string, d document) []byte {
	w := &printer{lines: lines}
	for i, r := range d.head {
		w.remark(0, r, i > 0)
	}
	if d.blank && len(d.head) > 0 {
		w.blank()
	}
	if len(d.root.entries) == 0 {
		w.line(0, "{}", "")
	}
	w.arrange(d.root, 0)
	w.collection(d.root, 0)
	return w.bytes()
}

func (w *printer) line(indent int, text, note string) {
	switch {
	case text == "":
		text = strings.TrimRight(w.prefix, " ")
	case w.prefix == "":
		text = strings.Repeat(" ", indent) + text
	default:
		text = w.prefix + text
	}
	w.out = append(w.out, printedLine{text, note})
	w.prefix = ""
	w.kept = false
}

// blank adds an empty line, unless there is one.
func (w *printer) blank() {
	if n := len(w.out); n > 0 && w.out[n-1] != (printedLine{}) && !w.kept {
		w.out = append(w.out, printedLine{})
	}
}

func (w *printer) remark(indent int, r remark, mayBlank bool) {
	if r.blank && mayBlank {
		w.blank()
	}
	w.line(indent, r.text, "")
}

// arrange decides which values are printed as blocks. In a block, the first line of an item has no room for comments
// of what is in it: they stand before it.
func (w *printer) arrange(c *collection, indent int) {
	for _, e := range c.entries {
		e.flow, e.isBlock = w.layout(e, indent)
		if !e.isBlock {
			continue
		}
		w.arrange(e.body, indent+indentStep)
		if e.key != nil {
			continue
		}
		if e.note != "" {
			e.addNote(remark{text: e.note})
			e.note = ""
		}
		first := e.body.entries[0]
		e.lead = append(e.lead, first.lead...)
		first.lead = nil
	}
}

// collection prints the entries of c, each on lines of its own.
func (w *printer) collection(c *collection, indent int) {
	spaced := c.role.spaced()
	wasBlock := false
	for i, e := range c.entries {
		apart := i > 0 && spaced && (e.isBlock || wasBlock)
		wasBlock = e.isBlock
		for j, r := range e.lead {
			r.blank = r.blank || j == 0 && apart
			w.remark(indent, r, i > 0 || j > 0)
		}
		if (e.blank || apart && len(e.lead) == 0) && (i > 0 || len(e.lead) > 0) {
			w.blank()
		}
		w.entry(e, indent)
	}
	for _, r := range c.foot {
		w.remark(indent, r, true)
	}
}

// layout decides how the value of e is printed if it is a mapping or a list: as flow, or as a block.
func (w *printer) layout(e *entry, indent int) (flow string, isBlock bool) {
	if e.body == nil {
		return "", false
	}
	if len(e.body.entries) == 0 {
		return e.body.brackets(), false
	}
	if !e.body.flow {
		return "", true
	}
	room := maxWidth - indent - len("- ")
	if e.key != nil {
		room = maxWidth - indent - utf8.RuneCountInString(w.keyText(e.key, false)) - len(": ")
	}
	if e.hasDirective() { // which is about all that is on this line
		room = MaxSourceSize
	}
	flow, fits := w.flow(e.body, room)
	return flow, !fits
}

// hasDirective reports whether a directive stands at the end of e's line, or directly before it.
func (e *entry) hasDirective() bool {
	if isDirective(e.note) {
		return true
	}
	if e.blank {
		return false
	}
	for i := len(e.lead) - 1; i >= 0; i-- {
		if isDirective(e.lead[i].text) {
			return true
		}
		if e.lead[i].blank {
			break
		}
	}
	return false
}

// flow writes c in one line of at most room characters, if that is possible.
func (w *printer) flow(c *collection, room int) (string, bool) {
	b := strings.Builder{}
	fits := w.writeFlow(&b, c, room*utf8.UTFMax)
	return b.String(), fits && utf8.RuneCountInString(b.String()) <= room
}

// writeFlow gives up once b has more than most bytes, so that trying takes no longer than a line is long.
func (w *printer) writeFlow(b *strings.Builder, c *collection, most int) bool {
	if c.commented {
		return false
	}
	b.WriteString(c.brackets()[:1])
	for i, e := range c.entries {
		if i > 0 {
			b.WriteString(", ")
		}
		if e.key != nil {
			if b.Len()+len(e.key.value) > most {
				return false
			}
			b.WriteString(w.keyText(e.key, true) + ": ")
		}
		switch {
		case e.body != nil:
			if !w.writeFlow(b, e.body, most) {
				return false
			}
			continue
		case e.value.isEmpty() || b.Len()+len(e.value.value) > most:
			return false
		}
		text, ok := w.oneLine(e.value, true)
		if !ok || b.Len()+len(text) > most {
			return false
		}
		b.WriteString(text)
	}
	b.WriteString(c.brackets()[1:])
	return b.Len() <= most
}

func (c *collection) brackets() string {
	if c.isList {
		return "[]"
	}
	return "{}"
}

func (w *printer) entry(e *entry, indent int) {
	head := ""
	if e.key != nil {
		head = w.keyText(e.key, false) + ":"
	} else {
		if w.prefix == "" {
			w.prefix = strings.Repeat(" ", indent)
		}
		w.prefix += "- "
	}
	switch {
	case e.isBlock:
		if e.key != nil {
			w.line(indent, head, e.note)
		}
		w.collection(e.body, indent+indentStep)
	case e.body != nil:
		w.line(indent, join(head, e.flow), e.note)
	case e.value.isEmpty():
		w.line(indent, head, e.note)
	default:
		w.scalar(e, head, indent)
	}
}

func join(head, value string) string {
	if head == "" {
		return value
	}
	return head + " " + value
}

// scalar prints e, whose value is text.
func (w *printer) scalar(e *entry, head string, indent int) {
	n := e.value
	inner := strings.Repeat(" ", indent+indentStep)
	if n.style == blockText {
		blockHead, lines := w.blockLines(n)
		w.line(indent, join(head, blockHead), e.note)
		for _, text := range lines {
			if text != "" {
				text = inner + text
			}
			w.out = append(w.out, printedLine{text: text})
		}
		w.kept = strings.HasSuffix(blockHead, "+")
		return
	}
	if n.to.line == n.from.line {
		text, _ := w.oneLine(n, false)
		w.line(indent, join(head, text), e.note)
		return
	}
	lines := w.brokenLines(n)
	w.line(indent, join(head, lines[0]), "")
	for _, text := range lines[1:] {
		if text != "" {
			text = inner + text
		}
		w.out = append(w.out, printedLine{text: text})
	}
	w.out[len(w.out)-1].note = e.note
}

// bytes returns the lines, with the comments at their ends below each other where lines that have one follow.
func (w *printer) bytes() []byte {
	var b bytes.Buffer
	for start := 0; start < len(w.out); {
		end := start + 1
		for w.out[start].note != "" && end < len(w.out) && w.out[end].note != "" {
			end++
		}
		writeRun(&b, w.out[start:end])
		start = end
	}
	return b.Bytes()
}

// writeRun writes lines. One that is too long does not move the comments of the others.
func writeRun(b *bytes.Buffer, run []printedLine) {
	widths := make([]int, len(run))
	column := 0
	for i, line := range run {
		widths[i] = utf8.RuneCountInString(line.text)
		if widths[i] <= maxWidth {
			column = max(column, widths[i])
		}
	}
	for i, line := range run {
		b.WriteString(line.text)
		if line.note != "" {
			b.WriteString(strings.Repeat(" ", max(column-widths[i], 0)+2))
			b.WriteString(line.note)
		}
		b.WriteByte('\n')
	}
}
