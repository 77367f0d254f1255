package schema

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// This file turns an error of the YAML library into a finding at the most likely place.

var (
	lineInError   = regexp.MustCompile(`^line (\d+): `)
	badStart      = regexp.MustCompile("(^|[ :,\\[{])[@`%]")
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// reportSyntax reports why YAML gave up after reading given lines.
func (p *parser) reportSyntax(err error, given int) {
	p.hideLikely()
	problem := withQuestions(strings.TrimPrefix(err.Error(), "yaml: "))
	line := max(given, 1)
	if p.reportBrackets(given) {
		return
	}
	if m := lineInError.FindStringSubmatch(problem); m != nil {
		problem = problem[len(m[0]):]
		// What was left open, or is a key without its colon, is told by where it starts.
		n, _ := strconv.Atoi(m[1])
		if strings.Contains(problem, "end of stream") || strings.Contains(problem, "expected ':'") {
			line = n
		}
	}
	line = min(max(line, 1), len(p.lines))
	text := p.lines[line-1]
	indent := text[:len(text)-len(strings.TrimLeft(text, " \t"))]

	if m := unknownAnchor.FindStringSubmatch(problem); m != nil {
		p.report(noAlias, p.findAlias(err, given, "*"+m[1]), "YAML aliases are not allowed").
			help("repeat the value; quote text that starts with *")
		return
	}
	if i := strings.IndexByte(indent, '\t'); i >= 0 {
		p.report(tabIndent, Span{line, i + 1, i + 2}, "a tab in the indentation").help("indent with spaces")
		return
	}
	span := p.find(line, strings.TrimSpace(text))
	if m := badStart.FindString(text); m != "" && strings.Contains(problem, "cannot start any token") {
		span = p.find(line, m[len(m)-1:])
	}
	d := p.report(yamlSyntax, span, "YAML cannot be read: %s", problem)
	if h := syntaxHelp(problem, text); h != "" {
		d.help("%s", h)
	}
}

// syntaxHelp names the likely cause of a syntax error.
func syntaxHelp(problem, text string) string {
	switch {
	case strings.Contains(problem, "mapping values are not allowed"):
		return `quote text that contains ": ", and check the indentation`
	case strings.Contains(problem, "cannot start any token"):
		return "quote text that starts with @, ` or %"
	case strings.Contains(problem, "alphabetic or numeric"):
		return "quote text that starts with * or &"
	case strings.Contains(problem, "expected ':'"):
		return "a key is followed by a colon and a space"
	case strings.Contains(problem, "end of stream"):
		return "a quote or bracket that opens here is not closed"
	case strings.ContainsAny(text, "{}[]"):
		return "inside {} and [], quote text that contains { } [ ] or a comma; check that brackets are closed"
	case strings.Contains(problem, "did not find expected"):
		return "check the indentation, and that quotes and brackets are closed"
	}
	return ""
}

// suspects returns the lines that YAML may have stumbled over when it gave up after reading given
// lines: it reads on to the next text before it says so.
func (p *parser) suspects(given int) []int {
	var lines []int
	for line := min(given, len(p.lines)); line > 0 && len(lines) < 2; line-- {
		if text := strings.TrimSpace(p.lines[line-1]); text != "" && text[0] != '#' {
			lines = append([]int{line}, lines...)
		}
	}
	return lines
}

// maxTries bounds how often a file is read again to find a mistake.
const maxTries = 8

// findAlias returns the place of an unknown alias: the first at which the text before it is good.
func (p *parser) findAlias(err error, given int, alias string) Span {
	tries := maxTries
	for _, line := range p.suspects(given) {
		text := p.lines[line-1]
		for from := 0; tries > 0; tries-- {
			i := strings.Index(text[from:], alias)
			if i < 0 {
				break
			}
			i += from
			from = i + len(alias)
			cut := append(slices.Clone(p.lines[:line-1]), text[:from])
			if _, again := tryYAML(cut); again != nil && lineless(again) == lineless(err) {
				return p.columns(line, i, from)
			}
		}
	}
	return p.find(max(given, 1), alias)
}

func lineless(err error) string {
	return lineInError.ReplaceAllString(strings.TrimPrefix(err.Error(), "yaml: "), "")
}

// bracketed is a list as other languages write it, where YAML expects a value: []T or T[] or list[T],
// or [T] with a number.
var bracketed = regexp.MustCompile(`(?:: +|\{)(\[\] *[A-Za-z][\w.]*|[A-Za-z][\w.]*\[[\w.]*\]|\[[\w.]+\])\?? *(@|[,}]|$| #)`)

// reportBrackets reports types such as []string, over which YAML stumbles. It does so only if YAML
// reads further once they are written as zmqgen does.
func (p *parser) reportBrackets(given int) bool {
	lines := slices.Clone(p.lines)
	found := false
	for range maxTries {
		line := p.mendBrackets(lines, given)
		if line == 0 {
			break
		}
		found = true
		next, err := tryYAML(lines)
		if err == nil {
			break
		}
		given = next
	}
	return found
}

// mendBrackets reports and rewrites the brackets of the line that YAML stumbles over; 0 if it is not
// that.
func (p *parser) mendBrackets(lines []string, given int) int {
	for _, line := range p.suspects(given) {
		text := lines[line-1]
		mended := text
		matches := bracketed.FindAllStringSubmatchIndex(text, maxTries)
		matches = slices.DeleteFunc(matches, func(m []int) bool {
			given := text[m[2]:m[3]]
			return p.isHidden(p.columns(line, m[2], m[3])) || respelled(given) == "" || given[0] == '[' && given[1] != ']' && text[m[4]:m[5]] != "@"
		})
		for _, m := range slices.Backward(matches) {
			mended = mended[:m[2]] + respelled(text[m[2]:m[3]]) + mended[m[3]:]
		}
		if mended == text {
			continue
		}
		lines[line-1] = mended
		if after, err := tryYAML(lines); err != nil && after <= given {
			lines[line-1] = text
			continue
		}
		for _, m := range matches {
			at, given := p.columns(line, m[2], m[3]), text[m[2]:m[3]]
			d := p.report(yamlSyntax, at, "YAML takes the brackets of %q for a list", given).help("write %s", respelled(given))
			p.fixSpelling(d, at, given, respelled(given))
		}
		return line
	}
	return 0
}

// columns returns the place of the bytes from to to of a line.
func (p *parser) columns(line, from, to int) Span {
	text := p.lines[line-1]
	start := 1 + utf8.RuneCountInString(text[:from])
	return Span{line, start, start + utf8.RuneCountInString(text[from:to])}
}

// find returns the place of the last occurrence of s in a line or, failing that, of its text.
func (p *parser) find(line int, s string) Span {
	text := p.lines[line-1]
	i := strings.LastIndex(text, s)
	if i < 0 || s == "" {
		trimmed := strings.TrimSpace(text)
		i, s = max(strings.Index(text, trimmed), 0), trimmed
	}
	return p.columns(line, i, i+len(s))
}
