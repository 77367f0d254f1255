// Package jsonschema writes JSON Schemas: those of draft-07 and those of draft 2020-12, as far as they are alike.
package jsonschema

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// This file is the model of a schema and its way into JSON, with keywords in the order of the struct.

// Schema is one schema. What is zero is not written; the zero Schema accepts everything.
type Schema struct {
	Schema      string `json:"$schema,omitempty"`
	ID          string `json:"$id,omitempty"`
	Comment     string `json:"$comment,omitempty"`
	Ref         string `json:"$ref,omitempty"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	Deprecated  bool   `json:"deprecated,omitempty"`
	Default     any    `json:"default,omitempty"`
	Examples    []any  `json:"examples,omitempty"`

	Type  any   `json:"type,omitempty"` // a string, or a list of them
	Enum  []any `json:"enum,omitempty"`
	Const any   `json:"const,omitempty"`

	Format          string `json:"format,omitempty"`
	Pattern         string `json:"pattern,omitempty"`
	PatternHint     string `json:"patternErrorMessage,omitempty"` // what editors say where the pattern does not match
	MinLength       int    `json:"minLength,omitempty"`
	MaxLength       *int   `json:"maxLength,omitempty"`
	ContentEncoding string `json:"contentEncoding,omitempty"`

	Minimum any `json:"minimum,omitempty"` // a number
	Maximum any `json:"maximum,omitempty"` // a number

	Items    *Schema `json:"items,omitempty"`
	MinItems int     `json:"minItems,omitempty"`
	MaxItems *int    `json:"maxItems,omitempty"`

	Properties           Members  `json:"properties,omitempty"`
	PropertyNames        *Schema  `json:"propertyNames,omitempty"`
	AdditionalProperties any      `json:"additionalProperties,omitempty"` // false, or a *Schema
	Required             []string `json:"required,omitempty"`
	MinProperties        int      `json:"minProperties,omitempty"`
	MaxProperties        *int     `json:"maxProperties,omitempty"`

	Not   *Schema   `json:"not,omitempty"`
	AllOf []*Schema `json:"allOf,omitempty"`
	AnyOf []*Schema `json:"anyOf,omitempty"`
	OneOf []*Schema `json:"oneOf,omitempty"`

	Definitions Members `json:"definitions,omitempty"` // of draft-07
	Defs        Members `json:"$defs,omitempty"`       // of draft 2020-12

	XLimits any `json:"x-limits,omitempty"` // an annotation: what no keyword can say exactly
}

// Member is a named value of a JSON object.
type Member struct {
	Name  string
	Value any
}

// Members is a JSON object whose members keep their order.
type Members []Member

// MarshalJSON writes the members in their order.
func (m Members) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, member := range m {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, part := range []any{member.Name, member.Value} {
			text, err := compact(part)
			if err != nil {
				return nil, err
			}
			if j > 0 {
				b.WriteByte(':')
			}
			b.Write(text)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// compact is json.Marshal that leaves <, > and & as they are.
func compact(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// Marshal returns v, a *Schema or what else consists of values that JSON has, as indented JSON that ends in a line end.
func Marshal(v any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		panic(fmt.Sprintf("jsonschema: %v", err)) // a value that no JSON has is a mistake of the program
	}
	return b.Bytes()
}
