package report

import (
	"strings"
	"unicode"

	"github.com/zmqgen/zmqgen/schema"
)

// This file shows a line of a topology with a mark below a part of it, as wide as it is on a screen.

// maxShown is how many columns of a source line are shown.
const maxShown = 100

// underline returns a line as it is shown, and the line below it that marks the span: the blanks before the mark, and the mark.
func underline(source string, span schema.Span) (shown, blanks, caret string) {
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
	return strings.TrimRight(line.String(), " "), strings.Repeat(" ", before), "^" + strings.Repeat("~", marked-1)
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
