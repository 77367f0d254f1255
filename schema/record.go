package schema

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// This file reads a mapping by its table of keys.

// record is a mapping whose keys were checked against a table.
type record struct {
	def    *objectDef
	name   Span // where the name of the object stands
	values map[string]pair
	// excused is set if a value was refused or is not supported yet, so that something may be missing
	// without being missed.
	excused bool
}

// get returns the value of a key, or nil if it is not there or was refused.
func (r record) get(key string) *node { return r.values[key].value }

// keySpan returns the place of a key that is there.
func (r record) keySpan(key string) Span { return r.values[key].key.span }

// record reads n as an object of def; what names it in messages and name is the place of its name.
func (p *parser) record(n *node, def *objectDef, what string, name Span) (record, bool) {
	r := record{def: def, name: name, values: map[string]pair{}}
	if n.kind == refusedNode {
		return r, false
	}
	if n.kind != mappingNode && !n.isEmpty() {
		p.report(wrongKind, n.span, "%s is %s; a mapping is expected", what, n.describe()).
			help("keys: %s", def.accepted())
		return r, false
	}
	r.excused = n.partial
	for _, pair := range n.pairs {
		key := def.key(pair.key.value)
		switch {
		case key == nil:
			r.excused = true
			p.reportUnknownKey(pair, def, what)
		case pair.value.kind == refusedNode:
			r.excused = true
		case key.isSecret() && pair.value.kind == scalarNode && !pair.value.isEmpty():
			r.excused = true
			p.reportInline(pair, key)
		case !key.fits(pair.value):
			r.excused = true
			at := pair.value.span
			if pair.value.isEmpty() {
				at = pair.key.span
			}
			d := p.report(wrongKind, at, "%q of %s is %s; %s is expected", key.name, what, pair.value.describe(), key.shape)
			if s := reshaped(def, key, pair.value); s != "" {
				d.help("write %s", s)
				if key.shape == list && pair.value.textCol > 0 {
					d.fix("write "+s, Replace(pair.value.span, s))
				}
				break
			}
			d.help("%s: %s", key.name, key.doc)
		default:
			r.values[key.name] = pair
		}
	}
	if !r.excused {
		for _, key := range def.keys {
			if _, there := r.values[key.name]; key.required && !there {
				r.excused = true
				p.report(missingKey, name, "%s has no %q", what, key.name).help("%s: %s", key.name, key.doc)
			}
		}
	}
	return r, true
}

func (p *parser) reportUnknownKey(at pair, def *objectDef, what string) {
	key := at.key
	d := p.report(unknownKey, key.span, "unknown key %q in %s", key.value, what)
	given := key.value
	if def == &optionKeys { // as ZeroMQ's documents have them
		given = strings.TrimPrefix(strings.ToLower(given), "zmq_")
	}
	if s, known := foreignKeys[def][given]; known {
		if def.key(s) != nil {
			s = strconv.Quote(s)
		}
		d.help("did you mean %s? keys: %s", s, def.accepted())
		return
	}
	inner := def == &nodeKeys && at.value.kind == mappingNode
	if inner && isSocketLike(at.value) {
		d.help("put it under sockets")
		return
	}
	switch s := p.suggest(given, def.names()); {
	case s != "":
		d.help("did you mean %q? keys: %s", s, def.accepted())
	case inner:
		d.help("put it under sockets")
	default:
		d.help("keys: %s", def.accepted())
	}
}

// isSocketLike reports whether a mapping has a key that sockets have and nodes have not.
func isSocketLike(n *node) bool {
	return slices.ContainsFunc(n.pairs, func(p pair) bool {
		return socketKeys.key(p.key.value) != nil && nodeKeys.key(p.key.value) == nil
	})
}

// reshaped writes a value of the wrong kind in the kind that its key takes; "" if that is not known.
func reshaped(def *objectDef, key *keyDef, n *node) string {
	const most = 12
	texts := []string{n.value}
	if n.kind == sequenceNode {
		texts = nil
		for _, item := range n.items {
			texts = append(texts, item.value)
			if item.kind != scalarNode {
				return ""
			}
		}
	}
	if len(texts) == 0 || len(texts) > most || n.kind == mappingNode ||
		slices.ContainsFunc(texts, func(s string) bool { return !plainName.MatchString(s) }) {
		return ""
	}
	all := strings.Join(texts, ": {}, ") + ": {}"
	switch {
	case key.shape == list:
		return "[" + texts[0] + "]"
	case def == &patternKeys && (key.name == "messages" || key.name == "methods"):
		return "{" + all + "}"
	case def == &patternKeys && key.name == "message" && len(texts) == 1:
		return texts[0]
	case def == &patternKeys && key.name == "message":
		return "messages: {" + all + "}"
	case def == &enumKeys && key.name == "values":
		for i := range texts {
			texts[i] += ": " + itoa(int64(i+1))
		}
		return "{" + strings.Join(texts, ", ") + "}"
	}
	return ""
}

// plainName is text that needs no quotes in YAML: a name or a number.
var plainName = regexp.MustCompile(`^[A-Za-z0-9_]{1,64}$`)

func (o *objectDef) key(name string) *keyDef {
	if i := slices.IndexFunc(o.keys, func(k keyDef) bool { return k.name == name }); i >= 0 {
		return &o.keys[i]
	}
	return nil
}

// names returns the names of o's keys.
func (o *objectDef) names() []string {
	var names []string
	for _, k := range o.keys {
		names = append(names, k.name)
	}
	return names
}

func (o *objectDef) accepted() string { return strings.Join(o.names(), ", ") }

func (k *keyDef) fits(n *node) bool {
	switch k.shape {
	case text:
		return n.kind == scalarNode && !n.isEmpty()
	case list:
		return n.kind == sequenceNode
	case textOrList:
		return n.kind == sequenceNode || n.kind == scalarNode && !n.isEmpty()
	case mapping:
		return n.kind == mappingNode || n.isEmpty()
	case textOrMapping:
		return n.kind == mappingNode || n.kind == scalarNode && !n.isEmpty()
	}
	return true
}

// scalarText returns the text of a key; the zero Text if it is not there.
func (r record) scalarText(key string) Text {
	if n := r.get(key); n != nil {
		return n.text()
	}
	return Text{}
}

// doc returns the documentation of an object.
func (r record) doc() string { return strings.TrimSpace(r.scalarText("doc").Value) }

// deprecated returns what to use instead of what r is; the zero Text if it may be used.
func (p *parser) deprecated(r record) Text {
	t := r.scalarText("deprecated")
	if !t.IsSet() {
		return t
	}
	switch t.Value = strings.TrimSpace(t.Value); strings.ToLower(t.Value) {
	case "", "true", "false", "yes", "no":
		p.report(badInstead, t.Span, "%q does not say what to use instead", clip(t.Value)).
			help(`such as deprecated: "use limit"; left out, nothing is deprecated`)
		return Text{}
	}
	return t
}

// texts returns the scalars of a key that holds one or a list of them.
func (p *parser) texts(r record, key string) []*node {
	n := r.get(key)
	if n == nil {
		return nil
	}
	if n.kind == scalarNode {
		return []*node{n}
	}
	return p.textsOf(n, key)
}

// textsOf returns the scalars of a list.
func (p *parser) textsOf(n *node, key string) []*node {
	var texts []*node
	for _, item := range n.items {
		switch {
		case item.kind == refusedNode:
		case item.kind != scalarNode || item.isEmpty():
			p.report(wrongKind, item.span, "an item of %q is %s; text is expected", key, item.describe())
		default:
			texts = append(texts, item)
		}
	}
	return texts
}
