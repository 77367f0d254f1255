package config

import (
	"bytes"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// This file chooses the format of a file by its name, and refuses what is no text before a format sees it.

// YAML reads YAML. Package yamlconfig sets it; nil if that is not part of the program.
var YAML func(text []byte, problems *Problems) *Node

// Read returns the root of the file of that name, or nil if it cannot be read; then, and maybe else, there are problems.
func Read(name string, text []byte, problems *Problems) *Node {
	read := readJSON
	switch ending := strings.ToLower(filepath.Ext(name)); ending {
	case ".json":
	case ".yaml", ".yml":
		if YAML == nil {
			problems.Add(Place{}, "it is YAML, which this program does not read: import _ \"github.com/zmqgen/zmqgen/runtime/yamlconfig\" to read YAML, or give it JSON")
			return nil
		}
		read = YAML
	default:
		problems.Add(Place{}, "its name ends in %q: .yaml, .yml or .json is expected, which says how it is read", Clip(ending))
		return nil
	}
	if !readable(text, problems) {
		return nil
	}
	if len(bytes.TrimSpace(text)) == 0 {
		problems.Add(Place{1, 1}, "the file is empty: start with topology: NAME")
		return nil
	}
	return read(text, problems)
}

// readable reports the first thing that is no text. Characters that YAML or editors count as line ends would make every later
// place wrong, so they are refused.
func readable(text []byte, problems *Problems) bool {
	start := Place{1, 1}
	switch {
	case len(text) > MaxSize:
		problems.Add(Place{}, "it has %d bytes; at most %d (1 MiB) are read", len(text), MaxSize)
		return false
	case bytes.HasPrefix(text, []byte{0xfe, 0xff}), bytes.HasPrefix(text, []byte{0xff, 0xfe}), len(text) >= 2 && (text[0] == 0) != (text[1] == 0):
		problems.Add(start, "the file is UTF-16: save it as UTF-8 without a byte order mark")
		return false
	}
	at := start
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			problems.Add(at, "byte 0x%02x is not UTF-8", text[i])
			return false
		case r == '\ufeff' && i == 0:
			problems.Add(at, "the file starts with a byte order mark: save it as UTF-8 without one")
			return false
		case r == '\n':
			at = Place{at.Line + 1, 0}
		case r == '\r' && i+1 < len(text) && text[i+1] == '\n':
		case r < ' ' && r != '\t', 0x7f <= r && r <= 0x9f, r == '\u2028', r == '\u2029', r == '\ufeff', r&0xfffe == 0xfffe:
			problems.Add(at, "character U+%04X is not allowed", r)
			return false
		}
		at.Column++
		i += size
	}
	return true
}
