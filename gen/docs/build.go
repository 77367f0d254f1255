package docs

import (
	"strconv"
	"strings"

	"github.com/zmqgen/zmqgen/gen"
	"github.com/zmqgen/zmqgen/gen/graph"
	"github.com/zmqgen/zmqgen/schema"
)

// This file turns a topology into a page: what is on it, and by which names. What is said of nodes, patterns and messages is
// in build_nodes.go, build_patterns.go and build_messages.go.

// builder holds what is known of a topology while a page is made of it.
type builder struct {
	t        *schema.Topology
	names    map[*schema.Topology]string // "" for the topology itself
	examples *gen.Examples
	graph    *graph.Graph

	ways    map[*schema.Pattern][]*schema.Passage
	travels map[*schema.Message][]*schema.Passage
	holders map[*schema.Message][]*schema.Message // those that have a field of the message
	usedBy  map[*schema.Enum][]*schema.Message
	speaks  map[*schema.Pattern][]*schema.Socket
	meets   map[string][]*graph.Socket // by the ID of a socket in the graph
	passes  map[*schema.Pattern][]*schema.Device
	secured map[*schema.Security][]*schema.Socket

	patterns []*schema.Pattern // those of the topology, then those of imports that its sockets speak
	messages []*schema.Message // those of the topology, then those of imports that are in them or travel
	enums    []*schema.Enum    // likewise
	nodes    []*schema.Node    // those of the topology, then those of imports that meet them
	devices  []*schema.Device  // likewise

	securities []*schema.Security // those of the topology, then those of imports that its sockets have
}

// build makes the page of a valid topology.
func build(t *schema.Topology) *page {
	b := &builder{
		t: t, names: graph.ImportNames(t), examples: gen.NewExamples(t), graph: graph.Of(t),
		ways: map[*schema.Pattern][]*schema.Passage{}, travels: map[*schema.Message][]*schema.Passage{},
		holders: map[*schema.Message][]*schema.Message{}, usedBy: map[*schema.Enum][]*schema.Message{},
		speaks: map[*schema.Pattern][]*schema.Socket{}, meets: map[string][]*graph.Socket{},
		passes: map[*schema.Pattern][]*schema.Device{}, secured: map[*schema.Security][]*schema.Socket{},
	}
	b.findPassages()
	b.findMessages()
	b.findNodes()
	b.findDevices()
	p := &page{Title: t.Name.Value, Doc: paragraphs(t.Doc), Source: gen.SourceName(t.File)}
	for _, g := range []struct {
		name     string
		sections []*section
	}{
		{"Nodes", each(b.nodes, b.node)},
		{"Devices", each(b.devices, b.device)},
		{"Patterns", each(b.patterns, b.pattern)},
		{"Messages", each(b.messages, b.message)},
		{"Enums", each(b.enums, b.enum)},
		{"Securities", each(b.securities, b.security)},
		{"Imports", each(t.Imports, b.imported)},
	} {
		p.Groups = append(p.Groups, &section{ID: lower(g.name), Kind: "group", Name: g.name, Full: g.name, Sections: g.sections})
	}
	p.Counts = count(p)
	p.graph = b.graph
	return p
}

func each[T any](all []T, of func(T) *section) []*section {
	var sections []*section
	for _, one := range all {
		sections = append(sections, of(one))
	}
	return sections
}

// count says how much of everything a page has, as links to it.
func count(p *page) text {
	var out text
	for _, g := range p.Groups {
		if len(g.Sections) == 0 {
			continue
		}
		if len(out) > 0 {
			out = out.say(", ")
		}
		name := lower(g.Name)
		if len(g.Sections) == 1 {
			name = strings.TrimSuffix(name, "s")
			if g.Name == "Securities" {
				name = "security"
			}
		}
		out = append(out, piece{Text: itoa(len(g.Sections)) + " " + name, To: g.ID})
		if g.ID == "nodes" {
			sockets := 0
			for _, n := range g.Sections {
				sockets += len(n.Sections)
			}
			out = out.say(" with " + counted(sockets, "socket"))
		}
	}
	return out
}

// named is the name of something that a topology declares, as the page has it.
func (b *builder) named(in *schema.Topology, name string) string {
	if alias := b.names[in]; alias != "" {
		return alias + "." + name
	}
	return name
}

// findPassages finds the patterns of the page, what travels in them, and whose sockets speak them.
func (b *builder) findPassages() {
	seen := map[*schema.Pattern]bool{}
	take := func(p *schema.Pattern) {
		if !seen[p] {
			seen[p] = true
			b.patterns = append(b.patterns, p)
		}
	}
	for _, p := range b.t.Patterns {
		take(p)
	}
	for _, way := range b.t.Passages() {
		b.ways[way.Pattern] = append(b.ways[way.Pattern], way)
		b.travels[way.Message] = append(b.travels[way.Message], way)
	}
	for _, in := range b.t.All() {
		for s := range in.AllSockets() {
			if s.Pattern == nil {
				continue // the capture of a device
			}
			if in == b.t {
				take(s.Pattern)
			}
			b.speaks[s.Pattern] = append(b.speaks[s.Pattern], s)
		}
	}
}

// findMessages finds the messages and enums of the page, and which are in which.
func (b *builder) findMessages() {
	seen := map[*schema.Message]bool{}
	enums := map[*schema.Enum]bool{}
	take := func(m *schema.Message) {
		if m != nil && !seen[m] {
			seen[m] = true
			b.messages = append(b.messages, m)
		}
	}
	for _, m := range b.t.Messages {
		take(m)
	}
	for _, e := range b.t.Enums {
		enums[e] = true
		b.enums = append(b.enums, e)
	}
	for _, p := range b.patterns {
		for _, way := range b.ways[p] {
			take(way.Message)
		}
	}
	for i := 0; i < len(b.messages); i++ {
		m := b.messages[i]
		held, used := map[*schema.Message]bool{}, map[*schema.Enum]bool{}
		m.EachField(func(f *schema.Field) {
			t := f.Type
			if t.Elem != nil {
				t = *t.Elem
			}
			if in := t.Message; in != nil && !held[in] {
				held[in] = true
				b.holders[in] = append(b.holders[in], m)
				take(in)
			}
			if e := t.Enum; e != nil && !used[e] {
				used[e] = true
				b.usedBy[e] = append(b.usedBy[e], m)
				if !enums[e] {
					enums[e] = true
					b.enums = append(b.enums, e)
				}
			}
		})
	}
}

// findNodes finds the nodes of the page, and which sockets meet: those that the drawing shows.
func (b *builder) findNodes() {
	drawn := map[string]bool{}
	for _, n := range b.graph.Nodes {
		if !n.External {
			drawn[n.Name] = true
		}
	}
	for _, in := range b.t.All() {
		for _, n := range in.Nodes {
			if in == b.t || drawn[b.named(in, n.Name.Value)] {
				b.nodes = append(b.nodes, n)
			}
		}
		for _, d := range in.Devices {
			if in == b.t || drawn[b.named(in, d.Name.Value)] {
				b.devices = append(b.devices, d)
			}
		}
	}
	for _, e := range b.graph.Edges {
		from, to := e.From.Node.Name+"."+e.From.Name, e.To.Node.Name+"."+e.To.Name
		b.meets[from] = append(b.meets[from], e.To)
		b.meets[to] = append(b.meets[to], e.From)
	}
}

func (b *builder) nodeName(n *schema.Node) string { return b.named(n.Topology, n.Name.Value) }
func (b *builder) socketName(s *schema.Socket) string {
	return b.named(s.Node.Topology, s.FullName())
}
func (b *builder) patternName(p *schema.Pattern) string { return b.named(p.Topology, p.Name.Value) }
func (b *builder) messageName(m *schema.Message) string { return b.named(m.Topology, m.Name.Value) }
func (b *builder) enumName(e *schema.Enum) string       { return b.named(e.Topology, e.Name.Value) }

func (b *builder) toSocket(s *schema.Socket) text {
	return link(b.socketName(s), "socket-"+b.socketName(s))
}

func (b *builder) toPattern(p *schema.Pattern) text {
	return link(b.patternName(p), "pattern-"+b.patternName(p))
}

func (b *builder) toMessage(m *schema.Message) text {
	return link(b.messageName(m), "message-"+b.messageName(m))
}

func (b *builder) toEnum(e *schema.Enum) text {
	return link(b.enumName(e), "enum-"+b.enumName(e))
}

func (b *builder) toMethod(p *schema.Pattern, m *schema.Method) text {
	return link(m.Name.Value, b.methodID(p, m))
}

func (b *builder) methodID(p *schema.Pattern, m *schema.Method) string {
	return "method-" + b.patternName(p) + "." + m.Name.Value
}

// sockets lists sockets; none are nobody.
func (b *builder) sockets(all []*schema.Socket) text {
	if len(all) == 0 {
		return aside("nobody in this file")
	}
	return list(len(all), func(i int) text { return b.toSocket(all[i]) })
}

func lower(s string) string { return strings.ToLower(s) }

func itoa(n int) string { return strconv.Itoa(n) }

// counted is a number of things: 1 socket, 2 sockets.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return itoa(n) + " " + thing + "s"
}
