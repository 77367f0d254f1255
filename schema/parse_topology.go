package schema

import (
	"fmt"
	"slices"
	"strings"
)

// This file turns the root of the tree into the topology, section by section: names first, so that
// the sections may stand in any order.

// sections are those that declare names.
var sections = []string{"import", "enums", "messages", "patterns", "security", "nodes", "devices"}

// It returns false if there are no sections.
func (p *parser) parseTopology(root *node) bool {
	r, ok := p.record(root, &topologyKeys, "the topology", Span{root.span.Line, root.span.Col, root.span.Col})
	if !ok {
		return false
	}
	t := p.topology
	if v := r.scalarText("version"); v.IsSet() && !slices.Contains(r.words("version"), v.Value) {
		p.report(badVersion, v.Span, "version %q is not one that this zmqgen reads", clip(v.Value)).help("version: 1")
	}
	t.Name = r.scalarText("name")
	t.Doc = r.doc()
	if n := r.get("name"); n != nil {
		p.checkName(n, lowerSnake, "a topology")
	}
	p.parseGo(r)
	p.parseLint(r)
	p.encoding = p.parseEncoding(r, EncodingProto)
	for _, name := range sections {
		if n, there := r.values[name]; !there {
			// Left out, or refused: in a topology with an unreadable section any name may exist.
			p.broken[section{p, name}] = r.excused
		} else if n.value.kind == mappingNode {
			p.broken[section{p, name}] = n.value.partial
		}
	}
	p.parseImports(r)
	enums, messages := r.entries("enums"), r.entries("messages")
	p.declareTypes(enums, messages)
	for i, pair := range enums {
		p.parseEnum(t.Enums[i], pair)
	}
	for i, pair := range messages {
		p.parseMessage(t.Messages[i], pair)
	}
	for _, pair := range r.entries("patterns") {
		p.parsePattern(pair)
	}
	for _, pair := range r.entries("security") {
		p.parseSecurity(pair)
	}
	if d := p.parseDefaults(r); d != nil {
		p.topologyDefaults = []*defaults{d}
	}
	for _, pair := range r.entries("nodes") {
		p.parseNode(pair)
	}
	for _, pair := range r.entries("devices") {
		p.parseDevice(pair)
	}
	return true
}

// entries returns the pairs of a section.
func (r record) entries(key string) []pair {
	if n := r.get(key); n != nil {
		return n.pairs
	}
	return nil
}

func (p *parser) parseGo(r record) {
	t := p.topology
	if n := r.get("go"); n != nil {
		if g, ok := p.record(n, &goKeys, "go", r.keySpan("go")); ok {
			t.Package = g.scalarText("package")
			t.Tests = p.choice(g, "tests") == "true"
			t.ImportPath = g.scalarText("import_path")
			p.checkGoImportPath(t.ImportPath)
		}
	}
	switch {
	case t.Package.IsSet():
		p.checkPackage(t.Package)
	case lowerSnake.pattern.MatchString(t.Name.Value):
		t.Package = t.Name
		p.checkPackage(t.Package)
	}
	if t.Tests && strings.HasSuffix(t.Package.Value, "_test") {
		p.report(badPackage, t.Package.Span, "package %q cannot have tests: to Go it is the tests of another package", clip(t.Package.Value)).
			help("give another name with go: {package: NAME}, or leave tests out")
	}
}

// declareTypes makes the enums and messages that fields and patterns refer to.
func (p *parser) declareTypes(enums, messages []pair) {
	first := map[string]Span{}
	declare := func(n *node, what string) {
		if isScalar(n.value) || n.value == "list" || n.value == "map" || n.value == "oneof" {
			p.report(reservedName, n.span, "%q is a type of zmqgen and cannot name %s", n.value, what)
		} else {
			p.checkName(n, upperCamel, what)
		}
		if other, taken := first[n.value]; taken {
			p.report(duplicateName, n.span, "%q is the name of an enum and of a message", n.value).
				related(other, "first declared")
		}
		first[n.value] = n.span
	}
	for _, pair := range enums {
		declare(pair.key, "an enum")
		e := &Enum{Topology: p.topology, Name: pair.key.text()}
		p.enums[e.Name.Value] = e
		p.topology.Enums = append(p.topology.Enums, e)
	}
	for _, pair := range messages {
		declare(pair.key, "a message")
		m := &Message{Topology: p.topology, Name: pair.key.text(), WireName: pair.key.text()}
		p.messages[m.Name.Value] = m
		p.topology.Messages = append(p.topology.Messages, m)
	}
	// A name in the wrong case has been reported: whoever uses it in the right one is not wrong too.
	for _, e := range p.topology.Enums {
		if s := upperCamel.corrected(e.Name.Value); p.enums[s] == nil && p.messages[s] == nil {
			p.enums[s] = e
		}
	}
	for _, m := range p.topology.Messages {
		if s := upperCamel.corrected(m.Name.Value); p.enums[s] == nil && p.messages[s] == nil {
			p.messages[s] = m
		}
	}
}

// typeNames returns the names of all types, for a did-you-mean.
func (p *parser) typeNames() []string {
	if p.comparisons <= 0 {
		return nil
	}
	names := scalarNames()
	for _, e := range p.topology.Enums {
		names = append(names, e.Name.Value)
	}
	return append(names, p.messageNames()...)
}

func (p *parser) messageNames() []string {
	return namesOf(p, p.topology.Messages, func(m *Message) string { return m.Name.Value })
}

// namesOf returns the names of what is declared; none once there is no more to suggest.
func namesOf[T any](p *parser, declared []T, name func(T) string) []string {
	if p.comparisons <= 0 {
		return nil
	}
	var names []string
	for _, d := range declared {
		names = append(names, name(d))
	}
	return names
}

// called names an object in messages.
func called(kind string, name Text) string { return fmt.Sprintf("%s %q", kind, clip(name.Value)) }
