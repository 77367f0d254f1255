package gen

import (
	"cmp"
	"fmt"

	"github.com/zmqgen/zmqgen/schema"
)

// This file turns nodes into the intermediate representation: a struct with all sockets of a node, which open and close
// as one.

// What the struct of a node takes from the names of its sockets.
var nodeMethods = map[string]string{
	"Close": "a method of every node",
}

// node lowers a node whose sockets were lowered.
func (l *lowering) node(n *schema.Node, sockets []socket) {
	name := l.goName(n.GoName, exported(n.Name.Value))
	out := node{name: n.Name.Value, goName: name + "Node", openFn: "New" + name + "Node"}
	by := origin{namePlace(n.GoName, n.Name), "the struct of node " + out.name, goNameHelp}
	l.names.declare(out.goName, by)
	by.what = "what opens node " + out.name
	l.names.declare(out.openFn, by)
	text := fmt.Sprintf("%s is what opening the sockets of node %s returns.", out.goName, out.name)
	if out.doc = docLines(text); n.Doc != "" {
		out.doc = with(out.doc, "%s", n.Doc)
	}
	out.openDoc = docLines(fmt.Sprintf("%s opens all sockets of node %s or none, those that bind before those that connect. Options of sockets go into "+
		"%[3]s.OnSocket and %[3]s.OnEverySocket. The sockets end by Close, with ctx and with the pump.", out.openFn, out.name, runtimeAlias))
	for i, s := range n.Sockets {
		field := nodeField{name: s.Name.Value, socket: sockets[i], goName: l.goName(s.GoName, exported(s.Name.Value)), doc: docLines(cmp.Or(s.Doc, s.Pattern.Doc))}
		if len(field.doc) == 0 {
			field.doc = docLines(capitalised(whatItSpeaks(s)) + ".")
		}
		field.doc = deprecated(field.doc, s.Pattern.Deprecated.Value)
		// Two fields of one name are two constructors of one name, which was reported.
		newScope(l.t, &l.ds, nodeMethods).declare(field.goName, origin{namePlace(s.GoName, s.Name), "socket " + s.FullName(), "give the socket another Go name: go_name"})
		out.fields = append(out.fields, field)
	}
	l.p.nodes = append(l.p.nodes, out)
}
