package tidy

import (
	"bytes"
	"go/doc/comment"
	"strings"
)

// This file formats the comments of declarations as gofmt does, by the package that gofmt does it with.

// formatDoc returns the lines of a comment as gofmt writes them in that many passes.
func formatDoc(lines [][]byte, times int) [][]byte {
	if isPlain(lines) {
		return lines
	}
	for range times {
		var text strings.Builder
		for _, line := range lines {
			text.Write(bytes.TrimPrefix(bytes.TrimPrefix(line, slashes), []byte(" ")))
			text.WriteByte('\n')
		}
		var parser comment.Parser
		var printer comment.Printer
		formatted := printer.Comment(parser.Parse(text.String()))
		lines = lines[:0:0]
		for len(formatted) > 0 {
			var line []byte
			line, formatted, _ = bytes.Cut(formatted, []byte("\n"))
			switch {
			case len(line) == 0:
				line = slashes
			case line[0] == '\t':
				line = append([]byte("//"), line...)
			default:
				line = append([]byte("// "), line...)
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// isPlain reports whether a comment is one paragraph of words, which stays as it is.
func isPlain(lines [][]byte) bool {
	for _, line := range lines {
		words := bytes.TrimPrefix(line, []byte("// "))
		if len(words) == len(line) || len(words) == 0 || !isLetter(words[0]) ||
			bytes.ContainsAny(words, "`[\t") || bytes.Contains(words, []byte("''")) || bytes.Contains(words, []byte("://")) {
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
