package golden

import (
	"bytes"
	"os"
	"reflect"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/zmqgen/zmqgen/gen"
	"github.com/zmqgen/zmqgen/schema"
)

// TestJSONIsValidByTheExportedSchema holds what generated code writes to the JSON Schema of its topology.
func TestJSONIsValidByTheExportedSchema(t *testing.T) {
	src, err := os.ReadFile("../../testdata/alltypes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	topology, ds := schema.Parse("alltypes.yaml", src)
	if topology == nil {
		t.Fatal(ds)
	}
	doc, _ := gen.ExportJSONSchema(topology)
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("export.json", parsed); err != nil {
		t.Fatal(err)
	}
	for _, m := range []body{
		&Empty{}, &Plain{}, fullPlain(), fullMaybe(), fullWide(), &Plain{Color: 99},
		&Tree{Name: "a\"\\\x01\n<", Children: []Tree{{}, {Name: "b"}}},
	} {
		name := reflect.TypeOf(m).Elem().Name()
		s, err := c.Compile("export.json#/$defs/" + name)
		if err != nil {
			t.Fatal(err)
		}
		text := encodeJSON(t, m)
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(value); err != nil {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
}
