package schema

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

var sourceCases = []badCase{
	{"an empty file", "|«»", []string{"missing-key"}},
	{"a file of comments", "|«»# nothing\n", []string{"missing-key"}},
	{"a byte order mark", "|«\ufeff»version: 1\n", []string{"bad-encoding"}},
	{"UTF-16 with a mark", "|«»\xff\xfev\x00", []string{"bad-encoding"}},
	{"UTF-16 without a mark", "|«»v\x00e\x00", []string{"bad-encoding"}},
	{"a NUL", "doc: a«\x00»b\n", []string{"bad-encoding"}},
	{"an escape character", "doc: a«\x1b»b\n", []string{"bad-encoding"}},
	{"a byte that is not UTF-8", "doc: äö«\xff»\n", []string{"bad-encoding"}},
	{"a line separator", "doc: a«\u2028»b\n", []string{"bad-encoding"}},
	{"a carriage return alone", "doc: a«\r»b\n", []string{"bad-encoding"}},
	{"a noncharacter", "doc: a«\U0010ffff»b\n", []string{"bad-encoding"}},
	{"a tab in the indentation", "nodes:\n«\t»feed: {}\n", []string{"tab-indent"}},
	{"a tab after spaces", "nodes:\n  feed: {}\n «\t»desk: {}\n", []string{"tab-indent"}},
	{"a colon in plain text", "«doc: a: b»\n", []string{"yaml-syntax"}},
	{"a brace in plain text inside braces", "patterns:\n  «q: {topic: quote.{symbol}., kind: x}»\n", []string{"yaml-syntax"}},
	{"a bracket that is not closed", "nodes:\n  a: {b: c\n  «d: 1»\n", []string{"yaml-syntax"}},
	{"a quote that is not closed", "«doc: \"m»\nnodes: {}\n", []string{"yaml-syntax"}},
	{"a key without a colon", "«nodes»\ndoc: x\n", []string{"yaml-syntax"}},
	{"indentation that fits nothing", "nodes:\n  a:\n    doc: x\n   «host: y»\n", []string{"yaml-syntax"}},
	{"an at sign that starts text", "messages: {A: {fields: {x: «@»1}}}\n", []string{"yaml-syntax"}},
	{"a star that starts text", "nodes:\n  «host: *:5556»\n", []string{"yaml-syntax"}},
	{"a second document", "«---»\nversion: 1\n", []string{"multiple-documents"}},
	{"an alias of nothing", "|version: 1\nname: «*m»\n", []string{"no-alias"}},
	{"an alias of nothing before other lines", "nodes:\n  a:\n    doc: '*a'\n    host: «*a»\n\n  # *a\n  b: {doc: *a}\n", []string{"no-alias"}},
	{"two aliases of nothing on a line", "nodes: {a: {doc: \"*a\", host: «*a»}, b: *a}\n", []string{"no-alias"}},
	{"lists as in Go", fields + "      a: «[]string» @1\n\n      # b\n      b: «[]B» @2\n      c: string @3\n", []string{"yaml-syntax", "yaml-syntax"}},
	{"a list as in Go in the last line", fields + "      a: «[]string» @1\n", []string{"yaml-syntax"}},
	{"lists as in Java in braces", "messages: {A: {fields: {a: «string[]» @1, b: {type: «list[string]», id: 2}}}}\n", []string{"yaml-syntax", "yaml-syntax"}},
	{"a list in brackets with a number", fields + "      a: «[string]» @1\n", []string{"yaml-syntax"}},
	{"a list that is not at fault", "nodes:\n  a: [b]\n   «c: []string»\n", []string{"yaml-syntax"}},
	{"an anchor and its alias", "doc: «&d» text\nnodes: {a: {doc: «*d»}}\n", []string{"no-alias", "no-alias"}},
	{"a merge key", "nodes: {a: {«<<»: {doc: x}}}\n", []string{"no-merge-key"}},
	{"a tag", "doc: «!!str» x\n", []string{"no-tag"}},
	{"a tag without a name", "doc: «!» x\n", []string{"no-tag"}},
	{"a key that is a list", "nodes: {? «[a]» : {}}\n", []string{"wrong-kind"}},
	{"a key that stands twice", "doc: x\n«doc»: y\n", []string{"duplicate-key"}},
	{"a key twice where none is known", "nodes: {a: {«zzz»: 1, «zzz»: 2}}\n", []string{"unknown-key", "duplicate-key"}},
	{"a map type in braces", "messages: {A: {fields: {x: «map<string», string> @7, y: string @8}}}\n", []string{"unquoted-comma"}},
	{"a map type in the braces of a field", "messages:\n  A:\n    fields:\n      x: {type: «map<string», string>, id: 7}\n", []string{"unquoted-comma"}},
	{"a doc with a comma in braces", "nodes: {a: {doc: «one thing», another thing, sockets: {}}}\n", []string{"unquoted-comma"}},
	{"a doc with two commas in braces", "nodes: {a: {doc: «one», two words, three more words}}\n", []string{"unquoted-comma"}},
	{"a key without a value that is a word", "nodes: {a: {doc: one, «zzz», sockets: {}}}\n", []string{"unknown-key"}},
	{"more nesting than any topology has", "nodes: «" + strings.Repeat("[", maxDepth) + "«[»" + "]" + strings.Repeat("]", maxDepth-1) + "»]\n", []string{"wrong-kind", "too-deep"}},
}

func TestSource(t *testing.T) { checkBadCases(t, sourceCases) }

func TestParseReadsWindowsLines(t *testing.T) {
	top, ds := Parse("t.yaml", []byte("version: 1\r\nname: m\r\ndoc: |\r\n  one\r\n  two\r\n"))
	if len(ds) > 0 || top.Doc != "one\ntwo" {
		t.Errorf("doc %q, findings %v", top.Doc, ds)
	}
	_, ds = Parse("t.yaml", []byte("version: 1\r\nname: m\r\nx: 1\r\n"))
	if len(ds) != 1 || ds[0].Span != (Span{3, 1, 2}) || ds[0].Source != "x: 1" {
		t.Errorf("findings %v", ds)
	}
}

func TestParseReadsScalarsAsText(t *testing.T) {
	top := mustParse(t, "doc: NO\nenums: {E: {NO: 1, Y: 2, NULL: 3}}\nnodes: {\"null\": {host: 0x1.a}, no: {doc: 0x10}, \"on\": {doc: ~}}\n")
	if top.Doc != "NO" || top.Enums[0].Values[1].Name.Value != "NO" {
		t.Errorf("%+v", top)
	}
}

func TestParseReadsQuestionMarksInBraces(t *testing.T) {
	top := mustParse(t, "messages: {A: {doc: really? yes??, fields: {x: float64? @1, y: {type: A?, id: 2}}}}\n")
	a := top.Messages[0]
	if a.Doc != "really? yes??" || !a.Fields[0].Type.Optional || !a.Fields[1].Type.Optional {
		t.Errorf("%q %+v", a.Doc, a.Fields)
	}
}

func TestParseRefusesMoreThanOneMiB(t *testing.T) {
	src := header + "doc: " + strings.Repeat("x", MaxSourceSize-len(header)-len("doc: "))
	if _, ds := Parse("t.yaml", []byte(src)); len(ds) > 0 {
		t.Errorf("1 MiB: %v", ds[0].Message)
	}
	_, ds := Parse("t.yaml", []byte(src+"x"))
	if len(ds) != 1 || ds[0].Rule != "file-too-large" {
		t.Errorf("1 MiB and a byte: %v", ds)
	}
}

func TestParseStopsTellingAfterFifty(t *testing.T) {
	text := strings.Builder{}
	text.WriteString(header)
	for i := range 60 {
		fmt.Fprintf(&text, "key%d: x\n", i)
	}
	_, ds := Parse("t.yaml", []byte(text.String()))
	if len(ds) != maxFindings+1 || ds[49].Span.Line != 52 || ds[50].Rule != "more-findings" || ds[50].Message != "10 more findings are not shown" {
		t.Errorf("%d findings, last %+v", len(ds), ds[len(ds)-1])
	}
}

// Each of these is as large as a topology may be and made to cost more than its size. The limit is
// far above what they take, and far below what anything quadratic would.
func TestParseTakesLinearTime(t *testing.T) {
	fill := func(start, unit string) string {
		return start + strings.Repeat(unit, (MaxSourceSize-len(start))/len(unit))
	}
	number := func(start, format string) string {
		b := strings.Builder{}
		b.WriteString(start)
		for i := 1; b.Len() < MaxSourceSize-200; i++ {
			fmt.Fprintf(&b, format, i, i+1)
		}
		return b.String()
	}
	half := number(header+"messages:\n  A:\n    fields:\n", "      f%d: string @%d\n")
	half = half[:strings.LastIndexByte(half[:MaxSourceSize/2], '\n')+1]
	for name, text := range map[string]string{
		"brackets":         fill("", "["),
		"braces":           fill("", "{a: "),
		"dashes":           fill("", "- "),
		"keys":             fill("", "a:\n"),
		"comments":         fill("", "#\n\n"),
		"one long line":    number("{version: 1, name: m, messages: {A: {fields: {", "f%d: string @%d, ") + "}}}}",
		"a long list":      fill("doc: [", "a,"),
		"type text":        fill(header+"messages: {A: {fields: {x: \"", "list<"),
		"unknown types":    number(header+"messages:\n", "  Message%d: {fields: {a: Massage%d @1}}\n"),
		"a chain":          number(header+"messages:\n", "  M%d: {fields: {a: M%d @1}}\n"),
		"unknown messages": number(header+"messages: {A: {}}\npatterns:\n", "  p%d: {kind: push-pull, message: B%d}\n"),
		"sockets":          number(header+"messages: {A: {}}\npatterns: {p: {kind: push-pull, message: A}}\nnodes:\n  a:\n    sockets:\n", "      s%d: {pull: p, bind: 'tcp://127.0.0.1:80', connect: a.t%d}\n"),
		"devices": number(header+"messages: {A: {}}\npatterns: {p: {kind: push-pull, message: A}}\ndefaults: {options: {tos: 1}}\ndevices:\n",
			"  d%d: {kind: streamer, pattern: p, frontend: {connect: d%d.backend}, backend: {bind: 'tcp://127.0.0.1:80'}}\n"),
		"secrets on one line": number("{version: 1, name: m, security: {", "s%d: {mechanism: plain, client: {username: joe, password: s%d}}, ") + "}}",
		"placeholders of many patterns": number(half+"patterns:\n",
			"  p%d: {kind: pub-sub, message: A, topic: '"+strings.Repeat("{f9999}", 120)+"', doc: '%d'}\n"),
		"patterns":     number(header+"messages:\n  A:\n    fields:\n", "      f%d: {type: list<string>, id: %d, pattern: '(a?a?a?a?){0,900}b', example: ["+strings.Repeat("aaaaaaaaaaaaaaaa,", 20)+"]}\n"),
		"circles":      number(header+"messages:\n", "  M%d: {fields: {a: M%d @1, b: M1 @2}}\n"),
		"placeholders": number(header+"messages: {A: {fields: {a: string @1}}}\npatterns: {p: {kind: pub-sub, message: A, topic: '", "{a%d}{b%d}"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			if top, _ := Parse("t.yaml", []byte(text)); top != nil {
				t.Error("no errors")
			}
			if took := time.Since(start); took > time.Minute {
				t.Error(took)
			}
		})
	}
}
