package schema

import (
	"strings"
	"unicode/utf8"
)

// This file finds the comments of a file. Between two scalars there is only white space, brackets and the like, so
// that a # there begins a comment; all depends on where each scalar ends, which yaml.v3 does not tell.

// Comment is a comment of the file.
type Comment struct {
	Line, Col int    // of its #, in characters from 1
	Text      string // from its # on, without white space at the end
	Own       bool   // nothing else stands on its line
}

// spot is a place in the lines of a file.
type spot struct {
	line   int // from 1
	offset int // in bytes from 0
}

// commentReader walks the lines from scalar to scalar.
type commentReader struct {
	lines    []string
	at       spot // what is before has been searched
	comments []Comment
	// lost is set if the text of a scalar was not found where it should be: then nothing is said of comments.
	lost bool
}

// passScalar finds the comments before the scalar n, which starts at start in a block collection that is indented by
// indent, -1 for none, and the end of n, to go on from there.
func (r *commentReader) passScalar(n *node, start spot, indent int) {
	r.search(start)
	end, ok := start, true
	switch n.style {
	case doubleQuoted:
		end, ok = r.quotedEnd(start, '"')
	case singleQuoted:
		end, ok = r.quotedEnd(start, '\'')
	case blockText:
		end = r.blockEnd(start, indent)
	default:
		end, ok = r.plainEnd(start, n.value)
	}
	r.lost = r.lost || !ok
	r.at = end
	n.from, n.to, n.indent = start, end, indent
}

// finish finds the comments behind the last scalar.
func (r *commentReader) finish() []Comment {
	r.search(spot{len(r.lines) + 1, 0})
	if r.lost {
		return nil
	}
	return r.comments
}

// search finds the comments from r.at up to a place.
func (r *commentReader) search(to spot) {
	for ; r.at.line < to.line; r.at = (spot{r.at.line + 1, 0}) {
		r.searchLine(len(r.lines[r.at.line-1]))
	}
	if to.line <= len(r.lines) && r.at.offset < to.offset {
		r.searchLine(to.offset)
		r.at = to
	}
}

// searchLine finds the comment of a line, which is all that follows its #.
func (r *commentReader) searchLine(to int) {
	text := r.lines[r.at.line-1]
	i := strings.IndexByte(text[r.at.offset:max(to, r.at.offset)], '#')
	if i < 0 {
		return
	}
	i += r.at.offset
	if to < len(text) { // a scalar starts within what would be a comment
		r.lost = true
		return
	}
	r.comments = append(r.comments, Comment{
		Line: r.at.line,
		Col:  1 + utf8.RuneCountInString(text[:i]),
		Text: strings.TrimRight(text[i:], " \t"),
		Own:  strings.Trim(text[:i], " \t") == "",
	})
}

// quotedEnd returns the place behind the quote that ends the text that starts at start.
func (r *commentReader) quotedEnd(start spot, quote byte) (spot, bool) {
	text := r.lines[start.line-1]
	if start.offset >= len(text) || text[start.offset] != quote {
		return start, false
	}
	i := start.offset + 1
	for line := start.line; line <= len(r.lines); line++ {
		text = r.lines[line-1]
		for ; i < len(text); i++ {
			switch {
			case quote == '"' && text[i] == '\\':
				i++ // at the end of a line it escapes the break
			case text[i] != quote:
			case quote == '\'' && i+1 < len(text) && text[i+1] == quote:
				i++
			default:
				return spot{line, i + 1}, true
			}
		}
		i = 0
	}
	return start, false
}

// plainEnd returns the place behind the plain text that starts at start and that YAML reads as value. Its lines are
// folded in value: a break is a space, and n+1 breaks are n line feeds.
func (r *commentReader) plainEnd(start spot, value string) (spot, bool) {
	if value == "" {
		return start, true
	}
	at := start
	for {
		rest := strings.TrimRight(r.lines[at.line-1][at.offset:], " \t")
		if strings.HasPrefix(rest, value) {
			return spot{at.line, at.offset + len(value)}, true
		}
		if rest == "" || !strings.HasPrefix(value, rest) {
			return start, false
		}
		value = value[len(rest):]
		breaks := len(value) - len(strings.TrimLeft(value, "\n"))
		if breaks > 0 {
			value = value[breaks:]
		} else {
			value = strings.TrimPrefix(value, " ")
		}
		at.line += breaks + 1
		if at.line > len(r.lines) {
			return start, false
		}
		text := r.lines[at.line-1]
		at.offset = len(text) - len(strings.TrimLeft(text, " \t"))
	}
}

// blockEnd returns the place behind the last line of the block scalar whose | or > is at start. A comment may stand
// behind the latter.
func (r *commentReader) blockEnd(start spot, indent int) spot {
	head := r.lines[start.line-1][start.offset:]
	if i := strings.IndexAny(head, " \t#"); i >= 0 {
		head = head[:i]
	}
	r.at = spot{start.line, start.offset + len(head)}
	r.search(spot{start.line + 1, 0})

	content := r.blockIndent(start.line, head, indent)
	end := spot{start.line, len(r.lines[start.line-1])}
	for line := start.line + 1; line <= len(r.lines); line++ {
		text := r.lines[line-1]
		spaces := len(text) - len(strings.TrimLeft(text, " "))
		if spaces < content && spaces < len(text) {
			break
		}
		end = spot{line, len(text)}
	}
	return end
}

// blockIndent returns by how many spaces the text of a block scalar is indented: by what its head says, or as its
// first line that is not empty.
func (r *commentReader) blockIndent(line int, head string, indent int) int {
	if i := strings.IndexAny(head, "123456789"); i >= 0 {
		return max(indent, 0) + int(head[i]-'0')
	}
	content := max(indent+1, 1)
	for ; line < len(r.lines); line++ {
		text := r.lines[line]
		spaces := len(text) - len(strings.TrimLeft(text, " "))
		content = max(content, spaces)
		if spaces < len(text) {
			break
		}
	}
	return content
}
