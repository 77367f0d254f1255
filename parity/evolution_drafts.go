package parity

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
)

// This file makes random patterns that have two versions, an old one and a new one: their messages, as YAML.

// draft is one version of a pattern with its messages. Of each there is one of a name that its index makes its own, so
// that many drafts fit into one topology.
type draft struct {
	Index    int
	Kind     string // push-pull; req-rep, whose servers validate requests, unlike other receivers; or pub-sub
	Encoding string
	Union    bool // the pattern names messages, with their names on the wire
	Topic    string
	Messages []*draftMessage // that the pattern carries; one unless Union is set
	Nested   *draftMessage   // that fields of type N hold
	Enum     []draftValue    // of fields of type E
	EnumName string
	Gone     []string // numbers and names of the enum that are reserved
	Spare    int      // of the next name or number that was never used
}

type draftMessage struct {
	Name, WireName string
	GoName         string
	Deprecated     bool
	Keep           bool
	Fields         []*draftField
	Reserved       []string
}

// draftField is a field or, with alternatives, a oneof.
type draftField struct {
	Name   string
	Number int
	Type   draftType
	Limits map[string]string
	As     string
	Const  string
	GoName string
	Doc    string
	OneOf  []*draftField
}

// draftType is a type as the file writes it, with N and E for the draft's own message and enum.
type draftType struct {
	Base string
	Wrap string // "", "?", "list" or the key of a map
}

type draftValue struct {
	Name   string
	Number int
}

func (t draftType) text(d *draft) string {
	base := t.Base
	switch base {
	case "N":
		base = d.Nested.Name
	case "E":
		base = d.EnumName
	}
	switch t.Wrap {
	case "", "?":
		return base + t.Wrap
	case "list":
		return "list<" + base + ">"
	}
	return "map<" + t.Wrap + ", " + base + ">"
}

// clone returns a copy that shares nothing.
func (d *draft) clone() *draft {
	text, err := json.Marshal(d)
	out := new(draft)
	if err == nil {
		err = json.Unmarshal(text, out)
	}
	if err != nil {
		panic(err)
	}
	return out
}

// next returns a number that the draft has used for nothing yet.
func (d *draft) next() int {
	d.Spare++
	return d.Spare
}

// newDraft makes a random old version.
func newDraft(r *rand.Rand, index int) *draft {
	d := &draft{Index: index, Kind: "push-pull", Encoding: pick(r, "proto", "proto", "json", "frames"), Union: r.IntN(3) == 0, EnumName: fmt.Sprintf("E%d", index)}
	for i := range 1 + r.IntN(4) {
		d.Enum = append(d.Enum, draftValue{fmt.Sprintf("V%d", i+1), []int{i + 1, -1 - r.IntN(1<<31), 2 + r.IntN(1<<31-2)}[r.IntN(3)]})
	}
	d.Nested = d.message(r, "N", false)
	names := []string{"P"}
	if d.Union {
		names = []string{"P", "Q"}
	}
	for _, name := range names {
		d.Messages = append(d.Messages, d.message(r, name, d.Encoding == "frames"))
	}
	switch {
	case r.IntN(3) == 0 && !d.Union && d.Encoding != "frames":
		d.Kind = "req-rep"
	case r.IntN(4) == 0:
		d.Kind, d.Topic = "pub-sub", "t."
		if f := d.Messages[0].placeholder(); f != nil && !d.Union {
			d.Topic = "t.{" + f.Name + "}."
		}
	}
	return d
}

// placeholder is a field that may stand in a topic, if there is one.
func (m *draftMessage) placeholder() *draftField {
	for _, f := range m.Fields {
		if f.OneOf == nil && f.Type.Wrap == "" && (strings.HasPrefix(f.Type.Base, "int") || strings.HasPrefix(f.Type.Base, "uint") || f.Type.Base == "string") {
			return f
		}
	}
	return nil
}

func (d *draft) message(r *rand.Rand, name string, frames bool) *draftMessage {
	m := &draftMessage{Name: fmt.Sprintf("%s%d", name, d.Index), Keep: r.IntN(4) == 0 && !frames}
	if r.IntN(3) == 0 {
		m.Reserved = []string{fmt.Sprint(d.next())}
	}
	for range 1 + r.IntN(5) {
		m.Fields = append(m.Fields, d.field(r, name == "N", frames))
	}
	if !frames && r.IntN(3) == 0 {
		choice := &draftField{Name: fmt.Sprintf("o%d", d.next())}
		for range 1 + r.IntN(3) {
			f := d.field(r, name == "N", frames)
			f.Type.Wrap, f.Limits = "", nil
			choice.OneOf = append(choice.OneOf, f)
		}
		m.Fields = append(m.Fields, choice)
	}
	return m
}

var draftScalars = []string{
	"bool", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64",
	"float32", "float64", "string", "bytes", "timestamp", "duration", "uuid",
}

// field makes a random field. Fields of the nested message hold no messages.
func (d *draft) field(r *rand.Rand, nested, frames bool) *draftField {
	number := d.next()
	f := &draftField{Name: fmt.Sprintf("f%d", number), Number: number, Type: d.fieldType(r, nested)}
	if frames && (f.Type.Wrap != "" || f.Type.Base == "N") {
		f.As = pick(r, "proto", "json")
	}
	switch {
	case frames && r.IntN(4) == 0:
		f.Type, f.As = draftType{"string", ""}, ""
		f.Const = fmt.Sprintf("c%d", number)
	case r.IntN(3) == 0:
		f.limit(r)
	}
	return f
}

func (d *draft) fieldType(r *rand.Rand, nested bool) draftType {
	bases := append([]string{"E", "E", "E"}, draftScalars...)
	if !nested {
		bases = append(bases, "N", "N", "N")
	}
	return draftType{pick(r, bases...), pick(r, "", "", "", "", "?", "?", "list", "list", "string", "int64", "bool")}
}

// limit gives the field a random limit that its type has, if there is one.
func (f *draftField) limit(r *rand.Rand) {
	f.Limits = map[string]string{}
	switch f.Type.Base {
	case "string", "bytes":
		f.Limits["max_len"] = fmt.Sprint(4 + r.IntN(8))
	case "int32", "int64", "sint32", "sint64", "sfixed32", "sfixed64", "uint32", "uint64", "fixed32", "fixed64":
		f.Limits["max"] = fmt.Sprint(50 + r.IntN(100))
	}
	if f.Type.isMapOrList() {
		f.Limits = map[string]string{"max_items": fmt.Sprint(2 + r.IntN(4))}
	} else if r.IntN(4) == 0 {
		f.Limits["required"] = "true"
	}
}

func (t draftType) isMapOrList() bool { return t.Wrap != "" && t.Wrap != "?" }

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }
