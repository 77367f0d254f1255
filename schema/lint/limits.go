package lint

import (
	"regexp/syntax"

	"github.com/zmqgen/zmqgen/schema"
)

// This file finds fields that peers may make as large as they like.

var (
	unboundedRepeated   = &schema.Rule{ID: "unbounded-repeated", Severity: schema.Off, Summary: "lists and maps say how many items they have at most"}
	patternWithoutLimit = &schema.Rule{ID: "pattern-without-max-len", Severity: schema.Info, Summary: "text that is matched with a pattern is of bounded length"}
)

func (p *pass) checkFieldLimits() {
	for _, m := range p.topology.Messages {
		m.EachField(func(f *schema.Field) {
			l := f.Limits
			if f.Type.Elem != nil && l.MaxItems == nil {
				p.report(unboundedRepeated, f.Name.Span, "%q of message %q has no max_items", f.Name.Value, m.Name.Value).
					Helpf("such as max_items: 100; at most 65536 are accepted in any case")
			}
			if l.Pattern.IsSet() && l.MaxLen == nil && isUnbounded(l.Pattern.Value) {
				p.report(patternWithoutLimit, l.Pattern.Span, "%q of message %q is matched however long it is", f.Name.Value, m.Name.Value).
					Helpf("add a max_len: it is checked first")
			}
		})
	}
}

// isUnbounded reports whether text of any length may match a pattern.
func isUnbounded(pattern string) bool {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return false // no pattern of a valid topology
	}
	for left := []*syntax.Regexp{re}; len(left) > 0; {
		next := left[len(left)-1]
		left = append(left[:len(left)-1], next.Sub...)
		if next.Op == syntax.OpStar || next.Op == syntax.OpPlus || next.Op == syntax.OpRepeat && next.Max < 0 {
			return true
		}
	}
	return false
}
