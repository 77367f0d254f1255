package schema

// This file reads how bodies are encoded, which the topology says and any pattern for itself.

// parseEncoding returns the encoding that r names, or usual if it names none.
func (p *parser) parseEncoding(r record, usual Encoding) Encoding {
	t := r.scalarText("encoding")
	if !t.IsSet() {
		return usual
	}
	switch e := Encoding(t.Value); e {
	case EncodingProto, EncodingJSON, EncodingFrames:
		return e
	default:
		d := p.report(badChoice, t.Span, "%q is no encoding", clip(t.Value))
		p.suggestChoice(d, t.Value, []string{string(EncodingProto), string(EncodingJSON), string(EncodingFrames)})
	}
	return usual
}
