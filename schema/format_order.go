package schema

import "slices"

// This file takes from the table of keys which mapping of a file is an object with fixed keys, and knows in which order
// format writes these. Names that users choose keep their order, which is that of the generated code.

// preferredOrder is the order of keys where it is not that of the table of keys: what is short, and says what the
// object is, before what is long. Keys that are not named here follow in the order of the table.
var preferredOrder = map[*objectDef][]string{
	&topologyKeys: {
		"version", "name", "doc", "go", "import", "encoding", "defaults", "security",
		"enums", "messages", "patterns", "devices", "nodes", "lint",
	},
	&enumKeys:    {"doc", "deprecated", "go_name", "values", "reserved"},
	&messageKeys: {"doc", "deprecated", "go_name", "wire_name", "error", "unknown", "fields", "reserved"},
	&oneofKeys:   {"doc", "deprecated", "go_name", "required", "as", "oneof"},
	&patternKeys: {
		"doc", "deprecated", "go_name", "kind", "encoding", "metadata", "tag", "external",
		"message", "topic", "messages", "topic_only", "request", "reply", "timeout", "idempotent", "retry", "correlation",
		"methods", "dealer_sends", "router_sends", "bind_sends", "connect_sends", "reserved",
	},
	&fieldKeys: {
		"type", "id", "go_name", "required", "min", "max", "min_len", "max_len", "min_items", "max_items", "pattern",
		"const", "as", "doc", "example", "deprecated",
	},
	&methodKeys: {"doc", "deprecated", "go_name", "wire_name"},
	&nodeKeys:   {"doc", "go_name", "host", "replicas", "defaults", "sockets"},
}

// ranks returns the place of each key of o in the order of format.
func (o *objectDef) ranks() map[string]int {
	order := preferredOrder[o]
	for _, name := range o.names() {
		if !slices.Contains(order, name) {
			order = append(order[:len(order):len(order)], name)
		}
	}
	ranks := make(map[string]int, len(order))
	for i, name := range order {
		ranks[name] = i
	}
	return ranks
}

// settle puts the entries into their order. Before the first of them in the file there is no empty line.
func (c *collection) settle() {
	if len(c.entries) == 0 {
		return
	}
	if first := c.entries[0]; len(first.lead) > 0 {
		first.lead[0].blank = false
	} else {
		first.blank = false
	}
	c.sort()
}

// sort puts the keys of an object into the order of format, unless there is one that is none.
func (c *collection) sort() {
	if c.isList || c.role.object == nil {
		return
	}
	ranks := c.role.object.ranks()
	for _, e := range c.entries {
		if _, known := ranks[e.key.value]; !known {
			return
		}
	}
	slices.SortStableFunc(c.entries, func(a, b *entry) int { return ranks[a.key.value] - ranks[b.key.value] })
}

// role is what a node of the tree is to zmqgen, by the table of keys: one of both, or the zero role for anything else.
type role struct {
	object  *objectDef  // the node may be an object with these keys
	entries *entriesDef // the node may be a mapping by names that users choose
}

// role returns what a node is whose place takes values of v. Where these are of several kinds, the node's keys tell.
func (v valueDef) role(n *node) role {
	switch {
	case v.entries != nil && (len(v.objects) == 0 || !isLongEnum(n)):
		return role{entries: v.entries}
	case len(v.objects) == 0:
		return role{}
	case slices.Contains(v.objects, &oneofKeys) && n.pair("oneof") != nil:
		return role{object: &oneofKeys}
	case v.objects[0] == &alternativeKeys: // which is a field to the parser as well
		return role{object: &fieldKeys}
	}
	return role{object: v.objects[0]}
}

// child returns the role of the value of a pair of a mapping with role r.
func (r role) child(at pair) role {
	switch {
	case r.entries != nil:
		return r.entries.of.role(at.value)
	case r.object != nil:
		if key := r.object.key(at.key.value); key != nil {
			return key.of.role(at.value)
		}
	}
	return role{}
}

// isMapping reports whether the value of a pair, if there is nothing, is an empty mapping in which no key is missing.
func (r role) isMapping(at pair) bool {
	switch {
	case r.entries != nil:
		return r.entries.shape == mapping && !slices.ContainsFunc(r.entries.of.objects, (*objectDef).requires)
	case r.object != nil:
		key := r.object.key(at.key.value)
		return key != nil && key.shape == mapping && !key.required
	}
	return false
}

// requires reports whether a key of o has to be there.
func (o *objectDef) requires() bool {
	return slices.ContainsFunc(o.keys, func(k keyDef) bool { return k.required })
}

// spaced reports whether entries of r that span several lines stand between blank lines: those of a topology, and those
// of its mappings by names, which are what it declares.
func (r role) spaced() bool {
	return r.object == &topologyKeys || r.entries != nil && r.entries.shape == mapping &&
		slices.ContainsFunc(topologyKeys.keys, func(k keyDef) bool { return k.of.entries == r.entries })
}
