// Package graph draws a topology: its nodes with their sockets, and what travels between them. It makes
// Mermaid, Graphviz's DOT and SVG of one model, all of them as values: it does no I/O, and the same graph is the same
// bytes each time.
package graph

import "github.com/zmqgen/zmqgen/schema"

// This file is the model that is drawn: what Of makes of a topology, and Diff of two.

// Graph is what is drawn of a topology.
type Graph struct {
	Name string
	Doc  string
	// Nodes are the nodes and then the devices of the topology in the order of the file, then those of its imports that meet
	// them, then what stands for peers that are in no file.
	Nodes []*Node
	// Patterns are those that a socket of the graph speaks, in the order of the files.
	Patterns []*Pattern
	// Edges are grouped by pattern, in the order of Patterns, and within it in the order of the sockets that connect.
	Edges []*Edge
}

// Node is a node or a device of the topology or of an import, or what stands for peers that are in no file.
type Node struct {
	// ID is the node's name, IMPORT.NAME for one of an import, and a text that no name is for an external one. No other
	// node nor socket of the graph has it.
	ID       string
	Name     string // as it is shown
	Doc      string
	Host     string            // "" if the file is silent
	Replicas string            // a number or "many"; "" for a node that runs once
	Imported string            // the name of the topology that it comes from; "" for one of the topology itself
	External bool              // it stands for peers that are in no file
	Device   schema.DeviceKind // "" for one that is no device
	Sockets  []*Socket
}

// Socket is one socket of a node.
type Socket struct {
	ID        string // the node's, a dot and Name; no other socket nor node of the graph has it
	Node      *Node
	Name      string
	Doc       string
	Type      schema.SocketType // "" for one of an external node, of which nobody says it
	Pattern   *Pattern
	Bind      []string
	Connect   []string
	Advertise []string
	Subscribe []string // prefixes; none if all is subscribed to, or nothing yet
	// Security is the name of the socket's security, Mechanism what it is: "" for none.
	Security  string
	Mechanism schema.Mechanism
}

// Pattern is a pattern that sockets of the graph speak, or what the capture of a device publishes.
type Pattern struct {
	Name string             // IMPORT.NAME for one of an import
	Kind schema.PatternKind // Capture for what a capture publishes, which is no pattern of the file
	// Forward names what travels from an edge's From to its To: messages, or methods where Calls is set; Back names the
	// messages that travel the other way.
	Forward, Back []string
	Calls         bool // it is a req-rep pattern: requests travel forward and replies back
}

// Capture is the kind of what the capture of a device publishes.
const Capture schema.PatternKind = "capture"

// Edge is two sockets that meet.
type Edge struct {
	// From sends to To: the client to the server, the dealer to the router and the side of a pair that binds to the one
	// that connects, where both send.
	From, To *Socket
	Pattern  *Pattern
	Binder   *Socket // the one of the two that the other connects to
}

// ID names the edge. No other edge of the graph has the same.
func (e *Edge) ID() string { return e.From.ID + " -> " + e.To.ID }

// BothWays reports whether To sends as well.
func (e *Edge) BothWays() bool { return e.Pattern.Calls || len(e.Pattern.Back) > 0 }

// Options are how a graph is drawn. The zero Options draw it plainly.
type Options struct {
	// Changes colours what changed. Those of Diff may be added to.
	Changes Changes
	// IDPrefix stands before every id in an SVG, which are node-ID and socket-ID without it, so that a page that has these
	// ids already can take the drawing in.
	IDPrefix string
	// Link returns the address that a node or a socket of an SVG leads to, by its ID; "" for none. It may be nil.
	Link func(id string) string
}
