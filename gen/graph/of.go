package graph

import (
	"slices"
	"strconv"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns a topology into a graph.

// Of returns the graph of a valid topology. Of imports it has the sockets that meet those of the topology itself, and all
// if the topology has no nodes of its own, but puts others together.
func Of(t *schema.Topology) *Graph {
	b := &builder{
		root: t, graph: &Graph{Name: t.Name.Value, Doc: t.Doc}, aliases: ImportNames(t),
		sockets: map[*schema.Socket]*Socket{}, patterns: map[*schema.Pattern]*Pattern{}, captures: map[*schema.Socket]*Pattern{},
		edges: map[[2]*Socket]bool{}, taken: map[string]int{},
	}
	own := []*schema.Topology{t}
	if len(t.Nodes)+len(t.Devices) == 0 {
		own = t.All()
	}
	var imported []*Node
	for _, in := range t.All() {
		for _, n := range nodesOf(in) {
			node := b.node(n)
			if slices.Contains(own, in) {
				b.graph.Nodes = append(b.graph.Nodes, node)
			} else {
				imported = append(imported, node)
			}
		}
	}
	b.connect(own)
	b.keepMet(imported)
	b.addExternals()
	b.groupByPattern()
	return b.graph
}

// builder holds what is known of a graph while it is made.
type builder struct {
	root     *schema.Topology
	graph    *Graph
	aliases  map[*schema.Topology]string // "" for the topology itself
	sockets  map[*schema.Socket]*Socket
	patterns map[*schema.Pattern]*Pattern
	captures map[*schema.Socket]*Pattern // what the captures of devices publish
	edges    map[[2]*Socket]bool
	taken    map[string]int // ids of nodes
	outside  []outsider
}

// ImportNames returns what a topology and all that it imports are called in its graph: "" for itself, and an import as the
// topology calls it, or by its own name if only another import knows it. No two are the same.
func ImportNames(t *schema.Topology) map[*schema.Topology]string {
	names := map[*schema.Topology]string{t: ""}
	taken := map[string]int{}
	for _, i := range t.Imports {
		if _, named := names[i.Topology]; !named {
			names[i.Topology] = i.Alias.Value
			taken[i.Alias.Value]++
		}
	}
	for _, in := range t.All() {
		if _, named := names[in]; !named {
			names[in] = unique(taken, in.Name.Value)
		}
	}
	return names
}

// unique returns name, or name with a number that makes it one that is not taken yet, and takes it. taken counts how often
// each name was asked for.
func unique(taken map[string]int, name string) string {
	for found := name; ; found = name + "~" + strconv.Itoa(taken[name]) {
		taken[name]++
		if found == name && taken[name] == 1 {
			return name
		}
		if found != name && taken[found] == 0 {
			taken[found]++
			return found
		}
	}
}

// named returns the name of something that a topology declares.
func (b *builder) named(in *schema.Topology, name string) string {
	if alias := b.aliases[in]; alias != "" {
		return alias + "." + name
	}
	return name
}

// nodesOf are the nodes of a topology, then what its devices are as nodes.
func nodesOf(t *schema.Topology) []*schema.Node {
	all := slices.Clip(t.Nodes)
	for _, d := range t.Devices {
		all = append(all, d.Node)
	}
	return all
}

func (b *builder) node(n *schema.Node) *Node {
	node := &Node{Name: b.named(n.Topology, n.Name.Value), Doc: n.Doc, Host: n.Host.Value}
	if n.Device != nil {
		node.Device = n.Device.Kind
	}
	node.ID = unique(b.taken, node.Name)
	if n.Replicated {
		node.Replicas = n.Replicas.Value
	}
	if n.Topology != b.root {
		node.Imported = n.Topology.Name.Value
	}
	for _, s := range n.Sockets {
		socket := &Socket{
			ID: node.ID + "." + s.Name.Value, Node: node, Name: s.Name.Value, Doc: s.Doc, Type: s.Type, Pattern: b.spoken(s),
			Bind: endpoints(s.Bind), Connect: endpoints(s.Connect), Advertise: endpoints(s.Advertise),
		}
		for _, prefix := range s.Subscribe {
			if prefix.Value != "" {
				socket.Subscribe = append(socket.Subscribe, prefix.Value)
			}
		}
		if s.Security != nil {
			socket.Security, socket.Mechanism = b.named(s.Security.Topology, s.Security.Name.Value), s.Security.Mechanism
		}
		b.sockets[s] = socket
		node.Sockets = append(node.Sockets, socket)
	}
	return node
}

func endpoints(all []schema.Endpoint) []string {
	var out []string
	for _, e := range all {
		out = append(out, e.Value)
	}
	return out
}

// spoken is the pattern of a socket, or what a capture publishes.
func (b *builder) spoken(s *schema.Socket) *Pattern {
	if s.Pattern != nil {
		return b.pattern(s.Pattern)
	}
	captured := b.captures[s]
	if captured == nil {
		captured = &Pattern{Name: b.named(s.Node.Topology, s.FullName()), Kind: Capture, Forward: []string{"all that passes"}}
		b.captures[s] = captured
	}
	return captured
}

func (b *builder) pattern(p *schema.Pattern) *Pattern {
	if known := b.patterns[p]; known != nil {
		return known
	}
	pattern := &Pattern{Name: b.named(p.Topology, p.Name.Value), Kind: p.Kind, Calls: p.Kind == schema.ReqRep}
	b.patterns[p] = pattern
	switch {
	case p.Bare:
		pattern.Forward, pattern.Back = b.message(p.Methods[0].Request), b.message(p.Methods[0].Reply)
	case p.Kind == schema.ReqRep:
		for _, m := range p.Methods {
			pattern.Forward = append(pattern.Forward, m.Name.Value)
		}
	case p.BothWays != nil:
		pattern.Forward, pattern.Back = b.flow(p.BothWays[0]), b.flow(p.BothWays[1])
	default:
		pattern.Forward = b.flow(&p.Flow)
	}
	return pattern
}

// message returns the name of a message; none for nil.
func (b *builder) message(m *schema.Message) []string {
	if m == nil {
		return nil
	}
	return []string{b.named(m.Topology, m.Name.Value)}
}

func (b *builder) flow(f *schema.Flow) []string {
	var names []string
	for _, m := range f.Messages {
		names = append(names, b.message(m.Message)...)
	}
	return names
}

// isFrom reports whether a socket is the From of its edges.
func isFrom(s *schema.Socket) bool {
	switch s.Type {
	case schema.Pub, schema.XPub, schema.Push, schema.Req:
		return true
	case schema.Dealer: // the backend of a queue sends requests, as a client does
		return s.Pattern.Kind != schema.Pair || len(s.Bind) > 0
	case schema.PairSocket:
		return len(s.Bind) > 0
	}
	return false
}

// join adds an edge, unless the two sockets have met already.
func (b *builder) join(connects, binds *Socket, pattern *Pattern, connectsFrom bool) {
	e := &Edge{From: connects, To: binds, Pattern: pattern, Binder: binds}
	if !connectsFrom {
		e.From, e.To = binds, connects
	}
	if ends := [2]*Socket{e.From, e.To}; !b.edges[ends] {
		b.edges[ends] = true
		b.graph.Edges = append(b.graph.Edges, e)
	}
}

// keepMet takes those of the imported nodes and their sockets into the graph that meet a node of it, and drops the edges
// among the others.
func (b *builder) keepMet(imported []*Node) {
	own, met := map[*Node]bool{}, map[*Socket]bool{}
	for _, n := range b.graph.Nodes {
		own[n] = true
	}
	b.graph.Edges = slices.DeleteFunc(b.graph.Edges, func(e *Edge) bool { return !own[e.From.Node] && !own[e.To.Node] })
	for _, e := range b.graph.Edges {
		met[e.From], met[e.To] = true, true
	}
	for _, n := range imported {
		n.Sockets = slices.DeleteFunc(n.Sockets, func(s *Socket) bool { return !met[s] })
		if len(n.Sockets) > 0 {
			b.graph.Nodes = append(b.graph.Nodes, n)
		}
	}
}

// groupByPattern lists the patterns that are spoken, and sorts the edges by them.
func (b *builder) groupByPattern() {
	spoken := map[*Pattern]bool{}
	for _, n := range b.graph.Nodes {
		for _, s := range n.Sockets {
			spoken[s.Pattern] = true
		}
	}
	place := map[*Pattern]int{}
	for _, t := range b.root.All() {
		for _, p := range t.Patterns {
			if pattern := b.patterns[p]; spoken[pattern] && pattern != nil {
				place[pattern] = len(b.graph.Patterns)
				b.graph.Patterns = append(b.graph.Patterns, pattern)
			}
		}
	}
	for _, n := range b.graph.Nodes {
		for _, s := range n.Sockets {
			if _, listed := place[s.Pattern]; !listed { // what a capture publishes
				place[s.Pattern] = len(b.graph.Patterns)
				b.graph.Patterns = append(b.graph.Patterns, s.Pattern)
			}
		}
	}
	slices.SortStableFunc(b.graph.Edges, func(x, y *Edge) int { return place[x.Pattern] - place[y.Pattern] })
}
