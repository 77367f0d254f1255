package schema

import (
	"regexp"
	"slices"
	"strings"
)

// This file keeps secrets out of what is shown of a file that is no YAML, in which no key tells what its value is: by the names that
// keys of secrets have.

var (
	// secretName is a key that is called as secrets are, up to where its value starts.
	secretName = regexp.MustCompile(`(?i)[\w-]*(?:secret|passw|passphrase|pwd|token|credential|private_?key|public_key|username)[\w-]*["']?[ \t]*[:=][ \t]*`)
	// noSecret is a value that is none: a mapping, such as a reference, the type of a field, or nothing.
	noSecret = regexp.MustCompile(`^(?:[{,}#]|[\w.\[\]?]+ *@|$)`)
	// belowReference is how a reference on lines of its own starts.
	belowReference = regexp.MustCompile(`^[ \t]*(?:-[ \t]|(?:env|file)[ \t]*:)`)
)

// hideLikely hides what follows keys that are called as secrets are: to the end of the line, and, if the value starts below, what is
// indented more.
func (p *parser) hideLikely() {
	deeper := -1 // than which the lines of a value are indented; -1 outside of one
	for i, line := range p.lines {
		start := len(line) - len(strings.TrimLeft(line, " \t"))
		indent := start + 7*strings.Count(line[:start], "\t")
		if deeper >= 0 && indent > deeper && !belowReference.MatchString(line) {
			p.hideFrom(i+1, start)
			continue
		}
		if strings.TrimSpace(line) != "" {
			deeper = -1
		}
		for _, m := range secretName.FindAllStringIndex(line, -1) {
			value := strings.TrimRight(line[m[1]:], " \t\r")
			if value == "" || value[0] == '|' || value[0] == '>' {
				deeper = indent
			} else if !noSecret.MatchString(value) {
				deeper = indent // a quote that is open goes on
				p.hideFrom(i+1, m[1])
				break
			}
		}
	}
}

// hideFrom hides what a line has from a byte on.
func (p *parser) hideFrom(line, from int) {
	if p.hidden == nil {
		p.hidden = map[int][]Span{}
	}
	p.hidden[line] = append(p.hidden[line], p.columns(line, from, len(p.lines[line-1])))
}

// isHidden reports whether text begins in what is hidden.
func (p *parser) isHidden(text Span) bool {
	return slices.ContainsFunc(p.hidden[text.Line], func(s Span) bool { return s.Col <= text.Col && text.Col < s.EndCol })
}
