package schema

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// This file turns the bytes of a file into lines, and refuses what is no text before YAML sees it.

// MaxSourceSize is how many bytes a file may have.
const MaxSourceSize = 1 << 20

const maxDepth = 64

// readLines splits src into lines without their ends. It reports what makes src unreadable, and
// returns false then; the lines are good for carets all the same.
func (p *parser) readLines(src []byte) bool {
	start := Span{1, 1, 1}
	switch {
	case len(src) > MaxSourceSize:
		p.lines = []string{""}
		p.report(fileTooLarge, start, "the file has %d bytes; at most %d (1 MiB) are read", len(src), MaxSourceSize)
		return false
	case bytes.HasPrefix(src, []byte{0xfe, 0xff}), bytes.HasPrefix(src, []byte{0xff, 0xfe}),
		len(src) >= 2 && (src[0] == 0) != (src[1] == 0):
		p.lines = []string{""}
		p.report(badEncoding, start, "the file is UTF-16; a topology is UTF-8").
			help("save it as UTF-8 without a byte order mark")
		return false
	}
	p.lines = strings.Split(string(src), "\n")
	for i, line := range p.lines {
		p.lines[i] = strings.TrimSuffix(line, "\r")
	}
	if n := len(p.lines); n > 1 && p.lines[n-1] == "" {
		p.lines = p.lines[:n-1]
	}
	for i, line := range p.lines {
		if !p.readable(i+1, line) {
			return false
		}
	}
	return true
}

// readable reports the first character of a line that has no place in a topology. Characters that
// YAML or editors count as line ends would make every later position wrong, so they are refused.
func (p *parser) readable(number int, line string) bool {
	col := 1
	for i := 0; i < len(line); col++ {
		r, size := utf8.DecodeRuneInString(line[i:])
		at := Span{number, col, col + 1}
		switch {
		case r == utf8.RuneError && size == 1:
			p.report(badEncoding, at, "byte 0x%02x is not UTF-8", line[i])
			return false
		case r == '\ufeff' && number == 1 && col == 1:
			p.report(badEncoding, at, "the file starts with a byte order mark").
				help("save it as UTF-8 without a byte order mark").fix("leave the byte order mark out", Replace(at, ""))
			return false
		case r < ' ' && r != '\t', 0x7f <= r && r <= 0x9f, r == '\u2028', r == '\u2029',
			r == '\ufeff', r&0xfffe == 0xfffe:
			p.report(badEncoding, at, "character U+%04X is not allowed", r).
				help("in double quotes, write it as an escape: \"%s\"", escaped(r))
			return false
		}
		i += size
	}
	return true
}

// escaped writes a character as text in double quotes may have it.
func escaped(r rune) string {
	if r > 0xffff {
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}
