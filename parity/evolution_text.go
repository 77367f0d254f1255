package parity

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// This file writes drafts as YAML: one alone, for breaking to compare, or many in one topology, for the code that is
// generated of them.

// draftsText is a topology with the drafts. The sockets are there so that somebody sends and receives.
func draftsText(name string, drafts ...*draft) string {
	var enums, messages, patterns, sends, receives strings.Builder
	for i, d := range drafts {
		fmt.Fprintf(&enums, "  %s: {values: {", d.EnumName)
		for j, v := range d.Enum {
			fmt.Fprintf(&enums, "%s%s: %d", comma(j), v.Name, v.Number)
		}
		fmt.Fprintf(&enums, "}, reserved: [%s]}\n", strings.Join(d.Gone, ", "))
		for _, m := range append(slices.Clone(d.Messages), d.Nested) {
			m.write(&messages, d)
		}
		d.writePattern(&patterns)
		kinds := map[string][2]string{"push-pull": {"push", "pull"}, "pub-sub": {"pub", "sub"}, "req-rep": {"dealer", "router"}}[d.Kind]
		fmt.Fprintf(&sends, "      s%d: {%s: w%d, bind: \"tcp://127.0.0.1:%d\"}\n", d.Index, kinds[0], d.Index, 1000+i)
		fmt.Fprintf(&receives, "      s%d: {%s: w%d, connect: sender.s%d}\n", d.Index, kinds[1], d.Index, d.Index)
	}
	return "version: 1\nname: " + name + "\nenums:\n" + enums.String() + "messages:\n  Answer: {fields: {ok: bool @1}}\n" + messages.String() +
		"patterns:\n" + patterns.String() + "nodes:\n  sender:\n    sockets:\n" + sends.String() + "  receiver:\n    sockets:\n" + receives.String()
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ", "
}

func (d *draft) writePattern(b *strings.Builder) {
	fmt.Fprintf(b, "  w%d:\n    kind: %s\n    encoding: %s\n", d.Index, d.Kind, d.Encoding)
	switch {
	case d.Kind == "req-rep":
		fmt.Fprintf(b, "    request: %s\n    reply: Answer\n", d.Messages[0].Name)
	case d.Union:
		b.WriteString("    messages:\n")
		for _, m := range d.Messages {
			fmt.Fprintf(b, "      %s: {%s}\n", m.Name, optional("topic", d.Topic))
		}
	default:
		fmt.Fprintf(b, "    message: %s\n", d.Messages[0].Name)
		if d.Topic != "" {
			fmt.Fprintf(b, "    topic: %q\n", d.Topic)
		}
	}
}

func optional(key, value string) string {
	if value == "" {
		return ""
	}
	return fmt.Sprintf("%s: %q", key, value)
}

func (m *draftMessage) write(b *strings.Builder, d *draft) {
	fmt.Fprintf(b, "  %s:\n", m.Name)
	for _, line := range []string{optional("wire_name", m.WireName), optional("go_name", m.GoName)} {
		if line != "" {
			fmt.Fprintf(b, "    %s\n", line)
		}
	}
	if m.Deprecated {
		b.WriteString("    deprecated: another one\n")
	}
	if m.Keep {
		b.WriteString("    unknown: keep\n")
	}
	if len(m.Reserved) > 0 {
		fmt.Fprintf(b, "    reserved: [%s]\n", strings.Join(m.Reserved, ", "))
	}
	if len(m.Fields) == 0 {
		b.WriteString("    fields: {}\n")
		return
	}
	b.WriteString("    fields:\n")
	for _, f := range m.Fields {
		fmt.Fprintf(b, "      %s: %s\n", f.Name, f.text(d))
	}
}

// text is the field as a mapping.
func (f *draftField) text(d *draft) string {
	if f.OneOf != nil {
		var alternatives []string
		for _, a := range f.OneOf {
			alternatives = append(alternatives, a.Name+": "+a.text(d))
		}
		return "{oneof: {" + strings.Join(alternatives, ", ") + "}}"
	}
	keys := []string{fmt.Sprintf("type: %q", f.Type.text(d)), fmt.Sprintf("id: %d", f.Number)}
	for _, key := range slices.Sorted(maps.Keys(f.Limits)) {
		keys = append(keys, key+": "+f.Limits[key])
	}
	for _, key := range []string{optional("as", f.As), optional("const", f.Const), optional("go_name", f.GoName), optional("doc", f.Doc)} {
		if key != "" {
			keys = append(keys, key)
		}
	}
	return "{" + strings.Join(keys, ", ") + "}"
}
