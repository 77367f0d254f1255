package schema

import "slices"

// This file reads how bodies are encoded, which the topology says and any pattern for itself.

// parseEncoding returns the encoding that r names, or usual if it names none.
func (p *parser) parseEncoding(r record, usual Encoding) Encoding {
	t := r.scalarText("encoding")
	if !t.IsSet() {
		return usual
	}
	if !slices.Contains(r.words("encoding"), t.Value) {
		p.suggestChoice(p.report(badChoice, t.Span, "%q is no encoding", clip(t.Value)), t.Value, r.words("encoding"))
		return usual
	}
	return Encoding(t.Value)
}
