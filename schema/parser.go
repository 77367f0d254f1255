package schema

import (
	"fmt"
	"slices"
)

// This file turns the bytes of a topology into the model, pass by pass, and collects the findings.

// maxFindings is how many findings are told at once. More would bury the first ones.
const maxFindings = 50

// Parse reads a topology. file is the name that findings carry. The topology is nil if there are
// errors; warnings come with a topology. Parse accepts any bytes and does no I/O.
func Parse(file string, src []byte) (*Topology, Diagnostics) {
	p := &parser{
		topology:    &Topology{File: file},
		enums:       map[string]*Enum{},
		messages:    map[string]*Message{},
		patterns:    map[string]*Pattern{},
		nodes:       map[string]*Node{},
		sockets:     map[string]*Socket{},
		fields:      map[*Message]map[string]*Field{},
		oneofs:      map[*Field]*Field{},
		templates:   map[*Topic]*node{},
		forms:       map[*Field]Span{},
		tags:        map[*Pattern]Span{},
		broken:      map[any]bool{},
		comparisons: maxComparisons,
	}
	if p.readLines(src) {
		if root := p.readTree(); root != nil {
			p.parseTopology(root)
			p.checkRecursion()
			p.checkReferences()
			p.checkBinds()
			p.checkInproc()
			p.checkTopics()
			p.checkFrames()
			p.checkTags()
		}
	}
	return p.finish()
}

// parser is the state of one Parse. Each pass leaves here what the later ones look up.
type parser struct {
	topology *Topology
	lines    []string
	findings []*Diagnostic
	encoding Encoding // the topology's, for patterns that name none

	// What is declared, by name: even that of which something else is wrong, so that a reference to
	// it is not wrong too.
	enums    map[string]*Enum
	messages map[string]*Message
	patterns map[string]*Pattern
	nodes    map[string]*Node
	sockets  map[string]*Socket // by FullName
	fields   map[*Message]map[string]*Field
	oneofs   map[*Field]*Field // the oneof of each alternative

	templates map[*Topic]*node  // the text of each topic
	tags      map[*Pattern]Span // where tag stands
	forms     map[*Field]Span   // the fields with as or const, and where the first of them stands

	// broken holds what was reported and is not complete: an *Enum, a *Message, a *Pattern, a *Node, a *Socket
	// or the name of a section such as "messages". What depends on the missing part stays silent.
	broken map[any]bool

	matching    int // how much was matched with patterns
	comparisons int // how many names may still be compared for a did-you-mean
}

// report adds a finding. help and related may be added to what it returns.
func (p *parser) report(rule *Rule, at Span, format string, args ...any) *Diagnostic {
	d := &Diagnostic{
		File:     p.topology.File,
		Span:     at,
		Severity: rule.Severity,
		Rule:     rule.ID,
		Message:  fmt.Sprintf(format, args...),
	}
	if 1 <= at.Line && at.Line <= len(p.lines) {
		d.Source = p.lines[at.Line-1]
	}
	p.findings = append(p.findings, d)
	return d
}

// finish returns what Parse returns.
func (p *parser) finish() (*Topology, Diagnostics) {
	ds := make(Diagnostics, len(p.findings))
	for i, d := range p.findings {
		ds[i] = *d
	}
	ds.Sort()
	failed := ds.HasErrors()
	if len(ds) > maxFindings {
		if failed { // errors first: without them the topology would be missing for no reason shown
			ds = slices.DeleteFunc(ds, func(d Diagnostic) bool { return d.Severity != Error })
		}
		shown := min(len(ds), maxFindings)
		next := len(p.findings) - shown
		last := *p.report(moreFindings, ds[min(shown, len(ds)-1)].Span, "%d more findings are not shown", next)
		ds = append(ds[:shown:shown], last)
	}
	if failed {
		return nil, ds
	}
	p.topology.lines = p.lines
	return p.topology, ds
}
