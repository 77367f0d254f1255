package lint

import (
	"slices"

	"github.com/zmqgen/zmqgen/schema"
)

// This file finds numbers below the highest of a message that no field has and that are not reserved: a field may have been there.

var fieldGap = &schema.Rule{ID: "field-gap", Severity: schema.Off, Summary: "numbers between those of fields are reserved"}

func (p *pass) checkGaps() {
	for _, m := range p.topology.Messages {
		type span struct{ from, to int32 }
		var taken []span
		m.EachField(func(f *schema.Field) { taken = append(taken, span{f.ID, f.ID}) })
		if len(taken) == 0 {
			continue
		}
		last := slices.MaxFunc(taken, func(a, b span) int { return int(a.to) - int(b.to) }).to
		for _, r := range m.Reserved {
			if r.Name == "" {
				taken = append(taken, span{r.From, r.To})
			}
		}
		slices.SortFunc(taken, func(a, b span) int { return int(a.from) - int(b.from) })
		next := int32(1)
		for _, t := range taken {
			if t.from > next && next < last {
				p.reportGap(m, next, min(t.from, last)-1)
				break
			}
			next = max(next, t.to+1)
		}
	}
}

func (p *pass) reportGap(m *schema.Message, from, to int32) {
	what := "number %[1]d of message %[3]q is"
	if to > from {
		what = "numbers %[1]d to %[2]d of message %[3]q are"
	}
	p.report(fieldGap, m.Name.Span, what+" neither a field's nor reserved", from, to, m.Name.Value).
		Helpf("reserve what was a field's once, so that it is none of another; number new fields without gaps")
}
