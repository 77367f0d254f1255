package schema

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// This file writes findings as a compiler does: the place and the message, the line, a caret under
// the span, help, and other places.

// maxShown is how many columns of a source line are shown.
const maxShown = 100

// WriteText writes the findings for people. What comes from the file reaches w escaped where it
// could steer a terminal.
func WriteText(w io.Writer, ds Diagnostics) error {
	b := bufio.NewWriter(w)
	for _, d := range ds {
		fmt.Fprintf(b, "%s:%d:%d: %s: %s [%s]\n", visible(d.File), d.Span.Line, d.Span.Col, d.Severity, visible(d.Message), d.Rule)
		if strings.TrimSpace(d.Source) != "" {
			source, caret := underline(d.Source, d.Span)
			fmt.Fprintf(b, "%5d | %s\n", d.Span.Line, source)
			fmt.Fprintf(b, "      | %s\n", caret)
		}
		if d.Help != "" {
			fmt.Fprintf(b, "      help: %s\n", visible(d.Help))
		}
		for _, n := range d.Notes {
			fmt.Fprintf(b, "      %s: %s\n", n.Label, visible(n.Text))
		}
		for _, r := range d.Related {
			place := fmt.Sprintf("%d:%d", r.Span.Line, r.Span.Col)
			if r.File != "" && r.File != d.File {
				place = visible(r.File) + ":" + place
			}
			fmt.Fprintf(b, "      %s at %s\n", visible(r.Message), place)
		}
	}
	return b.Flush()
}

// underline returns a line as it is shown, and the line below it that marks the span.
func underline(source string, span Span) (shown, caret string) {
	var cells []cell
	col, before, marked := 1, 0, 0 // before and marked are columns on the screen
	for _, r := range source {
		c := newCell(r)
		cells = append(cells, c)
		switch {
		case col < span.Col:
			before += c.width
		case col < span.EndCol:
			marked += c.width
		}
		col++
	}

	// Of a long line, the part with the caret is shown.
	line := strings.Builder{}
	if before+marked > maxShown && before > maxShown/3 {
		cut := 0
		for before-cut > maxShown/3 {
			cut += cells[0].width
			cells = cells[1:]
		}
		line.WriteString(ellipsis)
		before -= cut - 1
	}
	room := maxShown
	for _, c := range cells {
		if room -= c.width; room < 0 {
			line.WriteString(ellipsis)
			break
		}
		line.WriteString(c.text)
	}
	marked = max(1, min(marked, maxShown-before))
	return strings.TrimRight(line.String(), " "), strings.Repeat(" ", before) + "^" + strings.Repeat("~", marked-1)
}

const ellipsis = "…"

// cell is a character as it is shown.
type cell struct {
	text  string
	width int
}

const tabWidth = 4

func newCell(r rune) cell {
	switch {
	case r == '\t':
		return cell{strings.Repeat(" ", tabWidth), tabWidth}
	case !unicode.IsPrint(r):
		return cell{escape(r), len(escape(r))}
	case unicode.In(r, unicode.Mn, unicode.Me):
		return cell{string(r), 0}
	case unicode.Is(wide, r):
		return cell{string(r), 2}
	}
	return cell{string(r), 1}
}

// wide holds the characters that take two columns: East Asian ones and most emoji.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x1100, 0x115f, 1}, {0x2e80, 0xa4cf, 1}, {0xac00, 0xd7a3, 1}, {0xf900, 0xfaff, 1}, {0xfe30, 0xfe6f, 1},
		{0xff00, 0xff60, 1}, {0xffe0, 0xffe6, 1},
	},
	R32: []unicode.Range32{{0x1f300, 0x1faff, 1}, {0x20000, 0x3fffd, 1}},
}

// escape writes a character that has no shape of its own.
func escape(r rune) string {
	if r > 0xffff {
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

// visible replaces what could steer a terminal.
func visible(s string) string {
	b := strings.Builder{}
	for _, r := range s {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(escape(r))
		}
	}
	return b.String()
}
