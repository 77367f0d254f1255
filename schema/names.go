package schema

import (
	"go/token"
	"regexp"
	"strings"
	"unicode"
)

// This file checks names: their case, their length, and what Go demands of them.

// nameCase is the case of a kind of name.
type nameCase struct {
	name    string
	pattern *regexp.Regexp
	join    func(words []string) string
}

var (
	upperCamel = nameCase{"UpperCamel", regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`), func(words []string) string {
		for i, w := range words {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
		return strings.Join(words, "")
	}}
	lowerSnake = nameCase{"lower_snake", regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`), func(words []string) string {
		return strings.ToLower(strings.Join(words, "_"))
	}}
	upperSnake = nameCase{"UPPER_SNAKE", regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$`), func(words []string) string {
		return strings.ToUpper(strings.Join(words, "_"))
	}}
)

// checkName reports a name that is too long or in the wrong case.
func (p *parser) checkName(n *node, c nameCase, what string) {
	switch {
	case len(n.value) > maxNameLength:
		p.report(badName, n.span, "the name of %s has %d bytes; at most %d are allowed", what, len(n.value), maxNameLength)
	case !c.pattern.MatchString(n.value):
		d := p.report(badName, n.span, "%q is no name for %s; it is written in %s", n.value, what, c.name)
		if s := c.corrected(n.value); s != n.value {
			d.help("write %q", s)
		}
	}
}

// corrected returns a name in the case c, or as it is if it has that case or none comes of it.
func (c nameCase) corrected(name string) string {
	if len(name) > maxNameLength || c.pattern.MatchString(name) {
		return name
	}
	if words := splitWords(name); len(words) > 0 {
		if s := c.join(words); c.pattern.MatchString(s) {
			return s
		}
	}
	return name
}

// enter makes what is declared known by its name, and by the corrected one if that is free.
func enter[T any](declared map[string]*T, scope, name string, c nameCase, what *T) {
	declared[scope+name] = what
	if s := scope + c.corrected(name); declared[s] == nil {
		declared[s] = what
	}
}

// splitWords splits a name of ASCII letters and digits at its underscores, dashes and humps.
func splitWords(name string) []string {
	var words []string
	start := 0
	end := func(i int) {
		if i > start {
			words = append(words, name[start:i])
		}
		start = i
	}
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case c == '_' || c == '-' || c == ' ' || c == '.':
			end(i)
			start = i + 1
		case c >= 0x80:
			return nil
		case i > 0 && unicode.IsUpper(rune(c)) && !unicode.IsUpper(rune(name[i-1])):
			end(i)
		}
	}
	end(len(name))
	return words
}

// JSONName returns the key that a field has in protobuf's JSON mapping: its name with each letter behind a _ as a capital,
// and no _.
func JSONName(name string) string {
	b := strings.Builder{}
	capital := false
	for _, c := range name {
		switch {
		case c == '_':
			capital = true
			continue
		case capital:
			c = unicode.ToUpper(c)
		}
		capital = false
		b.WriteRune(c)
	}
	return b.String()
}

// camel is JSONName of a name in any case: one in UPPER_SNAKE is read in lower case, as protoc does when it compares the
// values of an enum. A digit has no capital, so that a_1 and a1 become one.
func camel(name string) string { return JSONName(strings.ToLower(name)) }

// checkCamel reports a name that is another one, in known by its camel, without underscores.
func (p *parser) checkCamel(known map[string]Text, name Text, what string) {
	c := camel(name.Value)
	other, taken := known[c]
	switch {
	case !taken:
		known[c] = name
	case other.Value != name.Value:
		p.report(protoName, name.Span, "%ss %q and %q are both %q to protobuf and in JSON", what, clip(other.Value), clip(name.Value), clip(c)).
			help("give one of them a name that differs in more than a _ before a digit").related(other.Span, "first declared")
	}
}

var goNamePattern = regexp.MustCompile(`^[A-Z][A-Za-z0-9_]*$`)

// goName returns the go_name of r, which is an exported identifier.
func (p *parser) goName(r record) Text {
	t := r.scalarText("go_name")
	if t.IsSet() && (!goNamePattern.MatchString(t.Value) || len(t.Value) > maxNameLength) {
		p.report(badGoName, t.Span, "%q is no go_name", clip(t.Value)).
			help("an exported Go identifier: a capital, then letters, digits and _, %d at most", maxNameLength)
	}
	return t
}

var packagePattern = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// checkPackage reports a Go package that could not be compiled or imported.
func (p *parser) checkPackage(t Text) {
	const accepted = "a lower-case letter, then lower-case letters, digits and _"
	switch {
	case !packagePattern.MatchString(t.Value), len(t.Value) > maxNameLength:
		p.report(badPackage, t.Span, "%q is no Go package", clip(t.Value)).help(accepted)
	case token.IsKeyword(t.Value):
		p.report(badPackage, t.Span, "the Go package cannot be %q, a keyword of Go", t.Value).
			help("give another name with go: {package: NAME}")
	case t.Value == "main":
		p.report(badPackage, t.Span, `the Go package cannot be "main", which nothing can import`).
			help("give another name with go: {package: NAME}")
	}
}

// clip shortens text that is quoted in a message.
func clip(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	for i := range s {
		if i > most {
			return s[:i] + "…"
		}
	}
	return s
}

var goPathElement = regexp.MustCompile(`^[A-Za-z0-9._~+-]*[A-Za-z0-9_~+-]$`)

// checkGoImportPath reports an import path that no Go package has.
func (p *parser) checkGoImportPath(t Text) {
	if !t.IsSet() {
		return
	}
	bad := len(t.Value) > maxImportPath
	for _, element := range strings.Split(t.Value, "/") {
		bad = bad || !goPathElement.MatchString(element)
	}
	if bad {
		p.report(goImportPath, t.Span, "%q is no Go import path", clip(t.Value)).help("such as example.com/desks/market")
	}
}
