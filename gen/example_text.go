package gen

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"

	"github.com/zmqgen/zmqgen/schema"
)

// This file makes up text within limits: long enough, short enough, and such that a pattern matches.

// exampleMatching bounds the work of matching what is made up, for all patterns of a topology.
const exampleMatching = 1 << 26

// textBounds are the least and the greatest length of a text in bytes.
func textBounds(f *schema.Field, needed bool) (least, most int) {
	most = exampleText
	if f.Limits.MinLen != nil {
		least = *f.Limits.MinLen
	}
	if f.Limits.MaxLen != nil {
		most = min(most, *f.Limits.MaxLen)
	}
	if needed {
		least = max(least, 1)
	}
	return least, most
}

// textKey is what a made-up text depends on.
type textKey struct {
	field  *schema.Field
	like   string
	needed bool
}

// madeUpText returns a text within the limits of a field: like, made as long or as short as it has to be, or else
// what the pattern is made of.
func (l *lowering) madeUpText(f *schema.Field, like string, needed bool) (string, bool) {
	least, most := textBounds(f, needed)
	if least > most {
		return "", false
	}
	if len(like) < least {
		like = strings.Repeat(like, least/len(like)+1)[:least]
	}
	like = like[:min(len(like), most)]
	if !f.Limits.Pattern.IsSet() {
		return like, true
	}
	key := textKey{f, like, needed}
	text, known := l.texts[key]
	if !known {
		text = l.matchingText(f, like, least, most)
		l.texts[key] = text
	}
	if text == nil {
		return "", false
	}
	return *text, true
}

// matchingText returns a text that the pattern of a field matches, or nil.
func (l *lowering) matchingText(f *schema.Field, like string, least, most int) *string {
	match := l.matcher(f)
	switch {
	case match == nil:
		return nil
	case match(like):
		return &like
	}
	re, err := syntax.Parse(f.Limits.Pattern.Value, syntax.Perl)
	if err != nil {
		return nil // which a valid topology does not have
	}
	for choice := range 4 {
		for more := range 65 {
			if l.matching > exampleMatching {
				return nil
			}
			text := textMaker{choice: choice, more: more, most: most}
			made := text.add(re)
			l.matching += text.steps
			if !made {
				break // it only gets longer with more
			}
			if s := text.String(); len(s) >= least && match(s) {
				return &s
			}
		}
	}
	return nil
}

// matcher returns what tells whether a text matches the pattern of a field; nil if that has become too much work.
func (l *lowering) matcher(f *schema.Field) func(string) bool {
	if l.matching > exampleMatching {
		return nil
	}
	whole := "^(?:" + f.Limits.Pattern.Value + ")$"
	re, err := syntax.Parse(whole, syntax.Perl)
	if err != nil {
		return nil
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return nil
	}
	size := len(prog.Inst)
	l.matching += 64 * size
	pattern, err := regexp.Compile(whole)
	if err != nil {
		return nil
	}
	return func(s string) bool {
		l.matching += size * (1 + len(s))
		return l.matching <= exampleMatching && pattern.MatchString(s)
	}
}

// textMaker writes what a pattern is made of. It looks at no assertions, so that what it writes need not match.
type textMaker struct {
	strings.Builder
	choice int // which alternative is taken, if there are as many
	more   int // how often more than it has to be is repeated what may be
	most   int // bytes
	steps  int
}

// exampleSteps bounds what a textMaker does: a pattern may repeat what has no text.
const exampleSteps = 1 << 14

// add writes text for re, and reports whether that was possible.
func (m *textMaker) add(re *syntax.Regexp) bool {
	repeat := func(sub *syntax.Regexp, n int) bool {
		for range n {
			if !m.add(sub) {
				return false
			}
		}
		return true
	}
	if m.steps++; m.steps > exampleSteps {
		return false
	}
	switch re.Op {
	case syntax.OpNoMatch:
		return false
	case syntax.OpLiteral:
		m.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		m.WriteRune(oneOf(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		m.WriteByte('x')
	case syntax.OpCapture:
		return m.add(re.Sub[0])
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if !m.add(sub) {
				return false
			}
		}
	case syntax.OpAlternate:
		return m.add(re.Sub[min(m.choice, len(re.Sub)-1)])
	case syntax.OpStar:
		return repeat(re.Sub[0], m.more)
	case syntax.OpPlus:
		return repeat(re.Sub[0], 1+m.more)
	case syntax.OpQuest:
		return repeat(re.Sub[0], min(m.more, 1))
	case syntax.OpRepeat:
		n := re.Min + m.more
		if re.Max >= 0 {
			n = min(n, re.Max)
		}
		return repeat(re.Sub[0], n)
	}
	return m.Len() <= m.most
}

// oneOf returns a character of a class, given as ranges: a letter or a digit, if there is one.
func oneOf(ranges []rune) rune {
	in := func(r rune) bool {
		for i := 0; i+1 < len(ranges); i += 2 {
			if ranges[i] <= r && r <= ranges[i+1] {
				return true
			}
		}
		return false
	}
	for _, r := range "aA1bB0-_" {
		if in(r) {
			return r
		}
	}
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1] && r < ranges[i]+128; r++ {
			if unicode.IsPrint(r) {
				return r
			}
		}
	}
	if len(ranges) > 0 {
		return ranges[0]
	}
	return 'x'
}
