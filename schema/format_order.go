package schema

import "slices"

// This file knows which mapping of a file is an object with fixed keys, and in which order format writes these.
// Names that users choose keep their order, which is that of the generated code.

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
	for _, name := range o.names(true) {
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

// role is what a node of the tree is to zmqgen.
type role struct {
	object  *objectDef // the node may be an object with these keys
	entries entryKind  // the node may be a mapping by names that users choose, each to one of these
}

// entryKind is what the values of a mapping by names are.
type entryKind uint8

const (
	noEntries entryKind = iota
	otherEntries
	enumEntries
	enumValueEntries
	messageEntries
	fieldEntries
	patternEntries
	patternMessageEntries
	methodEntries
	nodeEntries
	socketEntries
)

// spaced reports whether entries that span several lines stand between blank lines.
func (k entryKind) spaced() bool {
	return k == enumEntries || k == messageEntries || k == patternEntries || k == nodeEntries
}

// role returns what an entry with value n is.
func (k entryKind) role(n *node) role {
	switch k {
	case enumEntries:
		if isLongEnum(n) {
			return role{object: &enumKeys}
		}
		return role{entries: enumValueEntries}
	case enumValueEntries:
		return role{object: &enumValueKeys}
	case messageEntries:
		return role{object: &messageKeys}
	case fieldEntries:
		if n.pair("oneof") != nil {
			return role{object: &oneofKeys}
		}
		return role{object: &fieldKeys}
	case patternEntries:
		return role{object: &patternKeys}
	case patternMessageEntries:
		return role{object: &patternMessageKeys}
	case methodEntries:
		return role{object: &methodKeys}
	case nodeEntries:
		return role{object: &nodeKeys}
	case socketEntries:
		return role{object: &socketKeys}
	}
	return role{}
}

// isMapping reports whether nothing at all, as an entry, is an empty mapping.
func (k entryKind) isMapping() bool {
	switch k {
	case messageEntries, patternMessageEntries, methodEntries, nodeEntries:
		return true
	}
	return false
}

// keyRoles is what the values of the keys of objects are, where they are objects or mappings by names.
var keyRoles = map[*objectDef]map[string]role{
	&topologyKeys: {
		"go":       {object: &goKeys},
		"import":   {entries: otherEntries},
		"enums":    {entries: enumEntries},
		"messages": {entries: messageEntries},
		"patterns": {entries: patternEntries},
		"nodes":    {entries: nodeEntries},
		"lint":     {object: &lintKeys},
	},
	&lintKeys:           {"rules": {entries: otherEntries}},
	&enumKeys:           {"values": {entries: enumValueEntries}},
	&messageKeys:        {"fields": {entries: fieldEntries}},
	&fieldKeys:          {"oneof": {entries: fieldEntries}},
	&oneofKeys:          {"oneof": {entries: fieldEntries}},
	&patternKeys:        {"topic": {object: &topicKeys}, "messages": {entries: patternMessageEntries}, "methods": {entries: methodEntries}, "retry": {object: &retryKeys}},
	&patternMessageKeys: {"topic": {object: &topicKeys}},
	&methodKeys:         {"retry": {object: &retryKeys}},
	&nodeKeys:           {"sockets": {entries: socketEntries}},
	&socketKeys:         {"options": {object: &optionKeys}},
}

// child returns the role of the value of a pair of a mapping with role r.
func (r role) child(at pair) role {
	if r.object != nil {
		return keyRoles[r.object][at.key.value]
	}
	return r.entries.role(at.value)
}

// isMapping reports whether the value of a pair, if there is nothing, is an empty mapping.
func (r role) isMapping(at pair) bool {
	if r.object == nil {
		return r.entries.isMapping()
	}
	key := r.object.key(at.key.value)
	return key != nil && key.shape == mapping && !key.required
}
