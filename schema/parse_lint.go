package schema

// This file turns the section lint into the model. Which rules there are is known to who applies them.

func (p *parser) parseLint(r record) {
	n := r.get("lint")
	if n == nil {
		return
	}
	l, ok := p.record(n, &lintKeys, "lint", r.keySpan("lint"))
	if !ok {
		return
	}
	for _, pair := range l.entries("rules") {
		switch severity := Severity(pair.value.value); {
		case pair.value.kind == refusedNode:
		case pair.value.kind != scalarNode || pair.value.isEmpty():
			p.report(wrongKind, pair.value.span, "the severity of rule %q is %s; text is expected", clip(pair.key.value), pair.value.describe()).
				help("error, warning, info or off")
		default:
			if p.isChoice(pair.value.text(), "a severity", lintKeys.key("rules").of.entries.of.words) {
				p.topology.Lint = append(p.topology.Lint, RuleSetting{Rule: pair.key.text(), Severity: severity})
			}
		}
	}
}
