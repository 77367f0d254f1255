package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/zmqgen/zmqgen/schema"
)

// nasty is a finding whose every part tries to break out of the form that it is written in.
var nasty = schema.Diagnostic{
	File: "my market/50%,a:b\n.yaml", Span: at(3, 5, 9), Severity: schema.Error, Rule: "bad-type", Path: `nodes."a b".sockets`,
	Message: "a%b\n::error::c\r\x1b[2J", Help: "h: <&>", Notes: []schema.Note{{Label: "sent by", Text: "feed.quotes"}},
	Related: []schema.Related{{Span: at(1, 2, 3), Message: "declared"}, {File: "/abs/other.yaml", Span: at(4, 5, 6), Message: "used"}},
	Fix: &schema.Fix{Message: "quote it", Edits: []schema.Edit{{
		Start: schema.Position{Line: 3, Col: 5}, End: schema.Position{Line: 4, Col: 1}, Text: "\"x\"\n",
	}}},
	Details: map[string]any{"wire": []int{1, 2}},
	Source:  "    a: b",
}

var plain = schema.Diagnostic{File: "t.yaml", Span: at(1, 1, 1), Severity: schema.Info, Rule: "some-rule", Message: "m"}

// validator is JSONSchema, ready to be held to.
var validator = sync.OnceValues(func() (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(JSONSchema))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("diagnostics.json", doc); err != nil {
		return nil, err
	}
	return c.Compile("diagnostics.json")
})

// valid holds JSON to JSONSchema.
func valid(t *testing.T, text []byte) {
	t.Helper()
	s, err := validator()
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(v); err != nil {
		t.Errorf("%v in\n%s", err, text)
	}
}

func TestJSON(t *testing.T) {
	for _, ds := range []schema.Diagnostics{nil, {plain}, {nasty, plain}} {
		var out bytes.Buffer
		if err := JSON(&out, ds); err != nil {
			t.Fatal(err)
		}
		valid(t, out.Bytes())
		var doc document
		if err := json.Unmarshal(out.Bytes(), &doc); err != nil || doc.Version != 1 || len(doc.Findings) != len(ds) {
			t.Errorf("%v: %+v", err, doc)
		}
	}
	var out bytes.Buffer
	if err := JSON(&out, schema.Diagnostics{nasty}); err != nil {
		t.Fatal(err)
	}
	var doc document
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	f := doc.Findings[0]
	if f.Message != nasty.Message || f.File != nasty.File || f.Help != nasty.Help || f.Path != nasty.Path ||
		f.Line != 3 || f.Column != 5 || f.EndLine != 3 || f.EndColumn != 9 || f.Severity != "error" ||
		f.Notes[0].Label != "sent by" || f.Related[0].File != nasty.File || f.Related[1].File != "/abs/other.yaml" ||
		f.Fix.Edits[0] != (edit{3, 5, 4, 1, "\"x\"\n"}) {
		t.Errorf("%+v", f)
	}
}

// The schema has to refuse something, or the tests that hold to it say nothing.
func TestJSONSchemaKnowsAllKeys(t *testing.T) {
	var s struct {
		Defs struct {
			Finding struct {
				Properties           map[string]any `json:"properties"`
				AdditionalProperties bool           `json:"additionalProperties"`
			} `json:"finding"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(JSONSchema, &s); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(findingOf(&nasty))
	if err != nil {
		t.Fatal(err)
	}
	var keys map[string]any
	if err := json.Unmarshal(text, &keys); err != nil {
		t.Fatal(err)
	}
	if len(keys) != len(s.Defs.Finding.Properties) || s.Defs.Finding.AdditionalProperties {
		t.Errorf("a finding has %d keys, the schema %d", len(keys), len(s.Defs.Finding.Properties))
	}
}

func TestGitHub(t *testing.T) {
	var out strings.Builder
	if err := GitHub(&out, schema.Diagnostics{nasty, plain}); err != nil {
		t.Fatal(err)
	}
	want := `::error file=my market/50%25%2Ca%3Ab\u000a.yaml,line=3,endLine=3,col=5,endColumn=8,title=bad-type::` +
		`a%25b\u000a::error::c\u000d\u001b[2J%0Ahelp: h: <&>%0Asent by: feed.quotes%0A` +
		`declared at my market/50%25,a:b\u000a.yaml:1:2%0Aused at /abs/other.yaml:4:5` + "\n" +
		"::notice file=t.yaml,line=1,endLine=1,col=1,endColumn=1,title=some-rule::m\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func sarifOf(t *testing.T, ds schema.Diagnostics) sarifLog {
	t.Helper()
	var out bytes.Buffer
	if err := SARIF(&out, ds, schema.Rules()); err != nil {
		t.Fatal(err)
	}
	var log sarifLog
	d := json.NewDecoder(&out)
	d.DisallowUnknownFields()
	if err := d.Decode(&log); err != nil {
		t.Fatal(err)
	}
	return log
}

func TestSARIF(t *testing.T) {
	run := sarifOf(t, schema.Diagnostics{nasty, plain}).Runs[0]
	rules := run.Tool.Driver.Rules
	r := run.Results[0]
	if rules[*r.RuleIndex].ID != "bad-type" || rules[*r.RuleIndex].HelpURI != rulesURI+"bad-type" || r.Level != "error" {
		t.Errorf("%+v", r)
	}
	place := r.Locations[0].PhysicalLocation
	if place.ArtifactLocation.URI != "my%20market/50%25,a:b%0A.yaml" || *place.Region != (sarifRegion{3, 5, 3, 9}) ||
		r.Locations[0].LogicalLocations[0].FullyQualifiedName != nasty.Path {
		t.Errorf("%+v", r.Locations)
	}
	if other := r.RelatedLocations[1]; other.PhysicalLocation.ArtifactLocation.URI != "file:///abs/other.yaml" || other.Message.Text != "used" || other.ID != 2 {
		t.Errorf("%+v", other)
	}
	change := r.Fixes[0].ArtifactChanges[0]
	if change.ArtifactLocation != place.ArtifactLocation || change.Replacements[0] != (sarifReplacement{sarifRegion{3, 5, 4, 1}, sarifText{"\"x\"\n"}}) {
		t.Errorf("%+v", change)
	}
	if strings.ContainsAny(r.Message.Text, "\r\x1b") || !strings.Contains(r.Message.Text, "\nsent by: feed.quotes") || r.Properties.Help != nasty.Help {
		t.Errorf("%+v", r)
	}
	if bare := run.Results[1]; bare.RuleIndex != nil || bare.Level != "note" || bare.Properties != nil || bare.Fixes != nil {
		t.Errorf("%+v", bare)
	}
	if empty := sarifOf(t, nil).Runs[0]; len(empty.Results) != 0 || empty.Results == nil {
		t.Errorf("%+v", empty)
	}
}

// A service knows a finding again by its fingerprint, though lines have moved.
func TestFingerprintsSurviveEdits(t *testing.T) {
	moved := nasty
	moved.Span = at(30, 1, 2)
	moved.Message = "worded otherwise"
	elsewhere := nasty
	elsewhere.Path = "nodes.desk"
	before, after := sarifOf(t, schema.Diagnostics{nasty, nasty}), sarifOf(t, schema.Diagnostics{moved, elsewhere})
	mark := func(log sarifLog, i int) string { return log.Runs[0].Results[i].PartialFingerprints["rulePath/v1"] }
	if mark(before, 0) != mark(after, 0) || mark(before, 0) == mark(before, 1) || mark(after, 0) == mark(after, 1) || mark(before, 1) == mark(after, 1) {
		t.Errorf("%q %q, then %q %q", mark(before, 0), mark(before, 1), mark(after, 0), mark(after, 1))
	}
}

// FuzzReport writes what comes of any text in every form.
func FuzzReport(f *testing.F) {
	f.Add("version: 1\nname: m\nmessages: {A: {fields: {a: list<strin @1}}}\n")
	f.Add("version: 1\nname: \"\u202e\"\n%: 1\n::error::x: [\n")
	f.Fuzz(func(t *testing.T, src string) {
		_, ds := schema.Parse("t\r\n::error.yaml", []byte(src))
		var text, annotations, doc, log bytes.Buffer
		for _, err := range []error{
			Text(&text, ds, Options{}), GitHub(&annotations, ds), JSON(&doc, ds), SARIF(&log, ds, schema.Rules()),
		} {
			if err != nil {
				t.Error(err)
			}
		}
		lines := strings.SplitAfter(annotations.String(), "\n")
		if len(lines) != len(ds)+1 {
			t.Errorf("%d annotations of %d findings", len(lines)-1, len(ds))
		}
		for _, line := range lines[:len(lines)-1] {
			if !strings.HasPrefix(line, "::error file=") && !strings.HasPrefix(line, "::warning file=") {
				t.Errorf("annotation %q", line)
			}
		}
		if strings.ContainsAny(text.String(), "\r\x1b") || !json.Valid(log.Bytes()) {
			t.Errorf("%q %s", text.String(), log.Bytes())
		}
		valid(t, doc.Bytes())
	})
}
