package lint

import "github.com/zmqgen/zmqgen/schema"

// This file finds what has no doc, for teams that want one everywhere.

var docMissing = &schema.Rule{ID: "doc-missing", Severity: schema.Off, Summary: "messages, enums, patterns, methods, nodes and devices say what they are for"}

func (p *pass) checkDocs() {
	t := p.topology
	for _, e := range t.Enums {
		p.needDoc("enum", e.Name, e.Doc)
	}
	for _, m := range t.Messages {
		p.needDoc("message", m.Name, m.Doc)
	}
	for _, pattern := range t.Patterns {
		p.needDoc("pattern", pattern.Name, pattern.Doc)
		for _, m := range pattern.Methods {
			if !pattern.Bare {
				p.needDoc("method", m.Name, m.Doc)
			}
		}
	}
	for _, n := range t.Nodes {
		p.needDoc("node", n.Name, n.Doc)
	}
	for _, d := range t.Devices {
		p.needDoc("device", d.Name, d.Doc)
	}
}

func (p *pass) needDoc(what string, name schema.Text, doc string) {
	if doc == "" {
		p.report(docMissing, name.Span, "%s %q has no doc", what, name.Value).Helpf("doc: a sentence that says what it is for")
	}
}
