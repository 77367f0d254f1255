package lint

import (
	"slices"
	"testing"

	"github.com/zmqgen/zmqgen/schema"
)

// cured returns a topology with all fixes made that its findings have, and how many there were.
func cured(src string) (string, int) {
	all := 0
	for range 10 {
		top, ds := schema.ParseFiles(schema.File{Name: "t.yaml", Text: []byte(src)}, func(_, path string) (schema.File, error) {
			return schema.File{Name: path, Text: []byte("version: 1\nname: " + path + "\nmessages: {A: {}}\n")}, nil
		})
		if top != nil {
			ds = append(ds, Check(top)...)
		}
		text, applied := Fix([]byte(src), slices.DeleteFunc(ds, func(d schema.Diagnostic) bool { return d.File != "t.yaml" }))
		if len(applied) == 0 {
			break
		}
		src, all = string(text), all+len(applied)
	}
	return src, all
}

// What the parser knows the only cure of is cured, and comments stay.
func TestCures(t *testing.T) {
	const head = "version: 1\nname: m\n"
	const a = "messages: {A: {fields: {s: string @1}}} # A\n"
	socket := func(bind string) string {
		return head + a + "patterns: {as: {kind: push-pull, external: true, message: A}}\nnodes: {n: {sockets: {s: {push: as, " + bind + "}}}}\n"
	}
	block := func(binds string) string {
		return head + a + "patterns: {as: {kind: push-pull, external: true, message: A}}\nnodes:\n  n:\n    sockets:\n      s:\n        push: as\n        bind:\n" + binds
	}
	sub := func(pattern, text string) string {
		return head + a + "patterns: {as: {kind: pub-sub, external: true, message: A" + pattern + "}}\nnodes: {n: {sockets: {s: {sub: as, connect: \"tcp://h:1\", external: true, " + text + "}}}}\n"
	}
	field := func(text string) string { return head + "messages: {A: {fields: {" + text + "}}} # A\n" }
	for _, c := range []struct{ name, src, want string }{
		{"a comma in braces", field("m: map<string, int64> @1, n: string @2"), field(`m: "map<string, int64> @1", n: string @2`)},
		{"two", field("m: {type: map<string, int64>, id: 1}, n: map<uint32, A> @2"), field(`m: {type: "map<string, int64>", id: 1}, n: "map<uint32, A> @2"`)},
		{"with more blanks", field("ä: string @2, m: map<string ,  int64 > @1"), field(`ä: string @2, m: "map<string ,  int64 > @1"`)},
		{"brackets", field("a: []string @1"), field("a: list<string> @1")},
		{"behind", field("a: string[] @1"), field("a: list<string> @1")},
		{"brackets of a type that is translated", field("a: []int @1"), field("a: []int @1")},
		{"repeated", head + "messages:\n  A:\n    fields:\n      a: repeated A @1 # a\n", head + "messages:\n  A:\n    fields:\n      a: list<A> @1 # a\n"},
		{"text for a list", head + "messages: {A: {reserved: 3}}\n", head + "messages: {A: {reserved: [3]}}\n"},
		{"quoted text for a list", head + "messages: {A: {reserved: \"x\"}} # no\n", head + "messages: {A: {reserved: [x]}} # no\n"},
		{"a host", head + "nodes: {n: {host: '::1'}}\n", head + "nodes: {n: {host: \"[::1]\"}}\n"},
		{"a byte order mark", "\ufeff" + head, head},
		{"the only import", head + "import: {a: a.yaml}\n" + a, head + a},
		{"the only import, below", head + "import:\n  a: \"a.yaml\"\n" + a, head + a},
		{"the only import, with a comment", head + "import: {a: a.yaml} # b\n" + a, head + "import: {a: a.yaml} # b\n" + a},
		{"an import, with a comment", head + "import:\n  a: a.yaml # b\n" + a, head + "import:\n  a: a.yaml # b\n" + a},
		{"the first import", head + "import: {a: a.yaml , b: b.yaml}\nmessages: {A: {fields: {b: b.A @1}}}\n", head + "import: {b: b.yaml}\nmessages: {A: {fields: {b: b.A @1}}}\n"},
		{"the last import", head + "import: {b: b.yaml, a: a.yaml}\nmessages: {A: {fields: {b: b.A @1}}}\n", head + "import: {b: b.yaml}\nmessages: {A: {fields: {b: b.A @1}}}\n"},
		{"an import of several", head + "import:\n  # a\n  a: a.yaml\n  # b\n  b: b.yaml\nmessages: {A: {fields: {b: b.A @1}}}\n", head + "import:\n  # a\n  # b\n  b: b.yaml\nmessages: {A: {fields: {b: b.A @1}}}\n"},
		{"an endpoint", socket("bind: ['tcp://*:1', 'tcp://*:1']"), socket("bind: ['tcp://*:1']")},
		{"two endpoints", socket(`bind: ["tcp://*:1", "tcp://*:2", "tcp://*:1","tcp://*:1" , "tcp://*:3"]`), socket(`bind: ["tcp://*:1", "tcp://*:2", "tcp://*:3"]`)},
		{"an endpoint below", block("          - tcp://*:1\n          - tcp://*:1\n          # two\n          - tcp://*:2\n"), block("          - tcp://*:1\n          # two\n          - tcp://*:2\n")},
		{"an endpoint with a comment", block("          - tcp://*:1\n          - tcp://*:1 # why\n"), block("          - tcp://*:1\n          - tcp://*:1 # why\n")},
		{"endpoints on lines in brackets", block("          [\n            \"tcp://*:1\",\n            \"tcp://*:1\",\n            \"tcp://*:2\",\n          ]\n"), block("          [\n            \"tcp://*:1\",\n            \"tcp://*:2\",\n          ]\n")},
		{"a subscription", sub(", topic: a.b.", `subscribe: ["a.b", 'a.']`), sub(", topic: a.b.", `subscribe: ['a.']`)},
		{"a high-water mark", sub("", "options: {recv_hwm: 5, conflate: true}"), sub("", "options: {conflate: true}")},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, n := cured(c.src)
			if got != c.want || (n == 0) != (c.src == c.want) {
				t.Errorf("%d fixes made\n%s\nwant\n%s", n, got, c.want)
			}
		})
	}
}
