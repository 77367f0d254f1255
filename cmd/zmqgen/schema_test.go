package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/schema"
)

// TestPublishedJSONSchemaIsUpToDate holds the file that editors load to what the command prints. -update writes it.
func TestPublishedJSONSchemaIsUpToDate(t *testing.T) {
	upToDate(t, filepath.Join(root, "schema", "topology.schema.json"), func([]byte) []byte { return schema.JSONSchema() })
}

// TestKeysInDocumentationAreThoseOfTheSchema holds the tables of keys in docs/topology.md to the schema, which is held to the
// parser in package schema. -update writes them.
func TestKeysInDocumentationAreThoseOfTheSchema(t *testing.T) {
	const begin, end = "<!-- keys: written by go test ./cmd/zmqgen -run Keys -update -->\n", "<!-- end of keys -->\n"
	upToDate(t, filepath.Join(root, "docs", "topology.md"), func(old []byte) []byte {
		before, rest, found := bytes.Cut(old, []byte(begin))
		_, after, closed := bytes.Cut(rest, []byte(end))
		if !found || !closed {
			t.Fatalf("docs/topology.md has no %q and %q", begin, end)
		}
		return bytes.Join([][]byte{before, []byte(begin), keyTables(t), []byte(end), after}, nil)
	})
}

// upToDate holds a file to what it is to be, or writes it with -update.
func upToDate(t *testing.T, file string, become func(old []byte) []byte) {
	t.Helper()
	old, err := os.ReadFile(file)
	if err != nil && !*update {
		t.Fatal(err)
	}
	if want := become(old); !bytes.Equal(old, want) {
		if !*update {
			t.Fatalf("%s is not up to date; -update writes it", file)
		}
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// keySchema is as much of a JSON Schema as the tables of keys show.
type keySchema struct {
	Ref                  string   `json:"$ref"`
	Description          string   `json:"description"`
	Type                 any      `json:"type"`
	Enum                 []any    `json:"enum"`
	Minimum, Maximum     *int64   //
	Pattern              string   `json:"pattern"`
	Examples             []string `json:"examples"`
	Default              any      `json:"default"`
	AnyOf                []keySchema
	Properties           keyMembers
	Required             []string
	AdditionalProperties json.RawMessage
	Definitions          keyMembers
}

// keyMembers are the members of a JSON object, in their order.
type keyMembers []struct {
	name  string
	value keySchema
}

func (m *keyMembers) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		*m = append(*m, struct {
			name  string
			value keySchema
		}{name: fmt.Sprint(key)})
		if err := d.Decode(&(*m)[len(*m)-1].value); err != nil {
			return err
		}
	}
	return nil
}

// keyTables is a table for each kind of mapping in the schema.
func keyTables(t *testing.T) []byte {
	t.Helper()
	var top keySchema
	if err := json.Unmarshal(schema.JSONSchema(), &top); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	write := func(title string, s keySchema) {
		fmt.Fprintf(&b, "\n### %s\n\n%s\n\n| key | value | what |\n| --- | --- | --- |\n", title, cell(s.Description))
		for _, p := range s.Properties {
			name := "`" + p.name + "`"
			for _, r := range s.Required {
				if r == p.name {
					name += ", required"
				}
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", name, cell(p.value.shown()), cell(p.value.Description))
		}
	}
	write("Keys of the file", top)
	for _, d := range top.Definitions {
		write("Keys of "+strings.ReplaceAll(d.name, "_", " "), d.value)
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// shown says what a value is.
func (s keySchema) shown() string {
	text := s.kind()
	if s.Default != nil {
		text += fmt.Sprintf("; `%v` if left out", s.Default)
	}
	return text
}

func (s keySchema) kind() string {
	var inner keySchema
	switch {
	case s.Ref != "":
		name := strings.ReplaceAll(strings.TrimPrefix(s.Ref, "#/definitions/"), "_", " ")
		return "[" + name + "](#keys-of-" + strings.ReplaceAll(name, " ", "-") + ")"
	case len(s.AnyOf) > 0:
		var all []string
		for _, a := range s.AnyOf {
			all = append(all, a.kind())
		}
		return strings.Join(all, ", or ")
	case s.Enum != nil:
		return words(s.Enum)
	case json.Unmarshal(s.AdditionalProperties, &inner) == nil && len(s.AdditionalProperties) > 0:
		return "names, each with " + inner.kind()
	case s.Type == "array":
		return "a list"
	case s.Minimum != nil && s.Maximum != nil && *s.Minimum < *s.Maximum:
		text := fmt.Sprintf("%d to %d", *s.Minimum, *s.Maximum)
		for _, e := range s.Examples {
			text += ", or `" + e + "`"
		}
		return text
	case s.Pattern == "^(true|false)$":
		return "`true`, `false`"
	}
	return "text"
}

// words lists the words of an enum, those once that a number, a boolean or null spells as well.
func words(all []any) string {
	var shown []string
	for _, w := range all {
		if w == nil {
			w = "null"
		}
		if text := fmt.Sprintf("`%v`", w); len(shown) == 0 || shown[len(shown)-1] != text {
			shown = append(shown, text)
		}
	}
	return strings.Join(shown, ", ")
}

// cell is text for a cell of a Markdown table.
func cell(text string) string {
	return strings.NewReplacer("|", "\\|", "<", "&lt;", "*", "\\*").Replace(text)
}
