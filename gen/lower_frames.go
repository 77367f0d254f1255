package gen

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns messages that travel in the encoding frames into the intermediate representation: which
// frame each field becomes, and in which form.

// formKey is a scalar in a form.
type formKey struct {
	scalar schema.Scalar
	as     schema.As
}

// frameForms says how each scalar is written as a frame and read from one, by functions of the runtime.
var frameForms = func() map[formKey]frameForm {
	forms := map[formKey]frameForm{
		{schema.Float32, schema.AsUsual}:   {write: "AppendBigFloat32", read: "ReadBigFloat32"},
		{schema.Float64, schema.AsUsual}:   {write: "AppendBigFloat64", read: "ReadBigFloat64"},
		{schema.Float32, schema.AsLittle}:  {write: "AppendFloat32", read: "ReadLittleFloat32"},
		{schema.Float64, schema.AsLittle}:  {write: "AppendFloat64", read: "ReadLittleFloat64"},
		{schema.Float32, schema.AsText}:    {write: "AppendFloatText", read: "ReadFloatText", fails: true},
		{schema.Float64, schema.AsText}:    {write: "AppendFloatText", read: "ReadFloatText", fails: true},
		{schema.Bool, schema.AsUsual}:      {write: "AppendBool", read: "ReadBool"},
		{schema.Bool, schema.AsText}:       {write: "AppendBoolText", read: "ReadBoolText"},
		{schema.String, schema.AsUsual}:    {write: "AppendText", read: "ReadText", fails: true},
		{schema.Bytes, schema.AsUsual}:     {read: "ReadBytes"},
		{schema.UUID, schema.AsUsual}:      {sliced: true, read: "ReadUUID"},
		{schema.Timestamp, schema.AsUsual}: {write: "AppendNanos", read: "ReadNanos", fails: true},
		{schema.Duration, schema.AsUsual}:  {write: "AppendBig64", read: "ReadBig64"},
		{schema.Decimal, schema.AsUsual}:   {write: "AppendDecimalText", read: "ReadDecimalText", fails: true},
		{schema.JSON, schema.AsUsual}:      {write: "AppendJSONText", read: "ReadJSONText", fails: true},
	}
	for _, s := range []schema.Scalar{
		schema.Int32, schema.Sint32, schema.Sfixed32, schema.Uint32, schema.Fixed32,
		schema.Int64, schema.Sint64, schema.Sfixed64, schema.Uint64, schema.Fixed64,
	} {
		width := string(s[len(s)-2:])
		text := "IntText"
		if strings.HasPrefix(scalars[s].typ.name, "u") {
			text = "UintText"
		}
		forms[formKey{s, schema.AsUsual}] = frameForm{write: "AppendBig" + width, read: "ReadBig" + width}
		forms[formKey{s, schema.AsLittle}] = frameForm{write: "AppendLittle" + width, read: "ReadLittle" + width}
		forms[formKey{s, schema.AsText}] = frameForm{write: "Append" + text, read: "Read" + text}
	}
	return forms
}()

// enumForm is an enum as a frame: an int32.
var enumForm = frameForms[formKey{schema.Int32, schema.AsUsual}]

// layoutKey is a message and the method that writes its frames.
type layoutKey struct {
	message  *schema.Message
	appendFn string
}

// layout lowers a message as some pattern carries it in frames, once.
func (l *lowering) layout(p *schema.Pattern, m *schema.Message) layout {
	out := layout{message: l.messageType(m)}
	out.appendFn, out.parseFn = l.layoutFns(p, m)
	if prefix := l.prefixOf(m.Topology); prefix != "" {
		out.prefix = prefix + out.message.name
	}
	key := layoutKey{m, out.appendFn}
	if known, done := l.layouts[key]; done {
		return known
	}
	for _, f := range p.BodyFields(m) {
		out.fields = append(out.fields, l.frameField(m, f))
	}
	l.declareLayout(out, p)
	l.layouts[key] = out
	l.p.layouts = append(l.p.layouts, out)
	return out
}

// declareLayout takes the names of functions, where the message is of another package and cannot have methods here.
func (l *lowering) declareLayout(out layout, p *schema.Pattern) {
	if out.prefix == "" {
		return
	}
	message := l.shown(out.message)
	by := origin{namePlace(p.GoName, p.Name), "what writes " + message + " in pattern " + p.Name.Value, goNameHelp}
	l.names.declare(out.appendFn, by)
	by.what = "what reads " + message + " in pattern " + p.Name.Value
	l.names.declare(out.parseFn, by)
	for _, f := range out.fields {
		if f.kind == partFrame && !l.parts[out.partFn(f)] {
			l.parts[out.partFn(f)] = true
			by.what = "what writes field " + f.name + " of " + message
			l.names.declare(out.partFn(f), by)
			by.what = "what reads field " + f.name + " of " + message
			l.names.declare(out.parsePartFn(f), by)
		}
	}
}

func (l *lowering) frameField(m *schema.Message, f *schema.Field) frameField {
	out := frameField{name: f.Name.Value, goName: l.fieldName(f)}
	switch t := f.Type; {
	case f.IsRest():
		out.kind = restFrames
	case (f.As == schema.AsProto || f.As == schema.AsJSON) && t.Message != nil && !t.Optional:
		out.kind, out.json = messageFrame, f.As == schema.AsJSON
	case f.As == schema.AsProto || f.As == schema.AsJSON:
		out.kind, out.json, out.part = partFrame, f.As == schema.AsJSON, l.part(m, f)
	case t.Enum != nil:
		out.form = enumForm
	default:
		form, known := frameForms[formKey{t.Scalar, f.As}]
		if !known {
			panic(fmt.Sprintf("gen: field %s of a valid topology has no frame", f.Name.Value))
		}
		out.form = form
	}
	if f.Const.IsSet() {
		frame := constFrame(f)
		out.constant = &frame
	}
	return out
}

// part is a field that a frame holds as it stands in its message, as that was lowered.
func (l *lowering) part(m *schema.Message, f *schema.Field) field {
	if l.prefixOf(m.Topology) == "" {
		return l.p.messages[l.at[m]].fields[slices.Index(m.Fields, f)]
	}
	out := l.field(f)
	for _, a := range f.OneOf {
		alternative := l.field(a)
		wrapper := l.qualified(m.Topology, l.messageName(m)+out.goName+alternative.goName)
		alternative.wrapper, alternative.wrapperPath = wrapper.name, wrapper.path
		out.alternatives = append(out.alternatives, alternative)
	}
	return out
}

// describe shows the frames of a layout in comments: [seq] [payload] [tags…].
func (l layout) describe() string {
	var frames []string
	for _, f := range l.fields {
		switch {
		case f.kind == restFrames:
			frames = append(frames, "["+f.name+"]…")
		case f.constant != nil:
			frames = append(frames, "["+quoted(*f.constant)+"]")
		default:
			frames = append(frames, "["+f.name+"]")
		}
	}
	return strings.Join(frames, " ")
}

// constFrame is the frame of a constant field.
func constFrame(f *schema.Field) string { return frameOf(f, f.Const.Parsed) }

// frameOf is the frame of a field that is one value.
func frameOf(f *schema.Field, value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case [16]byte:
		return string(v[:])
	case bool:
		b := byte(0)
		if v {
			b = 1
		}
		if f.As == schema.AsText {
			b += '0'
		}
		return string([]byte{b})
	case *schema.EnumValue:
		return string(number(uint64(v.Number), 4, f.As))
	case time.Time:
		return string(number(uint64(v.UnixNano()), 8, f.As))
	case time.Duration:
		return string(number(uint64(v), 8, f.As))
	case int64:
		if f.As == schema.AsText {
			return strconv.FormatInt(v, 10)
		}
		return string(number(uint64(v), widthOf(f), f.As))
	case uint64:
		if f.As == schema.AsText {
			return strconv.FormatUint(v, 10)
		}
		return string(number(v, widthOf(f), f.As))
	case float64:
		return floatFrame(v, f)
	}
	panic(fmt.Sprintf("gen: a value of type %T in a valid topology", value))
}

// widthOf is the number of bytes of a number, which its type's name ends with in bits.
func widthOf(f *schema.Field) int {
	if strings.HasSuffix(string(f.Type.Scalar), "32") {
		return 4
	}
	return 8
}

// number is the low bytes of a number, in the order that the form says.
func number(v uint64, width int, as schema.As) []byte {
	if as == schema.AsLittle {
		return binary.LittleEndian.AppendUint64(nil, v)[:width]
	}
	return binary.BigEndian.AppendUint64(nil, v)[8-width:]
}

// floatFrame is a float as the runtime's functions write it.
func floatFrame(v float64, f *schema.Field) string {
	width := widthOf(f)
	switch {
	case f.As == schema.AsText:
		format := byte('f')
		if a := math.Abs(v); a != 0 && (a < 1e-6 || a >= 1e21) {
			format = 'e'
		}
		return strconv.FormatFloat(v, format, -1, 8*width)
	case width == 4:
		return string(number(uint64(math.Float32bits(float32(v))), width, f.As))
	}
	return string(number(math.Float64bits(v), width, f.As))
}
