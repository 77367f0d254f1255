package schema

import (
	"math"
	"regexp"
	"slices"
)

// This file says what the values of keys may be, beyond their shape. The parser takes from it which words and numbers a
// key accepts; the JSON Schema and the tables in docs/topology.md are made of all of it.

// valueDef is what a value may be. The zero valueDef is any text.
type valueDef struct {
	words     []string       // the only texts, but for numbers
	pattern   *regexp.Regexp // what a text has to match, as far as that is simple: the parser may know better
	number    bool           // decimal integers from low to high
	low, high int64
	usual     string // what it is if it is left out; "" if the table cannot say
	least     int    // how many items a list has at least

	objects   []*objectDef // what a mapping may be whose keys are fixed
	entries   *entriesDef  // what a mapping is whose keys are names
	elsewhere bool         // an object that has the key is read by another table
}

// entriesDef is a mapping whose keys are names.
type entriesDef struct {
	names *nameCase // nil: any text
	shape shape
	of    valueDef
}

var (
	anything  = valueDef{}
	yesOrNo   = oneOf("true", "false")
	elsewhere = valueDef{elsewhere: true}
)

func oneOf(words ...string) valueDef                  { return valueDef{words: words} }
func like(pattern *regexp.Regexp) valueDef            { return valueDef{pattern: pattern} }
func name(c *nameCase) valueDef                       { return valueDef{pattern: c.pattern} }
func from(low, high int64) valueDef                   { return valueDef{number: true, low: low, high: high} }
func object(o ...*objectDef) valueDef                 { return valueDef{objects: o} }
func named(c *nameCase, s shape, v valueDef) valueDef { return valueDef{entries: &entriesDef{c, s, v}} }

func (v valueDef) usually(text string) valueDef { v.usual = text; return v }
func (v valueDef) atLeast(items int) valueDef   { v.least = items; return v }
func (v valueDef) or(word string) valueDef      { v.words = append(v.words, word); return v }

// The words of some keys, in the order in which findings list them.
var (
	encodings  = []string{string(EncodingProto), string(EncodingJSON), string(EncodingFrames)}
	severities = []string{string(Error), string(Warning), string(Info), string(Off)}
	forms      = []string{string(AsLittle), string(AsText), string(AsProto), string(AsJSON)}
	policies   = []string{string(Block), string(DropNewest), string(DropOldest), string(Latest)}
)

// Names of what is declared, here or in an import, and the types and endpoints made of them.
const (
	typeName    = `[A-Za-z][A-Za-z0-9_]*(\.[A-Z][A-Za-z0-9]*)?`
	anyType     = `(` + typeName + `\s*\??|list<\s*` + typeName + `\s*>|map<\s*` + typeName + `\s*,\s*` + typeName + `\s*>)`
	fieldNumber = `\s*@[1-9][0-9]*`
	literal     = `tcp://.+:([0-9]+|\*)|ipc://.+|inproc://.+`
)

var (
	typePattern        = regexp.MustCompile(`^\s*` + anyType + `\s*$`)
	fieldPattern       = regexp.MustCompile(`^` + anyType + fieldNumber + `$`)
	alternativePattern = regexp.MustCompile(`^` + typeName + fieldNumber + `$`)
	memberPattern      = regexp.MustCompile(`^([a-z][a-z0-9_]*\.)?[A-Z][A-Za-z0-9]*$`)
	referenceToPattern = regexp.MustCompile(`^([a-z][a-z0-9_]*\.)?[a-z][a-z0-9_]*$`)
	literalPattern     = regexp.MustCompile(`^(` + literal + `)$`)
	endpointPattern    = regexp.MustCompile(`^(` + literal + `|[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)?)$`)
	// referenceToSecurity is what names a security; a pattern of its own, for the hint.
	referenceToSecurity = regexp.MustCompile(`^([a-z][a-z0-9_]*\.)?([a-z][a-z0-9_]*)$`)
	envPattern          = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	keepalivePattern    = regexp.MustCompile(`^(true|false|([0-9]+(\.[0-9]+)?(ms|s|m|h))+)$`)
	sizePattern         = regexp.MustCompile(`^[1-9][0-9]*(kB|MB|KiB|MiB|GiB)?$`)

	memberName = nameCase{name: "UpperCamel", pattern: memberPattern}
)

// patternHints are what editors say of text that does not match.
var patternHints = map[*regexp.Regexp]string{
	lowerSnake.pattern:  "a name in lower_snake is expected",
	upperCamel.pattern:  "a name in UpperCamel is expected",
	upperSnake.pattern:  "a name in UPPER_SNAKE is expected",
	goNamePattern:       "an exported Go identifier is expected",
	packagePattern:      "a Go package is expected: lower-case letters, digits and _",
	typePattern:         "a scalar, an enum, a message, list<T>, map<K, V> or T? is expected",
	fieldPattern:        "TYPE @ID is expected, such as string @1, or a mapping",
	alternativePattern:  "TYPE @ID is expected, such as string @1, or a mapping; of a oneof no alternative is a list, a map or optional",
	memberPattern:       "the name of a message is expected, such as Quote or common.Quote",
	referenceToPattern:  "the name of a pattern is expected, such as quotes or common.quotes",
	referenceToSecurity: "the name of a security is expected, such as desk_curve or common.desk_curve, or none",
	envPattern:          "the name of an environment variable is expected: letters, digits and _",
	keepalivePattern:    "true, false, or a number of seconds with a unit is expected, such as 60s",
	literalPattern:      "tcp://HOST:PORT, ipc://PATH or inproc://NAME is expected",
	endpointPattern:     "tcp://HOST:PORT, ipc://PATH, inproc://NAME or NODE.SOCKET is expected",
	durationPattern:     "a number with a unit is expected, such as 500ms, 2s or 1m30s",
	sizePattern:         "a number of bytes is expected, or one with kB, MB, KiB, MiB or GiB",
}

// allowedValue is who is let in: all, or those on a list.
var allowedValue = valueDef{words: []string{"any"}, objects: []*objectDef{&keySourceKeys}}

// What fields, their alternatives and enums are: a short text, or mappings of different keys.
var (
	fieldValue       = valueDef{pattern: fieldPattern, objects: []*objectDef{&fieldKeys, &oneofKeys}}
	alternativeValue = valueDef{pattern: alternativePattern, objects: []*objectDef{&alternativeKeys}}
	valuesOfEnum     = named(&upperSnake, textOrMapping, valueDef{number: true, low: math.MinInt32, high: math.MaxInt32, objects: []*objectDef{&enumValueKeys}})
	enumValue        = valueDef{objects: []*objectDef{&enumKeys}, entries: valuesOfEnum.entries}
)

// alternativeKeys are the keys of a field that an alternative of a oneof has as well. The parser reads both by the same
// table, to say why the others are not there.
var alternativeKeys = func() objectDef {
	out := objectDef{name: "an alternative", doc: "One alternative of a oneof: TYPE @ID, or a mapping."}
	for _, k := range fieldKeys.keys {
		if !slices.Contains([]string{"oneof", "required", "const", "as", "min_items", "max_items"}, k.name) {
			out.keys = append(out.keys, k)
		}
	}
	return out
}()

// words are what a key of the record accepts.
func (r record) words(key string) []string { return r.def.key(key).of.words }

// number returns the integer of a key, if it is there and within what the key accepts.
func (p *parser) number(r record, key string) (int64, bool) {
	t := r.scalarText(key)
	if !t.IsSet() {
		return 0, false
	}
	of := r.def.key(key).of
	return p.integer(t, key, of.low, of.high)
}
