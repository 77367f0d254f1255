package gen

import (
	"bytes"
	_ "embed" // of the template
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns a topology into the .proto by which other languages read and write its messages:
// first into what the file says, decided line by line, then through templates/proto.tmpl into text.

// ruleProtoName is the rule that names stay different in protobuf.
const ruleProtoName = "proto-name"

//go:embed templates/proto.tmpl
var protoText string

var protoTemplate = template.Must(template.New("proto").Parse(protoText))

// protoFile is what a .proto says.
type protoFile struct {
	Head    []string // the comment at the top
	Package string
	Imports []string
	Types   []protoType
}

// protoType is an enum or a message.
type protoType struct {
	Comment []string
	Keyword string
	Name    string
	Options []string // deprecated and reserved, as they are written
	Fields  []protoField
}

// protoField is a field, a oneof with its alternatives, or a value of an enum.
type protoField struct {
	Indent       string
	Comment      []string
	Text         string
	Alternatives []protoField
}

// ExportProto returns the .proto of a valid topology. The same topology always becomes the same bytes.
// Where two values of enums would have one name in it, it returns what is wrong instead.
func ExportProto(t *schema.Topology) ([]byte, schema.Diagnostics) {
	x := protoExport{t: t, imports: map[string]bool{}, values: map[string]protoValue{}}
	file := protoFile{Head: protoHead(t), Package: t.Name.Value}
	for _, e := range t.Enums {
		file.Types = append(file.Types, x.enum(e))
	}
	for _, m := range t.Messages {
		file.Types = append(file.Types, x.message(m))
	}
	if len(x.ds) > 0 {
		x.ds.Sort()
		return nil, x.ds
	}
	for name := range x.imports {
		file.Imports = append(file.Imports, name)
	}
	slices.Sort(file.Imports)
	var b bytes.Buffer
	if err := protoTemplate.Execute(&b, file); err != nil {
		panic(fmt.Sprintf("gen: the template of .proto: %v", err))
	}
	return b.Bytes(), nil
}

// protoExport is one run of ExportProto.
type protoExport struct {
	t       *schema.Topology
	ds      schema.Diagnostics
	imports map[string]bool
	values  map[string]protoValue // the values of all enums, which share one scope
}

type protoValue struct {
	what string
	schema.Span
}

func (x *protoExport) enum(e *schema.Enum) protoType {
	out := protoType{
		Comment: deprecated(docLines(e.Doc), e.Deprecated.Value),
		Keyword: "enum",
		Name:    e.Name.Value,
		Options: deprecatedOption(e.Deprecated),
	}
	taken := e.Reserved
	if zero := e.Values[0]; !zero.Name.IsSet() {
		// The zero that the file does not name has to be there, also where the file reserves it.
		taken = slices.DeleteFunc(slices.Clone(taken), func(r schema.Reserved) bool {
			return r.Name == zero.Name.Value || r.Name == "" && r.From <= 0 && 0 <= r.To
		})
	}
	out.Options = append(out.Options, reservedLines(taken, func(name string) string { return protoValueName(e.Name.Value, name) })...)
	for _, v := range e.Values {
		name := protoValueName(e.Name.Value, v.Name.Value)
		at := protoValue{fmt.Sprintf("value %q of enum %q", v.Name.Value, e.Name.Value), v.Name.Span}
		if !v.Name.IsSet() {
			at.Span = e.Name.Span
		}
		if other, twice := x.values[name]; twice {
			d := x.t.Errorf(at.Span, ruleProtoName, "%s is %s in .proto, and so is %s", at.what, name, other.what)
			d.Help = "rename one of the enums: the values of all share one scope there"
			d.Related = append(d.Related, schema.Related{Span: other.Span, Message: other.what})
			x.ds = append(x.ds, d)
		}
		x.values[name] = at
		out.Fields = append(out.Fields, protoField{
			Indent:  "  ",
			Comment: deprecated(docLines(v.Doc), v.Deprecated.Value),
			Text:    name + " = " + strconv.Itoa(int(v.Number)) + deprecatedFieldOption(v.Deprecated) + ";",
		})
	}
	return out
}

func (x *protoExport) message(m *schema.Message) protoType {
	out := protoType{
		Comment: deprecated(docLines(m.Doc), m.Deprecated.Value),
		Keyword: "message",
		Name:    m.Name.Value,
		Options: deprecatedOption(m.Deprecated),
	}
	out.Options = append(out.Options, reservedLines(m.Reserved, func(name string) string { return name })...)
	entries := entryNames(m)
	for _, f := range m.Fields {
		out.Fields = append(out.Fields, x.field(f, "  ", entries))
	}
	return out
}

func (x *protoExport) field(f *schema.Field, indent string, entries map[string]bool) protoField {
	out := protoField{Indent: indent, Comment: deprecated(fieldComment(f), f.Deprecated.Value)}
	if f.OneOf != nil {
		out.Text = "oneof " + f.Name.Value + " {"
		for _, a := range f.OneOf {
			out.Alternatives = append(out.Alternatives, x.field(a, indent+"  ", entries))
		}
		return out
	}
	typ := ""
	switch t := f.Type; {
	case t.IsMap():
		typ = "map<" + string(t.Key) + ", " + x.typeName(*t.Elem, entries) + ">"
	case t.IsList():
		typ = "repeated " + x.typeName(*t.Elem, entries)
	case t.Optional:
		typ = "optional " + x.typeName(t, entries)
	default:
		typ = x.typeName(t, entries)
	}
	out.Text = fmt.Sprintf("%s %s = %d%s;", typ, f.Name.Value, f.ID, deprecatedFieldOption(f.Deprecated))
	return out
}

// protoScalars are the scalars that have another name in .proto.
var protoScalars = map[schema.Scalar]string{
	schema.Float32:   "float",
	schema.Float64:   "double",
	schema.Timestamp: "google.protobuf.Timestamp",
	schema.Duration:  "google.protobuf.Duration",
	schema.UUID:      "bytes",
	schema.Decimal:   "string",
	schema.JSON:      "string",
}

var protoImports = map[schema.Scalar]string{
	schema.Timestamp: "google/protobuf/timestamp.proto",
	schema.Duration:  "google/protobuf/duration.proto",
}

// protoScalar is the .proto type of a scalar.
func protoScalar(s schema.Scalar) string {
	if name := protoScalars[s]; name != "" {
		return name
	}
	return string(s)
}

// typeName is the type of one value in a message with these entry types.
func (x *protoExport) typeName(t schema.Type, entries map[string]bool) string {
	var name string
	var of *schema.Topology
	switch {
	case t.Enum != nil:
		name, of = t.Enum.Name.Value, t.Enum.Topology
	case t.Message != nil:
		name, of = t.Message.Name.Value, t.Message.Topology
	default:
		if file := protoImports[t.Scalar]; file != "" {
			x.imports[file] = true
		}
		return protoScalar(t.Scalar)
	}
	if of != x.t {
		x.imports[of.Name.Value+".proto"] = true
		return fullName(x.t, of, name)
	}
	if entries[name] {
		return "." + x.t.Name.Value + "." + name
	}
	return name
}

// entryNames are the names of the types that protobuf makes for the entries of a message's maps, which
// hide types of the same names from the message's fields.
func entryNames(m *schema.Message) map[string]bool {
	names := map[string]bool{}
	for _, f := range m.Fields {
		if f.Type.IsMap() {
			names[capital(schema.JSONName(f.Name.Value))+"Entry"] = true
		}
	}
	return names
}

// fieldComment is the doc of a field, with what its type in .proto does not say.
func fieldComment(f *schema.Field) []string {
	lines := docLines(f.Doc)
	t := f.Type
	one, many := "A ", ""
	if t.Elem != nil {
		t = *t.Elem
		one, many = "", "s"
	}
	switch t.Scalar {
	case schema.UUID:
		return append(lines, one+"UUID"+many+", of 16 bytes.")
	case schema.Decimal:
		return append(lines, capital(one+"decimal number"+many+", as text."))
	case schema.JSON:
		return append(lines, one+"JSON document"+many+", as text.")
	}
	return lines
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func deprecatedOption(instead schema.Text) []string {
	if !instead.IsSet() {
		return nil
	}
	return []string{"option deprecated = true;"}
}

func deprecatedFieldOption(instead schema.Text) string {
	if !instead.IsSet() {
		return ""
	}
	return " [deprecated = true]"
}

// reservedLines are the reserved statements: one for the numbers, in order, and one for the names.
func reservedLines(all []schema.Reserved, name func(string) string) []string {
	var numbers []schema.Reserved
	var names []string
	for _, r := range all {
		if r.Name != "" {
			names = append(names, `"`+name(r.Name)+`"`)
			continue
		}
		numbers = append(numbers, r)
	}
	slices.SortFunc(numbers, func(a, b schema.Reserved) int { return int(int64(a.From) - int64(b.From)) })
	var ranges []string
	for i := 0; i < len(numbers); {
		from, to := numbers[i].From, numbers[i].To
		for i++; i < len(numbers) && int64(numbers[i].From) == int64(to)+1; i++ {
			to = numbers[i].To
		}
		if from == to {
			ranges = append(ranges, strconv.Itoa(int(from)))
		} else {
			ranges = append(ranges, fmt.Sprintf("%d to %d", from, to))
		}
	}
	var lines []string
	if len(ranges) > 0 {
		lines = append(lines, "reserved "+strings.Join(ranges, ", ")+";")
	}
	if len(names) > 0 {
		lines = append(lines, "reserved "+strings.Join(names, ", ")+";")
	}
	return lines
}
