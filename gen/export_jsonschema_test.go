package gen

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/zmqgen/zmqgen/schema"
)

// schemaTopologies are those whose exports are held to examples of their messages.
var schemaTopologies = append(exportedTopologies, []struct{ name, topology string }{
	{"limits", "testdata/limits.yaml"}, {"bounds", "testdata/bounds.yaml"}, {"tests", "testdata/tests.yaml"}, {"idioms", "../examples/idioms/topology.yaml"},
}...)

func TestExportedJSONSchemasAreUpToDate(t *testing.T) {
	for _, e := range append(exportedTopologies, struct{ name, topology string }{"limits", "testdata/limits.yaml"}) {
		got, _ := ExportJSONSchema(parse(t, e.topology))
		if again, _ := ExportJSONSchema(parse(t, e.topology)); !bytes.Equal(got, again) {
			t.Errorf("%s differs between two runs", e.name)
		}
		compareGolden(t, filepath.Join("testdata", "export", e.name+".schema.json"), got)
	}
}

// schemaLoader compiles definitions of one exported document.
type schemaLoader struct {
	t *testing.T
	c *jsonschema.Compiler
}

func loadSchema(t *testing.T, doc []byte, draft *jsonschema.Draft) schemaLoader {
	t.Helper()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(draft)
	c.AssertFormat()
	if err := c.AddResource("export.json", parsed); err != nil {
		t.Fatal(err)
	}
	return schemaLoader{t, c}
}

func (s schemaLoader) validate(pointer, text string) error {
	s.t.Helper()
	compiled, err := s.c.Compile("export.json#" + pointer)
	if err != nil {
		s.t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		s.t.Fatalf("%v\n%s", err, text)
	}
	return compiled.Validate(value)
}

// TestExamplesAreValidByTheExportedSchemas holds the JSON of examples, which generated code writes too, to the JSON Schema
// and to the schemas in the AsyncAPI document, which is read as draft-07.
func TestExamplesAreValidByTheExportedSchemas(t *testing.T) {
	held := 0
	for _, e := range schemaTopologies {
		topology := parse(t, e.topology)
		doc, _ := ExportJSONSchema(topology)
		own := loadSchema(t, doc, jsonschema.Draft2020)
		doc, _ = ExportAsyncAPI(topology)
		async := loadSchema(t, doc, jsonschema.Draft7)
		l := &lowering{t: topology, limited: map[*schema.Message]bool{}, texts: map[textKey]*string{}}
		l.findLimited()
		for _, m := range topology.Messages {
			x, missing := l.exampleOf(m)
			if _, why := protoOf(x); why != "" || len(missing) > 0 || documentNotSent(x) != "" {
				continue
			}
			held++
			text := jsonOf(x)
			for pointer, loader := range map[string]schemaLoader{"/$defs/": own, "/components/schemas/": async} {
				if err := loader.validate(pointer+m.Name.Value, text); err != nil {
					t.Errorf("%s: %s: %v\n%s", e.name, m.Name.Value, err, text)
				}
			}
		}
	}
	if held < 60 {
		t.Errorf("only %d examples", held)
	}
	t.Logf("%d examples", held)
}

const limitedTopology = `version: 1
name: m
enums: {Side: {BUY: 1, SELL: 2}}
messages:
  Leg: {fields: {ratio: sint32 @1}}
  A:
    fields:
      symbol: {type: string, id: 1, required: true, max_len: 4, pattern: "[A-Z]+"}
      count: {type: uint32, id: 2, max: 9}
      total: uint64 @3
      price: {type: float64, id: 4, min: 0, max: 1e3}
      side: Side @5
      at: timestamp @6
      took: duration @7
      id: uuid @8
      raw: {type: bytes, id: 9, max_len: 3}
      legs: {type: list<Leg>, id: 10, max_items: 2}
      marks: map<int32, string> @11
      choice: {oneof: {cash: int32 @12, leg: Leg @13}}
      must: {oneof: {x: int32 @14, y: int32 @15}, required: true}
      note: {type: string?, id: 16, required: true}
      doc: json @17
      rate: float32 @18
      tick: decimal @19
      code: {type: int32, id: 20, min: 5}
      ok: bool @21
`

func TestExportedSchemaRefusesWhatIsNotTheMessage(t *testing.T) {
	doc, _ := ExportJSONSchema(parseText(t, "t.yaml", limitedTopology))
	s := loadSchema(t, doc, jsonschema.Draft2020)
	const rest = `,"symbol":"EU","x":1,"note":"","code":5}`
	for _, good := range []string{
		`{"count":9` + rest, `{"total":"18446744073709551615"` + rest, `{"price":1e3` + rest, `{"side":"SIDE_BUY"` + rest, `{"side":7` + rest,
		`{"at":"2024-01-02T03:04:05.500Z"` + rest, `{"took":"-1.500s"` + rest, `{"id":"00010203-0405-0607-0809-0a0b0c0d0e0f"` + rest,
		`{"raw":"AAEC"` + rest, `{"legs":[{},{"ratio":-1}]` + rest, `{"marks":{"-1":"a"}` + rest, `{"leg":{}` + rest, `{"doc":[null]` + rest,
		`{"rate":"NaN"` + rest, `{"tick":"1.50"` + rest, `{"ok":true` + rest, `{"later":1` + rest,
	} {
		if err := s.validate("/$defs/A", good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		`{}`, `[]`, `{"x":1,"note":"","code":5}`, `{"symbol":"EU","note":"","code":5}`, `{"symbol":"EU","x":1,"code":5}`, `{"symbol":"EU","x":1,"note":""}`,
		`{"symbol":"","x":1,"note":"","code":5}`, `{"symbol":"EURUS","x":1,"note":"","code":5}`, `{"symbol":"eu","x":1,"note":"","code":5}`,
		`{"symbol":"EU","x":1,"y":2,"note":"","code":5}`, `{"symbol":"EU","x":1,"note":"","code":4}`,
		`{"count":10` + rest, `{"count":-1` + rest, `{"count":"9"` + rest, `{"total":1` + rest, `{"total":"-1"` + rest, `{"price":1001` + rest,
		`{"price":"NaN"` + rest, `{"side":"BUY"` + rest, `{"at":"yesterday"` + rest, `{"took":"1m"` + rest, `{"id":"x"` + rest,
		`{"raw":"AAECAw=="` + rest, `{"raw":"?"` + rest, `{"legs":[{},{},{}]` + rest, `{"legs":[1]` + rest, `{"marks":{"a":"a"}` + rest, `{"marks":{"1":1}` + rest,
		`{"cash":1,"leg":{}` + rest, `{"rate":"1"` + rest, `{"tick":"one"` + rest, `{"ok":"true"` + rest,
	} {
		if s.validate("/$defs/A", bad) == nil {
			t.Errorf("valid by the schema: %s", bad)
		}
	}
}

var patternSamples = []string{"", "a", "A", "EUR", "eur", "x-y", "1", "12", "0123456789", "a\nb", "é", "ſ", "\u212a", "[", "a.b", "aaa", "ab cd", "\x00", "}", "_"}

// FuzzECMAPattern holds what a pattern becomes to the pattern: Go reads it too, and takes the same texts.
func FuzzECMAPattern(f *testing.F) {
	for _, p := range []string{
		`[A-Z]+`, `[A-Z]{3}(-[0-9]{2,4})?`, `(?i)eur|usd`, `\d+\.\d*`, `[^a-z\-]`, `.`, `(?s).`, `\pL+`, `a|b|`, `(a|b)*c?`, `\Qa.b\E`, `[[:alpha:]_]`, `\x41`, `(?:ab){2,}`, `\bx`, `(?m)^a$`, `[\x00-\x1f]`, `a{0}`, `x*?`, `()`,
	} {
		f.Add(p, "EUR")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		re, err := regexp.Compile("^(?:" + pattern + ")$")
		if err != nil || len(pattern) > 200 {
			return
		}
		if _, err := regexp.Compile(pattern); err != nil {
			return // which the parser refuses
		}
		out := ecmaPattern(pattern)
		if out == "" {
			return
		}
		again, err := regexp.Compile(out)
		if err != nil {
			t.Fatalf("%q became %q: %v", pattern, out, err)
		}
		for _, s := range append(patternSamples, text) {
			if re.MatchString(s) != again.MatchString(s) {
				t.Fatalf("%q became %q, which is another for %q", pattern, out, s)
			}
		}
	})
}

func TestPatternsOfLinesHaveNoECMAPattern(t *testing.T) {
	for pattern, want := range map[string]string{`(?m)^a`: "", `[A-Z]{3}`: "^(?:[A-Z]{3})$", `a/b|c`: `^(?:a\/b|c)$`, `(?i)k`: "^(?:[Kk\u212a])$", `[^-\]]`: `^(?:[^\-\]])$`} {
		if got := ecmaPattern(pattern); got != want {
			t.Errorf("%q became %q, want %q", pattern, got, want)
		}
	}
	doc, _ := ExportJSONSchema(parseText(t, "t.yaml", "version: 1\nname: m\nmessages: {A: {fields: {a: {type: string, id: 1, pattern: '(?m)^a$'}}}}\n"))
	var out map[string]any
	if err := json.Unmarshal(doc, &out); err != nil || !strings.Contains(string(doc), `"x-limits": {`) {
		t.Errorf("%v\n%s", err, doc)
	}
}
