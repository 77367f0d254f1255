package breaking

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/zmqgen/zmqgen/schema"
)

// This file writes changes as Markdown.

// Markdown returns the changes as Markdown for a pull request: what they mean on the whole, the order of rollout, and each of
// them, what breaks first. ref is as for Diagnostics. What comes from the files is escaped.
func Markdown(changes []Change, ref string) string {
	b := &strings.Builder{}
	bySeverity := map[schema.Severity][]Change{}
	for _, c := range changes {
		bySeverity[c.Severity] = append(bySeverity[c.Severity], c)
	}
	b.WriteString("## Changes of the topology\n\n")
	if len(changes) == 0 {
		b.WriteString("Nothing is changed that anyone would notice.\n")
		return b.String()
	}
	plan := PlanOf(changes)
	fmt.Fprintf(b, "%s\n", summary(bySeverity, plan))
	writePlan(b, plan, changes)
	for _, section := range []struct {
		severity schema.Severity
		title    string
	}{
		{schema.Error, "Breaking"},
		{schema.Warning, "To be done with care"},
		{schema.Info, "Additions and what does no harm"},
	} {
		list := bySeverity[section.severity]
		if len(list) == 0 {
			continue
		}
		fmt.Fprintf(b, "\n### %s\n\n", section.title)
		for i := range list {
			if section.severity == schema.Info {
				fmt.Fprintf(b, "- %s%s\n", escaped(list[i].Message), briefly(&list[i]))
			} else {
				writeChange(b, &list[i], ref)
			}
		}
	}
	return b.String()
}

// summary is the changes in a line.
func summary(by map[schema.Severity][]Change, plan Plan) string {
	said := "**Safe**: nothing breaks."
	switch {
	case len(by[schema.Error]) > 0:
		said = "**Breaking**: programs of the two versions do not understand each other in all they say."
	case len(plan.Steps) > 0:
		said = "**Needs an order**: nothing breaks if nodes are replaced in the order below."
	case len(by[schema.Warning]) > 0:
		said = "**Needs care**: nothing breaks on the way between nodes."
	}
	return fmt.Sprintf("%s %d breaking, %d to be done with care, %d harmless.", said, len(by[schema.Error]), len(by[schema.Warning]), len(by[schema.Info]))
}

// writePlan writes the order of rollout.
func writePlan(b *strings.Builder, plan Plan, changes []Change) {
	if len(plan.Steps)+len(plan.Conflicts) == 0 {
		return
	}
	b.WriteString("\n### Rollout\n\n")
	for i, c := range plan.Conflicts {
		if i == maxConflicts {
			fmt.Fprintf(b, "- and %d more\n", len(plan.Conflicts)-i)
			break
		}
		fmt.Fprintf(b, "- No order is safe: %s\n", escaped(c.text(changes)))
	}
	if len(plan.Conflicts) > 0 && len(plan.Steps) > 0 {
		b.WriteString("\nAs near to safe as it gets:\n\n")
	}
	for i, step := range plan.Steps {
		var parts []string
		for _, group := range step.Groups {
			parts = append(parts, codes(group)+" at one time")
		}
		if len(step.Nodes) > 0 {
			parts = append(parts, codes(step.Nodes))
		}
		fmt.Fprintf(b, "%d. %s\n", i+1, strings.Join(parts, "; "))
	}
	if len(plan.Anytime) > 0 {
		fmt.Fprintf(b, "\nAt any time: %s.\n", codes(plan.Anytime))
	}
}

// writeChange writes a change with what becomes of it.
func writeChange(b *strings.Builder, c *Change, ref string) {
	fmt.Fprintf(b, "- **%s** (`%s`, %s)\n", escaped(c.Message), c.Rule, levelsText(c.Levels))
	if p := c.place(); p.IsSet() {
		where := fmt.Sprintf("%s:%d", p.File, p.Span.Line)
		if c.Old.IsSet() {
			was := c.Old.File
			if ref != "" {
				was += " (" + ref + ")"
			}
			where += fmt.Sprintf(", before at %s:%d", was, c.Old.Span.Line)
		}
		fmt.Fprintf(b, "  - at %s\n", escaped(where))
	}
	for _, n := range c.notes() {
		text := escaped(n.Text)
		switch n.Label {
		case "sent by":
			text = codes(c.Senders)
		case "received by":
			text = codes(c.Receivers)
		}
		fmt.Fprintf(b, "  - %s: %s\n", n.Label, text)
	}
}

// briefly says who is to be replaced first, and by whom an addition is used.
func briefly(c *Change) string {
	said := fmt.Sprintf(" (`%s`)", c.Rule)
	if text := c.Rollout.Text(); text != "" {
		said += ": " + escaped(text)
	}
	return said
}

func levelsText(levels []Level) string {
	var all []string
	for _, l := range levels {
		all = append(all, string(l))
	}
	return strings.Join(all, ", ")
}

// codes are names as code, the first of many. Names are letters, digits, _ and dots; what else there is leaves.
func codes(list []string) string {
	var all []string
	for _, name := range list[:min(len(list), maxListed)] {
		all = append(all, "`"+strings.Map(func(r rune) rune {
			if r == '`' || !unicode.IsPrint(r) {
				return -1
			}
			return r
		}, name)+"`")
	}
	said := strings.Join(all, ", ")
	if more := len(list) - len(all); more > 0 {
		said += fmt.Sprintf(" and %d more", more)
	}
	return said
}

// escaped is text in which nothing is Markdown, HTML or the end of the line.
func escaped(s string) string {
	b := strings.Builder{}
	for _, r := range s {
		switch {
		case strings.ContainsRune("\\`*_[]<>#|~$^", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '&':
			b.WriteString("&amp;")
		case r == '@':
			b.WriteString("&#64;")
		case !unicode.IsPrint(r):
			fmt.Fprintf(&b, "%U", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
