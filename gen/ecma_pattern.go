package gen

import (
	"fmt"
	"regexp/syntax"
	"strings"
	"unicode"
)

// This file writes a pattern, which is RE2, as a regular expression of ECMAScript, which JSON Schemas have.

// ecmaPattern returns an expression that matches what all of a text has to be by the pattern; "" where ECMAScript has no such.
// It is the same with and without the flag u, but for characters beyond U+FFFF.
func ecmaPattern(pattern string) string {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return ""
	}
	w := ecmaWriter{}
	w.write(re)
	if w.failed {
		return ""
	}
	return "^(?:" + w.String() + ")$"
}

type ecmaWriter struct {
	strings.Builder
	failed bool
}

func (w *ecmaWriter) write(re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpEmptyMatch:
	case syntax.OpLiteral:
		for _, c := range re.Rune {
			if re.Flags&syntax.FoldCase != 0 {
				w.folded(c)
			} else {
				w.literal(c, false)
			}
		}
	case syntax.OpCharClass:
		w.class(re.Rune)
	case syntax.OpAnyCharNotNL:
		w.WriteString(`[^\n]`)
	case syntax.OpAnyChar:
		w.WriteString(`[\s\S]`)
	case syntax.OpBeginText:
		w.WriteByte('^')
	case syntax.OpEndText:
		w.WriteByte('$')
	case syntax.OpWordBoundary:
		w.WriteString(`\b`)
	case syntax.OpNoWordBoundary:
		w.WriteString(`\B`)
	case syntax.OpCapture:
		w.group(re.Sub[0])
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if sub.Op == syntax.OpAlternate {
				w.group(sub)
			} else {
				w.write(sub)
			}
		}
	case syntax.OpAlternate:
		for i, sub := range re.Sub {
			if i > 0 {
				w.WriteByte('|')
			}
			w.write(sub)
		}
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		w.group(re.Sub[0])
		w.WriteString(times(re))
	default: // lines, and what matches nothing
		w.failed = true
	}
}

func times(re *syntax.Regexp) string {
	switch {
	case re.Op == syntax.OpStar:
		return "*"
	case re.Op == syntax.OpPlus:
		return "+"
	case re.Op == syntax.OpQuest:
		return "?"
	case re.Max == re.Min:
		return fmt.Sprintf("{%d}", re.Min)
	case re.Max < 0:
		return fmt.Sprintf("{%d,}", re.Min)
	}
	return fmt.Sprintf("{%d,%d}", re.Min, re.Max)
}

// group writes an expression so that it is one thing.
func (w *ecmaWriter) group(re *syntax.Regexp) {
	if re.Op == syntax.OpCharClass || re.Op == syntax.OpAnyChar || re.Op == syntax.OpAnyCharNotNL ||
		re.Op == syntax.OpLiteral && len(re.Rune) == 1 {
		w.write(re)
		return
	}
	w.WriteString("(?:")
	w.write(re)
	w.WriteByte(')')
}

// folded writes a character in all its cases.
func (w *ecmaWriter) folded(c rune) {
	w.WriteByte('[')
	w.literal(c, true)
	for other := unicode.SimpleFold(c); other != c; other = unicode.SimpleFold(other) {
		w.literal(other, true)
	}
	w.WriteByte(']')
}

// class writes ranges of characters: those that are not in it, if it goes up to the last one there is.
func (w *ecmaWriter) class(ranges []rune) {
	w.WriteByte('[')
	if n := len(ranges); n > 2 && ranges[0] == 0 && ranges[n-1] == unicode.MaxRune {
		w.WriteByte('^')
		var gaps []rune
		for i := 1; i+1 < n; i += 2 {
			gaps = append(gaps, ranges[i]+1, ranges[i+1]-1)
		}
		ranges = gaps
	}
	for i := 0; i+1 < len(ranges); i += 2 {
		w.literal(ranges[i], true)
		if ranges[i+1] > ranges[i] {
			w.WriteByte('-')
			w.literal(ranges[i+1], true)
		}
	}
	w.WriteByte(']')
	w.failed = w.failed || len(ranges) == 0
}

// literal writes a character, within a class or outside of one.
func (w *ecmaWriter) literal(c rune, class bool) {
	special := `^$\.*+?()[]{}|/`
	if class {
		special += "-"
	}
	switch {
	case c < 0x80 && strings.ContainsRune(special, c):
		w.WriteByte('\\')
		w.WriteRune(c)
	case c < ' ' || 0x7f <= c && c <= 0xa0:
		fmt.Fprintf(w, `\x%02x`, c)
	case 0xd800 <= c && c <= 0xdfff: // half a pair, which no text has
		w.failed = true
	default:
		w.WriteRune(c)
	}
}
