package breaking

import (
	"fmt"

	"github.com/zmqgen/zmqgen/schema"
)

// This file compares what stands at the top of a file: names, the Go package, imports.

func topologyThing(t *schema.Topology) thing { return thing{t, t.Name.Span, "name"} }

func (c *comparison) comparePackages(o, n *schema.Topology) {
	if o.Name.Value != n.Name.Value {
		c.add(topologyRenamed, []Level{Source, Topology}, "the topology was called %q and is called %q: the names by which endpoints are overridden begin with it", o.Name.Value, n.Name.Value).
			at(topologyThing(o), topologyThing(n), thing{})
	}
	at := func(t *schema.Topology, text schema.Text) thing {
		if text.IsSet() {
			return thing{t, text.Span, "go"}
		}
		return topologyThing(t)
	}
	if o.Package.Value != n.Package.Value {
		c.add(packageChanged, []Level{Source}, "the Go package was %q and is %q", o.Package.Value, n.Package.Value).
			at(at(o, o.Package), at(n, n.Package), thing{})
	}
	if o.ImportPath.Value != n.ImportPath.Value {
		shown := func(t schema.Text) string {
			if t.IsSet() {
				return fmt.Sprintf("%q", t.Value)
			}
			return "that of its directory"
		}
		c.add(packageChanged, []Level{Source}, "the import path of the Go package was %s and is %s", shown(o.ImportPath), shown(n.ImportPath)).
			at(at(o, o.ImportPath), at(n, n.ImportPath), thing{})
	}
	old := map[string]bool{}
	for _, i := range o.Imports {
		old[i.Topology.Name.Value] = true
	}
	new := map[string]bool{}
	for _, i := range n.Imports {
		name := i.Topology.Name.Value
		new[name] = true
		if !old[name] {
			c.add(importsChanged, []Level{Source}, "topology %q is imported", name).at(thing{}, thing{n, i.Alias.Span, "import." + i.Alias.Value}, thing{})
		}
	}
	for _, i := range o.Imports {
		if name := i.Topology.Name.Value; !new[name] {
			c.add(importsChanged, []Level{Source}, "topology %q is not imported any more", name).
				at(thing{o, i.Alias.Span, "import." + i.Alias.Value}, thing{}, topologyThing(n))
		}
	}
}
