package gen

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns a topology into the intermediate representation: its enums and messages. What its
// patterns and sockets become is in lower_patterns.go and lower_sockets.go.

// lowering is one run of lower.
type lowering struct {
	t        *schema.Topology
	ds       schema.Diagnostics
	names    *scope // of the package
	packages *packages
	p        program
	topics   map[string]topic             // by Go name
	errors   map[*schema.Message][]string // the methods that may fail with a message
	layouts  map[layoutKey]layout
	parts    map[string]bool          // the functions that write fields alone
	readers  map[string]*topicReader  // by the Go name of the topic
	limited  map[*schema.Message]bool // those that Validate has something to check of
	sharing  map[*schema.Message]bool // whether a copy shares memory with the original, of those asked for already
	at       map[*schema.Message]int  // in p.messages
	badName  map[schema.Span]bool     // the go_names already reported

	texts    map[textKey]*string // made up for examples; nil where none was found
	matching int                 // the work done for that
}

// lower decides all that the generated code says. It returns diagnostics instead where two things
// would have one name in Go.
func lower(t *schema.Topology, paths Packages) (*program, schema.Diagnostics) {
	l := &lowering{
		t:       t,
		topics:  map[string]topic{},
		errors:  map[*schema.Message][]string{},
		limited: map[*schema.Message]bool{},
		sharing: map[*schema.Message]bool{},
		layouts: map[layoutKey]layout{},
		parts:   map[string]bool{},
		readers: map[string]*topicReader{},
		at:      map[*schema.Message]int{},
		badName: map[schema.Span]bool{},
		texts:   map[textKey]*string{},
	}
	l.names = newScope(t, &l.ds, nil)
	l.p = program{pkg: t.Package.Value, topology: t.Name.Value, source: SourceName(t.File)}
	l.packages = newPackages(t, paths)
	l.checkPackages()
	l.findErrors()
	l.findLimited()
	for _, e := range t.Enums {
		l.enum(e)
	}
	for _, m := range t.Messages {
		l.message(m)
	}
	for _, p := range t.Patterns {
		l.pattern(p)
	}
	if l.anySocket() {
		by := origin{span: t.Name.Span, what: "the topology"}
		l.names.declare(topologyVar, by)
		l.names.declare(topologyFunc, by)
	}
	for _, s := range t.Securities {
		l.security(s)
	}
	for _, n := range t.Nodes {
		first := len(l.p.sockets)
		for _, s := range n.Sockets {
			l.socket(s)
		}
		if len(n.Sockets) > 0 {
			l.node(n, l.p.sockets[first:])
		}
	}
	for _, d := range t.Devices {
		l.device(d)
	}
	if t.Tests {
		l.tests()
	}
	if len(l.ds) > 0 {
		l.ds.Sort()
		return nil, l.ds
	}
	return &l.p, nil
}

// SourceName returns the base name of the topology's file, whatever the separator of its path.
func SourceName(file string) string {
	if file == "<stdin>" || file == "" {
		return "topology.yaml"
	}
	// Not docLines: behind "Source: " nothing is a directive, and a name is not wrapped.
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(path.Base(strings.ReplaceAll(file, `\`, "/")), "\uFFFD")))
}

// goName is the Go name of a thing: its go_name, or else derived.
func (l *lowering) goName(override schema.Text, derived string) string {
	if !override.IsSet() {
		return derived
	}
	if !validGoName(override.Value) && !l.badName[override.Span] {
		l.badName[override.Span] = true
		d := l.t.Errorf(override.Span, "bad-go-name", "%q is not an exported Go name", override.Value)
		d.Help = "go_name starts with a capital and goes on with letters and digits"
		l.ds = append(l.ds, d)
	}
	return override.Value
}

// namePlace is where a Go name comes from: the go_name, or else the name.
func namePlace(override, name schema.Text) schema.Span {
	if override.IsSet() {
		return override.Span
	}
	return name.Span
}

// goNameHelp says how to give a thing another Go name.
const goNameHelp = "give one of them another Go name: go_name"

// findErrors finds the messages that methods declare as their errors.
func (l *lowering) findErrors() {
	for _, p := range l.t.Patterns {
		for _, m := range p.Methods {
			for _, e := range m.Errors {
				l.errors[e] = append(l.errors[e], p.Name.Value+"."+m.Name.Value)
			}
		}
	}
}

func (l *lowering) enumName(e *schema.Enum) string       { return l.goName(e.GoName, e.Name.Value) }
func (l *lowering) messageName(m *schema.Message) string { return l.goName(m.GoName, m.Name.Value) }
func (l *lowering) fieldName(f *schema.Field) string {
	return l.goName(f.GoName, exported(f.Name.Value))
}

func (l *lowering) enum(e *schema.Enum) {
	out := enum{goName: l.enumName(e)}
	what := "enum " + e.Name.Value
	l.names.declare(out.goName, origin{namePlace(e.GoName, e.Name), what, goNameHelp})
	out.doc = docOf(out.goName, e.Doc, "is an open enumeration: numbers without a name here are kept.")
	out.doc = deprecated(out.doc, e.Deprecated.Value)
	for _, v := range e.Values {
		value := enumValue{
			name:   v.Name.Value,
			proto:  protoValueName(e.Name.Value, v.Name.Value),
			goName: l.valueName(out.goName, v),
			doc:    deprecated(docLines(v.Doc), v.Deprecated.Value),
			number: v.Number,
		}
		span := namePlace(v.GoName, v.Name)
		if !v.Name.IsSet() {
			span = namePlace(e.GoName, e.Name) // the zero that the file does not name
		}
		l.names.declare(value.goName, origin{span, "value " + value.name + " of " + what, goNameHelp + " on the enum or the value"})
		out.values = append(out.values, value)
	}
	l.p.enums = append(l.p.enums, out)
}

// valueName is the Go name of a value of the enum of Go name enum.
func (l *lowering) valueName(enum string, v schema.EnumValue) string {
	return l.goName(v.GoName, enum+exported(v.Name.Value))
}

func (l *lowering) message(m *schema.Message) {
	out := message{name: m.Name.Value, goName: l.messageName(m), keeps: m.KeepUnknown, limited: l.limited[m]}
	out.fieldsVar = unexported(out.goName) + "Fields"
	by := origin{namePlace(m.GoName, m.Name), "message " + out.name, goNameHelp}
	l.names.declare(out.goName, by)
	by.what = "the field table of message " + out.name
	l.names.declare(out.fieldsVar, by)
	out.doc = docOf(out.goName, m.Doc, fmt.Sprintf("is a message of topology %s.", l.t.Name.Value))
	out.doc = deprecated(out.doc, m.Deprecated.Value)

	reserved := messageMethods
	if methods := l.errors[m]; len(methods) > 0 || m.IsError {
		out.isError = true
		out.errorDoc = docLines("Error implements error.")
		if len(methods) > 0 {
			out.errorDoc = docLines("Error implements error: " + all(methods) + " may fail with *" + out.goName + ".")
		}
		reserved = map[string]string{"Error": "a method of every message that is an error of a method"}
		for name, why := range messageMethods {
			reserved[name] = why
		}
	}
	fields := newScope(l.t, &l.ds, reserved)
	for _, f := range m.Fields {
		lowered := l.field(f)
		lowered.limits = l.limits(out, f, lowered.goName)
		fields.declare(lowered.goName, origin{namePlace(f.GoName, f.Name), "field " + f.Name.Value, "give the field another Go name: go_name"})
		switch lowered.shape {
		case mapping:
			lowered.entryFn = "parse" + out.goName + lowered.goName
			l.names.declare(lowered.entryFn, origin{namePlace(f.GoName, f.Name), "the reader of map " + f.Name.Value + " of message " + out.name, goNameHelp})
		case choice:
			l.choice(out, &lowered, f)
		}
		out.fields = append(out.fields, lowered)
	}
	l.at[m] = len(l.p.messages)
	l.p.messages = append(l.p.messages, out)
}

func (l *lowering) field(f *schema.Field) field {
	out := field{name: f.Name.Value, goName: l.fieldName(f), doc: deprecated(docLines(f.Doc), f.Deprecated.Value), number: f.ID, jsonName: schema.JSONName(f.Name.Value)}
	if f.Const.IsSet() {
		out.doc = append(out.doc, docLines("In frames it is always "+quoted(f.Const.Value)+", whatever is set.")...)
	}
	typ := f.Type
	switch {
	case f.OneOf != nil:
		out.shape = choice
		return out
	case typ.IsMap():
		out.shape = mapping
		out.key = l.value(schema.Type{Scalar: typ.Key})
		out.value = l.value(*typ.Elem)
		out.tag = uint32(f.ID)<<3 | wireBlock
		return out
	case typ.Elem != nil:
		out.shape = list
		typ = *typ.Elem
	case typ.Optional:
		out.shape = optional
		out.pointer = !hasNil(typ.Scalar)
	}
	out.value = l.value(typ)
	number := uint32(f.ID) << 3
	out.tag = number | out.value.wire
	if out.shape == list && out.value.wire != wireBlock {
		out.packed = true
		out.itemTag = out.tag
		out.tag = number | wireBlock
	}
	return out
}

// choice names the interface of a oneof and the structs of its alternatives.
func (l *lowering) choice(in message, out *field, f *schema.Field) {
	out.union = in.goName + out.goName
	by := origin{namePlace(f.GoName, f.Name), "oneof " + f.Name.Value + " of message " + in.name, goNameHelp}
	l.names.declare(out.union, by)
	out.cloneFn, out.equalFn = "clone"+out.union, "equal"+out.union
	for _, fn := range []string{out.cloneFn, out.equalFn} {
		l.names.declare(fn, by)
	}
	var names []string
	for _, a := range f.OneOf {
		lowered := l.field(a)
		lowered.wrapper = out.union + lowered.goName
		lowered.limits = l.limits(in, a, out.goName+lowered.goName)
		by := origin{namePlace(a.GoName, a.Name), "alternative " + a.Name.Value + " of oneof " + f.Name.Value, goNameHelp}
		l.names.declare(lowered.wrapper, by)
		newScope(l.t, &l.ds, map[string]string{"String": "a method of every alternative"}).declare(lowered.goName, by)
		names = append(names, "*"+lowered.wrapper)
		out.alternatives = append(out.alternatives, lowered)
	}
	out.unionDoc = deprecated(docLines(out.union+" is what "+in.goName+"."+out.goName+" holds, or nil: "+either(names)+"."), f.Deprecated.Value)
}

// shares reports whether a copy of a message shares memory with the original. Messages that are in each other as they
// stand, not behind a pointer or in a list or map, end somewhere.
func (l *lowering) shares(m *schema.Message) bool {
	shares, known := l.sharing[m]
	if !known {
		shares = m.KeepUnknown || slices.ContainsFunc(m.Fields, func(f *schema.Field) bool {
			t := f.Type
			return f.OneOf != nil || t.Elem != nil || t.Optional || hasNil(t.Scalar) || t.Message != nil && l.shares(t.Message)
		})
		l.sharing[m] = shares
	}
	return shares
}

func (l *lowering) value(t schema.Type) value {
	switch {
	case t.Enum != nil:
		return enumOf(l.enumType(t.Enum))
	case t.Message != nil:
		return messageOf(l.messageType(t.Message), l.shares(t.Message))
	}
	v, known := scalars[t.Scalar]
	if !known {
		panic(fmt.Sprintf("gen: unknown scalar %q in a valid topology", t.Scalar))
	}
	v.json = jsonScalars[t.Scalar]
	return v
}
