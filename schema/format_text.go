package schema

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// This file writes scalars as format does: as their author did, with quotes in one style and only where they do something.

// oneLine writes the text of a scalar in one line, within {} or [] if flow is set. It returns false for one that takes
// several lines.
func (w *printer) oneLine(n *node, flow bool) (string, bool) {
	several := n.to.line > n.from.line
	switch {
	case n.style == blockText:
		return "", false
	case n.style == plainText && strings.Contains(n.value, "\n"):
		return "", false
	case n.style == plainText:
		if !flow && !blockPlain(n.value) {
			return quoted(n.value), true
		}
		return n.value, true
	case several && !flow:
		return "", false
	case isWords(n.value, flow):
		return n.value, true
	case several, n.from.line == 0:
		return quoted(n.value), true
	case n.style == singleQuoted && !strings.ContainsAny(n.value, `\"`):
		return `"` + n.value + `"`, true
	}
	return w.lines[n.from.line-1][n.from.offset:n.to.offset], true
}

// keyText writes a key.
func (w *printer) keyText(n *node, flow bool) string {
	if text, ok := w.oneLine(n, flow); ok && text != "" {
		return text
	}
	return quoted(n.value)
}

// blockPlain reports whether what was plain text in {} or [] is plain text outside of them too.
func blockPlain(value string) bool {
	return !strings.HasSuffix(value, ":") && !strings.Contains(value, ": ") && !strings.Contains(value, ":\t")
}

// words are names and sentences, in which quotes do nothing, whoever reads them, unless they are one of notText.
var (
	plainWord = regexp.MustCompile(`^[\pL_][\pL\pN_<>-]*$`)
	sentence  = regexp.MustCompile(`^[\pL_][\pL\pN_ .;()/'+<>@=-]* [\pL\pN_ .;()/'+<>@=-]*[\pL\pN_.;()/'+<>@=-]$`)
	sentences = regexp.MustCompile(`^[\pL_][\pL\pN_ .,;()/'+@=-]* [\pL\pN_ .,;()/'+@=-]*[\pL\pN_.;()/'+@=-]$`)
	notText   = regexp.MustCompile(`^(?i:y|n|yes|no|on|off|true|false|null|nan|inf)$`)
)

// isWords reports whether value needs no quotes, in any YAML. A comma needs them in {} and []; a type with one keeps
// them everywhere, since it may move there. Topics and the like keep them: they are for programs to read.
func isWords(value string, flow bool) bool {
	return (plainWord.MatchString(value) || sentence.MatchString(value) || !flow && sentences.MatchString(value)) &&
		!notText.MatchString(value)
}

// quoted writes any text in double quotes.
func quoted(value string) string {
	b := strings.Builder{}
	b.WriteByte('"')
	for _, r := range value {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ', 0x7f <= r && r <= 0x9f:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r == '\u2028', r == '\u2029', r == '\ufeff', r == 0xfffe, r == 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		case r&0xfffe == 0xfffe:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// brokenLines returns the lines of a scalar that its author broke, without their indentation, which means nothing.
func (w *printer) brokenLines(n *node) []string {
	var lines []string
	for number := n.from.line; number <= n.to.line; number++ {
		text := w.lines[number-1]
		if number == n.to.line {
			text = text[:n.to.offset]
		}
		if number == n.from.line {
			text = text[n.from.offset:]
		}
		text = strings.TrimLeft(text, " \t")
		if number < n.to.line {
			text = trimBreak(text, n.style)
		}
		lines = append(lines, text)
	}
	return lines
}

// trimBreak cuts off the white space at the end of a line, unless a backslash keeps the first of it.
func trimBreak(text string, style scalarStyle) string {
	trimmed := strings.TrimRight(text, " \t")
	slashes := len(trimmed) - len(strings.TrimRight(trimmed, `\`))
	if style == doubleQuoted && slashes%2 == 1 && len(trimmed) < len(text) {
		_, size := utf8.DecodeRuneInString(text[len(trimmed):])
		return text[:len(trimmed)+size]
	}
	return trimmed
}

// blockLines returns the head of a block scalar and its lines without their indentation.
func (w *printer) blockLines(n *node) (head string, lines []string) {
	source := w.lines[n.from.line-1][n.from.offset:]
	if i := strings.IndexAny(source, " \t#"); i >= 0 {
		source = source[:i]
	}
	indent := blockIndent(w.lines, n.from.line, source, n.indent)
	chomp := strings.Trim(source, "|>123456789")
	for _, text := range w.lines[n.from.line:n.to.line] {
		lines = append(lines, text[min(len(text), indent):])
	}
	if chomp != "+" {
		for len(lines) > 0 && lines[len(lines)-1] == "" {
			lines = lines[:len(lines)-1]
		}
	}
	return source[:1] + indicator(lines) + chomp, lines
}

// indicator says by how much a block scalar is indented where its first line does not show it.
func indicator(lines []string) string {
	for _, line := range lines {
		if line != "" {
			if line[0] == ' ' || line[0] == '\t' {
				return "2"
			}
			break
		}
	}
	return ""
}
