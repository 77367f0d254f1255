package schema

import "fmt"

// This file turns the bytes of a topology into the model, pass by pass, and collects the findings.

// maxFindings is how many findings are told at once. More would bury the first ones.
const maxFindings = 50

// Parse reads a topology that imports no others. file is the name that findings carry. The topology is nil if
// there are errors; warnings come with a topology. Parse accepts any bytes and does no I/O.
func Parse(file string, src []byte) (*Topology, Diagnostics) {
	return ParseFiles(File{Name: file, Text: src}, nil)
}

// parse reads the text of the parser's file, and the files that it imports.
func (p *parser) parse(src []byte) {
	defer func() { p.done = true }()
	var root *node
	if p.readLines(src) {
		root = p.readTree()
	}
	p.topology.root = root
	if root == nil || !p.parseTopology(root) {
		for _, name := range sections {
			p.broken[section{p, name}] = true
		}
		return
	}
	p.checkRecursion()
	p.checkReferences()
	p.checkSecurity()
	p.checkBinds()
	p.checkInproc()
	p.checkPairPeers()
	p.checkUncorrelatedBinds()
	p.checkTopics()
	p.checkFrames()
	p.checkTags()
	p.checkUnusedImports()
}

// parser is the state of reading one file. Each pass leaves here what the later ones look up.
type parser struct {
	*reading
	topology *Topology
	imports  map[string]*imported // by alias
	aliases  []string             // in the order of the file
	done     bool

	// Where the file was imported first; nil for the one that imports all others.
	importedBy *parser
	importedAt Span
	depth      int

	lines    []string
	findings []*Diagnostic
	hidden   map[int][]Span // secrets, by line: no finding shows them
	encoding Encoding       // the topology's, for patterns that name none

	// What is declared, by name: even that of which something else is wrong, so that a reference to
	// it is not wrong too.
	enums    map[string]*Enum
	messages map[string]*Message
	patterns map[string]*Pattern
	nodes    map[string]*Node   // and those of devices
	sockets  map[string]*Socket // by FullName, the sides of devices among them

	securities map[string]*Security
	// The defaults of the topology, and those of the node that is read, which come first.
	topologyDefaults, defaults []*defaults

	matching    int // how much was matched with patterns
	fixes       int // how many fixes were looked for
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
