package docs

import (
	"encoding/hex"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// This file makes what a topology says itself fit to be shown: docs as paragraphs, and bytes as text or in hex. A doc may hold
// anything; on a page it is never more than words.

// lineEnds makes one of all line ends that there are, and spaces of tabs.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\t", "    ")

// sheet is a text of several lines without what no page should hold: control characters, and those that make readers see
// another order than there is.
func sheet(s string) string {
	s = lineEnds.Replace(strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Map(func(r rune) rune {
		switch {
		case r != '\n' && unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Bidi_Control, r) || r == '\uFEFF':
			return -1
		}
		return r
	}, s)
}

// line is a text as a single line.
func line(s string) string { return strings.Join(strings.Fields(sheet(s)), " ") }

// paragraphs splits a doc where it has blank lines.
func paragraphs(doc string) []string {
	var out []string
	for _, p := range strings.Split(sheet(doc), "\n\n") {
		if p = strings.Trim(p, "\n"); strings.TrimSpace(p) != "" {
			out = append(out, p)
		}
	}
	return out
}

// lines are those of a doc in a table, without blank ones.
func lines(doc string) []text {
	var out []text
	for _, l := range strings.Split(sheet(doc), "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, words(l))
		}
	}
	return out
}

// clip is a value on one line, which is cut if it is long.
func clip(s string) string {
	const most = 200
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		s = strconv.Quote(s)
	}
	if len(s) <= most {
		return s
	}
	cut := most
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// hexMost is how many bytes of a frame are shown.
const hexMost = 64

// hexShown shows bytes in hex, the first of them if there are many.
func hexShown(b []byte) string {
	shown := b[:min(len(b), hexMost)]
	digits := hex.EncodeToString(shown)
	var out strings.Builder
	for i := 0; i < len(digits); i += 2 {
		if i > 0 {
			out.WriteByte(' ')
		}
		out.WriteString(digits[i : i+2])
	}
	if len(shown) < len(b) {
		out.WriteString(" … " + counted(len(b), "byte"))
	}
	return out.String()
}

// bytesShown shows a frame: as text if it is printable, and in hex.
func bytesShown(b []byte) []text {
	if len(b) == 0 {
		return []text{aside("empty")}
	}
	var out []text
	if s := string(b); len(s) <= 2*hexMost && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		out = append(out, code(s))
	}
	return append(out, text{{Text: hexShown(b), Code: true, Mute: true}})
}
