package breaking

import (
	"fmt"

	"github.com/zmqgen/zmqgen/schema"
)

// This file makes findings of changes.

// Diagnostics returns the changes as findings of the new version, in their order. What is gone stands at what enclosed it.
// ref is the git ref that the old version is of, which is shown behind the names of its files; "" if these are files.
func Diagnostics(changes []Change, ref string) schema.Diagnostics {
	var ds schema.Diagnostics
	for i := range changes {
		c := &changes[i]
		p := c.place()
		d := schema.Diagnostic{
			File: p.File, Span: p.Span, Source: p.Source, Severity: c.Severity, Rule: c.Rule, Message: c.Message, Details: c,
		}
		if c.Old.IsSet() {
			file := c.Old.File
			if ref != "" {
				file += " (" + ref + ")"
			}
			d.Related = append(d.Related, schema.Related{File: file, Span: c.Old.Span, Message: "before"})
		}
		d.Notes = c.notes()
		ds = append(ds, d)
	}
	return ds
}

// notes say for whom a change is one, and what becomes of it.
func (c *Change) notes() []schema.Note {
	var notes []schema.Note
	add := func(label, text string) {
		if text != "" {
			notes = append(notes, schema.Note{Label: label, Text: text})
		}
	}
	add("sent by", listed(c.Senders))
	add("received by", listed(c.Receivers))
	if c.OldReadsNew.Outcome != None && c.OldReadsNew != readsIt {
		add("old peers, new messages", c.OldReadsNew.Text)
	}
	if c.NewReadsOld.Outcome != None && c.NewReadsOld != readsIt {
		add("new peers, old messages", c.NewReadsOld.Text)
	}
	add("rollout", c.Rollout.Text())
	return notes
}

// Text is the order in words; "" if there is nothing to say.
func (r Rollout) Text() string {
	names := func(nodes []string, all string) string {
		if len(nodes) == 0 {
			return all
		}
		return all + " (" + listed(nodes) + ")"
	}
	said := ""
	switch r.Order {
	case ReceiversFirst:
		said = fmt.Sprintf("%s, then %s", names(r.First, "receivers first"), names(r.Then, "senders"))
	case SendersFirst:
		said = fmt.Sprintf("%s, then %s", names(r.First, "senders first"), names(r.Then, "receivers"))
	case Together:
		said = names(r.First, "all at one time")
	case NoOrder:
		return "none is safe: leave what there is, and add a new one beside it"
	}
	if r.Cycle {
		said += "; but these send to one another, so that there is no such order"
	}
	return said
}
