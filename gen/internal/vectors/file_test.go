package vectors

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestFilesAreWrittenAsTheyWereRead(t *testing.T) {
	text := ""
	list := []Vector{
		{Name: `all <members> & "more"`, Check: Read, Why: "é", At: "a.b", Topology: "t", Pattern: "p", Kind: "k", Encoding: "e",
			Direction: Reply, Method: "M", Message: "N", Status: "!s", Text: &text, Value: json.RawMessage(`{"a": 1 }`),
			Envelope: []Frame{{}}, Frames: []Frame{{0}, make(Frame, 100)}, Again: []Frame{}},
		{Name: "none"},
	}
	file := Format(list)
	again, err := Parse(file)
	if err != nil {
		t.Fatalf("%v\n%s", err, file)
	}
	if got := Format(again); string(got) != string(file) {
		t.Errorf("got\n%s, want\n%s", got, file)
	}
	if got := string(again[0].Value); got != `{"a": 1 }` {
		t.Errorf("the value has become %s", got)
	}
}

func TestFilesWithMistakesAreRefused(t *testing.T) {
	for file, want := range map[string]string{
		`[{"name": "a"}, {"name": "a"}]`:   "two vectors",
		`[{"name": "a", "value2": 1}]`:     "value2",
		`[{"name": "a", "frames": ["0"]}]`: "odd length",
		`[] []`:                            "more than one",
	} {
		if _, err := Parse([]byte(file)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", file, err, want)
		}
	}
}
