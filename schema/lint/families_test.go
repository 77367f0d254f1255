package lint

import "testing"

func TestEveryRuleHasAFamily(t *testing.T) {
	there := map[string]bool{}
	n := 0
	for _, f := range Families() {
		if f.Name == "" {
			t.Errorf("of no family: %v", f.Rules)
		}
		for _, r := range f.Rules {
			there[r.ID] = true
			n++
		}
	}
	if all := Rules(); n != len(all) || len(there) != n {
		t.Errorf("%d rules in families, with %d ids, of %d", n, len(there), len(all))
	}
	for id, family := range families {
		if !there[id] {
			t.Errorf("%s, which is in family %q, is no rule", id, family)
		}
	}
}
