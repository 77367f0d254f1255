package explain

import (
	"slices"
	"strings"
	"testing"
)

func TestATextHasItsParts(t *testing.T) {
	text := parse([]byte("Why,\nin two lines.\n\nMore. Source: not yet.\n\nSource: zmq_tcp(7);\nRFC 37\n" +
		"-- old.yaml --\na\n-- bad/topology.yaml --\nb\n-- bad/common/topology.yaml --\nc\n-- good.yaml --\nd\n-- good.baseline.json --\ne\n-- other.yaml --\nf\n"))
	if want := "Why,\nin two lines.\n\nMore. Source: not yet.\n"; text.Why != want {
		t.Errorf("why: %q", text.Why)
	}
	if text.Source != "zmq_tcp(7); RFC 37" {
		t.Errorf("source: %q", text.Source)
	}
	for _, c := range []struct {
		files       []File
		names, path string
	}{
		{text.Old, "topology.yaml", "old.yaml"},
		{text.Bad, "topology.yaml common/topology.yaml", "bad/topology.yaml"},
		{text.Good, "topology.yaml topology.baseline.json", "good.yaml"},
		{nil, "", ""},
	} {
		var names []string
		for _, f := range c.files {
			names = append(names, f.Path())
		}
		if got := strings.Join(names, " "); got != c.names || Topology(c.files) != c.path {
			t.Errorf("%q, of which %q is the topology; want %q and %q", got, Topology(c.files), c.names, c.path)
		}
	}
	if len(text.Bad) == 2 && text.Bad[1].Text != "c\n" {
		t.Errorf("%q", text.Bad[1].Text)
	}
}

func TestOnlyRulesHaveTexts(t *testing.T) {
	ids := IDs()
	if !slices.IsSorted(ids) || !slices.Contains(ids, "double-bind") {
		t.Errorf("%q", ids)
	}
	for _, id := range []string{"", ".", "..", "../rules/double-bind", "rules/double-bind", "double-bind.txtar", "Double-Bind", "nobody"} {
		if _, has := Of(id); has {
			t.Errorf("%q has a text", id)
		}
	}
}

// What stands in a text is read in a terminal and as Markdown, and is one voice with the rest.
func TestTextsAreText(t *testing.T) {
	for _, id := range IDs() {
		text, _ := Of(id)
		for what, s := range map[string]string{"why": text.Why, "source": text.Source} {
			if strings.ContainsAny(s, "\t\r") || strings.Contains(s, "  ") || strings.Count(s, "`")%2 != 0 {
				t.Errorf("%s: the %s holds a tab, two spaces or a backquote too few:\n%s", id, what, s)
			}
		}
		if strings.HasSuffix(text.Source, ".") {
			t.Errorf("%s: the source ends with a full stop", id)
		}
		for _, f := range slices.Concat(text.Old, text.Bad, text.Good) {
			if !strings.HasSuffix(f.Text, "\n") {
				t.Errorf("%s: %s does not end with a line end", id, f.Name)
			}
		}
	}
}
