package schema

import (
	"fmt"
)

// This file is how packages that check a valid topology make findings of rules of their own.

// Find makes a finding of a rule at a place of t's file. It is the caller's: nothing is added to t.
func (t *Topology) Find(rule *Rule, at Span, format string, args ...any) *Diagnostic {
	d := &Diagnostic{File: t.File, Span: at, Severity: rule.Severity, Rule: rule.ID, Path: t.PathAt(at), Message: fmt.Sprintf(format, args...)}
	if 1 <= at.Line && at.Line <= len(t.lines) {
		d.Source = t.lines[at.Line-1]
	}
	return d
}

// Helpf says what is accepted.
func (d *Diagnostic) Helpf(format string, args ...any) *Diagnostic { return d.help(format, args...) }

// RelateTo adds a place of the file of t, which need not be that of the finding.
func (d *Diagnostic) RelateTo(t *Topology, at Span, message string) *Diagnostic {
	d.related(at, message)
	if t.File != d.File {
		d.Related[len(d.Related)-1].File = t.File
	}
	return d
}

// Notef adds a line below the finding.
func (d *Diagnostic) Notef(label, format string, args ...any) *Diagnostic {
	d.Notes = append(d.Notes, Note{label, fmt.Sprintf(format, args...)})
	return d
}

// FixBy says how the finding is cured. The edits do not overlap.
func (d *Diagnostic) FixBy(message string, edits ...Edit) *Diagnostic {
	d.Fix = &Fix{message, edits}
	return d
}

// Replace is the edit that puts text in the place of a span.
func Replace(at Span, text string) Edit {
	return Edit{Start: Position{at.Line, at.Col}, End: Position{at.Line, at.EndCol}, Text: text}
}
