package schema

import (
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/internal/jsonschema"
)

// This file turns the table of keys into a JSON Schema, for editors and other tools that know YAML.

// JSONSchemaURL is where the JSON Schema of topologies is published.
const JSONSchemaURL = "https://raw.githubusercontent.com/zmqgen/zmqgen/main/schema/topology.schema.json"

// JSONSchema returns the JSON Schema of a topology.yaml, in draft-07, which every version of yaml-language-server reads.
// Every valid topology is valid by it, as long as no text in it is a plain null; what it cannot say, such as that a name is
// declared, Parse finds. The bytes are always the same, and belong to the caller.
func JSONSchema() []byte {
	s := schemaOf(&topologyKeys)
	s.Schema, s.ID, s.Title = "http://json-schema.org/draft-07/schema#", JSONSchemaURL, "A topology of zmqgen"
	for _, o := range objects()[1:] {
		s.Definitions = append(s.Definitions, jsonschema.Member{Name: o.slug(), Value: schemaOf(o)})
	}
	return jsonschema.Marshal(s)
}

// objects are all kinds of mapping with fixed keys that a topology holds, itself first.
func objects() []*objectDef {
	all := []*objectDef{&topologyKeys}
	var add func(valueDef)
	add = func(v valueDef) {
		for _, o := range v.objects {
			if !slices.Contains(all, o) {
				all = append(all, o)
			}
		}
		if v.entries != nil {
			add(v.entries.of)
		}
	}
	for i := 0; i < len(all); i++ {
		for _, k := range all[i].keys {
			add(k.of)
		}
	}
	return all
}

// slug is the name of the object among the definitions.
func (o *objectDef) slug() string {
	name := strings.TrimPrefix(strings.TrimPrefix(o.name, "an "), "a ")
	return strings.ReplaceAll(name, " ", "_")
}

func schemaOf(o *objectDef) *jsonschema.Schema {
	s := &jsonschema.Schema{Description: o.doc, AdditionalProperties: false}
	for _, k := range o.keys {
		if k.of.elsewhere {
			continue
		}
		value := schemaOfValue(k.shape, k.of)
		value.Description = k.doc
		s.Properties = append(s.Properties, jsonschema.Member{Name: k.name, Value: value})
		if k.required {
			s.Required = append(s.Required, k.name)
		}
	}
	s.Type = []string{"object", "null"} // nothing at all is an object without keys
	if len(s.Required) > 0 {
		s.Type = "object"
	}
	return s
}

// schemaOfValue is the schema of a value of a shape: one that says what each of its types may be, which editors
// understand best, or, where mappings have keys of their own, several to choose from.
func schemaOfValue(has shape, v valueDef) *jsonschema.Schema {
	var any []*jsonschema.Schema
	if has == text || has == textOrList || has == textOrMapping {
		any = append(any, schemaOfText(v))
	}
	if has == list || has == textOrList {
		items := v
		items.usual, items.least = "", 0
		any = append(any, &jsonschema.Schema{Type: "array", Items: schemaOfText(items), MinItems: v.least})
	}
	for _, o := range v.objects {
		any = append(any, &jsonschema.Schema{Ref: "#/definitions/" + o.slug()})
	}
	if v.entries != nil {
		any = append(any, schemaOfEntries(v.entries))
	}
	s := any[0]
	if len(any) > 1 {
		s = &jsonschema.Schema{AnyOf: any, Default: any[0].Default}
		any[0].Default = nil
	}
	return s
}

func schemaOfEntries(e *entriesDef) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: []string{"object", "null"}, AdditionalProperties: schemaOfValue(e.shape, e.of)}
	if e.names != nil {
		most := maxNameLength
		if e.names == &memberName { // of an import's too
			most = 2*maxNameLength + 1
		}
		s.PropertyNames = &jsonschema.Schema{Pattern: e.names.pattern.String(), PatternHint: patternHints[e.names.pattern], MaxLength: &most}
	}
	return s
}

// schemaOfText is the schema of a scalar. What a topology reads as text is a number or a boolean to other tools, so all
// types are in it that may spell an accepted text.
func schemaOfText(v valueDef) *jsonschema.Schema {
	s := &jsonschema.Schema{}
	switch {
	case slices.Equal(v.words, yesOrNo.words):
		s.Type, s.Pattern = []string{"boolean", "string"}, "^(true|false)$"
	case v.number:
		s.Type, s.Minimum, s.Maximum = []string{"integer", "string"}, v.low, v.high
		s.Pattern = strings.Join(append([]string{integerPattern.String()}, v.words...), "|")
		for _, word := range v.words {
			s.Examples = append(s.Examples, word)
		}
	case v.words != nil:
		for _, word := range v.words {
			s.Enum = append(s.Enum, plainValue(word))
			if plainValue(word) != word {
				s.Enum = append(s.Enum, word)
			}
		}
	case v.pattern != nil:
		s.PatternHint = patternHints[v.pattern]
		types := []string{"string"}
		for _, other := range []struct{ spelled, is string }{{"10", "integer"}, {"0", "integer"}, {"true", "boolean"}} {
			if v.pattern.MatchString(other.spelled) && !slices.Contains(types, other.is) {
				types = append(types, other.is)
			}
		}
		s.Type, s.Pattern = types, v.pattern.String()
		switch zero, ten := v.pattern.MatchString("0"), v.pattern.MatchString("10"); {
		case zero && !ten: // a duration needs no unit if it is zero
			s.Minimum, s.Maximum = 0, 0
		case ten && !zero:
			s.Minimum = 1
		}
		if len(types) == 1 {
			s.Type = types[0]
		}
	default:
		s.Type = []string{"string", "number", "boolean"}
	}
	if v.pattern == typePattern {
		for _, scalar := range scalarNames() {
			s.Examples = append(s.Examples, scalar)
		}
	}
	if v.usual != "" {
		s.Default = plainValue(v.usual)
	}
	return s
}

// plainValue is what YAML makes of a word without quotes.
func plainValue(word string) any {
	if n, is := atoi(word); is {
		return n
	}
	if word == "null" {
		return nil
	}
	if word == "true" || word == "false" {
		return word == "true"
	}
	return word
}
