package schema

import (
	"regexp"
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
	problem := withQuestions(strings.TrimPrefix(err.Error(), "yaml: "))
	line := max(given, 1)
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
		p.report(noAlias, p.find(line, "*"+m[1]), "YAML aliases are not allowed").
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

// find returns the place of the last occurrence of s in a line or, failing that, of its text.
func (p *parser) find(line int, s string) Span {
	text := p.lines[line-1]
	i := strings.LastIndex(text, s)
	if i < 0 || s == "" {
		trimmed := strings.TrimSpace(text)
		i, s = max(strings.Index(text, trimmed), 0), trimmed
	}
	col := 1 + utf8.RuneCountInString(text[:i])
	return Span{line, col, col + utf8.RuneCountInString(s)}
}
