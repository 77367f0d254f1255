package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// compiled returns the JSON Schema of topologies, or one of its definitions, as another library understands it.
func compiled(t *testing.T, definition string) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(JSONSchema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(JSONSchemaURL, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(JSONSchemaURL + definition)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var (
	coreInt   = regexp.MustCompile(`^[-+]?[0-9]+$`)
	coreFloat = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)
)

// asYAML is what the tools that JSON Schemas are for make of a node, by the core schema of YAML 1.2.
func asYAML(n *node) any {
	switch n.kind {
	case mappingNode:
		m := map[string]any{}
		for _, p := range n.pairs {
			m[p.key.value] = asYAML(p.value)
		}
		return m
	case sequenceNode:
		items := []any{}
		for _, item := range n.items {
			items = append(items, asYAML(item))
		}
		return items
	}
	switch {
	case !n.plain:
		return n.value
	case slices.Contains([]string{"", "~", "null", "Null", "NULL"}, n.value):
		return nil
	case slices.Contains([]string{"true", "True", "TRUE", "false", "False", "FALSE"}, n.value):
		return strings.EqualFold(n.value, "true")
	case coreInt.MatchString(n.value):
		i, _ := strconv.ParseInt(n.value, 10, 64)
		return json.Number(strconv.FormatInt(i, 10))
	case coreFloat.MatchString(n.value):
		f, _ := strconv.ParseFloat(n.value, 64)
		return f
	}
	return n.value
}

// tree reads a topology as YAML alone.
func tree(src []byte) *node {
	p := (&reading{byID: map[string]*parser{}}).begin(File{Name: "t.yaml", Text: src})
	if !p.readLines(src) {
		return nil
	}
	return p.readTree()
}

// topologies calls f with every YAML file in the repository, with what reads those that it imports.
func topologies(t *testing.T, f func(file File, importer Importer)) {
	t.Helper()
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		read := func(name string) ([]byte, error) { return os.ReadFile(name) }
		switch filepath.Ext(name) {
		case ".yaml":
			f(File{Name: name, Text: text}, importing(read))
		case ".txtar":
			files := txtar.Parse(text).Files
			read := func(name string) ([]byte, error) {
				for _, file := range files {
					if path.Clean(file.Name) == name {
						return file.Data, nil
					}
				}
				return nil, fs.ErrNotExist
			}
			for _, file := range files {
				if path.Ext(file.Name) == ".yaml" {
					f(File{Name: path.Clean(file.Name), Text: file.Data}, importing(read))
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func importing(read func(string) ([]byte, error)) Importer {
	return func(from, relative string) (File, error) {
		name := path.Join(path.Dir(from), relative)
		text, err := read(name)
		return File{Name: name, Text: text}, err
	}
}

// TestValidTopologiesAreValidByTheJSONSchema holds every topology that the repository has to the schema.
func TestValidTopologiesAreValidByTheJSONSchema(t *testing.T) {
	s := compiled(t, "")
	valid := 0
	topologies(t, func(file File, importer Importer) {
		if _, ds := ParseFiles(file, importer); ds.HasErrors() {
			return
		}
		valid++
		if err := s.Validate(asYAML(tree(file.Text))); err != nil {
			t.Errorf("%s: %v\n%s", file.Name, err, file.Text)
		}
	})
	if valid < 50 {
		t.Errorf("only %d valid topologies were found", valid)
	}
	t.Logf("%d valid topologies", valid)
}

// places are the kinds of mapping, each in a topology that is otherwise valid.
var places = map[string][]string{
	"a topology":             {"%s"},
	"lint":                   {"lint: {%s}"},
	"go":                     {"go: {%s}"},
	"an enum":                {"enums: {E: {values: {A: 1}, %s}}"},
	"an enum value":          {"enums: {E: {A: {%s}}}"},
	"a message":              {"messages: {M: {%s}}"},
	"a field":                {"messages: {M: {fields: {f: {%s}}}}"},
	"a oneof":                {"messages: {M: {fields: {f: {oneof: {a: string @1}, %s}}}}"},
	"an alternative":         {"messages: {M: {fields: {f: {oneof: {a: {%s, type: string}}}}}}", "messages: {M: {fields: {f: {oneof: {a: {type: int32, %s}}}}}}"},
	"a pattern":              {"patterns: {p: {%s}}"},
	"a message of a pattern": {"messages: {M: {}}\npatterns: {p: {kind: pub-sub, messages: {M: {%s}}}}"},
	"a topic":                {"messages: {M: {}}\npatterns: {p: {kind: pub-sub, message: M, topic: {%s}}}"},
	"a method":               {"patterns: {p: {kind: req-rep, methods: {M: {%s}}}}"},
	"retry":                  {"patterns: {p: {kind: req-rep, methods: {M: {idempotent: true, retry: {%s}}}}}"},
	"a node":                 {"nodes: {n: {%s}}"},
	"a socket":               {"nodes: {n: {sockets: {s: {%s}}}}"},
	"options":                {"messages: {M: {}}\npatterns: {p: {kind: pub-sub, message: M}}\nnodes: {n: {sockets: {s: {pub: p, bind: 'tcp://*:1', options: {%s}}}}}"},
	"defaults":               {"defaults: {%s}"},
	"a device":               {"devices: {d: {%s}}"},
	"a side of a device":     {"devices: {d: {kind: forwarder, frontend: {%s}}}"},
	"a security":             {"security: {s: {%s}}"},
	"a server":               {"security: {s: {mechanism: curve, server: {%s}}}"},
	"a client":               {"security: {s: {mechanism: curve, client: {%s}}}"},
	"a reference to a key":   {"security: {s: {mechanism: curve, client: {secret_key: {%s}}}}"},
}

// takes reports whether the parser knows a key, with any value, at a place.
func takes(place, key string, exact bool) bool {
	src := "version: 1\nname: m\n" + fmt.Sprintf(place, key+": x") + "\n"
	if place == "%s" {
		src = map[string]string{"version": "version: x\nname: m\n", "name": "version: 1\nname: x\n"}[key]
		if src == "" {
			src = "version: 1\nname: m\n" + key + ": x\n"
		}
	}
	_, ds := Parse("t.yaml", []byte(src))
	return !slices.ContainsFunc(ds, func(d Diagnostic) bool {
		switch d.Rule {
		case "unknown-key", "not-supported":
			return strings.Contains(d.Message, strconv.Quote(key))
		case "misplaced-key", "bad-type": // of a oneof and its alternatives, which share a table with fields
			return exact && (strings.Contains(d.Message, strconv.Quote(key)) || key == "oneof" || strings.Contains(d.Message, key))
		}
		return false
	})
}

// TestParserAndJSONSchemaKnowTheSameKeys tries every key of the language in every kind of mapping.
func TestParserAndJSONSchemaKnowTheSameKeys(t *testing.T) {
	var doc struct {
		Properties  map[string]any
		Definitions map[string]struct {
			Properties map[string]any
			Required   []string
		}
	}
	if err := json.Unmarshal(JSONSchema(), &doc); err != nil {
		t.Fatal(err)
	}
	known := []string{"zzz"}
	for _, o := range objects() {
		known = append(known, o.names()...)
	}
	slices.Sort(known)
	known = slices.Compact(known)
	tried := 0
	for _, o := range objects() {
		properties := doc.Properties
		if o != &topologyKeys {
			properties = doc.Definitions[o.slug()].Properties
		}
		if len(properties) == 0 || len(places[o.name]) == 0 {
			t.Errorf("%s: the schema has %d keys, and the test %d places", o.name, len(properties), len(places[o.name]))
		}
		for _, key := range known {
			exact := o == &oneofKeys || o == &alternativeKeys
			switch {
			case o == &fieldKeys && key == "oneof", o == &oneofKeys && key == "oneof", o == &enumKeys && key == "values", // makes it what it is
				o == &alternativeKeys && key == "type": // stands there
				continue
			}
			parser := slices.ContainsFunc(places[o.name], func(place string) bool { return takes(place, key, exact) })
			if _, schema := properties[key]; schema != parser {
				t.Errorf("%s: key %q: the schema has it: %v, the parser: %v", o.name, key, schema, parser)
			}
			tried++
		}
	}
	if len(objects()) != len(places) {
		t.Errorf("the schema has %d kinds of mapping, the test %d", len(objects()), len(places))
	}
	t.Logf("%d keys tried", tried)
}

// TestWordsOfKeysAreThoseOfTheParser gives every key that takes some words only each of them, and another.
func TestWordsOfKeysAreThoseOfTheParser(t *testing.T) {
	for _, o := range objects() {
		for _, k := range o.keys {
			if k.of.words == nil || k.of.elsewhere || o == &alternativeKeys || k.name == "version" {
				continue
			}
			for _, word := range append([]string{"zzz"}, k.of.words...) {
				place := places[o.name][0]
				switch o {
				case &fieldKeys:
					place = "messages: {M: {fields: {f: {type: string, id: 1, %s}}}}"
				case &patternKeys:
					place = "messages: {M: {}}\npatterns: {p: {kind: push-pull, messages: {M: {}}, %s}}"
					if k.name == "kind" {
						place = "patterns: {p: {%s}}"
					}
					if k.name == "correlation" || k.name == "idempotent" {
						place = "messages: {M: {}}\npatterns: {p: {kind: req-rep, request: M, reply: M, %s}}"
					}
				case &socketKeys:
					place = "messages: {M: {}}\npatterns: {p: {kind: pub-sub, message: M, topic: x}}\nnodes: {n: {sockets: {s: {sub: p, connect: 'tcp://a:1', %s}}}}"
				}
				src := "version: 1\nname: m\n" + fmt.Sprintf(place, k.name+": "+word) + "\n"
				_, ds := Parse("t.yaml", []byte(src))
				bad := slices.ContainsFunc(ds, func(d Diagnostic) bool { return d.Rule == "bad-choice" })
				if bad != (word == "zzz") {
					t.Errorf("%s: %s: %s: bad-choice: %v", o.name, k.name, word, bad)
				}
				value := map[string]any{k.name: asYAML(&node{value: word, plain: true})}
				err := compiledProperty(t, o, k.name).Validate(value[k.name])
				if (err != nil) != (word == "zzz") {
					t.Errorf("%s: %s: %s: the schema says %v", o.name, k.name, word, err)
				}
			}
		}
	}
}

func compiledProperty(t *testing.T, o *objectDef, key string) *jsonschema.Schema {
	if o == &topologyKeys {
		return compiled(t, "#/properties/"+key)
	}
	return compiled(t, "#/definitions/"+o.slug()+"/properties/"+key)
}

// TestBadTopologiesAreInvalidByTheJSONSchema has mistakes that an editor is to underline.
func TestBadTopologiesAreInvalidByTheJSONSchema(t *testing.T) {
	s := compiled(t, "")
	const head = "version: 1\nname: m\n"
	for _, good := range []string{
		head,
		"version: '1'\nname: m\ndoc: 2024\nmessages: {A: }\n",
		head + "messages: {A: {fields: {a: {type: int32, id: 1, min: 5, max: 7.5, example: 6, required: 'true'}, b: list<string> @2, c: 'map<string, x.Leg> @3', d: bool? @4}}}\n",
		head + "messages: {A: {fields: {a: {oneof: {b: string @1, c: {type: int32, id: 2}}, required: true}}}}\n",
		head + "enums: {E: {NO: 0, YES: {id: 1, doc: x}}, F: {doc: x, values: {A: '1'}, reserved: [3, OLD]}}\n",
		head + "nodes: {n: {replicas: many, sockets: {s: {pub: p, bind: ['tcp://*:1'], options: {linger: 0, max_message_size: 1MiB}}}, host: a}}\n",
		head + "lint: {rules: {doc-missing: off}}\n",
		head + "security: {s: {mechanism: null, server: {allow: {env: LIST}}}, t: {mechanism: curve, server: {allow: any}}}\n",
		head + "devices: {d: {kind: queue, pattern: p, frontend: {bind: 'tcp://*:1', options: {tcp_keepalive: true}}, backend: {connect: d.frontend, options: {tcp_keepalive: 60s}}}}\n",
		head + "defaults: {buffer: 1, security: none, options: {heartbeat: 0, immediate: true}}\n",
	} {
		if err := s.Validate(asYAML(tree([]byte(good)))); err != nil {
			t.Errorf("%s%v", good, err)
		}
	}
	for _, bad := range []string{
		"name: m\n",
		"version: 2\nname: m\n",
		"version: 1\nname: Market\n",
		head + "nods: {}\n",
		head + "devices: {d: {kind: proxy, pattern: p, frontend: {}, backend: {}}}\n",
		head + "doc:\n",
		head + "doc: [a]\n",
		head + "encoding: protobuf\n",
		head + "nodes: feed\n",
		head + "go: {tests: maybe}\n",
		head + "go: {package: Market}\n",
		head + "lint: {rules: {doc-missing: warn}}\n",
		head + "lint: {}\n",
		head + "enums: {E: {buy: 1}}\n",
		head + "enums: {E: {BUY: one}}\n",
		head + "enums: {E: {BUY: 1.5}}\n",
		head + "enums: {E: [BUY]}\n",
		head + "messages: {quote: {}}\n",
		head + "messages: {A: {fields: {a: string}}}\n",
		head + "messages: {A: {fields: {a: list<list<string>> @1}}}\n",
		head + "messages: {A: {fields: {a: string @0}}}\n",
		head + "messages: {A: {fields: {a: {type: string}}}}\n",
		head + "messages: {A: {fields: {a: {type: string, id: 0}}}}\n",
		head + "messages: {A: {fields: {a: {type: string, id: 1, minimum: 3}}}}\n",
		head + "messages: {A: {fields: {a: {type: string, id: 1, as: big}}}}\n",
		head + "messages: {A: {fields: {a: {oneof: {b: list<string> @1}}}}}\n",
		head + "messages: {A: {fields: {orderId: string @1}}}\n",
		head + "messages: {A: {reserved: 3}}\n",
		head + "patterns: {p: {kind: pubsub, message: A}}\n",
		head + "patterns: {p: {message: A}}\n",
		head + "patterns: {p: {kind: pub-sub, messages: [A]}}\n",
		head + "patterns: {p: {kind: req-rep, methods: {M: {timeout: 5}}}}\n",
		head + "patterns: {p: {kind: req-rep, methods: {M: {idempotent: yes}}}}\n",
		head + "patterns: {p: {kind: req-rep, methods: {M: {retry: {attempts: 101}}}}}\n",
		head + "nodes: {n: {replicas: some}}\n",
		head + "nodes: {n: {sockets: {s: {pub: p, bind: 'http://a'}}}}\n",
		head + "nodes: {n: {sockets: {s: {pub: p, bind: []}}}}\n",
		head + "nodes: {n: {sockets: {s: {sub: p, connect: feed}}}}\n",
		head + "nodes: {n: {sockets: {s: {sub: p, overflow: drop}}}}\n",
		head + "nodes: {n: {sockets: {s: {sub: p, buffer: -1}}}}\n",
		head + "nodes: {n: {sockets: {s: {sub: p, options: {linger: 5}}}}}\n",
		head + "nodes: {n: {sockets: {s: {sub: p, options: {max_message_size: 16 MB}}}}}\n",
	} {
		if s.Validate(asYAML(tree([]byte(bad)))) == nil {
			t.Errorf("valid by the schema:\n%s", bad)
		}
	}
}
