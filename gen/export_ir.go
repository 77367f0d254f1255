package gen

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns a topology into JSON for generators of other languages: its messages. What its
// patterns and nodes become is in export_ir_sockets.go. docs/ir.md says what each key means.

// The versions of the JSON. It changes where a generator that knows the old one would go wrong, and not where a key is added: one
// that knows nothing of securities would open sockets without them.
const (
	irVersion        = 1
	irVersionSecured = 2 // of topologies with a socket that has a security
)

type irTopology struct {
	IR       int          `json:"ir,omitempty"` // an import has none
	Source   string       `json:"source"`
	Name     string       `json:"name"`
	Doc      string       `json:"doc,omitempty"`
	Enums    []irEnum     `json:"enums"`
	Messages []irMessage  `json:"messages"`
	Patterns []irPattern  `json:"patterns"`
	Nodes    []irNode     `json:"nodes"`
	Devices  []irDevice   `json:"devices,omitempty"`
	Security []irSecurity `json:"security,omitempty"`
	Imports  []irTopology `json:"imports,omitempty"`
}

type irEnum struct {
	Name       string        `json:"name"`
	Doc        string        `json:"doc,omitempty"`
	Deprecated string        `json:"deprecated,omitempty"`
	Reserved   *irReserved   `json:"reserved,omitempty"`
	Values     []irEnumValue `json:"values"`
}

type irEnumValue struct {
	Name       string `json:"name"`
	ProtoName  string `json:"proto_name"`
	Number     int32  `json:"number"`
	Doc        string `json:"doc,omitempty"`
	Deprecated string `json:"deprecated,omitempty"`
}

type irMessage struct {
	Name        string      `json:"name"`
	WireName    string      `json:"wire_name"`
	Doc         string      `json:"doc,omitempty"`
	Deprecated  string      `json:"deprecated,omitempty"`
	Reserved    *irReserved `json:"reserved,omitempty"`
	Error       bool        `json:"error,omitempty"`
	KeepUnknown bool        `json:"keep_unknown,omitempty"`
	Fields      []irField   `json:"fields"`
}

type irReserved struct {
	Numbers []int32  `json:"numbers,omitempty"`
	Names   []string `json:"names,omitempty"`
}

type irField struct {
	Name       string    `json:"name"`
	JSONName   string    `json:"json_name,omitempty"` // a oneof has none
	Number     int32     `json:"number,omitempty"`    // nor a number
	Type       *irType   `json:"type,omitempty"`      // nor a type
	OneOf      []irField `json:"oneof,omitempty"`
	Doc        string    `json:"doc,omitempty"`
	Deprecated string    `json:"deprecated,omitempty"`
	Limits     *irLimits `json:"limits,omitempty"`
	Example    any       `json:"example,omitempty"`
	Const      any       `json:"const,omitempty"`
	As         string    `json:"as,omitempty"`
}

type irType struct {
	Kind     string  `json:"kind"`
	Name     string  `json:"name,omitempty"`  // of a scalar, an enum or a message
	Proto    string  `json:"proto,omitempty"` // of a scalar
	Optional bool    `json:"optional,omitempty"`
	Key      *irType `json:"key,omitempty"`
	Elem     *irType `json:"elem,omitempty"`
}

type irLimits struct {
	Required bool   `json:"required,omitempty"`
	Min      any    `json:"min,omitempty"`
	Max      any    `json:"max,omitempty"`
	MinLen   *int   `json:"min_len,omitempty"`
	MaxLen   *int   `json:"max_len,omitempty"`
	MinItems *int   `json:"min_items,omitempty"`
	MaxItems *int   `json:"max_items,omitempty"`
	Pattern  string `json:"pattern,omitempty"`
}

// ExportIR returns a valid topology as JSON, with every name and endpoint resolved. The same topology
// always becomes the same bytes.
func ExportIR(t *schema.Topology) ([]byte, schema.Diagnostics) {
	out := irTopologyOf(t)
	out.IR = irVersion
	for _, in := range t.All() {
		if in != t {
			out.Imports = append(out.Imports, irTopologyOf(in))
		}
		for s := range in.AllSockets() {
			if s.Security != nil {
				out.IR = irVersionSecured
			}
		}
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(out); err != nil {
		panic(fmt.Sprintf("gen: the topology as JSON: %v", err))
	}
	return b.Bytes(), nil
}

func irTopologyOf(t *schema.Topology) irTopology {
	out := irTopology{
		Source: SourceName(t.File), Name: t.Name.Value, Doc: t.Doc,
		Enums: []irEnum{}, Messages: []irMessage{}, Patterns: []irPattern{}, Nodes: []irNode{},
	}
	for _, e := range t.Enums {
		out.Enums = append(out.Enums, irEnumOf(e))
	}
	for _, m := range t.Messages {
		out.Messages = append(out.Messages, irMessage{
			Name: m.Name.Value, WireName: m.WireName.Value, Doc: m.Doc, Deprecated: m.Deprecated.Value,
			Reserved: irReservedOf(m.Reserved), Error: m.IsError, KeepUnknown: m.KeepUnknown, Fields: irFieldsOf(t, m.Fields),
		})
	}
	for _, p := range t.Patterns {
		out.Patterns = append(out.Patterns, irPatternOf(p))
	}
	for _, n := range t.Nodes {
		out.Nodes = append(out.Nodes, irNodeOf(n))
	}
	for _, d := range t.Devices {
		out.Devices = append(out.Devices, irDeviceOf(d))
	}
	for _, s := range t.Securities {
		out.Security = append(out.Security, irSecurityOf(s))
	}
	return out
}

func irEnumOf(e *schema.Enum) irEnum {
	out := irEnum{Name: e.Name.Value, Doc: e.Doc, Deprecated: e.Deprecated.Value, Reserved: irReservedOf(e.Reserved)}
	for _, v := range e.Values {
		out.Values = append(out.Values, irEnumValue{
			Name: v.Name.Value, ProtoName: protoValueName(e.Name.Value, v.Name.Value), Number: v.Number,
			Doc: v.Doc, Deprecated: v.Deprecated.Value,
		})
	}
	return out
}

func irReservedOf(all []schema.Reserved) *irReserved {
	if len(all) == 0 {
		return nil
	}
	out := &irReserved{}
	for _, r := range all {
		if r.Name != "" {
			out.Names = append(out.Names, r.Name)
			continue
		}
		for n := int64(r.From); n <= int64(r.To); n++ {
			out.Numbers = append(out.Numbers, int32(n))
		}
	}
	return out
}

func irFieldsOf(in *schema.Topology, fields []*schema.Field) []irField {
	out := []irField{}
	for _, f := range fields {
		field := irField{
			Name: f.Name.Value, Doc: f.Doc, Deprecated: f.Deprecated.Value, Limits: irLimitsOf(f.Limits),
			Example: irValue(f.Example), Const: irValue(f.Const), As: string(f.As),
		}
		if f.OneOf != nil {
			field.OneOf = irFieldsOf(in, f.OneOf)
		} else {
			field.JSONName, field.Number, field.Type = schema.JSONName(f.Name.Value), f.ID, irTypeOf(in, f.Type)
		}
		out = append(out, field)
	}
	return out
}

func irTypeOf(in *schema.Topology, t schema.Type) *irType {
	switch {
	case t.IsMap():
		return &irType{Kind: "map", Key: irTypeOf(in, schema.Type{Scalar: t.Key}), Elem: irTypeOf(in, *t.Elem)}
	case t.IsList():
		return &irType{Kind: "list", Elem: irTypeOf(in, *t.Elem)}
	case t.Enum != nil:
		return &irType{Kind: "enum", Name: fullName(in, t.Enum.Topology, t.Enum.Name.Value), Optional: t.Optional}
	case t.Message != nil:
		return &irType{Kind: "message", Name: fullName(in, t.Message.Topology, t.Message.Name.Value), Optional: t.Optional}
	}
	return &irType{Kind: "scalar", Name: string(t.Scalar), Proto: protoScalar(t.Scalar), Optional: t.Optional}
}

func irLimitsOf(l schema.Limits) *irLimits {
	out := irLimits{
		Required: l.Required, Min: irValue(l.Min), Max: irValue(l.Max), MinLen: l.MinLen, MaxLen: l.MaxLen,
		MinItems: l.MinItems, MaxItems: l.MaxItems, Pattern: l.Pattern.Value,
	}
	if out == (irLimits{}) {
		return nil
	}
	return &out
}

// irValue is a value as the topology writes it: text, or a list of texts for a list; nil if there is none.
func irValue(v schema.Value) any {
	if !v.IsSet() {
		return nil
	}
	if items, is := v.Parsed.([]any); is {
		texts := []string{}
		for _, item := range items {
			texts = append(texts, valueText(item))
		}
		return texts
	}
	return v.Value
}
