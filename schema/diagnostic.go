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

// The severities. Only errors keep code from being generated.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Diagnostic is one finding.
type Diagnostic struct {
	File     string
	Span     Span
	Severity Severity
	Rule     string // a stable id in kebab-case
	Message  string // what is wrong, with what was given
	Help     string // what is accepted, or a did-you-mean; may be empty
	Related  []Related
	Source   string // the text of line Span.Line
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
