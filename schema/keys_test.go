package schema

import (
	"slices"
	"testing"
)

var keyCases = []badCase{
	{"a root that is a list", "|«[]»\n", []string{"wrong-kind"}},
	{"a root that is text", "|«hello»\n", []string{"wrong-kind"}},
	{"no version and no name", "|«»«»doc: x\n", []string{"missing-key", "missing-key"}},
	{"a version to come", "|version: «2»\nname: m\n", []string{"bad-version"}},
	{"a version with a point", "|version: «1.0»\nname: m\n", []string{"bad-version"}},
	{"a key that nobody knows", "«nods»: {}\n", []string{"unknown-key"}},
	{"a key without a value", "«doc»:\n", []string{"wrong-kind"}},
	{"a list for text", "doc: «[a]»\n", []string{"wrong-kind"}},
	{"text for a mapping", "nodes: «feed»\n", []string{"wrong-kind"}},
	{"text for a list", "messages: {A: {reserved: «3»}}\n", []string{"wrong-kind"}},
	{"a mapping in a list of text", "messages: {A: {reserved: [«{a: 1}»]}}\n", []string{"wrong-kind"}},
	{"tests that are neither on nor off", "go: {tests: «yes»}\n", []string{"bad-choice"}},
	{"a mapping for tests", "go: {tests: «{fuzz: true}»}\n", []string{"wrong-kind"}},
	{"tests of a package that is one of tests", "go: {package: «a_test», tests: true}\n", []string{"bad-package"}},
	{"an import path that is none", "go: {import_path: «./x»}\n", []string{"go-import-path"}},
	{"what is neither true nor false", "" +
		"messages: {A: {}}\n" +
		"patterns: {p: {kind: pub-sub, message: A, external: «A»}}\n" +
		"nodes: {n: {sockets: {s: {pub: p, bind: 'tcp://*:1', external: «yes»}}}}\n",
		[]string{"bad-choice", "bad-choice"}},
	{"severities that are none", "lint: {rules: {a: «warn», b: «[error]», c: «»}}\n", []string{"bad-choice", "wrong-kind", "wrong-kind"}},
	{"lint without rules", "lint: {«rule»: {a: off}}\n", []string{"unknown-key"}},

	{"what is deprecated without a word", "" +
		"messages: {A: {deprecated: «true», fields: {a: {type: string, id: 1, deprecated: «\" \"»}, b: {oneof: {c: string @2}, deprecated: «[b]»}}}}\n" +
		"enums: {E: {deprecated: «No», values: {A: {id: 1, deprecated: «yes»}}}}\n",
		[]string{"bad-deprecated", "bad-deprecated", "wrong-kind", "bad-deprecated", "bad-deprecated"}},
	{"another way with what is unknown", "messages: {A: {unknown: «kep»}}\n", []string{"bad-choice"}},
	{"a go_name of an enum value in lower case", "enums: {E: {A: {id: 1, go_name: «a»}}}\n", []string{"bad-go-name"}},

	{"a name with capitals", "|version: 1\nname: «Market»\n", []string{"bad-name"}},
	{"a message in lower case", "messages: {«quote»: {}}\n", []string{"bad-name"}},
	{"a field with capitals", "messages: {A: {fields: {«orderId»: string @1}}}\n", []string{"bad-name"}},
	{"an enum value in lower case", "enums: {E: {«buy»: 1}}\n", []string{"bad-name"}},
	{"a node with a dash", "nodes: {«my-node»: {}}\n", []string{"bad-name"}},
	{"an empty name", "nodes: {«\"\"»: {}}\n", []string{"bad-name"}},
	{"a name that is too long", "nodes: {«a2345678901234567890123456789012345678901234567890123456789012345»: {}}\n", []string{"bad-name"}},
	{"a message called as a scalar", "messages: {«string»: {}}\n", []string{"reserved-name"}},
	{"an enum called as a composite", "enums: {«list»: {A: 1}}\n", []string{"reserved-name"}},
	{"a message called as an enum", "enums: {Side: {BUY: 1}}\nmessages: {«Side»: {}}\n", []string{"duplicate-name"}},
	{"a go_name in lower case", "messages: {A: {go_name: «quote»}}\n", []string{"bad-go-name"}},
	{"a package with capitals", "go: {package: «Market»}\n", []string{"bad-package"}},
	{"a package that is a keyword", "go: {package: «func»}\n", []string{"bad-package"}},
	{"a package that nothing can import", "|version: 1\nname: «main»\n", []string{"bad-package"}},
}

func TestKeysAndNames(t *testing.T) { checkBadCases(t, keyCases) }

func TestPackageIsTheNameUnlessGiven(t *testing.T) {
	if top := mustParse(t, ""); top.Package.Value != "m" {
		t.Errorf("package %q", top.Package.Value)
	}
	if top := mustParse(t, "go: {package: x}\n"); top.Package.Value != "x" {
		t.Errorf("package %q", top.Package.Value)
	}
}

func TestEveryKeyIsDocumentedOnce(t *testing.T) {
	for _, o := range objects() {
		names := o.names()
		slices.Sort(names)
		if len(slices.Compact(names)) != len(o.keys) {
			t.Errorf("%s has a key twice", o.name)
		}
		for _, k := range o.keys {
			if k.doc == "" || k.doc[len(k.doc)-1] != '.' {
				t.Errorf("%s: key %s: doc %q", o.name, k.name, k.doc)
			}
		}
	}
}

func TestSuggestFindsTheNearestName(t *testing.T) {
	names := []string{"uint32", "uint64", "string", "Quote", "a", "subscribe"}
	for given, want := range map[string]string{
		"uint46": "uint64", "uint23": "uint32", "strin": "string", "quote": "Quote", "b": "", "zzz": "", "suscribe": "subscribe", "Qote": "Quote", "Quo": "",
	} {
		p := &parser{comparisons: maxComparisons}
		if got := p.suggest(given, names); got != want {
			t.Errorf("suggest(%q) = %q, want %q", given, got, want)
		}
	}
}

func TestTestsAreGeneratedIfTheTopologySaysSo(t *testing.T) {
	for src, want := range map[string]bool{"": false, "go: {package: x}\n": false, "go: {tests: false}\n": false, "go: {tests: true}\n": true} {
		if top := mustParse(t, src); top.Tests != want {
			t.Errorf("%q: tests %v, want %v", src, top.Tests, want)
		}
	}
}
