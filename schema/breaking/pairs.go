package breaking

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file finds what is the same thing in both versions: by its name, and else what has been renamed.

// paired puts together what has the same key in both lists, and of the rest what has the same look, unless another looks
// the same. An empty look is that of nothing. All are pointers, and looks are compared as text.
func paired[T comparable](old, new []T, name, look func(T) string) map[T]T {
	pairs := map[T]T{}
	known := map[string]T{}
	for _, o := range old {
		known[name(o)] = o
	}
	taken := map[T]bool{}
	var gone, come []T
	for _, n := range new {
		if o, is := known[name(n)]; is && !taken[o] {
			pairs[o] = n
			taken[o] = true
		} else {
			come = append(come, n)
		}
	}
	for _, o := range old {
		if !taken[o] {
			gone = append(gone, o)
		}
	}
	if len(gone) == 0 || len(come) == 0 {
		return pairs
	}
	byLook := map[string][2][]T{}
	for side, list := range [2][]T{gone, come} {
		for _, t := range list {
			if s := look(t); s != "" {
				both := byLook[s]
				both[side] = append(both[side], t)
				byLook[s] = both
			}
		}
	}
	for _, both := range byLook {
		if len(both[0]) == 1 && len(both[1]) == 1 {
			pairs[both[0][0]] = both[1][0]
		}
	}
	return pairs
}

// turned returns the pairs from new to old.
func turned[T comparable](pairs map[T]T) map[T]T {
	back := make(map[T]T, len(pairs))
	for o, n := range pairs {
		back[n] = o
	}
	return back
}

func (c *comparison) pairEnums(old, new *schema.Topology) {
	look := func(e *schema.Enum) string {
		var values []string
		for _, v := range e.Values {
			values = append(values, fmt.Sprintf("%s=%d", v.Name.Value, v.Number))
		}
		slices.Sort(values)
		return strings.Join(values, " ")
	}
	for o, n := range paired(old.Enums, new.Enums, func(e *schema.Enum) string { return e.Name.Value }, look) {
		c.enumPairs[o] = n
	}
}

// pairMessages pairs messages: also one that has the old name as its wire_name.
func (c *comparison) pairMessages(old, new *schema.Topology) {
	pairs := paired(old.Messages, new.Messages, func(m *schema.Message) string { return m.Name.Value }, func(*schema.Message) string { return "" })
	back := turned(pairs)
	left := func(list []*schema.Message, taken map[*schema.Message]*schema.Message) (rest []*schema.Message) {
		for _, m := range list {
			if taken[m] == nil {
				rest = append(rest, m)
			}
		}
		return rest
	}
	gone, come := left(old.Messages, pairs), left(new.Messages, back)
	look := func(m *schema.Message) string {
		var fields []string
		m.EachField(func(f *schema.Field) {
			fields = append(fields, fmt.Sprintf("%s@%d %s", f.Name.Value, f.ID, typeText(f.Type)))
		})
		slices.Sort(fields)
		return strings.Join(fields, ", ")
	}
	for o, n := range paired(gone, come, func(m *schema.Message) string { return m.WireName.Value }, look) {
		pairs[o] = n
	}
	for o, n := range pairs {
		c.messagePairs[o] = n
	}
}

// typeText is a type as the file writes it, without the imports that its names are of.
func typeText(t schema.Type) string {
	optional := ""
	if t.Optional {
		optional = "?"
	}
	switch {
	case t.IsMap():
		return "map<" + string(t.Key) + ", " + typeText(*t.Elem) + ">"
	case t.IsList():
		return "list<" + typeText(*t.Elem) + ">"
	case t.Enum != nil:
		return t.Enum.Name.Value + optional
	case t.Message != nil:
		return t.Message.Name.Value + optional
	}
	return string(t.Scalar) + optional
}

// sameType reports whether a field has kept its type, whatever has become of what the type names.
func (c *comparison) sameType(o, n schema.Type) bool {
	if (o.Elem == nil) != (n.Elem == nil) || o.Key != n.Key || o.Optional != n.Optional {
		return false
	}
	oe, ne := elem(o), elem(n)
	switch {
	case oe.Scalar != ne.Scalar || (oe.Enum == nil) != (ne.Enum == nil) || (oe.Message == nil) != (ne.Message == nil):
		return false
	case oe.Enum != nil:
		return c.enumPairs[oe.Enum] == ne.Enum
	case oe.Message != nil:
		return c.messagePairs[oe.Message] == ne.Message
	}
	return true
}

// typeName names an enum or a message, so that the two versions of one have the same name; "" if there is neither.
func (c *comparison) typeName(e *schema.Enum, m *schema.Message) string {
	switch {
	case e != nil:
		if n := c.enumPairs[e]; n != nil {
			e = n
		}
		return e.Topology.Name.Value + "." + e.Name.Value
	case m != nil:
		if n := c.messagePairs[m]; n != nil {
			m = n
		}
		return m.Topology.Name.Value + "." + m.Name.Value
	}
	return ""
}

// alike reports whether messages of either version are read as each other: the same message, or one with the same fields.
func (c *comparison) alike(w, r *schema.Message) bool {
	if c.messagePairs[w] == r || c.messagePairs[r] == w {
		return true
	}
	key := [2]*schema.Message{w, r}
	is, known := c.alikes[key]
	if !known {
		is = c.fieldsText(w) == c.fieldsText(r)
		c.alikes[key] = is
	}
	return is
}

// fieldsText is all that the encodings of a message depend on, frames among them.
func (c *comparison) fieldsText(m *schema.Message) string {
	var fields []string
	for _, f := range m.Fields {
		for _, a := range alternatives(f) {
			t := elem(a.Type)
			group := ""
			if f.OneOf != nil {
				group = " of " + f.Name.Value
			}
			shape := string(a.Type.Key) + " " + fmt.Sprint(a.Type.Elem != nil, a.Type.Optional)
			frame := fmt.Sprintf("%s %t %q", a.As, a.Const.IsSet(), a.Const.Value)
			fields = append(fields, fmt.Sprintf("%d %s %s %s%s %s", a.ID, a.Name.Value, shape, string(t.Scalar)+c.typeName(t.Enum, t.Message), group, frame))
		}
	}
	slices.Sort(fields)
	return strings.Join(fields, "\n")
}

// sameGoName reports whether a renamed thing keeps its Go name, as far as can be told without generating it.
func sameGoName(oldName, oldGo, newName, newGo schema.Text) bool {
	effective := func(name, goName schema.Text) string {
		if goName.IsSet() {
			return goName.Value
		}
		return strings.ReplaceAll(name.Value, "_", "")
	}
	return strings.EqualFold(effective(oldName, oldGo), effective(newName, newGo))
}

// compareGoName reports a go_name that came, went or is another, of what has kept its name.
func (c *comparison) compareGoName(what string, oldName, oldGo, newName, newGo schema.Text, o, n thing) {
	if oldName.Value != newName.Value || oldGo.Value == newGo.Value {
		return
	}
	shown := func(t schema.Text) string {
		if t.IsSet() {
			return fmt.Sprintf("%q", t.Value)
		}
		return "made of its name"
	}
	if newGo.IsSet() {
		n.span = newGo.Span
	}
	c.add(goNameChanged, []Level{Source}, "the Go name of %s was %s and is %s", what, shown(oldGo), shown(newGo)).at(o, n, n)
}
