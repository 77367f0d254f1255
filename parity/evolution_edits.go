package parity

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// This file is the list of edits that make a new version of an old one.

// edit changes a draft at random. It returns false if there is nothing that it could change.
type edit struct {
	name  string
	apply func(r *rand.Rand, d *draft) bool
}

var edits = []edit{
	{"add a field", func(r *rand.Rand, d *draft) bool {
		m := d.anyMessage(r)
		f := d.field(r, m == d.Nested, d.Encoding == "frames" && m != d.Nested)
		if f.Limits["required"] != "" && r.IntN(2) == 0 {
			delete(f.Limits, "required")
		}
		m.Fields = slices.Insert(m.Fields, r.IntN(len(m.Fields)+1), f)
		return true
	}},
	{"remove a field", func(r *rand.Rand, d *draft) bool { return d.removeField(r, false) }},
	{"remove a field and reserve it", func(r *rand.Rand, d *draft) bool { return d.removeField(r, true) }},
	{"rename a field", onField(func(_ *rand.Rand, d *draft, f *draftField) bool {
		f.Name = fmt.Sprintf("g%d", d.next())
		return true
	})},
	{"give a field another number", onField(func(_ *rand.Rand, d *draft, f *draftField) bool {
		f.Number = d.next()
		return true
	})},
	{"swap the numbers of two fields", func(r *rand.Rand, d *draft) bool {
		all := d.anyMessage(r).numbered()
		if len(all) < 2 {
			return false
		}
		i := r.IntN(len(all) - 1)
		all[i].Number, all[i+1].Number = all[i+1].Number, all[i].Number
		return true
	}},
	{"move a field in the file", func(r *rand.Rand, d *draft) bool {
		m := d.anyMessage(r)
		if len(m.Fields) < 2 {
			return false
		}
		i := r.IntN(len(m.Fields) - 1)
		m.Fields[i], m.Fields[i+1] = m.Fields[i+1], m.Fields[i]
		return true
	}},
	{"give a field another type", onField(func(r *rand.Rand, d *draft, f *draftField) bool {
		was := f.Type
		f.Type.Base, f.Limits = pick(r, append([]string{"E"}, draftScalars...)...), nil
		return f.Type != was
	})},
	{"give a field a type like its own", onField(func(r *rand.Rand, _ *draft, f *draftField) bool {
		for _, alike := range [][]string{
			{"bool", "int32", "int64", "uint32", "uint64", "E"}, {"sint32", "sint64"}, {"fixed32", "sfixed32", "float32"},
			{"fixed64", "sfixed64", "float64"}, {"string", "bytes", "uuid", "N", "timestamp", "duration"},
		} {
			if slices.Contains(alike, f.Type.Base) {
				was := f.Type.Base
				f.Type.Base, f.Limits = pick(r, alike...), nil
				return f.Type.Base != was
			}
		}
		return false
	})},
	{"make an enum of a number, or the reverse", onField(func(_ *rand.Rand, _ *draft, f *draftField) bool {
		other := map[string]string{"E": "int32", "int32": "E"}[f.Type.Base]
		if other == "" {
			return false
		}
		f.Type.Base, f.Limits = other, nil
		return true
	})},
	{"give a field another form", onField(func(r *rand.Rand, d *draft, f *draftField) bool {
		was := f.Type
		f.Type.Wrap, f.Limits = pick(r, "", "?", "list", "string", "int32", "bool"), nil
		if d.Encoding == "frames" && f.Type.Wrap == "" && f.Type.Base != "N" {
			f.As = ""
		}
		return f.Type != was
	})},
	{"make a field optional, or always there", onPlainField(func(_ *rand.Rand, d *draft, f *draftField) bool {
		switch f.Type.Wrap {
		case "":
			f.Type.Wrap = "?"
		case "?":
			f.Type.Wrap = ""
		default:
			return false
		}
		if d.Encoding == "frames" {
			f.As = ""
			if f.Type.Wrap != "" || f.Type.Base == "N" {
				f.As = "proto"
			}
		}
		return true
	})},
	{"move a field into a oneof", func(r *rand.Rand, d *draft) bool {
		m := d.anyMessage(r)
		i := slices.IndexFunc(m.Fields, func(f *draftField) bool { return f.OneOf == nil && !f.Type.isMapOrList() })
		if i < 0 {
			return false
		}
		f := m.Fields[i]
		f.Type.Wrap, f.Limits = "", nil
		for _, choice := range m.Fields {
			if choice.OneOf != nil && r.IntN(2) == 0 {
				choice.OneOf = append(choice.OneOf, f)
				m.Fields = slices.Delete(m.Fields, i, i+1)
				return true
			}
		}
		m.Fields[i] = &draftField{Name: fmt.Sprintf("o%d", d.next()), OneOf: []*draftField{f}}
		return true
	}},
	{"move a field out of a oneof", func(r *rand.Rand, d *draft) bool {
		m, choice := d.anyOneOf(r)
		if m == nil || len(choice.OneOf) < 2 {
			return false
		}
		f := choice.OneOf[0]
		choice.OneOf = choice.OneOf[1:]
		f.Type.Wrap = pick(r, "", "?")
		m.Fields = append(m.Fields, f)
		return true
	}},
	{"add an alternative", func(r *rand.Rand, d *draft) bool {
		m, choice := d.anyOneOf(r)
		if m == nil {
			return false
		}
		f := d.field(r, m == d.Nested, false)
		f.Type.Wrap, f.Limits = "", nil
		choice.OneOf = append(choice.OneOf, f)
		return true
	}},
	{"remove an alternative", func(r *rand.Rand, d *draft) bool {
		m, choice := d.anyOneOf(r)
		if m == nil || len(choice.OneOf) < 2 {
			return false
		}
		choice.OneOf = choice.OneOf[1:]
		return true
	}},
	{"rename a oneof", func(r *rand.Rand, d *draft) bool {
		m, choice := d.anyOneOf(r)
		if m != nil {
			choice.Name = fmt.Sprintf("p%d", d.next())
		}
		return m != nil
	}},
	{"limit a field", onPlainField(func(r *rand.Rand, _ *draft, f *draftField) bool {
		had := len(f.Limits)
		f.limit(r)
		return len(f.Limits) > had
	})},
	{"require a field", onPlainField(func(_ *rand.Rand, _ *draft, f *draftField) bool {
		if f.Limits["required"] != "" || f.Type.isMapOrList() {
			return false
		}
		if f.Limits == nil {
			f.Limits = map[string]string{}
		}
		f.Limits["required"] = "true"
		return true
	})},
	{"free a field of its limits", onPlainField(func(_ *rand.Rand, _ *draft, f *draftField) bool {
		had := len(f.Limits)
		f.Limits = nil
		return had > 0
	})},
	{"move a limit", onPlainField(func(r *rand.Rand, _ *draft, f *draftField) bool {
		for _, key := range []string{"max_len", "max", "max_items"} {
			if f.Limits[key] != "" {
				f.Limits[key] = fmt.Sprint(1 + r.IntN(200))
				return true
			}
		}
		return false
	})},
	{"add an enum value", func(r *rand.Rand, d *draft) bool {
		d.Enum = append(d.Enum, draftValue{fmt.Sprintf("W%d", d.next()), 100 + r.IntN(1<<30)})
		return true
	}},
	{"remove an enum value", func(r *rand.Rand, d *draft) bool {
		if len(d.Enum) < 2 {
			return false
		}
		d.Enum = slices.Delete(d.Enum, 0, 1)
		return true
	}},
	{"remove an enum value and reserve it", func(r *rand.Rand, d *draft) bool {
		if len(d.Enum) < 2 {
			return false
		}
		d.Gone = append(d.Gone, d.Enum[0].Name, fmt.Sprint(d.Enum[0].Number))
		d.Enum = slices.Delete(d.Enum, 0, 1)
		return true
	}},
	{"rename an enum", func(_ *rand.Rand, d *draft) bool {
		d.EnumName = fmt.Sprintf("F%d", d.Index)
		return true
	}},
	{"rename an enum value", func(r *rand.Rand, d *draft) bool {
		d.Enum[r.IntN(len(d.Enum))].Name = fmt.Sprintf("W%d", d.next())
		return true
	}},
	{"give an enum value another number", func(r *rand.Rand, d *draft) bool {
		d.Enum[r.IntN(len(d.Enum))].Number = 100 + r.IntN(1<<30)
		return true
	}},
	{"rename a message", func(r *rand.Rand, d *draft) bool {
		m := pick(r, d.Messages...)
		m.Name = fmt.Sprintf("R%dA", d.Index)
		return true
	}},
	{"rename a nested message", func(_ *rand.Rand, d *draft) bool {
		d.Nested.Name = fmt.Sprintf("M%d", d.Index)
		return true
	}},
	{"carry another message", func(r *rand.Rand, d *draft) bool {
		d.Messages[0] = d.message(r, "T", d.Encoding == "frames")
		return true
	}},
	{"reserve a number", func(r *rand.Rand, d *draft) bool {
		m := d.anyMessage(r)
		m.Reserved = append(m.Reserved, fmt.Sprint(d.next()))
		return true
	}},
	{"use a reserved number again", func(r *rand.Rand, d *draft) bool {
		m := d.anyMessage(r)
		if len(m.Reserved) == 0 {
			return false
		}
		f := d.field(r, m == d.Nested, d.Encoding == "frames" && m != d.Nested)
		fmt.Sscan(m.Reserved[0], &f.Number)
		m.Reserved, m.Fields = m.Reserved[1:], append(m.Fields, f)
		return true
	}},
	{"rename a message, and not on the wire", func(r *rand.Rand, d *draft) bool {
		m := pick(r, d.Messages...)
		m.Name, m.WireName = fmt.Sprintf("R%dA", d.Index), m.Name
		return true
	}},
	{"rename a message on the wire", func(r *rand.Rand, d *draft) bool {
		pick(r, d.Messages...).WireName = fmt.Sprintf("X%d", d.Index)
		return true
	}},
	{"add a message to the union", func(r *rand.Rand, d *draft) bool {
		if d.Union {
			d.Messages = append(d.Messages, d.message(r, "S", d.Encoding == "frames"))
		}
		return d.Union
	}},
	{"remove a message from the union", func(_ *rand.Rand, d *draft) bool {
		if len(d.Messages) < 2 {
			return false
		}
		d.Messages = d.Messages[:1]
		return true
	}},
	{"make a union of a message, or the reverse", func(_ *rand.Rand, d *draft) bool {
		d.Union, d.Messages = !d.Union, d.Messages[:1]
		return d.Kind != "req-rep"
	}},
	{"use another encoding", func(r *rand.Rand, d *draft) bool {
		was := d.Encoding
		d.Encoding = pick(r, "proto", "json")
		return was != "frames" && d.Encoding != was
	}},
	{"use another topic", func(r *rand.Rand, d *draft) bool {
		if d.Topic == "" {
			return false
		}
		d.Topic = "u" + d.Topic
		return true
	}},
	{"keep unknown fields, or drop them", func(r *rand.Rand, d *draft) bool {
		if d.Encoding == "frames" {
			return false
		}
		m := d.anyMessage(r)
		m.Keep = !m.Keep
		return true
	}},
	{"change a name in Go", func(r *rand.Rand, d *draft) bool {
		pick(r, d.Messages...).GoName = fmt.Sprintf("G%dA%d", d.Index, d.next())
		return true
	}},
	{"deprecate a message", func(r *rand.Rand, d *draft) bool {
		pick(r, d.Messages...).Deprecated = true
		return true
	}},
	{"document a field", onField(func(_ *rand.Rand, _ *draft, f *draftField) bool {
		f.Doc = "What it is."
		return true
	})},
	{"send with a topic, or without", func(_ *rand.Rand, d *draft) bool {
		if d.Kind != "pub-sub" {
			return false
		}
		if d.Topic == "" {
			d.Topic = "t."
		} else {
			d.Topic = ""
		}
		return true
	}},
	{"give a constant another value", onPlainField(func(_ *rand.Rand, d *draft, f *draftField) bool {
		if f.Const != "" {
			f.Const = fmt.Sprintf("c%d", d.next())
		}
		return f.Const != ""
	})},
	{"write a frame in another form", onPlainField(func(r *rand.Rand, d *draft, f *draftField) bool {
		was := f.As
		switch {
		case d.Encoding != "frames":
			return false
		case f.Type.Wrap != "" || f.Type.Base == "N":
			f.As = pick(r, "proto", "json")
		default:
			f.As = pick(r, "", "little", "text")
		}
		return f.As != was
	})},
}

func (d *draft) anyMessage(r *rand.Rand) *draftMessage {
	if r.IntN(3) == 0 {
		return d.Nested
	}
	return pick(r, d.Messages...)
}

// numbered are the fields with a number: alternatives in place of their oneofs.
func (m *draftMessage) numbered() []*draftField {
	var all []*draftField
	for _, f := range m.Fields {
		if f.OneOf == nil {
			all = append(all, f)
		}
		all = append(all, f.OneOf...)
	}
	return all
}

// onField makes an edit of one of a field, be it an alternative.
func onField(change func(*rand.Rand, *draft, *draftField) bool) func(*rand.Rand, *draft) bool {
	return func(r *rand.Rand, d *draft) bool {
		all := d.anyMessage(r).numbered()
		return len(all) > 0 && change(r, d, pick(r, all...))
	}
}

// onPlainField is onField without alternatives.
func onPlainField(change func(*rand.Rand, *draft, *draftField) bool) func(*rand.Rand, *draft) bool {
	return func(r *rand.Rand, d *draft) bool {
		f := pick(r, append(d.anyMessage(r).Fields, &draftField{OneOf: []*draftField{}})...)
		return f.OneOf == nil && change(r, d, f)
	}
}

func (d *draft) anyOneOf(r *rand.Rand) (*draftMessage, *draftField) {
	m := d.anyMessage(r)
	for _, f := range m.Fields {
		if f.OneOf != nil {
			return m, f
		}
	}
	return nil, nil
}

func (d *draft) removeField(r *rand.Rand, reserve bool) bool {
	m := d.anyMessage(r)
	i := r.IntN(len(m.Fields) + 1)
	if i == len(m.Fields) || m.Fields[i].OneOf != nil {
		return false
	}
	if reserve {
		m.Reserved = append(m.Reserved, fmt.Sprint(m.Fields[i].Number), m.Fields[i].Name)
	}
	m.Fields = slices.Delete(m.Fields, i, i+1)
	return true
}
