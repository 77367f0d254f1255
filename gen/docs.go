package gen

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// This file turns what a topology says about itself into the lines of Go comments. A doc may hold
// anything; in a comment it is never more than words.

// maxColumn is the column that comments are wrapped at.
const maxColumn = 97

// docOf is the comment of a declaration: the name, a colon and the doc as it was written; or, if
// there is no doc, name and fallback.
func docOf(name, doc, fallback string) []string {
	lines := docLines(doc)
	switch {
	case len(lines) == 0:
		return docLines(name + " " + fallback)
	case startsWithWord(lines[0], name):
		return lines
	}
	return docLines(name + ": " + strings.TrimSpace(doc))
}

// with adds a paragraph of ours to a comment.
func with(lines []string, format string, args ...any) []string {
	more := docLines(fmt.Sprintf(format, args...))
	if len(lines) == 0 {
		return more
	}
	return append(append(lines, ""), more...)
}

// deprecated adds the paragraph by which Go's tools know that something is not to be used any more;
// instead says what is. Blank lines would end the paragraph early.
func deprecated(lines []string, instead string) []string {
	if instead == "" {
		return lines
	}
	return with(lines, "Deprecated: %s", strings.Join(strings.Fields(instead), " "))
}

// lineEnds makes one of all line ends that there are, and spaces of tabs.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\t", "    ")

// docLines is the doc as lines, wrapped, without what could hurt: Go refuses NUL and invalid UTF-8
// even in comments, tools take some words for directives, and bidirectional controls make readers
// see what the compiler does not.
func docLines(doc string) []string {
	if doc == "" {
		return nil
	}
	doc = strings.ToValidUTF8(doc, "\uFFFD")
	doc = lineEnds.Replace(doc)
	doc = strings.Map(func(r rune) rune {
		switch {
		case r != '\n' && unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Bidi_Control, r) || r == '\uFEFF':
			return -1
		}
		return r
	}, doc)
	var lines []string
	for _, line := range strings.Split(doc, "\n") {
		line = strings.TrimRightFunc(line, unicode.IsSpace)
		if line == "" && (len(lines) == 0 || lines[len(lines)-1] == "") {
			continue // no blank lines at the start, and no two together
		}
		lines = append(lines, wrap(line, maxColumn-len("// "))...)
	}
	if len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	for i, line := range lines {
		lines[i] = disarm(line)
	}
	return lines
}

// wrap breaks a line at spaces so that no piece is wider than width, if its words allow.
func wrap(line string, width int) []string {
	var lines []string
	for utf8.RuneCountInString(line) > width {
		at := breakAt(line, width)
		if at < 0 {
			break
		}
		lines = append(lines, strings.TrimRight(line[:at], " "))
		line = strings.TrimLeft(line[at:], " ")
	}
	return append(lines, line)
}

// breakAt is the last space between words that is at most width characters in, or else the first one
// behind; -1 if there is none.
func breakAt(line string, width int) int {
	at, column, words := -1, 0, false
	for i, r := range line {
		switch {
		case r != ' ':
			words = true
		case words && (column <= width || at < 0):
			at = i
		}
		if column > width && at >= 0 {
			break
		}
		column++
	}
	return at
}

// disarm puts a backslash before what tools would take for a directive even behind "// ".
func disarm(line string) string {
	words := strings.TrimLeftFunc(line, unicode.IsSpace)
	for _, directive := range []string{"+build", "go:", "nolint", "#nosec"} {
		if strings.HasPrefix(strings.ToLower(words), directive) {
			return line[:len(line)-len(words)] + `\` + words
		}
	}
	return line
}

// startsWithWord reports whether the first word of s is word.
func startsWithWord(s, word string) bool {
	rest, found := strings.CutPrefix(s, word)
	r, _ := utf8.DecodeRuneInString(rest)
	return found && !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_'
}

// all joins a list in English: a, b and c.
func all(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
}

// article is the word's indefinite article, with the word.
func article(word string) string {
	if strings.ContainsRune("AEIOUaeiou", rune((word + " ")[0])) {
		return "an " + word
	}
	return "a " + word
}

// capitalised starts a text with a capital.
func capitalised(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
