package breaking_test

import (
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/breaking"
)

// words are what mutations take from one place of a topology to another.
var words = regexp.MustCompile(`"[^"\n]*"|[A-Za-z_][A-Za-z0-9_.?]*|[0-9]+`)

// mutated returns the text with some words in the place of others, some lines gone and some there twice.
func mutated(r *rand.Rand, text string) string {
	for range 1 + r.IntN(4) {
		at := words.FindAllStringIndex(text, -1)
		to, from := at[r.IntN(len(at))], at[r.IntN(len(at))]
		lines := strings.SplitAfter(text, "\n")
		i := r.IntN(len(lines))
		switch r.IntN(6) {
		case 0:
			text = strings.Join(slices.Delete(lines, i, i+1), "")
		case 1:
			old, new := text[to[0]:to[1]], text[from[0]:from[1]]
			text = regexp.MustCompile(`\b`+regexp.QuoteMeta(old)+`\b`).ReplaceAllLiteralString(text, new+"x")
		default:
			text = text[:to[0]] + text[from[0]:from[1]] + text[to[1]:]
		}
	}
	return text
}

// TestMutationsCompare compares mutations of valid topologies with these, and with each other, in both directions: of each pair
// both directions have as many changes of fields' types and numbers, and neither panics.
func TestMutationsCompare(t *testing.T) {
	seeds := []string{example(t)}
	files, _ := filepath.Glob(filepath.Join("..", "explain", "rules", "*.txtar"))
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if archive.Files[0].Name == "old.yaml" {
			seeds = append(seeds, string(archive.Files[0].Data))
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	compared, found := 0, map[string]int{}
	for range 1500 {
		seed := seeds[r.IntN(len(seeds))]
		old, _ := schema.Parse("old.yaml", []byte(seed))
		new, _ := schema.Parse("new.yaml", []byte(mutated(r, seed)))
		if old == nil || new == nil {
			continue
		}
		compared++
		symmetric := [2]int{}
		for i, pair := range [2][2]*schema.Topology{{old, new}, {new, old}} {
			changes := breaking.Compare(pair[0], pair[1])
			for _, c := range changes {
				found[c.Rule]++
				if slices.Contains([]string{"field-type-changed", "field-type-one-way", "field-number-changed", "encoding-changed"}, c.Rule) {
					symmetric[i]++
				}
			}
			breaking.PlanOf(changes)
			for _, d := range breaking.Diagnostics(changes, "") {
				if d.Span.Line < 1 || d.Source == "" {
					t.Errorf("%s has no place: %s", d.Rule, d.Message)
				}
			}
		}
		if symmetric[0] != symmetric[1] {
			t.Errorf("%d changes of types, and %d in the other direction", symmetric[0], symmetric[1])
		}
	}
	t.Logf("%d pairs, %d rules: %v", compared, len(found), found)
	if compared < 60 || len(found) < 20 {
		t.Errorf("%d pairs with changes of %d rules show little", compared, len(found))
	}
}
