package gen

import (
	"cmp"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns the calls of req-rep patterns into their share of the JSON for generators of other languages.

type irMethod struct {
	Name       string `json:"name"`
	WireName   string `json:"wire_name"`
	Doc        string `json:"doc,omitempty"`
	Deprecated string `json:"deprecated,omitempty"`
	irCall
	Errors []string `json:"errors,omitempty"`
}

// irCall is what a method and a pattern without methods have in common.
type irCall struct {
	Request      string `json:"request,omitempty"`
	Reply        string `json:"reply,omitempty"`
	TimeoutMS    int64  `json:"timeout_ms,omitempty"`
	Idempotent   bool   `json:"idempotent,omitempty"`
	Attempts     int    `json:"attempts,omitempty"`
	RetryEveryMS int64  `json:"retry_every_ms,omitempty"`
}

// irAddCalls adds the calls of a pattern to what is said of it.
func irAddCalls(out *irPattern, p *schema.Pattern) {
	if p.Kind == schema.ReqRep {
		out.Correlation = cmp.Or(string(p.Correlation), string(schema.CallID))
	}
	for _, m := range p.Methods {
		call := irCallOf(p.Topology, m)
		if p.Bare {
			out.Call = &call
			break
		}
		method := irMethod{Name: m.Name.Value, WireName: m.WireName.Value, Doc: m.Doc, Deprecated: m.Deprecated.Value, irCall: call}
		for _, e := range m.Errors {
			method.Errors = append(method.Errors, fullName(p.Topology, e.Topology, e.Name.Value))
		}
		out.Methods = append(out.Methods, method)
	}
}

func irCallOf(in *schema.Topology, m *schema.Method) irCall {
	out := irCall{
		TimeoutMS: m.Timeout.Milliseconds(), Idempotent: m.Idempotent, Attempts: m.Attempts, RetryEveryMS: m.RetryEvery.Milliseconds(),
	}
	if m.Request != nil {
		out.Request = fullName(in, m.Request.Topology, m.Request.Name.Value)
	}
	if m.Reply != nil {
		out.Reply = fullName(in, m.Reply.Topology, m.Reply.Name.Value)
	}
	return out
}
