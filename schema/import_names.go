package schema

import "strings"

// This file finds what a name of another file means, such as common.Money, and guesses at what was meant where it
// means nothing.

// importOf returns the import that a name starts with, and what follows; nil if there is no such import.
func (p *parser) importOf(name string) (i *imported, rest string) {
	alias, rest, found := strings.Cut(name, ".")
	if i = p.imports[alias]; !found || i == nil {
		return nil, ""
	}
	i.used = true
	return i, rest
}

// shown is the name by which the file refers to something of the topology t.
func (p *parser) shown(t *Topology, name string) string {
	for _, i := range p.topology.Imports {
		if i.Topology == t {
			return i.Alias.Value + "." + name
		}
	}
	return name
}

// members are the names of one kind of thing that a file declares.
type members func(*parser) []string

func typeMembers(p *parser) []string {
	names := namesOf(p, p.topology.Enums, func(e *Enum) string { return e.Name.Value })
	return append(names, p.messageNames()...)
}

func messageMembers(p *parser) []string { return p.messageNames() }

func patternMembers(p *parser) []string {
	return namesOf(p, p.topology.Patterns, func(t *Pattern) string { return t.Name.Value })
}

// reportUnknownMember reports a name with a dot, of which there is no type, message or pattern. sections are where
// it would be declared.
func (p *parser) reportUnknownMember(rule *Rule, name string, at Span, what string, of members, sections ...string) {
	i, rest := p.importOf(name)
	switch {
	case i == nil:
		p.reportUnknownImport(name, at, what)
		return
	case i.from == nil:
		return // reported
	}
	for _, s := range sections {
		if p.broken[section{i.from, s}] {
			return // it may be declared in what could not be read
		}
	}
	alias := i.alias.Value
	if inner := i.from.imports[strings.SplitN(rest, ".", 2)[0]]; inner != nil && strings.Contains(rest, ".") {
		d := p.report(rule, at, "unknown %s %q: what %q imports is not visible here", what, clip(name), clip(alias))
		if inner.from != nil {
			d.help("import %s here as well", inner.from.topology.File)
		}
		return
	}
	d := p.report(rule, at, "import %q has no %s %q", clip(alias), what, clip(rest))
	candidates := of(i.from)
	if s := p.suggest(rest, candidates); s != "" {
		d.help("did you mean %q?", alias+"."+s)
		return
	}
	p.suggestOf(d, rest, what, candidates)
}

// reportUnknownImport reports a name whose first part is no import.
func (p *parser) reportUnknownImport(name string, at Span, what string) {
	if p.broken[section{p, "import"}] {
		return
	}
	alias, rest, _ := strings.Cut(name, ".")
	d := p.report(unknownImport, at, "unknown import %q in %s %q", clip(alias), what, clip(name))
	switch s := p.suggest(alias, p.aliases); {
	case s != "":
		d.help("did you mean %q?", clip(s+"."+rest))
	case len(p.imports) == 0:
		d.help("nothing is imported; such as import: {common: ../common/topology.yaml}")
	default:
		p.suggestOf(d, alias, "import", p.aliases)
	}
}

// importedExactly returns the name of something imported that is called name, as this file would write it; "" if
// there is none.
func (p *parser) importedExactly(name string, of members) string {
	for _, i := range p.topology.Imports {
		for _, m := range of(p.imports[i.Alias.Value].from) {
			if m == name {
				p.imports[i.Alias.Value].used = true
				return i.Alias.Value + "." + m
			}
		}
	}
	return ""
}

// importedNearly is importedExactly for a name that is written wrong.
func (p *parser) importedNearly(name string, of members) string {
	for _, i := range p.topology.Imports {
		if s := p.suggest(name, of(p.imports[i.Alias.Value].from)); s != "" {
			return i.Alias.Value + "." + s
		}
	}
	return ""
}

// suggestAny adds to d a did-you-mean of what the file declares or imports, or else what is declared.
func (p *parser) suggestAny(d *Diagnostic, name, what string, own []string, of members) {
	if s := p.importedExactly(name, of); s != "" {
		d.help("did you mean %q?", s)
		return
	}
	if s := p.suggest(name, own); s != "" {
		d.help("did you mean %q?", s)
		return
	}
	if s := p.importedNearly(name, of); s != "" {
		d.help("did you mean %q?", s)
		return
	}
	p.suggestOf(d, name, what, own)
}
