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
			File: p.File, Span: p.Span, Source: p.Source, Severity: c.Severity, Rule: c.Rule, Message: c.Message, Help: helps[c.Rule], Details: c,
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

// helps say what does the same without harm.
var helps = map[string]string{
	fieldUnreserved.ID:     "keep the field as deprecated; or reserve its number, and its name where bodies are JSON",
	enumValueUnreserved.ID: "keep the value as deprecated; or reserve its number, and its name where bodies are JSON",
	fieldTypeChanged.ID:    "add a field with a new number, send both for a while, then take out the old one",
	fieldNumberChanged.ID:  "give it its number back, or add a field with a new name and number",
	numberReused.ID:        "take a number that was never used",
	enumValueNumber.ID:     "give it its number back, or add a value with a new name and number",
	wireNameChanged.ID:     "wire_name keeps the old name on the wire",
	encodingChanged.ID:     "declare a pattern beside this one with the new encoding, and move nodes over to it",
	topicChanged.ID:        "subscribe to the topics of both versions before publishers change",
	endpointChanged.ID:     "bind both places first, the old one before the new; then the new one before the old; then it alone",
	alternativeRemoved.ID:  "reserve its name at the pattern, and replace those who send it first",
	methodRemoved.ID:       "reserve its name at the pattern, and replace clients first",
	methodTypeChanged.ID:   "add a method with a new name",
	carriedChanged.ID:      "declare a pattern beside this one",
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
	if c.External {
		add("outside", "sockets that are not in the file may send or receive it too")
	}
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
		said += "; but these send to one another: replace them at one time, or let none send it before all are replaced"
	}
	return said
}
