package lint

import "github.com/zmqgen/zmqgen/schema"

// This file finds what is in use and refers to what is not to be used any more.

var deprecatedUsed = &schema.Rule{ID: "deprecated-used", Severity: schema.Off, Summary: "what is not deprecated uses nothing that is"}

func (p *pass) checkDeprecated() {
	for _, m := range p.topology.Messages {
		if m.Deprecated.IsSet() {
			continue
		}
		m.EachField(func(f *schema.Field) {
			item := itemOf(f.Type)
			at := f.Places.Value("type", f.Name.Span)
			switch {
			case f.Deprecated.IsSet():
			case item.Enum != nil:
				p.uses(at, "enum", item.Enum.Topology, item.Enum.Name, item.Enum.Deprecated)
			case item.Message != nil:
				p.usesMessage(at, item.Message)
			}
		})
	}
	for _, pattern := range p.topology.Patterns {
		if !pattern.Deprecated.IsSet() {
			p.checkDeprecatedIn(pattern)
		}
	}
	p.eachSocket(func(s *schema.Socket) {
		p.uses(s.Places.Value(string(s.Type), s.Name.Span), "pattern", s.Pattern.Topology, s.Pattern.Name, s.Pattern.Deprecated)
	})
}

func (p *pass) checkDeprecatedIn(pattern *schema.Pattern) {
	for _, f := range pattern.Flows() {
		for _, m := range f.Messages {
			p.usesMessage(m.Span, m.Message)
		}
	}
	for _, m := range pattern.Methods {
		if m.Deprecated.IsSet() {
			continue
		}
		p.usesMessage(m.Places.Value("request", m.Name.Span), m.Request)
		p.usesMessage(m.Places.Value("reply", m.Name.Span), m.Reply)
		for _, e := range m.Errors {
			p.usesMessage(m.Places.Value("errors", m.Name.Span), e)
		}
	}
}

func (p *pass) usesMessage(at schema.Span, m *schema.Message) {
	if m != nil {
		p.uses(at, "message", m.Topology, m.Name, m.Deprecated)
	}
}

// uses reports what is deprecated where it is used.
func (p *pass) uses(at schema.Span, what string, of *schema.Topology, name, instead schema.Text) {
	if instead.IsSet() {
		p.report(deprecatedUsed, at, "%s %q is deprecated", what, p.inFile(of, name.Value)).
			Helpf("%s", instead.Value).RelateTo(of, name.Span, "declared")
	}
}
