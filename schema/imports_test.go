package schema

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"testing"
)

// importCase is several files, each behind a line "-- NAME --", of which the first is read. want has a line
// FILE:LINE:COL RULE for each finding.
type importCase struct {
	name, files, want string
}

// filesOf takes the files of a case apart.
func filesOf(text string) (first string, files map[string]string) {
	files = map[string]string{}
	name := ""
	for _, line := range strings.SplitAfter(text, "\n") {
		if s := strings.TrimSpace(line); strings.HasPrefix(s, "-- ") && strings.HasSuffix(s, " --") {
			name = strings.Trim(s, "- ")
			if first == "" {
				first = name
			}
			files[name] = ""
			continue
		}
		if name != "" {
			files[name] += line
		}
	}
	return first, files
}

// importerOf reads from files, as a file system without links does.
func importerOf(files map[string]string) Importer {
	return func(from, p string) (File, error) {
		name := path.Join(path.Dir(from), p)
		text, there := files[name]
		if !there {
			return File{}, errors.New("there is none")
		}
		return File{Name: name, Text: []byte(text)}, nil
	}
}

func parseImports(text string) (*Topology, Diagnostics) {
	first, files := filesOf(text)
	return ParseFiles(File{Name: first, Text: []byte(files[first])}, importerOf(files))
}

const common = `
-- common/c.yaml --
version: 1
name: common
enums: {Side: {BUY: 1}}
messages:
  Money: {fields: {amount: decimal @1, side: Side @2, symbol: string @3}}
  NotFound: {error: true, fields: {what: string @1}}
patterns:
  quotes: {kind: pub-sub, message: Money, topic: "q.{symbol}."}
  calls: {kind: req-rep, methods: {Get: {request: Money, reply: Money, errors: [NotFound]}}}
nodes:
  feed: {sockets: {quotes: {pub: quotes, bind: "tcp://*:5556"}}}
`

var importCases = []importCase{
	{"all that can be imported", `
-- desk/d.yaml --
version: 1
name: desk
import: {common: ../common/c.yaml}
messages:
  Order:
    fields:
      price: common.Money @1
      prices: list<common.Money> @2
      by_name: "map<string, common.Money> @3"
      limit: common.Money? @4
      side: {type: common.Side, id: 5, example: BUY}
      pick: {oneof: {money: common.Money @6, code: string @7}}
patterns:
  tape: {kind: pub-sub, messages: {Order: {topic: o}, common.Money: {topic: "m.{side}."}}}
  calls: {kind: req-rep, methods: {Do: {request: common.Money, reply: common.Money, errors: [common.NotFound]}}}
nodes:
  desk:
    sockets:
      quotes: {sub: common.quotes, connect: common.feed.quotes, subscribe: q.EUR}
` + common, ``},
	{"paths that are none", `
-- d.yaml --
version: 1
name: d
import:
  a: /etc/topology.yaml
  b: https://example.com/t.yaml
  c: ..\c.yaml
  d: ""
  e: sub/
  f: C:/t.yaml
  g: missing.yaml
  h: [x]
  i: ~/t.yaml
`, `d.yaml:4:6 bad-import
d.yaml:5:6 bad-import
d.yaml:6:6 bad-import
d.yaml:7:6 bad-import
d.yaml:8:6 bad-import
d.yaml:9:6 bad-import
d.yaml:10:6 bad-import
d.yaml:11:6 wrong-kind
d.yaml:12:6 bad-import`},
	{"names of imports", `
-- d.yaml --
version: 1
name: d
import: {Upper: a.yaml, string: b.yaml}
messages: {M: {fields: {a: Upper.A @1, b: string.B @2}}}
-- a.yaml --
version: 1
name: a
messages: {A: {}}
-- b.yaml --
version: 1
name: b
messages: {B: {}}
`, `d.yaml:3:10 bad-name
d.yaml:3:25 reserved-name`},
	{"a file by two names", `
-- d.yaml --
version: 1
name: d
import: {a: a.yaml, b: ./a.yaml}
messages: {M: {fields: {a: a.A @1, b: b.A @2}}}
-- a.yaml --
version: 1
name: a
messages: {A: {}}
`, `d.yaml:3:24 duplicate-import`},
	{"a circle", `
-- a.yaml --
version: 1
name: a
import: {b: b.yaml}
messages: {A: {fields: {b: b.B @1}}}
-- b.yaml --
version: 1
name: b
import: {c: c.yaml}
messages: {B: {fields: {c: c.C @1}}}
-- c.yaml --
version: 1
name: c
import: {a: a.yaml, b: b.yaml}
messages: {C: {fields: {a: a.A @1, b: b.B @2}}}
`, `c.yaml:3:13 import-cycle
c.yaml:3:24 import-cycle`},
	{"a file that imports itself", `
-- a.yaml --
version: 1
name: a
import: {a: a.yaml}
messages: {A: {fields: {b: a.A @1}}}
`, `a.yaml:3:13 import-cycle`},
	{"findings in what two files import", `
-- a.yaml --
version: 1
name: a
import: {b: b.yaml, c: c.yaml}
messages: {A: {fields: {b: b.B @1, x: c.C @2, y: c.Odd @3, z: c.Gone @4}}}
-- b.yaml --
version: 1
name: b
import: {c: c.yaml}
messages: {B: {fields: {c: c.C @1}}}
-- c.yaml --
version: 1
name: c
messages: {C: {fields: {x: uint46 @1}}, Odd: {}}
`, `a.yaml:4:63 unknown-type
c.yaml:3:28 unknown-type`},
	{"what cannot be read may declare anything", `
-- a.yaml --
version: 1
name: a
import: {b: b.yaml, c: c.yaml, d: d.yaml}
messages: {A: {fields: {b: b.B @1, c: c.C @2}}}
patterns: {p: {kind: push-pull, message: b.B}}
nodes: {n: {sockets: {s: {push: c.p, connect: c.n.s}, t: {push: d.q, connect: d.m.t}}}}
-- b.yaml --
version: 1
name: [
-- c.yaml --
- a list
-- d.yaml --
version: 1
name: d
patterns: []
nodes: []
`, `b.yaml:2:1 yaml-syntax
c.yaml:1:1 wrong-kind
d.yaml:3:11 wrong-kind
d.yaml:4:8 wrong-kind`},
	{"imports of imports", `
-- a.yaml --
version: 1
name: a
import: {b: b.yaml}
messages: {A: {fields: {b: b.B @1, c: b.c.C @2, d: c.C @3}}}
-- b.yaml --
version: 1
name: b
import: {c: c.yaml}
messages: {B: {fields: {c: c.C @1}}}
-- c.yaml --
version: 1
name: c
messages: {C: {}}
`, `a.yaml:4:39 unknown-type
a.yaml:4:52 unknown-import`},
	{"nothing of it is used", `
-- d.yaml --
version: 1
name: d
import: {common: common/c.yaml}
` + common, `d.yaml:3:10 unused-import`},
	{"a node has the name", `
-- d.yaml --
version: 1
name: d
import: {common: common/c.yaml}
nodes: {common: {sockets: {s: {sub: common.quotes, connect: common.feed.quotes}}}}
` + common, `d.yaml:4:9 duplicate-name`},
	{"topologies of one name", `
-- d.yaml --
version: 1
name: d
import: {a: a.yaml, b: b.yaml, c: c.yaml}
messages: {M: {fields: {a: a.A @1, b: b.A @2, c: c.A @3}}}
-- a.yaml --
version: 1
name: x
messages: {A: {}}
-- b.yaml --
version: 1
name: x
messages: {A: {}}
-- c.yaml --
version: 1
name: d
messages: {A: {}}
`, `d.yaml:3:24 topology-names
d.yaml:3:35 topology-names`},
	{"names that are not there", `
-- d.yaml --
version: 1
name: d
import: {common: common/c.yaml}
messages: {M: {fields: {a: common.Mony @1, b: comon.Money @2, c: Money @3, d: common. @4, e: list<common.Side2> @5}}}
patterns: {p: {kind: push-pull, message: NotFund}, q: {kind: push-pull, message: common.Side}}
nodes:
  n:
    sockets:
      a: {sub: quotes, connect: feed.quotes}
      b: {sub: common.quots, connect: common.feed.quotes}
      c: {sub: common.quotes, connect: common.feed}
      d: {sub: common.quotes, connect: common.fed.quotes}
      e: {sub: common.quotes, connect: common.feed.quots}
      f: {sub: common.quotes, connect: comon.feed.quotes}
` + common, `d.yaml:4:28 unknown-type
d.yaml:4:47 unknown-import
d.yaml:4:66 unknown-type
d.yaml:4:79 unknown-type
d.yaml:4:99 unknown-type
d.yaml:5:42 unknown-message
d.yaml:5:82 unknown-message
d.yaml:9:16 unknown-pattern
d.yaml:9:33 unknown-socket
d.yaml:10:16 unknown-pattern
d.yaml:11:40 unknown-socket
d.yaml:12:40 unknown-socket
d.yaml:13:40 unknown-socket
d.yaml:14:40 unknown-import`},
	{"types as other languages write them", `
-- d.yaml --
version: 1
name: d
import: {common: common/c.yaml}
messages:
  M:
    fields:
      b: common.Money[] @2
      c: optional common.Money @3
      d: list[common.Side] @4
` + common, `d.yaml:7:10 bad-type
d.yaml:8:10 bad-type
d.yaml:9:10 bad-type`},
	{"a list as YAML does not take it", `
-- d.yaml --
version: 1
name: d
import: {common: common/c.yaml}
messages:
  M:
    fields:
      a: []common.Money @1
` + common, `d.yaml:7:10 yaml-syntax`},
	{"imports that are no mapping", `
-- d.yaml --
version: 1
name: d
import: [common/c.yaml]
messages: {M: {fields: {a: common.Money @1}}}
` + common, `d.yaml:3:9 wrong-kind`},
	{"more than there may be", manyImports(), `d.yaml:3:9 too-many-imports`},
	{"fields of another topology's message", `
-- d.yaml --
version: 1
name: d
import: {common: common/c.yaml}
patterns:
  a: {kind: pub-sub, message: common.Money, topic: "{amount}."}
  b: {kind: pub-sub, encoding: frames, message: common.Money, topic: "{symbol}.", topic_only: [symbo]}
  c: {kind: pub-sub, message: common.Money, topic: "{symbl}."}
` + common, `d.yaml:5:53 topic-field
d.yaml:6:96 bad-topic-only
d.yaml:7:53 topic-field`},
	{"an error that is none", `
-- d.yaml --
version: 1
name: d
import: {common: common/c.yaml}
patterns: {p: {kind: req-rep, methods: {Do: {errors: [common.Money, common.NotFound]}}}}
` + common, `d.yaml:4:55 not-an-error`},
	{"sockets that cannot meet", `
-- d.yaml --
version: 1
name: d
import: {common: common/c.yaml}
patterns: {quotes: {kind: pub-sub, message: common.Money, topic: "q.{symbol}."}}
nodes:
  n:
    sockets:
      a: {sub: quotes, connect: common.feed.quotes}
      b: {pub: common.quotes, connect: common.feed.quotes}
      c: {push: common.quotes, connect: common.feed.quotes}
      d: {sub: common.quotes, connect: common.feed.quotes, subscribe: x}
` + common, `d.yaml:8:33 pair-types
d.yaml:9:40 pair-types
d.yaml:10:11 pattern-socket-mismatch
d.yaml:11:71 topic-unpublished`},
	{"frames of another topology's message", `
-- d.yaml --
version: 1
name: d
import: {a: a.yaml}
patterns: {p: {kind: push-pull, encoding: frames, message: a.A}}
-- a.yaml --
version: 1
name: a
messages: {A: {fields: {b: B @1}}, B: {}}
`, `d.yaml:4:60 nested-frame`},
	{"forms of frames that are another's", `
-- d.yaml --
version: 1
name: d
import: {a: a.yaml}
patterns: {p: {kind: push-pull, encoding: frames, message: a.A}}
-- a.yaml --
version: 1
name: a
messages: {A: {fields: {n: {type: int32, id: 1, as: little}}}, B: {fields: {n: {type: int32, id: 1, as: little}}}}
`, `a.yaml:3:101 unused-form`},
	{"one name on the wire", `
-- d.yaml --
version: 1
name: d
import: {common: common/c.yaml}
messages: {Money: {}}
patterns: {p: {kind: push-pull, messages: {Money: {}, common.Money: {}}}}
` + common, `d.yaml:5:55 duplicate-wire-name`},
	{"too many of them", tooMany(), "t.yaml:67:8 too-many-imports"},
	{"too deep", tooDeepImports(), `f16.yaml:3:13 too-many-imports`},
}

// tooMany is a file that imports as many as there may be in all, and so one too many.
func tooMany() string {
	head, fields, files := "-- t.yaml --\nversion: 1\nname: t\nimport:\n", "messages: {M: {fields: {", ""
	for i := range MaxFiles {
		head += fmt.Sprintf("  f%02d: f%d.yaml\n", i, i)
		fields += fmt.Sprintf("f%d: f%02d.M @%d, ", i, i, i+1)
		files += fmt.Sprintf("-- f%d.yaml --\nversion: 1\nname: f%d\nmessages: {M: {}}\n", i, i)
	}
	return head + fields + "}}}\n" + files
}

// manyImports is a file with more imports than a topology has files.
func manyImports() string {
	return "-- d.yaml --\nversion: 1\nname: d\nimport: {" + func() string {
		b := strings.Builder{}
		for i := range MaxFiles + 1 {
			fmt.Fprintf(&b, "a%d: a.yaml, ", i)
		}
		return b.String()
	}() + "}\nmessages: {M: {fields: {a: a1.A @1}}}\n-- a.yaml --\nversion: 1\nname: a\nmessages: {A: {}}\n"
}

// tooDeepImports is a chain of imports with one too many.
func tooDeepImports() string {
	b := strings.Builder{}
	for i := range maxImportDepth + 2 {
		fmt.Fprintf(&b, "-- f%d.yaml --\nversion: 1\nname: f%d\nimport: {n: f%d.yaml}\nmessages: {M: {fields: {m: n.M @1}}}\n", i, i, i+1)
	}
	return b.String()
}

func TestImports(t *testing.T) {
	for _, c := range importCases {
		t.Run(c.name, func(t *testing.T) {
			topology, ds := parseImports(c.files)
			var got []string
			for _, d := range ds {
				got = append(got, fmt.Sprintf("%s:%d:%d %s", d.File, d.Span.Line, d.Span.Col, d.Rule))
			}
			if strings.Join(got, "\n") != c.want {
				t.Errorf("got\n%s\nwant\n%s\nin\n%s\n%s", strings.Join(got, "\n"), c.want, c.files, textOf(ds))
			}
			if (topology == nil) != ds.HasErrors() {
				t.Errorf("topology is nil: %v, errors: %v", topology == nil, ds.HasErrors())
			}
			_, files := filesOf(c.files)
			for _, d := range ds {
				lines := strings.Split(files[d.File], "\n")
				if d.Source != lines[d.Span.Line-1] {
					t.Errorf("the line of %+v is %q", d, lines[d.Span.Line-1])
				}
			}
		})
	}
}

// What was meant is guessed from what the file declares and from what it imports.
func TestImportsAreSuggested(t *testing.T) {
	for _, c := range importCases {
		if c.name != "names that are not there" {
			continue
		}
		_, ds := parseImports(c.files)
		out := textOf(ds)
		for _, want := range []string{
			`import "common" has no type "Mony" [unknown-type]`, `help: did you mean "common.Money"?`, `unknown import "comon" in type "comon.Money"`,
			`help: did you mean "common.NotFound"?`, `"common.Side" is an enum; a message is expected`, "declared at common/c.yaml:3:9",
			`help: did you mean "common.quotes"?`, `help: did you mean "common.feed.quotes"?`, `"common.feed" is no socket: "common" is an import`,
			`unknown node "fed" in "common.fed.quotes"`, `node "feed" has no socket "quots"`, `unknown import "comon" in socket "comon.feed.quotes"`,
		} {
			if !strings.Contains(out, want) {
				t.Errorf("%s is missing in\n%s", want, out)
			}
		}
		return
	}
}

// A circle is shown with the place of each import in it.
func TestImportCyclesAreShown(t *testing.T) {
	for _, c := range importCases {
		if c.name != "a circle" {
			continue
		}
		_, ds := parseImports(c.files)
		want := `c.yaml:3:13: error: imports go round: a.yaml > b.yaml > c.yaml > a.yaml [import-cycle]
      help: put what both need into a file that imports neither
      imports b.yaml at a.yaml:3:13
      imports c.yaml at b.yaml:3:13
`
		if out := textOf(ds); !strings.HasPrefix(out, want) {
			t.Errorf("got\n%s\nwant\n%s", out, want)
		}
	}
}

// A file that two others import is read once, and is one topology.
func TestSharedImportsAreOne(t *testing.T) {
	top, ds := parseImports(`
-- a.yaml --
version: 1
name: a
import: {b: x/b.yaml, c: x/c.yaml}
messages: {A: {fields: {b: b.B @1, c: c.C @2}}}
-- x/b.yaml --
version: 1
name: b
import: {c: ../x/c.yaml}
messages: {B: {fields: {c: c.C @1}}}
-- x/c.yaml --
version: 1
name: c
messages: {C: {}}
`)
	if len(ds) > 0 {
		t.Fatal(textOf(ds))
	}
	b, c := top.Imports[0].Topology, top.Imports[1].Topology
	if b.Imports[0].Topology != c || top.Messages[0].Fields[1].Type.Message != b.Messages[0].Fields[0].Type.Message || len(top.All()) != 3 {
		t.Errorf("%+v", top.All())
	}
	if got := c.Errorf(c.Messages[0].Name.Span, "bad-name", "x"); got.File != "x/c.yaml" || got.Source != "messages: {C: {}}" {
		t.Errorf("%+v", got)
	}
}

func TestParseFollowsNoImports(t *testing.T) {
	_, ds := Parse("t.yaml", []byte("version: 1\nname: t\nimport: {a: a.yaml}\n"))
	if len(ds) != 1 || ds[0].Rule != "bad-import" {
		t.Error(textOf(ds))
	}
}

func FuzzParseImports(f *testing.F) {
	for _, c := range importCases {
		f.Add(c.files)
	}
	f.Fuzz(func(t *testing.T, text string) {
		topology, ds := parseImports(text)
		if (topology == nil) != ds.HasErrors() {
			t.Fatalf("topology is nil: %v, errors: %v", topology == nil, ds.HasErrors())
		}
		_, files := filesOf(text)
		for _, d := range ds {
			if _, there := files[d.File]; d.File != "" && !there && ruleByID(d.Rule) == nil {
				t.Errorf("%+v", d)
			}
		}
		if topology != nil && len(topology.All()) > MaxFiles {
			t.Errorf("%d files", len(topology.All()))
		}
	})
}
