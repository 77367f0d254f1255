package report

import (
	_ "embed"
	"encoding/json"
	"io"

	"github.com/zmqgen/zmqgen/schema"
)

// This file writes findings as JSON: one document of version 1. Keys may come in later versions of zmqgen; none goes or changes its
// meaning without another version of the document.

// JSONSchema is the JSON Schema of what JSON writes.
//
//go:embed diagnostics.schema.json
var JSONSchema []byte

// jsonVersion is the version of the document.
const jsonVersion = 1

type document struct {
	Version  int       `json:"version"`
	Findings []finding `json:"findings"`
}

type finding struct {
	File      string    `json:"file"`
	Line      int       `json:"line"`
	Column    int       `json:"column"`
	EndLine   int       `json:"end_line"`
	EndColumn int       `json:"end_column"`
	Severity  string    `json:"severity"`
	Rule      string    `json:"rule"`
	Message   string    `json:"message"`
	Help      string    `json:"help,omitempty"`
	Path      string    `json:"path,omitempty"`
	Notes     []note    `json:"notes,omitempty"`
	Related   []related `json:"related,omitempty"`
	Fix       *fix      `json:"fix,omitempty"`
	Details   any       `json:"details,omitempty"`
}

type note struct {
	Label string `json:"label"`
	Text  string `json:"text"`
}

type related struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndColumn int    `json:"end_column"`
	Message   string `json:"message"`
}

type fix struct {
	Message string `json:"message"`
	Edits   []edit `json:"edits"`
}

type edit struct {
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"end_line"`
	EndColumn int    `json:"end_column"`
	Text      string `json:"text"`
}

// JSON writes the findings for programs, as one document that JSONSchema describes, even if there are none.
func JSON(w io.Writer, ds schema.Diagnostics) error {
	doc := document{Version: jsonVersion, Findings: make([]finding, len(ds))}
	for i := range ds {
		doc.Findings[i] = findingOf(&ds[i])
	}
	return encode(w, doc)
}

// encode writes a value as indented JSON.
func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func findingOf(d *schema.Diagnostic) finding {
	f := finding{
		File: d.File, Line: d.Span.Line, Column: d.Span.Col, EndLine: d.Span.Line, EndColumn: d.Span.EndCol,
		Severity: string(d.Severity), Rule: d.Rule, Message: d.Message, Help: d.Help, Path: d.Path, Details: d.Details,
	}
	for _, n := range d.Notes {
		f.Notes = append(f.Notes, note(n))
	}
	for _, r := range d.Related {
		f.Related = append(f.Related, related{fileOf(d, r), r.Span.Line, r.Span.Col, r.Span.EndCol, r.Message})
	}
	if d.Fix != nil {
		f.Fix = &fix{Message: d.Fix.Message, Edits: []edit{}}
		for _, e := range d.Fix.Edits {
			f.Fix.Edits = append(f.Fix.Edits, edit{e.Start.Line, e.Start.Col, e.End.Line, e.End.Col, e.Text})
		}
	}
	return f
}
