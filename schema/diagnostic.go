package schema

import (
	"cmp"
	"fmt"
	"slices"
)

// This file is what zmqgen has to say about a topology: findings, each at a place of a file.

// Span is a run of characters on one line of the file. Lines and columns count from 1, columns in
// characters, not bytes; EndCol is the column after the last one.
type Span struct {
	Line, Col, EndCol int
}

// Severity says how bad a finding is.
type Severity string

// The severities. Only errors keep code from being generated, and infos fail no command.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
	Off     Severity = "off" // of a rule that a file silences; no finding has it
)

// Diagnostic is one finding.
type Diagnostic struct {
	File     string
	Span     Span
	Severity Severity
	Rule     string // a stable id in kebab-case
	Path     string // where it is by the names in the file, as PathAt has it; "" where the file has no names
	Message  string // what is wrong, with what was given
	Help     string // what is accepted, or a did-you-mean; may be empty
	Related  []Related
	Notes    []Note // what else there is to say, in the order in which it is shown
	Fix      *Fix   // what cures it; nil unless that is sure
	Source   string // the text of line Span.Line
	// Details is what a program may want to know beyond text, marshalled as JSON; nil for most.
	Details any
}

// Note is a line below a finding: "received by: desk.quotes".
type Note struct {
	Label, Text string
}

// Fix is a change of the file after which the finding is gone and the topology means what it was meant to.
type Fix struct {
	Message string // what it does, in the imperative: "quote the type"
	Edits   []Edit // that do not overlap
}

// Edit replaces the characters from Start up to End.
type Edit struct {
	Start, End Position
	Text       string
}

// Position is a place between two characters of the file, before the one at Col. A position at the line after the last, in
// column 1, is the end of the file.
type Position struct {
	Line, Col int
}

// Related is another place that a finding speaks of.
type Related struct {
	File    string // "" if it is that of the finding
	Span    Span
	Message string
}

// Diagnostics is what Parse found, ordered by place.
type Diagnostics []Diagnostic

// HasErrors reports whether a finding is an error.
func (ds Diagnostics) HasErrors() bool {
	return slices.ContainsFunc(ds, func(d Diagnostic) bool { return d.Severity == Error })
}

// Sort orders the findings by place, then by rule.
func (ds Diagnostics) Sort() {
	slices.SortStableFunc(ds, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Span.Line, b.Span.Line),
			cmp.Compare(a.Span.Col, b.Span.Col),
			cmp.Compare(a.Rule, b.Rule),
		)
	})
}

// Errorf makes a finding at a place of t's file, for what shows only when code is generated. The
// rule gives the severity.
func (t *Topology) Errorf(span Span, rule, format string, args ...any) Diagnostic {
	d := Diagnostic{
		File:     t.File,
		Span:     span,
		Severity: Error,
		Rule:     rule,
		Message:  fmt.Sprintf(format, args...),
	}
	if r := ruleByID(rule); r != nil {
		d.Severity = r.Severity
	}
	if 1 <= span.Line && span.Line <= len(t.lines) {
		d.Source = t.lines[span.Line-1]
	}
	d.Path = t.PathAt(span)
	return d
}

func (d *Diagnostic) help(format string, args ...any) *Diagnostic {
	d.Help = fmt.Sprintf(format, args...)
	return d
}

func (d *Diagnostic) related(span Span, message string) *Diagnostic {
	d.Related = append(d.Related, Related{Span: span, Message: message})
	return d
}

// relatedIn is related for a place in the file of t, which may be one that p's file imports.
func (d *Diagnostic) relatedIn(p *parser, t *Topology, span Span, message string) *Diagnostic {
	d.related(span, message)
	if t != p.topology {
		d.Related[len(d.Related)-1].File = t.File
	}
	return d
}
