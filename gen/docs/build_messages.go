package docs

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file says what there is to say of messages, enums and imports.

func (b *builder) message(m *schema.Message) *section {
	name := b.messageName(m)
	s := &section{ID: "message-" + name, Kind: "message", Name: name, Full: name, Doc: paragraphs(m.Doc)}
	if m.IsError || b.fails(m) {
		s.Badges = append(s.Badges, "error")
	}
	b.labels(s, m.Topology, m.Deprecated)
	b.journeys(s, m)
	if m.WireName.Value != m.Name.Value {
		s.add("Name on the wire", code(m.WireName.Value))
	}
	if m.KeepUnknown {
		s.add("Unknown fields", words("are kept and sent again"))
	}
	s.add("Not used again", reserved(m.Reserved)...)
	if len(m.Fields) > 0 {
		s.Tables = append(s.Tables, b.fields(m))
	} else {
		s.derive("Fields", words("none"))
	}
	b.samples(s, m)
	return s
}

// fails reports whether a method fails with the message.
func (b *builder) fails(m *schema.Message) bool {
	for _, way := range b.travels[m] {
		if way.Part == schema.PartError {
			return true
		}
	}
	return false
}

// journeys says who sends and receives a message: by itself, or as a part of others.
func (b *builder) journeys(s *section, m *schema.Message) {
	var senders, receivers []*schema.Socket
	ways := b.travels[m]
	if len(ways) > 0 {
		senders, receivers = ends(ways)
		s.derive("Sent by", b.end(ways[0].Pattern, senders))
		s.derive("Received by", b.end(ways[0].Pattern, receivers))
		s.derive("Travels in", list(len(ways), func(i int) text { return b.travelsIn(ways[i]) }))
	}
	if holders := b.holders[m]; len(holders) > 0 {
		s.derive("Part of", list(len(holders), func(i int) text { return b.toMessage(holders[i]) }))
		// At any depth, of which Part of has the first step.
		if inside := b.carriers(m); len(inside) > 0 {
			senders, receivers = ends(inside)
			s.derive("Sent in these by", b.sockets(senders))
			s.derive("Received in these by", b.sockets(receivers))
		}
	}
	if len(s.Facts) == 0 {
		s.derive("Travels", aside("nowhere in this file"))
	}
}

func (b *builder) travelsIn(way *schema.Passage) text {
	if way.Method == nil || way.Pattern.Bare {
		return b.toPattern(way.Pattern)
	}
	return link(b.patternName(way.Pattern)+"."+way.Method.Name.Value, b.methodID(way.Pattern, way.Method)).say(" (" + string(way.Part) + ")")
}

// looked is how many messages are looked at to find those that a message travels in.
const looked = 256

// carriers returns the ways of the messages that hold the message at any depth, of those that are found soon.
func (b *builder) carriers(m *schema.Message) []*schema.Passage {
	var ways []*schema.Passage
	seen := map[*schema.Message]bool{m: true}
	for queue := []*schema.Message{m}; len(queue) > 0 && len(seen) < looked; queue = queue[1:] {
		for _, holder := range b.holders[queue[0]] {
			if len(seen) == looked {
				break
			}
			if !seen[holder] {
				seen[holder] = true
				queue = append(queue, holder)
				ways = append(ways, b.travels[holder]...)
			}
		}
	}
	return ways
}

// ends returns who sends and who receives in some ways, each once, as far as anybody reads it.
func ends(ways []*schema.Passage) (senders, receivers []*schema.Socket) {
	const most = 1000
	sends, receives := map[*schema.Socket]bool{}, map[*schema.Socket]bool{}
	for _, way := range ways {
		for _, s := range way.Senders[:min(len(way.Senders), most)] {
			if !sends[s] && len(senders) < most {
				sends[s] = true
				senders = append(senders, s)
			}
		}
		for _, s := range way.Receivers[:min(len(way.Receivers), most)] {
			if !receives[s] && len(receivers) < most {
				receives[s] = true
				receivers = append(receivers, s)
			}
		}
	}
	return senders, receivers
}

// reserved shows numbers and names that are not used again.
func reserved(all []schema.Reserved) []text {
	if len(all) == 0 {
		return nil
	}
	return []text{list(len(all), func(i int) text {
		switch r := all[i]; {
		case r.Name != "":
			return code(r.Name)
		case r.From == r.To:
			return code(itoa(int(r.From)))
		default:
			return code(itoa(int(r.From)) + " to " + itoa(int(r.To)))
		}
	})}
}

func (b *builder) fieldID(m *schema.Message, f *schema.Field) string {
	return "field-" + b.messageName(m) + "." + f.Name.Value
}

func (b *builder) fields(m *schema.Message) *table {
	t := &table{Kind: "fields", Columns: []string{"Number", "Field", "Type", "Limits", "What it holds"}}
	for _, f := range m.Fields {
		t.Rows = append(t.Rows, b.field(m, f, false))
		for _, a := range f.OneOf {
			t.Rows = append(t.Rows, b.field(m, a, true))
		}
	}
	return t
}

func (b *builder) field(m *schema.Message, f *schema.Field, inner bool) *row {
	number, typ := itoa(int(f.ID)), b.fieldType(f)
	if f.OneOf != nil {
		number, typ = "", words("oneof: at most one of these")
	}
	r := &row{
		ID: b.fieldID(m, f), Name: b.messageName(m) + "." + f.Name.Value, Key: f.Name.Value, Inner: inner,
		Cells: []cell{{Lines: []text{words(number)}}, {Lines: []text{code(f.Name.Value)}}, {Lines: []text{typ}}, {Lines: limits(f)}, {Lines: lines(f.Doc)}},
	}
	doc := &r.Cells[len(r.Cells)-1].Lines
	if f.Deprecated.IsSet() {
		*doc = append(*doc, words("Deprecated: "+line(f.Deprecated.Value)))
	}
	if f.Example.IsSet() && f.Example.Value != "" {
		*doc = append(*doc, words("Example: ").and(code(clip(f.Example.Value))))
	}
	return r
}

// fieldType shows the type of a field as the topology writes it, with links.
func (b *builder) fieldType(f *schema.Field) text {
	if f.OneOf != nil {
		return code("oneof")
	}
	t := f.Type
	switch {
	case t.IsMap():
		return code("map<" + string(t.Key) + ", ").and(b.valueType(*t.Elem)).and(code(">"))
	case t.IsList():
		return code("list<").and(b.valueType(*t.Elem)).and(code(">"))
	case t.Optional:
		return b.valueType(t).and(code("?"))
	}
	return b.valueType(t)
}

func (b *builder) valueType(t schema.Type) text {
	switch {
	case t.Enum != nil:
		return b.toEnum(t.Enum)
	case t.Message != nil:
		return b.toMessage(t.Message)
	}
	return code(string(t.Scalar))
}

// limits says in words what a field's value is held to.
func limits(f *schema.Field) []text {
	var out []text
	l := f.Limits
	say := func(s string) { out = append(out, words(s)) }
	if l.Required {
		say("required")
	}
	switch low, high := l.Min, l.Max; {
	case low.IsSet() && high.IsSet():
		out = append(out, code(clip(low.Value)).say(" to ").and(code(clip(high.Value))))
	case low.IsSet():
		out = append(out, words("at least ").and(code(clip(low.Value))))
	case high.IsSet():
		out = append(out, words("at most ").and(code(clip(high.Value))))
	}
	if s := between(l.MinLen, l.MaxLen, "byte"); s != "" {
		say(s)
	}
	if s := between(l.MinItems, l.MaxItems, "item"); s != "" {
		say(s)
	}
	if l.Pattern.IsSet() {
		out = append(out, words("matches ").and(code(clip(l.Pattern.Value))))
	}
	if f.Const.IsSet() {
		value := code(clip(f.Const.Value))
		if f.Const.Value == "" {
			value = words("empty")
		}
		out = append(out, words("always ").and(value))
	}
	if f.As != schema.AsUsual {
		say("in frames" + strings.TrimPrefix(form(f.As), ","))
	}
	return out
}

// between is a range of numbers of things in words; "" if there is no bound.
func between(low, high *int, thing string) string {
	switch {
	case low != nil && high != nil && *low == *high:
		return "exactly " + counted(*low, thing)
	case low != nil && high != nil:
		return itoa(*low) + " to " + counted(*high, thing)
	case low != nil:
		return "at least " + counted(*low, thing)
	case high != nil:
		return "at most " + counted(*high, thing)
	}
	return ""
}

// samples adds an example of a message: as JSON, and in frames as it travels first.
func (b *builder) samples(s *section, m *schema.Message) {
	e := b.examples.Of(m)
	if e.Missing != "" {
		s.derive("Example", aside("none: "+e.Missing))
		return
	}
	if e.JSON != "" {
		var pretty bytes.Buffer
		if json.Indent(&pretty, []byte(e.JSON), "", "  ") == nil {
			s.Samples = append(s.Samples, sample{words("Example as JSON"), "json", sheet(pretty.String())})
		}
	}
	for _, way := range b.travels[m] {
		frames, why := b.examples.Frames(way)
		if why != "" {
			continue
		}
		var lines []string
		for _, frame := range frames[:min(len(frames), 4*listed)] {
			lines = append(lines, "["+hexShown(frame)+"]")
		}
		if more := len(frames) - len(lines); more > 0 {
			lines = append(lines, "… and "+counted(more, "more frame"))
		}
		title := words("Frames of it in ").and(b.travelsIn(way))
		s.Samples = append(s.Samples, sample{title, "text", strings.Join(lines, "\n")})
		return
	}
	s.Samples = append(s.Samples, sample{words("In protobuf wire format"), "text", "[" + hexShown(e.Proto) + "]"})
}

func (b *builder) enum(e *schema.Enum) *section {
	name := b.enumName(e)
	s := &section{ID: "enum-" + name, Kind: "enum", Name: name, Full: name, Doc: paragraphs(e.Doc)}
	b.labels(s, e.Topology, e.Deprecated)
	if users := b.usedBy[e]; len(users) > 0 {
		s.derive("Used by", list(len(users), func(i int) text { return b.toMessage(users[i]) }))
	}
	s.add("Not used again", reserved(e.Reserved)...)
	t := &table{Kind: "values", Columns: []string{"Number", "Value", "What it means"}}
	for _, v := range e.Values {
		doc := lines(v.Doc)
		if v.Deprecated.IsSet() {
			doc = append(doc, words("Deprecated: "+line(v.Deprecated.Value)))
		}
		t.Rows = append(t.Rows, &row{
			ID: "value-" + name + "." + v.Name.Value, Name: name + "." + v.Name.Value, Key: v.Name.Value,
			Cells: []cell{{Lines: []text{words(itoa(int(v.Number)))}}, {Lines: []text{code(v.Name.Value)}}, {Lines: doc}},
		})
	}
	s.Tables = append(s.Tables, t)
	return s
}

func (b *builder) imported(i *schema.Import) *section {
	s := &section{ID: "import-" + i.Alias.Value, Kind: "import", Name: i.Alias.Value, Full: i.Alias.Value, Doc: paragraphs(i.Topology.Doc)}
	s.add("Topology", code(i.Topology.Name.Value))
	s.add("File", code(clip(i.Path.Value)))
	use := func(label string, all []text) {
		if len(all) > 0 {
			s.derive(label, list(len(all), func(i int) text { return all[i] }))
		}
	}
	var nodes, patterns, messages, enums []text
	for _, n := range b.nodes {
		if n.Topology == i.Topology {
			nodes = append(nodes, link(b.nodeName(n), "node-"+b.nodeName(n)))
		}
	}
	for _, p := range b.patterns {
		if p.Topology == i.Topology {
			patterns = append(patterns, b.toPattern(p))
		}
	}
	for _, m := range b.messages {
		if m.Topology == i.Topology {
			messages = append(messages, b.toMessage(m))
		}
	}
	for _, e := range b.enums {
		if e.Topology == i.Topology {
			enums = append(enums, b.toEnum(e))
		}
	}
	use("Nodes met", nodes)
	use("Patterns spoken", patterns)
	use("Messages used", messages)
	use("Enums used", enums)
	return s
}
